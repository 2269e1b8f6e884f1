"""Every word a person reads, by a stable key, in their language and their zone.

One file per language, `locales/<locale>/LC_MESSAGES/pregonero.po`; its message ids are keys ("card.approve"). Files
are compiled in memory at first use. A missing key or parameter raises KeyError: a test proves that none is missing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from string import Formatter

from babel.dates import format_date, format_skeleton
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from bot.hours.zones import city
from bot.screen import Html, escape

LOCALES = Path(__file__).parent / "locales"
DOMAIN = "pregonero"
_NEAR_DAYS = 7
_MINUTE = timedelta(minutes=1)
_MONDAY = date(2000, 1, 3)
_LONG = 10 * 60
"""From so many minutes on, single ones no longer matter."""


class _NoSuchKey(NullTranslations):
    """Stands behind a catalogue: what it does not know is a mistake, never shown as a key."""

    def gettext(self, message: str) -> str:
        raise KeyError(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        raise KeyError(f"{msgid1} ({msgid2}, {n})")


def source(locale: str) -> Path:
    return LOCALES / locale / "LC_MESSAGES" / f"{DOMAIN}.po"


@cache
def catalogue(locale: str) -> GNUTranslations:
    """The texts of one language. Raises LookupError when there is no such language."""
    if locale not in languages():
        raise LookupError(f"no catalogue for {locale}; there are: {', '.join(languages())}")
    compiled = BytesIO()
    with source(locale).open("rb") as file:
        write_mo(compiled, read_po(file, locale=locale))
    compiled.seek(0)
    texts = GNUTranslations(compiled)
    texts.add_fallback(_NoSuchKey())
    return texts


@cache
def languages() -> tuple[str, ...]:
    return tuple(sorted(file.parent.parent.name for file in LOCALES.glob(f"*/LC_MESSAGES/{DOMAIN}.po")))


def nearest(wanted: str | None, default: str) -> str:
    """The language we have for a tag such as "es-MX", else `default`."""
    language = (wanted or "").replace("_", "-").split("-")[0].lower()
    return language if language in languages() else default


@cache
def fields(template: str) -> frozenset[str]:
    """Names of the parameters a text needs."""
    return frozenset(name for _, name, _, _ in Formatter().parse(template) if name)


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of one language for someone in one zone. Calling it gives plain text, `html` gives Telegram HTML."""

    locale: str
    zone: tzinfo

    def __call__(self, key: str, **params: object) -> str:
        return self._text(key).format_map(params)

    def plural(self, key: str, n: int, **params: object) -> str:
        """The form for `n`, which is also the parameter {n}."""
        return self._form(key, n).format_map({"n": n, **params})

    def html(self, key: str, **params: object) -> Html:
        """As calling it, with parameters escaped unless they are Html themselves."""
        return Html(self._text(key).format_map(_escaped(params)))

    def html_plural(self, key: str, n: int, **params: object) -> Html:
        return Html(self._form(key, n).format_map(_escaped({"n": n, **params})))

    def knows(self, key: str, params: Sequence[str] = ()) -> bool:
        """Whether there is such a text and these parameters are all it needs."""
        try:
            return fields(self._text(key)) <= set(params)
        except KeyError:
            return False

    def when(self, moment: datetime, now: datetime) -> str:
        """'a las 10:05' · 'mañana a las 9:00' · 'el viernes 27 a las 18:30' · 'el lunes 7 de diciembre a las 8:00'."""
        at, key = self.at(moment), self._day_key(moment, now)
        return at if key is None else self(key, at=at, **self._day(moment))

    def day_ago(self, moment: datetime, now: datetime) -> str:
        """'hoy' · 'ayer' · 'el martes' · 'el 3 de noviembre': a day gone by, in the last year."""
        there, here = moment.astimezone(self.zone).date(), now.astimezone(self.zone).date()
        days = (here - there).days
        near = "time.ago.week" if days < _NEAR_DAYS else "time.ago.far"
        return self({0: "time.ago.today", 1: "time.ago.yesterday"}.get(days, near), **self._day(moment))

    def at(self, moment: datetime) -> str:
        """'a las 10:05'."""
        return self._clock("time.at", moment)

    def exactly(self, moment: datetime) -> str:
        """'a las 10:05:30'."""
        local = moment.astimezone(self.zone)
        return self.plural("time.at", local.hour, clock=f"{self.clock(moment)}:{local.second:02}")

    def clock(self, moment: datetime) -> str:
        """'10:05'."""
        local = moment.astimezone(self.zone)
        return f"{local.hour}:{local.minute:02}"

    def on(self, moment: datetime, now: datetime) -> str:
        """'el viernes 27 de noviembre a las 18:30': as true tomorrow as it is today."""
        same_year = moment.astimezone(self.zone).year == now.astimezone(self.zone).year
        key = "time.far" if same_year else "time.farther"
        return self._twice(moment, self(key, at=self.at(moment), **self._day(moment)))

    def moment(self, moment: datetime) -> str:
        """'viernes 27 de noviembre de 2026, 18:30 (Madrid)': nothing is left to guess."""
        told = self("time.moment", clock=self.clock(moment), place=self.place(), **self._day(moment))
        return self._twice(moment, told)

    def brief(self, moment: datetime, now: datetime) -> str:
        """'hoy 18:30' · 'mañana 9:00' · 'vie, 27 nov, 18:30' · 'mar, 5 ene 2027, 9:00': for a button."""
        there, here = moment.astimezone(self.zone).date(), now.astimezone(self.zone).date()
        near = {0: "time.brief.today", 1: "time.brief.tomorrow"}.get((there - here).days)
        if near is not None:
            return self._twice(moment, self(near, clock=self.clock(moment)), "time.brief.")
        day = format_skeleton("MMMEd" if there.year == here.year else "yMMMEd", there, locale=self.locale)
        return self._twice(moment, self("time.brief", day=day, clock=self.clock(moment)), "time.brief.")

    def day_of(self, day: int, month: int) -> str:
        """'30 de febrero', whether there is such a day or not; months beyond the year by their number."""
        if not 1 <= month <= 12:  # noqa: PLR2004 -- months
            return f"{day}/{month}"
        name = format_date(date(2000, month, 1), "MMMM", locale=self.locale)
        return self("time.day_of", day=day, month=name)

    def weekday(self, number: int) -> str:
        """'lunes' for 0."""
        return format_date(_MONDAY + timedelta(days=number), "EEEE", locale=self.locale)

    def place(self) -> str:
        """The zone, as people call it: 'Madrid'."""
        return city(str(self.zone), self.locale)

    def lasting(self, span: timedelta) -> str:
        """'25 min' · '2 h y 5 min' · '14 h' · '3 días y 2 h': two units at most, the smaller one rounded."""
        minutes = round(span / _MINUTE)
        if minutes <= 0:
            return self("time.lasting.moment")
        if minutes >= _LONG:
            minutes = round(minutes / 60) * 60
        days, hours, left = minutes // 1440, minutes // 60 % 24, minutes % 60
        units = (("time.lasting.days", days), ("time.lasting.hours", hours), ("time.lasting.minutes", left))
        told = [self.plural(key, count) for key, count in units if count]
        return self("list.and", first=told[0], last=told[1]) if len(told) > 1 else told[0]

    def until(self, moment: datetime, now: datetime) -> str:
        """'hasta las 12:40' · 'hasta mañana a las 9:00' · …"""
        if self._day_key(moment, now) is None:
            return self._clock("time.until_today", moment)
        return self("time.until", when=self.when(moment, now))

    def day(self, moment: datetime, now: datetime) -> str:
        """'Hoy' · 'Mañana' · 'Viernes 27 de noviembre' · 'Viernes 1 de enero de 2027': the head of a list."""
        there, here = moment.astimezone(self.zone).date(), now.astimezone(self.zone).date()
        far = "time.day.this_year" if there.year == here.year else "time.day.other_year"
        text = self({0: "time.day.today", 1: "time.day.tomorrow"}.get((there - here).days, far), **self._day(moment))
        return text[0].upper() + text[1:]

    def date(self, moment: datetime) -> str:
        """'25 de diciembre de 2026'."""
        return self("time.date", **self._day(moment))

    def money(self, amount: Decimal, currency: str) -> str:
        """'0,20 USD'."""
        return self("cost.amount", amount=format_decimal(amount, "#,##0.00#", locale=self.locale), currency=currency)

    def names(self, names: Sequence[str]) -> str:
        """'A, B y C', without repeating a name; Spanish says 'e' before the sound i."""
        if not names:
            return self("list.none")
        *first, last = dict.fromkeys(names)
        if not first:
            return last
        key = "list.and_before_i" if _sounds_like_i(last) else "list.and"
        return self(key, first=", ".join(first), last=last)

    def _text(self, key: str) -> str:
        return catalogue(self.locale).gettext(key)

    def _form(self, key: str, n: int) -> str:
        return catalogue(self.locale).ngettext(key, f"{key}.other", n)

    def _clock(self, key: str, moment: datetime) -> str:
        return self.plural(key, moment.astimezone(self.zone).hour, clock=self.clock(moment))

    def _twice(self, moment: datetime, told: str, family: str = "time.") -> str:
        """Which of the two, where the clocks show the same hour twice."""
        local = moment.astimezone(self.zone)
        if local.replace(fold=0).utcoffset() == local.replace(fold=1).utcoffset():
            return told
        return self(f"{family}second" if local.fold else f"{family}first", told=told)

    def _day_key(self, moment: datetime, now: datetime) -> str | None:
        """How far away the day is; None: today."""
        there, here = moment.astimezone(self.zone).date(), now.astimezone(self.zone).date()
        days = (there - here).days
        if abs(days) < _NEAR_DAYS:
            return {0: None, 1: "time.tomorrow", -1: "time.yesterday"}.get(days, "time.near")
        return "time.far" if there.year == here.year else "time.farther"

    def _day(self, moment: datetime) -> dict[str, object]:
        day = moment.astimezone(self.zone).date()
        weekday, month = (format_date(day, pattern, locale=self.locale) for pattern in ("EEEE", "MMMM"))
        return {"weekday": weekday, "day": day.day, "month": month, "year": day.year}


def _escaped(params: dict[str, object]) -> dict[str, object]:
    return {
        name: escape(value) if isinstance(value, str) and not isinstance(value, Html) else value
        for name, value in params.items()
    }


def _sounds_like_i(word: str) -> bool:
    start = word.casefold().removeprefix("h")
    return start.startswith(("i", "í")) and not start.startswith(("ia", "ie", "io"))
