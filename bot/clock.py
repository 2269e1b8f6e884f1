"""What a process takes from the outside: the time, new ids, and chance. Injected everywhere, faked in tests."""

import asyncio
import secrets
import time
import uuid
from datetime import UTC, datetime
from random import SystemRandom

_chance = SystemRandom()


class SystemClock:
    """The clock of the machine, as publishers.engine.outside.Clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


def new_id() -> str:
    """A UUID nobody can guess, as text."""
    return str(uuid.uuid4())


def new_secret() -> str:
    """256 bits nobody can guess, as text that needs no quoting in an address."""
    return secrets.token_urlsafe(32)


def jitter() -> float:
    """From 0 up to, not including, 1: how much a retry is moved so that not all come back at once."""
    return _chance.random()
