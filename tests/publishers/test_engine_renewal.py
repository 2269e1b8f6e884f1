"""Renewal: once at a time, kept before it is used, never in a loop, and nobody's post is lost by it."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from structlog.testing import capture_logs

from fakes.clock import FakeClock
from fakes.network import Network, adapted, lost
from fakes.tokens import DAY, HOUR, MINUTE, Held, Office, TokenCredentials, keep, kept, renewing
from fakes.world import World
from publishers.engine.contract import Act, Receipt
from publishers.engine.errors import AuthExpired, Needs, NotPermitted, RateLimited, Rejected, Unavailable, Unconfirmed
from publishers.engine.model import Account, DeliveryStatus, Wait
from publishers.engine.orchestrator import Pace
from publishers.engine.ports import Store, StoreUnavailable, Unit
from publishers.engine.renewal import PAUSE, Renewals
from publishers.engine.steps import Fence

S = DeliveryStatus


@pytest.fixture
def office(clock: FakeClock) -> Office:
    return Office(clock)


@pytest.fixture
async def world(store: Store, clock: FakeClock, plaza: Network, office: Office) -> AsyncIterator[World]:
    world = World(store, clock, {"plaza": renewing(plaza, office)}, lead=HOUR)
    yield world
    await world.kill()


@pytest.fixture
async def account(store: Store, clock: FakeClock, office: Office) -> Account:
    """With two hours to live."""
    return await keep(store, clock, office.issue())


async def publish(world: World, account: Account, text: str = "Hay pan") -> DeliveryStatus:
    job = await world.approve([account], adapted(text))
    await world.run_due()
    return (await world.delivery(job)).status


async def version(store: Store, account: Account) -> int:
    return (await kept(store, account.id))[0].credentials_version


# -- ahead of the end ------------------------------------------------------------------------------------------------


async def test_credentials_with_time_left_are_used_as_they_are(world: World, account: Account, office: Office) -> None:
    world.clock.advance((2 * HOUR - 11 * MINUTE).total_seconds())
    assert await publish(world, account) is S.PUBLISHED
    assert office.calls == 0


async def test_credentials_near_their_end_are_renewed_before_anything_is_published(
    world: World, account: Account, office: Office, plaza: Network
) -> None:
    world.clock.advance((2 * HOUR - 9 * MINUTE).total_seconds())
    assert await publish(world, account) is S.PUBLISHED
    present, token = await kept(world.store, account.id)
    assert (present.credentials_version, present.usable) == (2, True)
    assert token == "access-1"
    assert present.expires_at == office.alive["access-1"]
    assert (office.calls, plaza.performed) == (1, 1)


async def test_what_is_new_is_kept_before_it_is_used(
    world: World, account: Account, office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    order: list[str] = []
    check, renewing_class = office.check, type(await _renewing(world.store))
    renewed = renewing_class.renewed

    async def noted(self: object, *args: object, **more: object) -> object:
        result = await renewed(self, *args, **more)  # type: ignore[arg-type] # handed on
        order.append("written")
        return result

    def looked(credentials: TokenCredentials) -> None:
        order.append(f"used, with {version_now()} kept")
        check(credentials)

    def version_now() -> int:
        with sqlite3.connect(tmp_path / "data" / "pregonero.db") as reader:
            [(kept_version,)] = reader.execute("SELECT credentials_version FROM account")
        reader.close()
        return int(kept_version)

    monkeypatch.setattr(renewing_class, "renewed", noted)
    monkeypatch.setattr(office, "check", looked)
    world.clock.advance((2 * HOUR).total_seconds())
    assert await publish(world, account) is S.PUBLISHED
    assert order == ["written", "used, with 2 kept"]


async def _renewing(store: Store) -> Any:
    async with store.view() as unit:
        return unit.renewing


async def test_many_who_need_it_at_once_ask_once(world: World, account: Account, office: Office) -> None:
    world.clock.advance((2 * HOUR).total_seconds())
    connections = await asyncio.gather(*(world.engine.connections.connect(account.id) for _ in range(20)))
    assert office.calls == 1
    assert {each.account.credentials_version for each in connections} == {2}


async def test_whoever_stops_waiting_does_not_stop_it(world: World, account: Account, office: Office) -> None:
    world.clock.advance((2 * HOUR).total_seconds())
    office.after.append(held := Held())
    waiting = asyncio.create_task(world.engine.connections.connect(account.id))
    await held.begun.wait()
    waiting.cancel()
    with suppress(asyncio.CancelledError):
        await waiting
    held.go.set()
    connection = await world.engine.connections.connect(account.id)
    assert (connection.account.credentials_version, office.calls, office.reuses) == (2, 1, 0)


async def test_a_renewal_while_a_commit_is_on_the_wire_leaves_it_alone(
    world: World, account: Account, office: Office, plaza: Network
) -> None:
    """The old token dies under it: the platform has taken the request, and its answer counts."""
    plaza.gate = asyncio.Event()
    job = await world.approve([account], adapted("Hay pan"))
    await world.engine.sweep()
    await world.until_published(plaza)
    world.clock.advance((2 * HOUR).total_seconds())
    await world.engine.connections.connect(account.id)
    async with world.store.view() as unit:
        assert await unit.steps.armed((await world.delivery(job)).id) is not None
    plaza.gate.set()
    await world.run_due()
    assert (await world.delivery(job)).status is S.PUBLISHED
    assert (office.calls, len(plaza.posts)) == (1, 1)


async def test_a_look_is_made_with_credentials_that_live(
    world: World, account: Account, office: Office, plaza: Network
) -> None:
    plaza.script = [lost]
    plaza.hidden = 1
    job = await world.approve([account], adapted("Hay pan"))
    await world.run_due()
    assert (await world.delivery(job)).status is S.UNCONFIRMED
    world.clock.advance((2 * HOUR).total_seconds())
    await world.run_until_rest()
    assert (await world.delivery(job)).status is S.PUBLISHED
    assert (office.calls, len(plaza.posts)) == (1, 1)


# -- refused ---------------------------------------------------------------------------------------------------------


async def test_refused_in_the_middle_it_is_renewed_once_and_goes_out_without_spending_an_attempt(
    world: World, account: Account, office: Office, plaza: Network
) -> None:
    office.revoke()
    job = await world.approve([account], adapted("Hay pan"))
    await world.run_due()
    delivery = await world.delivery(job)
    assert (delivery.status, delivery.attempts) == (S.PUBLISHED, 0)
    assert (office.calls, plaza.performed, plaza.prepared) == (1, 1, 1)
    async with world.store.view() as unit:
        events = await unit.ledger.events(delivery.id)
    walked = [(row["metadata"].get("to"), row["metadata"].get("reason")) for row in events]
    assert ("pending", "renewed") in walked


async def test_refused_and_renewed_it_keeps_its_place_before_those_that_wait_for_a_limit(
    store: Store, clock: FakeClock, plaza: Network, office: Office, account: Account
) -> None:
    world = World(store, clock, {"plaza": renewing(plaza, office)}, limits={"plaza": {"posts_per_hour": 1}})
    for text in ("uno", "dos", "tres"):
        await world.approve([account], adapted(text))
    await world.run_due()
    clock.advance(HOUR.total_seconds())
    office.revoke()
    await world.run_due()
    assert [post.text for post in plaza.posts] == ["uno", "dos"]


async def test_several_that_are_refused_together_are_renewed_once(
    world: World, account: Account, office: Office, plaza: Network
) -> None:
    office.revoke()
    jobs = [await world.approve([account], adapted(f"Pan {number}")) for number in range(6)]
    await world.run_due()
    assert {(await world.delivery(job)).status for job in jobs} == {S.PUBLISHED}
    assert (office.calls, len(plaza.posts)) == (1, 6)


async def test_what_an_earlier_run_is_refused_says_nothing_of_the_credentials_renewed_since(
    store: Store, clock: FakeClock, plaza: Network, office: Office, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its act outlasted it, and a run with newer ones waits for that act."""
    pace = Pace(job_timeout=timedelta(milliseconds=150))
    world = World(store, clock, {"plaza": renewing(plaza, office)}, pace=pace)
    answered, joined, commit = asyncio.Event(), asyncio.Event(), Fence.commit

    async def refused(*_: Any) -> Receipt:
        await answered.wait()
        raise AuthExpired("Unauthorized")

    async def noticed(self: Fence, key: str, act: Act) -> Receipt:
        joined.set()
        return await commit(self, key, act)

    plaza.script = [refused]
    job = await world.approve([account], adapted("Hay pan"))
    await world.engine.sweep()
    await world.engine.quiet()
    await world.engine.connections.renewals.renew(account.id, 1)
    monkeypatch.setattr(Fence, "commit", noticed)
    await world.engine.sweep()
    await joined.wait()
    answered.set()
    await world.run_until_rest()
    assert (await world.delivery(job)).status is S.PUBLISHED
    assert (await kept(store, account.id))[0].usable
    assert (office.calls, len(plaza.posts)) == (1, 1)


