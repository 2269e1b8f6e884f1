"""The networks of a world as the product knows them: one record each, and how it connects in one life."""

from dataclasses import dataclass
from typing import Any

from simulation_loop import VirtualClock, VirtualLoop
from simulation_network import Line, Networks
from simulation_platforms import Containing, Listing, Post, SlowPost, Telling
from simulation_renewal import RENEWABLE, GrantLine

from fakes.network import PROFILE, ScriptedCredentials, ScriptedSettings
from fakes.tokens import TokenCredentials
from publishers.engine.contract import Platform, Publisher
from publishers.engine.outside import Outside

KINDS: dict[str, tuple[Any, ...]] = {"plaza": (Listing, Post), "foro": (Listing, SlowPost), "tablon": (Containing,)}
"""By name: a kind of publisher, and what it acts by."""
US = "we"


@dataclass(frozen=True, slots=True)
class Lines:
    """How one process of ours is connected in one life."""

    networks: Networks
    clock: VirtualClock
    loop: VirtualLoop
    process: str

    def platform(self, name: str) -> Platform:
        credentials = TokenCredentials if self._renews(name) else ScriptedCredentials
        return Platform(
            name, name, "🏛", (), PROFILE, ScriptedSettings, credentials,
            lambda _, credentials, outside: self._publisher(name, credentials, outside),
        )  # fmt: skip

    def _renews(self, name: str) -> bool:
        return self.networks.office is not None and name in self.networks.office.platforms

    def _publisher(self, name: str, credentials: Any, outside: Outside) -> Publisher:
        kind, *acts = KINDS[name]
        if name == "plaza" and self.networks.closing is not None:
            kind = Telling
        line = self._line(credentials, outside)
        publisher: Publisher = (RENEWABLE[kind] if self._renews(name) else kind)(line, outside.media, *acts)
        return publisher

    def _line(self, credentials: Any, outside: Outside) -> Line:
        token = credentials.access_token.get_secret_value()
        ends = (self.networks, credentials.user_id, token, self.clock, self.loop, outside.gauge)
        if self.networks.office is None or not isinstance(credentials, TokenCredentials):
            return Line(*ends)
        return GrantLine(*ends, office=self.networks.office, credentials=credentials, process=self.process)


def market(networks: Networks, clock: VirtualClock, loop: VirtualLoop, process: str = US) -> dict[str, Platform]:
    lines = Lines(networks, clock, loop, process)
    return {name: lines.platform(name) for name in KINDS}
