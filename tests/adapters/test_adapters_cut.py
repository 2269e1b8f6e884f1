from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from text_samples import COUNTERS, TEXTS, Count

from adapters import hashtags, links
from adapters.content import Mark, Span, Wording
from adapters.cut import Abridged, Clipped, abridge, clipped, elided, opening, shorten
from adapters.text import code_points, normalise, utf16, weighted


@given(TEXTS, st.integers(0, 200), st.sampled_from(COUNTERS))
def test_a_shortened_text_fits(text: str, limit: int, count: Count) -> None:
    short = shorten(text, limit, count)
    assert count(short) <= limit
    if count(text) <= limit:
        assert short == text
    elif short:
        assert short.endswith("…")
        assert text.startswith(short.removesuffix("…").removesuffix(" "))
    assert shorten(short, limit, count) == short


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("Hola, vecinos", 13, "Hola, vecinos"),
        ("Hola, vecinos", 12, "Hola…"),
        ("Pan de hoy. Vino de ayer.", 20, "Pan de hoy…"),
        ("¡Pan! Vino blanco de la casa", 20, "¡Pan! Vino blanco…"),
        ("Ven a https://pan.es/carta hoy mismo", 34, "Ven a https://pan.es/carta …"),
        ("ver https://pan.es/carta", 20, "ver…"),
        ("a" * 30, 10, "a" * 8 + "…"),
        ("👨‍👩‍👧‍👦" * 9, 8, "👨‍👩‍👧‍👦" * 2 + " …"),
        ("Ven al parque ♻️ con la abuela", 21, "Ven al parque ♻️ …"),
        ("Ven al parque 👍🏽 con la abuela", 21, "Ven al parque 👍🏽 …"),
        ("Casa 1️⃣ y la casa de al lado", 18, "Casa 1️⃣ …"),
        ("hola", 3, "h…"),
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


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("Hay:\n• Pan de maíz\n• Vino de Toro\n• Queso", 32, "Hay:\n• Pan de maíz…"),
        ("Hay:\n• Pan. De maíz, de centeno y de trigo\n• Vino", 30, "Hay:\n• Pan. De maíz…"),
        ("Hoy hay pan.\n\nHorario\n\nDe lunes a viernes", 24, "Hoy hay pan…"),
        ("Hoy hay pan.\nPara el domingo:\n• Roscón", 34, "Hoy hay pan…"),
        ("Para el domingo:\n• Roscón de nata", 22, "Para el domingo…"),
        ("Pan y vino — y queso de oveja", 14, "Pan y vino…"),
        ("🥐 Cruasán\n🍞 Pan de molde\n🎂 Tarta", 28, "🥐 Cruasán\n🍞 Pan de molde…"),
        ("a) Pan de hoy\nb) Vino tinto de Toro", 24, "a) Pan de hoy…"),
    ],
)
def test_lists_end_with_an_item_and_headings_do_not_stand_last(text: str, limit: int, short: str) -> None:
    assert shorten(text, limit, code_points) == short


POST = "Hoy toca roscón. Reserva el tuyo en la tienda de la plaza o en https://pan.es/roscon antes de las dos."


@pytest.mark.parametrize(
    ("text", "limit", "short", "linked"),
    [
        (POST, 60, "Hoy toca roscón. Reserva el tuyo… https://pan.es/roscon", True),
        (POST, 46, "Hoy toca roscón… https://pan.es/roscon", True),
        (POST, 38, "Hoy toca roscón. Reserva el tuyo…", False),
        (
            POST,
            95,
            "Hoy toca roscón. Reserva el tuyo en la tienda de la plaza o en https://pan.es/roscon antes…",
            False,
        ),
        (f"{POST}\n\n#pan #roscón #nata", 60, "Hoy toca roscón… https://pan.es/roscon\n\n#pan #roscón", True),
        ("Mira pan.es/uno y luego pan.es/dos sin falta", 30, "Mira pan.es/uno y luego…", False),
        ("Pan de hoy.\n\n#pan #vino #queso #uva", 24, "Pan de hoy.\n\n#pan #vino", False),
        ("Pan de hoy y de ayer.\n\n#panadería", 24, "Pan de hoy y de ayer.", False),
        ("#pan #vino #queso #uva #higo", 20, "#pan #vino #queso…", False),
        ("Escrito fin.De veras que es muy largo esto", 20, "Escrito fin.De …", False),
    ],
)
def test_abridging_keeps_the_first_link_and_hashtags(text: str, limit: int, short: str, linked: bool) -> None:
    assert abridge(text, limit, code_points, live=True) == Abridged(short, linked)


