"""The page on which a simulated network asks for permission, and sends the person back with the answer."""

from collections.abc import Mapping
from html import escape
from urllib.parse import urlencode, urlsplit

from bot.i18n import Words
from bot.sandbox.networks import Network
from bot.sandbox.page_bodies import Unclear
from publishers.wire.address import is_loopback


def consent_page(network: Network, query: Mapping[str, str], token: str, words: Words) -> str:
    """With a `redirect_uri` (and `state`) as in OAuth 2.0 (RFC 6749, 4.1): it leads to this machine only.

    `token` is the code it leads there with. Without one, allowing renews the permission by itself, and `token` proves
    that this page was read. Raises Unclear.
    """
    choices = _links(query, token, words) if "redirect_uri" in query else _form(token, words)
    title = words.html("sandbox.consent.title", network=network.title)
    asks = words.html("sandbox.consent.asks", network=network.title)
    simulated = words.html("sandbox.consent.simulated", network=network.title)
    return (
        '<!doctype html><html lang="es"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{title}</title><link rel="icon" href="/assets/icon.svg">'
        '<link rel="stylesheet" href="/assets/consent.css"></head>'
        f'<body><main><p class="icon">{escape(network.icon)}</p><h1>{title}</h1>'
        f'<p>{asks}</p><p class="simulated">{simulated}</p>{choices}</main></body></html>'
    )


def _links(query: Mapping[str, str], code: str, words: Words) -> str:
    back = query["redirect_uri"]
    parts = urlsplit(back)
    if parts.scheme not in {"http", "https"} or not is_loopback(parts.hostname or ""):
        raise Unclear("bad_field", name="redirect_uri")
    state = {"state": query["state"]} if "state" in query else {}
    yes = _link(back, {"code": code, **state})
    no = _link(back, {"error": "access_denied", **state})
    return (
        f'<p class="choices"><a class="yes" href="{escape(yes)}">{words.html("sandbox.consent.allow")}</a> '
        f'<a class="no" href="{escape(no)}">{words.html("sandbox.consent.cancel")}</a></p>'
    )


def _form(token: str, words: Words) -> str:
    return (
        f'<form class="choices" method="post"><input type="hidden" name="token" value="{escape(token)}">'
        f'<button class="yes">{words.html("sandbox.consent.allow")}</button> '
        f'<a class="no" href="/">{words.html("sandbox.consent.cancel")}</a></form>'
    )


def _link(back: str, answer: Mapping[str, str]) -> str:
    return f"{back}{'&' if '?' in back else '?'}{urlencode(answer)}"
