"""The networks of a world as the product knows them: one record each, and how it connects in one life."""

from simulation_loop import VirtualClock, VirtualLoop
from simulation_network import Line, Networks
from simulation_platforms import Containing, Listing, Post, SlowPost, Telling

from fakes.network import PROFILE, ScriptedCredentials, ScriptedSettings
from publishers.engine.contract import Platform
from publishers.engine.outside import Outside


def market(networks: Networks, clock: VirtualClock, loop: VirtualLoop) -> dict[str, Platform]:
    def line(credentials: ScriptedCredentials, outside: Outside) -> Line:
        token = credentials.access_token.get_secret_value()
        return Line(networks, credentials.user_id, token, clock, loop, outside.gauge)

    asked = Listing if networks.closing is None else Telling
    connects = {
        "plaza": lambda settings, credentials, outside: asked(line(credentials, outside), outside.media, Post),
        "foro": lambda settings, credentials, outside: Listing(line(credentials, outside), outside.media, SlowPost),
        "tablon": lambda settings, credentials, outside: Containing(line(credentials, outside), outside.media),
    }
    return {
        name: Platform(name, name, "🏛", (), PROFILE, ScriptedSettings, ScriptedCredentials, connect)
        for name, connect in connects.items()
    }
