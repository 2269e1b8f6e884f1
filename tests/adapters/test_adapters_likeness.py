"""What counts as the same words, and what is found by its gist."""

from collections.abc import Sequence

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from adapters.adapted import Adapted, Media, Part
from adapters.content import Content, Image
from adapters.likeness import alike, gist, gist_of, said, words

ROSCON = (
    "Ya tenemos roscón de Reyes relleno de nata, trufa y crema. Encárgalo en la tienda o por teléfono antes de que se "
    "acabe."
)
SALE = "Rebajas en la tienda del 3 al 9 de enero: todo el pan de molde al 20 %. Os esperamos en la calle Mayor."
MENU = (
    "Menú del día: crema de calabaza, bacalao al horno con patatas y flan de la casa. Trece euros con pan y bebida. "
    "Reservas por teléfono o aquí mismo, contestamos siempre y con una sonrisa."
)
SAME = [
    ("Hoy pan de espelta 🥖", "¡Hoy, pan de ESPELTA!"),
    ("Mañana abrimos a las 8. #panadería #pan", "Mañana abrimos a las 8 🥐"),
    ("Ven a vernos: https://panaderia.es/?utm_source=a", "Ven a vernos: https://panaderia.es/hoy"),
    ("Cerrado por vacaciones", "CERRADO POR VACACIONES 🏖️🏖️"),
    (ROSCON, ROSCON.replace("roscón", "roscon").replace("teléfono", "telefono")),
    (ROSCON, ROSCON.replace("roscón", "rocsón")),
    (ROSCON, ROSCON.replace("trufa", "trufas")),
    (ROSCON, f"👑 {ROSCON} 👑 #reyes"),
    (ROSCON, ROSCON.replace("Ya tenemos", "Ya tenemos el")),
    (MENU, MENU.replace("siempre ", "")),
    ("La casa de al lado abre hoy con churros", "La casa de al lado abre hoy con chrurros"),
]
OTHER = [
    ("Hoy pan de espelta", "Hoy pan de centeno"),
    ("Hoy pan de #espelta", "Hoy pan de #centeno"),
    ("Hoy hay bollos", "Hoy hay bollo"),
    (SALE, SALE.replace("del 3 al 9", "del 10 al 16")),
    (SALE, SALE.replace("20 %", "30 %")),
    (SALE, SALE.replace("enero", "febrero")),
    (
        "El viernes cerramos por la tarde, perdonad las molestias",
        "El sábado cerramos por la tarde, perdonad las molestias",
    ),
    ("Mañana abrimos a las 8 con pan de espelta recién hecho", "Hoy abrimos a las 8 con pan de espelta recién hecho"),
    (ROSCON, ROSCON.replace("nata, trufa y crema", "cabello de ángel y chocolate")),
    (ROSCON, ROSCON.split(".", maxsplit=1)[0]),
    ("Mañana abrimos a las 8 con pan de espelta", "Mañana abrimos a las 8 con pan de centeno"),
    (ROSCON, MENU),
    ("", "Hoy pan de espelta"),
]
said_by_people = st.text(st.sampled_from("abcdeñáü 12.,#🥖@\n"), max_size=80) | st.text(max_size=60)


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_to_those_who_read_it(one: str, other: str) -> None:
    assert alike(one, other)
    first, second = gist(one), gist(other)
    assert {*first.keys} & {*second.keys}, "it can be found"


@pytest.mark.parametrize(("one", "other"), OTHER)
def test_something_else(one: str, other: str) -> None:
    assert not alike(one, other)
    assert gist(one).exact != gist(other).exact


@given(said_by_people)
def test_every_text_is_like_itself(text: str) -> None:
    assert alike(text, text)
    assert gist(text) == gist(text)


@given(said_by_people, said_by_people)
def test_it_does_not_matter_which_comes_first(one: str, other: str) -> None:
    assert alike(one, other) == alike(other, one)


@given(
    st.lists(
        st.sampled_from(["pan", "bollo", "horno", "masa", "leche", "anis", "trigo", "miel"]), min_size=6, max_size=40
    )
)
def test_case_accents_and_signs_say_nothing(said_words: Sequence[str]) -> None:
    plain, adorned = " ".join(said_words), " 🥖 ".join(word.upper() for word in said_words)
    assert alike(plain, f"¡{adorned}!")
    assert gist(plain) == gist(f"¡{adorned}!")


@given(said_by_people, said_by_people)
def test_the_same_gist_in_full_is_the_same_text(one: str, other: str) -> None:
    assume(words(one) and words(other))
    assert (gist(one).exact == gist(other).exact) == (words(one) == words(other))


@given(said_by_people)
def test_keys_are_numbers_a_database_takes(text: str) -> None:
    found = gist(text, ["ab" * 32])
    assert len(found.keys) <= 7
    assert all(0 <= key < 2**63 for key in found.keys)


def test_what_only_ends_in_the_same_address_is_seldom_read() -> None:
    address = "Panadería La Espiga, calle Mayor tres, abierto de ocho a dos y de cinco a ocho"
    news = [" ".join(f"{a}{b} {b}{a}" for b in "klmnopqr") for a in "abcdefghij"]
    first, *others = [set(gist(f"{each}. {address}").keys) for each in news]
    assert sum(bool(first & other) for other in others) <= 3


def test_without_words_the_pictures_say_it() -> None:
    assert gist("🥖🥖", ["b", "a"]) == gist("", ["a", "b"])
    assert gist("🥖🥖", ["a"]) != gist("🥖🥖", ["b"])
    assert gist("#pan", ["a"]) == gist("", ["a"])
    assert gist("Pan", ["a"]) == gist("Pan", ["b"])
    assert gist("🥖🥖").keys == ()


def test_a_thread_is_read_in_one_piece() -> None:
    thread = Adapted("post", (Part("Hoy hay pan (1/2)"), Part("y bollos de anís (2/2)")))
    assert said(thread) == "Hoy hay pan \ny bollos de anís "
    assert alike(said(thread), "Hoy hay pan y bollos de anís")
    assert said(Adapted("post", (Part("Solo queda (1/2)"),))) == "Solo queda (1/2)"


def test_words_that_are_drawn_are_those_of_the_content() -> None:
    drawn = Adapted("story", (Part("", (Media("c" * 64, "image/jpeg", 1080, 1920, 1000),)),))
    image = Image("a" * 64, "image/jpeg", 100, 100, 100)
    assert gist_of(drawn, Content("Hoy hay pan")) == gist("Hoy hay pan")
    assert gist_of(drawn, Content("Hoy hay pan", (image,))) == gist("", ["a" * 64])


def test_a_very_long_text_is_read_as_far_as_it_matters() -> None:
    long = " ".join(f"palabra{'abcdefghij'[n % 10]}{'klmnopqrst'[n // 10 % 10]}" for n in range(20_000))
    assert len(words(long)) < 500
    assert alike(long, f"{long} y una coda")
