"""What every platform must do: publish exactly once what was approved, whatever its network does meanwhile."""

import asyncio
import logging
import traceback
from datetime import timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from fakes.rigged import Bench, with_threads
from publishers.engine.contract import Checks
from publishers.engine.errors import (
    AuthExpired,
    Needs,
    PublishingError,
    QuotaExhausted,
    RateLimited,
    Unconfirmed,
)
from publishers.engine.model import DeliveryStatus, Job, Wait
from publishers.wire.http import quiet

TEXT = "Hoy hay pan de espelta & más 🍞\n\nReceta en https://pan.example/espelta?de=hoy #pan"
STORED = {
    "lost": ("lost", {}),
    "reset": ("lost", {"reset": True}),
    "truncated": ("truncated", {}),
    "500 after storing": ("store_then_error", {}),
    "empty answer after storing": ("store_then_error", {"status": 200, "body": {}}),
    "success that is no JSON": ("store_then_error", {"status": 200}),
}
UNSTORED = {
    "refused": ("refused", {}),
    "refused with a reset": ("refused", {"reset": True}),
    "500 before storing": ("html", {"status": 500}),
    "503 without a body": ("error", {"status": 503}),
}

threaded = pytest.mark.parametrize("rig", with_threads(), ids=str, indirect=True)


