"""Three kinds of network behind the publisher contract: a list that shows all in time, one that may not, containers."""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar

from simulation_network import Container, Item, Line

from adapters.adapted import Adapted, Part
from publishers.engine.contract import Absent, Act, Attempt, Identity, Receipt, Steps
from publishers.engine.errors import Rejected, Stale
from publishers.engine.outside import Allowance, MediaStore


class Post(Act):
    """On a network whose list shows everything in time."""

    silence: ClassVar[timedelta | None] = timedelta(seconds=120)
    slow: ClassVar[bool] = False

    def __init__(self, line: Line, text: str, reply_to: str | None) -> None:
        self.line, self.text, self.reply_to = line, text, reply_to

    async def perform(self) -> Receipt:
        def kept(sent: float, lands: float) -> Item:
            return self.line.networks.post(self.line.account, self.text, self.reply_to, sent, lands, slow=self.slow)

        item = await self.line.ask("post", kept, text=self.text)
        return Receipt(item.id, f"https://red.example/{item.id}")

    async def find(self, attempt: Attempt) -> Receipt | Absent | None:
        self.line.networks.counts["looks"] += 1
        self.line.networks.looks(self.line.account, self.text)
        seen = await self.line.ask("list", lambda *_: self.line.seen())
        return attempt.match(seen, self.text, reply_to=self.reply_to, skew=self.line.skew())


class SlowPost(Post):
    """On a network whose list may show something at any later time: an empty one never means no."""

    silence: ClassVar[timedelta | None] = None
    slow: ClassVar[bool] = True


class Release(Act):
    """A prepared container becomes public; the network itself says whether it did."""

    def __init__(self, line: Line, container: str, text: str) -> None:
        self.line, self.container, self.text = line, container, text

    async def perform(self) -> Receipt:
        networks, container = self.line.networks, self.line.networks.containers[self.container]

        def released(sent: float, lands: float) -> Item:
            if container.item is None and networks.timeline.at > container.expires:
                raise Stale("container")
            container.item = networks.post(self.line.account, self.text, None, sent, lands, slow=False)
            return container.item

        item = await self.line.ask("release", released, text=self.text)
        return Receipt(item.id, f"https://red.example/{item.id}")

    async def find(self, attempt: Attempt) -> Receipt | Absent | None:
        def state(*_: float) -> Item | None:
            item = self.line.networks.containers[self.container].item
            return item if item is not None and item.lands <= self.line.networks.timeline.at else None

        self.line.networks.counts["looks"] += 1
        self.line.networks.looks(self.line.account, self.text)
        item = await self.line.ask("state", state)
        return Absent.ABSENT if item is None else Receipt(item.id)


async def checked(line: Line) -> Identity:
    """Whose the token is."""
    line.networks.counts["checks"] += 1
    return await line.ask("check", lambda *_: Identity(line.account, f"@{line.account}"))


@dataclass(slots=True)
class Listing:
    """Threads, one post after the other, over pictures uploaded before."""

    line: Line
    media: MediaStore
    act: type[Post]

    async def publish(self, post: Adapted, steps: Steps) -> Receipt:
        await steps.prepare("media", self._upload(post.parts[0]), keeps=timedelta(minutes=20))
        first, reply_to = None, None
        for number, part in enumerate(post.parts, start=1):
            receipt = await steps.commit(f"post-{number}", self.act(self.line, part.text, reply_to))
            first, reply_to = first or receipt, receipt.id
            if reply_to is None and number < len(post.parts):
                raise Rejected("the post to go on from is not known by its id", code="thread_broken")
        assert first is not None
        return first

    async def check(self) -> Identity:
        return await checked(self.line)

    async def _upload(self, part: Part) -> str:
        for picture in part.media:
            await self.media.read(picture.sha256)
        return await self.line.ask("upload", lambda *_: f"m{len(part.text)}")


class Telling(Listing):
    """Can be asked what is left of its window."""

    async def quotas(self) -> list[Allowance]:
        self.line.networks.counts["quotas"] += 1
        return await self.line.ask("quotas", lambda *_: self.line.allowances())


@dataclass(slots=True)
class Containing:
    """A container, then its release."""

    line: Line
    media: MediaStore

    async def publish(self, post: Adapted, steps: Steps) -> Receipt:
        text = post.parts[0].text
        container = await steps.prepare("container", self._make(post.parts[0]), keeps=timedelta(minutes=20))
        return await steps.commit("release", Release(self.line, container, text))

    async def check(self) -> Identity:
        return await checked(self.line)

    async def _make(self, part: Part) -> str:
        for picture in part.media:
            await self.media.read(picture.sha256)

        def made(*_: float) -> str:
            networks = self.line.networks
            name = f"c{len(networks.containers) + 1}"
            expires = networks.timeline.at + networks.weather.keeps
            networks.containers[name] = Container(self.line.account, expires)
            return name

        return await self.line.ask("container", made)
