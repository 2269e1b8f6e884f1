"""Manners: what the people behind an account have chosen for one network, beside what the network itself demands."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

from adapters import card
from adapters.content import fingerprint
from adapters.profile import Place


@dataclass(frozen=True, slots=True)
class Utm:
    """What is added to the links of a text, so that a shop sees where its visitors come from."""

    source: str
    medium: str
    campaign: str = ""


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody who is called by one name everywhere. `handle`: on this network, without @; None: not known."""

    name: str
    handle: str | None = None


@dataclass(frozen=True, slots=True)
class Manners:
    """`dead_link`: what stands for an address where links are dead; "": the address itself.

    `dead_link_in`: the same behind a small word that leads to it ("en el …"); "": it has no such form. `names`: who is
    meant by an @ in a text, by what stands behind it in small letters. `place`: where hashtags go; None: where the
    network has them usually. `style`: of pictures that are drawn.
    """

    dead_link: str = ""
    utm: Utm | None = None
    names: Mapping[str, Named] = field(default_factory=dict)
    place: Place | None = None
    style: card.Style = card.DEFAULT
    dead_link_in: str = ""

    @property
    def digest(self) -> str:
        """Equal where the words come out equal; the style of pictures is not part of it."""
        names = {alias: asdict(named) for alias, named in self.names.items()}
        return fingerprint([self.dead_link, self.dead_link_in, self.utm and asdict(self.utm), names, self.place])


USUAL = Manners()
