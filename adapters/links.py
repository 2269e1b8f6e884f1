"""Where the links of a text are: addresses with a scheme, and bare domains that networks turn into links."""

import re
from dataclasses import dataclass

from adapters.domains import DOMAINS

_LATIN = "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f"
_LABEL = rf"0-9A-Za-z{_LATIN}"
_HOST = re.compile(
    rf"(?:(?<![{_LABEL}@$#＠＃])(?P<scheme>https?://)|(?<![{_LABEL}@$#＠＃_./-]))"
    rf"(?P<host>[{_LABEL}][{_LABEL}_-]*+(?:\.[{_LABEL}_-]++)++)",
    re.IGNORECASE,
)
_TAIL = re.compile(rf"(?::\d+)?(?:[/?][{_LABEL}\u0400-\u04ff!*';:=+,.$/%#\[\]_~@|&?()-]*)?")
_LAST = re.compile(rf"[{_LABEL}\u0400-\u04ff+=_#/-]")


@dataclass(frozen=True, slots=True)
class Link:
    """One link in a text, at `start:end`. `known`: it ends in a top-level domain that networks surely know."""

    start: int
    end: int
    text: str
    host: str
    known: bool

    @property
    def url(self) -> str:
        """As an address: a bare domain is taken to speak https."""
        return self.text if self.schemed else f"https://{self.text}"

    @property
    def meant(self) -> bool:
        """Surely written as a link, and not a full stop without its blank ("fin.De")."""
        return self.schemed or self.host == self.host.lower()

    @property
    def schemed(self) -> bool:
        return not self.text.startswith(self.host)


def find(text: str) -> list[Link]:
    """All links in order. They never overlap, never hold a blank, and end before closing punctuation."""
    links: list[Link] = []
    at = 0
    while match := _HOST.search(text, at):
        link = _link(text, match)
        at = match.end()
        if link:
            links.append(link)
            at = link.end
    return links


def first(text: str) -> str | None:
    """The address of the first link that was meant as one."""
    return next((link.url for link in find(text) if link.meant), None)


def _link(text: str, match: re.Match[str]) -> Link | None:
    labels = match["host"].split(".")
    last = next((at for at in range(len(labels) - 1, 0, -1) if labels[at].lower() in DOMAINS), 0)
    known = last > 0
    if not known and not match["scheme"]:
        return None
    host = ".".join(labels[: last + 1]) if known else match["host"].rstrip("_-")
    end = match.start("host") + len(host)
    if text[end : end + 1] in {"@", "＠"}:
        return None
    if end == match.end("host"):
        end = _tail(text, end)
    return Link(match.start(), end, text[match.start() : end], host, known)


def _tail(text: str, end: int) -> int:
    """Where port, path and query end: not at punctuation, and with a closing parenthesis only if it was opened."""
    stop = _TAIL.match(text, end).end()  # type: ignore[union-attr]  # every part of the pattern is optional
    spare = text.count(")", end, stop) - text.count("(", end, stop)
    while stop > end and not _LAST.match(text, stop - 1):
        if text[stop - 1] == ")":
            if spare <= 0:
                return stop
            spare -= 1
        stop -= 1
    return stop
