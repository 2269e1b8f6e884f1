"""Marks of a text (bold, links behind words, code, quotes) in the form a network shows them, or as plain words."""

from adapters.content import Wording
from adapters.profile import Markup


def render(wording: Wording, markup: Markup) -> str:
    """The words for a network with this markup."""
    return wording.text
