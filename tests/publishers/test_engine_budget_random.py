"""Whatever comes whenever, whatever the windows: none is ever overrun, nothing is lost, who came first goes first."""

import asyncio
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

import pytest
from cryptography.fernet import Fernet
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from fakes.clock import FakeClock
from fakes.network import Network, adapted, fine, lost, scripted
from fakes.world import World
from publishers.engine.budget import Window, windows
from publishers.engine.errors import RateLimited, Unavailable
from publishers.engine.orchestrator import Pace
from publishers.engine.retry import RetryPolicy
from storage.database import FILE, Database, sqlite_url
from storage.store import Store
from storage.vault import Vault


@dataclass(frozen=True)
class Arrival:
    after: int
    """Seconds since the one before."""
    parts: int = 1


LIMITS = st.dictionaries(
    st.sampled_from(("posts_per_hour", "posts_per_15min", "posts_per_90min", "posts_per_day")),
    st.integers(1, 5),
    max_size=2,
)
ARRIVALS = st.lists(st.builds(Arrival, st.sampled_from((0, 0, 1, 600, 899, 3599, 4000))), min_size=1, max_size=12)
THREADS = st.lists(st.builds(Arrival, st.sampled_from((0, 1, 1800)), st.integers(1, 4)), min_size=1, max_size=8)
TROUBLE = st.lists(st.sampled_from(("fine", "fine", "lost", "refused", "limited")), max_size=8)
CAREFUL = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])


def overrun(moments: Sequence[datetime], window: Window) -> bool:
    return any(sum(1 for at in moments if end - window.span < at <= end) > window.most for end in moments)


@pytest.fixture(scope="session")
def schema(_empty_database: bytes) -> bytes:
    return _empty_database


class Town:
    """A world on a database of its own."""

    def __init__(self, folder: Path, limits: dict[str, int]) -> None:
        self.clock = FakeClock()
        self.plaza = Network(self.clock)
        self.limits = limits
        self.database = Database(sqlite_url(folder))

    async def __aenter__(self) -> Self:
        await self.database.open()
        store = Store(self.database, Vault([SecretStr(Fernet.generate_key().decode())]))
        platforms = {"plaza": scripted(self.plaza)}
        patient = RetryPolicy(max_retries=50)
        limits = {"plaza": dict(self.limits)}
        self.world = World(store, self.clock, platforms, patient, pace=Pace(slots=4), limits=limits)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.world.kill()
        await self.database.close()

    @property
    def windows(self) -> tuple[Window, ...]:
        return windows(self.world.engine.connections.platforms["plaza"].settings)

    def script(self, trouble: Sequence[str]) -> None:
        until = self.clock.now() + timedelta(minutes=40)
        made = {
            "fine": fine,
            "lost": lost,
            "refused": Unavailable("x", retry_at=self.clock.now()),
            "limited": RateLimited(retry_at=until),
        }
        self.plaza.script = [made[each] for each in trouble]

    async def live(self, arrivals: Sequence[Arrival]) -> list[str]:
        """Everything that arrives, until all of it is public: texts of what arrived, in order."""
        account = await self.world.account()
        texts = []
        for number, arrival in enumerate(arrivals):
            comes = self.clock.now() + timedelta(seconds=arrival.after)
            await self.world.run_until_rest(timedelta(seconds=arrival.after))
            self.clock.advance((comes - self.clock.now()).total_seconds())
            parts = [f"texto {number:02} parte {part}" for part in range(arrival.parts)]
            await self.world.approve([account], adapted(*parts))
            texts += parts
            if arrivals[number + 1 : number + 2] != [Arrival(0, 1)]:  # else they come together
                await self.world.run_due()
        await self.world.run_until_rest(timedelta(days=60))
        return texts


def lived(
    schema: bytes, limits: dict[str, int], arrivals: Sequence[Arrival], trouble: Sequence[str] = ()
) -> tuple[Town, list[str]]:
    async def live() -> tuple[Town, list[str]]:
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / FILE).write_bytes(schema)
            async with Town(Path(folder), limits) as town:
                town.script(trouble)
                return town, await town.live(arrivals)

    return asyncio.run(live())


@CAREFUL
@given(limits=LIMITS, arrivals=ARRIVALS)
def test_no_window_is_overrun_and_nobody_overtakes(
    schema: bytes, limits: dict[str, int], arrivals: Sequence[Arrival]
) -> None:
    town, texts = lived(schema, limits, arrivals)
    posts = town.plaza.posts
    assert sorted(post.text for post in posts) == texts
    assert not [window for window in town.windows if overrun([post.at for post in posts], window)]
    moments = {post.text: post.at for post in posts}
    assert [moments[text] for text in texts] == sorted(moments.values())


@CAREFUL
@given(limits=LIMITS, arrivals=THREADS, trouble=TROUBLE)
def test_not_with_threads_and_trouble_either(
    schema: bytes, limits: dict[str, int], arrivals: Sequence[Arrival], trouble: Sequence[str]
) -> None:
    town, texts = lived(schema, limits, arrivals, trouble)
    posts = town.plaza.posts
    assert sorted(post.text for post in posts) == sorted(texts)
    longest = max(arrival.parts for arrival in arrivals)
    moments = [post.at for post in posts]
    assert not [window for window in town.windows if longest <= window.most and overrun(moments, window)]
