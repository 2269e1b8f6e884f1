import ast
import re
import string
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from babel.messages.pofile import read_po
from render_samples import EN, ES, MADRID, NOW, read

import adapters
import bot
from adapters.card import TEMPLATES
from bot import i18n
from bot.handlers.looks import FITS
from bot.handlers.team import ROLES
from bot.i18n import Words, catalogue, fields, languages, nearest, source
from bot.render import COMMANDS
from bot.render.needs import Need
from bot.screen import Html
from publishers.engine import errors
from publishers.engine.loading import known_platforms, load_platforms
from publishers.engine.model import JobStatus

BOT = Path(bot.__file__).parent
ADAPTERS = Path(adapters.__file__).parent
PLAIN = ("button.", "error.", "time.", "language.", "command.", "talk.")
"""Families that go where Telegram reads no HTML."""


def messages(locale: str) -> dict[str, tuple[str, ...]]:
    with source(locale).open("rb") as file:
        read_all = read_po(file, locale=locale)
    return {
        message.id if isinstance(message.id, str) else message.id[0]: (
            (message.string,) if isinstance(message.string, str) else tuple(message.string)
        )
        for message in read_all
        if message.id
    }


TEXTS = {locale: messages(locale) for locale in languages()}
SPANISH = TEXTS["es"]


# -- the two languages say the same ------------------------------------------------------------------------------


def test_both_languages_are_there() -> None:
    assert languages() == ("en", "es")


def test_both_languages_have_the_same_keys_in_the_same_order() -> None:
    assert list(TEXTS["en"]) == list(SPANISH)


@pytest.mark.parametrize("key", SPANISH)
def test_both_languages_use_the_same_parameters(key) -> None:
    def used(texts):
        return [fields(text) - {"n", "month", "weekday", "year"} for text in texts]

    assert len(TEXTS["en"][key]) == len(SPANISH[key])
    assert used(TEXTS["en"][key]) == used(SPANISH[key])


@pytest.mark.parametrize("locale", languages())
def test_nothing_is_left_empty_and_all_is_well_formed_html(locale) -> None:
    for key, texts in TEXTS[locale].items():
        for text in texts:
            assert text.strip() or key == "accounts.main"
            visible, _ = read(text)
            assert "<" not in text if key.startswith(PLAIN) else visible


@pytest.mark.parametrize("locale", languages())
def test_plural_texts_have_the_forms_of_their_language(locale) -> None:
    with source(locale).open("rb") as file:
        read_all = read_po(file, locale=locale)
    assert read_all.num_plurals == 2
    assert {len(message.string) for message in read_all if not isinstance(message.id, str)} == {2}


def test_no_text_names_a_platform() -> None:
    names = {path.stem for path in (BOT.parent / "publishers").glob("*.py")} - {"__init__"}
    assert len(names) > 1
    told = " ".join(text.casefold() for texts in TEXTS.values() for each in texts.values() for text in each)
    assert [name for name in names if re.search(rf"\b{name}\b", told)] == []


# -- what the code uses and what the catalogue has --------------------------------------------------------------


def trees(folder: Path) -> list[tuple[Path, ast.AST]]:
    files = [path for path in sorted(folder.rglob("*.py")) if "sandbox" not in path.relative_to(folder).parts]
    return [(path, ast.parse(path.read_text(encoding="utf-8"))) for path in files]


def strings(tree: ast.AST) -> Iterator[str]:
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside:
            yield node.value


