"""What a reader would look for in a text: words, amounts, addresses, hashtags, names. No reader of the product's own.

An address is what a person typed as one; a letter's address (hola@…) is none.
"""

import re
from collections.abc import Iterable, Sequence

import regex

_TAIL = r"(?:[/?#](?:[^\s()\[\]<>`]|\([^\s()]*\))*)?"
_ADDRESS = re.compile(
    rf"(?<![\w@.-])(?:https?://[\w.-]+\w{_TAIL}|(?:[\w-]+\.)+(?:es|com|be|org)(?!\w){_TAIL})", re.IGNORECASE
)
_CLOSING = ".,;:!?…»”\"'*_"
_HASHTAG = re.compile(r"(?<![\w&/])#(\w*[^\W\d]\w*)")
_MENTION = re.compile(r"(?<![\w.@])@(\w[\w.]*\w)")
_WORD = re.compile(r"[^\W_]+")
_BREAK = re.compile(r"^[ ]*[-—–]+[ ]*$", re.MULTILINE)
_BLANKS = re.compile(r"\s+")
_PHONE = r"(?:\+\d{2} )?\d{3}(?: \d{2,3}){2,3}"
_NUMBER = r"\+?\d+(?:[.,:/]\d+)*"
_UNIT = r"(?: ?(?:€(?:/mes)?|%|°C)|(?: (?:h|km/h|km|kg|g|cm|m|min|s|Hz|días|pesetas))\b)?"
_AMOUNT = re.compile(rf"(?<![\w.,]){_PHONE}|(?<![\w.,]){_NUMBER}{_UNIT}")
_CLUSTER = regex.compile(r"\X")
_PICTURE = regex.compile(r"[\p{Extended_Pictographic}\p{Regional_Indicator}\u20e3]")


def addresses(text: str) -> list[str]:
    return [text[start:end] for start, end in _spots(text)]


def unaddressed(text: str) -> str:
    """Without addresses."""
    kept, at = [], 0
    for start, end in _spots(text):
        kept.append(text[at:start])
        at = end
    return " ".join([*kept, text[at:]])


def hashtags(text: str) -> list[str]:
    """Without their sign, in small letters."""
    return [name.casefold() for name in _HASHTAG.findall(unaddressed(text))]


def mentions(text: str) -> list[str]:
    """Without their sign."""
    return _MENTION.findall(unaddressed(text))


def words(text: str) -> list[str]:
    """Letters and digits between all else; those of addresses, hashtags and mentions are none."""
    return _WORD.findall(_MENTION.sub(" ", _HASHTAG.sub(" ", unaddressed(text))))


def all_words(text: str) -> list[str]:
    """Those of addresses, hashtags and mentions too."""
    return _WORD.findall(text)


def amounts(text: str) -> list[str]:
    """Numbers with what they count: "3.500 €", "9.30 h", a telephone number."""
    plain = _HASHTAG.sub(" ", unaddressed(text))
    return [found.group() for found in _AMOUNT.finditer(_BLANKS.sub(" ", plain))]


def emoji(text: str) -> list[str]:
    """As a reader sees them: a family is one."""
    return [cluster for cluster in _CLUSTER.findall(text) if _PICTURE.search(cluster)]


def sections(text: str) -> list[str]:
    """What stands between breaks set by hand."""
    return [section.strip() for section in _BREAK.split(text) if section.strip()]


def rules(text: str) -> int:
    """Lines that are only such a break."""
    return len(_BREAK.findall(text))


def missing(wanted: Iterable[str], found: Sequence[str], optional: frozenset[str] = frozenset()) -> list[str]:
    """What of the one is not in the other, in the same order; what is optional may be left out."""
    gone, at = [], 0
    for each in wanted:
        if each in optional:
            at += found[at : at + 1] == [each]
            continue
        try:
            at = found.index(each, at) + 1
        except ValueError:
            gone.append(each)
    return gone


def _spots(text: str) -> list[tuple[int, int]]:
    """Where addresses begin and end: not with what closes the sentence."""
    found = []
    for match in _ADDRESS.finditer(text):
        address = match.group().rstrip(_CLOSING)
        found.append((match.start(), match.start() + len(address)))
    return found
