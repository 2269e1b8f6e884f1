"""What a post costs: per part, dearer with a link, and for every picture that is described."""

from dataclasses import replace
from decimal import Decimal

import pytest

from adapters.adapted import Adapted, Media, Part
from adapters.cost import Cost, cost
from adapters.profile import Hashtags, Links, Pictures, Prices, Profile
from adapters.text import code_points

PRICES = Prices(Decimal("0.015"), Decimal("0.20"), Decimal("0.005"), "USD")
FREE = Profile(280, code_points, Hashtags(10), Links.PREVIEW, Pictures(("image/jpeg",), 4, 10**6, 0.1, 10, 2000))
DEAR = replace(FREE, prices=PRICES, others={"story": FREE})


def media(alt: str = "") -> Media:
    return Media("0" * 64, "image/jpeg", 10, 10, 100, alt)


@pytest.mark.parametrize(
    ("parts", "amount"),
    [
        ((Part("Hoy hay pan"),), "0.015"),
        ((Part("Hoy hay pan: https://panaderia.example/pan"),), "0.20"),
        ((Part("Hoy hay pan en panaderia.es"),), "0.20"),
        ((Part("Dos enlaces: a.es y b.es"),), "0.20"),
        ((Part("uno"), Part("dos"), Part("y tres")), "0.045"),
        ((Part("uno"), Part("dos: https://panaderia.example")), "0.215"),
        ((Part("Con foto", (media(),)),), "0.015"),
        ((Part("Con dos fotos, una descrita", (media("Una hogaza"), media())),), "0.020"),
        ((Part("uno", (media("a"), media("b"))), Part("dos", (media("c"),))), "0.045"),
        ((Part(""),), "0.015"),
    ],
)
def test_the_cost_is_that_of_all_parts(parts: tuple[Part, ...], amount: str) -> None:
    found = cost(Adapted("post", parts), DEAR)
    assert found is not None
    assert found[:2] == (Decimal(amount), "USD")


@pytest.mark.parametrize(
    ("parts", "linked", "unlinked"),
    [
        ((Part("Hoy hay pan"),), (), "0.015"),
        ((Part("Ven: pan.es", (media("a"),)),), (1,), "0.020"),
        ((Part("uno"), Part("pan.es"), Part("https://pan.es/a y pan.com")), (2, 3), "0.045"),
        ((Part("Escribe a ana@pan.es o a @pan.es"),), (), "0.015"),
    ],
)
def test_it_says_which_parts_a_link_makes_dearer(
    parts: tuple[Part, ...], linked: tuple[int, ...], unlinked: str
) -> None:
    found = cost(Adapted("post", parts), DEAR)
    assert found is not None
    assert (found.linked, found.unlinked) == (linked, Decimal(unlinked))
    assert found.amount == found.unlinked + len(linked) * (PRICES.linked - PRICES.post)


def test_where_a_link_costs_nothing_more_it_is_not_blamed() -> None:
    even = replace(FREE, prices=replace(PRICES, linked=PRICES.post))
    assert cost(Adapted("post", (Part("pan.es"),)), even) == Cost(Decimal("0.015"), "USD", (), Decimal("0.015"))


def test_where_nothing_has_a_price_nothing_is_said() -> None:
    assert cost(Adapted("post", (Part("Hoy hay pan"),)), FREE) is None
    assert cost(Adapted("story", (Part(""),)), DEAR) is None


def test_a_format_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown format"):
        cost(Adapted("reel", (Part(""),)), DEAR)
