"""What every platform must do with every shape of a post that it takes: see fakes/shapes.py."""

import asyncio
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from fakes.rigged import Bench, platform_of, set_up, with_threads
from fakes.rigs import RIGS, Rig
from fakes.shapes import Shape, approved, expected, handed, prepared, seen, shaped
from publishers.engine.errors import MediaGone, MediaRejected, Needs, Unconfirmed
from publishers.engine.model import Delivery, DeliveryStatus, Job, Wait
from publishers.engine.outside import MediaMissing
from publishers.engine.ports import Store

STORED = pytest.mark.parametrize("kind", ["lost", "store_then_error"], ids=["lost", "500"])
threaded = pytest.mark.parametrize("rig", with_threads(), ids=str, indirect=True)


def commit(bench: Bench, shape: Shape) -> str:
    return bench.commit(shape.pictures, shape.form)


async def published(bench: Bench, job: Job, *, calls: int = 1, shape: Shape) -> Delivery:
    """It is public once, as it was approved."""
    delivery = await bench.delivery(job)
    assert delivery.status is DeliveryStatus.PUBLISHED
    assert seen(bench.public()) == expected(delivery)
    assert bench.calls(commit(bench, shape)) == calls
    return delivery


@pytest.mark.parametrize("rig", RIGS, ids=str, indirect=True)
def test_every_format_of_the_platform_is_in_its_rig(rig: Rig) -> None:
    assert set(platform_of(rig.platform).profile.formats) == {"post", *rig.forms}


# -- publishing ------------------------------------------------------------------------------------------------------


@shaped()
async def test_exactly_what_was_approved_is_public(bench: Bench, shape: Shape) -> None:
    job = await approved(bench, shape)
    await bench.run_until_rest()
    delivery = await published(bench, job, shape=shape)
    [public], [receipt], media = bench.public(), delivery.receipts, delivery.adapted.parts[0].media
    assert (receipt.id, receipt.permalink) == (public.id, bench.rig.permalink(public))
    assert Counter(handed(bench)) == Counter(public.media), "each picture is given once"
    described = shape.form == "post" or bench.rig.forms[shape.form].described
    assert public.alt == tuple(each.alt if described else None for each in media)
    assert all(each.alt for each in media)


@shaped("album")
async def test_the_same_picture_may_be_there_twice(bench: Bench, shape: Shape) -> None:
    post = await bench.adapted(shape.text, 2)
    [part] = post.parts
    twins = replace(post, parts=(replace(part, media=(part.media[0], part.media[0])),))
    bench.fake.fault(commit(bench, shape), "rate_limited")
    job = await bench.approve([await bench.owned()], twins)
    await bench.run_until_rest()
    await published(bench, job, calls=2, shape=shape)


@shaped("largest", "other")
async def test_a_second_run_hands_nothing_over_again(bench: Bench, shape: Shape) -> None:
    delivery = await bench.claimed(await approved(bench, shape))
    first = await bench.attempt(delivery)
    given = handed(bench)
    assert (await bench.attempt(delivery)).id == first.id == bench.public()[0].id
    assert (handed(bench), bench.calls(commit(bench, shape))) == (given, 1)


@threaded
@pytest.mark.parametrize("kind", ["", "lost"], ids=["answered", "lost"])
async def test_every_part_of_a_thread_has_its_pictures(bench: Bench, kind: str) -> None:
    if kind:
        bench.fake.fault(bench.commit(), kind, times=99)
    job = await bench.approved(bench.long_text(), bench.platform.profile.pictures.most + 2)
    await bench.run_until_rest()
    delivery = await bench.delivery(job)
    assert seen(bench.public()) == expected(delivery)
    assert [len(part.media) for part in delivery.adapted.parts][:2] == [bench.platform.profile.pictures.most, 2]
    assert Counter(handed(bench)) == Counter(sha256 for post in bench.public() for sha256 in post.media)


# -- stored, and no clear answer -------------------------------------------------------------------------------------


