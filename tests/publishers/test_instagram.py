"""Instagram by containers against a strict fake of the Graph API, over both logins."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from instagram_bench import ACCOUNT, OWN, OWN_TOKEN, PAGE, TOKEN, Bench, address, opened
from pydantic import SecretStr, ValidationError

from adapters.adapted import Media
from fakes.call import Call
from fakes.clock import FakeClock
from fakes.graph import graph_error
from fakes.standins import MemoryMedia, MemorySteps, post
from publishers.engine.contract import Absent, Checks, Identity, Receipt
from publishers.engine.errors import (
    AuthExpired,
    MediaRejected,
    NotConfigured,
    NotPermitted,
    PublishingError,
    QuotaExhausted,
    RateLimited,
    Rejected,
    Stale,
    Unavailable,
    Unconfirmed,
)
from publishers.engine.outside import Outside
from publishers.instagram import (
    PLATFORM,
    PROFILE,
    ProfessionalCredentials,
    ProfessionalPublisher,
    PublishContainer,
    Settings,
)
from publishers.wire.graph_scopes import App
from publishers.wire.http import Wire

CAPTION = "Hoy hay pan de espelta 🍞"
PUBLISH = "POST /*/media_publish"


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    async with opened() as bench:
        yield bench


@pytest.fixture
async def public_media(bench: Bench) -> AsyncIterator[None]:
    async with address(bench):
        yield


@pytest.fixture
def picture(bench: Bench) -> Media:
    return bench.media.add(alt="Una hogaza")


# -- publishing ------------------------------------------------------------------------------------------------------


async def test_the_picture_comes_from_the_linked_page_when_we_have_no_address(bench: Bench, picture: Media) -> None:
    receipt = await bench.publisher().publish(post(CAPTION, media=(picture,)), bench.steps)
    [public] = bench.graph.posts(ACCOUNT)
    assert (public.text, receipt) == (CAPTION, Receipt(public.id, public.permalink))
    assert bench.graph.posts(PAGE) == []
    assert bench.graph.tokens_in_query == []


async def test_the_unseen_photo_is_taken_off_the_page_again(bench: Bench, picture: Media) -> None:
    await bench.publisher().publish(post(CAPTION, media=(picture,)), bench.steps)
    assert bench.steps.values["photo-1"] not in bench.graph.nodes
    bench.graph.fault("DELETE /*", "html", status=500)
    await bench.publisher().publish(post("Otro pan", media=(picture,)), MemorySteps(bench.clock))
    assert len(bench.graph.posts(ACCOUNT)) == 2


@pytest.mark.usefixtures("public_media")
async def test_the_picture_comes_from_our_own_address(bench: Bench, picture: Media) -> None:
    await bench.publisher(page_id=None).publish(post(CAPTION, media=(picture,)), bench.steps)
    [public] = bench.graph.posts(ACCOUNT)
    assert public.media == (picture.sha256,)
    [created] = [each for each in bench.graph.requests if each.path.endswith("/media") and each.method == "POST"]
    assert created.params["alt_text"] == "Una hogaza"


@pytest.mark.usefixtures("public_media")
async def test_its_own_login_has_its_own_host(bench: Bench, picture: Media) -> None:
    receipt = await bench.by_own_login().publish(post(CAPTION, media=(picture,)), bench.steps)
    [public] = bench.graph.posts(OWN)
    assert receipt == Receipt(public.id, public.permalink)


async def test_without_address_and_page_there_is_no_way(bench: Bench, picture: Media) -> None:
    for publisher in (bench.publisher(page_id=None), bench.by_own_login()):
        with pytest.raises(NotConfigured) as raised:
            await publisher.publish(post(CAPTION, media=(picture,)), bench.steps)
        assert raised.value.code == "no_public_address"
    assert bench.graph.requests == []


async def test_a_text_alone_is_refused(bench: Bench) -> None:
    with pytest.raises(Rejected) as raised:
        await bench.publisher().publish(post(CAPTION), bench.steps)
    assert raised.value.code == "picture_required"


async def test_a_permalink_that_cannot_be_read_leaves_a_success(bench: Bench, picture: Media) -> None:
    bench.graph.fault(lambda call: call.params.get("fields") == "permalink", "html", status=500)
    receipt = await bench.publisher().publish(post(CAPTION, media=(picture,)), bench.steps)
    assert receipt == Receipt(bench.graph.posts(ACCOUNT)[0].id)


async def test_a_second_run_publishes_nothing_more(bench: Bench, picture: Media) -> None:
    for _ in range(2):
        await bench.publisher().publish(post(CAPTION, media=(picture,)), bench.steps)
    assert len(bench.graph.posts(ACCOUNT)) == 1
    assert bench.asked("POST", "/media") == 1


# -- the container ---------------------------------------------------------------------------------------------------


async def test_waiting_grows_and_ends(bench: Bench, picture: Media) -> None:
    bench.graph.next_container("IN_PROGRESS")
    began = bench.clock.now()
    with pytest.raises(Unavailable) as raised:
        await bench.publisher().publish(post(CAPTION, media=(picture,)), bench.steps)
    assert bench.clock.now() - began == timedelta(seconds=39)
    assert (raised.value.code, raised.value.retry_at) == ("still_processing", bench.clock.now() + timedelta(minutes=1))
    assert bench.steps.armed == {}


async def test_the_same_container_is_asked_again_later(bench: Bench, picture: Media) -> None:
    bench.graph.next_container(*["IN_PROGRESS"] * 7, "FINISHED")
    with pytest.raises(Unavailable):
        await bench.publisher().publish(post(CAPTION, media=(picture,)), bench.steps)
    await bench.publisher().publish(post(CAPTION, media=(picture,)), bench.steps)
    assert len(bench.graph.posts(ACCOUNT)) == 1
    assert bench.asked("POST", "/media") == 1


@pytest.mark.parametrize(
    ("subcode", "error", "code"),
    [
        (2207004, MediaRejected, "picture_size"),
        (2207005, MediaRejected, "picture_format"),
        (2207009, MediaRejected, "picture_ratio"),
        (2207010, Rejected, "text_too_long"),
        (2207026, MediaRejected, "video_refused"),
        (2207051, Rejected, "spam_block"),
        (2207001, Stale, "stale"),
        (2207003, Stale, "stale"),
        (2207052, Stale, "stale"),
        (2207053, Stale, "stale"),
    ],
)
async def test_what_a_failed_container_means(
    bench: Bench, picture: Media, subcode: int, error: type[PublishingError], code: str
) -> None:
    bench.graph.next_container("IN_PROGRESS", f"ERROR:{subcode}")
    with pytest.raises(error) as raised:
        await bench.publisher().publish(post(CAPTION, media=(picture,)), bench.steps)
    assert (type(raised.value), raised.value.code) == (error, code)
    assert bench.steps.armed == {}


async def test_a_picture_of_the_wrong_shape_is_refused(bench: Bench) -> None:
    narrow = bench.media.add(width=100, height=400)
    with pytest.raises(MediaRejected) as raised:
        await bench.publisher().publish(post(CAPTION, media=(narrow,)), bench.steps)
    assert raised.value.code == "picture_ratio"


async def test_a_container_that_is_gone_before_the_commit_is_stale(bench: Bench, picture: Media) -> None:
    bench.steps.values["container"] = "404"
    with pytest.raises(Stale) as raised:
        await bench.publisher().publish(post(CAPTION, media=(picture,)), bench.steps)
    assert raised.value.key == "container"
    assert bench.steps.armed == {}


async def test_a_container_that_expired_is_stale(bench: Bench, picture: Media) -> None:
    bench.graph.next_container("EXPIRED")
    with pytest.raises(Stale) as raised:
        await bench.publisher().publish(post(CAPTION, media=(picture,)), bench.steps)
    assert raised.value.key == "container"


async def test_a_container_that_cannot_be_read_for_a_moment_is_not_gone(bench: Bench, picture: Media) -> None:
    hiccup = graph_error(100, subcode=33)
    asks = bench.graph.fault(
        lambda call: "status_code" in str(call.params.get("fields")), "error", times=2, status=400, body=hiccup
    )
    await bench.publisher().publish(post(CAPTION, media=(picture,)), bench.steps)
    assert asks.left == 0
    assert len(bench.graph.posts(ACCOUNT)) == 1


async def test_a_photo_that_is_gone_is_stale(bench: Bench, picture: Media) -> None:
    bench.steps.values["photo-1"] = "404"
    with pytest.raises(Stale) as raised:
        await bench.publisher().publish(post(CAPTION, media=(picture,)), bench.steps)
    assert raised.value.key == "photo-1"


# -- failures of the commit ------------------------------------------------------------------------------------------


async def lose(bench: Bench, picture: Media, kind: str = "lost", **args: object) -> None:
    bench.graph.fault(PUBLISH, kind, **args)
    with pytest.raises(Unconfirmed):
        await bench.publisher().publish(post(CAPTION, media=(picture,)), bench.steps)
    assert set(bench.steps.armed) == {"post"}


@pytest.mark.parametrize("kind", ["lost", "truncated", "store_then_error", "refused"])
async def test_an_answer_that_never_comes_leaves_it_armed(bench: Bench, picture: Media, kind: str) -> None:
    await lose(bench, picture, kind)


@pytest.mark.parametrize(("code", "subcode"), [(-1, 2207001), (1, None), (2, None), (4, 2207051), (100, 2207085)])
async def test_what_is_seen_although_it_went_live_proves_nothing(
    bench: Bench, picture: Media, code: int, subcode: int | None
) -> None:
    await lose(bench, picture, "store_then_error", status=400, body=graph_error(code, subcode=subcode))
    assert isinstance(await bench.steps.look("post"), Receipt)


@pytest.mark.parametrize(
    ("body", "error", "code"),
    [
        (graph_error(9, subcode=2207042), QuotaExhausted, "quota_exhausted"),
        (graph_error(9007, subcode=2207027), Unavailable, "not_ready"),
        (graph_error(190, subcode=463), AuthExpired, "auth_expired"),
        (graph_error(80002), RateLimited, "rate_limited"),
        (graph_error(25, subcode=2207050), PublishingError, "account_restricted"),
    ],
)
async def test_a_definite_refusal_disarms(
    bench: Bench, picture: Media, body: dict[str, object], error: type[PublishingError], code: str
) -> None:
    bench.graph.fault(PUBLISH, "error", status=400, body=body)
    with pytest.raises(error) as raised:
        await bench.publisher().publish(post(CAPTION, media=(picture,)), bench.steps)
    assert raised.value.code == code
    assert bench.steps.armed == {}


async def test_a_container_that_vanished_before_publishing_is_stale(bench: Bench, picture: Media) -> None:
    def vanish(call: Call) -> None:
        if call.path.endswith("media_publish"):
            del bench.graph.nodes[call.params["creation_id"]]

    bench.graph.on_request = vanish
    bench.graph.fault(PUBLISH, "error", status=400, body=graph_error(24, subcode=2207008))
    with pytest.raises(Stale) as raised:
        await bench.publisher().publish(post(CAPTION, media=(picture,)), bench.steps)
    assert raised.value.key == "container"
    assert bench.steps.armed == {}


async def test_a_container_said_to_be_gone_but_published_is_doubted(bench: Bench, picture: Media) -> None:
    await lose(bench, picture, "store_then_error", status=400, body=graph_error(24, subcode=2207008))


async def test_a_container_said_to_be_gone_that_cannot_be_asked_is_doubted(bench: Bench, picture: Media) -> None:
    bench.graph.fault(PUBLISH, "error", status=400, body=graph_error(24, subcode=2207008))
    bench.graph.fault(lambda call: call.method == "GET" and "post" in bench.steps.armed, "html", times=1, status=500)
    with pytest.raises(Unconfirmed):
        await bench.publisher().publish(post(CAPTION, media=(picture,)), bench.steps)


# -- looking ---------------------------------------------------------------------------------------------------------


async def test_a_published_container_is_found_in_the_list(bench: Bench, picture: Media) -> None:
    await lose(bench, picture)
    [public] = bench.graph.posts(ACCOUNT)
    assert await bench.steps.look("post") == Receipt(public.id, public.permalink)


async def test_a_published_container_is_a_yes_even_while_the_list_lags(bench: Bench, picture: Media) -> None:
    await lose(bench, picture)
    bench.graph.hide(times=1, where="GET /*/media")
    # Nothing was public when the hiding began, so the one post counts as new only if it is stored after it.
    bench.graph.script.scripted[-1].serial = 0
    found = await bench.steps.look("post")
    assert found == Receipt(None)


async def test_a_container_still_finished_is_a_definite_no(bench: Bench, picture: Media) -> None:
    await lose(bench, picture, "html", status=500)
    assert await bench.steps.look("post") is Absent.ABSENT


async def test_the_same_container_is_published_after_a_no(bench: Bench, picture: Media) -> None:
    await lose(bench, picture, "html", status=500)
    bench.steps.armed.clear()
    await bench.publisher().publish(post(CAPTION, media=(picture,)), bench.steps)
    assert len(bench.graph.posts(ACCOUNT)) == 1
    assert bench.asked("POST", "/media") == 1


async def test_an_expired_container_leaves_only_the_list(bench: Bench, picture: Media) -> None:
    await lose(bench, picture, "html", status=500)
    bench.clock.advance(25 * 3600)
    assert await bench.steps.look("post") is None
    bench.graph.put_media(ACCOUNT, CAPTION)
    assert isinstance(await bench.steps.look("post"), Receipt)


async def test_a_container_that_is_gone_leaves_only_the_list(bench: Bench, picture: Media) -> None:
    await lose(bench, picture)
    del bench.graph.nodes[bench.steps.values["container"]]
    found = await bench.steps.look("post")
    assert isinstance(found, Receipt)
    assert await bench.steps.look("post", str(found.id)) is None


async def test_an_older_picture_with_the_same_caption_is_not_ours(bench: Bench, picture: Media) -> None:
    old = bench.graph.put_media(ACCOUNT, CAPTION)
    bench.clock.advance(600)
    await lose(bench, picture)
    found = await bench.steps.look("post")
    assert isinstance(found, Receipt)
    assert found.id not in {old, None}


def test_silence_never_means_no() -> None:
    assert PublishContainer.silence is None


# -- accounts and settings -------------------------------------------------------------------------------------------


async def test_a_check_names_the_account(bench: Bench) -> None:
    publisher = bench.publisher()
    assert isinstance(publisher, Checks)
    assert await publisher.check() == Identity(ACCOUNT, "@panaderia")
    assert await bench.by_own_login().check() == Identity(OWN, "@sol")


async def test_a_check_names_the_permissions_that_were_not_granted(bench: Bench) -> None:
    publisher = replace(bench.publisher(), app=App(bench.graph.app_id, SecretStr(bench.graph.app_secret)))
    await publisher.check()
    bench.graph.tokens[TOKEN].scopes.remove("instagram_content_publish")
    with pytest.raises(NotPermitted, match="instagram_content_publish") as raised:
        await publisher.check()
    assert raised.value.code == "scope_missing"


async def test_the_own_login_has_no_such_call(bench: Bench) -> None:
    bench.graph.tokens[OWN_TOKEN].scopes.clear()
    await bench.by_own_login().check()
    assert [request.path.rpartition("/")[2] for request in bench.graph.requests] == [OWN]


async def test_a_check_with_a_dead_token(bench: Bench) -> None:
    bench.graph.expire(TOKEN)
    with pytest.raises(AuthExpired):
        await bench.publisher().check()


@pytest.mark.parametrize("name", ["ig_user_id", "instagram_account_id"])
def test_credentials_by_either_name(name: str) -> None:
    credentials = ProfessionalCredentials.model_validate_json(json.dumps({name: ACCOUNT, "access_token": TOKEN}))
    assert (credentials.account, credentials.login) == (ACCOUNT, None)


@pytest.mark.parametrize(("api_type", "host"), [("facebook_login", "graph"), ("instagram_login", "instagram")])
def test_the_login_is_that_of_the_settings_unless_told(api_type: str, host: str) -> None:
    stanza = {"api_type": api_type, "graph_url": "https://graph", "instagram_graph_url": "https://instagram"}
    credentials = ProfessionalCredentials.model_validate({"ig_user_id": "1", "access_token": "t", "page_id": "2"})
    outside = Outside(FakeClock(), Wire(FakeClock()), MemoryMedia())
    publisher = PLATFORM.connect(Settings.model_validate(stanza), credentials, outside)
    assert isinstance(publisher, ProfessionalPublisher)
    assert publisher.account.graph.url == f"https://{host}"
    assert publisher.account.page_id == ("2" if host == "graph" else None)


@pytest.mark.parametrize(
    ("stanza", "wrong"),
    [
        ({"api_type": "basic_display"}, "shut down on 2024-12-04.*use facebook_login or instagram_login"),
        ({"api_type": "other"}, "facebook_login"),
        ({"api_version": "v20.0"}, "use v26.0"),
        ({"instagram_graph_url": "http://graph.instagram.com"}, "https://"),
    ],
)
def test_a_wrong_stanza_says_what_is_wrong(stanza: dict[str, str], wrong: str) -> None:
    with pytest.raises(ValidationError, match=wrong):
        Settings.model_validate(stanza)


def test_the_profile_counts_utf16() -> None:
    assert PROFILE.count("pan 🍞") == 6
    assert (PROFILE.limit, PROFILE.hashtags.most, PROFILE.hashtags.advised) == (2200, 30, 5)
    assert PROFILE.pictures.required
