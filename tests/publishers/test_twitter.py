"""X against a strict fake: posts, threads, pictures, looks, both kinds of keys."""

import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from adapters.adapted import Adapted, Part
from fakes.clock import FakeClock
from fakes.standins import MemoryMedia, MemorySteps, post
from fakes.x import FakeX, problem
from publishers.engine.contract import Checks, Identity, Receipt
from publishers.engine.errors import (
    AuthExpired,
    Duplicate,
    MediaRejected,
    NotPermitted,
    PublishingError,
    RateLimited,
    Rejected,
    Stale,
    Unavailable,
    Unconfirmed,
)
from publishers.engine.outside import MediaMissing, Outside
from publishers.twitter import PLATFORM, PROFILE, Post, Settings, UserCredentials, UserPublisher
from publishers.wire.http import Wire
from publishers.wire.timeline import written

USER, NAME, TOKEN = "2244994945", "panaderia", "oauth2-token"
CONSUMER, ACCESS = ("api-key", "api-secret"), (f"{USER}-token", "token-secret")
SIGNING = {
    "api_key": CONSUMER[0],
    "api_secret": CONSUMER[1],
    "access_token": ACCESS[0],
    "access_token_secret": ACCESS[1],
}
BEARER = {"user_id": USER, "username": NAME, "access_token": TOKEN}
TEXT = "Hoy hay pan de espelta & más"
CREATE = "POST /2/tweets"


@dataclass
class Bench:
    clock: FakeClock
    x: FakeX
    media: MemoryMedia
    steps: MemorySteps
    outside: Outside

    def publisher(self, credentials: dict[str, str] | None = None) -> UserPublisher:
        given = UserCredentials.model_validate(credentials or BEARER)
        settings = Settings.model_validate({"api_url": f"{self.x.url}/"})
        publisher = PLATFORM.connect(settings, given, self.outside)
        assert isinstance(publisher, UserPublisher)
        return publisher

    def texts(self) -> list[str]:
        return [each.text for each in self.x.posts(USER)]


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    clock, media = FakeClock(), MemoryMedia()
    async with FakeX(now=clock.now) as x, Wire(clock, timeout=5) as wire:
        x.user(USER, NAME, TOKEN, consumer=CONSUMER, access=ACCESS)
        yield Bench(clock, x, media, MemorySteps(clock), Outside(clock, wire, media))


# -- publishing ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("credentials", [BEARER, SIGNING], ids=["bearer", "signed"])
async def test_a_text_becomes_a_post(bench: Bench, credentials: dict[str, str]) -> None:
    receipt = await bench.publisher(credentials).publish(post(TEXT), bench.steps)
    [public] = bench.x.posts(USER)
    assert (public.text, receipt.id) == (TEXT, public.id)
    assert len(bench.x.requests) == 1


async def test_the_permalink_names_the_user_when_we_know_it(bench: Bench) -> None:
    receipt = await bench.publisher().publish(post(TEXT), bench.steps)
    assert receipt.permalink == bench.x.posts(USER)[0].permalink
    nameless = await bench.publisher(SIGNING).publish(post("Otro"), MemorySteps(bench.clock))
    assert nameless.permalink == f"https://x.com/i/web/status/{nameless.id}"


async def test_a_thread_is_one_commit_per_part_each_replying_to_the_one_before(bench: Bench) -> None:
    receipt = await bench.publisher().publish(post("uno 1/3", "dos 2/3", "tres 3/3"), bench.steps)
    first, second, third = bench.x.posts(USER)
    assert [first.text, second.text, third.text] == ["uno 1/3", "dos 2/3", "tres 3/3"]
    assert [first.reply_to, second.reply_to, third.reply_to] == [None, first.id, second.id]
    assert receipt.id == first.id
    assert list(bench.steps.receipts) == ["post-1", "post-2", "post-3"]


async def test_a_thread_goes_on_at_the_first_missing_part(bench: Bench) -> None:
    bench.x.fault(lambda call: call.params.get("text") == "dos", "error", status=429, body=problem(429, "", ""))
    with pytest.raises(RateLimited):
        await bench.publisher().publish(post("uno", "dos", "tres"), bench.steps)
    assert bench.texts() == ["uno"]
    await bench.publisher().publish(post("uno", "dos", "tres"), bench.steps)
    assert bench.texts() == ["uno", "dos", "tres"]
    assert bench.x.posts(USER)[1].reply_to == bench.x.posts(USER)[0].id