@shaped()
@STORED
async def test_what_was_stored_without_an_answer_is_found_and_adopted(bench: Bench, shape: Shape, kind: str) -> None:
    bench.fake.fault(commit(bench, shape), kind)
    job = await approved(bench, shape)
    with pytest.raises(Unconfirmed):
        await bench.attempt(await bench.claimed(job))
    given = handed(bench)
    await bench.restart()
    await bench.run_until_rest()
    delivery = await published(bench, job, shape=shape)
    assert (delivery.receipts[0].id, handed(bench)) == (bench.public()[0].id, given)


@shaped("album", "wordless", "wordless_album", "other")
async def test_a_list_that_lags_only_makes_it_later(bench: Bench, shape: Shape) -> None:
    bench.fake.fault(commit(bench, shape), "lost")
    bench.fake.hide(4, bench.listing(shape.form))
    job = await approved(bench, shape)
    await bench.run_until_rest()
    await published(bench, job, shape=shape)


@shaped("album", "wordless", "other")
async def test_a_request_that_lands_late_is_not_doubled(rig: Rig, shape: Shape, store: Store, tmp_path: Path) -> None:
    async with set_up(rig, store, tmp_path, timeout=0.15) as bench:
        landing = asyncio.Event()
        bench.fake.fault(commit(bench, shape), "slow", until=landing)
        job = await approved(bench, shape)
        await bench.run_due()
        assert (await bench.delivery(job)).status is DeliveryStatus.UNCONFIRMED
        bench.clock.advance(31)
        await bench.run_due()
        assert bench.public() == []
        landing.set()
        await bench.landed()
        await bench.run_until_rest()
        await published(bench, job, shape=shape)


@shaped("album", "wordless", "other")
async def test_what_was_not_stored_is_published_once(bench: Bench, shape: Shape) -> None:
    bench.fake.fault(commit(bench, shape), "html", status=500)
    job = await approved(bench, shape)
    await bench.run_due()
    assert ((await bench.delivery(job)).status, bench.public()) == (DeliveryStatus.UNCONFIRMED, [])
    assert (await bench.conclude(job)).status is DeliveryStatus.PUBLISHED
    await published(bench, job, calls=2, shape=shape)


# -- without a text --------------------------------------------------------------------------------------------------


@shaped("wordless", "wordless_album", "other")
async def test_ours_is_not_told_by_guessing_when_the_person_posted_too(bench: Bench, shape: Shape) -> None:
    bench.fake.fault(commit(bench, shape), "lost")
    job = await approved(bench, shape)
    theirs = bench.by_hand("", shape.form)
    delivery = await bench.conclude(job)
    assert delivery.status is DeliveryStatus.PUBLISHED
    assert theirs not in {receipt.id for receipt in delivery.receipts}
    assert (len(bench.public()), bench.calls(commit(bench, shape))) == (2, 1)


@shaped("wordless", "wordless_album", "other")
async def test_none_of_the_persons_own_is_taken_for_ours(bench: Bench, shape: Shape) -> None:
    theirs = [bench.by_hand("", shape.form) for _ in range(2)]
    bench.clock.advance(30)
    bench.fake.fault(commit(bench, shape), "html", status=500)
    job = await approved(bench, shape)
    delivery = await bench.conclude(job)
    assert delivery.status is DeliveryStatus.PUBLISHED
    assert [post.id for post in bench.public()] == [*theirs, delivery.receipts[0].id]


@shaped("wordless", "other")
async def test_two_without_a_text_go_out_one_after_the_other(bench: Bench, shape: Shape) -> None:
    answering = asyncio.Event()
    slow = bench.fake.fault(commit(bench, shape), "slow", until=answering)
    first = await approved(bench, shape)
    await bench.engine.sweep()
    await slow.reached.wait()
    second = await approved(bench, shape)
    await bench.engine.sweep()
    await bench.until(lambda jobs: jobs[0].deliveries[0].wait is Wait.TURN, second)
    assert bench.calls(commit(bench, shape)) == 1
    answering.set()
    await bench.run_until_rest()
    receipts = [(await bench.delivery(job)).receipts[0].id for job in (first, second)]
    assert receipts == [post.id for post in bench.public()]
    assert len(set(receipts)) == 2


