import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.hashtags import Capped, cap, closing, find


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("#pan y #Roscón_2027, ¡#niño!", ["pan", "Roscón_2027", "niño"]),
        ("#masaMadre #2027pan #日本 ＃pan", ["masaMadre", "2027pan", "日本", "pan"]),
        ("#uno#dos", ["uno", "dos"]),
        ("#2027 n.#1 C# #! # #️⃣hola", []),
        ("a#pan &#x27; /#pan", []),
        ("https://pan.es/?a=#horno pan.es/a/#horno #pan", ["pan"]),
        ("sin nada", []),
    ],
)
def test_what_is_a_hashtag(text: str, names: list[str]) -> None:
    assert [tag.name for tag in find(text)] == names


@pytest.mark.parametrize(
    ("text", "most", "capped"),
    [
        ("Hola #pan\n\n#uno #dos", 3, Capped("Hola #pan\n\n#uno #dos", 3, 3)),
        ("Hola #pan\n\n#uno #dos\n#tres", 2, Capped("Hola #pan\n\n#uno", 4, 2)),
        ("Hola #pan\n\n#uno #dos", 1, Capped("Hola #pan", 3, 1)),
        ("Hola #pan\n\n#uno #dos", 0, Capped("Hola pan", 3, 0)),
        ("Ven a #Madrid por #pan y #vino", 2, Capped("Ven a #Madrid por #pan y vino", 3, 2)),
        ("Hola\n#uno #UNO #Dos\n\n#dos #tres", 9, Capped("Hola\n#uno #Dos\n#tres", 3, 3)),
        ("#Pan hoy\n#pan #vino", 9, Capped("#Pan hoy\n#vino", 2, 2)),
        ("#pan con #pan", 2, Capped("#pan con #pan", 1, 1)),
        ("#pan con #pan y #vino", 2, Capped("#pan con pan y #vino", 2, 2)),
        ("#a #b #c", 2, Capped("#a #b", 3, 2)),
        ("Ven #a #b #c", 2, Capped("Ven #a #b c", 3, 2)),
        ("sin nada", 0, Capped("sin nada", 0, 0)),
    ],
)
def test_the_cap(text: str, most: int, capped: Capped) -> None:
    assert cap(text, most) == capped


def test_sixty_hashtags_become_thirty() -> None:
    tags = [f"#pan{at}" for at in range(60)]
    assert cap("Hola\n\n" + " ".join(tags), 30) == Capped("Hola\n\n" + " ".join(tags[:30]), 60, 30)


def words(text: str) -> str:
    return text.replace("#", "").replace(" ", "").rstrip()


@given(
    st.lists(st.sampled_from(["#pan", "#Pan", "#vino", "#a#b", "hola", "\n", "\n\n", "pan.es/#x", "#1"])),
    st.integers(0, 4),
)
def test_the_cap_holds_and_takes_no_word(pieces: list[str], most: int) -> None:
    text = " ".join(pieces).strip()
    capped = cap(text, most)
    assert len(find(capped.text)) <= most
    assert words(capped.text).startswith(words(text[: closing(text)]))


@pytest.mark.parametrize(
    ("text", "block"),
    [
        ("Hola\n#uno\n\n#dos", "#uno\n\n#dos"),
        ("Hola #uno\n#dos", "#dos"),
        ("#uno #dos", "#uno #dos"),
        ("#uno hola", ""),
        ("hola", ""),
    ],
)
def test_the_closing_block(text: str, block: str) -> None:
    assert text[closing(text) :] == block
