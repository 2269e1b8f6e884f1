"""Facebook Pages against a strict fake of the Graph API."""

import inspect
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from pydantic import ValidationError

from fakes.clock import FakeClock
from fakes.graph import FakeGraph, graph_error
from fakes.graph_objects import Page
from fakes.graph_pages import store_post
from fakes.standins import MemoryMedia, MemorySteps, post
from publishers.engine.contract import Checks, Identity, Receipt
from publishers.engine.errors import (
    AuthExpired,
    Duplicate,
    MediaRejected,
    NotPermitted,
    PublishingError,
    RateLimited,
    Unavailable,
    Unconfirmed,
)
from publishers.engine.outside import Outside
from publishers.facebook import PLATFORM, PROFILE, FeedPost, PageCredentials, PagePublisher, Settings
from publishers.wire.http import Wire

PAGE, TOKEN = "1001", "EAAB-page-token"
TEXT = "Hoy hay pan de espelta 🍞 & más"


@dataclass
class Bench:
    clock: FakeClock
    graph: FakeGraph
    media: MemoryMedia
    steps: MemorySteps
    outside: Outside

    def publisher(self, page_id: str = PAGE, token: str = TOKEN, **settings: str) -> PagePublisher:
        stanza = Settings.model_validate({"graph_url": self.graph.url, **settings})
        credentials = PageCredentials.model_validate({"page_id": page_id, "access_token": token})
        return PLATFORM.connect(stanza, credentials, self.outside)  # type: ignore[return-value] # its own publisher

    def public(self) -> list[str]:
        return [each.text for each in self.graph.posts(PAGE)]


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    clock, media = FakeClock(), MemoryMedia()
    async with FakeGraph(now=clock.now) as graph, Wire(clock, timeout=5) as wire:
        graph.page(PAGE, TOKEN, name="Panadería Sol")
        yield Bench(clock, graph, media, MemorySteps(clock), Outside(clock, wire, media))


# -- publishing ------------------------------------------------------------------------------------------------------


async def test_text_becomes_a_post_and_its_permalink_is_read_after_the_receipt(bench: Bench) -> None:
    receipt = await bench.publisher().publish(post(TEXT), bench.steps)
    [public] = bench.graph.posts(PAGE)
    assert (public.text, receipt) == (TEXT, Receipt(public.id, public.permalink))
    assert [request.method for request in bench.graph.requests] == ["POST", "GET"]
    assert bench.steps.receipts["post"] == Receipt(public.id)
    assert bench.graph.tokens_in_query == []


async def test_a_link_is_sent_as_a_link(bench: Bench) -> None:
    await bench.publisher().publish(post(TEXT, link="https://example.com/pan"), bench.steps)
    assert bench.graph.requests[0].params["link"] == "https://example.com/pan"


async def test_a_permalink_that_cannot_be_read_leaves_a_success(bench: Bench) -> None:
    bench.graph.fault("POST /*", "error", status=200, body={"id": "1001_1"})
    bench.graph.fault("GET /*", "html", status=500)
    assert await bench.publisher().publish(post(TEXT), bench.steps) == Receipt("1001_1")


async def test_one_picture_travels_with_its_text(bench: Bench) -> None:
    picture = bench.media.add(alt="Una hogaza")
    receipt = await bench.publisher().publish(post(TEXT, media=(picture,)), bench.steps)
    [public] = bench.graph.posts(PAGE)
    assert (public.text, public.media) == (TEXT, (picture.sha256,))
    assert receipt == Receipt(public.id, public.permalink)
    sent = bench.graph.requests[0]
    assert (sent.params["alt_text_custom"], sent.params["source"]) == ("Una hogaza", f"sha256:{picture.sha256}")


async def test_several_pictures_are_put_up_unseen_and_attached(bench: Bench) -> None:
    pictures = (bench.media.add(kind="PNG"), bench.media.add(), bench.media.add())
    await bench.publisher().publish(post(TEXT, media=pictures, link="https://example.com/"), bench.steps)
    [public] = bench.graph.posts(PAGE)
    assert public.media == tuple(picture.sha256 for picture in pictures)
    assert len(bench.steps.values) == 3


