"""What an adapted post costs on its network."""

from decimal import Decimal
from typing import NamedTuple

from adapters import links
from adapters.adapted import Adapted, Part
from adapters.profile import Prices, Profile


class Cost(NamedTuple):
    """`currency` by its ISO 4217 code."""

    amount: Decimal
    currency: str


def cost(adapted: Adapted, profile: Profile) -> Cost | None:
    """Of all its parts together; None where it is free. Raises ValueError for a format the profile does not have."""
    prices = profile.form(adapted.format).prices
    if prices is None:
        return None
    return Cost(sum((_part(part, prices) for part in adapted.parts), Decimal(0)), prices.currency)


def _part(part: Part, prices: Prices) -> Decimal:
    """Any link makes it dearer, a bare domain too."""
    base = prices.linked if links.find(part.text) else prices.post
    return base + prices.described * sum(1 for media in part.media if media.alt)
