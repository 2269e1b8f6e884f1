"""What stops the real process: one clear sentence for each fault, the right exit code, no secret, nothing lost."""

import asyncio
import shutil
import socket
import sqlite3
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from console_place import TOKEN, Place, Told

from bot.sandbox.telegram import SandboxTelegram

pytestmark = pytest.mark.asyncio(loop_scope="module")

SECRET = "x-user-token-Zq81nVt0"
FOREIGN_KEY = "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s="
"""A good key, and not the one the stored credentials were sealed with."""
ADD = ("account", "add", "twitter", "--credentials", "broken.json")


@dataclass(frozen=True)
class Fault:
    """`break_it` gets the place with an account in its data_dir; `says` is how each line of stderr must begin."""

    says: tuple[str, ...]
    break_it: Callable[[Place], object] = lambda _: None
    arguments: tuple[str, ...] = ("run",)
    environment: dict[str, str] = field(default_factory=dict)
    code: int = 2
    mortal: bool = False
    """Permission bits hold, whoever runs the tests."""


def config(**values: Any) -> Callable[[Place], object]:
    return lambda place: place.configure(**values)


def stanza(name: str, **values: Any) -> Callable[[Place], object]:
    return config(publishing={"platforms": {name: values or None}})


def below_a_file(place: Place) -> None:
    place.write("file", "not a folder")
    place.configure(data_dir="file/data")


def of_the_future(place: Place) -> None:
    database = sqlite3.connect(place.data / "pregonero.db")
    database.execute("UPDATE alembic_version SET version_num = '9999'")
    database.commit()
    database.close()


def with_a_hole(place: Place) -> None:
    whole = (place.data / "pregonero.db").read_bytes()
    place.write("data/pregonero.db", whole[:4096] + bytes([255]) * 8192 + whole[12288:])


def cut_off(place: Place) -> None:
    place.write("data/pregonero.db", (place.data / "pregonero.db").read_bytes()[:5000])


def no_place_for_alarms(place: Place) -> None:
    """A folder where the file should be, and where it would be set aside as well."""
    for name in ("alarms.db", "alarms.db.aside"):
        place.write(f"data/{name}/full", "of something")


def written(name: str, content: str | bytes) -> Callable[[Place], object]:
    return lambda place: place.write(name, content)


def open_to_others(place: Place) -> None:
    (place.data / "vault.key").chmod(0o644)


def allowed(name: str, mode: int) -> Callable[[Place], object]:
    return lambda place: (place.data / name).chmod(mode)


def a_folder_instead_of(name: str) -> Callable[[Place], object]:
    def replace(place: Place) -> None:
        (place.data / name).unlink(missing_ok=True)
        (place.data / name).mkdir()

    return replace


def a_folder_instead_of_the_database(place: Place) -> None:
    (place.data / "pregonero.db").rename(place.data / "kept-pregonero.db")
    a_folder_instead_of("pregonero.db")(place)


def taken_port(place: Place) -> None:
    place.configure(server={"port": place.taken})