async def test_photos_are_counted_on_for_a_day_unless_something_is_armed(bench: Bench) -> None:
    pictures = post(TEXT, media=(bench.media.add(), bench.media.add()))
    bench.graph.fault("POST /*/feed", "rate_limited")
    with pytest.raises(RateLimited):
        await bench.publisher().publish(pictures, bench.steps)
    ready = dict(bench.steps.values)
    bench.clock.advance(23 * 3600 + 1)
    bench.graph.fault("POST /*/feed", "lost")
    with pytest.raises(Unconfirmed):
        await bench.publisher().publish(pictures, bench.steps)
    renewed = dict(bench.steps.values)
    assert set(renewed.values()).isdisjoint(ready.values())
    bench.clock.advance(23 * 3600 + 1)
    await bench.publisher().publish(pictures, bench.steps)
    assert (bench.steps.values, len(bench.graph.posts(PAGE))) == (renewed, 1)


async def test_a_second_run_repeats_neither_uploads_nor_the_post(bench: Bench) -> None:
    pictures = (bench.media.add(), bench.media.add())
    for _ in range(2):
        await bench.publisher().publish(post(TEXT, media=pictures), bench.steps)
    assert [request.method for request in bench.graph.requests if request.method == "POST"] == ["POST"] * 3
    assert len(bench.graph.posts(PAGE)) == 1


async def test_a_picture_that_is_gone_arms_nothing(bench: Bench) -> None:
    picture = bench.media.add()
    bench.media.files.clear()
    with pytest.raises(MediaRejected):
        await bench.publisher().publish(post(TEXT, media=(picture,)), bench.steps)
    assert bench.steps.armed == {}


# -- failures --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["lost", "truncated", "store_then_error", "refused"])
async def test_an_answer_that_never_comes_leaves_it_armed(bench: Bench, kind: str) -> None:
    bench.graph.fault("POST /*", kind)
    with pytest.raises(Unconfirmed):
        await bench.publisher().publish(post(TEXT), bench.steps)
    assert set(bench.steps.armed) == {"post"}


@pytest.mark.parametrize(
    ("status", "body", "error"),
    [
        (400, graph_error(4), RateLimited),
        (400, graph_error(190, subcode=460), AuthExpired),
        (403, graph_error(200), NotPermitted),
        (400, graph_error(506), Duplicate),
        (400, graph_error(324, subcode=1366046), MediaRejected),
    ],
)
async def test_a_definite_refusal_disarms(
    bench: Bench, status: int, body: dict[str, object], error: type[PublishingError]
) -> None:
    bench.graph.fault("POST /*", "error", status=status, body=body)
    with pytest.raises(error) as raised:
        await bench.publisher().publish(post(TEXT), bench.steps)
    assert type(raised.value) is error
    assert bench.steps.armed == {}
    assert bench.public() == []


@pytest.mark.parametrize("code", [1, 2, -1])
async def test_an_outage_of_theirs_during_the_commit_proves_nothing(bench: Bench, code: int) -> None:
    bench.graph.fault("POST /*", "store_then_error", status=500, body=graph_error(code))
    with pytest.raises(Unconfirmed):
        await bench.publisher().publish(post(TEXT), bench.steps)


async def test_a_limit_says_until_when(bench: Bench) -> None:
    bench.graph.fault("POST /*", "rate_limited", minutes=42)
    with pytest.raises(RateLimited) as raised:
        await bench.publisher().publish(post(TEXT), bench.steps)
    assert raised.value.retry_at == bench.clock.now() + timedelta(minutes=42)


# -- looking ---------------------------------------------------------------------------------------------------------


async def lose(bench: Bench, text: str = TEXT, **settings: str) -> None:
    bench.graph.fault("POST /*", "lost")
    with pytest.raises(Unconfirmed):
        await bench.publisher(**settings).publish(post(text), bench.steps)


async def test_a_lost_answer_is_found_in_the_list(bench: Bench) -> None:
    await lose(bench)
    [public] = bench.graph.posts(PAGE)
    assert await bench.steps.look("post") == Receipt(public.id, public.permalink)


