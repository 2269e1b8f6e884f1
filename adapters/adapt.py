"""The only door: one content and the profile of one network in, what that network gets out."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from adapters import addresses, card, cut, links, markup, mentions, placing
from adapters.adapted import Adapted, Media, Note, Part
from adapters.content import Content
from adapters.develop import Order, Prints
from adapters.manners import USUAL, Manners
from adapters.profile import POST, Links, Pictures, Place, Profile
from adapters.text import code_points, normalise, visible
from adapters.told import Told

ALT_LIMIT = 1000
"""The longest alternative text of a drawn picture, in characters."""


@dataclass(frozen=True, slots=True)
class _Worded:
    """`text`: as this network takes it, in one piece; `texts`: that of each part; `comment`: what goes below."""

    text: str
    texts: tuple[str, ...]
    notes: tuple[Note, ...]
    comment: str = ""


@dataclass(frozen=True, slots=True)
class _Pictured:
    media: tuple[Media, ...] = ()
    notes: tuple[Note, ...] = ()
    files: dict[str, bytes] = field(default_factory=dict)


def adapt(
    content: Content,
    profile: Profile,
    format: str = POST,  # noqa: A002  # the design's word
    prints: Prints | None = None,
    manners: Manners = USUAL,
) -> Adapted:
    """The content in the form this network gets, with notes on what was done to it.

    `prints`: its pictures, made by develop() as `order` says; `manners`: what was chosen for this network.
    Notes: `hashtags_capped` {kept, found} · `hashtags_many` {found, advised} · `link_dead` · `link_preview` {url} ·
    `thread` {parts} · `shortened` {cut, in characters} · `text_dropped` · `drawn` · `pictures_capped` {kept, found} ·
    `hashtags_below` {found} · those of the prints. Those that block: `empty` · `pictures_required`. Raises ValueError
    for a format the profile does not have, and for pictures without prints.
    """
    profile = profile.form(format)
    worded = _word(content, profile, manners)
    if not worded.text and not content.images:
        return Adapted(format, (Part(""),), notes=(Note("empty", blocks=True),))
    pictured = _picture(content, worded.text, profile, prints, manners.style)
    link, linked = _link(worded.text, profile, pictured)
    if worded.text and not profile.limit and content.images:
        linked = [Note("text_dropped")]
    parts = tuple(_parts(worded.texts, pictured.media, profile.pictures.most))
    notes = (*worded.notes, *linked, *pictured.notes)
    return Adapted(format, parts, link, notes, pictured.files, worded.comment)


def order(
    content: Content,
    profile: Profile,
    format: str = POST,  # noqa: A002  # the design's word
    manners: Manners = USUAL,
) -> Order:
    """The pictures this network takes of it: a thread has room on every part. Raises ValueError as adapt()."""
    profile = profile.form(format)
    return Order(profile.pictures, profile.pictures.most * len(_word(content, profile, manners).texts))


def _parts(texts: tuple[str, ...], media: tuple[Media, ...], most: int) -> Iterator[Part]:
    """The first part carries as many pictures as it may, the next one those that are left, and so on."""
    for number, text in enumerate(texts):
        yield Part(text, media[number * most : (number + 1) * most])


def _word(content: Content, profile: Profile, manners: Manners) -> _Worded:
    """Stage by stage: marks, names, addresses, hashtags; what comes out is fitted into the network's room."""
    text = normalise(markup.render(content.wording, profile.markup))
    if not visible(text):
        return _Worded("", ("",), ())
    named = mentions.address(text, profile.mentions, manners.names)
    settled = addresses.settle(named.text, profile.links, manners)
    tagged = _tag(settled.text, profile, manners.place)
    if not profile.limit:
        return _Worded(tagged.text, ("",), ())
    texts, fitted = _fit(tagged.text, profile)
    notes = (*tagged.notes, *named.notes, *settled.notes, *fitted)
    return _Worded(tagged.text, tuple(texts), notes, tagged.comment)


def _tag(text: str, profile: Profile, place: Place | None) -> Told:
    """Hashtags stay as they were written where another place would cost a part more, or words that had room."""
    placed = placing.arrange(text, profile.hashtags, place)
    if not profile.limit or profile.count(placed.text) <= profile.limit:
        return placed
    written = placing.arrange(text, profile.hashtags, Place.INLINE)
    return min(placed, written, key=lambda told: [len(found) for found in _fit(told.text, profile)])


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


def _picture(content: Content, text: str, profile: Profile, prints: Prints | None, style: card.Style) -> _Pictured:
    if content.images:
        return _sent(content, prints)
    if not profile.pictures.required:
        return _Pictured()
    if not card.drawable(text):
        return _Pictured(notes=(Note("pictures_required", blocks=True),))
    return _drawn(text, profile.pictures, style)


def _sent(content: Content, prints: Prints | None) -> _Pictured:
    """The person's pictures as they were made for this network."""
    if prints is None:
        raise ValueError("the pictures of this content were not developed")
    found, kept = len(content.images), len(prints.media)
    refused = any(note.blocks for note in prints.notes)
    capped = [Note("pictures_capped", {"kept": kept, "found": found})] if kept < found and not refused else []
    media = (replace(media, alt=image.alt) for media, image in zip(prints.media, content.images, strict=False))
    return _Pictured(tuple(media), (*prints.notes, *capped))


def _drawn(text: str, pictures: Pictures, style: card.Style) -> _Pictured:
    data = card.draw(text, pictures.card, style)
    name = hashlib.sha256(data).hexdigest()
    alt = cut.shorten(text, ALT_LIMIT, code_points)
    width, height = pictures.card
    return _Pictured((Media(name, "image/jpeg", width, height, len(data), alt),), (Note("drawn"),), {name: data})
