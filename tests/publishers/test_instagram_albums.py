"""Instagram's carousels and stories: children beside each other, what grows old, looks without a text."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from instagram_bench import ACCOUNT, PAGE, Bench, address, opened

from adapters.adapted import Adapted, Media
from fakes.call import Call
from fakes.clock import FakeClock
from fakes.graph import graph_error
from fakes.graph_objects import Container, Photo
from fakes.standins import MemorySteps, post
from publishers.engine.contract import Absent, Receipt
from publishers.engine.errors import MediaRejected, Stale, Unavailable, Unconfirmed
from publishers.engine.outside import MediaMissing
from publishers.wire.containers import KEEPS
from publishers.wire.professional import CAROUSEL

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
def album(bench: Bench) -> tuple[Media, ...]:
    return tuple(bench.media.add(alt=f"Hogaza {number}") for number in (1, 2, 3))


@pytest.fixture
def story(bench: Bench) -> Adapted:
    return replace(post("", media=(bench.media.add(1080, 1920, alt="Una hogaza"),)), format="story")


def gone(bench: Bench, key: str) -> None:
    del bench.graph.nodes[bench.steps.values[key]]


async def hold(bench: Bench, content: Adapted) -> None:
    """Everything is ready, and the limit is reached."""
    bench.graph.fault(PUBLISH, "rate_limited")
    with pytest.raises(Exception, match="rate_limited"):
        await bench.publisher().publish(content, bench.steps)
    assert bench.steps.armed == {}


async def lose(bench: Bench, content: Adapted, kind: str = "lost", **args: object) -> None:
    bench.graph.fault(PUBLISH, kind, **args)
    with pytest.raises(Unconfirmed):
        await bench.publisher().publish(content, bench.steps)


# -- albums ----------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("public_media")
async def test_the_caption_goes_with_the_album_and_the_descriptions_with_its_pictures(
    bench: Bench, album: tuple[Media, ...]
) -> None:
    await bench.publisher().publish(post(CAPTION, media=album), bench.steps)
    *children, parent = bench.created()
    assert [sorted(child) for child in children] == [["alt_text", "image_url", "is_carousel_item"]] * 3
    assert sorted(parent) == ["caption", "children", "media_type"]
    assert parent["children"] == ",".join(bench.steps.values[f"child-{number}"] for number in (1, 2, 3))
    [public] = bench.graph.posts(ACCOUNT)
    assert (public.text, public.alt) == (CAPTION, ("Hogaza 1", "Hogaza 2", "Hogaza 3"))


async def test_all_photos_of_an_album_are_taken_off_the_page_again(bench: Bench, album: tuple[Media, ...]) -> None:
    await bench.publisher().publish(post(CAPTION, media=album), bench.steps)
    assert [node for node in bench.graph.nodes.values() if isinstance(node, Photo)] == []
    assert bench.graph.posts(ACCOUNT)[0].media == tuple(each.sha256 for each in album)
    assert bench.graph.posts(PAGE) == []


@pytest.mark.usefixtures("public_media")
async def test_pictures_are_waited_for_beside_each_other(bench: Bench) -> None:
    """The clock stands still until everybody waits for it."""
    media = tuple(bench.media.add(width=400 + number) for number in range(10))
    clock = FakeClock()
    rounds: list[int] = []

    async def sleep(seconds: float) -> None:
        rounds.append(bench.asked("POST", "/media"))
        await FakeClock.sleep(clock, seconds)

    bench.clock.sleep = sleep  # type: ignore[method-assign] # to listen to it
    await bench.publisher().publish(post(CAPTION, media=media), bench.steps)
    polls = {"child": 2, "parent": 2}
    assert len(rounds) == 10 * polls["child"] + polls["parent"]
    assert rounds[9:20] == [10] * 11, "after the first look all have been asked for"


@pytest.mark.usefixtures("public_media")
async def test_one_that_fails_does_not_leave_the_others_behind(bench: Bench, album: tuple[Media, ...]) -> None:
    bench.graph.fault(lambda call: call.params.get("alt_text") == "Hogaza 1", "html", status=500)
    with pytest.raises(Unavailable):
        await bench.publisher().publish(post(CAPTION, media=album), bench.steps)
    assert {"child-2", "child-3"} <= set(bench.steps.values)
    await bench.publisher().publish(post(CAPTION, media=album), bench.steps)
    assert len(bench.created()) == 3 + 1 + 1, "only the missing one was asked for again"


async def test_only_the_child_that_is_gone_is_made_anew(bench: Bench, album: tuple[Media, ...]) -> None:
    failing = bench.graph.fault(lambda call: call.params.get("media_type") == "CAROUSEL", "html", status=500)
    with pytest.raises(Unavailable):
        await bench.publisher().publish(post(CAPTION, media=album), bench.steps)
    assert failing.left == 0
    gone(bench, "child-2")
    with pytest.raises(Stale) as raised:
        await bench.publisher().publish(post(CAPTION, media=album), bench.steps)
    assert raised.value.keys == ("child-2",)
    before = dict(bench.steps.values)
    del bench.steps.values["child-2"]
    await bench.publisher().publish(post(CAPTION, media=album), bench.steps)
    changed = {key for key, value in bench.steps.values.items() if before.get(key, value) != value}
    assert changed == {"child-2"}
    assert len(bench.graph.posts(ACCOUNT)) == 1


async def test_a_parent_that_cannot_be_made_though_all_children_are_there_is_tried_again(
    bench: Bench, album: tuple[Media, ...]
) -> None:
    refusal = graph_error(24, subcode=2207008)
    bench.graph.fault(lambda call: call.params.get("media_type") == "CAROUSEL", "error", status=400, body=refusal)
    with pytest.raises(Unavailable) as raised:
        await bench.publisher().publish(post(CAPTION, media=album), bench.steps)
    assert raised.value.code == "container_gone"


async def test_a_child_that_is_refused_names_the_reason(bench: Bench) -> None:
    album = (bench.media.add(), bench.media.add(width=100, height=400))
    with pytest.raises(MediaRejected) as raised:
        await bench.publisher().publish(post(CAPTION, media=album), bench.steps)
    assert raised.value.code == "picture_ratio"


@pytest.mark.usefixtures("public_media")
async def test_children_that_failed_are_named_together(bench: Bench, album: tuple[Media, ...]) -> None:
    for _ in range(2):
        bench.graph.next_container("ERROR:2207053")
    with pytest.raises(Stale) as raised:
        await bench.publisher().publish(post(CAPTION, media=album), bench.steps)
    assert raised.value.keys == ("child-1", "child-2")


async def test_photos_that_are_gone_are_named_together(bench: Bench, album: tuple[Media, ...]) -> None:
    failing = bench.graph.fault(lambda call: "is_carousel_item" in call.params, "html", times=3, status=500)
    with pytest.raises(Unavailable):
        await bench.publisher().publish(post(CAPTION, media=album), bench.steps)
    assert failing.left == 0
    gone(bench, "photo-1")
    gone(bench, "photo-3")
    with pytest.raises(Stale) as raised:
        await bench.publisher().publish(post(CAPTION, media=album), bench.steps)
    assert raised.value.keys == ("photo-1", "photo-3")


async def test_a_parent_that_is_gone_is_made_anew_around_the_same_children(
    bench: Bench, album: tuple[Media, ...]
) -> None:
    def vanish(call: Call) -> None:
        if call.path.endswith("media_publish"):
            bench.graph.nodes.pop(call.params["creation_id"], None)

    bench.graph.on_request = vanish
    bench.graph.fault(PUBLISH, "error", status=400, body=graph_error(24, subcode=2207008))
    with pytest.raises(Stale) as raised:
        await bench.publisher().publish(post(CAPTION, media=album), bench.steps)
    assert raised.value.keys == ("container",)
    bench.graph.on_request = None
    del bench.steps.values["container"]
    await bench.publisher().publish(post(CAPTION, media=album), bench.steps)
    assert (len(bench.created()), len(bench.graph.posts(ACCOUNT))) == (3 + 1 + 1, 1)


async def test_an_album_that_is_ready_needs_its_children_no_more(bench: Bench, album: tuple[Media, ...]) -> None:
    """They have grown old, and the pictures are gone from our disk."""
    await hold(bench, post(CAPTION, media=album))
    ready = dict(bench.steps.values)
    for number in (1, 2, 3):
        bench.steps.made[f"child-{number}"] -= KEEPS
    bench.media.files.clear()
    await bench.publisher().publish(post(CAPTION, media=album), bench.steps)
    assert (bench.steps.values, len(bench.graph.posts(ACCOUNT))) == (ready, 1)


async def test_an_album_is_never_older_than_a_child_may_become(bench: Bench, album: tuple[Media, ...]) -> None:
    await hold(bench, post(CAPTION, media=album))
    ready = dict(bench.steps.values)
    bench.clock.advance(CAROUSEL.keeps.total_seconds() - 600)
    await hold(bench, post(CAPTION, media=album))
    assert bench.steps.values == ready
    bench.clock.advance(1200)
    await bench.publisher().publish(post(CAPTION, media=album), bench.steps)
    renewed = {key for key, value in bench.steps.values.items() if ready.get(key) != value and "ready" not in key}
    assert renewed == {"child-1", "child-2", "child-3", "container"}
    assert CAROUSEL.keeps * 2 <= timedelta(hours=24)


# -- stories ---------------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("public_media")
async def test_a_story_is_a_picture_and_nothing_else(bench: Bench, story: Adapted) -> None:
    receipt = await bench.publisher().publish(story, bench.steps)
    assert [sorted(made) for made in bench.created()] == [["image_url", "media_type"]]
    [public] = bench.graph.posts(ACCOUNT)
    assert (public.form, receipt) == ("story", Receipt(public.id, public.permalink))


async def test_a_story_by_the_page_leaves_no_photo_there(bench: Bench, story: Adapted) -> None:
    await bench.publisher().publish(story, bench.steps)
    assert [node for node in bench.graph.nodes.values() if isinstance(node, Photo)] == []
    assert bench.graph.posts(ACCOUNT)[0].media == (story.parts[0].media[0].sha256,)


async def test_a_lost_story_is_found_among_the_stories(bench: Bench, story: Adapted) -> None:
    bench.graph.put_media(ACCOUNT, "")
    await lose(bench, story)
    ours = next(public for public in bench.graph.posts(ACCOUNT) if public.form == "story")
    assert await bench.steps.look("post") == Receipt(ours.id, ours.permalink)


async def test_of_two_new_stories_none_is_taken_for_ours_though_ours_is_public(bench: Bench, story: Adapted) -> None:
    await lose(bench, story)
    bench.graph.put_story(ACCOUNT)
    assert await bench.steps.look("post") == Receipt(id=None)


async def test_a_video_of_the_person_is_not_our_picture(bench: Bench, story: Adapted) -> None:
    bench.graph.put_story(ACCOUNT, kind="VIDEO")
    await lose(bench, story)
    found = await bench.steps.look("post")
    assert isinstance(found, Receipt)
    assert found.id == bench.graph.posts(ACCOUNT)[-1].id


async def test_a_story_still_finished_is_a_definite_no_whatever_the_person_published(
    bench: Bench, story: Adapted
) -> None:
    await lose(bench, story, "html", status=500)
    bench.graph.put_story(ACCOUNT)
    assert await bench.steps.look("post") is Absent.ABSENT


@pytest.mark.parametrize("end", ["gone", "expired"])
@pytest.mark.parametrize("form", ["story", "post"])
async def test_without_its_container_what_has_no_text_is_not_recognised(bench: Bench, form: str, end: str) -> None:
    """The only new thing there may be the person's own: a person is asked."""
    wordless = replace(post("", media=(bench.media.add(),)), format=form)
    await lose(bench, wordless, "html", status=500)
    if end == "gone":
        gone(bench, "container")
    else:
        node = bench.graph.nodes[bench.steps.values["container"]]
        assert isinstance(node, Container)
        node.created -= timedelta(hours=25)
    if form == "story":
        bench.graph.put_story(ACCOUNT)
    else:
        bench.graph.put_media(ACCOUNT, "")
    assert await bench.steps.look("post") is None


async def test_a_picture_that_is_lost_sends_nobody_for_it(bench: Bench, story: Adapted) -> None:
    async with address(bench):
        bench.media.files.clear()
        with pytest.raises(MediaMissing):
            await bench.publisher().publish(story, MemorySteps(bench.clock))
    assert bench.created() == []
