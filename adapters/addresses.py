"""The addresses of a text as one network gets them: counted visits where wanted, other words where links are dead."""

from adapters.manners import Manners
from adapters.profile import Links
from adapters.told import Told


def settle(text: str, links: Links, manners: Manners) -> Told:
    """The text with its addresses as this network gets them."""
    return Told(text)
