"""What went wrong and what can be done, from the stable code of an error. Plain text: the API says the same."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.i18n import Words
from bot.render.room import label
from publishers.engine.errors import Needs
from publishers.engine.model import Delivery, DeliveryStatus, Wait

_REASON = 240
_BY_NEED = {Needs.AUTHORIZATION: "not_permitted", Needs.EDIT: "rejected", Needs.HOUR: "late"}
_BY_WAIT = {
    Wait.LIMIT: "rate_limited",
    Wait.TURN: "turn",
    Wait.RETRY: "unavailable",
    Wait.HOUR: "scheduled",
    Wait.HOLD: "held",
    Wait.PAUSE: "paused",
}


@dataclass(frozen=True, slots=True)
class Failure:
    """`what` happened and what `todo`, both whole sentences; `short` leaves out the platform's own words."""

    what: str
    todo: str
    short: str


def failure(delivery: Delivery, platform: str, words: Words) -> Failure:
    """For a delivery with an error. `platform` is the title people know."""
    given = {name: label(value, _REASON) for name, value in delivery.params.items()}
    params = {**given, "platform": platform, "account": label(delivery.account_name)}
    key = _key(delivery, params, words)
    short = words(key, **params)
    return Failure(short + _own_words(given, key, words), words(f"{key}.todo", **params), short)


def _key(delivery: Delivery, params: Mapping[str, str], words: Words) -> str:
    """The text of this very code, else the general one of its kind. A doubt is told as a doubt, whatever caused it."""
    exact = f"error.{delivery.code}"
    if delivery.status is DeliveryStatus.UNCONFIRMED:
        return "error.unconfirmed"
    usable = words.knows(exact, [*params]) and words.knows(f"{exact}.todo", [*params])
    return exact if delivery.code and usable else f"error.{_kind(delivery)}"


def _kind(delivery: Delivery) -> str:
    if delivery.needs is not None:
        return _BY_NEED[delivery.needs]
    return _BY_WAIT.get(delivery.wait or Wait.RETRY, "unavailable")


def _own_words(given: Mapping[str, str], key: str, words: Words) -> str:
    """What the platform itself said, and where the earlier one is, when that is known."""
    said = words("error.said", reason=given["reason"]) if given.get("reason") else ""
    there = words("error.link", link=given["link"]) if given.get("link") and key == "error.duplicate" else ""
    return "".join(f" {sentence}" for sentence in (said, there) if sentence)
