"""What a stanza says of the words that go to its network: read, checked, and handed to the adapter."""

from pydantic import BaseModel

from adapters.manners import Manners, Utm
from adapters.profile import Profile
from publishers.wire.customs import Customs


def customs(settings: BaseModel) -> Customs:
    """Those of a platform's settings."""
    found = getattr(settings, "words", None)
    return found if isinstance(found, Customs) else Customs()


def checked(settings: BaseModel, profile: Profile) -> None:
    """Raises ValueError for what the network cannot do."""
    place = customs(settings).hashtags
    if place is not None and place not in profile.hashtags.places:
        allowed = ", ".join(profile.hashtags.places)
        raise ValueError(f"hashtags: '{place}' is not possible there; allowed: {allowed}")


def manners(of: Customs, network: str, dead_link: str, dead_link_in: str = "") -> Manners:
    """For the adapter. `dead_link` and `dead_link_in`: the catalogue's words; other words have no second form."""
    utm = None if of.utm is None else Utm(of.utm.source or network, of.utm.medium, of.utm.campaign or "")
    words = dead_link if of.dead_link is None else of.dead_link
    return Manners(words, utm, place=of.hashtags, dead_link_in=dead_link_in if words == dead_link else "")