@pytest.mark.parametrize("credentials", [BEARER, SIGNING], ids=["bearer", "signed"])
async def test_pictures_are_uploaded_described_and_attached(bench: Bench, credentials: dict[str, str]) -> None:
    pictures = (bench.media.add(alt="Una hogaza"), bench.media.add(kind="PNG"))
    await bench.publisher(credentials).publish(post(TEXT, media=pictures), bench.steps)
    [public] = bench.x.posts(USER)
    assert public.media == tuple(picture.sha256 for picture in pictures)
    assert public.alt == ("Una hogaza", None)
    assert set(bench.steps.values) == {"media-1-1", "media-1-2"}


async def test_all_pictures_of_a_thread_are_there_before_its_first_part_is_public(bench: Bench) -> None:
    first, second = bench.media.add(), bench.media.add()
    thread = Adapted("post", (Part("uno", (first,)), Part("dos", (second,))))
    del bench.media.files[second.sha256]
    with pytest.raises(MediaMissing):
        await bench.publisher().publish(thread, bench.steps)
    assert bench.texts() == []


async def test_media_ids_that_have_ended_are_named_to_be_made_again(bench: Bench) -> None:
    pictures = post(TEXT, media=(bench.media.add(), bench.media.add()))
    bench.x.fault(CREATE, "rate_limited")
    with pytest.raises(RateLimited):
        await bench.publisher().publish(pictures, bench.steps)
    bench.x.uploads.clear()
    with pytest.raises(Stale) as raised:
        await bench.publisher().publish(pictures, bench.steps)
    assert raised.value.keys == ("media-1-1", "media-1-2")
    assert bench.steps.armed == {}


async def test_media_ids_that_are_new_are_refused_for_what_they_are(bench: Bench) -> None:
    refusal = problem(400, "Invalid Request", "Your media IDs are invalid.")
    bench.x.fault(CREATE, "error", status=400, body=refusal)
    with pytest.raises(MediaRejected) as raised:
        await bench.publisher().publish(post(TEXT, media=(bench.media.add(),)), bench.steps)
    assert raised.value.code == "picture_refused"
    assert bench.steps.armed == {}


async def test_media_ids_are_counted_on_for_a_day(bench: Bench) -> None:
    pictures = post(TEXT, media=(bench.media.add(), bench.media.add()))
    bench.x.fault(CREATE, "rate_limited")
    with pytest.raises(RateLimited):
        await bench.publisher().publish(pictures, bench.steps)
    bench.clock.advance(24 * 3600)
    await bench.publisher().publish(pictures, bench.steps)
    assert (len(bench.x.uploads), len(bench.x.posts(USER))) == (4, 1)


async def test_a_second_run_uploads_and_posts_nothing_more(bench: Bench) -> None:
    picture = bench.media.add()
    for _ in range(2):
        await bench.publisher().publish(post(TEXT, media=(picture,)), bench.steps)
    assert len(bench.x.requests) == 2


async def test_an_upload_without_an_id_is_tried_again(bench: Bench) -> None:
    bench.x.fault("POST /2/media/upload", "error", status=200, body={"data": {}})
    with pytest.raises(Unavailable):
        await bench.publisher().publish(post(TEXT, media=(bench.media.add(),)), bench.steps)
    assert bench.steps.armed == {}


async def test_nothing_to_publish_is_refused(bench: Bench) -> None:
    with pytest.raises(Rejected) as raised:
        await bench.publisher().publish(post(), bench.steps)
    assert raised.value.code == "empty"


# -- failures --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["lost", "truncated", "store_then_error", "refused", "html"])
async def test_an_answer_that_never_comes_leaves_it_armed(bench: Bench, kind: str) -> None:
    bench.x.fault(CREATE, kind)
    with pytest.raises(Unconfirmed):
        await bench.publisher().publish(post(TEXT), bench.steps)
    assert set(bench.steps.armed) == {"post-1"}


@pytest.mark.parametrize("body", ["<html>", {"data": {}}, {"data": None}, {"errors": []}, []])
async def test_a_success_without_an_id_proves_nothing(bench: Bench, body: object) -> None:
    bench.x.fault(CREATE, "error", status=201, body=body)
    with pytest.raises(Unconfirmed):
        await bench.publisher().publish(post(TEXT), bench.steps)


@pytest.mark.parametrize(
    ("status", "detail", "error"),
    [
        (401, "Unauthorized", AuthExpired),
        (402, "no credits", NotPermitted),
        (403, "You are not permitted to perform this action.", Rejected),
    ],
)
async def test_a_definite_refusal_disarms(bench: Bench, status: int, detail: str, error: type[PublishingError]) -> None:
    bench.x.fault(CREATE, "error", status=status, body=problem(status, "", detail))
    with pytest.raises(error):
        await bench.publisher().publish(post(TEXT), bench.steps)
    assert bench.steps.armed == {}


async def test_the_same_text_again_is_a_duplicate(bench: Bench) -> None:
    await bench.publisher().publish(post(TEXT), bench.steps)
    with pytest.raises(Duplicate):
        await bench.publisher().publish(post(TEXT), MemorySteps(bench.clock))


