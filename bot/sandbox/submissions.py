"""What a bot may send to a simulated network: read strictly, so that a mistake of ours is refused and not shown."""

from typing import Any

from bot.sandbox.networks import Picture, Wanted

FIELDS = {"author", "format", "text", "pictures", "link", "reply_to"}
PICTURE = {"id", "width", "height", "alt"}


class Unreadable(Exception):
    """This is no submission."""


def wanted(account: str, body: Any) -> Wanted:
    """Raises Unreadable."""
    given = _record(body, FIELDS)
    pictures = given["pictures"]
    if not isinstance(pictures, list):
        raise Unreadable("pictures")
    what = Wanted(
        account=account,
        author=_text(given["author"]),
        format=_text(given["format"]),
        text=_text(given["text"]),
        pictures=tuple(_picture(each) for each in pictures),
        link=None if given["link"] is None else _text(given["link"]),
        reply_to=None if given["reply_to"] is None else _text(given["reply_to"]),
    )
    if not what.text and not what.pictures:
        raise Unreadable("nothing to publish")
    return what


def _picture(given: Any) -> Picture:
    fields = _record(given, PICTURE)
    return Picture(_text(fields["id"]), _size(fields["width"]), _size(fields["height"]), _text(fields["alt"]))


def _record(given: Any, fields: set[str]) -> dict[str, Any]:
    if not isinstance(given, dict) or set(given) != fields:
        raise Unreadable("fields")
    return given


def _text(given: Any) -> str:
    if not isinstance(given, str):
        raise Unreadable("text")
    return given


def _size(given: Any) -> int:
    if not isinstance(given, int) or isinstance(given, bool) or given < 1:
        raise Unreadable("size")
    return given
