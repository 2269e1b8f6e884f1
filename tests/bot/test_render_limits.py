"""What is left and what it costs: on the card when it matters, under *Ver por red* always."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from render_samples import EN, ES, NOW, THREAD, draft, target

from adapters.cost import Cost
from adapters.profile import Hashtags, Links, Pictures, Profile
from bot.fitting import seal
from bot.render import CardLine, card, preview
from publishers.engine.budget import Standing

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
PLAIN = Profile(280, len, Hashtags(10), Links.INLINE, Pictures(("image/jpeg",), 4, 1000, 0.8, 1.91, 1440))
PLENTY, FEW = Standing(22, 25, HOUR, NOW), Standing(3, 25, HOUR, NOW)
FULL = Standing(0, 25, HOUR, NOW, NOW + 160 * MINUTE)
PRICE = Cost(Decimal("0.015"), "USD")


def line(standing: Standing | None = None, cost: Cost | None = None) -> CardLine:
    return replace(target("plaza"), standing=standing, cost=cost)


def where(text: str) -> str:
    """The line of the network on a card."""
    return next(row for row in text.splitlines() if "Plaza" in row)


def looked(shown: CardLine, *, acting: bool = False) -> str:
    (screen,) = preview([shown], {"plaza": PLAIN}, ES, acting=acting)
    return screen.text


@pytest.mark.parametrize(
    ("standing", "told"),
    [
        (None, "tal cual"),
        (PLENTY, "tal cual"),
        (FEW, "tal cual · quedan 3 de 25 esta hora"),
        (Standing(1, 25, HOUR, NOW), "tal cual · queda 1 de 25 esta hora"),
        (FULL, "tal cual · ⏸ límite lleno: saldrá a las 12:40"),
        (Standing(2, 25, HOUR, NOW, NOW + 15 * HOUR), "tal cual · ⏸ límite lleno: saldrá mañana a la 1:00"),
        (Standing(9, 300, 15 * MINUTE, NOW), "tal cual · quedan 9 de 300 en 15 min"),
        (Standing(9, 100, 24 * HOUR, NOW), "tal cual · quedan 9 de 100 en 24 h"),
        (Standing(9, 100, 90 * MINUTE, NOW), "tal cual · quedan 9 de 100 en 90 min"),
        (Standing(3, 17, None, NOW), "tal cual · la red deja 3 más, de 17"),
        (Standing(40, 50, None, NOW), "tal cual"),
        (Standing(2, None, None, NOW), "tal cual · la red deja 2 más"),
    ],
)
def test_a_card_says_what_is_left_when_it_matters(standing: Standing | None, told: str) -> None:
    assert where(card(draft(), [line(standing)], ES).text) == f"✅ 📘 Plaza · @panaderia: {told}"


def test_in_english_too() -> None:
    assert where(card(draft(), [line(FEW, PRICE)], EN).text).endswith("💳 costs 0.015 USD · 3 of 25 left this hour")
    assert where(card(draft(), [line(FULL)], EN).text).endswith("⏸ limit reached: will go out at 12:40")


@pytest.mark.parametrize(
    ("amount", "told"), [("0.015", "0,015"), ("0.2", "0,20"), ("0.045", "0,045"), ("1234.5", "1.234,50"), ("3", "3,00")]
)
def test_a_card_says_what_it_costs(amount: str, told: str) -> None:
    shown = card(draft(), [line(cost=Cost(Decimal(amount), "USD"))], ES)
    assert where(shown.text) == f"✅ 📘 Plaza · @panaderia: tal cual · 💳 cuesta {told} USD"


@pytest.mark.parametrize(
    ("linked", "parts", "told"),
    [
        ((1,), 1, "0,20 USD por llevar enlace (sin él, 0,015 USD)"),
        ((2,), 3, "0,20 USD por el enlace de la parte 2 (sin él, 0,015 USD)"),
        ((1, 3), 3, "0,20 USD por los enlaces de las partes 1 y 3 (sin ellos, 0,015 USD)"),
    ],
)
def test_it_says_what_makes_it_dear_and_what_it_would_cost_without(
    linked: tuple[int, ...], parts: int, told: str
) -> None:
    dear = Cost(Decimal("0.20"), "USD", linked, Decimal("0.015"), parts)
    assert where(card(draft(), [line(cost=dear)], ES).text).endswith(f"💳 cuesta {told}")
    assert where(card(draft(), [line(cost=dear)], ES, rehearsal=True).text).endswith(f"de verdad costaría {told}")


def test_a_rehearsal_costs_nothing_and_says_what_it_would() -> None:
    assert where(card(draft(dry_run=True), [line(cost=PRICE)], ES).text).endswith("de verdad costaría 0,015 USD")
    assert where(card(draft(), [line(cost=PRICE)], ES, rehearsal=True).text).endswith("de verdad costaría 0,015 USD")
    assert "costaría 0,015 USD" in looked(line(cost=PRICE), acting=True)


def test_looking_closely_always_tells() -> None:
    assert "ℹ️ 💳 cuesta 0,015 USD · quedan 22 de 25 esta hora\n" in looked(line(PLENTY, PRICE))
    assert "ℹ️ ⏸ límite lleno: saldrá a las 12:40\n" in looked(line(FULL))
    assert "ℹ️" not in looked(line())


def test_what_is_off_or_cannot_go_tells_nothing_of_it() -> None:
    off = replace(target("plaza", on=False), standing=FULL, cost=PRICE)
    assert where(card(draft(), [off], ES).text) == "⬜ 📘 Plaza · @panaderia: esta vez no"


def test_the_seal_does_not_hang_on_a_counter() -> None:
    assert len({seal([line(standing)]) for standing in (None, PLENTY, FEW, FULL)}) == 1
    assert seal([line()]) != seal([target("plaza", adapted=THREAD)])
