"""The only door: one content and the profile of one network in, what that network gets out."""

import hashlib
from dataclasses import dataclass, field

from adapters import card, cut, hashtags, links
from adapters.adapted import Adapted, Media, Note, Part
from adapters.content import Content, Image
from adapters.profile import Links, Pictures, Profile
from adapters.text import code_points, normalise, visible

ALT_LIMIT = 1000
"""The longest alternative text of a drawn picture, in characters."""


@dataclass(frozen=True, slots=True)
class _Pictured:
    media: tuple[Media, ...] = ()
    notes: tuple[Note, ...] = ()
    files: dict[str, bytes] = field(default_factory=dict)


def adapt(content: Content, profile: Profile, format: str = "post") -> Adapted:  # noqa: A002  # the design's word
    """The content in the form this network gets, with notes on what was done to it.

    Notes: `hashtags_capped` {kept, found} · `hashtags_many` {found, advised} · `link_dead` · `link_preview` {url} ·
    `thread` {parts} · `shortened` {cut, in characters} · `drawn` · `pictures_capped` {kept, found}. Those that block:
    `empty` · `picture_type` {type} · `pictures_required`. Raises ValueError for a format the profile does not have.
    """
    if format not in profile.formats:
        raise ValueError(f"unknown format {format!r}: one of {', '.join(profile.formats)}")
    text = normalise(content.text)
    text = text if visible(text) else ""
    if not text and not content.images:
        return Adapted(format, (Part(""),), notes=(Note("empty", blocks=True),))
    text, tagged = _tag(text, profile)
    pictured = _picture(content.images, text, profile.pictures)
    link, linked = _link(text, profile, pictured)
    texts, fitted = _fit(text, profile)
    parts = (Part(texts[0], pictured.media), *(Part(each) for each in texts[1:]))
    return Adapted(format, parts, link, (*tagged, *linked, *fitted, *pictured.notes), pictured.files)


def _tag(text: str, profile: Profile) -> tuple[str, list[Note]]:
    capped = hashtags.cap(text, profile.hashtags.most)
    notes = []
    if capped.kept < capped.found:
        notes.append(Note("hashtags_capped", {"kept": capped.kept, "found": capped.found}))
    advised = profile.hashtags.advised
    if advised is not None and capped.kept > advised:
        notes.append(Note("hashtags_many", {"found": capped.kept, "advised": advised}))
    return capped.text, notes


def _link(text: str, profile: Profile, pictured: _Pictured) -> tuple[str | None, list[Note]]:
    """The link to preview; where there are pictures, they take its place."""
    url = links.first(text)
    if url is None or profile.links is Links.INLINE:
        return None, []
    if profile.links is Links.DEAD:
        return None, [Note("link_dead")]
    return (None, []) if pictured.media else (url, [Note("link_preview", {"url": url})])


def _fit(text: str, profile: Profile) -> tuple[list[str], list[Note]]:
    if profile.count(text) <= profile.limit:
        return [text], []
    if profile.thread:
        texts = cut.split(text, profile.limit, profile.count)
        return texts, [Note("thread", {"parts": len(texts)})]
    shortened = cut.shorten(text, profile.limit, profile.count)
    return [shortened], [Note("shortened", {"cut": len(text) - len(shortened)})]


def _picture(images: tuple[Image, ...], text: str, pictures: Pictures) -> _Pictured:
    if images:
        return _sent(images, pictures)
    if not pictures.required:
        return _Pictured()
    return _drawn(text, pictures) if card.drawable(text) else _Pictured(notes=(Note("pictures_required", blocks=True),))


def _sent(images: tuple[Image, ...], pictures: Pictures) -> _Pictured:
    """The person's pictures as they came."""
    fitting = [image for image in images if image.media_type in pictures.media_types]
    media = tuple(
        Media(image.sha256, image.media_type, image.width, image.height, image.size, image.alt)
        for image in fitting[: pictures.most]
    )
    refused = dict.fromkeys(image.media_type for image in images if image not in fitting)
    notes = [Note("picture_type", {"type": media_type}, blocks=True) for media_type in refused]
    if len(media) < len(fitting):
        notes.append(Note("pictures_capped", {"kept": len(media), "found": len(fitting)}))
    return _Pictured(media, tuple(notes))


def _drawn(text: str, pictures: Pictures) -> _Pictured:
    data = card.draw(text, pictures.card)
    name = hashlib.sha256(data).hexdigest()
    alt = cut.shorten(text, ALT_LIMIT, code_points)
    width, height = pictures.card
    return _Pictured((Media(name, "image/jpeg", width, height, len(data), alt),), (Note("drawn"),), {name: data})