async def test_refused_again_with_fresh_credentials_it_asks_and_nothing_moves_any_more(
    world: World, account: Account, office: Office
) -> None:
    office.refuses_all = True
    job = await world.approve([account], adapted("Hay pan"))
    await world.run_until_rest()
    delivery = await world.delivery(job)
    assert (delivery.status, delivery.needs, delivery.code) == (S.BLOCKED, Needs.AUTHORIZATION, "auth_expired")
    assert not (await kept(world.store, account.id))[0].usable
    for _ in range(20):
        world.clock.advance(DAY.total_seconds())
        await world.run_due()
    assert (office.calls, (await world.delivery(job)).version) == (1, delivery.version)


async def test_in_every_life_anew_it_is_not_asked_for_again(world: World, account: Account, office: Office) -> None:
    """That they were renewed stands in the tables, not in the memory of a process that dies."""
    office.refuses_all = True
    job = await world.approve([account], adapted("Hay pan"))
    await world.engine.sweep()
    async with asyncio.timeout(10):
        while await version(world.store, account) == 1:
            await asyncio.sleep(0)
    for _ in range(5):
        await world.restart()
        await world.engine.sweep()
        for _ in range(300):
            await asyncio.sleep(0)
    await world.run_due()
    assert (await world.delivery(job)).status is S.BLOCKED
    assert office.calls == 1


