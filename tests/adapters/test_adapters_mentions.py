import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.adapt import adapt
from adapters.adapted import Note
from adapters.content import Content, Mark, Span, Wording
from adapters.manners import Manners, Named
from adapters.mentions import address, called, find, key
from adapters.profile import Hashtags, Links, Mentions, Pictures, Profile
from adapters.text import weighted

LIVE, DEAD = Mentions(), Mentions(live=False)
NAMES = {"ana": Named("Ana", "anapan"), "eva": Named("Eva"), "josé": Named("José", "jose.p")}
STREAM = Profile(
    limit=280,
    count=weighted,
    hashtags=Hashtags(most=10),
    links=Links.INLINE,
    pictures=Pictures(("image/jpeg",), most=1, max_bytes=1, min_ratio=1, max_ratio=1, max_width=1),
    thread=True,
)


def said(text: str, rule: Mentions = LIVE) -> str:
    return address(Wording(text), rule, NAMES).wording.text


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@ana, @Ana. (@ANA) ¡@ana! @ana's", ["ana", "Ana", "ANA", "ana", "ana"]),
        (".@ana y -@eva", ["ana", "eva"]),
        ("@ana.pan @ana-pan @ana_pan @ana... @ana-", ["ana.pan", "ana-pan", "ana_pan", "ana", "ana"]),
        ("＠ana", ["ana"]),
        ("@José @jose\u0301 @Ñandú", ["José", "jose\u0301", "Ñandú"]),
        ("ana@pan.es @ana@pan.es a@@ana @ @5 @5€ @_ #@", []),
        ("https://pan.es/@ana pan.es/@ana /@ana", []),
        ("`@ana` ```\n@ana\n```", []),
        ("\n@ana\n", ["ana"]),
    ],
)
def test_what_is_a_mention(text: str, names: list[str]) -> None:
    assert [each.name for each in find(Wording(text))] == names


@pytest.mark.parametrize("mark", [Mark.CODE, Mark.BLOCK, Mark.LINK])
def test_code_and_the_words_of_a_link_hold_none(mark: Mark) -> None:
    wording = Wording("@ana y @eva", (Span(0, 6, mark, "https://a.es"),))
    assert [each.name for each in find(wording)] == ["eva"]
    assert address(wording, LIVE, NAMES).wording == Wording("@ana y Eva", (Span(0, 6, mark, "https://a.es"),))


def test_each_is_called_as_the_network_knows_them() -> None:
    assert said("Con @Ana, @eva y @pepe.") == "Con @anapan, Eva y @pepe."
    assert said("Con @Ana, @eva y @pepe.", DEAD) == "Con Ana, Eva y pepe."
    assert said("@JOSE\u0301") == "@jose.p"


def test_the_notes_name_everybody_once() -> None:
    notes = address(Wording("@eva @Eva @pepe @pepe @luis"), LIVE, NAMES).notes
    assert notes == (Note("mention_unmapped", {"name": "Eva"}), Note("mention_unknown", {"name": "@pepe, @luis"}))
    many = address(Wording(" ".join(f"@n{number}" for number in range(7))), LIVE, {}).notes
    assert many == (Note("mention_unknown", {"name": "@n0, @n1, @n2, @n3, @n4, …"}),)


def test_where_an_at_leads_nowhere_nothing_is_warned_of() -> None:
    assert address(Wording("@eva @pepe"), Mentions(most=1, live=False), NAMES).notes == ()


def test_beyond_the_most_a_network_takes_only_words_are_left() -> None:
    found = address(Wording("@eva @ana @pepe @Ana @luis"), Mentions(most=2), NAMES)
    assert found.wording.text == "Eva @anapan @pepe Ana luis"
    assert found.notes[-1] == Note("mentions_capped", {"kept": 2, "found": 4})


def test_marks_stay_on_their_words() -> None:
    wording = Wording("hoy @ana y ya", (Span(4, 10, Mark.BOLD), Span(5, 7, Mark.ITALIC)))
    spans = address(wording, LIVE, NAMES).wording.spans
    assert spans == (Span(4, 13, Mark.BOLD), Span(4, 11, Mark.ITALIC))


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("Ana", "ana"),
        (" @Ana Pérez ", "anapérez"),
        ("Jose\u0301", "josé"),
        ("ana.pan", "ana.pan"),
        ("a-b_c9", "a-b_c9"),
    ],
)
def test_a_name_means_the_same_however_it_is_written(name: str, meant: str) -> None:
    assert key(name) == meant


@pytest.mark.parametrize("name", ["", "@", "9", "_", "¡Ana!", "ana@pan", "ana.", "-ana", "a/b", "🥐"])
def test_what_is_no_name(name: str) -> None:
    assert key(name) == ""


@given(st.text(st.sampled_from("aÁñ\u0301.-_@ \n/9`"), max_size=20))
def test_everybody_who_is_called_has_a_key_that_finds_them(text: str) -> None:
    wording = Wording(unicodedata.normalize("NFC", text))
    assert "" not in called(wording)
    shown = address(wording, LIVE, {name: Named("X", "x") for name in called(wording)})
    assert called(shown.wording) <= {"x"} or not find(wording)
    assert not any(note.code == "mention_unknown" for note in shown.notes)


def test_the_whole_way_to_a_network() -> None:
    adapted = adapt(Content("Con **@ana** y @pepe"), STREAM, manners=Manners(names=NAMES))
    assert adapted.parts[0].text == "Con **@anapan** y @pepe"
    assert adapted.notes == (Note("mention_unknown", {"name": "@pepe"}),)


def test_the_handles_count_when_a_thread_is_cut() -> None:
    text = "@ana " * 30
    long = Manners(names={"ana": Named("Ana", "una_panadera_de_barrio")})
    assert len(adapt(Content(text), STREAM).parts) == 1
    parts = adapt(Content(text), STREAM, manners=long).parts
    assert len(parts) > 1
    assert all(weighted(part.text) <= 280 for part in parts)
    assert sum(part.text.count("@una_panadera_de_barrio") for part in parts) == 30
