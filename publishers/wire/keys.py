"""How a call says who makes it: a bearer token (OAuth 2), or a signature over the very address used (OAuth 1.0a)."""

from dataclasses import dataclass
from typing import Protocol

from pydantic import SecretStr


class Keys(Protocol):
    @property
    def once(self) -> bool:
        """What `headers` gives is good for one request only: nothing below us may send it again."""

    @property
    def secrets(self) -> tuple[SecretStr, ...]:
        """What must not stand in anything that is told or logged."""

    def headers(self, method: str, url: str) -> dict[str, str]:
        """What to add to a call of `url`, its query included."""


@dataclass(frozen=True, slots=True)
class Bearer(Keys):
    token: SecretStr

    @property
    def once(self) -> bool:
        return False

    @property
    def secrets(self) -> tuple[SecretStr, ...]:
        return (self.token,)

    def headers(self, method: str, url: str) -> dict[str, str]:  # noqa: ARG002 - a bearer signs nothing
        return {"Authorization": f"Bearer {self.token.get_secret_value()}"}


@dataclass(frozen=True, slots=True)
class Signature(Keys):
    """Bodies in JSON or multipart are not part of the signature (RFC 5849, 3.4.1.3.1)."""

    api_key: SecretStr
    api_secret: SecretStr
    access_token: SecretStr
    access_token_secret: SecretStr

    @property
    def once(self) -> bool:
        return True

    @property
    def secrets(self) -> tuple[SecretStr, ...]:
        return self.api_key, self.api_secret, self.access_token, self.access_token_secret

    def headers(self, method: str, url: str) -> dict[str, str]:
        from oauthlib.oauth1 import Client

        _, headers, _ = Client(*(secret.get_secret_value() for secret in self.secrets)).sign(url, method)
        return headers