async def test_what_was_renewed_long_ago_may_be_renewed_when_it_is_refused(
    world: World, account: Account, office: Office
) -> None:
    office.revoke()
    assert await publish(world, account, "uno") is S.PUBLISHED
    world.clock.advance((11 * MINUTE).total_seconds())
    office.revoke()
    assert await publish(world, account, "dos") is S.PUBLISHED
    assert office.calls == 2


async def test_a_refused_look_is_made_again_at_once_and_counts_no_look(
    world: World, account: Account, office: Office, plaza: Network
) -> None:
    plaza.script = [lost]
    plaza.hidden = 1
    job = await world.approve([account], adapted("Hay pan"))
    await world.run_due()
    before = await world.delivery(job)
    assert before.status is S.UNCONFIRMED
    office.revoke()
    plaza.hidden = 0
    await world.run_until_rest()
    assert (await world.delivery(job)).status is S.PUBLISHED
    assert (office.calls, len(plaza.posts)) == (1, 1)
    async with world.store.view() as unit:
        events = await unit.ledger.events(before.id)
    assert [row["metadata"]["to"] for row in events if row["metadata"].get("reason") == "renewed"] == ["unconfirmed"]


async def test_without_a_refresh_token_it_asks_at_once(world: World, office: Office, clock: FakeClock) -> None:
    account = await keep(world.store, clock, office.issue().model_copy(update={"refresh_token": None}))
    office.revoke()
    assert await publish(world, account) is S.BLOCKED
    assert office.calls == 0


async def test_a_refused_run_goes_on_with_what_a_person_brought_meanwhile(
    world: World, account: Account, office: Office, plaza: Network, clock: FakeClock
) -> None:
    async def brought(network: Network, part: object, reply_to: str | None) -> object:
        await keep(world.store, clock, office.issue())
        raise AuthExpired("Unauthorized")

    plaza.script = [brought]  # type: ignore[list-item] # never returns
    job = await world.approve([account], adapted("Hay pan"))
    await world.run_due()
    assert (await world.delivery(job)).status is S.PUBLISHED
    assert office.calls == 0


