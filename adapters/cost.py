"""What an adapted post costs on its network."""

from decimal import Decimal
from typing import NamedTuple

from adapters import links
from adapters.adapted import Adapted, Part
from adapters.profile import Prices, Profile


class Cost(NamedTuple):
    """`currency` by its ISO 4217 code. `linked`: the numbers, from 1, of the parts that a link makes dearer.

    `unlinked`: what it would cost without any link.
    """

    amount: Decimal
    currency: str
    linked: tuple[int, ...] = ()
    unlinked: Decimal = Decimal(0)
    parts: int = 1


def cost(adapted: Adapted, profile: Profile) -> Cost | None:
    """Of all its parts together; None where it is free. Raises ValueError for a format the profile does not have."""
    prices = profile.form(adapted.format).prices
    if prices is None:
        return None
    linked = tuple(number for number, part in enumerate(adapted.parts, 1) if links.taken(part.text))
    dearer = len(linked) * (prices.linked - prices.post)
    unlinked = sum((_unlinked(part, prices) for part in adapted.parts), Decimal(0))
    return Cost(unlinked + dearer, prices.currency, linked if dearer > 0 else (), unlinked, len(adapted.parts))


def _unlinked(part: Part, prices: Prices) -> Decimal:
    return prices.post + prices.described * sum(1 for media in part.media if media.alt)
