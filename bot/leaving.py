"""The way out: links to the short page, what that page shows, and the moment a browser leaves for the network."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from pydantic import SecretStr

from bot.consents import Consents, near
from bot.outcomes import Offer
from bot.roles import Guests, Role, role_of
from publishers.engine.authorization import Ticket
from publishers.engine.linkings import STATE_LIFE, Linking, Stage
from publishers.engine.model import Account, Actor
from publishers.engine.outside import Clock
from publishers.engine.people import Person
from publishers.engine.ports import Store, Unit

LINK_LIFE, DELEGATED_LIFE = timedelta(hours=1), timedelta(hours=24)
LONGEST = 4096
"""Of anything that comes with a request."""


class Fault(StrEnum):
    """Why a link cannot be used any more."""

    UNKNOWN = "unknown"
    """Or what it was for is gone."""
    EXPIRED = "expired"
    """Or another one took its place."""
    USED = "used"


@dataclass(frozen=True, slots=True)
class Opening:
    """What the short page shows."""

    linking: Linking | None = None
    account: Account | None = None
    person: Person | None = None
    """Who asked for it: in their words the page speaks."""
    fault: Fault | None = None
    address: str = ""
    """The network's consent, to know where it lies: without a state it asks for nothing."""
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class Departure:
    """A browser leaves for the network. `cookie`: what it must bring back, for so many seconds."""

    address: str
    state: str
    cookie: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Leaving:
    """`secret` makes what nobody can guess."""

    store: Store
    clock: Clock
    consents: Consents
    guests: Guests
    new_id: Callable[[], str]
    secret: Callable[[], str]

    async def offer(
        self,
        unit: Unit,
        platform: str,
        *,
        account: Account | None,
        chat_id: int,
        by: Actor,
        now: datetime,
        delegated: bool = False,
    ) -> Offer:
        life = DELEGATED_LIFE if delegated else LINK_LIFE
        expected = account.id if account is not None else None
        return await self.give(
            unit, Linking(self.new_id(), platform, chat_id, by, now + life, expected, delegated), now
        )

    async def anew(self, unit: Unit, linking: Linking, now: datetime) -> Offer | None:
        """Another link for what came to nothing. One for somebody else never outlives the first; None: it is over."""
        expiry = linking.expires_at if linking.delegated else now + LINK_LIFE
        if expiry <= now or self.consents.of(linking.platform) is None:
            return None
        return await self.give(unit, replace(linking, id=self.new_id(), expires_at=expiry, stage=Stage.OFFERED), now)

    async def give(self, unit: Unit, linking: Linking, now: datetime) -> Offer:
        """Without a public address there is no page of ours to open: the link leads to the network at once."""
        nonce = self.secret()
        if self.consents.public_url is not None:
            await unit.linkings.offer(linking, nonce, now)
            url = self.consents.link(nonce)
            return Offer(linking.id, url, pasted=False, button=not near(url))
        linking = replace(linking, expires_at=now + STATE_LIFE)
        await unit.linkings.offer(linking, nonce, now)
        _, url = await self._ask(unit, linking, None, now)
        return Offer(linking.id, url, pasted=True, button=not near(url))

    async def look(self, nonce: str) -> Opening:
        """What a link is for; nothing is used up by looking."""
        async with self.store.view() as unit:
            return await self._opening(unit, nonce)

    async def leave(self, nonce: str) -> Opening | Departure:
        """An Opening with its `fault` when the link cannot be used any more."""
        now = self.clock.now()
        async with self.store.unit() as unit:
            opening = await self._opening(unit, nonce)
            if opening.linking is None or opening.fault is not None:
                return opening
            cookie = f"{self.secret()}.{nonce}"
            ticket, address = await self._ask(unit, opening.linking, hashed(cookie), now)
        lasts = max(opening.linking.expires_at - now, STATE_LIFE)
        return Departure(address, ticket.state, cookie, int(lasts.total_seconds()))

    async def _opening(self, unit: Unit, nonce: str) -> Opening:
        linking = await unit.linkings.offered(nonce) if len(nonce) < LONGEST else None
        if linking is None:
            return Opening(fault=Fault.UNKNOWN)
        role, person = await role_of(linking.by, self.guests, unit)
        account = await unit.accounts.account(linking.account_id) if linking.account_id is not None else None
        way = self.consents.of(linking.platform)
        gone = role < Role.EDITOR or way is None or (account is None and linking.account_id is not None)
        fault = Fault.UNKNOWN if gone else over(linking, self.clock.now())
        sample = Ticket("", SecretStr(""), self.consents.redirect_uri(linking.platform))
        address = way.address(sample) if way is not None else ""
        return Opening(linking, account, person, fault, address, self.consents.simulates(linking.platform))

    async def _ask(self, unit: Unit, linking: Linking, browser: str | None, now: datetime) -> tuple[Ticket, str]:
        """A new state, kept, and the network's address for it."""
        way = self.consents.of(linking.platform)
        if way is None:
            raise LookupError(f"{linking.platform} cannot be linked with this configuration")
        ticket = Ticket(self.secret(), SecretStr(self.secret()), self.consents.redirect_uri(linking.platform))
        await unit.linkings.ask(linking.id, ticket, browser, now + STATE_LIFE)
        return ticket, way.address(ticket)


def over(linking: Linking, now: datetime) -> Fault | None:
    """Why a link cannot be opened any more."""
    if linking.stage in {Stage.DONE, Stage.CHOOSING}:
        return Fault.USED
    return Fault.EXPIRED if linking.stage is Stage.REFUSED or linking.expires_at <= now else None


def hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
