"""Where the hashtags of a text go: as they were written, into one block below the text, or below the post."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex

from adapters import links
from adapters.adapted import Note
from adapters.hashtags import Hashtag, cap, choose, counted, find, spelled, unsigned
from adapters.profile import Hashtags as Rule
from adapters.profile import Place
from adapters.told import Told

LONGEST_COMMENT = 2000
"""Characters that every network takes in a comment."""
_BETWEEN = regex.compile(r"[\s,;.·•|/–—-]*")
"""What may stand in a line of hashtags."""
_GAP = regex.compile(r"[^\S\n]*[·•|]?[^\S\n]*")
"""What may stand between hashtags behind a sentence."""
_DIVIDER = regex.compile(r"\s[|·•–—-]+\s*\Z")
_OVER = regex.compile(r"[.!?…。！？][)\]»”’\"'*_]*\Z|[\p{So}\p{Sk}\ufe0e\ufe0f\u20e3\U000e007f]\Z")
"""A sentence has ended here."""
_LEADS = regex.compile(r"[,;:(\[«“¿¡]\Z")
_SPACERS = regex.compile(r"(?:\s*^[^\S\n]*[.·•*_⠀–—-]{1,5}[^\S\n]*$)+\s*\Z", regex.MULTILINE)
"""Lines that only push away what comes below them."""
_SAYS = regex.compile(r"[\p{L}\p{N}\p{S}]")
_SMALL = regex.compile(r"[^\p{L}\p{N}]*\p{Ll}")
_WORD = regex.compile(r"(?:\p{L}|\p{M})+\Z")
_BINDING = frozenset(
    """
    a al ante bajo como con contra cuando de del desde donde durante e el en entre es esta este gran hacia hasta la las
    le les lo los me mi mis mucho muy más nuestra nuestras nuestro nuestros o otra otro para pero por que se según ser
    si sin sobre somos son su sus te todo todos tras tu tus u un una unas unos vs y ya
    about an and are as at be but by for from her his if in into is it its like my no not of on or our over so than
    that the their this to under very was we were with without you your
    """.split()  # noqa: SIM905 - a list of a hundred lines says no more
)
"""Words that no sentence ends with: the hashtag behind one of them belongs to it."""


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Hashtags at `text[start:end]`, and nothing that anybody would miss."""

    start: int
    end: int
    tags: tuple[Hashtag, ...]


@dataclass(frozen=True, slots=True)
class _Line(_Stretch):
    """`alone`: there is nothing but hashtags."""

    alone: bool = False
    empty: bool = False


def arrange(text: str, rule: Rule, place: Place | None) -> Told:
    """The hashtags of a text as a network takes them: no more than it does, where they are wanted.

    Hashtags stand apart on lines of their own and behind the last sentence of a paragraph: only those go elsewhere,
    each once. A text that is nothing else keeps them, and so does one whose comment would be too long.
    """
    text = spelled(text)
    wanted = place if place in rule.places else rule.places[0]
    if wanted is not Place.INLINE and (moved := _moved(text, rule, wanted)) is not None:
        return moved
    capped = cap(text, rule.most)
    return Told(capped.text, _notes(capped.found, capped.kept, rule))


def _notes(found: int, kept: int, rule: Rule) -> tuple[Note, ...]:
    notes = []
    if kept < found:
        notes.append(Note("hashtags_capped", {"kept": kept, "found": found}))
    if rule.advised is not None and kept > rule.advised:
        notes.append(Note("hashtags_many", {"found": kept, "advised": rule.advised}))
    return tuple(notes)


