"""What the screens know of a network: its name and its sign. A Platform record fits as it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.render.room import inline, label, plain
from bot.screen import Html
from publishers.engine.model import Delivery


class Network(Protocol):
    @property
    def title(self) -> str: ...

    @property
    def icon(self) -> str: ...


Networks = Mapping[str, Network]
"""By platform key, as in Account.platform and Delivery.platform."""


@dataclass(frozen=True, slots=True)
class Gone:
    """A network that is no longer switched on, while something of it is still shown."""

    title: str
    icon: str = "🌐"


def network(platform: str, networks: Networks) -> Network:
    return networks.get(platform) or Gone(platform.capitalize())


@dataclass(frozen=True, slots=True)
class Naming:
    """How the deliveries of one job are called: the network, with the account where there are several of it."""

    networks: Networks
    shared: frozenset[str]
    """Platforms with more than one account in this job."""

    @classmethod
    def of(cls, deliveries: Sequence[Delivery], networks: Networks) -> "Naming":
        platforms = [delivery.platform for delivery in deliveries]
        return cls(networks, frozenset(name for name in platforms if platforms.count(name) > 1))

    def title(self, delivery: Delivery) -> str:
        return network(delivery.platform, self.networks).title

    def full(self, delivery: Delivery) -> str:
        """Plain text."""
        title = self.title(delivery)
        return f"{title} ({plain(delivery.account_name)})" if delivery.platform in self.shared else title

    def html(self, delivery: Delivery) -> Html:
        return inline(self.full(delivery))

    def label(self, delivery: Delivery) -> str:
        return label(self.full(delivery), 28)
