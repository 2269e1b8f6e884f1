"""What is said below a post is one more thing that becomes public: exactly once, whatever happens meanwhile."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from fakes.rigged import Bench, set_up
from fakes.rigs import COMMENTING, Rig
from fakes.world import OWNER
from publishers.engine.decisions import confirm, retry, skip
from publishers.engine.model import Delivery, DeliveryStatus, Job, Needs, Wait
from publishers.engine.ports import Store

TEXT = "Hoy hay pan de espelta & más 🍞\n\n#pan #niño #日本"
BODY, COMMENT = "Hoy hay pan de espelta & más 🍞", "#pan #niño #日本"
STORED = {
    "lost": ("lost", {}),
    "reset": ("lost", {"reset": True}),
    "truncated": ("truncated", {}),
    "500 after storing": ("store_then_error", {}),
    "empty answer after storing": ("store_then_error", {"status": 200, "body": {}}),
}
UNSTORED = {
    "refused": ("refused", {}),
    "500 before storing": ("html", {"status": 500}),
    "503 without a body": ("error", {"status": 503}),
}


@pytest.fixture(params=COMMENTING, ids=str)
def rig(request: pytest.FixtureRequest) -> Rig:
    found = request.param
    assert isinstance(found, Rig)
    return found


def faults(which: dict[str, tuple[str, dict[str, Any]]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("kind", "args"), which.values(), ids=which)


def whole(bench: Bench, body: str = BODY) -> None:
    """One post, one comment below it, and nothing else."""
    post, comment = bench.public()
    assert (post.text, post.reply_to) == (body, None)
    assert (comment.text, comment.reply_to) == (COMMENT, post.id)


async def over(bench: Bench, job: Job) -> Delivery:
    delivery = await bench.delivery(job)
    assert delivery.status is DeliveryStatus.PUBLISHED
    assert [receipt.id for receipt in delivery.receipts] == [public.id for public in bench.public()]
    assert delivery.permalink == bench.rig.permalink(bench.public()[0])
    assert delivery.receipts[1:] == () or delivery.receipts[1].permalink is None
    return delivery


async def left_out(bench: Bench, job: Job) -> Delivery:
    """A person does without the comment."""
    async with bench.store.unit() as unit:
        delivery = await unit.deliveries.delivery(job.deliveries[0].id)
        assert delivery is not None
        await skip(unit, delivery, actor=OWNER, at=bench.clock.now())
    return await over(bench, job)


async def test_the_comment_follows_the_post(bench: Bench) -> None:
    job = await bench.approved(TEXT)
    await bench.run_until_rest()
    whole(bench)
    delivery = await over(bench, job)
    assert (bench.calls(bench.rig.comment), delivery.attempts, delivery.uncommented) == (1, 0, False)


async def test_a_post_without_hashtags_has_no_comment(bench: Bench) -> None:
    await bench.approved("Hoy hay #pan rico")
    await bench.run_until_rest()
    assert [public.text for public in bench.public()] == ["Hoy hay #pan rico"]


async def test_a_rehearsal_says_nothing(bench: Bench) -> None:
    job = await bench.approved(TEXT, dry_run=True)
    await bench.run_until_rest()
    assert (await bench.delivery(job)).status is DeliveryStatus.PUBLISHED
    assert (bench.public(), bench.calls(bench.rig.comment)) == ([], 0)


@faults(STORED)
async def test_a_comment_that_was_stored_without_an_answer_is_found(
    bench: Bench, kind: str, args: dict[str, Any]
) -> None:
    bench.fake.fault(bench.rig.comment, kind, **args)
    job = await bench.approved(TEXT)
    await bench.run_until_rest()
    whole(bench)
    await over(bench, job)
    assert bench.calls(bench.rig.below) >= 1
    assert (bench.calls(bench.commit()), bench.calls(bench.rig.comment)) == (1, 1)


@faults(UNSTORED)
async def test_a_comment_in_doubt_is_asked_about(bench: Bench, kind: str, args: dict[str, Any]) -> None:
    bench.fake.fault(bench.rig.comment, kind, **args)
    job = await bench.approved(TEXT)
    await bench.run_until_rest()
    doubtful = await bench.delivery(job)
    assert (doubtful.status, doubtful.due_at, doubtful.uncommented) == (DeliveryStatus.UNCONFIRMED, None, True)
    assert [public.text for public in bench.public()] == [BODY]
    await bench.conclude(job)
    whole(bench)
    await over(bench, job)


async def test_a_list_that_lags_only_makes_it_later(bench: Bench) -> None:
    bench.fake.fault(bench.rig.comment, "lost")
    bench.fake.hide(3, bench.rig.below)
    job = await bench.approved(TEXT)
    await bench.run_until_rest()
    whole(bench)
    await over(bench, job)
    assert bench.calls(bench.rig.comment) == 1


async def test_what_somebody_else_says_is_not_taken_for_ours(bench: Bench) -> None:
    """Nor what the people of the account said below another post."""
    other = bench.rig.by_hand(bench.fake, "Ayer")
    bench.fake.put_comment(other, COMMENT)  # type: ignore[attr-defined] # of the one fake there is with comments
    bench.fake.fault(bench.rig.comment, "html", status=500)
    job = await bench.approved(TEXT)
    await bench.run_due()
    [post] = bench.public(BODY)
    bench.fake.put_comment(post.id, COMMENT, author="33")  # type: ignore[attr-defined] # as above
    await bench.run_until_rest()
    assert (await bench.delivery(job)).status is DeliveryStatus.UNCONFIRMED


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
async def test_a_death_at_any_write_ends_in_one_post_and_one_comment(bench: Bench, after: bool) -> None:
    await bench.approved(f"Vida entera.\n\n{COMMENT}")
    moments = await bench.live(0, after=after)
    assert moments >= 6, "claim, arm, receive, arm, receive, finish"
    for moment in range(1, moments + 1):
        bench.clock.advance(600)
        known = len(bench.public())
        job = await bench.approved(f"Vida {moment}.\n\n{COMMENT}")
        await bench.live(moment, after=after)
        await bench.restart()
        delivery = await bench.conclude(job)
        post, comment = bench.public()[known:]
        assert (post.text, comment.text, comment.reply_to) == (f"Vida {moment}.", COMMENT, post.id), moment
        assert delivery.status is DeliveryStatus.PUBLISHED, moment
        assert len(delivery.receipts) == 2


async def test_a_death_while_the_comment_is_on_its_way_ends_in_one(bench: Bench) -> None:
    landing = asyncio.Event()
    fault = bench.fake.fault(bench.rig.comment, "slow", until=landing)
    job = await bench.approved(TEXT)
    await bench.engine.sweep()
    await fault.reached.wait()
    await bench.restart()
    await bench.run_due()
    assert [public.text for public in bench.public()] == [BODY]
    bench.clock.advance(20)
    landing.set()
    await there(bench)
    await bench.conclude(job)
    whole(bench)
    await over(bench, job)


async def test_a_comment_that_lands_late_is_not_doubled(rig: Rig, store: Store, tmp_path: Path) -> None:
    async with set_up(rig, store, tmp_path, timeout=0.1) as bench:
        landing = asyncio.Event()
        bench.fake.fault(bench.rig.comment, "slow", until=landing)
        job = await bench.approved(TEXT)
        await bench.run_due()
        assert (await bench.delivery(job)).status is DeliveryStatus.UNCONFIRMED
        bench.clock.advance(31)
        await bench.run_due()
        landing.set()
        await there(bench)
        await bench.run_until_rest()
        whole(bench)
        await over(bench, job)
        assert (bench.calls(bench.commit()), bench.calls(bench.rig.comment)) == (1, 1)


async def there(bench: Bench) -> None:
    async with asyncio.timeout(5):
        while len(bench.public()) < 2:
            await asyncio.sleep(0.001)


# -- refusals --------------------------------------------------------------------------------------------------------


async def test_a_limit_is_waited_for_below_the_post(bench: Bench) -> None:
    bench.fake.fault(bench.rig.comment, "rate_limited")
    job = await bench.approved(TEXT)
    await bench.run_due()
    waiting = await bench.delivery(job)
    assert (waiting.status, waiting.wait, waiting.uncommented) == (DeliveryStatus.WAITING, Wait.LIMIT, True)
    assert waiting.permalink == bench.rig.permalink(bench.public()[0])
    await bench.run_until_rest()
    whole(bench)
    await over(bench, job)
    assert bench.calls(bench.commit()) == 1


async def test_the_permission_that_is_missing_is_named_and_once_given_it_goes_on(bench: Bench) -> None:
    bench.rig.forbid(bench.fake)
    job = await bench.approved(TEXT)
    await bench.run_until_rest()
    blocked = await bench.delivery(job)
    assert (blocked.status, blocked.needs, blocked.code) == (
        DeliveryStatus.BLOCKED,
        Needs.AUTHORIZATION,
        "comment_scope",
    )
    assert blocked.params == {"scopes": bench.rig.scope}
    assert (blocked.uncommented, blocked.permalink) == (True, bench.rig.permalink(bench.public()[0]))
    bench.rig.allow(bench.fake)
    await bench.owned()
    await bench.run_until_rest()
    whole(bench)
    await over(bench, job)


async def test_after_days_nothing_is_prepared_again_for_it(bench: Bench) -> None:
    bench.rig.forbid(bench.fake)
    job = await bench.approved(TEXT, 2)
    await bench.run_until_rest()
    bench.clock.advance(3 * 24 * 3600)
    asked = len([each for each in bench.fake.requests if each.method == "POST"])
    bench.rig.allow(bench.fake)
    await bench.owned()
    await bench.run_until_rest()
    await over(bench, job)
    assert [each.path.rpartition("/")[2] for each in bench.fake.requests if each.method == "POST"][asked:] == [
        "comments"
    ]


async def test_a_comment_that_is_refused_can_be_left_out(bench: Bench) -> None:
    refusal = {"error": {"message": "(#100) No", "code": 100, "error_user_msg": "Hoy no"}}
    bench.fake.fault(bench.rig.comment, "error", status=400, body=refusal)
    job = await bench.approved(TEXT)
    await bench.run_until_rest()
    blocked = await bench.delivery(job)
    assert (blocked.status, blocked.needs, blocked.code) == (DeliveryStatus.BLOCKED, Needs.EDIT, "comment_refused")
    assert blocked.params["reason"] == "Hoy no"
    delivery = await left_out(bench, job)
    assert (delivery.uncommented, [public.text for public in bench.public()]) == (True, [BODY])


async def test_a_comment_that_is_refused_can_be_tried_again(bench: Bench) -> None:
    bench.fake.fault(bench.rig.comment, "error", status=400, body={"error": {"message": "(#100) No", "code": 100}})
    job = await bench.approved(TEXT)
    await bench.run_until_rest()
    async with bench.store.unit() as unit:
        await retry(unit, await bench.delivery(job), actor=OWNER, at=bench.clock.now())
    await bench.run_until_rest()
    whole(bench)
    await over(bench, job)


async def test_a_post_that_is_not_found_yet_is_tried_again(bench: Bench) -> None:
    unknown = {"error": {"message": "Object does not exist", "code": 100, "error_subcode": 33}}
    bench.fake.fault(bench.rig.comment, "error", status=400, body=unknown, times=4)
    job = await bench.approved(TEXT)
    await bench.run_due()
    waiting = await bench.delivery(job)
    assert (waiting.status, waiting.wait, waiting.code) == (DeliveryStatus.WAITING, Wait.RETRY, "comment_too_soon")
    await bench.run_until_rest()
    whole(bench)
    await over(bench, job)


async def test_a_post_that_was_taken_down_gets_no_comment_and_no_second_post(bench: Bench) -> None:
    bench.fake.fault(bench.rig.comment, "rate_limited")
    job = await bench.approved(TEXT)
    await bench.run_due()
    del bench.fake.nodes[bench.public()[0].id]  # type: ignore[attr-defined] # of the one fake there is with comments
    await bench.run_until_rest()
    failed = await bench.delivery(job)
    assert (failed.status, failed.code, bench.public()) == (DeliveryStatus.FAILED, "comment_too_soon", [])


async def test_a_comment_in_doubt_can_be_left_out(bench: Bench) -> None:
    bench.fake.fault(bench.rig.comment, "html", status=500)
    job = await bench.approved(TEXT)
    await bench.run_until_rest()
    assert (await bench.delivery(job)).status is DeliveryStatus.UNCONFIRMED
    assert (await left_out(bench, job)).uncommented
    async with bench.store.view() as unit:
        assert await unit.steps.armed(job.deliveries[0].id) is None


async def test_leaving_it_out_meanwhile_ends_it_as_published(bench: Bench) -> None:
    """Said while the post is on its way: it takes effect before the comment."""
    job = await bench.approved(TEXT)
    landing = asyncio.Event()
    fault = bench.fake.fault(bench.commit(), "slow", until=landing)
    await bench.engine.sweep()
    await fault.reached.wait()
    async with bench.store.unit() as unit:
        await skip(unit, await bench.delivery(job), actor=OWNER, at=bench.clock.now())
    landing.set()
    await bench.run_until_rest()
    delivery = await over(bench, job)
    assert (delivery.uncommented, [public.text for public in bench.public()]) == (True, [BODY])


async def test_a_post_known_by_no_id_gets_no_comment(bench: Bench) -> None:
    """A person saw it, and nobody knows its id: what would be commented on?"""
    bench.fake.fault(bench.commit(), "html", status=500)
    job = await bench.approved(TEXT)
    await bench.run_until_rest()
    doubtful = await bench.delivery(job)
    if doubtful.status is not DeliveryStatus.UNCONFIRMED:
        pytest.skip("this platform itself says that it is not there")
    async with bench.store.unit() as unit:
        await confirm(unit, doubtful, "https://network.example/p/1", actor=OWNER, at=bench.clock.now())
    await bench.run_until_rest()
    blocked = await bench.delivery(job)
    assert (blocked.status, blocked.code) == (DeliveryStatus.BLOCKED, "comment_astray")
    assert blocked.permalink == "https://network.example/p/1"
    assert bench.calls(bench.rig.comment) == 0
