"""Addresses that nobody could tap: words in their place, so that the sentence around them still reads well."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from adapters import hashtags, links
from adapters.links import Link
from adapters.text import normalise

_JOINS = r"(?:[yeoui]|and|or|ou|&)"
_LEADS = r"(?:en|a|al|de|desde|por|v[ií]a|con|at|on|in|from|to|of|via|through|by|em)"
"""Small words that lead to an address and to nothing once it is gone."""
_LEADING = {
    "el": (
        r"en|a|al|de|del|desde|hasta|por|v[ií]a|con|"
        r"(?:mira|mirad|mire|miren|visitad|visite|visiten|abre|abrid)(?: (?:antes|ya|hoy|bien))?"
    ),
    "the": r"at|on|in|from|to|of|via|through|with|visit|see|check out|open",
}
"""What leads to a phrase, by the article the phrase begins with: each within its own tongue."""
_LEADING_ON = {
    article: re.compile(rf"(?<![^\s(\[«“\"'¿¡])(?:{leads}) $", re.IGNORECASE) for article, leads in _LEADING.items()
}
_MERGED = {("a", "el"): "al", ("A", "el"): "Al", ("de", "el"): "del", ("De", "el"): "Del"}
_MERGED |= {(lead, "el"): lead for lead in ("al", "Al", "del", "Del")}
"""A small word and the article behind it that are written as one."""
_LEAD = re.compile(rf"(?<!\S){_LEADS}\s*$", re.IGNORECASE)
_JOIN = re.compile(rf"(?:[ ,;/·|+]+{_JOINS})?[ ,;/·|+]*$", re.IGNORECASE)
_LIST = re.compile(rf"[ ,;/·|+]*(?:{_JOINS} )?(?:{_LEADS} )?", re.IGNORECASE)
"""Between two addresses of which one is enough."""
_LONGEST_LEAD = 40
"""Signs before an address in which all of that is looked for."""
_LABEL = re.compile(r"[:=>|\u2013\u2014\u2190-\u21ff\u27a1\U0001f446-\U0001f449\ufe0f-]")
"""What a label ends in: a colon, a dash, an arrow, a hand."""
_POINTER = re.compile(r"[^\w\s.,;!?)\]»…\"'”’]")
"""What points at what follows: an opening bracket, an emoji."""
_LETTER = re.compile(r"\w")
_CLOSING = re.compile(r"[.!?…)\]»”\n]|$")
_JOINED = re.compile(r"[,;:]")
_HANGING = re.compile(r"[ ,;:–—-]+$")
_OPEN = tuple("([<«“¿¡")
_BRACKETS = {"(": ")", "[": "]", "<": ">", "«": "»", "“": "”", '"': '"', "'": "'"}
_END = r"(?=[.,;:!?\])»\"'”’…]*(?:\s|$))"
_REST = re.compile(rf"[:#?&=]\w\S*?{_END}|\((?=[^\s)]*\()\S*\)")
"""What still belongs to an address, though no network takes it for a part of the link."""
_CONTINUED = re.compile(rf"\w\S*?{_END}")
_SAID = re.compile(
    r"\b(?:link|enlace|liga|enla[çc]|ligaz[óo]n)s?\s+(?:est[áa]\s+)?(?:en|in|de|del|a|na)\s+"
    r"(?:(?:el|la|mi|nuestr[ao]|tu|the|our|my)\s+)?(?:bio|biograf[íi]a|perfil|profile)\b",
    re.IGNORECASE,
)


@dataclass(slots=True)
class _Draft:
    """A text on its way: `done` is written, `rest` still to come."""

    done: str
    rest: str

    @property
    def line(self) -> str:
        """The present line, up to the address."""
        return self.done[self.done.rfind("\n") + 1 :]

    @property
    def labelled(self) -> bool:
        """Whether words on this line lead up to the address: without it they would lead to nothing."""
        line = self.line.rstrip()
        return bool(line) and _LABEL.match(line[-1]) is not None and _LETTER.search(line) is not None

    @property
    def pointed(self) -> bool:
        """Whether the line begins here, or a sign points at what follows."""
        line = self.line.rstrip()
        return not _LETTER.search(line) or _POINTER.match(line[-1]) is not None

    @property
    def behind(self) -> str:
        """The present line, behind the address."""
        return self.rest.partition("\n")[0]

    @property
    def paragraph(self) -> str:
        return self.done[self.done.rfind("\n\n") + 1 :]

    @property
    def bare(self) -> bool:
        """Whether the line has no words beside the address."""
        return not _LETTER.search(self.line) and not _LETTER.search(self.behind)


def there(text: str) -> bool:
    """Whether an address was meant as a link."""
    return any(link.meant for link in links.find(text))


def said(text: str, words: str) -> bool:
    """Whether a person has said already where the link is."""
    return words.casefold() in text.casefold() or _SAID.search(text) is not None


def alone(text: str) -> bool:
    """Whether addresses are all a normalised text says, hashtags apart."""
    beside, at = "", 0
    for link, end in _found(text):
        beside += text[at : link.start]
        at = end
    beside += text[at:]
    for tag in reversed(hashtags.find(beside)):
        beside = beside[: tag.start] + beside[tag.end :]
    return at > 0 and not _LETTER.search(beside)


def reword(text: str, words: str, led: str = "") -> str:
    """Every address of a normalised text gives way to these words, said once in a line and once per label.

    A line of its own that a paragraph does not need goes. `led`: the same words where a small word leads to them ("en
    el …"); "": they stand in brackets there too. Where the person has said where the link is, the address just goes.
    All other words stay.
    """
    own = said(text, words)
    draft, at = _Draft("", ""), 0
    for link, end in _found(text):
        gap = text[at : link.start]
        draft.done += gap
        draft.rest = text[end:]
        listed = at > 0 and _LIST.fullmatch(gap) is not None
        if led and not (own or listed) and _leads(draft, led):
            _lead_on(draft, led)
        elif _told(draft, words, led, own=own):
            _leave_out(draft, listed=listed)
        else:
            _say(draft, words)
        at = len(text) - len(draft.rest)
    return normalise(draft.done + text[at:])


def _told(draft: _Draft, words: str, led: str, *, own: bool) -> bool:
    """Whether a reader knows already where this link is."""
    before = draft.paragraph if draft.bare else draft.line
    tail = led.partition(" ")[2]
    told = own or words in before or (tail != "" and tail in before)
    return told and not (draft.labelled and not said(draft.behind, words))


def _found(text: str) -> Iterator[tuple[Link, int]]:
    """With the place where all that belongs to the address ends."""
    for link in links.find(text):
        if link.meant:
            left = _REST.match(text, link.end)
            if left is None and link.text[-1] in "=/_-&":
                left = _CONTINUED.match(text, link.end)
            yield link, left.end() if left else link.end


def _leads(draft: _Draft, led: str) -> bool:
    leading = _LEADING_ON.get(led.partition(" ")[0])
    return leading is not None and leading.search(draft.done[-_LONGEST_LEAD:]) is not None


def _lead_on(draft: _Draft, led: str) -> None:
    article, _, rest = led.partition(" ")
    lead = draft.line.split()[-1].lstrip("".join(_BRACKETS))
    merged = _MERGED.get((lead, article))
    if merged is None:
        draft.done += led
    else:
        draft.done = f"{draft.done[: -len(lead) - 1]}{merged} {rest}"


def _say(draft: _Draft, words: str) -> None:
    line = draft.line
    if draft.labelled or draft.pointed:
        draft.done += words if not line or line[-1] in {" ", *_BRACKETS} else f" {words}"
        return
    before = _without(_LEAD, draft.done).rstrip(" ,;")
    inside = line.count("(") > line.count(")")
    if words[0] in _BRACKETS:
        draft.done = f"{before} {words}"
    else:
        draft.done = f"{before}: {words}" if inside else f"{before} ({words})"


def _leave_out(draft: _Draft, *, listed: bool) -> None:
    line, behind = draft.line, draft.behind
    if draft.bare:
        draft.done = draft.done[: len(draft.done) - len(line)]
        draft.rest = draft.rest[len(behind) + 1 :]
        return
    if line and behind and _BRACKETS.get(line[-1]) == behind[0]:
        draft.done, draft.rest = draft.done[:-1], draft.rest[1:]
    draft.done = _without(_LEAD, draft.done.rstrip(" ")).rstrip(" ")
    if listed:
        draft.done = _without(_JOIN, draft.done)
    _mend(draft)


def _mend(draft: _Draft) -> None:
    """Of the signs before and behind a gap, one is enough."""
    if not draft.line or draft.line.endswith(_OPEN):
        draft.rest = draft.rest.lstrip(" ,;.:")
    elif _CLOSING.match(draft.rest):
        draft.done = _HANGING.sub("", _without(_JOIN, draft.done))
        if draft.rest[:1] == "." and draft.done.endswith((".", "!", "?", "…")):
            draft.rest = draft.rest[1:]
    elif _JOINED.match(draft.rest) and not _LETTER.match(draft.done[-1]):
        draft.rest = draft.rest[1:]
    if _LETTER.match(draft.rest) and draft.line and not draft.line.endswith(_OPEN):
        draft.done += " "


def _without(ending: re.Pattern[str], text: str) -> str:
    return text[:-_LONGEST_LEAD] + ending.sub("", text[-_LONGEST_LEAD:], count=1)
