"""The one-time code: strong, readable, scannable."""

import math

from bot.clock import SystemClock, jitter, new_id
from bot.owner import GROUPS, LENGTH, LETTERS, invitation, link, new_code, tidy


def test_a_code_has_at_least_64_bits_and_fits_a_start_link() -> None:
    assert GROUPS * LENGTH * math.log2(len(set(LETTERS))) >= 64
    code = new_code()
    assert [len(group) for group in code.split("-")] == [LENGTH] * GROUPS
    assert set(code) <= set(LETTERS) | {"-"}
    assert len(code) <= 64


def test_no_two_codes_are_alike() -> None:
    assert len({new_code() for _ in range(200)}) == 200


def test_a_code_is_recognised_however_it_is_typed() -> None:
    code = new_code()
    for typed in (code, code.lower(), code.replace("-", ""), f" {code.replace('-', ' ')} "):
        assert tidy(typed) == code
    assert tidy("") == ""


def test_the_console_shows_code_link_and_qr() -> None:
    code = new_code(lambda letters: letters[0])
    assert code == "AAAA-AAAA-AAAA-AAAA"
    text = invitation(code, "pan_bot")
    assert code in text
    assert link(code, "pan_bot") == "https://t.me/pan_bot?start=AAAA-AAAA-AAAA-AAAA"
    assert link(code, "pan_bot") in text
    drawn = [line for line in text.splitlines() if "█" in line]
    assert len(drawn) > 10
    assert max(map(len, drawn)) <= 40
    assert "\x1b" not in text


def test_without_the_name_of_the_bot_there_is_only_the_code() -> None:
    assert "t.me" not in invitation("AAAA", None)
    assert "AAAA" in invitation("AAAA", None)


async def test_the_clock_of_the_machine() -> None:
    clock = SystemClock()
    before, began = clock.now(), clock.monotonic()
    await clock.sleep(0)
    assert before.utcoffset() is not None
    assert clock.now() >= before
    assert clock.monotonic() >= began


def test_ids_and_chance() -> None:
    assert len({new_id() for _ in range(100)}) == 100
    assert all(0 <= jitter() < 1 for _ in range(100))
