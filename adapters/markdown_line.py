"""One line of marked words as Markdown: where a sign would not be taken for what it is, the mark gives way."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from adapters import destination, links
from adapters.content import Mark, Span, Wording
from adapters.flanks import closes, opens, solid
from adapters.markdown_typed import Structure, structures
from adapters.spans import nest

SIGNS = {Mark.BOLD: "**", Mark.ITALIC: "*", Mark.STRIKE: "~~"}
_SIGNIFICANT = re.compile(
    r"[\\`*\[\]~^]"
    r"|(?<![^\W_])_|_(?![^\W_])"
    r"|<(?=[A-Za-z/!?]|$)"
    r"|&(?=#[0-9]{1,7};|#[xX][0-9a-fA-F]{1,6};|[A-Za-z][A-Za-z0-9]{1,31};)"
)
_ENTITY = re.compile(r"&(?=[#0-9A-Za-z]+;)")
_TICKS = re.compile("`+")


@dataclass(frozen=True, slots=True)
class _Zone:
    """`text[start:end]` is shown so, and no mark begins or ends within it."""

    start: int
    end: int
    shown: str


@dataclass(frozen=True, slots=True)
class _Token:
    """`span`: whose sign it is; None: words."""

    shown: str
    span: Span | None = None
    opening: bool = False

    @property
    def sign(self) -> str:
        """What signs beside it run together with."""
        return self.shown[0] if self.span is not None and self.span.mark in SIGNS else ""


def inline(wording: Wording, *, typed: bool = True) -> str:
    """`typed`: complete structures in the words are meant as such. `wording` is one line without marks of lines."""
    text = wording.text
    spans = _tidy(text, wording.spans)
    codes = _codes(spans)
    marks = _around(codes, [span for span in spans if span.mark is not Mark.CODE], len(text))
    zones = {zone.start: zone for zone in _zones(text, codes, marks, typed=typed)}
    while True:
        tokens = list(_tokens(text, marks, zones))
        wrong = _misplaced(tokens)
        if wrong is None or wrong.span is None:
            return "".join(token.shown for token in tokens)
        marks.remove(wrong.span)
        less = _shrunk(text, wrong, zones.values())
        marks = list(nest([*marks, *less], len(text)))


def _tidy(text: str, spans: Sequence[Span]) -> tuple[Span, ...]:
    """Without blanks at the edges, and links only where they lead somewhere else than their words."""
    kept = []
    for span in spans:
        words = text[span.start : span.end]
        start = span.start + len(words) - len(words.lstrip())
        if span.mark is Mark.CODE:
            kept.append(span)
        elif words.strip() and not (span.mark is Mark.LINK and not _leads(words.strip(), span.value)):
            kept.append(replace(span, start=start, end=start + len(words.strip())))
    return nest(kept, len(text))


def _codes(spans: Sequence[Span]) -> list[Span]:
    """Signs of code that touch would be read as others: what touches is one, unless a link ends between."""
    rims = {edge for span in spans if span.mark is Mark.LINK for edge in (span.start, span.end)}
    codes: list[Span] = []
    for span in spans:
        if span.mark is not Mark.CODE:
            continue
        if codes and codes[-1].end == span.start and span.start not in rims:
            codes[-1] = replace(codes[-1], end=span.end)
        else:
            codes.append(span)
    return codes


def _around(codes: Sequence[Span], marks: Sequence[Span], length: int) -> list[Span]:
    """Marks that would begin or end amid code do so beside it."""
    moved = list(marks)
    for code in codes:
        for number, span in enumerate(moved):
            start = code.end if code.start < span.start < code.end else span.start
            end = code.start if code.start < span.end < code.end else span.end
            moved[number] = replace(span, start=start, end=max(start, end))
    return list(nest(moved, length))


def _leads(words: str, value: str) -> bool:
    href = destination.href(value)
    itself = "://" in words and destination.alike(words) == destination.alike(href)
    return bool(href) and not itself


# -- what is shown as it is ------------------------------------------------------------------------------------------


def _zones(text: str, codes: Sequence[Span], marks: Sequence[Span], *, typed: bool) -> Iterator[_Zone]:
    """Code, what is complete Markdown by hand, and addresses whose signs would be taken for markup."""
    yield from (_Zone(code.start, code.end, _coded(text[code.start : code.end])) for code in codes)
    kept = [each for each in structures(text) if _free(each, [*codes, *marks])] if typed else []
    yield from (_Zone(*rim, text[slice(*rim)]) for each in kept for rim in each.rims)
    taken = [(code.start, code.end) for code in codes]
    taken += [rim for each in kept for rim in ((each.outer,) if each.link else each.rims)]
    taken += [(mark.start, mark.end) for mark in marks if mark.mark is Mark.LINK]
    taken += [(edge, edge) for mark in marks for edge in (mark.start, mark.end)]
    for link in links.find(text):
        clear = all(end <= link.start or link.end <= start for start, end in taken)
        if clear and link.schemed and _SIGNIFICANT.search(link.text):
            yield _Zone(link.start, link.end, f"<{link.text}>")


def _free(structure: Structure, spans: Sequence[Span]) -> bool:
    """Whether marks leave it whole: they lie around it, within its words, or elsewhere."""
    return all(_beside(structure, span) for span in spans)


def _beside(structure: Structure, span: Span) -> bool:
    (start, end), (begin, stop) = structure.outer, structure.inner
    gap = 1 if structure.loose else 0
    around = span.start + gap <= start and end + gap <= span.end
    if structure.link and span.mark is Mark.LINK and around:
        return False
    elsewhere = span.end + gap <= start or end + gap <= span.start
    return elsewhere or around or (begin + gap <= span.start and span.end + gap <= stop)


def _coded(code: str) -> str:
    fence = "`"
    while fence in _TICKS.findall(code):
        fence += "`"
    padded = code.startswith("`") or code.endswith("`") or (code.strip() and code[0] == code[-1] == " ")
    return f"{fence} {code} {fence}" if padded else fence + code + fence


# -- signs and words -------------------------------------------------------------------------------------------------


def _tokens(text: str, marks: Sequence[Span], zones: Mapping[int, _Zone]) -> Iterator[_Token]:
    """`zones` by where they begin."""
    opened, closed = defaultdict[int, list[Span]](list), defaultdict[int, list[Span]](list)
    for mark in marks:
        opened[mark.start].append(mark)
        closed[mark.end].append(mark)
    edges = {0, len(text), *opened, *closed, *zones, *(zone.end for zone in zones.values())}
    for at, following in pairwise([*sorted(edges), len(text)]):
        yield from (_Token(_closing(mark), mark) for mark in reversed(closed.get(at, ())))
        yield from (_Token(_opening(mark), mark, opening=True) for mark in opened.get(at, ()))
        words = zones[at].shown if at in zones else _SIGNIFICANT.sub(r"\\\g<0>", text[at:following])
        if words.endswith("!") and any(mark.mark is Mark.LINK for mark in opened.get(following, ())):
            words = f"{words[:-1]}\\!"
        if words:
            yield _Token(words)


def _opening(span: Span) -> str:
    return SIGNS.get(span.mark, "[")


def _closing(span: Span) -> str:
    if span.mark in SIGNS:
        return SIGNS[span.mark]
    href = destination.href(span.value).replace("(", "%28").replace(")", "%29")
    return f"]({_ENTITY.sub('&amp;', href)})"


def _misplaced(tokens: Sequence[_Token]) -> _Token | None:
    """The first sign that would not be taken for one, or for one that ends what is around it."""
    around: dict[Span, int] = {}
    for number, token in enumerate(tokens):
        if token.span is None or not token.sign:
            continue
        run = _run(tokens, number)
        left = tokens[run.start - 1].shown[-1] if run.start else ""
        right = tokens[run.stop].shown[0] if run.stop < len(tokens) else ""
        length = sum(len(tokens[each].shown) for each in run)
        if not token.opening:
            around.pop(token.span)
            if not closes(left, right):
                return token
            continue
        mixed = any(not tokens[each].opening for each in run if each < number)
        taken = closes(left, right) and any(_pair(length, other) for other in around.values())
        if mixed or taken or not opens(left, right):
            return token
        around[token.span] = length
    return None


def _run(tokens: Sequence[_Token], number: int) -> range:
    """The signs that run together with this one."""
    first, end = number, number + 1
    while first and tokens[first - 1].sign == tokens[number].sign:
        first -= 1
    while end < len(tokens) and tokens[end].sign == tokens[number].sign:
        end += 1
    return range(first, end)


def _pair(length: int, other: int) -> bool:
    """Whether a run that can both begin and end a mark may end one begun by a run of another length."""
    return (length + other) % 3 != 0 or (length % 3 == 0 and other % 3 == 0)


def _shrunk(text: str, wrong: _Token, zones: Iterable[_Zone]) -> list[Span]:
    """The mark without the punctuation at that edge; none where that would not help."""
    span = wrong.span
    if span is None:
        return []
    inside = range(span.start, span.end) if wrong.opening else range(span.end - 1, span.start - 1, -1)
    at = next((each for each in inside if solid(text[each])), None)
    if at is None or at == inside[0]:
        return []
    less = replace(span, start=at) if wrong.opening else replace(span, end=at + 1)
    edge = less.start if wrong.opening else less.end
    return [] if any(zone.start < edge < zone.end for zone in zones) else [less]
