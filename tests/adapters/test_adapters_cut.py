from collections.abc import Callable
from itertools import pairwise
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters import hashtags, links
from adapters.cut import opening, shorten
from adapters.thread import split
from adapters.text import clusters, code_points, graphemes, normalise, utf8, utf16, weighted

Count = Callable[[str], int]
COUNTERS = [weighted, utf16, code_points, graphemes, utf8]

WORDS = st.sampled_from(
    [
        "pan", "Roscón", "horno.", "¿Vienes?", "¡Sí!", "Sr.", "p.", "ej.", "3.500", "etc.", "…", "a.m.", "café…",
        "https://panaderia.es/hoy?x=1", "example.es", "(pan.es/a_(b)).", "@panaderia", "#MasaMadre", "#uno#dos",
        "👨‍👩‍👧‍👦", "🇪🇸🇫🇷", "👍🏽", "1️⃣", "🥐🥐",
        "e\u0301\u0302\u0303", "नमस्ते", "مرحبا", "שלום", "日本語。", "\u00a0", "-",
        "x" * 40, "🎉" * 30, "日" * 30, "@" + "a" * 50, "#" + "ñ" * 50, "https://pan.es/" + "a" * 60,
    ]
)  # fmt: skip
BLANKS = st.sampled_from([" ", " ", " ", "  ", "\n", "\n\n", "\u00a0", "", " \u0301"])
TEXTS = st.lists(st.tuples(WORDS | st.text(max_size=12), BLANKS), max_size=60).map(
    lambda pairs: normalise("".join(word + blank for word, blank in pairs))
)

BAKERY = """¡Buenos días, vecinos! Hoy el Sr. Pérez ha sacado del horno 3.500 barras, p. ej. de centeno y de maíz. \
¿Te lo vas a perder? 🥐 Abrimos a las 7:30 en la calle Mayor, 12. Más en https://panaderia.es/hoy/horno?x=1.

Mañana toca roscón. Reserva el tuyo con @panaderia antes de las 13 h. y te lo guardamos. \
Estará la Sra. Gómez… y D. Luis.

#pan #roscón #Madrid"""


def unnumbered(parts: list[str]) -> list[str]:
    if len(parts) == 1:
        return parts
    numbers = [f" ({at}/{len(parts)})" for at in range(1, len(parts) + 1)]
    assert all(part.endswith(number) for part, number in zip(parts, numbers, strict=True))
    return [part.removesuffix(number) for part, number in zip(parts, numbers, strict=True)]


def packed(text: str) -> str:
    return "".join(text.split())


def edges(text: str, parts: list[str]) -> list[int]:
    """Where in the text the parts begin and end."""
    found, at = [], 0
    for part in parts:
        at = text.index(part, at)
        found += [at, at + len(part)]
        at += len(part)
    return found


def test_a_text_that_fits_is_one_part_without_number() -> None:
    assert split("Hola,  vecinos", 14, weighted) == ["Hola,  vecinos"]


def test_a_text_without_content_has_no_parts() -> None:
    assert split(" \n ", 280, weighted) == []


def test_a_thread_ends_its_parts_at_paragraphs() -> None:
    first, second = split(BAKERY, 280, weighted)
    assert first.endswith("Más en https://panaderia.es/hoy/horno?x=1. (1/2)")
    assert second.startswith("Mañana toca roscón.")
    assert second.endswith("#pan #roscón #Madrid (2/2)")


def test_a_thread_ends_its_parts_at_sentences() -> None:
    assert split(BAKERY, 140, weighted) == [
        (
            "¡Buenos días, vecinos! Hoy el Sr. Pérez ha sacado del horno 3.500 barras, p. ej. de centeno y de maíz. "
            "¿Te lo vas a perder? 🥐 (1/4)"
        ),
        "Abrimos a las 7:30 en la calle Mayor, 12. Más en https://panaderia.es/hoy/horno?x=1. (2/4)",
        (
            "Mañana toca roscón. Reserva el tuyo con @panaderia antes de las 13 h. y te lo guardamos. "
            "Estará la Sra. Gómez… y D. Luis. (3/4)"
        ),
        "#pan #roscón #Madrid (4/4)",
    ]


@pytest.mark.parametrize(
    ("text", "limit", "parts"),
    [
        ("Uno dos tres cuatro cinco seis", 20, ["Uno dos tres (1/3)", "cuatro cinco (2/3)", "seis (3/3)"]),
        ("Hola. Esto es largo de veras, sí.", 35, ["Hola. Esto es largo de veras, sí."]),
        ("Hola. Esto va entero aquí. Y esto.", 30, ["Hola. (1/3)", "Esto va entero aquí. (2/3)", "Y esto. (3/3)"]),
        ("1. Pan de centeno hoy\n2. Vino de la casa", 30, ["1. Pan de centeno hoy (1/2)", "2. Vino de la casa (2/2)"]),
        ("Vino el Dr. Ruiz y D. Luis. Se van.", 33, ["Vino el Dr. Ruiz y D. Luis. (1/2)", "Se van. (2/2)"]),
        ("Son 3.500 kg. de pan. ¿Vienes tú?", 30, ["Son 3.500 kg. de pan. (1/2)", "¿Vienes tú? (2/2)"]),
        ("¿Vienes? preguntó ella. Dijo sí.", 31, ["¿Vienes? preguntó ella. (1/2)", "Dijo sí. (2/2)"]),
        ("Ya está. 🥐🥐 Ven hoy mismo, Ana.", 30, ["Ya está. 🥐🥐 (1/2)", "Ven hoy mismo, Ana. (2/2)"]),
        ("a" * 30, 20, ["a" * 14 + " (1/3)", "a" * 14 + " (2/3)", "aa (3/3)"]),
        (
            "ver https://pan.es/" + "a" * 40 + " ya",
            29,
            ["ver (1/3)", "https://pan.es/" + "a" * 40 + " (2/3)", "ya (3/3)"],
        ),
        ("#uno#dos#tres#cuatro", 18, ["#uno#dos (1/2)", "#tres#cuatro (2/2)"]),
        ("hola." + "x" * 20 + "@ana", 16, None),
        ("https://panaderia.es/hoy?x=1Roscón\xa0@" + "a" * 50, 40, None),
    ],
)
def test_golden_threads(text: str, limit: int, parts: list[str] | None) -> None:
    got = split(text, limit, weighted)
    assert all(weighted(part) <= limit for part in got)
    assert packed("".join(unnumbered(got))) == packed(text)
    assert parts is None or got == parts