def _moved(text: str, rule: Rule, place: Place) -> Told | None:
    """None where there is nothing to move, or nothing to move it away from."""
    tags = find(text)
    stretches = list(_stretches(text, tags))
    apart = [tag for stretch in stretches for tag in stretch.tags]
    kept = choose(tags, apart, rule.most)
    running = _without(text, stretches, [tag for tag in tags if tag not in kept and tag not in apart])
    if not apart or not _SAYS.search(running):
        return None
    block = [tag.text for tag in apart if tag in kept]
    notes, said = _notes(*counted(tags, kept), rule), " ".join(block)
    if place is Place.END or not block or len(said) > LONGEST_COMMENT:
        return Told(f"{running}\n\n{said}".rstrip(), notes)
    return Told(running, (*notes, Note("hashtags_below", {"found": len(block)})), said)


def _without(text: str, stretches: Sequence["_Stretch"], dropped: Sequence[Hashtag]) -> str:
    """What is left when these are taken out, and those that are `dropped` have lost their sign."""
    left, at = "", 0
    for stretch in stretches:
        left = _closed(left, unsigned(text, dropped, at, stretch.start))
        at = stretch.end
    last = unsigned(text, dropped, at, len(text))
    left = _closed(left, last).strip()
    return left if last.strip() else _SPACERS.sub("", left)


def _closed(before: str, after: str) -> str:
    """Put together again where something was taken out: the larger of two gaps between lines is left."""
    before = before.rstrip(" ")
    above, below = before.rstrip("\n"), after.lstrip("\n")
    gap = max(len(before) - len(above), len(after) - len(below))
    return above + "\n" * gap + below


# -- which stand apart -------------------------------------------------------------------------------------------------


def _stretches(text: str, tags: Sequence[Hashtag]) -> Iterator[_Stretch]:
    """Hashtags that are no words of a sentence, in order."""
    lines = list(_lines(text, tags))
    edge = _Line(len(text), len(text), (), empty=True)
    for number, line in enumerate(lines):
        before = next((each for each in reversed(lines[:number]) if not each.alone), edge)
        after = next((each for each in lines[number + 1 :] if not each.alone), edge)
        if line.alone and _free(text, before, after):
            yield line
        elif line.tags and not line.alone and after.empty:
            yield from _behind(text, line)


def _lines(text: str, tags: Sequence[Hashtag]) -> Iterator[_Line]:
    at = 0
    for line in text.split("\n"):
        end = at + len(line)
        ours = tuple(tag for tag in tags if at <= tag.start < end)
        rest, last = "", at
        for tag in ours:
            rest, last = rest + text[last : tag.start], tag.end
        alone = bool(ours) and _BETWEEN.fullmatch(rest + text[last:end]) is not None
        yield _Line(at, end, ours, alone=alone, empty=not line.strip())
        at = end + 1


def _free(text: str, before: _Line, after: _Line) -> bool:
    """Lines of hashtags between these two lines: no sentence leads to them, and none goes on from them."""
    led = _LEADS.search(text[before.start : before.end].rstrip())
    return led is None and _SMALL.match(text[after.start : after.end]) is None


def _behind(text: str, line: _Line) -> Iterator[_Stretch]:
    """Those at the end of a line behind what is a sentence without them."""
    edge, run = line.end, tuple[Hashtag, ...]()
    for tag in reversed(line.tags):
        if not _GAP.fullmatch(text[tag.end : edge]):
            break
        edge, run = tag.start, (tag, *run)
    run = run[_bound(text[line.start : edge], len(run)) :]
    if run:
        said = _DIVIDER.sub("", text[line.start : run[0].start])
        yield _Stretch(line.start + len(said), line.end, run)


def _bound(said: str, many: int) -> int:
    """How many of those behind these words belong to them. One alone may always be the last word of a sentence."""
    if _DIVIDER.search(said) or _ended(said.rstrip()):
        return 0
    if many == 1 or _LEADS.search(said.rstrip()):
        return many
    word = _WORD.search(said.rstrip())
    return int(word is not None and word[0].casefold() in _BINDING)


def _ended(said: str) -> bool:
    if not said or _OVER.search(said):
        return True
    found = links.find(said)
    return bool(found) and found[-1].end == len(said)