def test_where_links_are_dead_none_is_kept() -> None:
    assert (
        abridge(POST, 60, code_points, live=False).text == "Hoy toca roscón. Reserva el tuyo en la tienda de la plaza…"
    )


STAND_INS = ("enlace en la bio", "el enlace de la bio", "enlace de la bio")
LED = "Hoy toca roscón, y mañana también. Reserva el tuyo en el enlace de la bio antes de las dos de la tarde."


@pytest.mark.parametrize(
    ("text", "limit", "short", "linked"),
    [
        (LED, 60, "Hoy toca roscón, y mañana también… (enlace en la bio)", True),
        (LED, 90, "Hoy toca roscón, y mañana también. Reserva el tuyo en el enlace de la bio antes…", False),
        (f"{LED}\n\n#pan #nata", 68, "Hoy toca roscón, y mañana también… (enlace en la bio)\n\n#pan #nata", True),
        (LED, 36, "Hoy toca roscón, y mañana también…", False),
        ("Hoy hay pan. Mañana no. Entra al enlace de la bio", 44, "Hoy hay pan. Mañana no… (enlace en la bio)", True),
    ],
)
def test_what_stands_in_for_a_dead_link_stays(text: str, limit: int, short: str, linked: bool) -> None:
    abridged = abridge(text, limit, code_points, live=False, stand_ins=STAND_INS)
    assert abridged == Abridged(short, linked)


def test_words_of_ones_own_stay_as_they_are_in_their_brackets() -> None:
    text = "Hoy toca roscón y mañana también, si queda. Ven (toca arriba) antes de las dos"
    assert abridge(text, 50, code_points, live=False, stand_ins=("(toca arriba)",)).text.endswith("… (toca arriba)")


@given(TEXTS, st.integers(40, 200), st.sampled_from(COUNTERS))
def test_a_stand_in_is_kept_whatever_falls_away(text: str, limit: int, count: Count) -> None:
    whole = normalise(f"{text} Mira (enlace en la bio) y ven")
    abridged = abridge(whole, limit, count, live=False, stand_ins=STAND_INS)
    assert count(abridged.text) <= limit
    if abridged.linked:
        assert abridged.text[: hashtags.closing(abridged.text)].rstrip().endswith(" (enlace en la bio)")


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("Vino, pan y queso; y luego higos y miel de la sierra", 30, "Vino, pan y queso…"),
        ("Pan de centeno, vino de Toro y queso de oveja", 34, "Pan de centeno, vino de Toro…"),
        ("Pan y queso de oveja, vino de Toro y miel", 30, "Pan y queso de oveja…"),
        ("Vino, pan y queso de oveja y miel", 24, "Vino, pan y queso…"),
        ("Vamos con el Sr. Gil y con la Sra. Paz", 34, "Vamos con el Sr. Gil…"),
        ("Cuesta todo 15 € al mes", 15, "Cuesta todo…"),
        ("de la que en el por y a o con", 12, "de la que…"),
    ],
)
def test_words_that_belong_together_are_not_parted(text: str, limit: int, short: str) -> None:
    assert shorten(text, limit, code_points) == short