FAULTS = {
    "wrong key": Fault(("moode: unknown key; did you mean mode?",), config(moode="live")),
    "wrong value": Fault(("mode: 'liv' is not allowed; allowed: 'live', 'sandbox' or 'dry_run'",), config(mode="liv")),
    "wrong value of a variable": Fault(("server.port (from SERVER__PORT): ",), environment={"SERVER__PORT": "many"}),
    "every fault has its line": Fault(
        ("locale: ", "publishing.platforms.facebook.api_version: v18.0 ended on ", "publishing.platforms.myspace: "),
        config(locale="pt", publishing={"platforms": {"facebook": {"api_version": "v18.0"}, "myspace": None}}),
    ),
    "basic display": Fault(
        ("publishing.platforms.instagram.api_type: basic_display was shut down on 2024-12-04",),
        stanza("instagram", api_type="basic_display"),
    ),
    "an ended version": Fault(
        ("publishing.platforms.facebook.api_version: v18.0 ended on 2026-01-26; use v26.0",),
        stanza("facebook", api_version="v18.0"),
    ),
    "an unknown network": Fault(
        ("publishing.platforms.myspace: unknown platform; allowed: facebook, instagram, twitter",), stanza("myspace")
    ),
    "not yaml": Fault(("config.yaml: line 2, column 1: is not YAML",), written("config.yaml", "mode: [live\n")),
    "not utf-8": Fault((".env: cannot be read: it is not UTF-8",), written(".env", b"A=\xff")),
    "a token Telegram does not know": Fault(
        ("Telegram does not know this bot token: check TELEGRAM_BOT_TOKEN",), environment={"TELEGRAM_BOT_TOKEN": TOKEN}
    ),
    "no token": Fault(("TELEGRAM_BOT_TOKEN is not set",), environment={"TELEGRAM_BOT_TOKEN": ""}),
    "no token at all": Fault(
        ("telegram.bot_token (from TELEGRAM_BOT_TOKEN): this value is not a bot token",),
        environment={"TELEGRAM_BOT_TOKEN": "hunter22hunter22"},
    ),
    "port in use": Fault(("The server's address is already in use: set server.port",), taken_port),
    "data_dir below a file": Fault(("The folder file/data cannot be written: Not a directory.",), below_a_file),
    "data_dir below a file, for a command": Fault(
        ("file is not a directory.",), below_a_file, arguments=("account", "list")
    ),
    "data_dir where nobody can make one": Fault(
        ("The folder /proc/pregonero cannot be written: No such file or directory.",),
        config(data_dir="/proc/pregonero"),
    ),
    "data_dir that may not be written": Fault(
        ("The folder data cannot be written: Permission denied.",), allowed("", 0o500), mortal=True
    ),
    "data_dir that may not be written, for a command": Fault(
        ("The database data/pregonero.db cannot be used: ",), allowed("", 0o500), ("account", "list"), mortal=True
    ),
    "a folder that may not be looked into": Fault(
        ("The folder data cannot be written: Permission denied.",), allowed("", 0), mortal=True
    ),
    "a lock that may not be written": Fault(
        ("The folder data cannot be written: Permission denied.",),
        lambda place: (place.write("data/lock", ""), (place.data / "lock").chmod(0o400)),
        mortal=True,
    ),
    "a lock that is a folder": Fault(
        ("The folder data cannot be written: Is a directory.",), a_folder_instead_of("lock")
    ),
    "a database that may not be written": Fault(
        ("The database data/pregonero.db cannot be written: Permission denied.",),
        allowed("pregonero.db", 0o400),
        mortal=True,
    ),
    "a database that may not be read": Fault(
        ("The database data/pregonero.db cannot be ",), allowed("pregonero.db", 0o200), mortal=True
    ),
    "a folder in the place of the database": Fault(
        ("The database data/pregonero.db cannot be written: Is a directory.",), a_folder_instead_of_the_database
    ),
    "a key file that may not be read": Fault(
        ("The key file data/vault.key cannot be used: Permission denied",), allowed("vault.key", 0), mortal=True
    ),
    "malformed vault key": Fault(
        ("VAULT_KEY must hold 32 bytes in URL-safe base64",), environment={"VAULT_KEY": "hunter22hunter22"}
    ),
    "another vault key": Fault(
        ("The vault key is not the one that sealed what is kept here",),
        arguments=("account", "check"),
        environment={"VAULT_KEY": FOREIGN_KEY},
    ),
    "a key file of something else": Fault(
        ("The key file data/vault.key must hold 32 bytes in URL-safe base64",),
        written("data/vault.key", "hunter22hunter22"),
    ),
    "a key file for everybody": Fault(
        ("The key file data/vault.key can be read by others: run chmod 600",), open_to_others
    ),
    "a database of something else": Fault(
        ("The database data/pregonero.db cannot be used: file is not a database.",),
        written("data/pregonero.db", b"garbage" * 100),
    ),
    "a database with a hole": Fault(("The database data/pregonero.db cannot be used: ",), with_a_hole),
    "a database cut off": Fault(
        ("The database data/pregonero.db cannot be used: ",), cut_off, arguments=("account", "list")
    ),
    "no place for the file of the alarms": Fault(
        ("The file of the alarms, data/alarms.db, cannot be written: Directory not empty.",), no_place_for_alarms
    ),
    "a database of a newer program": Fault(("The database is of a newer version of this program",), of_the_future),
    "no file of credentials": Fault(("broken.json: there is no such file",), arguments=ADD),
    "credentials that are not json": Fault(
        ("broken.json: line 1, column 13: is not JSON",), written("broken.json", '{"user_id": hunter22}'), ADD
    ),
    "credentials with a part missing": Fault(
        ("access_token: missing",), written("broken.json", '{"user_id": "1", "username": "hunter22hunter22"}'), ADD
    ),
    "credentials with a key of their own": Fault(
        ("access_token: missing", "acces_token: unknown key; did you mean access_token?"),
        written("broken.json", '{"user_id": "1", "username": "p", "acces_token": "hunter22hunter22"}'),
        ADD,
    ),
    "half of four values": Fault(
        ("access_token: missing",),
        arguments=("account", "add", "twitter", "--from-env"),
        environment={"TWITTER_API_KEY": "hunter22hunter22"},
    ),
    "an unknown command": Fault(("Usage: ", "Try ", "", "Error: No such command 'publish'."), arguments=("publish",)),
}


