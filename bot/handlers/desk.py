"""What a handler works with: one event, one transaction, and what the house keeps ready."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.courier import Courier
from bot.event import Event
from bot.fetching import Fetching
from bot.fitting import Fitting
from bot.i18n import Words
from bot.linking import Linker
from bot.render import CardLine, say
from bot.replies import Reply, Say, Toast
from bot.roles import Guests, Role
from bot.screen import Screen
from bot.shapes import Slot
from bot.voices import WordsOf
from publishers.engine.connections import Connections
from publishers.engine.contract import Platform
from publishers.engine.errors import PublishingError
from publishers.engine.loading import Connected, find_platform
from publishers.engine.model import Account, Actor, Delivery, Draft
from publishers.engine.people import Person
from publishers.engine.ports import Unit

LASTING = timedelta(days=1)
"""A permission that is renewed less than this before its end never lives long, and never has to."""


@dataclass(frozen=True, slots=True)
class House:
    """What lives as long as the process. `dry_run`: nothing real is published at all."""

    connected: Mapping[str, Connected]
    """What the configuration switches on, by platform key."""
    connections: Connections
    fitting: Fitting
    fetching: Fetching
    courier: Courier
    guests: Guests
    linker: Linker
    new_id: Callable[[], str]
    words: WordsOf
    tries: int = 4
    grace: timedelta = timedelta(hours=1)
    """How late a scheduled post may go out by itself."""
    dry_run: bool = False
    rehearsal: bool = False
    """Nothing real is published: dry_run or sandbox."""
    reconfirm: bool = True
    """Ask once more before the first live approval on an account."""
    second_person: bool = False
    """Who wrote a draft cannot approve it."""
    hold: timedelta = timedelta(0)
    """In which an approval can be undone."""
    slots: tuple[Slot, ...] = ()
    """Weekly hours at which posts go out."""

    @property
    def platforms(self) -> dict[str, Platform]:
        return {name: connected.platform for name, connected in self.connected.items()}

    def platform(self, name: str) -> Platform | None:
        """The one a person means by its key, title or short form."""
        found = find_platform(name, self.connected)
        return found.platform if found is not None else None


@dataclass(frozen=True, slots=True)
class Desk:
    house: House
    unit: Unit
    event: Event
    words: Words
    now: datetime
    role: Role

    @property
    def actor(self) -> Actor:
        return self.event.actor

    def screen(self, screen: Screen, *, reply: bool = False) -> list[Reply]:
        """A message of its own; the spinner of a tap stops as well."""
        answer = Say(self.event.chat_id, screen, self.event.message_id if reply else None)
        return [*self.done(), answer]

    def say(self, key: str, **params: object) -> list[Reply]:
        return self.screen(say(self.words, key, **params))

    def done(self, key: str | None = None, **params: object) -> list[Reply]:
        """Stops the spinner of a tap, with a line if there is one; nothing for what was not a tap."""
        if self.event.callback_id is None:
            return []
        return [Toast(self.event.callback_id, self.words(key, **params) if key else "")]

    def tell(self, key: str, **params: object) -> list[Reply]:
        """A line where the person looks: on the tap, or as a message."""
        return self.done(key, **params) or self.say(key, **params)

    async def enter(self) -> Person:
        """Who speaks, with a row of their own to keep what they choose in.

        The role of whoever is known by the configuration only stays there: taking it out there must be enough.
        """
        known = await self.unit.people.person(self.actor.id)
        if known is None:
            known = Person(self.actor.id, self.actor.name, Role.STRANGER.name.lower())
            await self.unit.people.join(known, self.now)
        return known

    async def fitted(self, draft: Draft) -> list[CardLine]:
        """Raises NotReady when a form has to be made first."""
        return self.house.fitting.fitted(draft, await self.unit.accounts.accounts(), await self.unit.aliases.aliases())

    async def renewed(self, accounts: Sequence[Account]) -> frozenset[str]:
        """Those whose permission we renew whenever it is used: when it ends is nobody's business."""
        found = []
        for account in accounts:
            with suppress(PublishingError):
                lead = await self.house.connections.lead(account.id)
                found += [account.id] if lead is not None and lead < LASTING else []
        return frozenset(found)

    def title(self, platform: str) -> str:
        known = self.house.platforms.get(platform)
        return known.title if known else platform

    def titles(self, deliveries: Sequence[Delivery]) -> str:
        return self.words.names(list(dict.fromkeys(self.title(delivery.platform) for delivery in deliveries)))