async def test_what_is_renewed_just_before_the_refusal_is_kept_counts(
    world: World, account: Account, office: Office
) -> None:
    """Otherwise it would be blocked beside credentials that are good, and nothing would free it."""
    connections, store = world.engine.connections, world.store
    await connections.renewals.renew(account.id, 1)
    fresh = await connections.connect(account.id)

    @asynccontextmanager
    async def just_before() -> AsyncIterator[Unit]:
        await connections.renewals.renew(account.id, 2)
        async with store.unit() as unit:
            yield unit

    connections.store = SimpleNamespace(view=store.view, unit=just_before)  # type: ignore[assignment] # as much of one as it uses
    assert await connections.again(fresh)
    assert (await kept(store, account.id))[0].usable


# -- what the token endpoint may say ---------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", [Unavailable("down"), Unconfirmed("?"), Rejected("?"), KeyError("access-0")])
async def test_while_the_old_ones_live_nobody_waits_for_an_office_that_is_closed(
    world: World, account: Account, office: Office, fault: Exception
) -> None:
    world.clock.advance((2 * HOUR - 5 * MINUTE).total_seconds())
    office.before.append(fault)
    with capture_logs() as logs:
        assert await publish(world, account, "uno") is S.PUBLISHED
        assert await publish(world, account, "dos") is S.PUBLISHED
    assert (office.calls, await version(world.store, account)) == (1, 1)
    assert "access-0" not in str(logs)
    world.clock.advance(PAUSE.total_seconds())
    assert await publish(world, account, "tres") is S.PUBLISHED
    assert (office.calls, await version(world.store, account)) == (2, 2)


async def test_once_they_are_dead_it_is_tried_again_like_anything_that_is_not_there_now(
    world: World, account: Account, office: Office
) -> None:
    world.clock.advance((3 * HOUR).total_seconds())
    office.before.append(Unavailable("down"))
    job = await world.approve([account], adapted("Hay pan"))
    await world.run_due()
    delivery = await world.delivery(job)
    assert (delivery.status, delivery.wait, delivery.attempts) == (S.WAITING, Wait.RETRY, 1)
    assert (await kept(world.store, account.id))[0].usable
    await world.run_until_rest()
    assert (await world.delivery(job)).status is S.PUBLISHED
    assert office.calls == 2


async def test_a_limit_of_the_office_is_waited_for_and_spends_nothing(
    world: World, account: Account, office: Office
) -> None:
    world.clock.advance((3 * HOUR).total_seconds())
    until = world.clock.now() + timedelta(minutes=40)
    office.before.append(RateLimited("slow down", retry_at=until))
    job = await world.approve([account], adapted("Hay pan"))
    await world.run_due()
    delivery = await world.delivery(job)
    assert (delivery.status, delivery.wait, delivery.due_at, delivery.attempts) == (S.WAITING, Wait.LIMIT, until, 0)
    other = await world.approve([account], adapted("Y bollos"))
    await world.run_due()
    assert office.calls == 1  # the other one does not ask before either
    await world.run_until_rest()
    assert {(await world.delivery(each)).status for each in (job, other)} == {S.PUBLISHED}
    assert office.calls == 2


async def test_a_definite_refusal_blocks_and_asks_also_while_the_old_ones_live(
    world: World, account: Account, office: Office
) -> None:
    world.clock.advance((2 * HOUR - 5 * MINUTE).total_seconds())
    office.before.append(AuthExpired("invalid_grant"))
    assert await publish(world, account) is S.BLOCKED
    assert not (await kept(world.store, account.id))[0].usable
    assert await publish(world, account) is S.BLOCKED
    assert office.calls == 1


async def test_an_answer_lost_after_the_old_token_was_used_up_ends_in_one_question(
    world: World, account: Account, office: Office
) -> None:
    world.clock.advance((2 * HOUR).total_seconds())
    office.after.append(Unavailable("ServerDisconnected"))
    job = await world.approve([account], adapted("Hay pan"))
    await world.run_until_rest()
    delivery = await world.delivery(job)
    assert (delivery.status, delivery.needs) == (S.BLOCKED, Needs.AUTHORIZATION)
    assert (office.calls, office.reuses) == (2, 1)
    world.clock.advance((30 * DAY).total_seconds())
    await world.run_due()
    assert office.calls == 2
    await keep(world.store, world.clock, office.issue())
    await world.run_due()
    assert (await world.delivery(job)).status is S.PUBLISHED