async def test_silence_never_means_no(bench: Bench) -> None:
    bench.graph.fault("POST /*", "html", status=500)
    with pytest.raises(Unconfirmed):
        await bench.publisher().publish(post(TEXT), bench.steps)
    assert await bench.steps.look("post") is None
    assert FeedPost.silence is None


async def test_what_is_ours_already_is_not_found_again(bench: Bench) -> None:
    await lose(bench)
    assert await bench.steps.look("post", bench.graph.posts(PAGE)[0].id) is None


async def test_an_older_post_with_the_same_text_is_not_ours(bench: Bench) -> None:
    bench.graph.put_post(PAGE, TEXT)
    bench.clock.advance(600)
    bench.graph.fault("POST /*", "html", status=500)
    with pytest.raises(Unconfirmed):
        await bench.publisher().publish(post(TEXT), bench.steps)
    assert await bench.steps.look("post") is None


async def test_without_text_only_what_has_pictures_may_be_ours(bench: Bench) -> None:
    bench.graph.fault("POST /*", "lost")
    with pytest.raises(Unconfirmed):
        await bench.publisher().publish(post("", media=(bench.media.add(),)), bench.steps)
    [public] = bench.graph.posts(PAGE)
    page = bench.graph.node(PAGE, Page)
    store_post(bench.graph, page, "", app=None, link="https://example.com/", shows_at=bench.clock.now())
    assert await bench.steps.look("post") == Receipt(public.id, public.permalink)


async def test_only_our_own_app_counts_when_we_know_it(bench: Bench) -> None:
    bench.graph.fault("POST /*", "html", status=500)
    with pytest.raises(Unconfirmed):
        await bench.publisher(client_id=bench.graph.app_id).publish(post(TEXT), bench.steps)
    bench.graph.put_post(PAGE, TEXT, app="4711")
    bench.graph.put_post(PAGE, TEXT)
    assert await bench.steps.look("post") is None
    ours = bench.graph.put_post(PAGE, TEXT, app=bench.graph.app_id)
    found = await bench.steps.look("post")
    assert isinstance(found, Receipt)
    assert found.id == ours


async def test_a_post_by_hand_is_adopted_when_we_do_not_know_our_app(bench: Bench) -> None:
    bench.graph.fault("POST /*", "html", status=500)
    with pytest.raises(Unconfirmed):
        await bench.publisher().publish(post(TEXT), bench.steps)
    by_hand = bench.graph.put_post(PAGE, TEXT)
    found = await bench.steps.look("post")
    assert isinstance(found, Receipt)
    assert found.id == by_hand


async def test_a_look_allows_for_their_clock(bench: Bench) -> None:
    behind = timedelta(minutes=4)
    bench.graph.now = lambda: bench.clock.now() - behind
    await lose(bench)
    assert isinstance(await bench.steps.look("post"), Receipt)


async def test_a_look_that_fails_says_nothing(bench: Bench) -> None:
    await lose(bench)
    bench.graph.fault("GET /*", "html", status=502)
    with pytest.raises(Unavailable):
        await bench.steps.look("post")


# -- accounts and settings -------------------------------------------------------------------------------------------


async def test_a_check_names_the_page(bench: Bench) -> None:
    publisher = bench.publisher()
    assert isinstance(publisher, Checks)
    assert await publisher.check() == Identity(PAGE, "Panadería Sol")


async def test_a_check_with_a_dead_token(bench: Bench) -> None:
    with pytest.raises(AuthExpired):
        await bench.publisher(token="other").check()
    with pytest.raises(NotPermitted) as raised:
        await bench.publisher(page_id="404").check()
    assert raised.value.code == "not_found"


def known(bench: Bench, secret: str = "app-secret") -> PagePublisher:
    """As a publisher whose app may ask what the token carries."""
    return bench.publisher(client_id=bench.graph.app_id, client_secret=secret)


async def test_a_check_asks_what_the_token_carries_and_shows_no_secret(bench: Bench) -> None:
    await known(bench).check()
    assert [request.path for request in bench.graph.requests] == [f"/v26.0/{PAGE}", "/v26.0/debug_token"]
    assert bench.graph.tokens_in_query == []


