"""The vault: what is kept of credentials is sealed with a key that is not in the database."""

import hashlib
import hmac
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from pydantic import SecretStr

from publishers.engine.ports import VaultError
from storage import durable

FILE = "vault.key"
_OTHERS = 0o077


class Vault:
    """Seals with the first key, opens with any: a new key is put before the old ones."""

    def __init__(self, keys: Sequence[SecretStr], source: str = "VAULT_KEY") -> None:
        """Keys are 32 bytes in URL-safe base64. Raises VaultError when there is none or one is not that."""
        if not keys:
            raise VaultError(f"{source} holds no key.")
        try:
            self._fernet = MultiFernet([Fernet(key.get_secret_value()) for key in keys])
        except ValueError:
            raise VaultError(f"{source} must hold 32 bytes in URL-safe base64, several separated by commas.") from None
        self._first = keys[0]

    @classmethod
    def load(cls, data_dir: Path, configured: SecretStr | None = None) -> Self:
        """With the keys of VAULT_KEY, else with the key file, which is made at first use. Raises VaultError."""
        keys = several(configured)
        if keys:
            return cls(keys)
        path = data_dir / FILE
        return cls(_key_file(path), source=f"The key file {path}")

    def seal(self, secret: str) -> str:
        return self._fernet.encrypt(secret.encode()).decode()

    def open(self, sealed: str) -> SecretStr:
        """Raises VaultError when no present key opens it."""
        try:
            return SecretStr(self._fernet.decrypt(sealed).decode())
        except InvalidToken:
            raise VaultError("The stored credentials cannot be opened with the present key.") from None

    def derive(self, purpose: str) -> bytes:
        """32 bytes for one other purpose, which say nothing of the key."""
        return hmac.digest(self._first.get_secret_value().encode(), purpose.encode(), hashlib.sha256)


def several(configured: SecretStr | None) -> list[SecretStr]:
    """The keys of VAULT_KEY, the first of which seals."""
    text = configured.get_secret_value() if configured is not None else ""
    return [SecretStr(part.strip()) for part in text.split(",") if part.strip()]


def put_new_key(data_dir: Path) -> None:
    """Before the present ones in the key file: from now on it seals, and the others still open. Raises OSError."""
    path = data_dir / FILE
    durable.write(path, Fernet.generate_key() + b"\n" + path.read_bytes())


def drop_old_keys(data_dir: Path) -> None:
    """Only the key that seals stays in the key file. Raises OSError."""
    path = data_dir / FILE
    durable.write(path, path.read_bytes().split()[0] + b"\n")


def new_key() -> str:
    """32 bytes in URL-safe base64."""
    return Fernet.generate_key().decode()


def _key_file(path: Path) -> list[SecretStr]:
    try:
        if not path.exists():
            _make(path)
        if path.stat().st_mode & _OTHERS:
            raise VaultError(f"The key file {path} can be read by others: run chmod 600 on it.")
        return [SecretStr(line) for line in path.read_text(encoding="ascii").split()]
    except OSError as error:
        raise VaultError(f"The key file {path} cannot be used: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise VaultError(f"The key file {path} does not hold a key.") from None


def _make(path: Path) -> None:
    """Whoever comes first makes it; nobody ever sees half of it."""
    with suppress(FileExistsError):
        durable.create(path, Fernet.generate_key())
