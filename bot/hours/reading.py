"""The door: a text that a person typed about time, and what it means.

What is ambiguous is read like this; whoever calls repeats the weekday, the date and the hour before taking it:

- An hour without a day is the next one; a weekday is the next one whose hour is ahead, "próximo" never today. "La
  semana que viene" is its Monday, "el fin de semana" its Saturday.
- 1 to 7 as on the face of a clock ("a las 6", "seis y media") is asked for; 8 to 12 is the morning and noon. Minutes
  in figures, a zero in front and "h" mean 24 hours: "6:00", "06", "6h". "2 horas" is a span, "18 horas" an hour.
- A night belongs to the day it begins on: Friday at twelve or at two "de la noche", and Friday's midnight, are on
  Saturday's date. "De la madrugada" and "am" stay on their day. Twelve "de la mañana" is noon.
- Hours and minutes from now are elapsed time; days, weeks and months keep the hour on the wall.
- A day without an hour is 10:00, a part of the day its usual hour; today it is the next usual one.
- The day comes before the month, unless there is no such month. A date without a year is the next one, but one that
  was over less than three months ago is taken for a mistake. "Viernes 18" is an hour, and a date where both fit.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timezone, tzinfo
from functools import cache

from bot.hours import english, spanish
from bot.hours.grammar import Grammar
from bot.hours.meaning import resolve, too_far
from bot.hours.outcome import Impossible, Reading
from bot.hours.sentence import Clash, Sentence, best
from bot.hours.wall import Here
from bot.hours.words import tokens

VOCABULARIES = {"es": spanish.VOCABULARY, "en": english.VOCABULARY}


def read(text: str, now: datetime, zone: tzinfo, languages: Sequence[str] = ("es", "en")) -> Reading | None:
    """What `text` means at `now` (aware) for a person in `zone`; None: it is no time at all.

    One word that the grammar does not know is enough for None. The first language that makes sense of it holds;
    languages without a grammar are passed over.
    """
    here = Here(now.astimezone(UTC), zone)
    readings = (_read(text, here, grammar(language)) for language in languages if language in VOCABULARIES)
    return next((reading for reading in readings if reading is not None), None)


@cache
def grammar(language: str) -> Grammar:
    return Grammar(VOCABULARIES[language])


def _read(text: str, here: Here, grammar: Grammar) -> Reading | None:
    words = tokens(text, grammar.vocabulary)
    if not words:
        return None
    try:
        return _meant(best(grammar.ways(words)), here)
    except OverflowError:  # more hours, or years, than a calendar has
        return too_far()


def _meant(said: Sentence | Clash | None, here: Here) -> Reading | None:
    if said is None:
        return None
    if isinstance(said, Clash):
        return Impossible("two_times", {}, ())
    return resolve(said, here if said.offset is None else replace(here, zone=timezone(said.offset)))
