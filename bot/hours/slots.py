"""Which numbers may stand in the slots of a phrase."""

from collections.abc import Callable, Mapping

from bot.hours.words import Token

Slot = Callable[[Token], int | float | None]
"""What the number means there; None: it cannot stand there."""
YEARS = range(1900, 10_000)
IGNORED = "ignored"
"""What stands there is passed over."""


def figures(*lengths: int, allowed: range | None = None) -> Slot:
    def slot(token: Token) -> int | None:
        fits = token.figures and len(token.text) in lengths and (allowed is None or token.number in allowed)
        return token.number if fits else None

    return slot


def spoken(allowed: range = range(1000)) -> Slot:
    return lambda token: token.number if not token.figures and token.number in allowed else None


def either(first: Slot, second: Slot) -> Slot:
    def slot(token: Token) -> int | float | None:
        value = first(token)
        return second(token) if value is None else value

    return slot


def _count(token: Token) -> int | None:
    return token.number


def _padded(token: Token) -> int | None:
    return token.number if token.text.startswith("0") and len(token.text) == len("06") else None


def _fraction(token: Token) -> float | None:
    return float(f"0.{token.text}") if token.figures else None


def _year(token: Token) -> int | None:
    if not token.figures or token.number is None:
        return None
    year = token.number + 2000 if len(token.text) == len("26") else token.number
    return year if year in YEARS else None


def _hms(token: Token) -> int | None:
    """Six figures, or four without seconds."""
    scale = {6: 1, 4: 100}.get(len(token.text)) if token.figures else None
    return None if scale is None or token.number is None else token.number * scale


NUMBERS: Mapping[str, Slot] = {
    "hour": either(figures(1, 2), spoken()),
    "hour:bare": figures(1, 2, allowed=range(24)),
    "hour:late": figures(2, allowed=range(13, 25)),
    "hour:padded": _padded,
    "hour:dotted": figures(1, 2, allowed=range(25)),
    "minute": figures(2),
    "minute:any": _count,
    "minute:dotted": figures(2, allowed=range(60)),
    "minute:spoken": spoken(range(10, 60)),
    "minute:few": spoken(range(1, 60)),
    "second": figures(2),
    "fraction": _fraction,
    "count": _count,
    "count:early": either(figures(1, 2, allowed=range(1, 13)), spoken()),
    "more": _count,
    "day": either(figures(1, 2), spoken()),
    "day:bare": figures(1, 2, allowed=range(1, 32)),
    "month": figures(1, 2),
    "year": figures(4, allowed=YEARS),
    "year:any": _year,
    "ymd": figures(8, allowed=range(YEARS.start * 10_000, YEARS.stop * 10_000)),
    "hms": _hms,
    "zone_hours": figures(2, allowed=range(15)),
    "zone_minutes": figures(2, allowed=range(60)),
    "hhmm": figures(4, allowed=range(1500)),
    IGNORED: _fraction,
}
"""By name. What stands before the colon is what the value is to whoever makes something of it."""
