"""Text as networks measure it: one normal form, and one counter for each way of counting."""

import re
import unicodedata

import regex

from adapters import links

ELLIPSIS = "…"
LINK_WEIGHT = 23

_TONED = r"\p{Emoji_Modifier}?"
_GENDERED = rf"(?:[👯🤼🧞🧟]|[🕵🏌🏋⛹](?:\ufe0f|\p{{Emoji_Modifier}})|(?![🕵🏌🏋⛹])\p{{Emoji_Modifier_Base}}{_TONED})"
_JOINED = "|".join((
    # joined by U+200D: a sequence nobody has drawn is weighed in pieces, never too low
    r"[👨👩](?:\u200d[👨👩])?(?:\u200d[👦👧]){1,2}",
    r"🧑(?:\u200d🧑)?(?:\u200d🧒){1,2}",
    rf"[👨👩🧑]{_TONED}\u200d(?:🤝|❤\ufe0f(?:\u200d💋)?)\u200d[👨👩🧑]{_TONED}",
    rf"[👨👩🧑]{_TONED}\u200d[🦯🦼🦽](?:\u200d➡\ufe0f)?",
    rf"[👨👩🧑]{_TONED}\u200d(?:[🌾🍳🍼🎄🎓🎤🎨🏫🏭💻💼🔧🔬🚀🚒🦰🦱🦲🦳🩰]|[⚕⚖✈]\ufe0f)",
    rf"{_GENDERED}\u200d[♀♂]\ufe0f(?:\u200d➡\ufe0f)?",
    rf"[🚶🏃🧎]{_TONED}\u200d➡\ufe0f",
    rf"🫱{_TONED}\u200d🫲{_TONED}",
    r"🏳\ufe0f\u200d(?:🌈|⚧\ufe0f)|🏴\u200d☠\ufe0f|👁\ufe0f\u200d🗨\ufe0f|❤\ufe0f\u200d[🔥🩹]|⛓\ufe0f\u200d💥",
    r"🐕\u200d🦺|🐈\u200d⬛|🐦\u200d[⬛🔥]|🐻\u200d❄\ufe0f|🍋\u200d🟩|🍄\u200d🟫",
    r"😮\u200d💨|😵\u200d💫|😶\u200d🌫\ufe0f|🙂\u200d[↔↕]\ufe0f",
))  # fmt: skip
_REGION = "|".join("".join(chr(0xE0000 + ord(sign)) for sign in region) for region in ("gbeng", "gbsct", "gbwls"))
EMOJI = regex.compile(
    r"[0-9#*]\ufe0f?\u20e3"  # keycap
    r"|\p{Regional_Indicator}{2}"
    rf"|🏴(?:{_REGION})\U000e007f"
    rf"|(?=.[\ufe0f\p{{Emoji_Modifier}}]?\u200d)(?:{_JOINED})"
    r"|(?![©®](?!\ufe0f))\p{Extended_Pictographic}(?:\ufe0f|\p{Emoji_Modifier})?"
)
_HEAVY = re.compile("[^\u0000-\u10ff\u2000-\u200d\u2010-\u201f\u2032-\u2037]")
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_CLUSTER = regex.compile(r"\X")
_LINE_ENDS = re.compile("\r\n|[\r\u000b\u000c\u0085\u2028\u2029]")
_INVALID = regex.compile(r"[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}\ufeff--[\n]]", regex.VERSION1)
_TRAILING_BLANKS = regex.compile(r"(?<![^\S\n])[^\S\n]++\n")
_EMPTY_LINES = re.compile(r"\n{3,}")
_VISIBLE = regex.compile(r"[^\s\p{M}\p{C}\u115f\u1160\u2800\u3164\uffa0]")


def normalise(text: str) -> str:
    """NFC without characters that networks refuse, lines ended by LF, paragraphs parted by one empty line.

    Blanks at the ends of lines and of the text go; what stands between words stays as it was written.
    """
    return _EMPTY_LINES.sub("\n\n", _TRAILING_BLANKS.sub("\n", clean(text))).strip()


def clean(text: str) -> str:
    """NFC without characters that networks refuse, lines ended by LF; blanks stay."""
    text = _LINE_ENDS.sub("\n", text).replace("\t", " ")
    return unicodedata.normalize("NFC", _INVALID.sub("", text))


def visible(text: str) -> bool:
    """Whether anyone would see something."""
    return _VISIBLE.search(text) is not None


def code_points(text: str) -> int:
    return len(text)


def utf16(text: str) -> int:
    """UTF-16 code units: what counts a character beyond U+FFFF twice."""
    return len(text) + len(_ASTRAL.findall(text))


def utf8(text: str) -> int:
    """Bytes; a lone surrogate counts as three."""
    return len(text.encode("utf-8", "surrogatepass"))


def clusters(text: str) -> list[str]:
    """What a reader takes for one character each (extended grapheme clusters)."""
    return _CLUSTER.findall(text)


def graphemes(text: str) -> int:
    return len(text) if text.isascii() and "\r" not in text else len(clusters(text))


def weighted(text: str) -> int:
    """Weighted length: NFC, links 23, emoji sequences 2, letters of most alphabets 1, the rest 2."""
    text = unicodedata.normalize("NFC", text)
    total = at = 0
    for link in links.taken(text):
        total += _plain(text[at : link.start]) + _linked(link)
        at = link.end
    return total + _plain(text[at:])


def _linked(link: links.Link) -> int:
    """What an address weighs. One that may not be taken for a link must fit as plain text too."""
    # at the very beginning of a text, a first letter with an accent is not seen as part of an address
    apart = int(link.start == 0 and not link.text[0].isascii())
    return apart + LINK_WEIGHT if link.known else max(LINK_WEIGHT, _plain(link.text))


def _plain(text: str) -> int:
    if text.isascii():
        return len(text)
    text = EMOJI.sub("\uffff", text)
    return len(text) + len(_HEAVY.findall(text))
