from itertools import pairwise
from time import process_time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from text_samples import BAKERY, COUNTERS, TEXTS, Count, packed

from adapters import hashtags, links
from adapters.breaks import sections
from adapters.text import clusters, code_points, normalise, weighted
from adapters.thread import split
from adapters.words import words


def unnumbered(parts: list[str]) -> list[str]:
    if len(parts) == 1:
        return parts
    numbers = [f" ({at}/{len(parts)})" for at in range(1, len(parts) + 1)]
    assert all(part.endswith(number) for part, number in zip(parts, numbers, strict=True))
    return [part.removesuffix(number) for part, number in zip(parts, numbers, strict=True)]


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
        ("Hola. Esto va entero aquí. Y esto.", 30, ["Hola. Esto va entero (1/2)", "aquí. Y esto. (2/2)"]),
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


@given(TEXTS, st.integers(40, 300), st.sampled_from(COUNTERS))
def test_a_thread_loses_nothing_and_every_part_fits(text: str, limit: int, count: Count) -> None:
    parts = split(text, limit, count)
    bare = unnumbered(parts) if parts else []
    assert all(count(part) <= limit for part in parts)
    assert all(part.strip() for part in bare)
    assert packed("".join(bare)) == packed(text)


ANYTHING = st.text(st.characters() | st.characters(categories=["Cs", "Cc", "Mn", "Cf", "So"]) | st.sampled_from("a \n"))


@given(ANYTHING, st.integers(60, 120), st.sampled_from(COUNTERS))
def test_whatever_is_typed_fits(text: str, limit: int, count: Count) -> None:
    parts = split(text, limit, count)
    assert all(count(part) <= limit for part in parts)
    assert packed("".join(unnumbered(parts) if parts else [])) == packed("".join(sections(normalise(text))))


@given(TEXTS, st.integers(40, 300), st.sampled_from(COUNTERS))
@example("Sí.\n\nhttps://panaderia.es/" + "a" * 200 + " hoy", 40, code_points)
def test_a_part_is_a_third_full_unless_what_follows_does_not_fit(text: str, limit: int, count: Count) -> None:
    """The last one may be shorter, and one before a word that cannot be cut, or a piece of one, with no room beside it.

    A piece of a word too long for one part has a part for itself, or shares one with words beside it.
    """
    parts = unnumbered(split(text, limit, count)) if text else []
    number = f" ({'9' * len(str(len(parts)))}/{'9' * len(str(len(parts)))})"
    room = limit - count(number)
    at = 0
    for part, behind in pairwise(parts):
        at = text.index(part, at) + len(part)
        word = next(text[word.start : word.end] for word in words(text) if word.end > at)
        following = word if count(word) <= room else behind
        amid = text.index(word, max(0, at - len(word))) < at
        assert (
            amid or count(part) * 3 >= room or count(f"{part}{text[at : text.index(following, at)]}{following}") > room
        )


BREAKS = st.sampled_from(["---", "-----", "—", "———", "—-", "–––", "  --- "])
SECTIONS = st.lists(st.text(st.sampled_from("pan ¡ñ.🥐-"), max_size=60), max_size=6)


@given(SECTIONS, BREAKS, st.integers(40, 300))
def test_every_section_begins_a_part(given_sections: list[str], rule: str, limit: int) -> None:
    text = normalise(f"\n{rule}\n".join(given_sections))
    parts = unnumbered(split(text, limit, weighted)) if text else []
    begun = 0
    for section in sections(text):
        held = ""
        while packed(held) != packed(section):
            held += parts[begun]
            begun += 1
            assert len(packed(held)) <= len(packed(section))
    assert begun == len(parts)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Uno\n---\nDos", ["Uno (1/2)", "Dos (2/2)"]),
        ("Uno\n\n———\n\nDos", ["Uno (1/2)", "Dos (2/2)"]),
        ("---\nUno\n---\n---\n", ["Uno"]),
        ("---", ["---"]),
        ("Uno --- dos", ["Uno --- dos"]),
        ("Uno\n--\ndos", ["Uno\n--\ndos"]),
        ("- Uno\n- dos", ["- Uno\n- dos"]),
        (
            "Sí\n---\nPan de centeno y de maíz, recién hecho.",
            ["Sí (1/3)", "Pan de centeno y de maíz, (2/3)", "recién hecho. (3/3)"],
        ),
    ],
)
def test_breaks_set_by_hand(text: str, parts: list[str]) -> None:
    assert split(text, 34, code_points) == parts