def faults(which: dict[str, tuple[str, dict[str, Any]]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("kind", "args"), which.values(), ids=which)


# -- who we are ------------------------------------------------------------------------------------------------------


async def test_the_platform_says_whose_credentials_these_are(bench: Bench) -> None:
    publisher = await bench.publisher()
    if not isinstance(publisher, Checks):
        pytest.skip("it has no way to ask")
    identity = await publisher.check()
    assert identity.id == bench.rig.account
    assert identity.name


async def test_credentials_that_have_ended_prove_nothing(bench: Bench) -> None:
    publisher = await bench.publisher()
    if not isinstance(publisher, Checks):
        pytest.skip("it has no way to ask")
    bench.rig.expire(bench.fake)
    with pytest.raises(AuthExpired):
        await publisher.check()


# -- publishing ------------------------------------------------------------------------------------------------------


async def test_one_post_with_exactly_the_approved_text(bench: Bench) -> None:
    job = await bench.approved(TEXT)
    await bench.run_until_rest()
    delivery = await bench.delivery(job)
    assert delivery.status is DeliveryStatus.PUBLISHED
    [public] = bench.public()
    assert public.text == delivery.adapted.parts[0].text
    [receipt] = delivery.receipts
    assert (receipt.id, receipt.permalink) == (public.id, bench.rig.permalink(public))
    assert (bench.calls(bench.commit()), delivery.attempts) == (1, 0)


async def test_a_second_run_makes_no_second_call(bench: Bench) -> None:
    delivery = await bench.claimed(await bench.approved(TEXT))
    first = await bench.attempt(delivery)
    assert (await bench.attempt(delivery)).id == first.id == bench.public()[0].id
    assert bench.calls(bench.commit()) == 1


async def test_a_rehearsal_makes_nothing_public(bench: Bench) -> None:
    job = await bench.approved(TEXT, dry_run=True)
    await bench.run_until_rest()
    delivery = await bench.delivery(job)
    assert (delivery.status, delivery.simulated, delivery.receipts) == (DeliveryStatus.PUBLISHED, True, ())
    assert (bench.public(), bench.calls(bench.commit())) == ([], 0)


@threaded
async def test_a_long_text_is_a_thread_in_order(bench: Bench) -> None:
    job = await bench.approved(bench.long_text())
    await bench.run_until_rest()
    delivery = await bench.delivery(job)
    posts = bench.public()
    assert len(posts) > 2
    assert [post.text for post in posts] == [part.text for part in delivery.adapted.parts]
    assert [post.reply_to for post in posts] == [None, *(post.id for post in posts[:-1])]
    assert [receipt.id for receipt in delivery.receipts] == [post.id for post in posts]


# -- stored, and no clear answer -------------------------------------------------------------------------------------


@faults(STORED)
async def test_what_was_stored_without_an_answer_is_found_and_adopted(
    bench: Bench, kind: str, args: dict[str, Any]
) -> None:
    bench.fake.fault(bench.commit(), kind, **args)
    job = await bench.approved(TEXT)
    with pytest.raises(Unconfirmed):
        await bench.attempt(await bench.claimed(job))
    await bench.restart()
    assert (await bench.delivery(job)).status is DeliveryStatus.UNCONFIRMED
    await bench.run_until_rest()
    delivery = await bench.delivery(job)
    [public] = bench.public()
    assert (delivery.status, delivery.receipts[0].id) == (DeliveryStatus.PUBLISHED, public.id)
    assert bench.calls(bench.commit()) == 1


@pytest.mark.parametrize("wrong", [timedelta(hours=1), timedelta(hours=-1), timedelta(minutes=4)], ids=str)
async def test_it_is_found_though_our_clock_is_wrong(bench: Bench, wrong: timedelta) -> None:
    """What a list is asked for, and what it says, is told by the platform's clock."""
    bench.fake.now = lambda: bench.clock.now() - wrong
    bench.fake.fault(bench.commit(), "lost")
    job = await bench.approved(TEXT)
    await bench.run_until_rest()
    delivery = await bench.delivery(job)
    assert delivery.status is DeliveryStatus.PUBLISHED
    assert [receipt.id for receipt in delivery.receipts] == [post.id for post in bench.public()]
    assert bench.calls(bench.commit()) == 1


@threaded
async def test_every_part_of_a_thread_is_found(bench: Bench) -> None:
    """Though every single answer is lost."""
    bench.fake.fault(bench.commit(), "lost", times=99)
    job = await bench.approved(bench.long_text())
    await bench.run_until_rest()
    delivery = await bench.delivery(job)
    assert delivery.status is DeliveryStatus.PUBLISHED
    assert [post.text for post in bench.public()] == [part.text for part in delivery.adapted.parts]


async def test_a_list_that_lags_only_makes_it_later(bench: Bench) -> None:
    bench.fake.fault(bench.commit(), "lost")
    bench.fake.hide(4, bench.rig.listing)
    job = await bench.approved(TEXT)
    await bench.run_until_rest()
    assert (await bench.delivery(job)).status is DeliveryStatus.PUBLISHED
    assert (len(bench.public()), bench.calls(bench.commit())) == (1, 1)


@pytest.mark.parametrize("kind", ["html", "truncated", "rate_limited", "lost"])
async def test_a_look_that_fails_proves_nothing(bench: Bench, kind: str) -> None:
    bench.fake.fault(bench.commit(), "lost")
    bench.fake.fault(bench.rig.listing, kind, times=2)
    job = await bench.approved(TEXT)
    assert (await bench.conclude(job)).status is DeliveryStatus.PUBLISHED
    assert (len(bench.public()), bench.calls(bench.commit())) == (1, 1)


async def test_a_look_without_credentials_waits_for_them(bench: Bench) -> None:
    bench.fake.fault(bench.commit(), "lost")
    bench.fake.fault(bench.rig.listing, "expired_token")
    job = await bench.approved(TEXT)
    itself = await renews(bench, job)
    await bench.run_until_rest()
    asked = await bench.delivery(job)
    if not itself:
        assert (asked.status, asked.needs) == (DeliveryStatus.BLOCKED, Needs.AUTHORIZATION)
    await bench.owned()
    assert (await bench.conclude(job)).status is DeliveryStatus.PUBLISHED
    assert (len(bench.public()), bench.calls(bench.commit())) == (1, 1)


async def test_whoever_stops_waiting_does_not_stop_the_act(bench: Bench) -> None:
    answering = asyncio.Event()
    fault = bench.fake.fault(bench.commit(), "slow", until=answering)
    delivery = await bench.claimed(await bench.approved(TEXT))
    waiting = asyncio.create_task(bench.attempt(delivery))
    await fault.reached.wait()
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    answering.set()
    await bench.fences.drain(5)
    assert (await bench.attempt(delivery)).id == bench.public()[0].id
    assert (len(bench.public()), bench.calls(bench.commit())) == (1, 1)
    assert bench.calls(bench.rig.listing) == 0, "its answer was heard"


# -- not stored ------------------------------------------------------------------------------------------------------


@faults(UNSTORED)
async def test_what_may_have_been_stored_is_not_repeated_blindly_nor_lost(
    bench: Bench, kind: str, args: dict[str, Any]
) -> None:
    bench.fake.fault(bench.commit(), kind, **args)
    job = await bench.approved(TEXT)
    await bench.run_due()
    doubtful = await bench.delivery(job)
    assert (doubtful.status, bench.public()) == (DeliveryStatus.UNCONFIRMED, [])
    delivery = await bench.conclude(job)
    [public] = bench.public()
    assert (delivery.status, delivery.receipts[0].id) == (DeliveryStatus.PUBLISHED, public.id)


async def test_what_never_left_us_is_tried_again(bench: Bench) -> None:
    origin, bench.fake.origin = bench.fake.origin, "http://127.0.0.1:1"
    bench.reborn()
    job = await bench.approved(TEXT)
    await bench.run_due()
    waiting = await bench.delivery(job)
    assert (waiting.status, waiting.wait, waiting.code) == (DeliveryStatus.WAITING, Wait.RETRY, "unavailable")
    bench.fake.origin = origin
    bench.reborn()
    await bench.run_until_rest()
    assert (await bench.delivery(job)).status is DeliveryStatus.PUBLISHED
    assert len(bench.public()) == 1


# -- refusals --------------------------------------------------------------------------------------------------------


async def test_a_limit_is_waited_for(bench: Bench) -> None:
    bench.fake.fault(bench.commit(), "rate_limited", times=2)
    job = await bench.approved(TEXT)
    delivery = await bench.claimed(job)
    with pytest.raises((RateLimited, QuotaExhausted)) as raised:
        await bench.attempt(delivery)
    assert raised.value.retry_at is not None
    assert raised.value.retry_at > bench.clock.now()
    await bench.restart()
    await bench.run_due()
    waiting = await bench.delivery(job)
    assert (waiting.status, waiting.wait, waiting.attempts) == (DeliveryStatus.WAITING, Wait.LIMIT, 0)
    assert waiting.due_at is not None
    assert waiting.due_at > bench.clock.now()
    assert bench.public() == []
    await bench.run_until_rest()
    assert (await bench.delivery(job)).status is DeliveryStatus.PUBLISHED
    assert len(bench.public()) == 1


async def test_credentials_that_have_ended_make_nothing_public(bench: Bench) -> None:
    bench.rig.expire(bench.fake)
    job = await bench.approved(TEXT)
    with pytest.raises(AuthExpired) as raised:
        await bench.attempt(await bench.claimed(job))
    assert raised.value.needs is Needs.AUTHORIZATION
    await bench.restart()
    await bench.run_until_rest()
    delivery = await bench.delivery(job)
    assert (delivery.status, delivery.needs) == (DeliveryStatus.BLOCKED, Needs.AUTHORIZATION)
    assert bench.public() == []


async def test_renewed_credentials_publish_it_once(bench: Bench) -> None:
    bench.fake.fault(bench.commit(), "expired_token")
    job = await bench.approved(TEXT)
    itself = await renews(bench, job)
    await bench.run_until_rest()
    if not itself:
        assert (await bench.delivery(job)).needs is Needs.AUTHORIZATION
        await bench.owned()
        await bench.run_until_rest()
    assert (await bench.delivery(job)).status is DeliveryStatus.PUBLISHED
    assert len(bench.public()) == 1


async def renews(bench: Bench, job: Job) -> bool:
    """Whether one refusal is mended without a person."""
    return await bench.engine.connections.lead(job.deliveries[0].account_id) is not None


# -- the same text again ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", ["", "lost"])
async def test_the_same_text_again_on_purpose(bench: Bench, answer: str) -> None:
    """Published again, or refused by the platform: then the person is given the earlier link."""
    first = await bench.approved(TEXT)
    await bench.run_until_rest()
    bench.clock.advance(3600)
    if answer:
        bench.fake.fault(bench.commit(), answer)
    second = await bench.approved(TEXT)
    await bench.run_until_rest()
    earlier, later = await bench.delivery(first), await bench.delivery(second)
    if later.status is DeliveryStatus.PUBLISHED:
        assert [earlier.receipts[0].id, later.receipts[0].id] == [public.id for public in bench.public()]
        return
    assert (later.status, later.needs, later.code) == (DeliveryStatus.BLOCKED, Needs.EDIT, "duplicate")
    assert later.params["link"] == earlier.permalink
    assert len(bench.public()) == 1


async def test_what_a_person_posted_long_ago_is_not_taken_for_ours(bench: Bench) -> None:
    by_hand = bench.rig.by_hand(bench.fake, (await bench.adapted(TEXT)).parts[0].text)
    bench.clock.advance(25 * 3600)
    bench.fake.fault(bench.commit(), "html", status=500)
    job = await bench.approved(TEXT)
    delivery = await bench.conclude(job)
    assert delivery.status is DeliveryStatus.PUBLISHED
    assert [public.id for public in bench.public()] == [by_hand, delivery.receipts[0].id]


async def test_what_a_person_posted_a_little_earlier_is_not_taken_for_ours(bench: Bench) -> None:
    """Where the same text is allowed twice, ours is public too, and the list does not show it yet."""
    bench.fake.duplicate_window = timedelta(0)
    text = (await bench.adapted(TEXT)).parts[0].text
    by_hand = bench.rig.by_hand(bench.fake, text)
    bench.clock.advance(240)
    bench.fake.fault(bench.commit(), "lost")
    bench.fake.hide(1, bench.rig.listing)
    delivery = await bench.conclude(await bench.approved(TEXT))
    assert delivery.status is DeliveryStatus.PUBLISHED
    assert by_hand not in {receipt.id for receipt in delivery.receipts}
    assert (len(bench.public()), bench.calls(bench.commit())) == (2, 1)


# -- secrets ---------------------------------------------------------------------------------------------------------


def secrets(bench: Bench) -> list[str]:
    values = [getattr(bench.credentials, name) for name in type(bench.credentials).model_fields]
    return [value.get_secret_value() for value in values if isinstance(value, SecretStr)]


def told(error: BaseException) -> str:
    """All that could be printed of an error."""
    details = [repr(vars(error))] if isinstance(error, PublishingError) else []
    return "\n".join([str(error), repr(error), *details, *traceback.format_exception(error)])


async def test_neither_credentials_nor_publisher_show_a_secret(bench: Bench) -> None:
    publisher = await bench.publisher()
    shown = f"{bench.credentials!r} {bench.credentials} {publisher!r} {bench.credentials.model_dump_json()}"
    assert secrets(bench)
    assert not [secret for secret in secrets(bench) if secret in shown]


async def test_no_error_and_no_log_shows_a_secret(
    bench: Bench, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in logging.root.manager.loggerDict:
        caplog.set_level(logging.NOTSET, logger=name)  # whatever level an earlier test left behind
    caplog.set_level(logging.DEBUG)
    quiet()
    for kind in ("expired_token", "rate_limited", "html", "lost", "truncated", "refused"):
        bench.fake.fault(bench.commit(), kind)
        delivery = await bench.claimed(await bench.approved(kind))
        with pytest.raises(PublishingError) as raised:
            await bench.attempt(delivery)
        await bench.restart()
        await bench.run_until_rest()
        printed = capsys.readouterr()
        shown = told(raised.value) + caplog.text + printed.out + printed.err
        assert caplog.records, "the logs were listened to"
        assert not [secret for secret in secrets(bench) if secret in shown], kind


async def test_a_platform_that_repeats_what_we_sent_does_not_make_us_tell_a_secret(bench: Bench) -> None:
    sent: list[str] = []
    bench.fake.on_request = lambda call: sent.append(call.headers.get("Authorization", ""))
    await bench.attempt(await bench.claimed(await bench.approved("Hoy hay pan")))
    words = f"what you sent: {sent[-1]}"
    assert any(secret in words for secret in secrets(bench))
    body = {"error": {"message": words, "code": 100}, "title": words, "detail": words, "errors": [{"message": words}]}
    bench.fake.fault(bench.commit(), "error", status=400, body=body)
    delivery = await bench.claimed(await bench.approved(TEXT))
    with pytest.raises(PublishingError) as raised:
        await bench.attempt(delivery)
    assert not [secret for secret in secrets(bench) if secret in told(raised.value)]


GARBAGE = (b"", b"null", b"[]", b'"x"', b"{", b"\xff\xfe", b'{"data": []}', b'{"data": null}', b'{"id": null}')
GARBLED = (
    b"",
    b"[]",
    b'{"errors": [null]}',
    b'{"errors": {"a": 1}}',
    b'{"error": "x"}',
    b'{"error": {"code": "x"}}',
)


@pytest.mark.parametrize(
    ("status", "bodies", "error"),
    [(200, GARBAGE, Unconfirmed), (400, GARBLED, PublishingError), (503, GARBLED, Unconfirmed)],
)
async def test_an_answer_nobody_understands_is_no_bug_of_ours(
    bench: Bench, status: int, bodies: tuple[bytes, ...], error: type[PublishingError]
) -> None:
    for number, body in enumerate(bodies):
        bench.fake.fault(bench.commit(), "error", status=status, body=body)
        delivery = await bench.claimed(await bench.approved(f"pan {number}"))
        with pytest.raises(error):
            await bench.attempt(delivery)
    assert bench.public() == []