# -- pictures that are gone ------------------------------------------------------------------------------------------


async def lose_last(bench: Bench, delivery: Delivery) -> None:
    await bench.media.remove(delivery.adapted.parts[0].media[-1].sha256)


@shaped("picture", "album", "other")
async def test_a_picture_that_is_gone_waits_for_an_edit(bench: Bench, shape: Shape) -> None:
    job = await approved(bench, shape)
    await lose_last(bench, await bench.delivery(job))
    await bench.run_until_rest()
    delivery = await bench.delivery(job)
    assert (delivery.status, delivery.needs, delivery.code) == (
        DeliveryStatus.BLOCKED,
        Needs.EDIT,
        "media_missing",
    )
    assert bench.public() == []


@shaped("picture", "album", "other")
async def test_a_picture_that_is_gone_leaves_no_doubt(bench: Bench, shape: Shape) -> None:
    delivery = await bench.claimed(await approved(bench, shape))
    await lose_last(bench, delivery)
    with pytest.raises((MediaMissing, MediaGone, MediaRejected)):
        await bench.attempt(delivery)
    async with bench.store.view() as unit:
        assert await unit.steps.armed(delivery.id) is None


@shaped("picture", "album", "other")
async def test_what_is_public_is_found_though_its_picture_is_gone(bench: Bench, shape: Shape) -> None:
    bench.fake.fault(commit(bench, shape), "lost")
    job = await approved(bench, shape)
    delivery = await bench.claimed(job)
    with pytest.raises(Unconfirmed):
        await bench.attempt(delivery)
    await lose_last(bench, delivery)
    await bench.restart()
    await bench.run_until_rest()
    await published(bench, job, shape=shape)


@shaped("album", "other")
async def test_what_was_prepared_is_not_prepared_again_after_a_refusal(bench: Bench, shape: Shape) -> None:
    """Not even when the pictures are gone from our disk meanwhile."""
    bench.fake.fault(commit(bench, shape), "rate_limited")
    job = await approved(bench, shape)
    await bench.run_due()
    delivery = await bench.delivery(job)
    assert delivery.wait is Wait.LIMIT
    ready = await prepared(bench, delivery)
    await lose_last(bench, delivery)
    await bench.restart()
    await bench.run_until_rest()
    await published(bench, job, calls=2, shape=shape)
    assert ready.items() <= (await prepared(bench, delivery)).items()


@shaped("album", "other")
async def test_what_has_expired_is_prepared_again(bench: Bench, shape: Shape) -> None:
    bench.fake.fault(commit(bench, shape), "rate_limited")
    job = await approved(bench, shape)
    await bench.run_due()
    delivery = await bench.delivery(job)
    ready = await prepared(bench, delivery)
    bench.clock.advance(25 * 3600)
    await bench.restart()
    await bench.run_until_rest()
    await published(bench, job, calls=2, shape=shape)
    renewed = (await prepared(bench, delivery)).items() - ready.items()
    assert len(renewed) >= len(delivery.adapted.parts[0].media)


@shaped("album", "other")
async def test_what_is_in_doubt_is_not_prepared_again_though_it_has_expired(bench: Bench, shape: Shape) -> None:
    bench.fake.fault(commit(bench, shape), "lost")
    job = await approved(bench, shape)
    delivery = await bench.claimed(job)
    with pytest.raises(Unconfirmed):
        await bench.attempt(delivery)
    ready, given = await prepared(bench, delivery), handed(bench)
    await bench.restart()
    bench.clock.advance(25 * 3600)
    assert (await bench.conclude(job)).status is DeliveryStatus.PUBLISHED
    assert (len(bench.public()), bench.calls(commit(bench, shape))) == (1, 1)
    assert (handed(bench), ready.items() <= (await prepared(bench, delivery)).items()) == (given, True)