@pytest.mark.parametrize("args", [{"seconds": 600}, {"seconds": 80_000, "remaining": 12}, {"shape": "legacy"}])
async def test_a_limit_says_until_when(bench: Bench, args: dict[str, Any]) -> None:
    bench.x.fault(CREATE, "rate_limited", **args)
    with pytest.raises(RateLimited) as raised:
        await bench.publisher().publish(post(TEXT), bench.steps)
    assert raised.value.retry_at == bench.clock.now() + timedelta(seconds=args.get("seconds", 900))


# -- looking ---------------------------------------------------------------------------------------------------------


async def lose(bench: Bench, *texts: str, kind: str = "lost", media: int = 0) -> None:
    pictures = tuple(bench.media.add() for _ in range(media))
    bench.x.fault(lambda call: call.path == "/2/tweets" and call.params.get("text") == texts[-1], kind)
    with pytest.raises(Unconfirmed):
        await bench.publisher().publish(post(*texts, media=pictures), bench.steps)


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        "Lee https://example.com/pan?a=1&b=2 y http://ejemplo.es/",
        "Todo en example.com hoy",
        "https://example.com",
        "https://example.com/",
        "Mira https://x.com/otro/status/17/photo/1",
    ],
)
async def test_a_lost_answer_is_found_whatever_links_became(bench: Bench, text: str) -> None:
    await lose(bench, text)
    [public] = bench.x.posts(USER)
    assert await bench.steps.look("post-1") == Receipt(public.id, public.permalink)


async def test_a_lost_post_with_a_picture_is_found_despite_its_own_link(bench: Bench) -> None:
    await lose(bench, TEXT, media=1)
    assert isinstance(await bench.steps.look("post-1"), Receipt)


async def test_a_lost_part_of_a_thread_is_found_by_what_it_replies_to(bench: Bench) -> None:
    await lose(bench, "uno", "dos")
    first, second = bench.x.posts(USER)
    assert await bench.steps.look("post-2") == Receipt(second.id, second.permalink)
    del bench.x.live[second.id]
    bench.x.put_post(USER, "dos")
    assert await bench.steps.look("post-2") is None
    assert first.reply_to is None


async def test_nothing_seen_is_no_proof_but_counts_after_two_minutes(bench: Bench) -> None:
    await lose(bench, TEXT, kind="html")
    assert await bench.steps.look("post-1") is None
    assert Post.silence == timedelta(minutes=2)
    assert Post.settle == timedelta(seconds=60)


async def test_an_older_post_with_the_same_text_is_not_ours(bench: Bench) -> None:
    bench.x.put_post(USER, TEXT)
    bench.clock.advance(200)
    await lose(bench, TEXT, kind="html")
    assert await bench.steps.look("post-1") is None


@pytest.mark.parametrize("hours", [-2, 2])
async def test_a_lost_answer_is_found_though_our_clock_is_wrong(bench: Bench, hours: int) -> None:
    bench.x.now = lambda: bench.clock.now() - timedelta(hours=hours)
    bench.x.fault("POST /2/tweets", "lost")
    with pytest.raises(Unconfirmed):
        await bench.publisher().publish(post(TEXT), bench.steps)
    [public] = bench.x.posts(USER)
    assert (await bench.publisher().publish(post(TEXT), bench.steps)).id == public.id


async def test_a_look_reads_little_because_it_costs(bench: Bench) -> None:
    await lose(bench, TEXT)
    await bench.steps.look("post-1")
    assert bench.x.requests[-1].params["max_results"] == "10"
    assert bench.x.requests[-1].params["start_time"] == "2026-11-21T09:55:00Z"
    bench.clock.advance(7200)
    await bench.steps.look("post-1")
    assert bench.x.requests[-1].params["max_results"] == "100"


async def test_the_newer_name_of_a_parameter_is_tried_when_the_older_is_refused(bench: Bench) -> None:
    bench.x.fields_name = "post.fields"
    await lose(bench, TEXT)
    assert isinstance(await bench.steps.look("post-1"), Receipt)


@pytest.mark.parametrize(
    "credentials", [SIGNING, SIGNING | {"access_token": "without-owner"}], ids=["owner", "unknown"]
)
async def test_a_signed_look(bench: Bench, credentials: dict[str, str]) -> None:
    bench.x.users[USER].access = (credentials["access_token"], ACCESS[1])
    bench.x.fault(CREATE, "lost")
    with pytest.raises(Unconfirmed):
        await bench.publisher(credentials).publish(post(TEXT), bench.steps)
    assert isinstance(await bench.steps.look("post-1"), Receipt)


