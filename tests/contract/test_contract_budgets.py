"""Limits of every platform: its stanza leads to windows, and one that was met is not met again."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from fakes.rigged import Bench, platform_of
from publishers.engine.budget import Window
from publishers.engine.contract import Platform, Quotas
from publishers.engine.faults import Misconfigured
from publishers.engine.loading import Connected, known_platforms, load_platforms
from publishers.engine.model import DeliveryStatus, Wait

DEFAULTS = {
    "facebook": (Window(25, timedelta(hours=1)),),
    "instagram": (Window(25, timedelta(hours=1)),),
    "twitter": (Window(300, timedelta(minutes=15)),),
    "linkedin": (Window(100, timedelta(days=1)),),
}


@pytest.fixture(params=known_platforms())
def platform(request: pytest.FixtureRequest) -> Platform:
    return platform_of(request.param)


def loaded(platform: Platform, limits: Any) -> tuple[Window, ...]:
    return load_platforms({platform.name: {"rate_limits": limits}})[platform.name].windows


def test_a_stanza_that_says_nothing_has_its_window(platform: Platform) -> None:
    windows = load_platforms({platform.name: None})[platform.name].windows
    assert windows == DEFAULTS.get(platform.name, windows)
    assert windows, "a platform without any limit would be met, not waited for"


def test_another_number_is_another_window_and_null_is_none(platform: Platform) -> None:
    (name,) = platform.settings().rate_limits.model_dump()  # type: ignore[attr-defined] # every platform has it
    (window,) = load_platforms({platform.name: None})[platform.name].windows
    assert loaded(platform, {name: 7}) == (Window(7, window.span),)
    assert loaded(platform, {name: "7"}) == (Window(7, window.span),), "as the environment writes it"
    assert loaded(platform, {name: None}) == ()
    assert loaded(platform, {name: 7, "posts_per_3day": 9}) == (
        Window(7, window.span),
        Window(9, timedelta(days=3)),
    )


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ({"posts_per_hour": 0}, "posts_per_hour: 0 is out of range; allowed: more than 0"),
        ({"posts_per_day": -1}, "posts_per_day: -1 is out of range; allowed: more than 0"),
        ({"posts_per_day": "many"}, "posts_per_day: 'many' is not a whole number"),
        ({"posts_per_day": 2.5}, "posts_per_day: 2.5 is not a whole number"),
        ({"posts_per_fortnight": 3}, "posts_per_fortnight: is not the name of a limit; allowed: names like "),
        ({"posts_per_0min": 3}, "posts_per_0min: is not the name of a limit"),
        ({"posts": 3}, "posts: is not the name of a limit"),
        (7, "7 is not a section of keys"),
    ],
)
def test_a_bad_limit_stops_the_start_with_one_sentence(platform: Platform, limits: Any, said: str) -> None:
    with pytest.raises(Misconfigured) as fault:
        loaded(platform, limits)
    (line,) = fault.value.lines
    assert line.startswith(f"publishing.platforms.{platform.name}.rate_limits")
    assert said in line


# -- on the fake -----------------------------------------------------------------------------------------------------


async def test_a_limit_that_was_met_holds_what_comes_after_without_a_call(bench: Bench) -> None:
    bench.fake.fault(bench.commit(), "rate_limited")
    first = await bench.approved("Hoy hay pan")
    await bench.run_due()
    assert (await bench.delivery(first)).wait is Wait.LIMIT
    asked = len(bench.fake.requests)
    second = await bench.approved("Mañana hay bollos")
    await bench.run_due()
    held = await bench.delivery(second)
    assert (held.status, held.wait, held.attempts) == (DeliveryStatus.WAITING, Wait.LIMIT, 0)
    assert len(bench.fake.requests) == asked, "it is not asked again"
    assert bench.calls(bench.commit()) == 1
    await bench.run_until_rest()
    assert {post.text for post in bench.public()} == {"Hoy hay pan", "Mañana hay bollos"}
    assert bench.calls(bench.commit()) == 3


async def test_the_configured_window_is_never_overrun(bench: Bench) -> None:
    (name,) = bench.platform.settings().rate_limits.model_dump()  # type: ignore[attr-defined] # every platform has it
    stanza = bench.rig.stanza(bench.fake) | {"rate_limits": {name: 2}}
    connected = Connected(bench.platform, bench.platform.settings.model_validate(stanza))
    bench.engine.connections = replace(bench.engine.connections, platforms={bench.rig.platform: connected})
    (window,) = connected.windows
    for number in range(5):
        await bench.approved(f"Hogaza número {number}")
    await bench.run_until_rest()
    moments = [post.at for post in bench.public()]
    assert len(moments) == 5
    assert max(sum(1 for at in moments if end - window.span < at <= end) for end in moments) == 2


async def test_who_can_be_asked_answers(bench: Bench) -> None:
    publisher = await bench.publisher()
    if not isinstance(publisher, Quotas):
        pytest.skip("there is no such call")
    before = {each.name: each.remaining for each in await publisher.quotas()}
    await bench.approved("Hoy hay pan")
    await bench.run_due()
    after = {each.name: each.remaining for each in await publisher.quotas()}
    assert after == {name: left - 1 for name, left in before.items()}
    async with bench.store.view() as unit:
        account = (await unit.accounts.accounts())[0]
        usage = await unit.budgets.usage([account.id], bench.clock.now(), bench.clock.now())
    assert {said.allowance.name: said.allowance.remaining for said in usage[account.id].said} == after
