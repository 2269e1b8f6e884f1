"""What is known of a page that a post leads to: what its preview will say, or that nobody will find it."""

from dataclasses import dataclass

from bot.i18n import Words
from bot.render.room import inline
from bot.screen import Html

_ROOM = 120
_WARNINGS = {
    "silent": "preview.silent",
    "refused": "preview.refused",
    "unknown_host": "preview.unknown_host",
    "private": "preview.private",
}


@dataclass(frozen=True, slots=True)
class Page:
    """`address`: as people read it, without query. `fault`: silent, refused (with `status`), unknown_host, private."""

    address: str
    host: str
    title: str = ""
    fault: str = ""
    status: int = 0


def warning(page: Page, words: Words) -> Html:
    """Why people will not get there; empty when they will."""
    if not page.fault:
        return Html()
    shown = page.host if page.fault == "unknown_host" else page.address
    return words.html(_WARNINGS[page.fault], address=inline(shown, _ROOM), status=page.status)


def behind(link: str, page: Page | None, words: Words) -> Html:
    """What a network will show of this link."""
    if page is not None and page.fault:
        return warning(page, words)
    if page is not None and page.title:
        return words.html("preview.page", title=inline(page.title, _ROOM), host=inline(page.host, _ROOM))
    return words.html("preview.link", link=inline(link, 300))
