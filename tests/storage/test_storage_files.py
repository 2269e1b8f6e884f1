"""The vault, the media files and the lock."""

import hashlib
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from storage_samples import NOON, later

from adapters.adapted import Media
from publishers.engine.outside import MediaMissing
from publishers.engine.ports import StoreUnavailable, VaultError
from storage import durable, vault
from storage.lock import DataDirFault, DataDirTaken, Lock
from storage.media import LinkRefused, MediaFiles
from storage.vault import Vault


def a_key() -> str:
    return Fernet.generate_key().decode()


class TestVault:
    def test_what_is_sealed_can_be_opened_and_not_be_read(self, tmp_path: Path) -> None:
        sealed = Vault.load(tmp_path).seal("contraseña")
        assert "contraseña" not in sealed
        opened = Vault.load(tmp_path).open(sealed)
        assert opened.get_secret_value() == "contraseña"
        assert "contraseña" not in repr(opened)

    def test_the_key_file_is_for_its_owner_only_and_leaves_nothing_behind(self, tmp_path: Path) -> None:
        Vault.load(tmp_path / "data")
        [path] = (tmp_path / "data").iterdir()
        assert path.name == vault.FILE
        assert stat.S_IMODE(path.stat().st_mode) == 0o600

    def test_programs_that_start_together_get_one_key(self, tmp_path: Path) -> None:
        with ThreadPoolExecutor(8) as pool:
            keys = set(pool.map(lambda _: Vault.load(tmp_path).derive("x"), range(8)))
        assert len(keys) == 1

    def test_a_key_file_that_others_can_read_is_refused(self, tmp_path: Path) -> None:
        Vault.load(tmp_path)
        (tmp_path / vault.FILE).chmod(0o644)
        with pytest.raises(VaultError, match="chmod 600"):
            Vault.load(tmp_path)

    @pytest.mark.parametrize("content", [b"", b"short", b"\xff\xfe"])
    def test_a_key_file_without_a_key_is_refused(self, tmp_path: Path, content: bytes) -> None:
        durable.write(tmp_path / vault.FILE, content)
        with pytest.raises(VaultError, match=r"key file .*hold"):
            Vault.load(tmp_path)

    def test_a_folder_that_cannot_be_written_is_said_so(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        with pytest.raises(VaultError, match="cannot be used"):
            Vault.load(tmp_path / "file")

    def test_several_keys_the_first_seals_all_open(self, tmp_path: Path) -> None:
        old, new = a_key(), a_key()
        sealed = Vault.load(tmp_path, SecretStr(old)).seal("x")
        both = Vault.load(tmp_path, SecretStr(f"{new}, {old}"))
        assert both.open(sealed).get_secret_value() == "x"
        assert Vault.load(tmp_path, SecretStr(new)).open(both.seal("y")).get_secret_value() == "y"
        assert not (tmp_path / vault.FILE).exists()

    @pytest.mark.parametrize(
        "sealed",
        ["", "not sealed", Fernet(Fernet.generate_key()).encrypt(b"x").decode()],
        ids=["empty", "words", "another key's"],
    )
    def test_what_another_sealed_cannot_be_opened(self, tmp_path: Path, sealed: str) -> None:
        with pytest.raises(VaultError, match="cannot be opened"):
            Vault.load(tmp_path).open(sealed)

    def test_a_wrong_key_is_refused_and_not_repeated(self, tmp_path: Path) -> None:
        with pytest.raises(VaultError, match="VAULT_KEY must hold") as caught:
            Vault.load(tmp_path, SecretStr("my-secret-key"))
        assert "my-secret-key" not in str(caught.value)

    def test_without_keys_there_is_no_vault(self) -> None:
        with pytest.raises(VaultError):
            Vault([])

    def test_derived_keys_differ_by_purpose_and_by_key(self) -> None:
        one, other = Vault([SecretStr(a_key())]), Vault([SecretStr(a_key())])
        assert len({one.derive("a"), one.derive("b"), other.derive("a")}) == 3
        assert one.derive("a") == one.derive("a")


def alter(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


class Clock:
    def __init__(self) -> None:
        self.at = NOON

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.at.timestamp()

    async def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class TestMedia:
    data = b"\x89PNG" + bytes(range(256))
    sha256 = hashlib.sha256(data).hexdigest()
    media = Media(sha256, "image/png", 10, 10, len(data))

    @pytest.fixture
    def clock(self) -> Clock:
        return Clock()

    @pytest.fixture
    def files(self, tmp_path: Path, clock: Clock) -> MediaFiles:
        return MediaFiles(tmp_path, key=b"k" * 32, clock=clock, public_url="https://bot.example/")

    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        return tmp_path / "media" / self.sha256[:2] / self.sha256[2:]

    async def test_bytes_are_kept_under_their_hash(self, files: MediaFiles, path: Path) -> None:
        assert await files.write(self.data) == self.sha256
        assert await files.write(self.data) == self.sha256
        assert await files.read(self.sha256) == self.data
        assert [found.name for found in path.parent.iterdir()] == [path.name]

    async def test_what_is_missing_altered_or_misnamed_is_said_so(self, files: MediaFiles, path: Path) -> None:
        with pytest.raises(MediaMissing, match="cannot be read"):
            await files.read(self.sha256)
        await files.write(self.data)
        alter(path)
        with pytest.raises(MediaMissing, match="no longer"):
            await files.read(self.sha256)
        for name in ("../../etc/passwd", self.sha256.upper(), self.sha256 + "\n", ""):
            with pytest.raises(MediaMissing, match="no picture"):
                await files.read(name)

    async def test_writing_again_mends_an_altered_file(self, files: MediaFiles, path: Path) -> None:
        await files.write(self.data)
        alter(path)
        await files.write(self.data)
        assert await files.read(self.sha256) == self.data

    async def test_removed_bytes_are_gone(self, files: MediaFiles) -> None:
        await files.write(self.data)
        await files.remove(self.sha256)
        await files.remove(self.sha256)
        with pytest.raises(MediaMissing):
            await files.read(self.sha256)

    async def test_file_and_folder_are_synced_before_write_returns(
        self, files: MediaFiles, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        synced: list[str] = []
        sync = os.fsync

        def note(descriptor: int) -> None:
            synced.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
            sync(descriptor)

        monkeypatch.setattr(os, "fsync", note)
        await files.write(self.data)
        draft, folder = synced[-2:]
        assert draft.endswith(".part")
        assert folder == str(path.parent)
        assert str(path.parent.parent) in synced

    async def test_a_failed_write_leaves_nothing(
        self, files: MediaFiles, path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(descriptor: int) -> None:
            raise OSError(28, "No space left on device")

        durable.make_folder(path.parent)
        monkeypatch.setattr(os, "fsync", fail)
        with pytest.raises(StoreUnavailable, match="a picture cannot be kept: No space left"):
            await files.write(self.data)
        assert list(path.parent.iterdir()) == []

    def test_a_link_leads_back_until_its_time_is_over(self, files: MediaFiles, clock: Clock) -> None:
        address = files.address(self.media)
        assert address is not None
        assert address.startswith("https://bot.example/media/")
        token = address.rpartition("/")[2]
        clock.at = later(24 * 3600 - 1)
        assert files.resolve(token) == self.sha256
        clock.at = later(24 * 3600)
        with pytest.raises(LinkRefused, match="time"):
            files.resolve(token)

    def test_without_a_public_address_there_are_no_links(self, tmp_path: Path, clock: Clock) -> None:
        assert MediaFiles(tmp_path, key=b"k" * 32, clock=clock).address(self.media) is None

    def test_forged_links_are_refused(self, files: MediaFiles, tmp_path: Path, clock: Clock) -> None:
        address = files.address(self.media)
        assert address is not None
        token = address.rpartition("/")[2]
        sha256, expiry, signature = token.split("-")
        stranger = MediaFiles(tmp_path, key=b"x" * 32, clock=clock, public_url="https://bot.example")
        forged = [
            f"{sha256}-{int(expiry) + 60}-{signature}",
            f"{'0' * 64}-{expiry}-{signature}",
            f"{sha256}-{expiry}-{'0' * 64}",
            f"{token}\n",
            token[:-1],
            sha256,
            "",
            (stranger.address(self.media) or "").rpartition("/")[2],
        ]
        for wrong in forged:
            with pytest.raises(LinkRefused, match="not a link"):
                files.resolve(wrong)


ROOT = Path(__file__).parents[2]
HOLD = "import sys, pathlib\nfrom storage.lock import Lock\nlock = Lock(pathlib.Path(sys.argv[1]))\nlock.__enter__()\n"
CHILDREN = {
    "forked": "import os\nif os.fork() == 0: print('here', flush=True); sys.stdin.read()\nos._exit(0)",
    "another program": (
        "import subprocess\nprogram = 'import sys; print(1, flush=True); sys.stdin.read()'\n"
        "subprocess.Popen([sys.executable, '-c', program], close_fds=False)"
    ),
}


def held_elsewhere(data_dir: Path) -> bool:
    """Whether another process finds it taken."""
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", HOLD, str(data_dir)], cwd=ROOT, capture_output=True, check=False
    )
    assert done.returncode == 0 or b"DataDirTaken" in done.stderr
    return done.returncode != 0


class TestLock:
    def test_a_second_holder_is_told_who_has_it(self, tmp_path: Path) -> None:
        with Lock(tmp_path / "data"), pytest.raises(DataDirTaken, match=f"in use .*{os.getpid()}"):
            Lock(tmp_path / "data").__enter__()
        with Lock(tmp_path / "data"):
            pass

    def test_another_process_sees_it_held_and_free(self, tmp_path: Path) -> None:
        with Lock(tmp_path):
            assert held_elsewhere(tmp_path)
        assert not held_elsewhere(tmp_path)

    @pytest.mark.parametrize("child", CHILDREN.values(), ids=CHILDREN)
    def test_a_child_that_outlives_its_parent_does_not_hold_it(self, tmp_path: Path, child: str) -> None:
        command = [sys.executable, "-c", HOLD + child, str(tmp_path)]
        with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as parent:  # noqa: S603 - our own
            assert parent.stdout is not None
            assert parent.stdout.readline()
            assert parent.wait() == 0
            with Lock(tmp_path):
                pass

    def test_a_folder_that_cannot_be_written_is_said_so(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        with pytest.raises(DataDirFault, match="cannot be written"):
            Lock(tmp_path / "file").__enter__()
