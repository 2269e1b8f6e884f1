"""What a text says on a card: what the fonts can show of it, parted into heading, rest and foot."""

from dataclasses import dataclass, replace

import regex

from adapters import fonts, hashtags, links
from adapters.cut import opening, shorten
from adapters.emoji import is_sign, sign
from adapters.text import ELLIPSIS, clusters, code_points, normalise

_LONGEST = 1500  # characters: more than a card shows
_HEADING = 150  # characters a heading may have
_SHORT = 80  # a text up to this length is all heading
_LEAST = 24  # characters of the rest: fewer would be a crumb
_LONGEST_LINK = 36
_GONE = "\ufffc"
_UNDRAWN = regex.compile(r"[\p{M}\p{Cf}]")
_BEFORE_PUNCTUATION = regex.compile(rf"[^\S\n]*{_GONE}(?:[^\S\n]|{_GONE})*(?=[!?.,;:…)»”])")
_GAP = regex.compile(rf"[^\S\n]*{_GONE}(?:[^\S\n]|{_GONE})*")
_QUOTATION = regex.compile(r"[«“\"‘](?P<words>[^«»“”\"]+)[»”\"’]")
_ALPHANUMERIC = regex.compile(r"[\p{L}\p{N}]")


@dataclass(frozen=True, slots=True)
class Copy:
    """What stands on a card: the heading large, the rest smaller, the hashtags at the foot."""

    heading: str
    rest: str
    foot: str

    def unquoted(self) -> "Copy":
        """Without the marks around it, when all of it is one quotation."""
        quotation = None if self.rest else _QUOTATION.fullmatch(self.heading)
        return replace(self, heading=quotation["words"]) if quotation else self

    def without_foot(self) -> "Copy":
        return replace(self, foot="")

    def running(self) -> "Copy":
        """All of it small."""
        return Copy("", f"{self.heading}\n\n{self.rest}".strip(), "")

    def shortened(self, most: int) -> "Copy | None":
        """With at most so many characters of the rest; None when that would leave a crumb."""
        rest = shorten(self.rest, most, code_points)
        crumb = len(rest.rstrip(ELLIPSIS)) < min(_LEAST, len(self.rest))
        return None if crumb else replace(self, rest=rest)


def read(text: str) -> Copy:
    """The first sentence or line is the heading, closing hashtags are the foot."""
    text = normalise(text)
    at = hashtags.closing(text)
    running, foot = legible(text[:at][:_LONGEST]), legible(text[at:][:_LONGEST]).replace("\n", " ")
    if not running:
        running, foot = foot, ""
    end = len(running) if len(running) <= _SHORT and "\n" not in running else opening(running)
    if end > _HEADING:
        return Copy("", running, foot)
    return Copy(running[:end], running[end:].strip(), foot)


def drawable(text: str) -> bool:
    """Whether the fonts can show anything of it."""
    return bool(legible(text[:_LONGEST]))


def legible(text: str) -> str:
    """What the fonts can show of a text; other scripts leave no gap, and lines with neither word nor emoji go.

    Links lose what nobody types from a picture. An emoji of several characters becomes the one that draws it.
    """
    shown = "".join(_shown(cluster) for cluster in clusters(_plain_links(normalise(text))))
    closed = _GAP.sub(" ", _BEFORE_PUNCTUATION.sub("", shown))
    return normalise("\n".join(line.strip() for line in closed.split("\n") if not line or _says_something(line)))


def _says_something(line: str) -> bool:
    return _ALPHANUMERIC.search(line) is not None or any(map(is_sign, line))


def _shown(cluster: str) -> str:
    if cluster.isspace():
        return cluster if cluster == "\n" else " "
    if drawing := sign(cluster):
        return drawing
    drawn = _UNDRAWN.sub("", cluster)
    known = all(ord(character) in fonts.letters() for character in drawn)
    return drawn if known and not drawn.isspace() else _GONE  # a blank is none while marks stand on it


def _plain_links(text: str) -> str:
    plain, at = "", 0
    for link in links.find(text):
        address = link.text[link.text.index(link.host) :].rstrip("/")
        plain += text[at : link.start] + (address if len(address) <= _LONGEST_LINK else link.host)
        at = link.end
    return plain + text[at:]
