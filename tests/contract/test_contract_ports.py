"""Ports that have a stand-in: what the real one does, the stand-in does too, or tests with it prove nothing."""

import asyncio
import hashlib
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest

from adapters.adapted import Media
from bot.clock import SystemClock
from fakes.alarms import FakeAlarms
from fakes.claiming import claim
from fakes.clock import FakeClock
from fakes.network import Network, adapted, scripted
from fakes.pictures import picture
from fakes.standins import MemoryMedia, MemorySteps
from fakes.world import World
from publishers.engine.contract import Absent, Act, Attempt, Receipt, Steps
from publishers.engine.errors import Rejected, Unavailable, Unconfirmed
from publishers.engine.outside import Clock, MediaMissing, MediaStore
from publishers.engine.ports import Alarms, Store
from publishers.engine.steps import Fence
from storage.alarms import Alarms as RealAlarms
from storage.media import MediaFiles

# -- clock -----------------------------------------------------------------------------------------------------------


@pytest.fixture(params=[SystemClock, FakeClock])
def clock(request: pytest.FixtureRequest) -> Clock:
    made: Clock = request.param()
    return made


def test_now_is_aware_and_in_utc(clock: Clock) -> None:
    assert clock.now().utcoffset() == timedelta(0)
    assert clock.now() <= clock.now()


async def test_sleeping_takes_the_time_that_was_asked_for(clock: Clock) -> None:
    before, ticks = clock.now(), clock.monotonic()
    await clock.sleep(0.02)
    assert clock.monotonic() - ticks >= 0.019
    assert clock.now() - before >= timedelta(seconds=0.019)


@pytest.mark.parametrize("seconds", [0, 0.01])
async def test_others_work_while_one_sleeps(clock: Clock, seconds: float) -> None:
    worked = asyncio.Event()

    async def work() -> None:
        worked.set()

    working = asyncio.create_task(work())
    await clock.sleep(seconds)
    assert worked.is_set()
    await working


async def test_a_sleep_can_be_broken_off() -> None:
    for clock in (SystemClock(), FakeClock(patience=1)):
        sleeping = asyncio.create_task(clock.sleep(3600))
        await asyncio.sleep(0)
        sleeping.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sleeping


# -- media -----------------------------------------------------------------------------------------------------------

BYTES = picture(40, 30)
MEDIA = Media(hashlib.sha256(BYTES).hexdigest(), "image/jpeg", 40, 30, len(BYTES))


@dataclass
class Shelf:
    """A media store, and how a picture gets into it, changes in it and is lost from it."""

    media: MediaStore
    put: Callable[[bytes], Awaitable[object]]
    spoil: Callable[[str], object]
    drop: Callable[[str], Awaitable[object]]


def real_shelf(folder: Path, base: str | None) -> Shelf:
    files = MediaFiles(folder, key=b"k" * 32, clock=FakeClock(), public_url=base)
    return Shelf(files, files.write, lambda sha256: files._path(sha256).write_bytes(b"other"), files.remove)


def memory_shelf(folder: Path, base: str | None) -> Shelf:
    memory = MemoryMedia(base)

    async def put(data: bytes) -> None:
        memory.files[hashlib.sha256(data).hexdigest()] = data

    async def drop(sha256: str) -> None:
        memory.files.pop(sha256, None)

    return Shelf(memory, put, lambda sha256: memory.files.update({sha256: b"other"}), drop)


SHELVES = pytest.mark.parametrize("make", [real_shelf, memory_shelf])


@SHELVES
async def test_what_was_kept_is_read_again(make, tmp_path: Path) -> None:
    shelf = make(tmp_path, None)
    for _ in range(2):
        await shelf.put(BYTES)
    assert await shelf.media.read(MEDIA.sha256) == BYTES


@SHELVES
@pytest.mark.parametrize("name", [MEDIA.sha256, "", "../../etc/passwd", "0" * 63, "0" * 65, "G" * 64])
async def test_what_is_not_there_is_missing(make, tmp_path: Path, name: str) -> None:
    with pytest.raises(MediaMissing):
        await make(tmp_path, None).media.read(name)


@SHELVES
async def test_what_was_lost_is_missing(make, tmp_path: Path) -> None:
    shelf = make(tmp_path, None)
    await shelf.put(BYTES)
    await shelf.drop(MEDIA.sha256)
    with pytest.raises(MediaMissing):
        await shelf.media.read(MEDIA.sha256)


