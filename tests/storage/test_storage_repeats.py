"""What went to an account before: found by its gist; and where the drafts of one family went."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from storage_samples import ANA, CHAT, NOON, a_draft, a_job, add_account, claim_all, go, later, look_up, open_job

from adapters.adapted import Adapted, Part
from adapters.content import Content
from adapters.likeness import gist
from publishers.engine.contract import Receipt
from publishers.engine.decisions import reword, rewordable, skip
from publishers.engine.errors import Needs
from publishers.engine.many import Value
from publishers.engine.model import Delivery, DeliveryStatus, Draft, Job, Move
from publishers.engine.ports import Store, Unit
from publishers.engine.repeats import Earlier
from storage import tables
from storage.database import Database

S = DeliveryStatus
TEXT = "Mañana abrimos a las ocho con pan de espelta recién hecho"
NEARLY = "Mañana abrimos a las ocho con pan de espelta recién hecho, ¡venid!"
ANOTHER = "Otra cosa muy distinta, dicha de otra manera"
MONTH = timedelta(days=30)
REFUSED = Move(S.BLOCKED, needs=Needs.EDIT, code="rejected")


def adapted(words: str) -> Adapted:
    return Adapted("post", (Part(words),))


async def opened(store: Store, words: str = TEXT, number: int = 1, **changes: object) -> Job:
    """A job of one delivery that says this."""
    async with store.unit() as unit:
        account = await add_account(unit)
        await unit.drafts.add(a_draft(number))
        job = a_job([account], number)
        [delivery] = job.deliveries
        changed = replace(delivery, **{"adapted": adapted(words), **changes})
        job = replace(job, content=Content(words), deliveries=(changed,))
        await unit.deliveries.open(job)
    return job


async def found(store: Store, words: str = TEXT, *, since: timedelta = MONTH, simulated: bool = False) -> list[Earlier]:
    async with store.view() as unit:
        [account] = await unit.accounts.accounts()
        earlier = await unit.repeats.similar({account.id: gist(words)}, NOON - since, simulated=simulated)
    return list(earlier.get(account.id, ()))


async def publish(store: Store, job: Job) -> Delivery:
    [delivery] = [each for each in await claim_all(store) if each.job_id == job.id]
    async with store.unit() as unit:
        await unit.steps.arm(delivery, "post", "mark", NOON)
        await unit.steps.receive(delivery.id, "post", Receipt("1", "https://example.org/1"), NOON)
    return await go(store, delivery, S.PUBLISHED)


async def refused(store: Store) -> Delivery:
    job = await opened(store)
    [delivery] = await claim_all(store)
    assert delivery.job_id == job.id
    return await go(store, delivery, REFUSED)


async def test_the_same_is_found_with_its_time_and_link(store: Store) -> None:
    await publish(store, await opened(store))
    [earlier] = await found(store, f"¡{TEXT.upper()}! 🥖")
    assert earlier == Earlier(TEXT, S.PUBLISHED, True, NOON, "https://example.org/1")


async def test_what_is_nearly_the_same_is_found_as_such(store: Store) -> None:
    await publish(store, await opened(store))
    [earlier] = await found(store, NEARLY)
    assert not earlier.exact
    assert earlier.text == TEXT
    assert await found(store, "El domingo hay bollos de anís desde las diez en la plaza") == []


async def test_the_same_hides_what_is_nearly_so_of_which_only_a_few_are_read(store: Store) -> None:
    for number in range(2, 7):
        await opened(store, NEARLY, number)
    assert [each.exact for each in await found(store)] == [False] * 3
    await opened(store)
    assert [each.exact for each in await found(store)] == [True]


async def test_what_is_over_and_old_is_found_no_more_and_takes_no_room(store: Store, database: Database) -> None:
    published, planned = await opened(store), await opened(store, NEARLY, 2)
    await publish(store, published)
    ages = [(MONTH - timedelta(days=1), False), (MONTH + timedelta(days=1), True)]
    for age, gone in ages:
        async with store.unit() as unit:
            assert bool(await unit.repeats.purge(NOON + age - MONTH)) is gone
    async with database.reading() as connection:
        left = await connection.scalars(select(tables.gist.c.delivery_id).distinct())
        assert list(left) == [planned.deliveries[0].id]


async def test_each_account_is_asked_for_its_own_words(store: Store) -> None:
    async with store.unit() as unit:
        first, second = await add_account(unit, "alpha"), await add_account(unit, "beta")
    await opened(store, TEXT)
    await opened(store, ANOTHER, 2, account_id=second.id, platform="beta")
    async with store.view() as unit:
        asked = {first.id: gist(ANOTHER), second.id: gist(TEXT)}
        assert not any(
            each.exact for some in (await unit.repeats.similar(asked, NOON, simulated=False)).values() for each in some
        )
        asked = {first.id: gist(TEXT), second.id: gist(ANOTHER)}
        same = await unit.repeats.similar(asked, NOON, simulated=False)
    assert {account: [each.text for each in some] for account, some in same.items()} == {
        first.id: [TEXT],
        second.id: [ANOTHER],
    }


async def test_what_was_published_long_ago_is_not_what_is_still_planned_is(store: Store) -> None:
    await publish(store, await opened(store))
    assert await found(store, since=timedelta(seconds=-1)) == []
    hour = NOON + timedelta(days=40)
    job = await opened(store, NEARLY, 2)
    await go(store, job.deliveries[0], Move(S.WAITING, due_at=hour, wait="hour"))  # type: ignore[arg-type] # a word of it
    [earlier] = await found(store, NEARLY, since=timedelta(seconds=-1))
    assert (earlier.status, earlier.at) == (S.WAITING, hour)


@pytest.mark.parametrize(
    ("changes", "live", "sandbox"),
    [({}, 1, 1), ({"simulated": True}, 0, 1), ({"simulated": True, "dry_run": True}, 0, 0)],
)
async def test_rehearsals_never_count_and_simulations_only_where_nothing_is_real(
    store: Store, changes: dict[str, bool], live: int, sandbox: int
) -> None:
    await opened(store, **changes)
    assert [len(await found(store)), len(await found(store, simulated=True))] == [live, sandbox]


@pytest.mark.parametrize(("to", "counts"), [(S.FAILED, False), (REFUSED, True)])
async def test_what_failed_for_good_does_not_count_what_can_go_on_does(
    store: Store, to: Move | S, counts: bool
) -> None:
    await opened(store)
    [delivery] = await claim_all(store)
    await go(store, delivery, to)
    assert bool(await found(store)) is counts


async def test_other_words_replace_the_old_ones_with_all_that_hung_on_them(store: Store, database: Database) -> None:
    delivery = await refused(store)
    async with store.unit() as unit:
        await unit.many.prepared([_value(delivery, "container"), _value(delivery, "picture")])
    async with store.unit() as unit:
        after = await reword(unit, delivery, adapted(ANOTHER), actor=ANA, at=later(5))
    assert after is not None
    kept = await look_up(store, delivery)
    assert kept == after
    assert (kept.status, kept.needs, kept.code) == (S.PENDING, None, None)
    assert kept.adapted.parts[0].text == ANOTHER
    async with store.view() as unit:
        assert await unit.many.steps([delivery.id]) == {}
        told = [each for each in await unit.ledger.events(delivery.id) if each["event_type"] == "delivery_reworded"]
    assert [each["metadata"]["after"] for each in told] == [kept.adapted.digest]
    assert await found(store) == []
    assert len(await found(store, ANOTHER)) == 1
    async with database.reading() as connection:
        digest = await connection.scalar(select(tables.adapted.c.digest))
    assert digest == kept.adapted.digest


def _value(delivery: Delivery, key: str) -> Value:
    return Value(delivery.id, key, "1", NOON)


async def test_of_two_who_reword_one_does(store: Store) -> None:
    delivery = await refused(store)
    async with store.unit() as unit:
        first = await reword(unit, delivery, adapted("Uno"), actor=ANA, at=NOON)
    async with store.unit() as unit:
        second = await reword(unit, delivery, adapted("Dos"), actor=ANA, at=NOON)
    assert (first is None, second) == (False, None)
    assert (await look_up(store, delivery)).adapted == adapted("Uno")


async def test_all_of_it_or_nothing(store: Store) -> None:
    delivery = await refused(store)

    async def dies() -> None:
        async with store.unit() as unit:
            await reword(unit, delivery, adapted("Uno"), actor=ANA, at=NOON)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await dies()
    assert await look_up(store, delivery) == delivery
    assert len(await found(store)) == 1


async def test_what_may_be_public_is_never_reworded(store: Store) -> None:
    await opened(store)
    [delivery] = await claim_all(store)
    async with store.unit() as unit:
        await unit.steps.arm(delivery, "post", "mark", NOON)
    armed = await go(store, delivery, REFUSED)
    async with store.unit() as unit:
        assert await reword(unit, armed, adapted("Uno"), actor=ANA, at=NOON) is None
    assert (await look_up(store, armed)).adapted == adapted(TEXT)


@pytest.mark.parametrize("status", list(S))
def test_only_what_was_refused_or_failed_can_be_reworded(status: S) -> None:
    delivery = Delivery("d", "j", "a", "alpha", "@a", adapted(TEXT), status, needs=Needs.EDIT)
    assert rewordable(delivery) is (status in {S.BLOCKED, S.FAILED})
    assert not rewordable(replace(delivery, receipts=(Receipt("1"),)))
    assert rewordable(replace(delivery, needs=Needs.AUTHORIZATION)) is (status is S.FAILED)


# -- families ----------------------------------------------------------------------------------------------------


async def following(unit: Unit, number: int, origin: str = "draft-1") -> Draft:
    draft = replace(a_draft(number), origin_id=origin)
    await unit.drafts.add(draft)
    return draft


async def reached(store: Store) -> set[str]:
    async with store.view() as unit:
        return {await _platform(unit, account) for account in await unit.repeats.reached("draft-1")}


async def _platform(unit: Unit, account_id: str) -> str:
    account = await unit.accounts.account(account_id)
    assert account is not None
    return account.platform


async def decided(store: Store, job: Job) -> None:
    async with store.unit() as unit:
        draft = await unit.drafts.draft(job.draft_id)
        assert draft is not None
        assert await unit.drafts.decide(draft, actor=ANA, at=NOON, job_id=job.id)


async def test_all_jobs_of_a_family_count_but_what_was_left_out(store: Store) -> None:
    job = await open_job(store, "alpha beta")
    await decided(store, job)
    assert await reached(store) == {"alpha", "beta"}
    async with store.unit() as unit:
        assert await skip(unit, job.deliveries[1], actor=ANA, at=NOON)
    assert await reached(store) == {"alpha"}
    async with store.unit() as unit:
        await following(unit, 2)
        account = await add_account(unit, "gamma")
        second = a_job([account], 2)
        await unit.deliveries.open(second)
    await decided(store, second)
    assert await reached(store) == {"alpha", "gamma"}


async def test_what_may_be_public_counts_though_it_was_left_out(store: Store) -> None:
    await decided(store, await open_job(store, "alpha beta"))
    doubtful, halfway = await claim_all(store)
    async with store.unit() as unit:
        await unit.steps.arm(doubtful, "post", "mark", NOON)
        await unit.steps.arm(halfway, "post", "another mark", NOON)
        await unit.steps.receive(halfway.id, "post", Receipt("1"), NOON)
    doubtful = await go(store, doubtful, Move(S.UNCONFIRMED, due_at=NOON))
    halfway = await go(store, halfway, S.FAILED)
    async with store.unit() as unit:
        await skip(unit, doubtful, actor=ANA, at=NOON)
        await skip(unit, halfway, actor=ANA, at=NOON)
    assert await reached(store) == {"alpha", "beta"}


async def test_one_pending_draft_follows(store: Store) -> None:
    await decided(store, await open_job(store))
    async with store.unit() as unit:
        draft = await following(unit, 2)
    async with store.view() as unit:
        assert await unit.repeats.following("draft-1") == draft
        assert await unit.repeats.following("draft-2") is None
    with pytest.raises(IntegrityError):
        async with store.unit() as unit:
            await following(unit, 3)
    async with store.unit() as unit:
        assert await unit.drafts.decide(draft, actor=ANA, at=NOON, job_id=None)
        await following(unit, 3)


async def test_the_next_draft_goes_where_the_whole_one_went(store: Store) -> None:
    await decided(store, await open_job(store))
    async with store.unit() as unit:
        rest = replace(await following(unit, 2), targets=a_draft().targets[1:])
        changed = await unit.drafts.change(rest, targets=rest.targets)
        assert changed is not None
        assert await unit.drafts.decide(changed, actor=ANA, at=later(5), job_id="job-2")
    async with store.view() as unit:
        assert await unit.drafts.last_targets(CHAT) == a_draft().targets


async def test_previews_stand_for_draft_and_account(store: Store) -> None:
    async with store.unit() as unit:
        await unit.drafts.add(a_draft())
        await unit.previews.previewed(CHAT, 900, draft_id="draft-1", account_id="account-2")
    async with store.view() as unit:
        assert await unit.previews.account(CHAT, 900) == "account-2"
        assert await unit.previews.account(CHAT, 901) is None
        assert (await unit.drafts.by_message(CHAT, 900)) == a_draft()


async def test_who_is_forgotten_leaves_no_gist_and_no_words_of_their_own(store: Store, database: Database) -> None:
    await decided(store, await opened(store))
    async with store.unit() as unit:
        await unit.dossiers.erase(ANA.id)
    async with database.reading() as connection:
        assert await connection.scalar(select(func.count()).select_from(tables.gist)) == 0


async def test_looking_reads_an_index_only(store: Store, database: Database) -> None:
    await opened(store)
    async with database.reading() as connection:
        asked = "SELECT delivery_id FROM gist WHERE account_id = 'a' AND key IN (1, 2) GROUP BY delivery_id"
        plan = await connection.execute(text(f"EXPLAIN QUERY PLAN {asked}"))
        assert "USING COVERING INDEX" in " ".join(str(row) for row in plan)
