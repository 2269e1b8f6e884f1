import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from adapters import hashtags
from adapters.adapt import adapt
from adapters.content import Content
from adapters.manners import Manners
from adapters.placing import arrange
from adapters.profile import Hashtags, Links, Pictures, Place, Profile
from adapters.text import code_points, normalise, weighted

EVERYWHERE = Hashtags(most=30, places=(Place.INLINE, Place.END, Place.COMMENT))
SCHEMED = re.compile(r"[#＃]\w*https?://", re.IGNORECASE)
PICTURES = Pictures(("image/jpeg",), most=1, max_bytes=1, min_ratio=0.1, max_ratio=10, max_width=100)


@pytest.mark.parametrize(
    ("text", "body", "block"),
    [
        ("Hoy hay pan.\n\n#pan #horno", "Hoy hay pan.", "#pan #horno"),
        ("Hoy hay pan.\n#pan\n#horno", "Hoy hay pan.", "#pan #horno"),
        ("Hoy hay pan. #pan #horno", "Hoy hay pan.", "#pan #horno"),
        ("Hoy hay pan #pan #horno", "Hoy hay pan", "#pan #horno"),
        ("Hoy hay pan 🍞 #pan", "Hoy hay pan 🍞", "#pan"),
        ("Hoy hay pan ❤️ #pan", "Hoy hay pan ❤️", "#pan"),
        ("La receta: https://pan.example #pan", "La receta: https://pan.example", "#pan"),
        ("Hoy hay pan | #pan · #horno", "Hoy hay pan", "#pan #horno"),
        ("#ViernesDePan\nHoy hay pan.", "Hoy hay pan.", "#ViernesDePan"),
        ("Uno. #a\n\nDos. #b\n\n#c, #d.", "Uno.\n\nDos.", "#a #b #c #d"),
        ("Hoy.\n#pan\nMañana más.", "Hoy.\nMañana más.", "#pan"),
        ("Hoy.\n.\n.\n.\n#pan", "Hoy.", "#pan"),
        ("Feria en #Madrid #pan #horno", "Feria en #Madrid", "#pan #horno"),
        ("Hoy hay #pan rico.\n\n#PAN #Horno #horno", "Hoy hay #pan rico.", "#Horno"),
        ("Hoy hay #pan rico.\n\n#pan", "Hoy hay #pan rico.", ""),
        ("Hoy.\n\n＃pan # horno #niño", "Hoy.", "#pan #horno #niño"),
        ("#pan\n\nHoy hay #pan rico.", "Hoy hay #pan rico.", ""),
    ],
)
def test_what_stands_apart_goes_elsewhere(text: str, body: str, block: str) -> None:
    assert arrange(text, EVERYWHERE, Place.END).text == f"{body}\n\n{block}".strip()
    below = arrange(text, EVERYWHERE, Place.COMMENT)
    assert (below.text, below.comment) == (body, block)
    told = [("hashtags_below", {"found": len(block.split())})] if block else []
    assert [(note.code, note.params) for note in below.notes] == told


@pytest.mark.parametrize(
    "text",
    [
        "Ven a #Madrid",
        "Me encanta #Madrid\n\nY a ti",
        "Hoy #pan y #queso",
        "Tenemos #pan, #queso, #vino",
        "Probad:\n#pan\n#queso",
        "Probad\n#pan\nde masa madre",
        "Hoy hay pan (#pan #horno)",
        "#pan #horno",
        "#pan\n#horno",
        ".\n#pan",
        "Hoy es el día 1 # 2",
        "# Pan de hoy\n\nDe masa madre.",
        "sin nada",
    ],
)
@pytest.mark.parametrize("place", Place)
def test_the_words_of_sentences_stay(text: str, place: Place) -> None:
    told = arrange(text, EVERYWHERE, place)
    assert (told.text, told.comment, told.notes) == (text, "", ())


def test_the_usual_place_is_the_first_and_one_that_is_not_possible_is_none() -> None:
    text = "Hoy hay pan. #pan"
    assert arrange(text, Hashtags(9, places=(Place.END, Place.INLINE)), None).text == "Hoy hay pan.\n\n#pan"
    assert arrange(text, Hashtags(9, places=(Place.INLINE,)), Place.COMMENT).text == text


def test_a_comment_that_no_network_takes_stays_below_the_text() -> None:
    tags = " ".join(f"#pan{at}{'a' * 90}" for at in range(30))
    assert arrange(f"Hola.\n\n{tags}", EVERYWHERE, Place.COMMENT).text == f"Hola.\n\n{tags}"


def test_the_cap_keeps_the_persons_order_wherever_they_go() -> None:
    rule = Hashtags(most=2, advised=1, places=tuple(Place))
    told = arrange("#uno\n\nHoy #dos y #tres.\n\n#cuatro", rule, Place.COMMENT)
    assert (told.text, told.comment) == ("Hoy #dos y tres.", "#uno")
    assert [(note.code, note.params) for note in told.notes] == [
        ("hashtags_capped", {"kept": 2, "found": 4}),
        ("hashtags_many", {"found": 2, "advised": 1}),
        ("hashtags_below", {"found": 1}),
    ]