async def test_death_between_the_answer_and_the_store_costs_one_call_and_one_question(
    world: World, account: Account, office: Office
) -> None:
    world.clock.advance((2 * HOUR).total_seconds())
    office.after.append(held := Held())
    job = await world.approve([account], adapted("Hay pan"))
    await world.engine.sweep()
    await held.begun.wait()
    await world.restart()
    async with world.store.unit() as unit:
        await unit.renewing.void()  # as a start does
    await world.run_until_rest()
    assert (await world.delivery(job)).status is S.BLOCKED
    assert (office.calls, office.reuses) == (2, 1)
    for _ in range(5):
        await world.restart()
        await world.run_until_rest()
    assert office.calls == 2


# -- the store -------------------------------------------------------------------------------------------------------


async def test_a_rotated_token_is_never_lost_while_we_live_however_full_the_disk_is(
    world: World, account: Account, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    renewing_class = type(await _renewing(world.store))
    renewed, failures = renewing_class.renewed, [StoreUnavailable("disk full")] * 5

    async def sometimes(self: object, *args: object, **more: object) -> object:
        if failures:
            raise failures.pop()
        return await renewed(self, *args, **more)  # type: ignore[arg-type] # handed on

    monkeypatch.setattr(renewing_class, "renewed", sometimes)
    world.clock.advance((2 * HOUR).total_seconds())
    with capture_logs() as logs:
        connection = await world.engine.connections.connect(account.id)
    assert connection.account.credentials_version == 2
    assert (office.calls, office.reuses, failures) == (1, 0, [])
    assert any("store" in entry["event"] for entry in logs)
    assert not any(secret in str(logs) for secret in ("access-", "refresh-"))


async def test_newer_credentials_of_a_person_win_and_what_was_renewed_is_dropped(
    world: World, account: Account, office: Office, clock: FakeClock
) -> None:
    clock.advance((2 * HOUR).total_seconds())
    office.after.append(held := Held())
    waiting = asyncio.create_task(world.engine.connections.connect(account.id))
    await held.begun.wait()
    brought = office.issue()
    await keep(world.store, clock, brought)
    held.go.set()
    connection = await waiting
    present, token = await kept(world.store, account.id)
    assert token == brought.access_token.get_secret_value()
    assert (present.credentials_version, connection.account.credentials_version) == (2, 2)
    async with world.store.view() as unit:
        assert await unit.renewing.lease(account.id, 2) is None


async def test_the_end_of_an_older_asking_says_nothing_of_how_soon_newer_credentials_may_be_asked_for(
    world: World, account: Account, office: Office, clock: FakeClock
) -> None:
    clock.advance((2 * HOUR).total_seconds())
    renewals = world.engine.connections.renewals
    office.after.append(held := Held())
    older = asyncio.create_task(renewals.renew(account.id, 1))
    await held.begun.wait()
    await keep(world.store, clock, office.issue())
    office.before.append(Unavailable("down"))
    with pytest.raises(Unavailable):
        await renewals.renew(account.id, 2)
    held.go.set()
    await older
    with pytest.raises(Unavailable):
        await renewals.renew(account.id, 2)
    assert office.calls == 2


async def test_newer_credentials_of_a_person_survive_the_refusal_of_the_older(
    world: World, account: Account, office: Office, clock: FakeClock
) -> None:
    clock.advance((2 * HOUR).total_seconds())

    async def brought() -> None:
        await keep(world.store, clock, office.issue())
        raise AuthExpired("invalid_grant")

    office.before.append(brought)
    connection = await world.engine.connections.connect(account.id)
    assert (connection.account.credentials_version, connection.account.usable) == (2, True)


async def test_renewing_frees_nothing_that_waits_for_another_permission(
    world: World, account: Account, office: Office, plaza: Network
) -> None:
    """Else each renewal would try it again and ask again."""
    plaza.script = [NotPermitted("no scope"), NotPermitted("no scope")]
    early = await world.approve([account], adapted("uno"))
    await world.run_due()
    world.clock.advance((2 * HOUR).total_seconds())
    late = await world.approve([account], adapted("dos"))
    await world.run_due()
    assert office.calls == 1
    assert [(await world.delivery(job)).status for job in (early, late)] == [S.BLOCKED, S.BLOCKED]
    assert plaza.performed == 2
    await keep(world.store, world.clock, office.issue())
    await world.run_due()
    assert [(await world.delivery(job)).status for job in (early, late)] == [S.PUBLISHED, S.PUBLISHED]


# -- several processes, and clocks -----------------------------------------------------------------------------------


def other(world: World) -> Renewals:
    """Another process on the same tables."""
    world_connections = world.engine.connections
    return Renewals(world.store, world.clock, lambda opened: world_connections._connection(opened).publisher)


async def test_two_processes_ask_once_and_the_loser_reads_what_the_other_kept(
    world: World, account: Account, office: Office
) -> None:
    office.before.append(held := Held())
    ours, theirs = other(world), other(world)
    first = asyncio.create_task(ours.renew(account.id, 1))
    await held.begun.wait()
    second = asyncio.create_task(theirs.renew(account.id, 1))
    world.clock.patience = 0
    await asyncio.sleep(0.02)
    assert not second.done()
    held.go.set()
    await first
    world.clock.advance(1)
    await asyncio.wait_for(second, 5)
    assert (office.calls, await version(world.store, account)) == (1, 2)


@pytest.mark.parametrize("jump", [-10 * DAY, timedelta(0)], ids=["the clock went back", "the holder is dead"])
async def test_a_lease_is_over_by_either_clock(world: World, account: Account, office: Office, jump: timedelta) -> None:
    now = world.clock.now()
    async with world.store.unit() as unit:
        assert await unit.renewing.take(account.id, 1, now, now + 2 * MINUTE) is not None
    world.clock.at += jump
    began = world.clock.monotonic()
    await other(world).renew(account.id, 1)
    assert (office.calls, await version(world.store, account)) == (1, 2)
    assert world.clock.monotonic() - began <= 121


async def test_of_two_who_outwait_a_dead_holder_one_asks(world: World, account: Account, office: Office) -> None:
    """Who comes second meets a new lease, although the one it watched would have lasted longer."""
    async with world.store.unit() as unit:
        await unit.renewing.take(account.id, 1, world.clock.now(), world.clock.now() + 2 * MINUTE)
    world.clock.at -= 10 * DAY
    office.before.append(held := Held())
    renewing = [asyncio.create_task(other(world).renew(account.id, 1)) for _ in range(2)]
    await held.begun.wait()
    world.clock.patience = 0
    await asyncio.sleep(0.02)
    assert office.calls == 1
    held.go.set()
    await asyncio.wait(renewing, return_when=asyncio.FIRST_COMPLETED)
    world.clock.advance(1)
    await asyncio.gather(*renewing)
    assert (office.calls, office.reuses, await version(world.store, account)) == (1, 0, 2)


async def test_a_holder_who_was_thought_dead_still_keeps_what_it_was_given(
    world: World, account: Account, office: Office
) -> None:
    """It slept through its lease: the other was refused, and what the first brings home mends that."""
    office.after.append(held := Held())
    first = asyncio.create_task(other(world).renew(account.id, 1))
    await held.begun.wait()
    with pytest.raises(AuthExpired):
        await other(world).renew(account.id, 1)
    assert not (await kept(world.store, account.id))[0].usable
    job = await world.approve([account], adapted("Hay pan"))
    await world.run_due()
    assert (await world.delivery(job)).status is S.BLOCKED
    held.go.set()
    await first
    present, _ = await kept(world.store, account.id)
    assert (present.credentials_version, present.usable) == (2, True)
    await world.run_due()
    assert (await world.delivery(job)).status is S.PUBLISHED


# -- the end of a life -----------------------------------------------------------------------------------------------


async def test_a_stop_waits_for_the_answer_and_keeps_it(world: World, account: Account, office: Office) -> None:
    world.clock.advance((2 * HOUR).total_seconds())
    office.after.append(held := Held())
    await world.approve([account], adapted("Hay pan"))
    await world.engine.sweep()
    await held.begun.wait()
    asyncio.get_running_loop().call_later(0.02, held.go.set)
    await world.engine.stop()
    assert (await version(world.store, account), office.calls) == (2, 1)


async def test_a_stop_does_not_wait_for_what_others_ask_nor_for_ever(
    world: World, account: Account, office: Office, store: Store, clock: FakeClock
) -> None:
    clock.patience = 0
    async with held_elsewhere(store, account, clock):
        waiting = asyncio.create_task(world.engine.connections.renewals.renew(account.id, 1))
        await asyncio.sleep(0.02)
        await asyncio.wait_for(world.engine.connections.renewals.drain(20), 1)
    assert not waiting.done()  # nobody spends an attempt on it: the next start goes on
    waiting.cancel()
    office.before.append(held := Held())
    world.reborn()
    asking = asyncio.create_task(world.engine.connections.renewals.renew(account.id, 1))
    await held.begun.wait()
    await asyncio.wait_for(world.engine.connections.renewals.drain(0.01), 1)
    assert not asking.done()
    asking.cancel()


@asynccontextmanager
async def held_elsewhere(store: Store, account: Account, clock: FakeClock) -> AsyncIterator[None]:
    async with store.unit() as unit:
        taken = await unit.renewing.take(account.id, 1, clock.now(), clock.now() + 2 * MINUTE)
    yield
    assert taken is not None
    async with store.unit() as unit:
        await unit.renewing.give_back(taken[0])


async def test_after_a_stop_nobody_begins_to_ask(world: World, account: Account, office: Office) -> None:
    await world.engine.connections.renewals.drain(0)
    waiting = asyncio.create_task(world.engine.connections.renewals.renew(account.id, 1))
    await asyncio.sleep(0.02)
    assert (waiting.done(), office.calls) == (False, 0)
    waiting.cancel()


async def test_a_start_voids_the_leases_of_an_earlier_life(
    world: World, account: Account, office: Office, store: Store, clock: FakeClock
) -> None:
    async with store.unit() as unit:
        await unit.renewing.take(account.id, 1, clock.now(), clock.now() + 2 * MINUTE)
    await world.engine._recover()
    began = clock.monotonic()
    await world.engine.connections.renewals.renew(account.id, 1)
    assert (clock.monotonic() - began, office.calls) == (0, 1)


# -- before the hour -------------------------------------------------------------------------------------------------


async def test_an_end_before_the_hour_is_no_fault_where_it_can_be_renewed(
    world: World, account: Account, office: Office
) -> None:
    job = await world.schedule(account, 150, adapted("Hay pan"))
    world.clock.advance((100 * MINUTE).total_seconds())
    await world.run_due()
    assert (await world.delivery(job)).status is S.WAITING
    await world.run_until_rest()
    assert (await world.delivery(job)).status is S.PUBLISHED


async def test_an_end_before_the_hour_is_told_where_it_cannot_and_mended_once_it_can(
    world: World, account: Account, office: Office
) -> None:
    office.lead = None
    job = await world.schedule(account, 150, adapted("Hay pan"))
    world.clock.advance((100 * MINUTE).total_seconds())
    await world.run_due()
    assert (await world.delivery(job)).code == "auth_ends"
    office.lead = 30 * MINUTE
    await world.engine.connections.connect(account.id)
    await world.run_until_rest()
    assert (await world.delivery(job)).status is S.PUBLISHED


async def test_refused_before_the_hour_they_are_renewed_once_and_the_platform_is_asked_again(
    world: World, account: Account, office: Office, plaza: Network
) -> None:
    job = await world.schedule(account, 50, adapted("Hay pan"))
    office.revoke()
    await world.run_due()
    assert (await world.delivery(job)).status is S.WAITING
    assert (office.calls, plaza.checked) == (1, 1)
    office.refuses_all = True
    await world.run_until_rest()
    assert (await world.delivery(job)).status is S.BLOCKED
    assert office.calls <= 2


async def test_what_waited_only_for_a_renewal_goes_on_with_it(world: World, account: Account, office: Office) -> None:
    """The application's own secret was wrong: no person's consent was missing."""
    office.before.append(NotPermitted("invalid_client", code="client_refused"))
    world.clock.advance((3 * HOUR).total_seconds())
    job = await world.approve([account], adapted("Hay pan"))
    await world.run_due()
    delivery = await world.delivery(job)
    assert (delivery.status, delivery.code) == (S.BLOCKED, "client_refused")
    world.clock.advance(PAUSE.total_seconds())
    await world.engine.connections.connect(account.id)
    await world.run_due()
    assert (await world.delivery(job)).status is S.PUBLISHED