FAMILIES = {key.split(".")[0] for key in SPANISH}
KEY = re.compile(rf"(?:{'|'.join(sorted(FAMILIES))})(?:\.[a-z_]+)+")
USED = {text for _, tree in trees(BOT) for text in strings(tree) if KEY.fullmatch(text)}
FAULTS = {
    text
    for folder in (ADAPTERS, BOT)
    for _, tree in trees(folder)
    for text in strings(tree)
    if re.fullmatch(r"picture_[a-z_]+[a-z]", text)
}
"""Codes of pictures that cannot be used."""
FORMATS = {
    form
    for platform in known_platforms()
    for form in load_platforms({platform: None}, today=NOW.date())[platform].platform.profile.formats
}
IMPOSSIBLE = ("no_such_day", "no_such_hour", "skipped_hour", "too_far", "two_times", "other_weekday")
"""Codes of hours that cannot be."""
BUILT = {
    "error.": {key for key in SPANISH if key.startswith("error.")} - {"error.said", "error.link"},
    "note.": {key for key in SPANISH if key.startswith("note.")},
    "command.": {f"command.{name}" for name in COMMANDS},
    "fault.": {f"fault.{code}" for code in FAULTS},
    "format.": {f"format.{form}" for form in FORMATS},
    "fit.": {f"fit.{fit}{told}" for fit in FITS for told in ("", ".told")},
    "design.": {f"design.{template}" for template in TEMPLATES},
    "language.": {f"language.{locale}" for locale in languages()},
    "live.head.": {f"live.head.{state}" for state in JobStatus},
    "live.choice.": {f"live.choice.{need}" for need in Need},
    "sandbox.": {key for key in SPANISH if key.startswith("sandbox.")},  # held by the tests of the sandbox page
    "hour.": {f"hour.{code}" for code in IMPOSSIBLE},
    "time.": {f"time.{family}{which}" for family in ("", "brief.") for which in ("first", "second")},
    "earlier.": {f"earlier.{when}.{how}" for when in ("published", "planned", "coming") for how in ("same", "alike")},
    "role.": {f"role.{role.name.lower()}" for role in ROLES},
    "button.invite.": {f"button.invite.{role.name.lower()}" for role in ROLES},
    "alert.ended.": {f"alert.ended.{state}" for state in ("published", "partial", "failed", "skipped")},
}
"""Keys that are put together while running: from the codes, states and names they end in."""


def test_every_key_in_the_code_is_in_the_catalogue() -> None:
    assert USED - set(SPANISH) == set()


def test_every_key_in_the_catalogue_is_used() -> None:
    assert set(SPANISH) - USED - set().union(*BUILT.values()) == set()


def test_every_family_that_is_put_together_is_complete() -> None:
    for built in BUILT.values():
        assert built <= set(SPANISH)


def calls_with_keys() -> Iterator[tuple[str, str, set[str], str]]:
    """(place, key, names of the parameters given) for every call that names a key and spreads no mapping."""
    for path, tree in trees(BOT):
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call) or any(keyword.arg is None for keyword in node.keywords):
                continue
            for argument in node.args:
                if isinstance(argument, ast.Constant) and argument.value in SPANISH:
                    names = {keyword.arg for keyword in node.keywords}
                    yield f"{path.name}:{node.lineno}", argument.value, names, ast.unparse(node.func)


def test_every_call_gives_all_parameters_of_its_text() -> None:
    takes_whole_text = re.compile(r"(^|\.)(words|html|plural|html_plural|say|tell|done|_clock|self)$")
    checked = 0
    for place, key, names, function in calls_with_keys():
        if not takes_whole_text.search(function):
            continue
        given = names | ({"n"} if "plural" in function else set()) | ({"clock"} if "_clock" in function else set())
        missing = set().union(*(fields(text) for text in SPANISH[key])) - given
        assert not missing, f"{place} {key} lacks {missing}"
        checked += 1
    assert checked > 80


def test_every_error_of_the_engine_has_its_text() -> None:
    families = [errors.PublishingError]
    for family in families:
        families += family.__subclasses__()
    codes = {family.default_code for family in families[1:]}
    assert {f"error.{code}" for code in codes} <= set(SPANISH)


ERRORS = {name for name, value in vars(errors).items() if isinstance(value, type)}


def raised_codes() -> Iterator[tuple[str, object]]:
    """From `code=…` and from the rows of fault tables, which begin with an error class and its code."""
    folder = BOT.parent / "publishers"
    for path, tree in trees(folder):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                given = [keyword.value for keyword in node.keywords if keyword.arg == "code"]
                if len(node.args) > 1 and ast.unparse(node.args[0]) in ERRORS:
                    given.append(node.args[1])
                yield from ((path.name, value.value) for value in given if isinstance(value, ast.Constant))