@SHELVES
async def test_what_was_altered_is_missing(make, tmp_path: Path) -> None:
    shelf = make(tmp_path, None)
    await shelf.put(BYTES)
    shelf.spoil(MEDIA.sha256)
    with pytest.raises(MediaMissing):
        await shelf.media.read(MEDIA.sha256)


@SHELVES
def test_without_a_public_address_there_are_no_links(make, tmp_path: Path) -> None:
    assert make(tmp_path, None).media.address(MEDIA) is None


@SHELVES
def test_each_picture_has_its_link_below_the_address(make, tmp_path: Path) -> None:
    media = make(tmp_path, "https://bot.example").media
    first, second = media.address(MEDIA), media.address(replace(MEDIA, sha256="1" * 64))
    assert first.startswith(f"https://bot.example/media/{MEDIA.sha256}")
    assert first != second
    assert first.isascii()


# -- steps -----------------------------------------------------------------------------------------------------------


@dataclass
class Bell(Act):
    """Rings in public. `script`: what happens to each try instead."""

    settle: ClassVar[timedelta] = timedelta(0)
    silence: ClassVar[timedelta | None] = timedelta(0)
    text: str = "din don"
    script: list[Exception] = field(default_factory=list)
    rung: int = 0
    answers: Receipt | Absent | None = None

    async def perform(self) -> Receipt:
        self.rung += 1
        if self.script:
            raise self.script.pop(0)
        return Receipt(f"bell-{self.rung}", "https://bells.example/1")

    async def find(self, attempt: Attempt) -> Receipt | Absent | None:
        return self.answers


@dataclass
class Maker:
    """Makes values that count up."""

    made: int = 0

    async def value(self) -> str:
        self.made += 1
        return f"value-{self.made}"


@dataclass
class Stand:
    steps: Steps
    clock: FakeClock


@pytest.fixture(params=["fence", "memory"])
async def stand(request: pytest.FixtureRequest, store: Store) -> AsyncIterator[Stand]:
    clock = FakeClock()
    if request.param == "memory":
        yield Stand(MemorySteps(clock), clock)
        return
    world = World(store, clock, {"plaza": scripted(Network(clock))})
    job = await world.approve([await world.account()], adapted("din don"))
    async with store.unit() as unit:
        [delivery] = await claim(unit, clock.now(), {"plaza": 1}, 1)
    assert delivery.job_id == job.id
    yield Stand(Fence(world.fences, delivery), clock)
    await world.kill()


async def test_a_value_is_made_once(stand: Stand) -> None:
    maker = Maker()
    assert [await stand.steps.prepare("photo", maker.value()) for _ in range(3)] == ["value-1"] * 3
    assert await stand.steps.prepare("other", maker.value()) == "value-2"
    assert maker.made == 2


async def test_what_is_not_needed_is_never_begun(stand: Stand) -> None:
    maker = Maker()
    await stand.steps.prepare("photo", maker.value())
    unneeded = maker.value()
    await stand.steps.prepare("photo", unneeded)
    assert inspect.getcoroutinestate(unneeded) == inspect.CORO_CLOSED


async def test_a_value_that_could_not_be_made_is_made_later(stand: Stand) -> None:
    async def broken() -> str:
        raise Unavailable("down")

    with pytest.raises(Unavailable):
        await stand.steps.prepare("photo", broken())
    assert await stand.steps.prepare("photo", Maker().value()) == "value-1"


async def test_a_value_that_no_longer_keeps_is_made_again(stand: Stand) -> None:
    maker, hour = Maker(), timedelta(hours=1)
    await stand.steps.prepare("photo", maker.value(), keeps=hour)
    stand.clock.advance(3599)
    assert await stand.steps.prepare("photo", maker.value(), keeps=hour) == "value-1"
    stand.clock.advance(2)
    assert await stand.steps.prepare("photo", maker.value(), keeps=hour) == "value-2"


async def test_what_is_public_is_done_once(stand: Stand) -> None:
    bell = Bell()
    receipts = [await stand.steps.commit("ring", bell) for _ in range(3)]
    assert receipts == [Receipt("bell-1", "https://bells.example/1")] * 3
    assert bell.rung == 1


@pytest.mark.parametrize("refusal", [Unavailable("down"), Rejected("no")])
async def test_a_definite_no_may_be_tried_again(stand: Stand, refusal: Any) -> None:
    bell = Bell(script=[refusal])
    with pytest.raises(type(refusal)):
        await stand.steps.commit("ring", bell)
    assert (await stand.steps.commit("ring", bell)).id == "bell-2"