async def test_a_look_that_fails_says_nothing(bench: Bench) -> None:
    await lose(bench, TEXT)
    bench.x.fault("GET /*", "html", status=503)
    with pytest.raises(Unavailable):
        await bench.steps.look("post-1")


def test_links_are_spelled_out() -> None:
    urls = [
        {"url": "https://t.co/a", "expanded_url": "https://example.com/pan"},
        {"url": "https://t.co/b", "expanded_url": "https://x.com/panaderia/status/1/photo/1"},
        {"url": "https://t.co/c"},
    ]
    shown = {"text": "Lee https://t.co/a https://t.co/c https://t.co/b", "entities": {"urls": urls}}
    assert written(shown, "").strip() == "Lee https://example.com/pan https://t.co/c"


# -- accounts and settings -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("credentials", [BEARER, SIGNING], ids=["bearer", "signed"])
async def test_a_check_names_the_user(bench: Bench, credentials: dict[str, str]) -> None:
    publisher = bench.publisher(credentials)
    assert isinstance(publisher, Checks)
    assert await publisher.check() == Identity(USER, f"@{NAME}")


async def test_a_check_without_the_permission_for_it(bench: Bench) -> None:
    refusal = problem(403, "Unsupported Authentication", "Forbidden", "unsupported-authentication")
    bench.x.fault("GET /2/users/me", "error", status=403, body=refusal)
    with pytest.raises(NotPermitted) as raised:
        await bench.publisher().check()
    assert raised.value.code == "scope_missing"


async def test_a_check_with_dead_keys(bench: Bench) -> None:
    for dead in (BEARER | {"access_token": "other"}, SIGNING | {"api_secret": "wrong"}):
        with pytest.raises(AuthExpired):
            await bench.publisher(dead).check()


async def test_deleting_is_the_librarys_own(bench: Bench) -> None:
    receipt = await bench.publisher().publish(post(TEXT), bench.steps)
    assert receipt.id is not None
    await bench.publisher().user.client.delete_tweet(receipt.id)
    assert bench.texts() == []


@pytest.mark.parametrize("credentials", [BEARER, SIGNING], ids=["bearer", "signed"])
async def test_no_key_reaches_the_log(
    bench: Bench, credentials: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    # tweepy's own request would print headers at DEBUG; the signing library is held back by `quiet`.
    caplog.set_level(logging.DEBUG)
    with caplog.at_level(logging.DEBUG, logger="tweepy"), caplog.at_level(logging.WARNING, logger="oauthlib"):
        await bench.publisher(credentials).publish(post(TEXT), bench.steps)
    assert not any(secret in caplog.text for secret in (TOKEN, *CONSUMER, *ACCESS))


@pytest.mark.parametrize(
    ("given", "account"),
    [
        (BEARER, USER),
        (SIGNING, USER),
        (SIGNING | {"user_id": "17"}, "17"),
        (BEARER | {"refresh_token": "r", "expires_at": "2026-12-01T00:00:00Z"}, USER),
    ],
)
def test_credentials_of_either_kind(given: dict[str, str], account: str) -> None:
    credentials = UserCredentials.model_validate(given)
    assert credentials.account == account
    assert given["access_token"] not in repr(credentials)


def test_a_token_that_does_not_name_its_owner_is_not_shown() -> None:
    account = UserCredentials.model_validate(SIGNING | {"access_token": "opaque"}).account
    assert account.startswith("token-")
    assert "opaque" not in account


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"access_token": "t"}, "OAuth 2 needs user_id"),
        ({"access_token": "t", "api_key": "k"}, "OAuth 1.0a needs"),
        ({"user_id": USER}, "access_token"),
        (BEARER | {"password": "x"}, "password"),
    ],
)
def test_incomplete_credentials_say_what_is_missing(given: dict[str, str], wrong: str) -> None:
    with pytest.raises(ValidationError, match=wrong):
        UserCredentials.model_validate(given)


@pytest.mark.parametrize(
    ("stanza", "wrong"),
    [
        ({"api_version": "v1.1"}, "v1.1 no longer publishes; use v2"),
        ({"api_version": "v3"}, "v2"),
        ({"api_url": "http://api.x.com"}, "https://"),
        ({"rate_limits": {"tweets_per_15min": -1}}, "greater than 0"),
    ],
)
def test_a_wrong_stanza_says_what_is_wrong(stanza: dict[str, object], wrong: str) -> None:
    with pytest.raises(ValidationError, match=wrong):
        Settings.model_validate(stanza)


def test_the_profile_weighs() -> None:
    assert PROFILE.count("https://example.com/a/very/long/path/that/does/not/count") == 23
    assert PROFILE.count("日本") == 4
    assert (PROFILE.limit, PROFILE.thread, PROFILE.hashtags.most, PROFILE.pictures.most) == (280, True, 10, 4)
