"""The key of the vault by the real commands: rotated, wrong, lost; never while somebody uses it."""

from pathlib import Path

import pytest
from console_place import Place

from storage.lock import KEY, Lock
from storage.vault import new_key

PAGE = {"page_id": "1001", "access_token": "page-token-nobody-sees"}


@pytest.fixture
async def place(tmp_path: Path) -> Place:
    place = Place(tmp_path)
    place.configure(mode="live")
    return place


async def add(place: Place, **environment: str) -> None:
    file = place.credentials("page", **PAGE)
    told = await place.command("account", "add", "facebook", "--credentials", file, "--no-check", **environment)
    assert told.code == 0, told.err


async def test_a_key_file_is_rotated(place: Place) -> None:
    await add(place)
    file = place.data / "vault.key"
    before = file.read_text()
    told = await place.command("vault", "rotate")
    assert (told.code, told.out) == (0, "Sealed with the new key: 2.\n")
    assert before.strip() not in file.read_text()
    assert len(file.read_text().split()) == 1
    assert (await place.command("account", "list")).code == 0
    file.write_text(before)
    told = await place.command("account", "list")
    assert told.code == 2
    [line] = told.lines
    assert "vault key is not the one" in line
    assert "vault reset" in line


async def test_a_key_in_the_environment_is_rotated_by_putting_the_new_one_before_it(place: Place) -> None:
    old, new = new_key(), (await place.command("vault", "key")).out.strip()
    await add(place, VAULT_KEY=old)
    told = await place.command("vault", "rotate", VAULT_KEY=old)
    assert told.code == 2
    assert "VAULT_KEY=new,old" in told.err
    assert old not in told.err
    told = await place.command("vault", "rotate", VAULT_KEY=f"{new},{old}")
    assert (told.code, told.out) == (0, "Sealed with the new key: 2. Take the old keys out of VAULT_KEY now.\n")
    assert (await place.command("account", "list", VAULT_KEY=new)).code == 0
    assert (await place.command("account", "list", VAULT_KEY=old)).code == 2


async def test_a_wrong_key_stops_the_bot_before_it_does_anything(place: Place) -> None:
    await add(place, VAULT_KEY=new_key())
    told = await place.command(
        "run", VAULT_KEY=new_key(), TELEGRAM_BOT_TOKEN="712345678:AAF-a-token-nobody-gave-away-7Qm2xY1vK0"
    )
    assert told.code == 2
    assert "vault key is not the one" in told.lines[-1]
    assert "Traceback" not in told.err


async def test_a_lost_key_is_given_up(place: Place) -> None:
    await add(place, VAULT_KEY=new_key())
    key = new_key()
    told = await place.command("vault", "reset", "--yes", VAULT_KEY=key)
    assert (told.code, told.out) == (0, "Forgotten: 1. Authorize each account again.\n")
    told = await place.command("account", "check", VAULT_KEY=key)
    assert "no credentials are stored" in told.out


async def test_nobody_changes_the_key_while_it_is_used(place: Place) -> None:
    await add(place)
    with Lock(place.data, KEY, shared=True):
        told = await place.command("vault", "rotate")
        assert (await place.command("account", "list")).code == 0, "those who use it do not disturb each other"
    assert told.code == 2
    assert told.lines == ["The key is in use: stop the bot, and whatever else uses its data, first."]
    with Lock(place.data, KEY):
        assert (await place.command("account", "list")).code == 2