def test_every_code_raised_by_name_has_its_text() -> None:
    raised = {(place, code) for place, code in raised_codes() if isinstance(code, str)}
    assert {(place, code) for place, code in raised if f"error.{code}" not in SPANISH} == set()
    assert len(raised) > 20


def test_every_error_says_what_can_be_done() -> None:
    said = {key for key in SPANISH if key.startswith("error.")} - {"error.said", "error.link"}
    assert {key.removesuffix(".todo") + ".todo" for key in said} == {key for key in said if key.endswith(".todo")}


def noted() -> dict[str, set[str]]:
    """Notes the adapter writes: code → names of the parameters."""
    found = {}
    for _, tree in trees(ADAPTERS):
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "Note":
                code, *params = node.args or [None]
                if isinstance(code, ast.Constant):
                    found[code.value] = {key.value for each in params[:1] for key in each.keys}
    return found


def test_every_note_of_the_adapter_has_its_text() -> None:
    assert {f"note.{code}" for code in noted()} == BUILT["note."]


def test_every_fault_of_a_picture_gives_all_parameters_of_its_text() -> None:
    given = {"picture_too_heavy": {"megabytes", "most"}, "picture_too_large": {"megapixels", "most"}}
    given |= {"picture_too_long": {"width", "height", "most"}, "picture_unfit": {"kilobytes"}}
    given |= {"picture_over_telegram": {"most"}}
    for code in FAULTS:
        assert fields(SPANISH[f"fault.{code}"][0]) <= given.get(code, set())


@pytest.mark.parametrize("locale", languages())
def test_every_note_gives_all_parameters_of_its_text(locale) -> None:
    for code, given in noted().items():
        assert fields(TEXTS[locale][f"note.{code}"][0]) <= given


# -- how words are found ----------------------------------------------------------------------------------------


def loading_seconds() -> float:
    catalogue.cache_clear()
    start = time.process_time()
    catalogue("es")
    return time.process_time() - start


def reading_seconds() -> float:
    """What cannot be done without."""
    start = time.process_time()
    with source("es").open("rb") as file:
        read_po(file)
    return time.process_time() - start


def test_loading_is_not_much_more_than_reading() -> None:
    assert min(loading_seconds() for _ in range(3)) < 5 * min(reading_seconds() for _ in range(3))


def test_a_missing_key_raises() -> None:
    with pytest.raises(KeyError, match=r"card\.nothing"):
        ES("card.nothing")
    with pytest.raises(KeyError, match=r"card\.nothing"):
        ES.plural("card.nothing", 2)


def test_a_missing_parameter_raises() -> None:
    with pytest.raises(KeyError, match="command"):
        ES("reply.unknown_command")


def test_an_unknown_language_raises() -> None:
    with pytest.raises(LookupError, match="no catalogue for tlh; there are: en, es"):
        Words("tlh", MADRID)("reply.blank")


@pytest.mark.parametrize(
    ("wanted", "given"),
    [
        ("es", "es"),
        ("es-MX", "es"),
        ("EN_us", "en"),
        ("en-GB-oxendict", "en"),
        ("pt-br", "es"),
        ("", "es"),
        (None, "es"),
    ],
)
def test_the_nearest_language(wanted, given) -> None:
    assert nearest(wanted, "es") == given


def test_html_escapes_what_comes_from_outside_and_leaves_what_is_ours() -> None:
    assert ES.html("card.line.on", name="<b>", what=Html("<b>x</b>")) == "✅ &lt;b&gt;: <b>x</b>"
    assert ES("button.on", name="<b>") == "✅ <b>"


def test_braces_from_outside_stay_as_they_are() -> None:
    assert ES("reply.unknown_command", command="{id}") == "No conozco /{id}. Con /ayuda ves todo lo que sé hacer."