@pytest.mark.parametrize(
    ("text", "limit", "short"),
    [
        ("Uno dos tres cuatro cinco seis.\n\nSiete. Ocho nueve diez", 42, "Uno dos tres cuatro cinco seis…"),
        (
            "Uno dos tres cuatro cinco seis.\n\nSiete. Ocho. Nueve diez once",
            48,
            "Uno dos tres cuatro cinco seis.\n\nSiete. Ocho…",
        ),
        ("Uno dos.\n\nTres cuatro cinco seis siete. Ocho nueve", 44, "Uno dos.\n\nTres cuatro cinco seis siete…"),
    ],
)
def test_a_paragraph_is_better_than_one_sentence_more(text: str, limit: int, short: str) -> None:
    assert shorten(text, limit, code_points) == short


@pytest.mark.parametrize("text", ["Pan 🥐", "Pan 👨‍👩‍👧‍👦", "Pan 🇪🇸", "Pan ♻️.", "Pan 1️⃣"])
def test_no_points_hang_on_an_emoji(text: str) -> None:
    assert elided(text) == f"{text.rstrip('.')} …"


@given(TEXTS, st.integers(0, 200), st.sampled_from(COUNTERS), st.booleans())
def test_an_abridged_text_fits_and_loses_its_end_alone(text: str, limit: int, count: Count, live: bool) -> None:
    abridged = abridge(text, limit, count, live=live)
    assert count(abridged.text) <= limit
    assert abridge(abridged.text, limit, count, live=live).text == abridged.text
    kept, ellipsis, behind = abridged.text.rpartition("…") if abridged.text != text else (text, "", "")
    if ellipsis and not text.startswith(abridged.text):
        assert text.startswith(kept.removesuffix(" "))
        link, _, block = behind.partition("\n\n")
        assert text[hashtags.closing(text) :].startswith(block)
        assert link.strip() == (next(link.text for link in links.find(text) if link.meant) if abridged.linked else "")


BOLD = Wording("Hoy toca roscón de nata. Ven pronto.", (Span(4, 23, Mark.BOLD), Span(25, 36, Mark.ITALIC)))


def starred(wording: Wording) -> str:
    """Each mark as two signs around its words."""
    text = wording.text
    for span in sorted(wording.spans, key=lambda span: -span.start):
        text = f"{text[: span.start]}*{text[span.start : span.end]}*{text[span.end :]}"
    return text


@pytest.mark.parametrize(
    ("limit", "shown"),
    [
        (40, "Hoy *toca roscón de nata*. *Ven pronto.*"),
        (39, "Hoy *toca roscón de nata*…"),
        (25, "Hoy *toca roscón*…"),
        (20, "Hoy *toca roscón*…"),
        (8, "Hoy…"),
        (1, "…"),
    ],
)
def test_marks_end_where_clipped_words_do(limit: int, shown: str) -> None:
    def fits(wording: Wording) -> bool:
        return len(starred(wording)) <= limit

    short = BOLD if fits(BOLD) else clipped(BOLD, fits, live=True).wording
    assert starred(short) == shown


def test_clipped_words_keep_their_first_link() -> None:
    short = clipped(Wording(POST), lambda wording: len(wording.text) <= 40, live=True)
    assert short == Clipped(Wording("Hoy toca roscón… https://pan.es/roscon"), linked=True)


@pytest.mark.parametrize("text", ["hola que tal. " * 7_200, "x" * 100_000, "a.es " * 20_000, "• pan\n" * 16_000])
def test_a_hundred_thousand_characters_are_cut_in_no_time(text: str) -> None:
    """No more than twice the time for twice the text, with room for a busy machine."""

    def time(text: str) -> float:
        begun = process_time()
        shorten(text, 2200, utf16)
        abridge(text, 2200, weighted, live=True)
        return process_time() - begun

    assert min(time(text), time(text)) < 4 * time(text[: len(text) // 2]) + 0.1