async def test_a_doubt_is_looked_into_and_never_repeated(stand: Stand) -> None:
    bell = Bell(script=[Unconfirmed("no answer")], answers=Receipt("bell-1"))
    with pytest.raises(Unconfirmed):
        await stand.steps.commit("ring", bell)
    assert (await stand.steps.commit("ring", bell)).id == "bell-1"
    assert bell.rung == 1


async def test_a_doubt_stays_while_nothing_is_seen(stand: Stand) -> None:
    class Mute(Bell):
        silence: ClassVar[timedelta | None] = None

    bell = Mute(script=[Unconfirmed("no answer")])
    for _ in range(3):
        with pytest.raises(Unconfirmed):
            await stand.steps.commit("ring", bell)
    assert bell.rung == 1


async def test_values_are_frozen_while_in_doubt(stand: Stand) -> None:
    maker, hour = Maker(), timedelta(hours=1)
    await stand.steps.prepare("photo", maker.value(), keeps=hour)
    with pytest.raises(Unconfirmed):
        await stand.steps.commit("ring", Bell(script=[Unconfirmed("no answer")]))
    stand.clock.advance(7200)
    assert await stand.steps.prepare("photo", maker.value(), keeps=hour) == "value-1"


# -- alarms ----------------------------------------------------------------------------------------------------------

SOON = timedelta(milliseconds=20)


@dataclass
class Tower:
    """An alarm clock that is listened to, and how its time passes."""

    alarms: Alarms
    clock: Clock
    rung: list[datetime] = field(default_factory=list)

    def listen(self) -> None:
        self.alarms.listen(lambda: self.rung.append(self.clock.now()))

    async def wait(self) -> None:
        """Until what was set for soon has rung, and a little longer."""
        if isinstance(self.alarms, FakeAlarms) and isinstance(self.clock, FakeClock):
            self.clock.advance(2 * SOON.total_seconds())
            self.alarms.strike()
            return
        for _ in range(20):
            await asyncio.sleep(SOON.total_seconds() / 5)

    def after(self, delay: timedelta) -> datetime:
        return self.clock.now() + delay


@pytest.fixture(params=["real", "fake"])
async def tower(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Tower]:
    if request.param == "fake":
        clock = FakeClock()
        yield Tower(FakeAlarms(clock), clock)
        return
    async with RealAlarms(tmp_path) as alarms:
        alarms.retrieved()
        yield Tower(alarms, SystemClock())


async def test_an_alarm_rings_once_and_not_before_its_time(tower: Tower) -> None:
    tower.listen()
    at = tower.after(SOON)
    assert tower.alarms.set({"a": at}) is True
    assert tower.rung == []
    for _ in range(2):
        await tower.wait()
    [rung] = tower.rung
    assert rung >= at


@pytest.mark.parametrize("delay", [timedelta(), timedelta(days=-400)])
async def test_an_alarm_for_a_time_that_is_past_rings_at_once(tower: Tower, delay: timedelta) -> None:
    tower.listen()
    tower.alarms.set({"a": tower.after(delay)})
    await tower.wait()
    assert len(tower.rung) == 1


async def test_what_became_due_before_anybody_listened_rings_then(tower: Tower) -> None:
    tower.alarms.set({"a": tower.after(SOON)})
    await tower.wait()
    assert tower.rung == []
    tower.listen()
    await tower.wait()
    assert len(tower.rung) == 1


async def test_each_delivery_has_one_alarm(tower: Tower) -> None:
    tower.listen()
    tower.alarms.set({"a": tower.after(SOON), "b": tower.after(timedelta(days=9))})
    tower.alarms.set({"a": tower.after(timedelta(days=9))})
    await tower.wait()
    assert tower.rung == []
    tower.alarms.set({"b": tower.after(SOON)})
    await tower.wait()
    assert len(tower.rung) == 1


async def test_what_rings_together_rings_at_least_once(tower: Tower) -> None:
    tower.listen()
    at = tower.after(SOON)
    tower.alarms.set({str(number): at for number in range(70)})
    await tower.wait()
    assert 1 <= len(tower.rung) <= 70


async def test_setting_none_is_nothing(tower: Tower) -> None:
    tower.listen()
    assert tower.alarms.set({}) is True
    await tower.wait()
    assert tower.rung == []


async def test_nothing_is_lost_once_that_is_known(tower: Tower) -> None:
    tower.alarms.retrieved()
    assert tower.alarms.lost is False
