"""Text where some signs mean something to the network: those that are meant as they stand get a backslash."""

import re
from collections.abc import Iterator

from adapters import hashtags, links
from adapters.text import utf16

RESERVED = r"\|{}@[]()<>#*_~"
_SIGN = re.compile(f"[{re.escape(RESERVED)}]")
_IN_ADDRESS = re.compile(r"[\\|{}\[\]()<>]")
"""What would end a text unescaped; the other signs are harmless within an address, and keep it one."""
_TEMPLATE = re.compile(
    r"\{hashtag\|(?:\\#|＃)\|[^\s|{}\\]+\}|@\[[^\[\]\\\n]+\]\(urn:li:(?:person|organization):[A-Za-z0-9_-]+\)"
)
_READ = re.compile(rf"{_TEMPLATE.pattern}|\\(?P<sign>[{re.escape(RESERVED)}])")


def little(text: str) -> str:
    """Hashtags, templates of hashtags and mentions, and addresses stay what they are."""
    return "".join(_pieces(text))


def plain(text: str) -> str:
    """What little() made it of."""
    return _READ.sub(lambda found: found["sign"] or found[0], text)


def little_length(text: str) -> int:
    """UTF-16 units with the backslashes: whichever way the network counts, it counts no more."""
    return utf16(little(text))


def _pieces(text: str) -> Iterator[str]:
    at = 0
    for start, end, pattern in _kept(text):
        if start >= at:
            yield _SIGN.sub(r"\\\g<0>", text[at:start])
            yield pattern.sub(r"\\\g<0>", text[start:end]) if pattern else text[start:end]
            at = end
    yield _SIGN.sub(r"\\\g<0>", text[at:])


def _kept(text: str) -> list[tuple[int, int, re.Pattern[str] | None]]:
    """Where something begins that is more than its signs, and which of those must be escaped even there."""
    found: list[tuple[int, int, re.Pattern[str] | None]] = []
    found += [(match.start(), match.end(), None) for match in _TEMPLATE.finditer(text)]
    found += [(link.start, link.end, _IN_ADDRESS) for link in links.find(text)]
    found += [(tag.start, tag.end, None) for tag in hashtags.find(text)]
    return sorted(found, key=lambda each: each[:2])
