"""Errors → moves, texts → matches: the pure parts of the engine."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakes.network import adapted, moment
from publishers.engine import errors
from publishers.engine.contract import Receipt, Seen
from publishers.engine.matching import Sighting, mark, normalise, telling
from publishers.engine.model import Delivery, DeliveryStatus, Move, Wait
from publishers.engine.retry import TURN, WINDOW, Looks, RetryPolicy, judge

NOW = moment()
DELIVERY = Delivery("d", "j", "a", "plaza", "@1001", adapted("hola"), status=DeliveryStatus.PUBLISHING)


def verdict(error: errors.PublishingError, delivery: Delivery = DELIVERY, *, made: int = 0) -> Move:
    return judge(error, delivery, NOW, RetryPolicy(), Looks(), made=made, jitter=0.0)


@pytest.mark.parametrize(
    ("error", "to", "wait", "due", "spent"),
    [
        (errors.Unavailable(), DeliveryStatus.WAITING, Wait.RETRY, timedelta(seconds=300), True),
        (errors.Stale("container"), DeliveryStatus.WAITING, Wait.RETRY, timedelta(seconds=300), True),
        (errors.RateLimited(retry_at=NOW + timedelta(hours=2)), DeliveryStatus.WAITING, Wait.LIMIT, timedelta(hours=2),
         False),
        (errors.RateLimited(), DeliveryStatus.WAITING, Wait.LIMIT, WINDOW, False),
        (errors.QuotaExhausted(), DeliveryStatus.WAITING, Wait.LIMIT, WINDOW, False),
        (errors.NotYourTurn(), DeliveryStatus.WAITING, Wait.TURN, TURN, False),
        (errors.Unconfirmed(), DeliveryStatus.UNCONFIRMED, None, timedelta(0), False),
        (errors.AuthExpired(), DeliveryStatus.BLOCKED, None, None, False),
        (errors.NotPermitted(), DeliveryStatus.BLOCKED, None, None, False),
        (errors.NotConfigured(), DeliveryStatus.BLOCKED, None, None, False),
        (errors.Rejected(), DeliveryStatus.BLOCKED, None, None, False),
        (errors.MediaRejected(), DeliveryStatus.BLOCKED, None, None, False),
        (errors.MediaGone(), DeliveryStatus.BLOCKED, None, None, False),
        (errors.Broken(), DeliveryStatus.FAILED, None, None, True),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, errors.PublishingError) else "",
)  # fmt: skip
def test_each_error_has_its_move(error, to, wait, due, spent) -> None:
    move = verdict(error)
    assert (move.to, move.wait, move.spent, move.code) == (to, wait, spent, error.code)
    assert move.due_at == (None if due is None else NOW + due)
    assert move.needs == (error.needs if to is DeliveryStatus.BLOCKED else None)


def test_every_error_of_the_family_carries_a_code_and_a_verdict() -> None:
    family = [
        kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.PublishingError)
    ]
    for kind in family:
        if kind is errors.PublishingError:
            continue
        error = kind("key") if kind is errors.Stale else kind()
        assert verdict(error).code == kind.default_code


def test_the_policy_of_the_mission_waits_300_600_1200_then_gives_up() -> None:
    policy = RetryPolicy()
    delays = [policy.next_try(errors.Unavailable(), spent, NOW, 0.0) for spent in (1, 2, 3, 4)]
    assert delays[:3] == [NOW + timedelta(seconds=s) for s in (300, 600, 1200)]
    assert delays[3] is None
    assert policy.attempts == 4


@given(
    retries=st.integers(0, 8),
    initial=st.integers(1, 1000),
    factor=st.floats(1, 4),
    longest=st.integers(1, 5000),
    jitter=st.floats(0, 1),
)
def test_delays_never_shrink_nor_pass_the_maximum(retries, initial, factor, longest, jitter) -> None:
    policy = RetryPolicy(retries, timedelta(seconds=initial), factor, timedelta(seconds=longest))
    times = [policy.next_try(errors.Unavailable(), spent, NOW, jitter) for spent in range(1, retries + 1)]
    assert all(time is not None for time in times)
    assert times == sorted(times)
    assert all(time <= NOW + timedelta(seconds=longest) * 1.1001 for time in times)
    assert policy.next_try(errors.Unavailable(), retries + 1, NOW, jitter) is None


def test_the_platforms_own_delay_wins_but_never_lies_in_the_past() -> None:
    policy = RetryPolicy()
    later = NOW + timedelta(hours=5)
    assert policy.next_try(errors.Unavailable(retry_at=later), 1, NOW, 1.0) == later
    assert policy.next_try(errors.Unavailable(retry_at=NOW - timedelta(hours=1)), 1, NOW, 1.0) == NOW


def test_the_last_try_of_the_policy_fails() -> None:
    assert verdict(errors.Unavailable(), replace(DELIVERY, attempts=3)).to is DeliveryStatus.FAILED


def test_looks_end_with_a_person_unless_a_no_can_soon_be_believed() -> None:
    looks = Looks()
    assert [looks.next_look(made, NOW, None) for made in range(6)] == [
        NOW, *(NOW + timedelta(seconds=s) for s in (5, 25, 30, 60)), None
    ]  # fmt: skip
    believable = NOW + timedelta(seconds=40)
    assert looks.next_look(5, NOW, believable) == believable
    assert looks.next_look(5, NOW, NOW) is None


def test_a_look_counts() -> None:
    move = verdict(errors.Unconfirmed(), made=2)
    assert (move.due_at, move.looks) == (NOW + timedelta(seconds=25), 2)


# -- matching ----------------------------------------------------------------------------------------------------

SIGHTING = Sighting(since=NOW, taken=frozenset({"ours"}))


def seen(text: str, ident: str = "1", offset: float = 0, reply_to: str | None = None) -> Seen:
    return Seen(ident, moment(offset), text, f"https://x.example/{ident}", reply_to)


def test_texts_are_compared_unescaped_composed_and_with_blanks_collapsed() -> None:
    assert SIGHTING.match([seen("  Jam&oacute;n  y\ncafe\u0301 ")], "Jamón y café") == Receipt(
        "1", "https://x.example/1"
    )
    assert normalise("a\u00a0 b") == "a b"


@pytest.mark.parametrize(
    "item",
    [seen("otro"), seen("hola", "ours"), seen("hola", offset=-121), seen("hola", reply_to="x")],
    ids=["other text", "taken", "too old", "other parent"],
)
def test_what_is_not_ours_is_not_matched(item: Seen) -> None:
    assert SIGHTING.match([item], "hola", reply_to="parent") is None
    if item.reply_to is None:
        assert SIGHTING.match([item], "hola") is None


def test_a_reply_matches_its_parent_only() -> None:
    items = [seen("hola", "1"), seen("hola", "2", reply_to="p")]
    assert SIGHTING.match(items, "hola", reply_to="p") == Receipt("2", "https://x.example/2")


def test_the_platforms_clock_is_taken_into_account() -> None:
    slow = timedelta(hours=-1)
    assert SIGHTING.match([seen("hola", offset=-3600)], "hola", skew=slow) is not None
    assert SIGHTING.match([seen("hola", offset=-3600)], "hola") is None


def test_of_several_the_oldest_is_ours() -> None:
    assert SIGHTING.match([seen("hola", "2", 5), seen("hola", "1", 1)], "hola") == Receipt("1", "https://x.example/1")


WORDLESS = st.sampled_from(["", " ", "\n\t", "\u00a0"])
ITEMS = st.lists(
    st.builds(
        seen,
        st.one_of(WORDLESS, st.text(max_size=4)),
        st.sampled_from(["ours", "1", "2", "3"]),
        st.integers(-240, 240),
        st.sampled_from([None, "p"]),
    ),
    max_size=6,
    unique_by=lambda item: item.id,
)


def eligible(items: list[Seen], text: str, reply_to: str | None) -> list[str]:
    return [
        item.id
        for item in items
        if item.id != "ours"
        and item.at >= NOW - timedelta(minutes=2)
        and item.reply_to == reply_to
        and normalise(item.text) == normalise(text)
    ]


@given(ITEMS, WORDLESS, st.sampled_from([None, "p"]))
def test_without_a_text_the_only_one_is_ours_and_of_several_none(
    items: list[Seen], text: str, reply_to: str | None
) -> None:
    found = SIGHTING.match(items, text, reply_to=reply_to)
    could_be = eligible(items, text, reply_to)
    assert (found.id if found else None) == (could_be[0] if len(could_be) == 1 else None)


@given(ITEMS, st.text(max_size=4).filter(telling), st.sampled_from([None, "p"]))
def test_with_a_text_ours_is_among_those_that_have_it(items: list[Seen], text: str, reply_to: str | None) -> None:
    items = [*items, seen(text, "4", 0, reply_to)]
    found = SIGHTING.match(items, text, reply_to=reply_to)
    assert found is not None
    assert found.id in eligible(items, text, reply_to)


@given(WORDLESS, WORDLESS)
def test_two_without_a_text_share_their_mark(one: str, other: str) -> None:
    assert mark("a", one, None) == mark("a", other, None)


@given(st.text(), st.text(alphabet=" \t\n", max_size=3))
def test_a_mark_is_the_same_for_what_reads_the_same(text: str, blanks: str) -> None:
    assert mark("a", text, None) == mark("a", blanks + text + blanks, None)
    assert mark("a", text, None) != mark("b", text, None)
    assert mark("a", text, "1") != mark("a", text, None)
