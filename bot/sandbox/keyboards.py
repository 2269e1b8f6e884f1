"""What may hang below a message: buttons, or a question that waits for an answer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.sandbox.links import link_fault
from bot.sandbox.refusal import Refused, bad_request

MOST_BUTTONS = 100
MOST_DATA = 64
MOST_COPIED = 256
MOST_PLACEHOLDER = 64
_FIELDS = {"text", "callback_data", "url", "copy_text", "style"}
_STYLES = (None, "danger", "success", "primary")
_OTHER_MARKUPS = {
    "force_reply": {"force_reply", "input_field_placeholder", "selective"},
    "keyboard": {
        "keyboard",
        "is_persistent",
        "resize_keyboard",
        "one_time_keyboard",
        "input_field_placeholder",
        "selective",
    },
    "remove_keyboard": {"remove_keyboard", "selective"},
}


@dataclass(frozen=True, slots=True)
class Button:
    """One button below a message: exactly one of `data`, `url`, `copies` says what it does."""

    text: str
    data: str | None = None
    url: str | None = None
    copies: str | None = None
    style: str | None = None


Rows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Markup:
    """`rows` for buttons of the message itself; `asks` for the others, as they came (force_reply, keyboard …)."""

    rows: Rows = ()
    asks: dict[str, Any] = field(default_factory=dict)


def read_markup(given: Any) -> Markup:
    """The reply_markup of a new message. Raises Refused."""
    if given is None:
        return Markup()
    if not isinstance(given, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in given:
        return Markup(rows=read_rows(given))
    for name, known in _OTHER_MARKUPS.items():
        if name in given:
            return Markup(asks=_asking(given, known))
    raise bad_request("can't parse reply keyboard markup JSON object")


def read_rows(given: Any) -> Rows:
    """The reply_markup of an edited message: buttons or nothing."""
    if given is None:
        return ()
    if not isinstance(given, dict) or "inline_keyboard" not in given:
        raise bad_request("inline keyboard expected")
    _only(given, {"inline_keyboard"}, "reply markup")
    rows = given["inline_keyboard"]
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('can\'t parse inline keyboard markup: Field "inline_keyboard" must be of type Array')
    read = tuple(tuple(_button(button) for button in row) for row in rows if row)
    if sum(len(row) for row in read) > MOST_BUTTONS:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    return read


def keyboard_json(rows: Rows) -> dict[str, Any]:
    return {"inline_keyboard": [[_button_json(button) for button in row] for row in rows]}


def _button(given: Any) -> Button:
    if not isinstance(given, dict):
        raise _unreadable("Expected an Object")
    _only(given, _FIELDS, "inline keyboard button")
    text = given.get("text")
    if not isinstance(text, str) or not text.strip():
        raise _unreadable('Can\'t find field "text"')
    actions = [name for name in ("callback_data", "url", "copy_text") if given.get(name)]
    if not actions:
        raise _unreadable("Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad_request("the sandbox takes exactly one action per inline keyboard button")
    if given.get("style") not in _STYLES:
        raise bad_request("BUTTON_STYLE_INVALID")
    return Button(text, _data(given), _url(given), _copied(given), given.get("style"))


def _data(given: dict[str, Any]) -> str | None:
    data = given.get("callback_data")
    if data is not None and not (isinstance(data, str) and 0 < len(data.encode()) <= MOST_DATA):
        raise bad_request("BUTTON_DATA_INVALID")
    return data


def _url(given: dict[str, Any]) -> str | None:
    url = given.get("url")
    if url is not None and (fault := link_fault(str(url))):
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: {fault}")
    return url


def _copied(given: dict[str, Any]) -> str | None:
    if "copy_text" not in given:
        return None
    copied = given["copy_text"].get("text") if isinstance(given["copy_text"], dict) else None
    if not isinstance(copied, str) or not 0 < len(copied) <= MOST_COPIED:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
    return copied


def _asking(given: dict[str, Any], known: set[str]) -> dict[str, Any]:
    _only(given, known, "reply markup")
    placeholder = given.get("input_field_placeholder", "")
    if not isinstance(placeholder, str) or len(placeholder) > MOST_PLACEHOLDER:
        raise bad_request("INPUT_FIELD_PLACEHOLDER_INVALID")
    if "keyboard" in given and not _all_rows(given["keyboard"]):
        raise bad_request('can\'t parse reply keyboard markup: Field "keyboard" must be of type Array')
    return dict(given)


def _all_rows(rows: Any) -> bool:
    return isinstance(rows, list) and all(isinstance(row, list) for row in rows)


def _only(given: dict[str, Any], known: Sequence[str] | set[str], what: str) -> None:
    for name in given:
        if name not in known:
            raise bad_request(f"the sandbox does not know field '{name}' of {what}")


def _unreadable(reason: str) -> Refused:
    return bad_request(f"can't parse inline keyboard button: {reason}")


def _button_json(button: Button) -> dict[str, Any]:
    copies = {"text": button.copies} if button.copies is not None else None
    fields = {
        "text": button.text,
        "callback_data": button.data,
        "url": button.url,
        "copy_text": copies,
        "style": button.style,
    }
    return {name: value for name, value in fields.items() if value is not None}
