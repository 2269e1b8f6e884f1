"""What a stanza says of the links that go to its network, from the configuration to the adapter."""

import pytest
from pydantic import ValidationError

from adapters.manners import Manners, Utm
from publishers.engine.customs import manners
from publishers.wire.customs import Campaign, Customs

WORDS = "enlace en la bio"
LED = "el enlace de la bio"


def chosen(**words: object) -> Manners:
    return manners(Customs.model_validate(words), "plaza", WORDS, LED)


def test_where_nothing_is_said_the_words_are_those_of_the_catalogue_and_nothing_is_counted() -> None:
    assert chosen() == Manners(WORDS, dead_link_in=LED)


@pytest.mark.parametrize(
    ("said", "words"),
    [(None, WORDS), ("", ""), ("  ", ""), (" link en bio ", "link en bio"), ("👩‍🍳 Mira", "👩‍🍳 Mira")],
)
def test_the_words_for_dead_links(said: str | None, words: str) -> None:
    assert chosen(dead_link=said).dead_link == words


@pytest.mark.parametrize(("said", "led"), [(None, LED), (WORDS, LED), ("", ""), ("link en bio", "")])
def test_words_of_ones_own_have_one_form(said: str | None, led: str) -> None:
    assert chosen(dead_link=said).dead_link_in == led


@pytest.mark.parametrize(
    ("utm", "expected"),
    [
        ({}, Utm("plaza", "social", "")),
        ({"source": None, "campaign": None}, Utm("plaza", "social", "")),
        ({"source": "boletín", "medium": "redes", "campaign": "otoño 2026"}, Utm("boletín", "redes", "otoño 2026")),
    ],
)
def test_the_marks_for_counting(utm: dict[str, object], expected: Utm) -> None:
    assert chosen(utm=utm).utm == expected


@pytest.mark.parametrize(
    "words",
    [
        {"dead_link": "dos\nlíneas"},
        {"dead_link": "al revés \u202e"},
        {"dead_link": "x" * 101},
        {"utm": {"source": ""}},
        {"utm": {"source": " "}},
        {"utm": {"medium": None}},
        {"utm": {"campaign": "a\nb"}},
        {"utm": {"term": "pan"}},
        {"utm": "otoño"},
        {"deadlink": "x"},
    ],
)
def test_what_cannot_be_meant_is_refused(words: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Customs.model_validate(words)


def test_a_campaign_is_told_apart_from_none() -> None:
    assert Customs(utm=Campaign()).utm is not None
    assert chosen(utm={}).digest != chosen().digest
