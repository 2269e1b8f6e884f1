"""Developing: each picture is loaded and unpacked once for all networks, and nothing about the others shows."""

import hashlib
from dataclasses import replace

import pytest
from picture_samples import box, moving, quarters, saved

from adapters import images
from adapters.adapted import Note
from adapters.content import Content, Fit, Image
from adapters.develop import Order, Prints, develop
from adapters.profile import Pictures

STRICT = box(media_types=("image/jpeg",), min_ratio=0.8, max_ratio=1.91, max_width=600)
WIDE = box(max_width=900)
STORY = box(media_types=("image/jpeg",), min_ratio=0.56, max_ratio=0.5635, max_width=540)


class Shelf:
    """Pictures by hash. `loaded` in order; `alive`: how many of the loaded ones wait for their prints at most."""

    def __init__(self, *sent: bytes) -> None:
        self.files = {hashlib.sha256(data).hexdigest(): data for data in sent}
        self.content = Content("Pan", tuple(images.inspect(data) for data in sent))
        self.loaded: list[str] = []
        self.log: list[str] = []

    def load(self, sha256: str) -> bytes:
        self.loaded.append(sha256)
        self.log.append("load")
        return self.files[sha256]

    def keep(self, data: bytes) -> str:
        self.log.append("keep")
        name = hashlib.sha256(data).hexdigest()
        self.files[name] = data
        return name

    def develop(self, *wanted: str, fit: Fit = Fit.AUTO, **orders: Order) -> dict[str, Prints]:
        return develop(replace(self.content, fit=fit), orders, wanted or list(orders), load=self.load, keep=self.keep)


def every(pictures: Pictures = STRICT, most: int = 10) -> Order:
    return Order(pictures, most)


SIZES = ((1200, 800), (800, 1200), (600, 600), (1500, 500))


@pytest.fixture
def shelf() -> Shelf:
    return Shelf(*(saved(quarters(*size)) for size in SIZES))


def test_every_print_is_kept_under_its_hash(shelf: Shelf) -> None:
    [prints] = shelf.develop(one=every()).values()
    assert len(prints.media) == len(SIZES)
    for media in prints.media:
        assert images.inspect(shelf.files[media.sha256]) == Image(
            media.sha256, media.media_type, media.width, media.height, media.size
        )


def test_each_picture_is_loaded_once_and_let_go_before_the_next(shelf: Shelf) -> None:
    shelf.develop(one=every(), two=every(WIDE))
    assert shelf.loaded == [image.sha256 for image in shelf.content.images]
    assert shelf.log == ["load", "keep", "keep"] * len(SIZES)


def test_nobody_gets_more_than_was_ordered(shelf: Shelf) -> None:
    prints = shelf.develop(two=every(most=2), one=every(WIDE, most=1))
    assert [len(each.media) for each in prints.values()] == [2, 1]
    assert len(shelf.loaded) == 2


def test_what_one_gets_does_not_depend_on_who_else_is_wanted(shelf: Shelf) -> None:
    orders = {"one": every(), "two": every(WIDE), "story": every(STORY, most=1)}
    together = shelf.develop(**orders)
    assert {name: shelf.develop(name, **orders)[name] for name in orders} == together


def test_pictures_of_one_post_look_alike_where_the_network_wants_that(shelf: Shelf) -> None:
    prints = shelf.develop(alike=every(replace(STRICT, alike=True)), each=every())
    ratios = {name: [media.width / media.height for media in each.media] for name, each in prints.items()}
    assert ratios["alike"] == [pytest.approx(1.5, rel=0.006)] * 4
    assert ratios["each"] == [pytest.approx(ratio, rel=0.006) for ratio in (1.5, 0.8, 1.0, 1.91)]


def test_what_was_cut_is_said_by_the_worst_of_them(shelf: Shelf) -> None:
    [prints] = shelf.develop(one=every()).values()
    assert prints.notes == (Note("pictures_cropped", {"left": 64}),)
    assert shelf.develop(one=every(WIDE))["one"].notes == ()


def test_what_is_shown_whole_on_a_ground_is_said(shelf: Shelf) -> None:
    assert shelf.develop(story=every(STORY, most=1))["story"].notes == (Note("pictures_framed", {"count": 1}),)
    assert shelf.develop(one=every(), fit=Fit.PLAIN)["one"].notes == (Note("pictures_framed", {"count": 2}),)
    cropped = shelf.develop(story=every(STORY, most=1), fit=Fit.CROP)["story"]
    assert cropped.notes == (Note("pictures_cropped", {"left": 38}),)


def test_what_moves_stands_still_and_that_is_said() -> None:
    shelf = Shelf(moving("GIF"))
    assert shelf.develop(one=every(WIDE))["one"].notes == (Note("pictures_still", {"count": 1}),)


def test_a_picture_too_heavy_for_one_network_is_no_fault_of_another(shelf: Shelf) -> None:
    tiny = box(media_types=("image/jpeg",), max_bytes=300, min_width=600, max_width=900)
    prints = shelf.develop(tiny=every(tiny, most=1), one=every(most=1))
    assert prints["tiny"].notes[0] == Note("picture_unfit", {"kilobytes": 0}, blocks=True)
    assert (prints["tiny"].media, len(prints["one"].media)) == ((), 1)


def test_damage_shows_for_every_network(shelf: Shelf) -> None:
    sha256 = shelf.content.images[0].sha256
    shelf.files[sha256] = shelf.files[sha256][:2000]
    prints = shelf.develop(one=every(), two=every(WIDE))
    assert [each.notes[0] for each in prints.values()] == [Note("picture_truncated", blocks=True)] * 2


def test_no_pictures_no_prints() -> None:
    assert Shelf().develop(one=every()) == {"one": Prints()}


def test_a_picture_that_cannot_be_loaded_is_for_the_caller(shelf: Shelf) -> None:
    shelf.files.clear()
    with pytest.raises(KeyError):
        shelf.develop(one=every())
