"""Mentions: people who are called by one name in a draft, and by another on each network."""

from collections.abc import Mapping

from adapters.manners import Named
from adapters.profile import Mentions
from adapters.told import Told


def address(text: str, mentions: Mentions, names: Mapping[str, Named]) -> Told:
    """Every @name as this network knows it."""
    return Told(text)
