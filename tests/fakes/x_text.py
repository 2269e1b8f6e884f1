"""How X measures and stores a text. Written apart from the product's own rule, so that the two check each other."""

import secrets
import unicodedata
from dataclasses import dataclass
from html import escape

import regex

LONGEST = 280
URL_WEIGHT = 23
LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
INVALID = frozenset("\ufffe\ufeff\uffff")
DOMAINS = (
    "com|org|net|edu|gov|info|biz|cat|eus|gal|app|dev|blog|shop|store|online|site|news|tv|"
    "[a-z]{2}(?<=ac|ad|ae|ag|ai|am|ar|at|au|be|bg|bo|br|ca|ch|cl|cn|co|cr|cu|cz|de|dk|do|ec|es|eu|fi|fr|gr|gt|hk|hn|"
    "hr|hu|ie|il|in|io|is|it|jp|kr|lt|lu|lv|me|mx|ni|nl|no|nz|pa|pe|ph|pl|pr|pt|py|ro|rs|se|si|sk|sv|tr|tw|ua|uk|us|uy|"
    "ve|za)"
)
LABEL = r"[\p{L}\p{N}](?:[\p{L}\p{N}_-]*[\p{L}\p{N}])?"
PATH = r"(?::\d+)?(?:[/?#](?:[^\s<>\"]*[\p{L}\p{N}=_/#&+-])?)?"
URL = regex.compile(
    rf"(?<![\p{{L}}\p{{N}}@#$_.-])(?:https?://(?:{LABEL}\.)+[\p{{L}}]{{2,}}|(?:{LABEL}\.)+(?:{DOMAINS})(?![\p{{L}}\p{{N}}_@-])){PATH}",
    regex.IGNORECASE,
)
EMOJI = regex.compile(
    r"\p{RI}\p{RI}|[0-9#*]\uFE0F?\u20E3|\p{Extended_Pictographic}.+|\p{Emoji_Presentation}", regex.DOTALL
)


@dataclass(frozen=True, slots=True)
class ShortLink:
    start: int
    end: int
    url: str
    expanded: str


def weighted_length(text: str) -> int:
    text = unicodedata.normalize("NFC", text)
    links = len(URL.findall(text))
    rest = regex.findall(r"\X", URL.sub("\0", text))
    return links * URL_WEIGHT + sum(_weight(each) for each in rest)


def _weight(grapheme: str) -> int:
    if EMOJI.fullmatch(grapheme):
        return 2
    return sum(_light(ord(letter)) for letter in grapheme.replace("\0", ""))


def _light(point: int) -> int:
    return 1 if any(first <= point <= last for first, last in LIGHT) else 2


def is_valid(text: str) -> bool:
    return not INVALID.intersection(text)


def shorten(text: str) -> tuple[str, list[ShortLink]]:
    """The text as the API shows it: every URL behind t.co, and `&`, `<`, `>` as entities of HTML."""
    shown, links, position = "", [], 0
    for found in URL.finditer(text):
        shown += text[position : found.start()]
        url = new_short_link()
        expanded = found[0] if found[0].lower().startswith("http") else f"http://{found[0]}"
        links.append(ShortLink(len(shown), len(shown) + len(url), url, expanded))
        shown += url
        position = found.end()
    return escape(shown + text[position:], quote=False), links


def new_short_link() -> str:
    return "https://t.co/" + secrets.token_hex(5)


def cashtags(text: str) -> int:
    return len(regex.findall(r"(?<!\w)\$[A-Za-z]{1,6}\b", text))