@dataclass(frozen=True)
class Ended:
    told: Told
    before: dict[str, str]
    after: dict[str, str]


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def ended(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[dict[str, Ended]]:
    """Every fault, two at a time: what the process said, and its data before and after."""
    root = tmp_path_factory.mktemp("faults")
    at_once = asyncio.Semaphore(2)
    async with SandboxTelegram() as telegram:
        seed = await seeded(root / "seed", telegram)
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()

            async def one(name: str, fault: Fault) -> tuple[str, Ended]:
                async with at_once:
                    return name, await happen(fault, copied(seed, root / name, taken.getsockname()[1]))

            yield dict(await asyncio.gather(*(one(name, fault) for name, fault in FAULTS.items())))


async def seeded(folder: Path, telegram: SandboxTelegram) -> Place:
    """A place with one account in its data_dir, whose bot would start if nothing were wrong."""
    place = Place(folder, {"TELEGRAM_BOT_TOKEN": telegram.token}, telegram=telegram)
    place.configure()
    file = place.credentials("account", user_id="2001", username="panaderia", access_token=SECRET)
    told = await place.command("account", "add", "twitter", "--credentials", file, "--no-check")
    assert told.code == 0, told.err
    return place


def copied(seed: Place, folder: Path, taken: int) -> Place:
    shutil.copytree(seed.folder, folder)
    place = Place(folder, seed.environment, telegram=seed.telegram, taken=taken)
    place.configure()
    return place


async def happen(fault: Fault, place: Place) -> Ended:
    fault.break_it(place)
    before = place.kept()
    told = await place.command(*fault.arguments, mortal=fault.mortal, **fault.environment)
    return Ended(told, before, place.kept())


@pytest.mark.parametrize("name", FAULTS)
async def test_a_fault_is_told_in_one_sentence_and_costs_nothing(ended: dict[str, Ended], name: str) -> None:
    fault, end = FAULTS[name], ended[name]
    assert (end.told.code, end.told.out) == (fault.code, ""), end.told
    assert len(end.told.lines) == len(fault.says), end.told.err
    for line, beginning in zip(end.told.lines, fault.says, strict=True):
        assert line.startswith(beginning)
        assert beginning or not line
    for secret in (SECRET, TOKEN, FOREIGN_KEY, "hunter22hunter22", "Traceback"):
        assert secret not in end.told.err
    assert end.after == end.before
    assert any(name.endswith("pregonero.db") for name in end.before)
