"""The door: a text that a person typed about time, and what it means."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timezone, tzinfo
from functools import cache

from bot.hours import english, spanish
from bot.hours.grammar import Grammar
from bot.hours.meaning import resolve, too_far
from bot.hours.outcome import Impossible, Reading
from bot.hours.sentence import Clash, best
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
    try:
        said = best(grammar.ways(words)) if words else None
    except OverflowError:  # more hours than a calendar has
        return too_far()
    if said is None:
        return None
    if isinstance(said, Clash):
        return Impossible("two_times", {}, ())
    if said.offset is not None:
        here = replace(here, zone=timezone(said.offset))
    return resolve(said, here)
