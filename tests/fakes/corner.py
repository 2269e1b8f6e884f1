"""A network that exists as one module in a folder of its own, for tests of what loads and asks platforms.

Its check answers by the token: `good-NAME` is the account asked for, `other-…` somebody else, the rest are refusals.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import publishers

MODULE = """
from collections.abc import Mapping
from dataclasses import dataclass
from pydantic import BaseModel, SecretStr
from adapters.profile import Hashtags, Links, Pictures, Profile
from publishers.engine import contract
from publishers.engine.errors import AuthExpired, NotPermitted, RateLimited, Unavailable

REFUSALS = {"old": AuthExpired("token expired"), "low": NotPermitted("scope missing"), "busy": RateLimited("slow down"),
            "down": Unavailable("ConnectError")}

class Settings(BaseModel, frozen=True, extra="forbid"):
    api_version: str = "v2"

class Credentials(contract.Credentials, frozen=True, extra="forbid"):
    shop: str
    access_token: SecretStr
    kind: str = "shop"

    @property
    def account(self):
        return self.shop

    @classmethod
    def from_env(cls, environment: Mapping[str, str]):
        names = {"CORNER_SHOP": "shop", "CORNER_TOKEN": "access_token"}
        return {names[name]: value for name, value in environment.items() if name in names}

@dataclass
class Publisher:
    credentials: Credentials

    async def publish(self, post, steps):
        raise NotImplementedError

    async def check(self):
        kind, _, rest = self.credentials.access_token.get_secret_value().partition("-")
        if kind in REFUSALS:
            raise REFUSALS[kind]
        shop = self.credentials.shop if kind == "good" else "9999"
        return contract.Identity(shop, f"@{rest}")

PLATFORM = contract.Platform(
    "corner", "Corner Net", "C", ("cn",),
    Profile(100, len, Hashtags(3), Links.INLINE, Pictures(("image/jpeg",), 1, 10, 0.5, 2.0, 100)),
    Settings, Credentials, lambda settings, credentials, outside: Publisher(credentials),
)
"""


@contextmanager
def streets(folder: Path) -> Iterator[Path]:
    """`folder` counts as publishers/ and holds the network `corner`, and `silent`, which cannot be asked anything."""
    (folder / "corner.py").write_text(MODULE)
    silent = MODULE.replace("async def check", "async def unasked").replace("def from_env", "def no_env")
    (folder / "silent.py").write_text(
        silent.replace('"corner", "Corner Net", "C", ("cn",)', '"silent", "Silent", "S", ()')
    )
    before, path = set(sys.modules), publishers.__path__
    publishers.__path__ = [str(folder)]
    try:
        yield folder
    finally:
        publishers.__path__ = path
        for name in ("corner", "silent"):
            if f"publishers.{name}" not in before:
                sys.modules.pop(f"publishers.{name}", None)
                publishers.__dict__.pop(name, None)
