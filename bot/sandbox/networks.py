"""What the simulated networks hold: posts by account, the bytes of their pictures, and the trouble that is planned."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from random import Random

from bot.sandbox.changes import Changes
from publishers.engine.simulator import permalink

MOST_CODES = 100


class Kind(StrEnum):
    """How a simulated network can misbehave."""

    RATE_LIMITED = "rate_limited"  # 429, with a wait
    EXPIRED = "expired"  # 401
    UNAVAILABLE = "unavailable"  # 500 before anything is stored, and it says so
    STORED = "stored"  # 500 after storing: nobody can tell
    LOST = "lost"  # stored, and the connection is cut
    REJECTED = "rejected"  # refused on policy: at once, or after so many seconds of looking at it
    SLOW = "slow"  # the answer, and the post, take this long


@dataclass(slots=True)
class Fault:
    """Trouble for the next `times` submissions. `seconds` is the wait of the kinds that have one."""

    kind: Kind
    times: int = 1
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of a post; `id` is the SHA-256 of the bytes as they came."""

    id: str
    width: int
    height: int
    alt: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a bot asks a network to publish."""

    account: str
    author: str
    format: str
    text: str
    pictures: tuple[Picture, ...] = ()
    link: str | None = None
    reply_to: str | None = None


@dataclass(frozen=True, slots=True)
class Post:
    id: str
    at: datetime
    permalink: str
    what: Wanted


@dataclass(slots=True)
class Network:
    """One simulated network. `posts` in the order in which they became public."""

    key: str
    title: str
    icon: str
    layout: str = "plain"
    """photos, page, thread or plain: how the wall shows its posts."""
    posts: list[Post] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    expired: bool = False
    """A bot was told that its permission has ended, and nobody has renewed it since."""
    received: int = 0
    """Submissions that arrived, whatever became of them."""
    accounts: tuple[tuple[str, str], ...] = ()
    """Id and name of those that a person can open to a bot."""
    codes: dict[str, str] = field(default_factory=dict)
    """Of consents given and not used: code → the address they were given for."""

    def of(self, account: str) -> list[Post]:
        return [post for post in self.posts if post.what.account == account]


class Networks:
    """All of them. They outlive the bot: it may be killed and come back, and finds what it left."""

    def __init__(
        self,
        networks: Sequence[Network],
        changes: Changes,
        now: Callable[[], datetime],
        random: Random,
        *,
        latency: tuple[float, float] = (0.1, 0.3),
        failure_rate: float = 0.0,
    ) -> None:
        self.by_key: Mapping[str, Network] = {network.key: network for network in networks}
        self.pictures: dict[str, bytes] = {}
        self.page: str | None = None
        """Where a person sees them, once that is served."""
        self.now = now
        self.changes = changes
        self._random = random
        self._latency = latency
        self._failure_rate = failure_rate

    def plan(self, key: str, fault: Fault) -> None:
        """Raises KeyError for a network that does not exist."""
        self.by_key[key].faults.append(fault)
        self.changes.happened()

    def calm(self, key: str) -> None:
        """Forget the trouble that has not struck yet."""
        self.by_key[key].faults.clear()
        self.changes.happened()

    def renewed(self, key: str) -> None:
        """A person gave the permission again."""
        self.by_key[key].expired = False
        self.changes.happened()

    def consented(self, key: str, code: str, redirect_uri: str) -> None:
        """A person may give this code, at this address only."""
        codes = self.by_key[key].codes
        codes[code] = redirect_uri
        while len(codes) > MOST_CODES:
            del codes[next(iter(codes))]

    def redeemed(self, key: str, code: str, redirect_uri: str) -> bool:
        """A bot uses a code up: its permission is a new one."""
        if self.by_key[key].codes.pop(code, None) != redirect_uri:
            return False
        self.renewed(key)
        return True

    def arrived(self, network: Network) -> Fault | None:
        """A submission has arrived: the trouble it meets, the oldest planned first, else by chance."""
        network.received += 1
        fault = self._planned(network)
        network.expired |= fault is not None and fault.kind is Kind.EXPIRED
        self.changes.happened()
        if fault is None and self._random.random() < self._failure_rate:
            return Fault(Kind.UNAVAILABLE)
        return fault

    def permits(self, network: Network) -> bool:
        """A bot asks whether its permission holds. Trouble that is planned for it strikes here as it does a post."""
        if network.faults and network.faults[0].kind is Kind.EXPIRED:
            self._planned(network)
            network.expired = True
            self.changes.happened()
        return not network.expired

    def pause(self) -> float:
        """Seconds an answer takes today."""
        return self._random.uniform(*self._latency)

    def receive(self, data: bytes) -> str:
        name = hashlib.sha256(data).hexdigest()
        self.pictures[name] = data
        return name

    def keep(self, network: Network, what: Wanted) -> Post:
        """It is public now."""
        number = sum(len(each.posts) for each in self.by_key.values()) + 1
        post = Post(f"sim-{number}", self.now(), permalink(network.key, what.account, number), what)
        network.posts.append(post)
        self.changes.happened()
        return post

    def _planned(self, network: Network) -> Fault | None:
        if not network.faults:
            return None
        first = network.faults[0]
        first.times -= 1
        if first.times <= 0:
            network.faults.pop(0)
        return Fault(first.kind, 1, first.seconds)
