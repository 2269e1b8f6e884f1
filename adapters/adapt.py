"""The only door: one content and the profile of one network in, what that network gets out."""

import hashlib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from adapters import addresses, breaks, card, cut, links, markup, mentions, placing, thread
from adapters.adapted import Adapted, Media, Note, Part
from adapters.content import Content, Wording
from adapters.develop import Order, Prints
from adapters.manners import USUAL, Manners
from adapters.profile import POST, Links, Markup, Pictures, Place, Profile
from adapters.spans import cleaned
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
    Notes: those of the names and of the marks · `hashtags_capped` {kept, found} · `hashtags_many` {found, advised} ·
    `hashtags_below` {found} · `link_dead` · `link_replaced` {words} · `link_left_out` · `only_link_dead` ·
    `link_counted` · `link_preview` {url} · `link_kept` · `thread` {parts} · `thread_long` {parts} ·
    `shortened` {cut, in characters} · `text_dropped` · `drawn` · `pictures_capped` {kept, found} · those of the prints.
    Those that block: `empty` · `pictures_required`. Raises ValueError for a format the profile does not have, and for
    pictures without prints.
    """
    profile = profile.form(format)
    content, clipped = _clip(content, profile, manners)
    worded = _word(content, profile, manners)
    if not worded.text and not content.images:
        return Adapted(format, (Part(""),), notes=(Note("empty", blocks=True),))
    pictured = _picture(content, worded.text, profile, prints, manners.style)
    link, linked = _link(worded.text, profile, pictured, manners)
    if worded.text and not profile.limit and content.images:
        linked = [Note("text_dropped")]
    parts = tuple(_parts(worded.texts, pictured.media, profile.pictures.most))
    notes = (*worded.notes, *clipped, *linked, *pictured.notes)
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
    """Stage by stage: names, marks, addresses, hashtags; what comes out is fitted into the network's room."""
    named = mentions.address(cleaned(content.wording), profile.mentions, manners.names)
    rendered = markup.render(named.wording, profile.markup)
    text = normalise(rendered.text)
    if not visible(text):
        return _Worded("", ("",), ())
    if not profile.thread:
        text = breaks.joined(text, rule=profile.markup is Markup.MARKDOWN)
    settled = addresses.settle(text, profile.links, manners)
    tagged = _tag(settled.text, profile, manners.place)
    if not profile.limit:
        return _Worded(tagged.text, ("",), () if content.images else settled.notes)
    texts, fitted = _fit(tagged.text, profile, addresses.stand_ins(manners))
    linked = _linked(settled.notes, texts, content, manners)
    notes = (*tagged.notes, *named.notes, *rendered.notes, *linked, *fitted)
    return _Worded(tagged.text, tuple(texts), notes, tagged.comment)


def _tag(text: str, profile: Profile, place: Place | None) -> Told:
    """Hashtags stay as they were written where another place would cost a part more, or words that had room."""
    placed = placing.arrange(text, profile.hashtags, place)
    if not profile.limit or profile.count(placed.text) <= profile.limit:
        return placed
    written = placing.arrange(text, profile.hashtags, Place.INLINE)
    return min(placed, written, key=lambda told: [len(found) for found in _fit(told.text, profile)])


def _link(text: str, profile: Profile, pictured: _Pictured, manners: Manners) -> tuple[str | None, list[Note]]:
    """The link to preview; where there are pictures, they take its place."""
    found = links.first(text)
    if found is None or profile.links is not Links.PREVIEW or pictured.media:
        return None, []
    url = addresses.counted(found, manners.utm)
    return url, [Note("link_preview", {"url": url})]


def _linked(notes: tuple[Note, ...], texts: list[str], content: Content, manners: Manners) -> Iterator[Note]:
    """What is still true of the links once a text is fitted; beside pictures, a link may be all the words say."""
    spoken = next((words for words in addresses.stand_ins(manners) if any(words in text for text in texts)), None)
    for note in notes:
        if note.code == "link_replaced":
            yield Note("link_replaced", {"words": spoken}) if spoken else Note("link_left_out")
        elif note.code != "only_link_dead" or not content.images:
            yield note


def _fit(text: str, profile: Profile, stand_ins: Sequence[str] = ()) -> tuple[list[str], list[Note]]:
    if profile.thread:
        return _split(text, profile)
    if profile.count(text) <= profile.limit:
        return [text], []
    live = profile.links is not Links.DEAD
    shortened = cut.abridge(text, profile.limit, profile.count, live=live, stand_ins=stand_ins)
    return [shortened.text], _cut(text, shortened.text, linked=live and shortened.linked)


def _split(text: str, profile: Profile) -> tuple[list[str], list[Note]]:
    texts = thread.split(text, profile.limit, profile.count)
    notes = [Note("thread", {"parts": len(texts)})] if len(texts) > 1 else []
    if len(texts) > thread.MOST:
        notes.append(Note("thread_long", {"parts": len(texts)}))
    return texts, notes


def _cut(text: str, shortened: str, *, linked: bool) -> list[Note]:
    notes = [Note("shortened", {"cut": max(0, len(text) - len(shortened))})]
    return [*notes, Note("link_kept")] if linked else notes


def _clip(content: Content, profile: Profile, manners: Manners) -> tuple[Content, list[Note]]:
    """Where marks are signs in the text, words are left out before they are marked: a cut would break the signs."""
    roomy = replace(profile, limit=sys.maxsize)

    def fits(wording: Wording) -> bool:
        return profile.count(_word(content.worded(wording), roomy, manners).text) <= profile.limit

    if profile.markup is not Markup.MARKDOWN or not profile.limit or fits(content.wording):
        return content, []
    live = profile.links is not Links.DEAD
    clipped = cut.clipped(content.wording, fits, live=live)
    shorter = content.worded(clipped.wording)
    return shorter, _cut(content.text, shorter.text, linked=clipped.linked)


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
