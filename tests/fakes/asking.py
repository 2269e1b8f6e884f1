"""One consent, from our link to the account: our side of it, and the platform's as its rig says."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from pydantic import SecretStr

from fakes.clock import FakeClock
from fakes.consent import Answered, consent
from fakes.consent_rigs import REDIRECT, ConsentRig
from fakes.faults import pattern
from fakes.rigged import platform_of
from fakes.standins import MemoryMedia
from publishers.engine.contract import Authorizes, Candidate, Checks, Credentials, Identity, Platform, Publisher, Ticket
from publishers.engine.errors import PublishingError
from publishers.engine.outside import Outside
from publishers.wire.http import Wire

TICKET = Ticket("st4te-of-one-use", SecretStr("v3rifier" * 8), REDIRECT)


@dataclass
class Asking:
    """Our side and the platform's of one consent."""

    rig: ConsentRig
    clock: FakeClock
    fake: Any
    outside: Outside

    @property
    def platform(self) -> Platform:
        return platform_of(self.rig.platform)

    def settings(self, **changes: Any) -> Any:
        return self.platform.settings.model_validate({**self.rig.stanza(self.fake), **changes})

    def authorizes(self, **changes: Any) -> Authorizes:
        assert self.platform.authorize is not None
        found = self.platform.authorize(self.settings(**changes), self.outside)
        assert found is not None
        return found

    async def agreed(self, ticket: Ticket = TICKET, **answer: Any) -> Answered:
        """The person opens our link and allows it."""
        return await consent(self.authorizes().address(ticket), **answer)

    async def linked(self, **answer: Any) -> Sequence[Candidate]:
        return await self.authorizes().exchange(TICKET, (await self.agreed(**answer)).code)

    async def refused(self, code: str, ticket: Ticket = TICKET) -> PublishingError:
        with pytest.raises(PublishingError) as raised:
            await self.authorizes().exchange(ticket, code)
        return raised.value

    def publisher(self, credentials: Credentials) -> Publisher:
        return self.platform.connect(self.settings(), credentials, self.outside)

    async def checked(self, credentials: Credentials) -> Identity:
        publisher = self.publisher(credentials)
        assert isinstance(publisher, Checks)
        return await publisher.check()

    def calls(self, where: str) -> int:
        form = pattern(where)
        return sum(1 for asked in self.fake.requests if form.fullmatch(f"{asked.method} {asked.path}"))


@asynccontextmanager
async def asks(rig: ConsentRig) -> AsyncIterator[Asking]:
    clock = FakeClock()
    async with rig.serve(now=clock.now) as fake, Wire(clock, timeout=5) as wire:
        rig.enrol(fake)
        yield Asking(rig, clock, fake, Outside(clock, wire, MemoryMedia()))