@pytest.mark.parametrize(
    ("n", "spanish", "english"),
    [
        (1, "🖼 Con una imagen", "🖼 With one picture"),
        (2, "🖼 Con 2 imágenes", "🖼 With 2 pictures"),
        (0, "🖼 Con 0 imágenes", "🖼 With 0 pictures"),
    ],
)
def test_plural_forms(n, spanish, english) -> None:
    assert ES.plural("card.pictures", n) == spanish
    assert EN.html_plural("card.pictures", n) == english


def test_known_texts_and_their_parameters() -> None:
    assert ES.knows("reply.stranger", ["id", "more"])
    assert not ES.knows("reply.stranger")
    assert not ES.knows("reply.nobody")


def test_every_formatter_field_is_a_plain_name() -> None:
    for texts in TEXTS.values():
        for each in texts.values():
            for text in each:
                for _, name, spec, conversion in string.Formatter().parse(text):
                    assert name is None or (name.isidentifier() and not spec and conversion is None)


# -- times ------------------------------------------------------------------------------------------------------


def at(day: int, hour: int, minute: int = 0, month: int = 11, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=MADRID).astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "spanish", "english"),
    [
        (at(21, 10, 5), "a las 10:05", "at 10:05"),
        (at(21, 1, 30), "a la 1:30", "at 1:30"),
        (at(21, 13, 0), "a las 13:00", "at 13:00"),
        (at(21, 0, 7), "a las 0:07", "at 0:07"),
        (at(22, 9), "mañana a las 9:00", "tomorrow at 9:00"),
        (at(20, 23, 59), "ayer a las 23:59", "yesterday at 23:59"),
        (at(27, 18, 30), "el viernes 27 a las 18:30", "on Friday 27 at 18:30"),
        (at(16, 8), "el lunes 16 a las 8:00", "on Monday 16 at 8:00"),
        (at(28, 8), "el sábado 28 de noviembre a las 8:00", "on Saturday, 28 November at 8:00"),
        (at(5, 1, 15, 1, 2027), "el martes 5 de enero de 2027 a la 1:15", "on Tuesday, 5 January 2027 at 1:15"),
    ],
)
def test_moments_as_people_say_them(moment, spanish, english) -> None:
    assert ES.when(moment, NOW) == spanish
    assert EN.when(moment, NOW) == english


def test_until() -> None:
    assert ES.until(at(21, 12, 40), NOW) == "hasta las 12:40"
    assert ES.until(at(21, 1, 40), NOW) == "hasta la 1:40"
    assert ES.until(at(22, 9), NOW) == "hasta mañana a las 9:00"
    assert EN.until(at(21, 12, 40), NOW) == "until 12:40"


def test_the_day_is_that_of_the_person() -> None:
    midnight = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    assert ES.when(midnight, NOW) == "mañana a las 0:30"
    assert Words("es", ZoneInfo("America/Mexico_City")).when(midnight, NOW) == "a las 17:30"


def test_summer_time_is_respected() -> None:
    before = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)
    assert ES.when(before + timedelta(days=1), before) == "mañana a las 13:00"


def test_dates() -> None:
    assert ES.date(at(25, 9, 0, 12)) == "25 de diciembre de 2026"
    assert EN.date(at(25, 9, 0, 12)) == "25 December 2026"


@pytest.mark.parametrize(
    ("moment", "spanish", "english"),
    [
        (at(27, 18, 30), "viernes 27 de noviembre de 2026, 18:30 (Madrid)", "Friday, 27 November 2026, 18:30 (Madrid)"),
        (at(5, 1, 5, 1, 2027), "martes 5 de enero de 2027, 1:05 (Madrid)", "Tuesday, 5 January 2027, 1:05 (Madrid)"),
    ],
)
def test_a_moment_that_leaves_nothing_to_guess(moment, spanish, english) -> None:
    assert ES.moment(moment) == spanish
    assert EN.moment(moment) == english


def test_a_moment_names_the_place_whose_clocks_show_it() -> None:
    there = Words("es", ZoneInfo("America/Mexico_City"))
    assert there.moment(at(27, 18, 30)) == "viernes 27 de noviembre de 2026, 11:30 (Ciudad de México)"


