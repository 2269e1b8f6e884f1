"""Where the links of a text are: addresses with a scheme, and bare domains that networks turn into links."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from adapters.domains import DOMAINS, FOREIGN, LATER

LONGEST = 4096
"""Characters of an address; a longer one is none."""
HOST = 255
"""Characters of all its labels and dots."""
LABEL = 63
"""Characters of a label between two dots, as it is written in ASCII."""
SLUG = 40
"""Characters of what stands behind the domain of the shortener."""

_ACCENTED = (
    "\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0253\u0254\u0256\u0257\u0259\u025b\u0263\u0268\u026f\u0272\u0289\u02bb"
    "\u1e00-\u1eff"
)
_LATIN = rf"{_ACCENTED}\u0300-\u036f"
_LABEL = rf"0-9A-Za-z{_LATIN}"
_NAME = r"[^\s!#%&'()*+,\\./:;<=>?@\[\]^{|}~$\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\uffff-]"
_HOST = re.compile(
    rf"(?<![0-9A-Za-z@$#＠＃])(?P<scheme>https?://)(?P<named>(?!_){_NAME}(?:[.-]|{_NAME})*+)"
    rf"|(?<![0-9A-Za-z@$#＠＃_./-])(?<![{_LATIN}]{{2}})(?P<bare>[0-9A-Za-z{_ACCENTED}][{_LABEL}_-]{{0,127}}+"
    rf"(?:(?:\.[{_LABEL}_-]++)++(?:\.{_NAME}++)?|\.{_NAME}++))",
    re.IGNORECASE,
)
_CODED = re.compile(r"xn--[0-9a-z-]+", re.IGNORECASE)
_LETTERS = re.compile(r"[A-Za-z]{2,}")
_LETTER = re.compile(rf"[{_LATIN}]")
_GOES_ON = re.compile(r"[0-9A-Za-z@＠+-]")
_WORDS = re.compile(r"[\w.-]+")
_ENDINGS = DOMAINS | LATER
_FOREIGN_MOST = max(map(len, FOREIGN))
_SUBDOMAIN = re.compile(r"(?![_-])[^.]*(?<![_-])")
_DOMAIN = re.compile(r"(?!-)[^._]*(?<!-)")
_PATH = rf"[{_LABEL}\u0400-\u04ff!*';:=+,.$/%#\[\]_~@|&–-]"
_ROUND = rf"\({_PATH}*+(?:\({_PATH}*+\){_PATH}*+)?\)"
_QUERY = r"\?[0-9A-Za-z!?*'@();:&=+$/%#\[\]_.,~|-]*+"
_AFTER_HOST = re.compile(rf"(?::\d++)?/(?:{_PATH}++|{_ROUND})*+(?P<query>{_QUERY})?")
_AFTER_SCHEME = re.compile(rf"{_AFTER_HOST.pattern}|(?::\d++)?(?P<bare_query>{_QUERY})?")
_PATH_END = re.compile(rf"[{_LABEL}\u0400-\u04ff+=_#/)-]")
_SHORTENED = re.compile(rf"https?://t\.co/(?P<slug>[0-9A-Za-z]++)(?P<query>{_QUERY})?", re.IGNORECASE)
_QUERY_END = re.compile(r"[0-9A-Za-z_&=#/-]")


@dataclass(frozen=True, slots=True)
class Link:
    """One link in a text, at `start:end`. `known`: it ends in a top-level domain that networks surely know.

    `sound`: its host is one that could be registered, and no part of it is too long. `glued`: a letter stands right
    before it or behind its domain, as in "fin.Señor", where some networks see ".se".
    """

    start: int
    end: int
    text: str
    host: str
    known: bool
    sound: bool = True
    glued: bool = False

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
    return [link for link in _scan(text) if not link.glued]


def taken(text: str) -> list[Link]:
    """What a network that makes links generously takes, or may take, for one: also "fin.Se" in "fin.Señor"."""
    return [link for link in _scan(text) if link.sound]


def first(text: str) -> str | None:
    """The address of the first link that was meant as one."""
    return next((link.url for link in find(text) if link.meant), None)


def _scan(text: str) -> Iterator[Link]:
    at = 0
    while match := _HOST.search(text, at):
        link = _link(text, match)
        # an address may follow right behind a full stop: "Mira.https://pan.es"
        at = link.end if link else max(match.start() + 1, text.rfind(".", match.start(), match.end()) + 1)
        if link:
            yield link


def _link(text: str, match: re.Match[str]) -> Link | None:
    kind = "named" if match["scheme"] else "bare"
    run, begin, stop = match[kind], match.start(kind), match.end(kind)
    host = _registered(run, text[stop : stop + 1])
    sound, known = _short(host), host.rpartition(".")[2].lower() not in LATER
    if not match["scheme"] and not (host and sound):
        return None
    if not host:
        host, known, sound = _loose(run), False, _plausible(run)
    end = begin + len(host)
    if "." not in host or text[end : end + 1] in {"@", "＠"}:
        return None
    glued = _LETTER.match(text, end) or (match.start() and _LETTER.match(text, match.start() - 1) and kind == "bare")
    if end == stop:
        end, slug = _tail(text, match.start(), end, schemed=bool(match["scheme"]))
        sound = sound and slug <= SLUG
    sound = sound and end - match.start() <= LONGEST
    return Link(match.start(), end, text[match.start() : end], host, known and sound, sound, bool(glued))


def _registered(run: str, after: str) -> str:
    """As much of these labels as ends in a top-level domain, the labels before it well-formed; "" when nothing does."""
    labels = run[:HOST].split(".")
    found, length = "", len(labels[0])
    for at, label in enumerate(labels[1:], 1):
        stop = _ending(label, after if at == len(labels) - 1 else ".")
        if stop and _DOMAIN.fullmatch(labels[at - 1]):
            found = run[: length + 1 + stop]
        if not _SUBDOMAIN.fullmatch(labels[at - 1]):
            break
        length += 1 + len(label)
    return found


def _ending(label: str, after: str) -> int:
    """How long the top-level domain is that this label begins with: as letters end, or before another alphabet."""
    if coded := _CODED.match(label):
        return coded.end()
    letters = _LETTERS.match(label)
    end = letters.end() if letters else 0
    if label[:end].lower() in _ENDINGS and not _GOES_ON.match(label[end:] or after):
        return end
    if label.isascii():
        return 0
    ends = (end for end in range(min(len(label), _FOREIGN_MOST), 0, -1) if label[:end].lower() in FOREIGN)
    return next((end for end in ends if not _GOES_ON.match(label[end:] or after)), 0)


def _loose(run: str) -> str:
    """The host of an address with a scheme that ends in no domain anybody knows."""
    loose = _WORDS.match(run)
    return loose[0].rstrip("._-") if loose else ""


def _plausible(run: str) -> bool:
    """Whether a domain delegated since the list was made could make this a link."""
    *labels, domain, ending = ["", "", *run.split(".")]
    subdomains = all(_SUBDOMAIN.fullmatch(label) for label in labels[2:])
    return subdomains and _DOMAIN.fullmatch(domain) is not None and _LETTERS.match(ending) is not None and _short(run)


def _short(host: str) -> bool:
    if host.startswith("xn--") and not host.isascii():
        return False
    return all(len(label) <= LABEL and _coded(label) <= LABEL for label in host.split("."))


def _coded(label: str) -> int:
    return len(label) if label.isascii() else len("xn--") + len(label.encode("punycode"))


def _tail(text: str, start: int, end: int, *, schemed: bool) -> tuple[int, int]:
    """Where port, path and query end: not at punctuation, and parentheses only in pairs. And how long the slug is.

    Only the shortener has one: what stands behind the letters and digits of its slug is no longer part of the link.
    """
    if short := _SHORTENED.match(text, start):
        query = _trimmed(text, short.start("query"), short.end("query"), _QUERY_END) if short["query"] else 0
        return (query if query > short.start("query") + 1 else short.end("slug")), len(short["slug"])
    tail = (_AFTER_SCHEME if schemed else _AFTER_HOST).match(text, end)
    if not tail:
        return end, 0
    begun = max(tail.start(name) for name in tail.re.groupindex)
    if begun > 0:
        stop = _trimmed(text, begun, tail.end(), _QUERY_END)
        if stop > begun + 1:
            return stop, 0
    return _trimmed(text, end, begun if begun > 0 else tail.end(), _PATH_END), 0


def _trimmed(text: str, start: int, stop: int, last: re.Pattern[str]) -> int:
    while stop > start and not last.match(text, stop - 1):
        stop -= 1
    return stop
