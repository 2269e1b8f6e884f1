"""Which networks can be linked by consent, and the addresses of ours that take part in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from publishers.engine.authorization import Authorizes
from publishers.engine.loading import Connected
from publishers.engine.outside import Outside
from publishers.engine.simulator import Networks
from publishers.wire.address import is_loopback


@dataclass(frozen=True, slots=True)
class Consents:
    """`public_url`: where people reach us; None: only this machine does, at `port`."""

    connected: Mapping[str, Connected]
    outside: Outside
    scene: Networks | None
    public_url: str | None
    port: int

    @property
    def base(self) -> str:
        """What every address of ours begins with; no slash at its end."""
        return self.public_url or f"http://localhost:{self.port}"

    def of(self, platform: str) -> Authorizes | None:
        """The network's own way; in a sandbox the simulated one where the configuration allows no real one."""
        real = self._real(platform)
        if real is not None or self.scene is None or platform not in self.connected:
            return real
        return self.scene.authorizes(platform)

    def simulates(self, platform: str) -> bool:
        """Whether nothing real comes of a consent."""
        return self.scene is not None and self._real(platform) is None

    def _real(self, platform: str) -> Authorizes | None:
        connected = self.connected.get(platform)
        authorize = connected.platform.authorize if connected is not None else None
        return authorize(connected.settings, self.outside) if connected is not None and authorize is not None else None

    def link(self, nonce: str) -> str:
        """The short page of one linking."""
        return f"{self.base}/o/{nonce}"

    def redirect_uri(self, platform: str) -> str:
        """Where the network sends people back to. One per network: an answer of another one is noticed."""
        return f"{self.base}/oauth/{platform}/return"


def near(address: str) -> bool:
    """Only this machine reaches it: Telegram accepts no button that leads there."""
    return is_loopback(urlsplit(address).hostname or "")


def origin(address: str) -> str:
    """Scheme and host of an address, as a rule for browsers names it."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.lower()}"
