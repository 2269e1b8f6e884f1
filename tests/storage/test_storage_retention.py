"""Retention: what nothing keeps any more goes, and nothing else, whoever comes in between."""

import asyncio
import hashlib
import os
import shutil
import sqlite3
import threading
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import structlog
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select
from storage_samples import ANA, CHAT, NOON

from adapters.adapted import Adapted, Media, Part
from adapters.content import Content, Image
from bot.tidying import SLICE, Tidying
from fakes.clock import FakeClock
from publishers.engine.model import FINAL, DeliveryStatus, DraftStatus, Move
from publishers.engine.outside import MediaMissing
from publishers.engine.ports import Store
from publishers.engine.retention import Keeps
from storage import media, tables
from storage.database import FILE, Database, sqlite_url
from storage.jobs import UNFINISHED
from storage.media import GRACE, MediaFiles
from storage.store import Store as RealStore
from storage.vault import Vault

_S = DeliveryStatus
HOUR = timedelta(hours=1)
KEEPS = Keeps(completed=24 * HOUR, completed_last=3, failed=7 * 24 * HOUR)
POOL = [f"picture {number}".encode() for number in range(9)]
HASHES = [hashlib.sha256(data).hexdigest() for data in POOL]

ACCOUNT = {
    "id": "account-1", "platform": "alpha", "external_id": "1", "name": "@a", "main": True, "credentials_version": 1,
    "usable": True, "added_at": NOON,
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One delivery: which of the pictures its print is, and its steps."""

    status: DeliveryStatus = _S.PUBLISHED
    age: timedelta = timedelta(0)
    prints: tuple[int, ...] = ()
    steps: tuple[str, ...] = ()
    """"prepared", "armed", "received" or "disarmed"."""


@dataclass(frozen=True)
class Deed:
    """One draft, and the job it became if it was approved."""

    status: DraftStatus = DraftStatus.APPROVED
    age: timedelta = timedelta(0)
    pictures: tuple[int, ...] = ()
    lines: tuple[Line, ...] = ()


@dataclass
class Room:
    """A database, a folder of pictures and a clock."""

    database: Database
    store: Store
    files: MediaFiles
    clock: FakeClock
    folder: Path
    count: int = 0
    tidying: Tidying = field(init=False)

    def __post_init__(self) -> None:
        self.tidying = Tidying(self.store, self.files, self.clock, KEEPS)

    def path(self, number: int) -> Path:
        return self.folder / "media" / HASHES[number][:2] / HASHES[number][2:]

    def lay(self, number: int, age: timedelta = 2 * HOUR) -> None:
        """A file of an earlier life, last used so long ago."""
        path = self.path(number)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(POOL[number])
        at = (self.clock.now() - age).timestamp()
        os.utime(path, (at, at))

    def lying(self) -> set[int]:
        return {number for number in range(len(POOL)) if self.path(number).exists()}

    async def add(self, deed: Deed) -> str:
        """Rows as a long life leaves them. The id of the job."""
        self.count += 1
        at = self.clock.now() - deed.age
        content = Content("hola", tuple(Image(HASHES[n], "image/jpeg", 1, 1, 9) for n in deed.pictures)).dump()
        async with self.database.writing() as connection:
            await connection.execute(insert(tables.draft).values(**self._draft(deed, content, at)))
            if deed.status is DraftStatus.APPROVED:
                await connection.execute(insert(tables.job).values(**self._job(content, at)))
                for place, line in enumerate(deed.lines):
                    await self._line(connection, line, place)
        return self._name("job")

    def _name(self, kind: str) -> str:
        return f"{kind}-{self.count:04}"

    def _draft(self, deed: Deed, content: Any, at: datetime) -> dict[str, Any]:
        decided = None if deed.status is DraftStatus.PENDING else at
        return {
            "id": self._name("draft"), "chat_id": CHAT, "source_id": self.count, "author_id": 7, "author_name": "Ana",
            "version": 1, "status": deed.status, "content": content, "targets": [], "created_at": at, "dry_run": False,
            "card_version": 0, "decided_at": decided, "pictured_by": [],
        }  # fmt: skip

    def _job(self, content: Any, at: datetime) -> dict[str, Any]:
        return {
            "id": self._name("job"), "draft_id": self._name("draft"), "chat_id": CHAT, "content": content,
            "approved_by_id": 7, "approved_by_name": "Ana", "approved_at": at, "dry_run": False,
        }  # fmt: skip

    async def _line(self, connection: Any, line: Line, place: int) -> None:
        name, at = f"{self._name('job')}-{place}", self.clock.now() - line.age
        media = tuple(Media(HASHES[number], "image/jpeg", 1, 1, 9) for number in line.prints)
        row = {
            "id": name, "job_id": self._name("job"), "position": place, "account_id": "account-1", "platform": "alpha",
            "account_name": "@a", "status": line.status, "attempts": 0, "looks": 0, "params": {}, "simulated": False,
            "dry_run": False, "omit": False, "version": 1, "created_at": at, "moved_at": at, "credentials_version": 1,
            "unshown": False,
        }  # fmt: skip
        dump = Adapted("post", (Part("hola", media),)).dump()
        await connection.execute(insert(tables.delivery).values(**row))
        await connection.execute(insert(tables.adapted).values(delivery_id=name, digest="0" * 64, dump=dump))
        for number, kind in enumerate(line.steps):
            await connection.execute(insert(tables.step).values(**_step(name, number, kind, at)))

    async def steps(self) -> set[tuple[str, str]]:
        async with self.database.reading() as connection:
            rows = await connection.execute(select(tables.step.c.delivery_id, tables.step.c.key))
            return {(row.delivery_id, row.key) for row in rows}


def _step(delivery_id: str, number: int, kind: str, at: datetime) -> dict[str, Any]:
    armed = kind in {"armed", "received"}
    return {
        "delivery_id": delivery_id, "key": f"{kind}-{number}", "value": "made" if kind == "prepared" else None,
        "made_at": at, "armed_at": at if armed else None, "received_at": at if kind == "received" else None,
        "place": number, "mark": f"{delivery_id} {number}" if armed else None, "denied": False, "refused": False,
    }  # fmt: skip


@asynccontextmanager
async def opened(template: Path, folder: Path, vault: Vault) -> AsyncIterator[Room]:
    shutil.copy(template, folder / FILE)
    clock = FakeClock(NOON)
    async with Database(sqlite_url(folder)) as database:
        async with database.writing() as connection:
            await connection.execute(insert(tables.account).values(**ACCOUNT))
        files = MediaFiles(folder, key=b"k" * 32, clock=clock)
        yield Room(database, RealStore(database, vault), files, clock, folder)


@pytest.fixture
async def room(template: Path, tmp_path: Path, vault: Vault) -> AsyncIterator[Room]:
    async with opened(template, tmp_path, vault) as room:
        yield room


# -- the rules -----------------------------------------------------------------------------------------------------

DAY = 24 * HOUR
BIT = timedelta(microseconds=1)
PENDING, DISCARDED = DraftStatus.PENDING, DraftStatus.DISCARDED
RULES: dict[str, tuple[Deed, bool]] = {
    "published a day ago less a bit": (Deed(lines=(Line(_S.PUBLISHED, DAY - BIT),)), True),
    "published a day ago": (Deed(lines=(Line(_S.PUBLISHED, DAY),)), False),
    "its last move counts": (Deed(lines=(Line(_S.PUBLISHED, 9 * DAY), Line(_S.SKIPPED, HOUR))), True),
    "all skipped": (Deed(lines=(Line(_S.SKIPPED, 2 * DAY),)), False),
    "failed a week ago less a bit": (Deed(lines=(Line(_S.FAILED, 7 * DAY - BIT),)), True),
    "failed a week ago": (Deed(lines=(Line(_S.FAILED, 7 * DAY),)), False),
    "one failed, and another published later": (Deed(lines=(Line(_S.FAILED, 9 * DAY), Line(age=2 * DAY))), True),
    **{
        f"one {status} for ever": (Deed(lines=(Line(_S.PUBLISHED, 999 * DAY), Line(status, 999 * DAY))), True)
        for status in UNFINISHED
    },
    "failed, and one blocked for ever": (Deed(lines=(Line(_S.FAILED, 99 * DAY), Line(_S.BLOCKED, 99 * DAY))), True),
    "ended in the future, as the clock says now": (Deed(lines=(Line(age=-DAY),)), True),
}


@pytest.mark.parametrize("name", RULES)
async def test_a_job_keeps_its_working_data_as_long_as_the_rule_says(room: Room, name: str) -> None:
    deed, kept = RULES[name]
    first, *others = deed.lines
    line = Line(first.status, first.age, prints=(1,), steps=("prepared", "disarmed", "received", "armed"))
    job = await room.add(Deed(DraftStatus.APPROVED, 0 * HOUR, (0,), (line, *others)))
    for number in (0, 1):
        room.lay(number)
    await room.tidying.tidy()
    assert room.lying() == ({0, 1} if kept else set())
    fences = {(f"{job}-0", "received-2"), (f"{job}-0", "armed-3")}
    values = {(f"{job}-0", "prepared-0"), (f"{job}-0", "disarmed-1")}
    assert await room.steps() == (fences | values if kept else fences)


DRAFTS = {
    "pending for ever": (Deed(PENDING, 999 * DAY), True),
    "discarded a day ago less a bit": (Deed(DISCARDED, DAY - BIT), True),
    "discarded a day ago": (Deed(DISCARDED, DAY), False),
    "approved: as its job says": (Deed(lines=(Line(_S.PUBLISHED, 2 * DAY),)), False),
}


@pytest.mark.parametrize("name", DRAFTS)
async def test_a_draft_keeps_its_pictures_until_it_is_decided_and_a_while(room: Room, name: str) -> None:
    deed, kept = DRAFTS[name]
    await room.add(Deed(deed.status, deed.age, (0,), deed.lines))
    room.lay(0)
    await room.tidying.tidy()
    assert room.lying() == ({0} if kept else set())


async def test_of_those_that_ended_well_only_the_newest_keep_their_data(room: Room) -> None:
    """Failed and unfinished ones do not count."""
    for number, age in enumerate((5, 1, 4, 2, 3)):
        await room.add(Deed(pictures=(number,), lines=(Line(age=age * HOUR),)))
    await room.add(Deed(pictures=(5,), lines=(Line(_S.FAILED, HOUR),)))
    await room.add(Deed(pictures=(6,), lines=(Line(_S.WAITING, HOUR),)))
    for number in range(8):
        room.lay(number)
    await room.tidying.tidy()
    assert room.lying() == {1, 3, 4, 5, 6}


async def test_what_two_share_stays_as_long_as_one_keeps_it(room: Room) -> None:
    await room.add(Deed(pictures=(0,), lines=(Line(age=9 * DAY, prints=(1,)),)))
    await room.add(Deed(PENDING, pictures=(1,)))
    for number in (0, 1):
        room.lay(number)
    await room.tidying.tidy()
    assert room.lying() == {1}


async def test_a_picture_of_an_answer_not_given_yet_stays(room: Room) -> None:
    room.lay(0)
    async with room.store.unit() as unit:
        await unit.inbox.receive([{"update_id": 1}], NOON)
        await unit.inbox.handled(1, [{"kind": "Pictures", "chat_id": 7, "sha256s": [HASHES[0]], "caption": ""}], NOON)
    await room.tidying.tidy()
    assert room.lying() == {0}
    async with room.store.unit() as unit:
        await unit.inbox.answered(1, NOON)
    await room.tidying.tidy()
    assert room.lying() == set()


async def test_more_than_one_slice(room: Room) -> None:
    names = [hashlib.sha256(str(number).encode()).hexdigest() for number in range(2 * SLICE + 10)]
    for number, name in enumerate(names):
        path = room.folder / "media" / name[:2] / name[2:]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(str(number).encode())
        os.utime(path, (0, 0))
    for _ in range(SLICE + 5):
        await room.add(Deed(PENDING, pictures=(0,)))
    await room.add(Deed(PENDING, pictures=(1,)))
    await room.add(Deed(lines=(Line(age=9 * DAY, steps=("prepared",) * (2 * SLICE + 10)),)))
    room.lay(0)
    room.lay(1)
    with structlog.testing.capture_logs() as logs:
        await room.tidying.tidy()
    assert [dict(line) for line in logs] == [
        {
            "event": "tidied up",
            "log_level": "info",
            "letters": 0,
            "linkings": 0,
            "gists": 0,
            "values": len(names),
            "pictures": len(names),
        }
    ]
    assert room.lying() == {0, 1}
    with structlog.testing.capture_logs() as logs:
        await room.tidying.tidy()
    assert logs == []


async def test_letters_answered_long_ago_go_too(room: Room) -> None:
    async with room.store.unit() as unit:
        await unit.inbox.receive([{"update_id": 1}, {"update_id": 2}], NOON - 3 * DAY - BIT)
        await unit.inbox.handled(1, [], NOON)
    await room.tidying.tidy()
    async with room.store.view() as unit:
        assert [letter.update_id for letter in await unit.inbox.unhandled()] == [2]
    with structlog.testing.capture_logs() as logs:
        await room.tidying.tidy()
    assert logs == []


# -- nothing referred to is ever removed, everything else goes -----------------------------------------------------

ages = st.integers(0, 10 * 24).map(lambda hours: hours * HOUR)
pictures = st.lists(st.integers(0, len(POOL) - 1), max_size=3, unique=True).map(tuple)
kinds = st.lists(st.sampled_from(["prepared", "disarmed", "received"]), max_size=3).map(tuple)
lines = st.builds(Line, st.sampled_from(sorted(FINAL | {_S.FAILED, _S.WAITING, _S.BLOCKED})), ages, pictures, kinds)
some_lines = st.lists(lines, min_size=1, max_size=3).map(tuple)
deeds = st.builds(Deed, st.sampled_from(DraftStatus), ages, pictures, some_lines)


def keeping(all_deeds: list[Deed]) -> list[Deed]:
    """The rules once more, in plain words."""
    jobs = [deed for deed in all_deeds if deed.status is DraftStatus.APPROVED]
    states = {id(job): {line.status for line in job.lines} for job in jobs}
    age = {id(job): min(line.age for line in job.lines) for job in jobs}
    well = [job for job in jobs if states[id(job)] <= FINAL]
    well.sort(key=lambda job: age[id(job)])  # of one age: the one that was added first
    kept = [job for job in jobs if states[id(job)] & set(UNFINISHED)]
    kept += [job for job in jobs if job not in kept and _S.FAILED in states[id(job)] and age[id(job)] < KEEPS.failed]
    kept += [job for job in well[: KEEPS.completed_last] if age[id(job)] < KEEPS.completed]
    kept += [deed for deed in all_deeds if deed.status is PENDING]
    return kept + [deed for deed in all_deeds if deed.status is DISCARDED and deed.age < KEEPS.completed]


def named(some: Iterable[Deed]) -> set[int]:
    """What drafts and jobs show, and what their deliveries send."""
    prints = {n for deed in some if deed.status is DraftStatus.APPROVED for line in deed.lines for n in line.prints}
    return prints | {number for deed in some for number in deed.pictures}


@settings(max_examples=60)
@given(st.lists(deeds, max_size=7), st.dictionaries(st.integers(0, len(POOL) - 1), st.integers(0, 120), max_size=9))
def test_nothing_that_is_named_goes_and_everything_else_does(
    template: Path, all_deeds: list[Deed], lying: dict[int, int]
) -> None:
    """`lying`: minutes since each file was used."""

    async def live(folder: Path) -> None:
        async with opened(template, folder, Vault.load(folder)) as room:
            jobs = {id(deed): await room.add(deed) for deed in all_deeds}
            for number, minutes in lying.items():
                room.lay(number, timedelta(minutes=minutes))
            before = await room.steps()
            await room.tidying.tidy()
            kept = keeping(all_deeds)
            young = {number for number, minutes in lying.items() if timedelta(minutes=minutes) < GRACE}
            assert room.lying() == set(lying) & (named(kept) | young)
            holding = {jobs[id(deed)] for deed in kept}
            assert await room.steps() == {
                step for step in before if step[0].rpartition("-")[0] in holding or step[1].startswith("received")
            }

    with TemporaryDirectory() as folder:
        asyncio.run(live(Path(folder)))


# -- who comes in between ------------------------------------------------------------------------------------------


class Between(MediaFiles):
    """Something happens after what is kept was read, and before anything is removed."""

    def __init__(self, room: Room, happens: Any) -> None:
        super().__init__(room.folder, key=b"k" * 32, clock=room.clock)
        self._happens = happens
        self.later: list[asyncio.Task[Any]] = []

    async def discard(self, sha256s: Any) -> int:
        self.later.append(asyncio.create_task(self._happens(self)))
        for _ in range(5):
            await asyncio.sleep(0.001)
        return await super().discard(sha256s)


async def test_the_same_picture_sent_again_while_it_is_to_go_stays(room: Room) -> None:
    async def sent_again(files: MediaFiles) -> None:
        await files.write(POOL[0])

    files = Between(room, sent_again)
    for number in (0, 1):
        room.lay(number)
    await Tidying(room.store, files, room.clock, KEEPS).tidy()
    await asyncio.gather(*files.later)
    assert room.lying() == {0}
    assert await files.read(HASHES[0]) == POOL[0]


def test_between_the_last_look_and_the_end_of_a_file_nobody_is_told_that_it_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = MediaFiles(tmp_path, key=b"k" * 32, clock=FakeClock(NOON))
    path = tmp_path / "media" / HASHES[0][:2] / HASHES[0][2:]
    files.keep(POOL[0])
    files._used.clear()  # that was an earlier life
    os.utime(path, (0, 0))
    keeping = threading.Thread(target=files.keep, args=(POOL[0],))
    look = media._young

    def looked_at(path: Path, now: datetime) -> bool:
        young = look(path, now)
        keeping.start()
        keeping.join(0.05)
        return young

    monkeypatch.setattr(media, "_young", looked_at)
    assert files._discard(HASHES[0])
    keeping.join()
    assert files.load(HASHES[0]) == POOL[0]


async def test_what_another_hand_renewed_stays(room: Room) -> None:
    room.lay(0, 0 * HOUR)
    room.lay(1)
    assert await room.files.discard([HASHES[0], HASHES[1], HASHES[2]]) == 1
    assert room.lying() == {0}


async def test_a_job_that_moves_while_the_round_is_made_keeps_its_pictures(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = await room.add(Deed(pictures=(0,), lines=(Line(_S.FAILED, 9 * DAY, prints=(1,)),)))
    for number in (0, 1, 2):
        room.lay(number)
    reading = Tidying._kept

    async def kept(tidying: Tidying, now: datetime) -> frozenset[str]:
        found = await reading(tidying, now)
        async with room.store.unit() as unit:
            failed = await unit.deliveries.delivery(f"{job}-0")
            assert failed is not None
            await unit.deliveries.move(failed, Move(_S.PENDING), actor=ANA, at=NOON)
        return found

    monkeypatch.setattr(Tidying, "_kept", kept)
    await room.tidying.tidy()
    assert room.lying() == {0, 1}


async def test_a_failed_one_tried_again_while_its_pictures_are_to_go_keeps_them(room: Room) -> None:
    """It moves after what is kept was read: the ledger tells."""
    job = await room.add(Deed(pictures=(0,), lines=(Line(_S.FAILED, 9 * DAY, prints=(1,), steps=("prepared",)),)))
    async with room.store.view() as unit:
        since = await unit.retention.mark()
        over = await unit.retention.over(KEEPS, NOON, SLICE)
        assert (await unit.retention.of_jobs(KEEPS, NOON, "", SLICE)).sha256s == frozenset()
    assert [value.job_id for value in over] == [job]
    async with room.store.unit() as unit:
        failed = await unit.deliveries.delivery(f"{job}-0")
        assert failed is not None
        await unit.deliveries.move(failed, Move(_S.PENDING), actor=ANA, at=NOON - 99 * DAY)  # the clock jumped
    async with room.store.unit() as unit:
        assert await unit.retention.forget(over, since) == 0
        assert await unit.retention.revived(since) == {HASHES[0], HASHES[1]}
        assert await unit.retention.revived(await unit.retention.mark()) == set()
    assert len(await room.steps()) == 1


async def test_a_retry_waits_until_the_pictures_are_gone_or_comes_before(room: Room) -> None:
    """There is no moment at which it may still count on a picture that then goes."""
    job = await room.add(Deed(pictures=(0,), lines=(Line(_S.FAILED, 9 * DAY, prints=(1,)),)))
    seen: list[set[int]] = []

    async def again(_: MediaFiles) -> None:
        async with room.store.unit() as unit:
            failed = await unit.deliveries.delivery(f"{job}-0")
            assert failed is not None
            await unit.deliveries.move(failed, Move(_S.PENDING), actor=ANA, at=NOON)
            seen.append(room.lying())

    files = Between(room, again)
    for number in (0, 1):
        room.lay(number)
    await Tidying(room.store, files, room.clock, KEEPS).tidy()
    await asyncio.gather(*files.later)
    assert seen == [set()]


async def test_a_fence_armed_meanwhile_is_not_touched(room: Room) -> None:
    job = await room.add(Deed(lines=(Line(age=9 * DAY, steps=("prepared",)),)))
    async with room.store.view() as unit:
        since, over = await unit.retention.mark(), await unit.retention.over(KEEPS, NOON, SLICE)
    async with room.database.writing() as connection:
        await connection.execute(tables.step.update().values(armed_at=NOON, mark="m"))
    async with room.store.unit() as unit:
        assert await unit.retention.forget(over, since) == 0
    assert await room.steps() == {(f"{job}-0", "prepared-0")}


# -- clocks, crashes, faults ---------------------------------------------------------------------------------------


async def test_what_was_kept_in_this_life_stays_an_hour_however_the_clock_jumps(room: Room) -> None:
    await room.files.write(POOL[0])
    room.clock.at += timedelta(days=3650)
    await room.tidying.tidy()
    assert room.lying() == {0}
    room.clock.advance(GRACE.total_seconds() - 1)
    await room.tidying.tidy()
    assert room.lying() == {0}
    room.clock.advance(1)
    await room.tidying.tidy()
    assert room.lying() == set()


async def test_a_file_of_the_future_goes_an_hour_after_it_was_noticed(room: Room) -> None:
    room.lay(0, timedelta(days=-3650))
    await room.tidying.tidy()
    assert room.lying() == {0}
    room.clock.advance(GRACE.total_seconds())
    await room.tidying.tidy()
    assert room.lying() == set()


async def test_renewing_tells_whether_it_is_there(room: Room) -> None:
    room.lay(0)
    assert room.files.renew(HASHES[0])
    assert not room.files.renew(HASHES[1])
    await room.tidying.tidy()
    assert room.lying() == {0}


async def test_the_half_of_a_file_that_a_crash_left_goes(room: Room) -> None:
    room.lay(0)
    await room.add(Deed(PENDING, pictures=(0,)))
    halves = [room.path(0).parent / name for name in (".old.part", ".young.part")]
    for path in halves:
        path.write_bytes(b"half")
    at = room.clock.now().timestamp()
    os.utime(halves[0], (at - GRACE.total_seconds(), at - GRACE.total_seconds()))
    os.utime(halves[1], (at, at))
    stranger = room.folder / "media" / "readme.txt"
    stranger.write_text("not ours")
    await room.tidying.tidy()
    assert [path.exists() for path in halves] == [False, True]
    assert (room.lying(), stranger.exists()) == ({0}, True)


async def test_a_round_that_dies_in_the_middle_leaves_nothing_to_mend(room: Room) -> None:
    class Dying(MediaFiles):
        def _discard(self, sha256: str) -> bool:
            if sha256 == sorted(HASHES)[4]:
                raise KeyboardInterrupt
            return super()._discard(sha256)

    for number in range(len(POOL)):
        room.lay(number)
    await room.add(Deed(PENDING, pictures=(2,)))
    dying = Tidying(room.store, Dying(room.folder, key=b"k" * 32, clock=room.clock), room.clock, KEEPS)
    with pytest.raises(KeyboardInterrupt):
        await dying.tidy()
    assert 2 in room.lying()
    assert 1 < len(room.lying()) < len(POOL)
    await room.tidying.tidy()
    assert room.lying() == {2}


async def test_a_store_that_cannot_be_used_now_is_left_for_the_next_round(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.driver.BUSY_SECONDS", 0.02)
    room.lay(0)
    async with Database(sqlite_url(room.folder)) as impatient:
        tidying = Tidying(RealStore(impatient, Vault.load(room.folder)), room.files, room.clock, KEEPS)
        holder = sqlite3.connect(room.folder / FILE, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        with structlog.testing.capture_logs() as logs:
            await tidying.tidy()
        assert [line["event"] for line in logs] == ["not tidied up; the next round tries again"]
        assert room.lying() == {0}
        holder.execute("ROLLBACK")
        holder.close()
        await tidying.tidy()
    assert room.lying() == set()


async def test_spans_longer_than_time_itself_keep_everything(room: Room) -> None:
    ever = timedelta.max
    await room.add(Deed(pictures=(0,), lines=(Line(age=9 * DAY),)))
    room.lay(0)
    await Tidying(room.store, room.files, room.clock, Keeps(ever, 5, ever)).tidy()
    assert room.lying() == {0}
    with pytest.raises(MediaMissing):
        await room.files.read(HASHES[1])