def test_the_digits_of_the_number_settle() -> None:
    parts = split("palabra " * 37, 30, code_points)
    assert len(parts) > 9
    assert all(len(part) <= 30 for part in parts)
    assert parts[9].endswith(f" (10/{len(parts)})")


@settings(deadline=None)
@given(TEXTS, st.integers(40, 300), st.sampled_from(COUNTERS))
def test_a_thread_loses_nothing_and_every_part_fits(text: str, limit: int, count: Count) -> None:
    parts = split(text, limit, count)
    bare = unnumbered(parts) if parts else []
    assert all(count(part) <= limit for part in parts)
    assert all(part.strip() for part in bare)
    assert packed("".join(bare)) == packed(text)


@settings(deadline=None)
@given(TEXTS, st.integers(90, 300))
def test_a_thread_never_cuts_what_is_one_thing(text: str, limit: int) -> None:
    room = limit - len(" (99/99)")
    cuts = set(edges(text, unnumbered(split(text, limit, weighted)))) if text else set()
    wholes = [(tag.start, tag.end) for tag in hashtags.find(text)]
    wholes += [(link.start, link.end) for link in links.find(text)]
    at = 0
    for cluster in clusters(text):
        wholes.append((at, at + len(cluster)))
        at += len(cluster)
    for start, end in wholes:
        if weighted(text[start:end]) <= room and not text[start:end].isspace():
            assert not any(start < cut < end for cut in cuts), text[start:end]


@settings(deadline=None)
@given(TEXTS, st.integers(0, 200), st.sampled_from(COUNTERS))
def test_a_shortened_text_fits(text: str, limit: int, count: Count) -> None:
    short = shorten(text, limit, count)
    assert count(short) <= limit
    if count(text) <= limit:
        assert short == text
    elif short:
        assert short.endswith("…")
        assert text.startswith(short.removesuffix("…").removesuffix(" "))


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("Hola, vecinos", 13, "Hola, vecinos"),
        ("Hola, vecinos", 12, "Hola…"),
        ("Pan de hoy. Vino de ayer.", 20, "Pan de hoy…"),
        ("¡Pan! Vino blanco de la casa", 20, "¡Pan! Vino blanco…"),
        ("Ven a https://pan.es/carta hoy mismo", 34, "Ven a https://pan.es/carta …"),
        ("ver https://pan.es/carta", 20, "ver…"),
        ("a" * 30, 10, "a" * 7 + "…"),
        ("👨‍👩‍👧‍👦" * 9, 8, "👨‍👩‍👧‍👦" * 2 + "…"),
        ("hola", 3, "…"),
        ("hola", 2, "…"),
        ("hola", 1, ""),
    ],
)
def test_golden_shortening(text: str, limit: int, short: str) -> None:
    assert shorten(text, limit, weighted) == short


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("¡Buenos días, Sr. Pérez! Hay pan.", "¡Buenos días, Sr. Pérez!"),
        ("Aviso\nCorte de agua", "Aviso"),
        ("J. Ruiz vino. Se fue.", "J. Ruiz vino."),
        ("(Sí.) Claro", "(Sí.)"),
        ("sin punto", "sin punto"),
        ("", ""),
    ],
)
def test_the_opening(text: str, first: str) -> None:
    assert text[: opening(text)] == first


@pytest.mark.parametrize("limit", [0, 5, 6, 7])
def test_a_limit_without_room_is_an_error(limit: int) -> None:
    with pytest.raises(ValueError, match="no room"):
        split("日本" * 5, limit, weighted)


@pytest.mark.parametrize(
    "text",
    [
        "hola que tal. " * 7_200,
        "x" * 100_000,
        "🎉" * 100_000,
        "#pan" * 25_000,
        "@a" * 50_000,
        "a.es " * 20_000,
        "e" + "\u0302" * 100_000,
        "👨\u200d" * 50_000,
        "hola" + " " * 100_000 + "adiós" * 100,
        "hola" + "\u00a0" * 100_000 + "adiós" * 100,
    ],
    ids=["sentences", "letters", "emoji", "hashtags", "mentions", "links", "marks", "joiners", "blanks", "no-break"],
)
def test_a_hundred_thousand_characters_take_no_time(text: str) -> None:
    begun = process_time()
    parts = split(text, 280, weighted)
    shorten(text, 2200, utf16)
    assert process_time() - begun < 3  # a tenth of a second each; measured by a tracer it is slower
    assert packed("".join(unnumbered(parts))) == packed(normalise(text))
    assert max(map(weighted, parts)) <= 280


def test_text_from_right_to_left_stays_in_order() -> None:
    text = "مرحبا بالجيران الأعزاء " * 20
    parts = split(text, 100, weighted)
    assert all(before < after for before, after in pairwise(edges(normalise(text), unnumbered(parts))[::2]))