def test_the_two_moments_at_which_clocks_show_the_same_are_told_apart() -> None:
    first = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    both = [first, first + timedelta(hours=1)]
    assert [ES.moment(each).partition("(Madrid), ")[2] for each in both] == [
        "antes del cambio de hora",
        "después del cambio de hora",
    ]
    assert [EN.brief(each, NOW) for each in both] == [
        "before the change · Sun, Oct 31, 2027, 2:30",
        "after the change · Sun, Oct 31, 2027, 2:30",
    ]
    assert ES.on(first + timedelta(hours=2), NOW) == "el domingo 31 de octubre de 2027 a las 3:30"


@pytest.mark.parametrize(
    ("moment", "brief", "full"),
    [
        (at(21, 18, 30), "hoy 18:30", "el sábado 21 de noviembre a las 18:30"),
        (at(22, 9), "mañana 9:00", "el domingo 22 de noviembre a las 9:00"),
        (at(27, 1, 5), "vie, 27 nov, 1:05", "el viernes 27 de noviembre a la 1:05"),
        (at(5, 9, 0, 1, 2027), "mar, 5 ene 2027, 9:00", "el martes 5 de enero de 2027 a las 9:00"),
    ],
)
def test_a_moment_on_a_button_and_one_that_stays_true(moment, brief, full) -> None:
    assert ES.brief(moment, NOW) == brief
    assert ES.on(moment, NOW) == full


def test_seconds_where_they_matter() -> None:
    assert ES.exactly(at(21, 12, 40) + timedelta(seconds=30)) == "a las 12:40:30"
    assert ES.exactly(at(21, 1, 0) + timedelta(seconds=5)) == "a la 1:00:05"
    assert EN.exactly(at(21, 1, 0)) == "at 1:00:00"


@pytest.mark.parametrize(
    ("span", "spanish", "english"),
    [
        (timedelta(seconds=20), "menos de un minuto", "less than a minute"),
        (timedelta(seconds=-20), "menos de un minuto", "less than a minute"),
        (timedelta(minutes=1), "1 min", "1 min"),
        (timedelta(minutes=25), "25 min", "25 min"),
        (timedelta(minutes=59, seconds=40), "1 h", "1 h"),
        (timedelta(hours=2, minutes=5), "2 h y 5 min", "2 h and 5 min"),
        (timedelta(hours=9, minutes=59), "9 h y 59 min", "9 h and 59 min"),
        (timedelta(hours=13, minutes=50), "14 h", "14 h"),
        (timedelta(hours=23, minutes=50), "un día", "a day"),
        (timedelta(days=1, hours=1), "un día y 1 h", "a day and 1 h"),
        (timedelta(days=3, hours=2, minutes=10), "3 días y 2 h", "3 days and 2 h"),
        (timedelta(days=400), "400 días", "400 days"),
    ],
)
def test_how_long_it_is_until_then(span, spanish, english) -> None:
    assert ES.lasting(span) == spanish
    assert EN.lasting(span) == english


def test_days_that_are_named_though_they_may_not_be() -> None:
    assert ES.day_of(30, 2) == "30 de febrero"
    assert EN.day_of(30, 2) == "30 February"
    assert ES.day_of(1, 13) == "1/13"
    assert [ES.weekday(number) for number in (0, 6)] == ["lunes", "domingo"]


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["Plaza"], "Plaza"),
        (["Plaza", "Plaza"], "Plaza"),
        (["Plaza", "Foto"], "Plaza y Foto"),
        (["Plaza", "Ícaro"], "Plaza e Ícaro"),
        (["Plaza", "Hilo"], "Plaza e Hilo"),
        (["Plaza", "Hielo"], "Plaza y Hielo"),
        (["Plaza", "Foto", "Hilo"], "Plaza, Foto e Hilo"),
        ([], "ninguna todavía"),
    ],
)
def test_names_in_a_row(names, told) -> None:
    assert ES.names(names) == told


def test_catalogues_are_read_once() -> None:
    assert i18n.catalogue("es") is i18n.catalogue("es")
