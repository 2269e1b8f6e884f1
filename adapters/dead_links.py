"""Addresses that nobody could tap: words in their place, so that the sentence around them still reads well."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from adapters import links
from adapters.links import Link
from adapters.text import normalise

_JOINS = r"(?:[yeoui]|and|or|ou|&)"
_LEADS = r"(?:en|a|al|de|desde|por|v[ií]a|con|at|on|in|from|to|of|via|through|by|em)"
"""Small words that lead to an address and to nothing once it is gone."""
_LEAD = re.compile(rf"(?<=\s){_LEADS}\s*$", re.IGNORECASE)
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


def there(text: str) -> bool:
    """Whether an address was meant as a link."""
    return any(link.meant for link in links.find(text))


def said(text: str, words: str) -> bool:
    """Whether a person has said already where the link is."""
    return words.casefold() in text.casefold() or _SAID.search(text) is not None


def reword(text: str, words: str) -> str:
    """Every address of a normalised text gives way to these words, said once in a paragraph and once per label.

    Where the person has said where the link is, the address just goes. All other words stay.
    """
    own = said(text, words)
    draft, at = _Draft("", ""), 0
    for link, end in _found(text):
        gap = text[at : link.start]
        draft.done += gap
        draft.rest = text[end:]
        told = own or words in draft.paragraph
        if told and not (draft.labelled and not said(draft.behind, words)):
            _leave_out(draft, listed=at > 0 and _LIST.fullmatch(gap) is not None)
        else:
            _say(draft, words)
        at = len(text) - len(draft.rest)
    return normalise(draft.done + text[at:])


def _found(text: str) -> Iterator[tuple[Link, int]]:
    """With the place where all that belongs to the address ends."""
    for link in links.find(text):
        if link.meant:
            left = _REST.match(text, link.end)
            if left is None and link.text[-1] in "=/_-&":
                left = _CONTINUED.match(text, link.end)
            yield link, left.end() if left else link.end


def _say(draft: _Draft, words: str) -> None:
    line = draft.line
    if draft.labelled or draft.pointed:
        draft.done += words if not line or line[-1] in {" ", *_BRACKETS} else f" {words}"
        return
    before = _without(_LEAD, draft.done).rstrip(" ")
    inside = line.count("(") > line.count(")")
    if words[0] in _BRACKETS:
        draft.done = f"{before} {words}"
    else:
        draft.done = f"{before}: {words}" if inside else f"{before} ({words})"


def _leave_out(draft: _Draft, *, listed: bool) -> None:
    line, behind = draft.line, draft.behind
    if not _LETTER.search(line) and not _LETTER.search(behind):
        draft.done = draft.done[: len(draft.done) - len(line)]
        draft.rest = draft.rest[len(behind) + 1 :]
        return
    if line and behind and _BRACKETS.get(line[-1]) == behind[0]:
        draft.done, draft.rest = draft.done[:-1], draft.rest[1:]
    draft.done = _without(_LEAD, draft.done.rstrip(" ")).rstrip(" ")
    if listed:
        draft.done = _without(_JOIN, draft.done)
    if not draft.line:
        draft.rest = draft.rest.lstrip(" ,;.:")
    elif _LETTER.match(draft.rest):
        draft.done += " "


def _without(ending: re.Pattern[str], text: str) -> str:
    return text[:-_LONGEST_LEAD] + ending.sub("", text[-_LONGEST_LEAD:], count=1)
