"""From a link in the chat to an account that is kept: one service for the pages, the chat and what is pasted."""

import asyncio
import hmac
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog
from pydantic import SecretStr

from bot import pasted
from bot.consents import near
from bot.herald import Herald
from bot.leaving import LINK_LIFE, LONGEST, Departure, Leaving, Opening, hashed, over
from bot.outcomes import Offer, Outcome, read
from bot.pasted import Pasted
from bot.roles import Role, role_of
from bot.settling import QUESTION, Finding, Settling
from publishers.engine.linkings import Asking, Linking, Stage
from publishers.engine.model import Account, Actor
from publishers.engine.people import Person
from publishers.engine.ports import Unit, VaultError

__all__ = ["QUESTION", "Linker", "Offer", "Outcome"]

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Linker:
    leaving: Leaving
    settling: Settling
    herald: Herald
    _under_way: set["asyncio.Task[Outcome]"] = field(default_factory=set)

    def links(self, platform: str) -> bool:
        """Whether this network can be linked by consent with this configuration."""
        return self.leaving.consents.of(platform) is not None

    def takes_keys(self, platform: str) -> bool:
        """Whether people bring keys of their own for this network."""
        connected = self.leaving.consents.connected.get(platform)
        return connected is not None and connected.platform.keyed is not None

    # -- in a handler's transaction ----------------------------------------------------------------------------------

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
        """A new link; an earlier one of this person for the same ends. Only for a network that `links`.

        `account`: whose permission is to be renewed; None: whichever the person authorizes. `delegated`: for
        somebody else, whose account `by` confirms. `pasted` in the Offer: ask the Question QUESTION about its
        `linking_id`, and `finish` with what comes.
        """
        give = self.leaving.offer
        return await give(unit, platform, account=account, chat_id=chat_id, by=by, now=now, delegated=delegated)

    async def ask_key(
        self, unit: Unit, platform: str, *, account: Account | None, chat_id: int, by: Actor, now: datetime
    ) -> str:
        """The id of a linking that `keyed` completes. Only for a network that `takes_keys`."""
        expected = account.id if account is not None else None
        linking = Linking(self.leaving.new_id(), platform, chat_id, by, now + LINK_LIFE, expected)
        await unit.linkings.offer(linking, self.leaving.secret(), now)
        return linking.id

    async def choose(self, unit: Unit, linking_id: str, index: int, by: Actor, now: datetime) -> Account | None:
        """Keep the account picked or confirmed. None: it is over, or not for this person to say."""
        linking = await self._to_decide(unit, linking_id, by)
        candidates = await unit.linkings.proposed(linking_id) if linking is not None else None
        if linking is None or candidates is None:
            return None
        found = read(candidates)
        return await self.settling.keep(unit, linking, found[index], now) if 0 <= index < len(found) else None

    async def reject(self, unit: Unit, linking_id: str, by: Actor, now: datetime) -> None:
        """None of them."""
        if await self._to_decide(unit, linking_id, by) is not None:
            await unit.linkings.close(linking_id, Stage.REFUSED, now)

    async def _to_decide(self, unit: Unit, linking_id: str, by: Actor) -> Linking | None:
        """The linking, when this person may decide about it: who asked for it, or an owner."""
        linking = await unit.linkings.linking(linking_id)
        role, _ = await role_of(by, self.leaving.guests, unit)
        if linking is None or role < Role.EDITOR:
            return None
        return linking if by.id == linking.by.id or role >= Role.OWNER else None

    # -- the pages ---------------------------------------------------------------------------------------------------

    async def look(self, nonce: str) -> Opening:
        """What a link is for; nothing is used up by looking."""
        return await self.leaving.look(nonce)

    async def leave(self, nonce: str) -> Opening | Departure:
        """Send a browser to the network; an Opening with its `fault` when the link cannot be used any more."""
        return await self.leaving.leave(nonce)

    async def asker(self, linking: Linking) -> Person | None:
        """Who asked for it: in their words the pages speak."""
        async with self.leaving.store.view() as unit:
            return await unit.people.person(linking.by.id)

    async def complete(
        self, state: str, code: str | None, error: str | None, browser: str | None, platform: str
    ) -> Outcome:
        """From the return page of `platform`; `browser` is the cookie. The code is exchanged before this ends."""
        asking = await self._answered(state) if 0 < len(state) < LONGEST else None
        if asking is None or asking.linking.platform != platform:
            return Outcome(Stage.REFUSED, "link.unknown")
        same = asking.browser is not None and hmac.compare_digest(asking.browser, hashed(browser or ""))
        finding = self.settling.exchanged(asking, code, error)
        at_once = same and not asking.linking.delegated
        outcome = await self._surely(asking.linking, finding, at_once=at_once, paged=True)
        return self._once_more(outcome, (browser or "").partition(".")[2]) if same else outcome

    def _once_more(self, outcome: Outcome, nonce: str) -> Outcome:
        """In the browser that left, the way back to its link, while that can be opened."""
        linking = outcome.linking
        if outcome.stage is not Stage.ASKING or linking is None or over(linking, self.leaving.clock.now()) is not None:
            return outcome
        url = self.leaving.consents.link(nonce)
        return replace(outcome, again=Offer(linking.id, url, pasted=False, button=not near(url)))

    async def _answered(self, state: str) -> Asking | None:
        try:
            async with self.leaving.store.unit() as unit:
                return await unit.linkings.answered(state)
        except VaultError:
            log.warning("an answer came for a linking that the present key does not open")
            return None

    # -- what is typed into the chat ---------------------------------------------------------------------------------

    async def finish(self, linking_id: str, code: SecretStr) -> Outcome:
        """With what was pasted: the final address, or the code in it. An answer to another question is refused."""
        given = pasted.read(code.get_secret_value())
        async with self.leaving.store.unit() as unit:
            linking = await unit.linkings.linking(linking_id)
            asking = await _open(unit, linking) if linking is not None else None
            ours = asking is not None and given is not None and _answers(given, asking)
            if asking is not None and ours:
                await unit.linkings.answered(asking.ticket.state)
        if asking is None:
            return self._tell(Outcome(Stage.REFUSED, "link.unknown", linking=linking))
        if given is None or not ours:
            return self._tell(Outcome(Stage.ASKING, "link.foreign", linking=linking))
        finding = self.settling.exchanged(asking, given.code, given.error)
        return await self._surely(asking.linking, finding, at_once=False)

    async def typed(self, linking_id: str, *, keyed: bool) -> None:
        """With what the chat holds for it, once: a process that died on the way asks for it again."""
        async with self.leaving.store.unit() as unit:
            held = await unit.linkings.held(linking_id)
            await unit.linkings.release(linking_id)
        if held is not None:
            await (self.keyed if keyed else self.finish)(linking_id, held)

    async def keyed(self, linking_id: str, key: SecretStr) -> Outcome:
        """With a key that a person brought: proven by a read call, then kept."""
        async with self.leaving.store.view() as unit:
            linking = await unit.linkings.linking(linking_id)
        if linking is None or over(linking, self.leaving.clock.now()) is not None:
            return self._tell(Outcome(Stage.REFUSED, "link.unknown", linking=linking))
        return await self._surely(linking, self.settling.proven(linking, key), at_once=True)

    # -- surely, and told --------------------------------------------------------------------------------------------

    async def _surely(self, linking: Linking, finding: Finding, *, at_once: bool, paged: bool = False) -> Outcome:
        """In a task of its own: whoever waits for it may go away, the code is used all the same.

        `paged`: what is passing is told by the page alone.
        """

        async def settled() -> Outcome:
            outcome = await self.settling.settle(linking, finding, at_once=at_once)
            log.info("linking answered", platform=linking.platform, stage=outcome.stage.value, told=outcome.key)
            return outcome if paged and outcome.stage is Stage.ASKING else self._tell(outcome)

        task = asyncio.create_task(settled(), name="linking")
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        return await asyncio.shield(task)

    def _tell(self, outcome: Outcome) -> Outcome:
        self.herald.tell(outcome)
        return outcome

    async def stop(self) -> None:
        """Wait for what is under way: a code that was used must not be lost."""
        await asyncio.gather(*self._under_way, return_exceptions=True)
        await self.herald.stop()


async def _open(unit: Unit, linking: Linking) -> Asking | None:
    """What waits for an answer to this linking."""
    asking = await unit.linkings.open(linking.chat_id, linking.by.id, linking.platform)
    return asking if asking is not None and asking.linking.id == linking.id else None


def _answers(given: Pasted, asking: Asking) -> bool:
    """Whether it came of our question; a code that was brought alone cannot tell."""
    return given.state is None or hmac.compare_digest(hashed(given.state), hashed(asking.ticket.state))
