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
_PATH = rf"[{_LABEL}\u0400-\u04ff!*';:=+,.$/%#\[\]_~@|&–-]"
_ROUND = rf"\({_PATH}*+(?:\({_PATH}*+\){_PATH}*+)?\)"
_QUERY = r"\?[0-9A-Za-z!?*'@();:&=+$/%#\[\]_.,~|-]*+"
_AFTER_HOST = re.compile(rf"(?::\d++)?/(?:{_PATH}++|{_ROUND})*+(?P<query>{_QUERY})?")
_AFTER_SCHEME = re.compile(rf"{_AFTER_HOST.pattern}|(?::\d++)?(?P<bare_query>{_QUERY})?")
_PATH_END = re.compile(rf"[{_LABEL}\u0400-\u04ff+=_#/)-]")
_QUERY_END = re.compile(r"[0-9A-Za-z_&=#/-]")


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
        end = _tail(text, end, schemed=bool(match["scheme"]))
    return Link(match.start(), end, text[match.start() : end], host, known)


def _tail(text: str, end: int, *, schemed: bool) -> int:
    """Where port, path and query end: not at punctuation, and parentheses only in pairs."""
    tail = (_AFTER_SCHEME if schemed else _AFTER_HOST).match(text, end)
    if not tail:
        return end
    begun = max(tail.start(name) for name in tail.re.groupindex)
    if begun > 0:
        stop = _trimmed(text, begun, tail.end(), _QUERY_END)
        if stop > begun + 1:
            return stop
    return _trimmed(text, end, begun if begun > 0 else tail.end(), _PATH_END)


def _trimmed(text: str, start: int, stop: int, last: re.Pattern[str]) -> int:
    while stop > start and not last.match(text, stop - 1):
        stop -= 1
    return stop