@pytest.mark.parametrize(
    ("text", "limit", "first"),
    [
        ("Pan rico y barato.\nPara el domingo:\n• roscón de nata\n• tarta", 46, "Pan rico y barato."),
        ("Hoy hay pan.\n\nHorario\n\nLunes y martes, de nueve a dos", 36, "Hoy hay pan."),
        ("Hay:\n• Pan. De maíz\n• Vino. De Toro, rico", 38, "Hay:\n• Pan. De maíz"),
        ("Hay pan y vino —del bueno— y mucho queso", 31, "Hay pan y vino"),
        ("1. Pan de hoy\n2. Vino de la casa", 26, "1. Pan de hoy"),
        ("Se hace saber a todos lo que sigue.\n\nPrimero. Se abre el horno", 52, "Se hace saber a todos lo que sigue."),
        ("Hay pan de hoy y de ayer y\nart. 3. Se abre el horno a las seis", 44, "Hay pan de hoy y de ayer y"),
        ("Pan, vino y queso; higos de la sierra y de la vega", 36, "Pan, vino y queso; higos"),
        ("Pan y vino, queso de oveja; higos de la vega", 38, "Pan y vino, queso de oveja;"),
        ("Pan y vino con queso, higos de la sierra", 32, "Pan y vino con queso,"),
        ("Pan con aceite y tomate de la huerta de la Sra. Paz", 40, "Pan con aceite y tomate"),
    ],
)
def test_a_part_keeps_items_whole_and_ends_on_no_heading(text: str, limit: int, first: str) -> None:
    assert unnumbered(split(text, limit, code_points))[0] == first


SMALL = ["el", "de", "la", "que", "con", "y", "Sr.", "a"]
PLAIN = st.lists(st.sampled_from(["pan", "horno", "hoy,", "vino;", *SMALL]), min_size=30, max_size=90)


@given(PLAIN, st.integers(60, 200))
def test_no_part_ends_on_a_word_that_leads_on(said: list[str], limit: int) -> None:
    """Where any other word stands in the last two thirds of what it holds."""
    parts = unnumbered(split(" ".join(said), limit, code_points))
    for part in parts[:-1]:
        found = [at for at, word in enumerate(part.split()) if word not in SMALL]
        whole = part.split()
        assert whole[-1] not in SMALL or not found or len(" ".join(whole[: found[-1] + 1])) < limit / 3


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


@pytest.mark.parametrize("limit", [0, 5, 6, 7])
def test_a_limit_without_room_is_an_error(limit: int) -> None:
    with pytest.raises(ValueError, match="no room"):
        split("日本" * 5, limit, weighted)


@pytest.mark.parametrize(
    "text",
    [
        "hola que tal. " * 7_200,
        "x" * 100_000,
        "🎉" * 25_000,
        "#pan" * 25_000,
        "@a" * 50_000,
        "a.es " * 20_000,
        "e" + "\u0302" * 50_000,
        "👨\u200d" * 15_000,
        "hola" + " " * 100_000 + "adiós" * 100,
        "hola" + "\u00a0" * 100_000 + "adiós" * 100,
        "• pan de hoy\n" * 8_000,
        "ñ" * 50_000,
        "a.ñ." * 20_000,
    ],
    ids=[
        "sentences",
        "letters",
        "emoji",
        "hashtags",
        "mentions",
        "links",
        "marks",
        "joiners",
        "blanks",
        "no-break",
        "items",
        "accents",
        "dots",
    ],
)
def test_a_hundred_kilobytes_take_no_time(text: str) -> None:
    begun = process_time()
    parts = split(text, 280, weighted)
    assert process_time() - begun < 3  # under half a second each; measured by a tracer it is slower
    assert packed("".join(unnumbered(parts))) == packed(normalise(text))
    assert max(map(weighted, parts)) <= 280


def test_text_from_right_to_left_stays_in_order() -> None:
    text = "مرحبا بالجيران الأعزاء " * 20
    parts = split(text, 100, weighted)
    assert all(before < after for before, after in pairwise(edges(normalise(text), unnumbered(parts))[::2]))
