"""The pre-flight: what would keep a scheduled post from going out is told before its hour, and nothing else is."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from adapters.adapted import Adapted, Media, Part
from fakes.clock import FakeClock
from fakes.network import PROFILE, Network, adapted, scripted
from fakes.world import OWNER, World
from publishers.engine.contract import Identity
from publishers.engine.decisions import accept_wait, publish_now, retry, schedule, skip
from publishers.engine.errors import AuthExpired, Needs, NotPermitted, RateLimited, Rejected, Unavailable
from publishers.engine.model import Delivery, DeliveryStatus, Job, JobStatus, Wait
from publishers.engine.outside import MediaMissing
from publishers.engine.ports import Store

S = DeliveryStatus
GONE = "ef" * 32


class Shelf:
    """A media store in which everything is as it was, but what is in `gone`."""

    def __init__(self) -> None:
        self.gone: set[str] = set()
        self.read_of: list[str] = []

    async def read(self, sha256: str) -> bytes:
        self.read_of.append(sha256)
        if sha256 in self.gone:
            raise MediaMissing("gone")
        return b""

    def address(self, media: Media) -> str | None:
        return None


def pictured(*names: str, text: str = "Mira") -> Adapted:
    media = tuple(Media(name, "image/jpeg", 800, 600, 9000) for name in names)
    return Adapted("post", (Part(text, media),))


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(patience=0)


@pytest.fixture
def plaza(clock: FakeClock) -> Network:
    return Network(clock)


@pytest.fixture
async def world(store: Store, clock: FakeClock, plaza: Network) -> AsyncIterator[World]:
    mercado = scripted(Network(clock), "mercado")
    world = World(store, clock, {"plaza": scripted(plaza), "mercado": mercado}, media=Shelf(), lead=timedelta(hours=1))
    yield world
    await world.kill()


async def at(world: World, minutes: float) -> None:
    """So many minutes later, and what is due then."""
    world.clock.advance(minutes * 60)
    await world.run_due()


async def decide(
    world: World, job: Job, decision: Callable[..., Awaitable[Delivery | None]], *args: object
) -> Delivery:
    async with world.store.unit() as unit:
        moved = await decision(unit, await world.delivery(job), *args, actor=OWNER, at=world.clock.now())
    assert moved is not None
    return moved


async def hanging() -> None:
    await asyncio.Event().wait()


async def told(world: World, job: Job) -> list[tuple[str, str | None]]:
    """Its moves, as the ledger has them: where to, and the code."""
    async with world.store.view() as unit:
        events = await unit.ledger.events((await world.delivery(job)).id)
    moves = [event["metadata"] for event in events if event["event_type"] == "delivery_moved"]
    return [(facts["to"], facts.get("code")) for facts in moves]


# -- when ----------------------------------------------------------------------------------------------------------


async def test_it_is_made_once_one_lead_before_the_hour(world: World, plaza: Network) -> None:
    job = await world.schedule(await world.account(), 120)
    await world.run_due()
    await at(world, 59)
    assert plaza.checked == 0
    await at(world, 1)
    await at(world, 1)
    assert (plaza.checked, plaza.performed) == (1, 0)
    await at(world, 59)
    assert (await world.delivery(job)).status is S.PUBLISHED
    assert (plaza.checked, plaza.performed) == (1, 1)


async def test_what_is_scheduled_within_the_lead_is_checked_at_once(world: World, plaza: Network) -> None:
    await world.schedule(await world.account(), 20)
    await world.run_due()
    assert plaza.checked == 1


async def test_at_the_hour_itself_nothing_is_asked_any_more(world: World, plaza: Network) -> None:
    await world.schedule(await world.account(), 0.2)
    await world.run_due()
    await at(world, 1)
    assert (plaza.checked, plaza.performed) == (0, 1)


async def test_without_a_lead_there_is_none(world: World, plaza: Network) -> None:
    await world.kill()
    world.lead = timedelta(0)
    world.reborn()
    await world.schedule(await world.account(), 20)
    await world.run_due()
    assert plaza.checked == 0


async def test_another_hour_is_checked_anew(world: World, plaza: Network, clock: FakeClock) -> None:
    job = await world.schedule(await world.account(), 30)
    await world.run_due()
    await decide(world, job, schedule, clock.now() + timedelta(minutes=45))
    await world.run_due()
    assert plaza.checked == 2


async def test_a_made_one_survives_a_restart(world: World, plaza: Network) -> None:
    await world.schedule(await world.account(), 30)
    await world.run_due()
    await world.restart()
    await world.run_due()
    assert plaza.checked == 1


async def test_hundreds_for_one_hour_are_one_question(world: World, plaza: Network) -> None:
    account = await world.account()
    jobs = [await world.schedule(account, 30, adapted(f"Pan {number}")) for number in range(120)]
    plaza.answers = [AuthExpired("gone")]
    await world.run_due()
    assert plaza.checked == 1
    assert {(await world.delivery(job)).code for job in jobs} == {"auth_expired"}


# -- what it finds -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [AuthExpired("gone"), NotPermitted("no", code="scope_missing")], ids=str)
async def test_a_permission_that_ended_blocks_before_the_hour_and_is_told(
    world: World, plaza: Network, fault: AuthExpired
) -> None:
    plaza.answers = [fault]
    job = await world.schedule(await world.account(), 30)
    await world.run_due()
    delivery = await world.delivery(job)
    assert (delivery.status, delivery.needs, delivery.code) == (S.BLOCKED, Needs.AUTHORIZATION, fault.code)
    assert job.id in world.facts.seen
    assert (await world.job(job)).status is JobStatus.NEEDS_PERSON
    assert await told(world, job) == [("blocked", fault.code)]
    await at(world, 31)
    assert plaza.performed == 0


async def test_renewed_in_time_it_goes_out_at_its_hour(world: World, plaza: Network) -> None:
    plaza.answers = [AuthExpired("gone")]
    job = await world.schedule(await world.account(), 30)
    await world.run_due()
    await world.account(token="new")
    await world.run_due()
    delivery = await world.delivery(job)
    assert (delivery.status, delivery.wait, delivery.due_at) == (S.WAITING, Wait.HOUR, delivery.scheduled_at)
    assert plaza.checked == 2
    await at(world, 29)
    assert plaza.performed == 0
    await at(world, 1)
    assert (await world.delivery(job)).status is S.PUBLISHED


async def test_renewed_after_the_hour_it_goes_out_at_once(world: World, plaza: Network) -> None:
    plaza.answers = [AuthExpired("gone")]
    job = await world.schedule(await world.account(), 30)
    await world.run_due()
    await at(world, 300)
    await world.account(token="new")
    await world.run_due()
    assert (await world.delivery(job)).status is S.PUBLISHED


async def test_a_renewal_while_it_asks_makes_its_answer_void(world: World, plaza: Network) -> None:
    renewed = asyncio.Event()

    async def of_the_old_ones() -> None:
        await renewed.wait()
        raise AuthExpired("gone")

    plaza.answers = [of_the_old_ones]
    job = await world.schedule(await world.account(), 30)
    await world.engine.sweep()
    while not plaza.checked:
        await asyncio.sleep(0)
    await world.account(token="new")
    renewed.set()
    await world.run_due()
    assert (await world.delivery(job)).status is S.WAITING
    assert plaza.checked == 2


async def test_credentials_that_end_before_the_hour(world: World, plaza: Network, clock: FakeClock) -> None:
    account = await world.account(expires_at=clock.now() + timedelta(minutes=40))
    before = await world.schedule(account, 30)
    after = await world.schedule(account, 40, adapted("otro"))
    await world.run_due()
    assert (await world.delivery(before)).status is S.WAITING
    delivery = await world.delivery(after)
    assert (delivery.status, delivery.needs, delivery.code) == (S.BLOCKED, Needs.AUTHORIZATION, "auth_ends")
    await at(world, 30)
    assert (await world.delivery(before)).status is S.PUBLISHED


async def test_credentials_of_another_account(world: World, plaza: Network) -> None:
    plaza.answers = [Identity("6666", "@otra")]
    job = await world.schedule(await world.account(), 30)
    await world.run_due()
    assert (await world.delivery(job)).code == "account_changed"


async def test_a_removed_account_is_told_before_the_hour(world: World, clock: FakeClock) -> None:
    account = await world.account()
    job = await world.schedule(account, 30)
    async with world.store.unit() as unit:
        await unit.accounts.remove(account.id, clock.now())
    await world.run_due()
    assert (await world.delivery(job)).code == "account_removed"
    await world.account(token="back")
    await world.run_due()
    assert (await world.delivery(job)).wait is Wait.HOUR


async def test_a_picture_that_is_gone_blocks_only_what_needs_it(world: World, plaza: Network) -> None:
    account = await world.account()
    world.media.gone = {GONE}
    sound = await world.schedule(account, 30, pictured("aa" * 32))
    broken = await world.schedule(account, 30, pictured("ab" * 32, GONE, text="Otra"))
    await world.run_due()
    assert (await world.delivery(sound)).status is S.WAITING
    delivery = await world.delivery(broken)
    assert (delivery.status, delivery.needs, delivery.code) == (S.BLOCKED, Needs.EDIT, "media_missing")
    assert plaza.checked == 1
    world.media.gone = set()
    await decide(world, broken, retry)
    await world.run_due()
    assert (await world.delivery(broken)).wait is Wait.HOUR
    await at(world, 30)
    assert (await world.delivery(broken)).status is S.PUBLISHED


async def test_retried_unmended_it_is_told_again(world: World) -> None:
    world.media.gone = {GONE}
    job = await world.schedule(await world.account(), 30, pictured(GONE))
    await world.run_due()
    await decide(world, job, retry)
    await world.run_due()
    assert await told(world, job) == [("blocked", "media_missing"), ("waiting", None), ("blocked", "media_missing")]


async def test_a_limit_that_shrank_since_the_approval(world: World, clock: FakeClock, plaza: Network) -> None:
    job = await world.schedule(await world.account(), 30, adapted("x" * 200))
    narrower = replace(scripted(plaza), profile=replace(PROFILE, limit=140))
    await world.kill()
    world.platforms["plaza"] = narrower
    world.reborn()
    await world.run_due()
    delivery = await world.delivery(job)
    assert (delivery.status, delivery.needs, delivery.code) == (S.BLOCKED, Needs.EDIT, "outgrown_text")
    assert delivery.params == {"found": "200", "most": "140"}


async def test_a_network_that_was_switched_off(world: World, clock: FakeClock) -> None:
    job = await world.schedule(await world.account("mercado"), 30)
    await world.kill()
    del world.platforms["mercado"]
    world.reborn()
    await world.run_due()
    assert (await world.delivery(job)).code == "platform_off"


async def test_a_dry_run_asks_for_its_pictures_only(world: World, plaza: Network) -> None:
    world.media.gone = {GONE}
    account = await world.account()
    plaza.answers = [AuthExpired("gone")]
    sound = await world.schedule(account, 30, pictured("aa" * 32), dry_run=True)
    broken = await world.schedule(account, 30, pictured(GONE), dry_run=True)
    await world.run_due()
    assert plaza.checked == 0
    assert (await world.delivery(sound)).status is S.WAITING
    assert (await world.delivery(broken)).code == "media_missing"


# -- no clear answer -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [Unavailable(), RateLimited(), Rejected(code="bad_request")], ids=str)
async def test_without_a_clear_answer_it_is_asked_again_later(world: World, plaza: Network, fault: Exception) -> None:
    plaza.answers = [fault]
    job = await world.schedule(await world.account(), 30)
    await world.run_due()
    await at(world, 4)
    assert plaza.checked == 1
    await at(world, 1)
    assert plaza.checked == 2
    assert await told(world, job) == []


async def test_the_wait_a_platform_asks_for_is_kept(world: World, plaza: Network, clock: FakeClock) -> None:
    plaza.answers = [RateLimited(retry_at=clock.now() + timedelta(minutes=12))]
    await world.schedule(await world.account(), 30)
    await world.run_due()
    await at(world, 11)
    assert plaza.checked == 1
    await at(world, 1)
    assert plaza.checked == 2


async def test_a_platform_is_never_hurried(world: World, plaza: Network, clock: FakeClock) -> None:
    plaza.answers = [Unavailable(retry_at=clock.now() - timedelta(hours=1))]
    await world.schedule(await world.account(), 30)
    await world.run_due()
    await at(world, 29 / 60)
    assert plaza.checked == 1
    await at(world, 1 / 60)
    assert plaza.checked == 2


async def test_last_it_asks_shortly_before_the_hour_and_then_the_hour_decides(world: World, plaza: Network) -> None:
    plaza.answers = [Unavailable() for _ in range(10)]
    job = await world.schedule(await world.account(), 6)
    asked = []
    for second in range(0, 6 * 60, 5):
        before = plaza.checked
        await world.run_due()
        asked += [second] * (plaza.checked - before)
        world.clock.advance(5)
    assert asked == [0, 4 * 60]
    await world.run_due()
    assert (await world.delivery(job)).status is S.PUBLISHED


async def test_a_hanging_check_delays_neither_claims_nor_other_accounts(world: World, plaza: Network) -> None:
    plaza.answers = [hanging]
    await world.schedule(await world.account(), 30)
    other = await world.account("mercado")
    now = await world.approve([other], adapted("ya"))
    await world.engine.sweep()
    await world.engine.quiet()
    assert (await world.delivery(now)).status is S.PUBLISHED
    later = await world.schedule(other, 30, adapted("luego"))
    await world.engine.sweep()
    for _ in range(2000):
        async with world.store.view() as unit:
            window = (world.clock.now(), world.clock.now() + timedelta(hours=1))
            if (await world.delivery(later)).account_id not in await unit.timetable.to_check(*window):
                break
    else:
        raise AssertionError("the other account was never checked")
    assert plaza.checked == 1


async def test_a_check_that_takes_too_long_is_no_answer(
    world: World, plaza: Network, monkeypatch: pytest.MonkeyPatch
) -> None:
    plaza.answers = [hanging]
    job = await world.schedule(await world.account(), 30)
    with monkeypatch.context() as hurried:
        hurried.setattr("publishers.engine.inspection.PATIENCE", timedelta(milliseconds=100))
        await world.run_due()
    assert (await world.delivery(job)).status is S.WAITING
    plaza.answers.clear()
    before = plaza.checked
    await at(world, 5)
    assert plaza.checked == before + 1


async def test_a_check_that_breaks_is_asked_again_and_breaks_nothing(world: World, plaza: Network) -> None:
    plaza.answers = [KeyError("our own mistake")]
    job = await world.schedule(await world.account(), 30)
    await world.run_due()
    await at(world, 5)
    assert plaza.checked == 2
    await at(world, 25)
    assert (await world.delivery(job)).status is S.PUBLISHED


# -- meanwhile -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("decision", [publish_now, skip, schedule])
async def test_what_was_decided_meanwhile_stands(
    world: World, plaza: Network, decision: Callable[..., Awaitable[Delivery | None]]
) -> None:
    asked = asyncio.Event()

    async def slowly() -> None:
        await asked.wait()

    plaza.answers = [slowly]
    world.media.gone = {GONE}
    job = await world.schedule(await world.account(), 30, pictured(GONE))
    await world.engine.sweep()
    while not plaza.checked:
        await asyncio.sleep(0)
    hour = (world.clock.now() + timedelta(hours=3),) if decision is schedule else ()
    decided = await decide(world, job, decision, *hour)
    asked.set()
    await world.preflight.quiet()
    assert await world.delivery(job) == decided


async def test_a_stop_waits_for_no_answer(world: World, plaza: Network) -> None:
    plaza.answers = [hanging]
    await world.schedule(await world.account(), 30)
    await world.engine.sweep()
    while not plaza.checked:
        await asyncio.sleep(0)
    await world.engine.stop()
    await world.preflight.quiet()


# -- allowances ----------------------------------------------------------------------------------------------------


async def test_an_allowance_that_will_be_used_up_is_told_and_keeps_the_hour(world: World, clock: FakeClock) -> None:
    until = clock.now() + timedelta(minutes=50)

    async def full(deliveries: Sequence[Delivery]) -> dict[str, datetime]:
        return {each.id: until for each in deliveries if each.adapted.parts[0].text == "lleno"}

    world.preflight.inspection = replace(world.preflight.inspection, full=full)
    account = await world.account()
    job, other = await world.schedule(account, 30, adapted("lleno")), await world.schedule(account, 30)
    await world.run_due()
    delivery = await world.delivery(job)
    assert (delivery.status, delivery.wait, delivery.due_at) == (S.WAITING, Wait.HOUR, delivery.scheduled_at)
    assert (delivery.code, delivery.params) == ("quota_ahead", {"until": until.isoformat()})
    assert (await world.delivery(other)).code is None
    assert await told(world, job) == [("waiting", "quota_ahead")]
    await at(world, 1)
    assert await told(world, job) == [("waiting", "quota_ahead")]
    await at(world, 29)
    assert (await world.delivery(job)).status is S.PUBLISHED


async def test_a_window_that_will_be_full_at_the_hour_is_foreseen(world: World, clock: FakeClock) -> None:
    world.limits = {"plaza": {"posts_per_hour": 2}}
    world.reborn()
    account = await world.account()
    for text in ("uno", "dos"):
        await world.approve([account], adapted(text))
    await world.run_due()
    full_until = clock.now() + timedelta(hours=1)
    early, late = (
        await world.schedule(account, 30, adapted("tres")),
        await world.schedule(account, 70, adapted("cuatro")),
    )
    await world.run_due()
    await at(world, 15)
    warned = await world.delivery(early)
    assert (warned.code, warned.wait, warned.params) == ("quota_ahead", Wait.HOUR, {"until": full_until.isoformat()})
    async with world.store.unit() as unit:
        accepted = await accept_wait(unit, warned, actor=OWNER, at=clock.now())
    assert accepted is not None
    assert (accepted.reason, accepted.due_at, accepted.scheduled_at) == ("accepted", warned.due_at, warned.due_at)
    assert (await world.delivery(late)).code is None
    await world.run_until_rest()
    assert [(await world.delivery(job)).status for job in (early, late)] == [S.PUBLISHED] * 2
