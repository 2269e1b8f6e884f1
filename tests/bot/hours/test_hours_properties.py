"""What holds for every text, every instant and every zone."""

import string
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from bot.hours import Doubt, Hour, Impossible, Past, Reading, read
from bot.hours.english import VOCABULARY as ENGLISH
from bot.hours.grammar import expand
from bot.hours.spanish import VOCABULARY as SPANISH
from bot.hours.wall import Here

ZONES = [
    "Europe/Madrid",
    "Atlantic/Canary",
    "America/New_York",
    "America/Santiago",
    "America/Mexico_City",
    "America/Argentina/Buenos_Aires",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "Pacific/Kiritimati",
    "Pacific/Pago_Pago",
    "UTC",
]
zones = st.sampled_from(ZONES).map(ZoneInfo)
instants = st.datetimes(datetime(2024, 1, 1), datetime(2036, 1, 1)).map(  # noqa: DTZ001 -- the zone is put on below
    lambda at: at.replace(tzinfo=UTC)
)
vocabulary_words = sorted(
    {
        word
        for language in (SPANISH, ENGLISH)
        for words in (
            *(way for phrase in language.phrases for way in expand(phrase.template)),
            *language.slots.values(),
            language.numbers,
        )
        for word in words
        if not word.startswith("<")
    }
)
figures = st.one_of(
    st.integers(0, 40).map(str),
    st.integers(0, 99).map("{:02}".format),
    st.integers(0, 99_999_999).map(str),
    st.builds("{}:{:02}".format, st.integers(0, 30), st.integers(0, 70)),
    st.builds("{}/{}".format, st.integers(0, 40), st.integers(0, 20)),
    st.builds("{}/{}/{}".format, st.integers(0, 40), st.integers(0, 20), st.integers(0, 9999)),
)
sentences = st.lists(st.one_of(st.sampled_from(vocabulary_words), figures), min_size=1, max_size=8).map(" ".join)
texts = st.one_of(st.text(max_size=120), sentences, st.text(string.digits + ":/.-+tz ", max_size=40))


def mentioned(reading: Reading | None) -> list[datetime]:
    match reading:
        case None:
            return []
        case Hour(at):
            return [at]
        case Doubt(options) | Impossible(_, _, options):
            return list(options)
        case Past(_, later):
            return [later] if later else []


@given(texts, instants, zones)
def test_every_text_has_a_reading_or_none_and_all_it_offers_is_ahead(text: str, now: datetime, zone: ZoneInfo) -> None:
    reading = read(text, now, zone)
    for at in mentioned(reading):
        assert at.tzinfo is UTC
        assert now < at
    if isinstance(reading, Past):
        assert reading.at.tzinfo is UTC
        assert reading.at <= now
    if isinstance(reading, Doubt):
        assert len(reading.options) > 1
        assert list(reading.options) == sorted(set(reading.options))


@given(sentences, instants, zones)
def test_case_and_accents_change_nothing(text: str, now: datetime, zone: ZoneInfo) -> None:
    plain = read(text, now, zone)
    accented = text.replace("manana", "mañana").replace("miercoles", "miércoles").replace("ultima", "última")
    assert read(text.upper(), now, zone) == plain
    assert read(accented.title(), now, zone) == plain
    assert read(accented, now, zone) == plain


@given(instants, zones, st.timedeltas(timedelta(minutes=2), timedelta(days=700)))
def test_a_future_minute_written_out_is_read_back(now: datetime, zone: ZoneInfo, ahead: timedelta) -> None:
    at = (now + ahead).replace(second=0, microsecond=0)
    local = at.astimezone(zone)
    expected = Here(now, zone).instants(local.replace(tzinfo=None, fold=0))
    ahead_of_now = tuple(instant for instant in expected if instant > now)
    reading = Hour(at) if len(ahead_of_now) == 1 else Doubt(ahead_of_now)
    for layout in ("%d/%m/%Y %H:%M", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%d-%m-%Y a las %H:%M", "%d.%m.%Y %H.%M"):
        assert read(local.strftime(layout), now, zone) == reading


@given(instants, zones, st.timedeltas(timedelta(minutes=2), timedelta(days=700)))
def test_an_instant_with_its_offset_is_read_back_at_every_edge(now: datetime, zone: ZoneInfo, ahead: timedelta) -> None:
    at = (now + ahead).replace(second=0, microsecond=0)
    assert read(at.astimezone(zone).isoformat(), now, zone) == Hour(at)
    assert read(f"{at:%Y%m%dT%H%M%SZ}", now, zone) == Hour(at)


@given(instants, zones, st.integers(1, 60 * 24 * 700))
def test_so_many_minutes_are_exactly_so_many(now: datetime, zone: ZoneInfo, minutes: int) -> None:
    later = Hour(now + timedelta(minutes=minutes))
    assert read(f"en {minutes} minutos", now, zone) == later
    assert read(f"in {minutes} minutes", now, zone) == later
    assert read(f"dentro de {minutes} min", now, zone) == later


@given(instants, zones, st.integers(0, 23), st.integers(0, 59))
def test_an_hour_of_the_day_is_never_further_than_the_next_two_days(
    now: datetime, zone: ZoneInfo, hour: int, minute: int
) -> None:
    reading = read(f"{hour:02}:{minute:02}", now, zone)
    offered = mentioned(reading)
    assert offered
    assert offered[0] <= now + timedelta(hours=50)
    if isinstance(reading, Hour):
        local = reading.at.astimezone(zone)
        assert (local.hour, local.minute) == (hour, minute)


@given(st.lists(st.sampled_from(["pan", "con", "abrimos", "plaza", "euros"]), min_size=1, max_size=2), sentences)
def test_one_unknown_word_is_enough_for_no_time(unknown: list[str], text: str) -> None:
    now = datetime(2026, 11, 25, 14, tzinfo=UTC)
    assert read(f"{text} {' '.join(unknown)}", now, ZoneInfo("Europe/Madrid")) is None