def test_all_that_was_apart_may_be_over_the_cap() -> None:
    told = arrange("Hoy #uno y #dos.\n\n#tres", Hashtags(2, places=tuple(Place)), Place.COMMENT)
    assert (told.text, told.comment) == ("Hoy #uno y #dos.", "")


# -- by chance -------------------------------------------------------------------------------------------------------

PIECES = ["#pan", "#Pan", "＃VINO", "#niño", "#日本", "#a#b", "##c", "#pan.es", "hola", "a", "Adiós.", "🍞", "(", ")",
          ".", ",", ":", "|", "·", "-", "pan.es/#x", "https://pan.es", "#1", "#", "\n", "\n\n", "\n.\n"]  # fmt: skip
texts = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=14).map(" ".join),
    st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3)), max_size=12).map("".join),
).map(normalise)


def keys(text: str) -> set[str]:
    return {tag.key for tag in hashtags.find(text)}


def words(text: str) -> list[str]:
    """What is said beside hashtags: letters and figures only, for signs may go."""
    for tag in reversed(hashtags.find(text)):
        text = f"{text[: tag.start]} {text[tag.end :]}"
    return "".join(letter if letter.isalnum() else " " for letter in text).split()


@given(texts, st.sampled_from(Place))
def test_no_hashtag_is_lost_or_new_and_no_word_moves(text: str, place: Place) -> None:
    told = arrange(text, Hashtags(1000, places=tuple(Place)), place)
    assert keys(f"{told.text}\n{told.comment}") == keys(hashtags.spelled(text))
    assert words(told.text) == words(hashtags.spelled(text))
    assert words(told.comment) == []


@given(texts, st.sampled_from([Place.END, Place.COMMENT]))
def test_what_goes_elsewhere_is_said_once(text: str, place: Place) -> None:
    told = arrange(text, Hashtags(1000, places=tuple(Place)), place)
    below = [tag.key for tag in hashtags.find(told.comment)]
    assert len(below) == len(set(below))
    assert not set(below) & keys(told.text)


@given(texts, st.integers(0, 4), st.sampled_from(Place))
def test_the_cap_holds_everywhere(text: str, most: int, place: Place) -> None:
    told = arrange(text, Hashtags(most, places=tuple(Place)), place)
    assert len(hashtags.find(told.text)) + len(hashtags.find(told.comment)) <= most


@given(texts, st.integers(0, 4), st.sampled_from([Place.INLINE, Place.COMMENT]))
def test_a_text_becomes_no_longer(text: str, most: int, place: Place) -> None:
    assume(not SCHEMED.search(text))  # without its sign that is an address, and weighs as one
    spelled = hashtags.spelled(text)
    told = arrange(text, Hashtags(most, places=tuple(Place)), place)
    assert weighted(told.text) <= weighted(spelled)
    assert len(told.text) <= len(spelled)


@given(texts, st.lists(st.sampled_from(["#pan", "#niño", "#日本"]), min_size=1, unique=True))
def test_what_ends_in_one_block_stays_as_it_is(text: str, tags: list[str]) -> None:
    body = normalise(text.replace("#", "").replace("＃", ""))
    assume(any(letter.isalnum() for letter in body) and body[-1] not in "\n,;:.·•|*_–—-([{«“¿¡")
    whole = f"{body}\n\n{' '.join(tags)}"
    assert arrange(whole, EVERYWHERE, Place.END).text == whole


# -- with room -------------------------------------------------------------------------------------------------------


def short(limit: int, *, thread: bool = False) -> Profile:
    return Profile(limit, code_points, EVERYWHERE, Links.INLINE, PICTURES, thread=thread)


@pytest.mark.parametrize("thread", [False, True])
def test_no_word_is_lost_to_an_empty_line(thread: bool) -> None:
    text = "Hoy hay pan de espelta. #pan #horno"
    post = adapt(Content(text), short(len(text), thread=thread), manners=Manners(place=Place.END))
    assert ([part.text for part in post.parts], post.notes) == ([text], ())
    post = adapt(Content(text), short(len(text) + 1, thread=thread), manners=Manners(place=Place.END))
    assert post.parts[0].text == "Hoy hay pan de espelta.\n\n#pan #horno"


def test_hashtags_close_a_thread_where_they_cost_no_part() -> None:
    text = "Hoy hay pan. #pan\n\n" + " ".join(["masa"] * 60) + "."
    post = adapt(Content(text), short(100, thread=True), manners=Manners(place=Place.END))
    assert len(post.parts) > 2
    assert "#pan" in post.parts[-1].text
    assert len(post.parts) == len(adapt(Content(text), short(100, thread=True)).parts)


def test_the_first_comment_travels_with_the_post() -> None:
    post = adapt(Content("Hoy hay pan. #pan"), short(100), manners=Manners(place=Place.COMMENT))
    assert (post.parts[0].text, post.comment) == ("Hoy hay pan.", "#pan")


def test_words_without_their_sign_make_no_thread_of_a_post() -> None:
    """Not even where a word with a full stop behind it would be read as an address."""
    rule = Hashtags(most=0)
    text = " ".join(["#pan.es"] * 35)
    profile = Profile(280, weighted, rule, Links.INLINE, PICTURES, thread=True)
    post = adapt(Content(text), profile)
    assert weighted(text) <= 280
    assert len(post.parts) == 1
