"""Where words lead: the value of a link as an address that can be followed."""

import re
from urllib.parse import quote

from adapters import links

FOLLOWED = frozenset({"http", "https", "mailto", "tel"})
_SCHEME = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):(?!\d+(?:/|$))")
_UNSENDABLE = re.compile(r"[\s\x00-\x20\x7f<>\"\\^`{|}]")
_FRONT = re.compile(r"^(?:https?://)?(?:www\.)?", re.IGNORECASE)


def href(value: str) -> str:
    """With its scheme; "" for what nobody can follow, or what only one app can."""
    value = _UNSENDABLE.sub(lambda found: quote(found[0]), value.strip())
    scheme = _SCHEME.match(value)
    if scheme is not None:
        return value if scheme["scheme"].lower() in FOLLOWED and len(value) > scheme.end() else ""
    found = links.find(value)
    return f"https://{value}" if found and found[0].start == 0 else ""


def shown(value: str) -> str:
    """As it stands in plain text: an address of the web whole, of a letter or a telephone without its scheme."""
    address = href(value)
    scheme, _, rest = address.partition(":")
    return address if scheme.lower() in {"http", "https"} else rest


def alike(url: str) -> str:
    """Equal for what a reader takes for the same address."""
    return _FRONT.sub("", url.strip()).rstrip("/").casefold()
