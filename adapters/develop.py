"""Develop: the pictures of one content as each network gets them, each loaded and unpacked once for all of them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from adapters.adapted import Media, Note
from adapters.content import Content, Fit
from adapters.images import PictureFault, Rendered, render_all
from adapters.picture_frame import alike, frame, kept, suited
from adapters.profile import Pictures

Key = TypeVar("Key")
_WHOLE = 0.98
"""A crop that leaves this much is not worth a word."""


@dataclass(frozen=True, slots=True)
class Order:
    """What one network wants: pictures for this box, the first `most` of the content."""

    pictures: Pictures
    most: int


@dataclass(frozen=True, slots=True)
class Prints:
    """The pictures one network gets, in order and without their descriptions, and what is to be said about them.

    Notes: `pictures_cropped` {left, in percent of the picture cut most} · `pictures_framed` {count} ·
    `pictures_still` {count}; those that block have the code of a PictureFault.
    """

    media: tuple[Media, ...] = ()
    notes: tuple[Note, ...] = ()


def develop(
    content: Content,
    orders: Mapping[Key, Order],
    wanted: Collection[Key],
    *,
    load: Callable[[str], bytes],
    keep: Callable[[bytes], str],
) -> dict[Key, Prints]:
    """The prints for those that are `wanted`. `orders` names all that may be wanted one day: see images.render_all.

    `load` gives the bytes under a hash, `keep` keeps what was made: one picture after the other, so memory is needed
    for one only. What `load` raises is passed on.
    """
    prints = {key: Prints() for key in wanted}
    for number, image in enumerate(content.images):
        boxes = {key: _box(content, order, number) for key, order in orders.items() if number < order.most}
        taking = [key for key in wanted if key in boxes]
        if not taking:
            break
        for key, made in _made(load(image.sha256), boxes, taking, content.fit).items():
            prints[key] = _with(prints[key], made, keep)
    return {key: _told(prints[key], content, orders[key]) for key in wanted}


def _box(content: Content, order: Order, number: int) -> Pictures:
    """The box for one of the pictures: where all of a post look alike, the first one decides how."""
    box = order.pictures
    if not box.alike or number == 0:
        return box
    first = (content.images[0].width, content.images[0].height)
    shown = frame(first, box, whole=suited(content.fit, first, box).whole)
    return alike(box, shown.size)


def _made(
    data: bytes, boxes: Mapping[Key, Pictures], taking: Sequence[Key], fit: Fit
) -> dict[Key, Rendered | PictureFault]:
    try:
        return {**render_all(data, boxes, fit=fit, wanted=taking)}
    except PictureFault:
        return {key: _alone(data, boxes, key, fit) for key in taking}


def _alone(data: bytes, boxes: Mapping[Key, Pictures], key: Key, fit: Fit) -> Rendered | PictureFault:
    """For one network: what another cannot take is no fault of this one."""
    try:
        return render_all(data, boxes, fit=fit, wanted=[key])[key]
    except PictureFault as fault:
        return fault


def _with(prints: Prints, made: Rendered | PictureFault, keep: Callable[[bytes], str]) -> Prints:
    if isinstance(made, PictureFault):
        return replace(prints, notes=(*prints.notes, Note(made.code, dict(made.params), blocks=True)))
    data, media = made
    keep(data)
    return replace(prints, media=(*prints.media, media))


def _told(prints: Prints, content: Content, order: Order) -> Prints:
    """With a word on what was done to the pictures."""
    images = content.images[: order.most]
    boxes = [_box(content, order, number) for number in range(len(images))]
    cut, framed = 1.0, 0
    for image, box in zip(images, boxes, strict=True):
        size = (image.width, image.height)
        left = kept(size, box)
        if suited(content.fit, size, box).whole:
            framed += left < _WHOLE
        else:
            cut = min(cut, left)
    still = sum(image.animated for image in images)
    notes = [Note("pictures_cropped", {"left": round(cut * 100)})] if cut < _WHOLE else []
    notes += [Note("pictures_framed", {"count": framed})] if framed else []
    notes += [Note("pictures_still", {"count": still})] if still else []
    return replace(prints, notes=(*prints.notes, *notes))