async def test_a_check_names_the_permissions_that_were_not_granted(bench: Bench) -> None:
    bench.graph.tokens[TOKEN].scopes -= {"pages_manage_posts", "pages_show_list"}
    with pytest.raises(NotPermitted) as raised:
        await known(bench).check()
    assert raised.value.code == "scope_missing"
    assert raised.value.params == {"scopes": "pages_show_list, pages_manage_posts"}
    with pytest.raises(NotPermitted):
        await known(bench).publish(post(TEXT), bench.steps)


async def test_a_check_names_the_permission_to_comment_where_comments_are_made(bench: Bench) -> None:
    settings = {"client_id": bench.graph.app_id, "client_secret": bench.graph.app_secret}
    await bench.publisher(**settings).check()
    with pytest.raises(NotPermitted) as raised:
        await bench.publisher(**settings, words={"hashtags": "comment"}).check()
    assert raised.value.params == {"scopes": "pages_manage_engagement"}


async def test_a_check_notices_a_permission_for_other_pages_only(bench: Bench) -> None:
    bench.graph.tokens[TOKEN].only["pages_manage_posts"] = ["5555"]
    with pytest.raises(NotPermitted, match="pages_manage_posts"):
        await known(bench).check()
    bench.graph.tokens[TOKEN].only["pages_manage_posts"].append(PAGE)
    assert await known(bench).check() == Identity(PAGE, "Panadería Sol")


async def test_permissions_that_nobody_tells_are_no_fault_of_the_account(bench: Bench) -> None:
    bench.graph.tokens[TOKEN].scopes.clear()
    assert await known(bench, secret="wrong").check() == Identity(PAGE, "Panadería Sol")
    bench.graph.fault("POST /*/debug_token", "html", status=502)
    assert await known(bench).check() == Identity(PAGE, "Panadería Sol")


@pytest.mark.parametrize("name", ["page_id", "facebook_page_id"])
def test_credentials_by_either_name(name: str) -> None:
    credentials = PageCredentials.model_validate({name: PAGE, "access_token": TOKEN})
    assert credentials.account == PAGE
    assert TOKEN not in repr(credentials)


@pytest.mark.parametrize(
    "given",
    [{"page_id": PAGE}, {"page_id": "../me", "access_token": "t"}, {"page_id": "1", "access_token": "t", "x": 1}],
)
def test_credentials_that_are_none(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        PageCredentials.model_validate(given)


def test_an_empty_stanza_is_complete() -> None:
    settings = Settings()
    assert settings.api_version == "v26.0"
    assert settings.rate_limits.posts_per_hour == 25


def test_more_permissions_than_necessary_are_taken() -> None:
    asked = ["pages_show_list", "pages_manage_posts", "pages_read_engagement", "pages_manage_engagement"]
    assert Settings.model_validate({"permissions": asked}).permissions == tuple(asked)


def test_a_number_is_taken_for_a_client_id() -> None:
    assert Settings.model_validate({"client_id": 990011}).client_id == "990011"


@pytest.mark.parametrize(
    ("stanza", "wrong"),
    [
        ({"api_version": "v18.0"}, "use v26.0"),
        ({"graph_url": "http://graph.facebook.com"}, "https://"),
        ({"permissions": ["pages_show_list", "pages_read_engagement"]}, "lacks pages_manage_posts"),
        ({"rate_limits": {"posts_per_hour": 0}}, "greater than 0"),
        ({"grap_url": "x"}, "Extra inputs"),
    ],
)
def test_a_wrong_stanza_says_what_is_wrong(stanza: dict[str, object], wrong: str) -> None:
    with pytest.raises(ValidationError, match=wrong):
        Settings.model_validate(stanza)


def test_the_profile_counts_characters() -> None:
    assert PROFILE.count("pan 🍞") == 5
    assert (PROFILE.limit, PROFILE.hashtags.most, PROFILE.pictures.required) == (63_206, 30, False)


def test_connecting_opens_nothing() -> None:
    assert not inspect.iscoroutinefunction(PLATFORM.connect)
    credentials = PageCredentials.model_validate({"page_id": PAGE, "access_token": TOKEN})
    outside = Outside(FakeClock(), Wire(FakeClock()), MemoryMedia())
    assert isinstance(PLATFORM.connect(Settings(), credentials, outside), PagePublisher)
