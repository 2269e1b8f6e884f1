"""A network that is not there, made from any Platform record. Never taken for the real one: always marked.

What the simulated networks hold is kept behind a small port: in this process (`Scene`), or in another one that outlives
us (remote_scene.py).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import ClassVar, Protocol

from adapters import links
from adapters.adapted import Adapted, Media, Part
from publishers.engine.authorization import Authorizes
from publishers.engine.contract import (
    COMMENT,
    Absent,
    Act,
    Attempt,
    Identity,
    Platform,
    Publisher,
    Receipt,
    Seen,
    Steps,
)
from publishers.engine.errors import Rejected, Unavailable
from publishers.engine.model import Account
from publishers.engine.outside import Clock, Outside


@dataclass(frozen=True, slots=True)
class Submission:
    """One part on its way to a simulated network, or what is said below it (its format then is "comment").

    `pictures`: what the network called each of the part's media.
    """

    platform: str
    account: Account
    format: str
    part: Part
    pictures: tuple[str, ...] = ()
    link: str | None = None
    reply_to: str | None = None

    @property
    def words(self) -> str:
        return identity(self.part.text, self.pictures)


@dataclass(frozen=True, slots=True)
class Listing:
    """What an account shows. `skew`: the network's clock minus ours."""

    seen: Sequence[Seen]
    skew: timedelta = timedelta(0)


class Networks(Protocol):
    """All simulated networks. Raises the errors of errors.py."""

    async def upload(self, platform: str, media: Media, data: bytes) -> str:
        """Invisible: what the network calls this picture from now on."""

    async def submit(self, submission: Submission) -> Receipt:
        """Public."""

    async def permitted(self, platform: str, account: Account) -> None:
        """Raises AuthExpired when its permission has ended."""

    async def posts(self, platform: str, account: Account) -> Listing:
        """Everything public of this account; `Seen.text` is what `identity` makes of a post."""

    def authorizes(self, platform: str) -> Authorizes | None:
        """Simulated linking by consent, if there is a page for it."""


def identity(text: str, pictures: Sequence[str]) -> str:
    """What a post is known by: its text; without one, its pictures."""
    return text or " ".join(pictures)


class SimulatedPost(Act):
    """One part on a simulated network. Its list waits for what arrived earlier: a *no* counts soon."""

    settle: ClassVar[timedelta] = timedelta(seconds=2)
    silence: ClassVar[timedelta | None] = timedelta(0)

    def __init__(self, networks: Networks, submission: Submission) -> None:
        self._networks = networks
        self._submission = submission
        self.text = submission.words
        self.reply_to = submission.reply_to

    async def perform(self) -> Receipt:
        return await self._networks.submit(self._submission)

    async def find(self, attempt: Attempt) -> Receipt | Absent | None:
        listing = await self._networks.posts(self._submission.platform, self._submission.account)
        found = attempt.match(listing.seen, self.text, reply_to=self.reply_to, skew=listing.skew)
        return found or Absent.ABSENT


@dataclass(frozen=True, slots=True)
class Simulator(Publisher):
    """The publisher of one simulated account."""

    platform: Platform
    account: Account
    networks: Networks
    outside: Outside

    async def publish(self, post: Adapted, steps: Steps) -> Receipt:
        first: Receipt | None = None
        reply_to: str | None = None
        for number, part in enumerate(post.parts, start=1):
            pictures = [await steps.prepare(picture_key(media.sha256), self._upload(media)) for media in part.media]
            link = post.link if links.first(part.text) == post.link else None
            submission = Submission(
                self.platform.name, self.account, post.format, part, tuple(pictures), link, reply_to
            )
            receipt = await steps.commit(f"post-{number}", SimulatedPost(self.networks, submission))
            first = first or receipt
            reply_to = receipt.id
        if first is None:
            raise Rejected("nothing to publish", code="empty")
        if post.comment:
            await self._comment(post.comment, first, steps)
        return first

    async def _comment(self, text: str, receipt: Receipt, steps: Steps) -> None:
        if receipt.id is None:
            raise Rejected("the post to comment on is not known by its id", code="comment_astray")
        submission = Submission(self.platform.name, self.account, COMMENT, Part(text), reply_to=receipt.id)
        await steps.commit(COMMENT, SimulatedPost(self.networks, submission))

    async def check(self) -> Identity:
        await self.networks.permitted(self.platform.name, self.account)
        return Identity(self.account.external_id, self.account.name)

    async def _upload(self, media: Media) -> str:
        data = await self.outside.media.read(media.sha256)
        return await self.networks.upload(self.platform.name, media, data)


def picture_key(sha256: str) -> str:
    """Of the step under which an uploaded picture is remembered."""
    return f"picture-{sha256[:16]}"


# -- in this process -----------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Scene(Networks):
    """All simulated networks of one process, gone with it. Times in seconds, `failure_rate` in 0…1."""

    random: Random
    clock: Clock
    latency: tuple[float, float] = (0.1, 0.3)
    failure_rate: float = 0.1
    shown: dict[tuple[str, str], list[Seen]] = field(default_factory=dict)
    """By platform and the platform's id of the account."""

    async def upload(self, platform: str, media: Media, data: bytes) -> str:  # noqa: ARG002 - the port's shape
        await self._pause()
        return media.sha256

    async def submit(self, submission: Submission) -> Receipt:
        await self._pause()
        if self.random.random() < self.failure_rate:
            raise Unavailable("simulated")
        posted = self._keep(submission, self.clock.now())
        return Receipt(posted.id, posted.permalink)

    async def permitted(self, platform: str, account: Account) -> None:  # noqa: ARG002 - the port's shape
        await self._pause()

    async def posts(self, platform: str, account: Account) -> Listing:
        await self._pause()
        return Listing(tuple(self.shown.get((platform, account.external_id), ())))

    def authorizes(self, platform: str) -> None:  # noqa: ARG002 - the port's shape
        return None

    async def _pause(self) -> None:
        await self.clock.sleep(self.random.uniform(*self.latency))

    def _keep(self, submission: Submission, at: datetime) -> Seen:
        where = (submission.platform, submission.account.external_id)
        number = sum(map(len, self.shown.values())) + 1
        link = permalink(*where, number)
        posted = Seen(f"sim-{number}", at, submission.words, link, submission.reply_to)
        self.shown.setdefault(where, []).append(posted)
        return posted


def permalink(platform: str, account_id: str, number: int) -> str:
    """Leads nowhere, on purpose."""
    return f"https://{platform}.example/{account_id}/{number}"


def described(media: Sequence[Media], names: Sequence[str]) -> list[Mapping[str, str | int]]:
    """Pictures as a simulated network is told of them."""
    return [
        {"id": name, "width": picture.width, "height": picture.height, "alt": picture.alt}
        for name, picture in zip(names, media, strict=True)
    ]
