"""What a person pastes when a network could not lead them back to us: the final address, or the code in it."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

LONGEST = 4096
MOST_FIELDS = 40
CODE = re.compile(r"(?=.*\d)[\w.~%/+=|:-]{8,}")
"""Codes differ; all of them are one word of these signs, and no word of a language."""


@dataclass(frozen=True, slots=True)
class Pasted:
    """`state` is None where only the code was brought along."""

    code: str | None
    state: str | None
    error: str | None = None

    def __repr__(self) -> str:
        return "Pasted(…)"


def read(text: str) -> Pasted | None:
    """None: it is neither an answer's address nor a code."""
    text = text.strip().strip("<>\"'")
    if not text or len(text) > LONGEST or len(text.split()) > 1:
        return None
    if "code=" in text or "error=" in text:
        return _answer(text)
    bare = unquote(text.partition("#")[0])
    return Pasted(bare, None) if CODE.fullmatch(bare) and "://" not in bare else None


def _answer(text: str) -> Pasted | None:
    """A whole address or the end of one: some networks put a fragment behind it, which is no part of the code."""
    try:
        query = urlsplit(text).query or text.partition("#")[0].lstrip("?&")
        asked = parse_qs(query, max_num_fields=MOST_FIELDS)
    except ValueError:
        return None
    code, state, error = (asked.get(name, [None])[0] for name in ("code", "state", "error"))
    return Pasted(code, state, error) if code or error else None
