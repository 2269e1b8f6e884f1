"""The page on which a simulated network asks for permission, and sends the person back with the answer."""

import secrets
from html import escape
from urllib.parse import urlencode, urlsplit

from bot.i18n import Words
from bot.sandbox.networks import Network
from bot.sandbox.page_bodies import Unclear
from publishers.wire.address import is_loopback


def consent_page(network: Network, query: dict[str, str], words: Words) -> str:
    """`redirect_uri` and `state` as in OAuth 2.0 (RFC 6749, 4.1). Raises Unclear: it leads to this machine only."""
    back = query.get("redirect_uri", "")
    parts = urlsplit(back)
    if parts.scheme not in {"http", "https"} or not is_loopback(parts.hostname or ""):
        raise Unclear("bad_field", name="redirect_uri")
    state = {"state": query["state"]} if "state" in query else {}
    yes = _link(back, {"code": secrets.token_urlsafe(24), **state})
    no = _link(back, {"error": "access_denied", **state})
    name = words.html("sandbox.consent.title", network=network.title)
    asks = words.html("sandbox.consent.asks", network=network.title)
    simulated = words.html("sandbox.consent.simulated", network=network.title)
    allow, cancel = words.html("sandbox.consent.allow"), words.html("sandbox.consent.cancel")
    return (
        '<!doctype html><html lang="es"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{name}</title><link rel="stylesheet" href="/assets/style.css"></head>'
        f'<body class="consent"><main><p class="icon">{escape(network.icon)}</p><h1>{name}</h1>'
        f'<p>{asks}</p><p class="simulated">{simulated}</p>'
        f'<p class="choices"><a class="yes" href="{escape(yes)}">{allow}</a> '
        f'<a class="no" href="{escape(no)}">{cancel}</a></p></main></body></html>'
    )


def _link(back: str, answer: dict[str, str]) -> str:
    return f"{back}{'&' if '?' in back else '?'}{urlencode(answer)}"
