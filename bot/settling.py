"""From an answer of a network to an account that is kept, or to one sentence why not."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from pydantic import SecretStr, ValidationError

from bot.consents import Consents
from bot.leaving import Leaving
from bot.outcomes import Found, Outcome, Refused, refusal, written
from bot.roles import Role, role_of
from publishers.engine.authorization import Candidate
from publishers.engine.contract import Checks, Identity
from publishers.engine.errors import PublishingError
from publishers.engine.linkings import Asking, Linking, Stage
from publishers.engine.model import Account
from publishers.engine.people import Question
from publishers.engine.ports import Unit

PATIENCE = 25.0
"""Seconds an exchange may take: some codes live for 30."""
LONGEST_CODE = 4096
QUESTION = "link"
"""Kind of the question that a pasted address or code answers; its subject is the linking's id."""
DENIED = frozenset({"access_denied", "user_denied", "user_cancelled_login", "user_cancelled_authorize"})

T = TypeVar("T")
Finding = Coroutine[Any, Any, Sequence[Found]]


@dataclass(frozen=True, slots=True)
class Settling:
    """Codes and keys are used and never kept."""

    leaving: Leaving
    poke: Callable[[], None]
    """Called when an account was kept: what waited for it goes on."""

    @property
    def consents(self) -> Consents:
        return self.leaving.consents

    async def settle(self, linking: Linking, finding: Finding, *, at_once: bool) -> Outcome:
        """`at_once`: the only account that fits is kept without another word; else the chat has the last one."""
        now = self.leaving.clock.now
        try:
            found = await finding
            async with self.leaving.store.unit() as unit:
                outcome = await self._decide(unit, linking, found, now(), at_once=at_once)
        except Refused as refused:
            async with self.leaving.store.unit() as unit:
                return await self._refuse(unit, linking, refused, now())
        if outcome.stage is Stage.DONE:
            self.poke()
        return outcome

    # -- what the network says ---------------------------------------------------------------------------------------

    async def exchanged(self, asking: Asking, code: str | None, error: str | None) -> Sequence[Found]:
        """Raises Refused."""
        if asking.until <= self.leaving.clock.now():
            raise Refused("link.late", passing=True)
        if error or not code:
            raise Refused("link.cancelled" if error in DENIED else "link.failed")
        way = self.consents.of(asking.linking.platform)
        if way is None or len(code) > LONGEST_CODE:
            raise Refused("link.code_refused")
        found = await _patiently(way.exchange(asking.ticket, code))
        if not found:
            raise Refused("link.no_account")
        return [Found.of(candidate) for candidate in found]

    async def proven(self, linking: Linking, key: SecretStr) -> Sequence[Found]:
        """The account of a key that a person brought. Raises Refused."""
        connected = self.consents.connected.get(linking.platform)
        if connected is None or connected.platform.keyed is None:
            raise Refused("link.unknown")
        try:
            credentials = connected.platform.keyed(key)
        except ValidationError:
            raise Refused("link.key_refused") from None
        publisher = connected.platform.connect(connected.settings, credentials, self.consents.outside)
        if isinstance(publisher, Checks):
            identity = await _checked(publisher)
        else:
            identity = Identity(credentials.account, credentials.account)
        return [Found.of(Candidate(identity, credentials))]

    # -- what becomes of it ------------------------------------------------------------------------------------------

    async def _decide(
        self, unit: Unit, linking: Linking, found: Sequence[Found], now: datetime, *, at_once: bool
    ) -> Outcome:
        role, _ = await role_of(linking.by, self.leaving.guests, unit)
        if role < Role.EDITOR:
            raise Refused("link.unknown")
        fitting = await _expected(unit, linking, found)
        if at_once and len(fitting) == 1:
            account = await self.keep(unit, linking, fitting[0], now)
            if account is None:
                raise Refused("link.unknown", passing=True)
            return Outcome(Stage.DONE, "link.connected", {"account": account.name}, account, linking=linking)
        if not await unit.linkings.propose(linking.id, written(fitting), now):
            raise Refused("link.unknown", passing=True)
        return _proposed(linking, [each.identity for each in fitting])

    async def keep(self, unit: Unit, linking: Linking, found: Found, now: datetime) -> Account | None:
        """None: the linking was over."""
        if not await unit.linkings.close(linking.id, Stage.DONE, now):
            return None
        platform, identity = linking.platform, await _named(unit, linking.platform, found.identity)
        account, _ = await unit.accounts.add(platform, identity, found.secret, expires_at=found.expires_at, at=now)
        return account

    async def _refuse(self, unit: Unit, linking: Linking, refused: Refused, now: datetime) -> Outcome:
        """One that is definite ends the linking, and another link takes its place."""
        if refused.passing and self.consents.public_url is not None:
            return Outcome(Stage.ASKING, refused.key, refused.params, linking=linking)
        again = None
        if await unit.linkings.close(linking.id, Stage.REFUSED, now):
            again = await self.leaving.anew(unit, linking, now)
        if again is not None and again.pasted:
            question = Question(QUESTION, again.linking_id)
            await unit.questions.ask(linking.chat_id, linking.by.id, question, now)
        return Outcome(Stage.REFUSED, refused.key, refused.params, linking=linking, again=again)


async def _checked(publisher: Checks) -> Identity:
    """Whose key it is. Raises Refused."""
    try:
        return await _patiently(publisher.check())
    except Refused as refused:
        if refused.key == "link.code_refused":
            raise Refused("link.key_refused") from refused
        raise


async def _patiently(asked: Awaitable[T]) -> T:
    """Raises Refused for every answer that is none."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await asked
    except PublishingError as error:
        raise refusal(error) from error
    except TimeoutError:
        raise Refused("link.away", passing=True) from None


async def _named(unit: Unit, platform: str, identity: Identity) -> Identity:
    """An account that is there already keeps the name under which people know it."""
    accounts = await unit.accounts.accounts()
    had = [each.name for each in accounts if (each.platform, each.external_id) == (platform, identity.id)]
    return Identity(identity.id, had[0]) if had else identity


async def _expected(unit: Unit, linking: Linking, found: Sequence[Found]) -> Sequence[Found]:
    """The account that is to be renewed, else all. Raises Refused when it is not among them."""
    if linking.account_id is None:
        return found
    account = await unit.accounts.account(linking.account_id)
    if account is None:
        raise Refused("link.unknown")
    fitting = [each for each in found if each.identity.id == account.external_id]
    if not fitting:
        names = ", ".join(each.identity.name for each in found[:3])
        raise Refused("link.wrong_account", {"found": names, "account": account.name})
    return fitting[:1]


def _proposed(linking: Linking, candidates: Sequence[Identity]) -> Outcome:
    params = {"account": candidates[0].name, "name": linking.by.name}
    if len(candidates) > 1:
        key = "link.choose_elsewhere" if linking.delegated else "link.choose"
    else:
        key = "link.confirm_elsewhere" if linking.delegated else "link.confirm"
    return Outcome(Stage.CHOOSING, key, params, candidates=tuple(candidates), linking=linking)
