"""The alarm clock: what was set rings, whatever becomes of the process; a file that is not ours alone is never read."""

import asyncio
import os
import pickle
import sqlite3
import stat
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from apscheduler.triggers.date import DateTrigger
from apscheduler.util import ref_to_obj
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from bot.console import explain
from storage import alarm_file, alarms
from storage.alarms import Alarms
from storage.database import DatabaseFault

SOON = 0.02


def later(seconds: float = SOON) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


class Rung:
    def __init__(self) -> None:
        self.at: list[datetime] = []
        self._news = asyncio.Event()

    def __call__(self) -> None:
        self.at.append(datetime.now(UTC))
        self._news.set()

    async def wait(self) -> None:
        async with asyncio.timeout(5):
            await self._news.wait()
        self._news.clear()


@asynccontextmanager
async def listening(folder: Path) -> AsyncIterator[tuple[Alarms, Rung]]:
    rung = Rung()
    async with Alarms(folder) as clock:
        clock.retrieved()
        clock.listen(rung)
        yield clock, rung


def file_of(folder: Path) -> Path:
    return folder / "alarms.db"


def rows(folder: Path) -> dict[str, dict[str, Any]]:
    with closing(sqlite3.connect(file_of(folder))) as connection:
        return {
            name: pickle.loads(state)  # noqa: S301 - our own rows
            for name, state in connection.execute("SELECT id, job_state FROM apscheduler_jobs")
        }


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def taken_away(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()


async def filled(folder: Path, *names: str) -> None:
    async with Alarms(folder) as clock:
        clock.retrieved()
        assert clock.set({name: later(3600) for name in names or ("far",)})


async def test_an_alarm_rings_at_or_after_its_time(tmp_path: Path) -> None:
    async with listening(tmp_path) as (clock, rung):
        at = later()
        assert clock.set({"one": at, "far": later(3600)})
        assert rung.at == []
        await rung.wait()
        assert rung.at[0] >= at
    assert list(rows(tmp_path)) == ["far"]


async def test_what_rang_while_nobody_was_there_rings_at_the_start(tmp_path: Path) -> None:
    async with Alarms(tmp_path) as clock:
        clock.retrieved()
        clock.set({"one": later(0.005), "two": later(-86400 * 400)})
    async with listening(tmp_path) as (clock, rung):
        assert not clock.lost
        await rung.wait()
        await asyncio.sleep(0.02)
    assert rows(tmp_path) == {}


async def test_nothing_rings_before_somebody_listens(tmp_path: Path) -> None:
    async with Alarms(tmp_path) as clock:
        clock.set({"one": later(-1)})
        await asyncio.sleep(0.02)
        rung = Rung()
        clock.listen(rung)
        await rung.wait()


async def test_a_later_time_replaces_an_earlier_one(tmp_path: Path) -> None:
    async with listening(tmp_path) as (clock, rung):
        clock.set({"one": later(0.01)})
        clock.set({"one": later(3600)})
        await asyncio.sleep(0.05)
        assert rung.at == []
        clock.set({"one": later(-1)})
        await rung.wait()


async def test_what_is_kept_is_a_no_op_under_a_name_that_never_changes(tmp_path: Path) -> None:
    """An alarm set long ago names what it runs: renaming it would drop every alarm there is."""
    await filled(tmp_path, "00000000-0000-4000-8000-000000000001")
    [(name, state)] = rows(tmp_path).items()
    assert (state["id"], state["func"]) == (name, "storage.alarms:wake")
    assert (state["args"], state["kwargs"], state["coalesce"], state["misfire_grace_time"]) == ((), {}, True, None)
    assert ref_to_obj(state["func"])() is None


async def test_an_alarm_is_kept_exactly_as_apscheduler_keeps_it(tmp_path: Path) -> None:
    at = later(3600).astimezone(timezone(timedelta(hours=1)))
    async with listening(tmp_path) as (clock, _):
        clock.set({"ours": at})
        clock._bell.add_job(alarms.WAKE, DateTrigger(at, timezone=UTC), id="theirs")
        clock._slices.write()
        with closing(sqlite3.connect(file_of(tmp_path))) as kept:
            found = dict(kept.execute("SELECT id, job_state FROM apscheduler_jobs"))
            times = [time for (time,) in kept.execute("SELECT next_run_time FROM apscheduler_jobs")]
    ours, theirs = (pickle.loads(found[name]) for name in ("ours", "theirs"))  # noqa: S301 - just written
    assert ours.pop("trigger").__getstate__() == theirs.pop("trigger").__getstate__()
    assert ours | {"id": "theirs"} == theirs
    assert times == [at.timestamp()] * 2


async def test_many_that_are_due_together_ring_in_slices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[int] = []

    def counted(self: alarms.Slices, now: datetime) -> list[Any]:
        jobs = take(self, now)
        taken.append(len(jobs))
        return jobs

    take = alarms.Slices._take
    monkeypatch.setattr(alarms.Slices, "_take", counted)
    async with listening(tmp_path) as (clock, rung):
        clock.set({f"one-{number}": later(-1) for number in range(2 * alarms.SLICE + 1)})
        while sum(taken) < 2 * alarms.SLICE + 1:
            await rung.wait()
    assert max(taken) == alarms.SLICE


async def test_a_timer_that_rings_into_the_end_does_no_harm(tmp_path: Path) -> None:
    """APScheduler sends itself a message when its timer ends; the end of the clock may come in between."""
    faults: list[dict[str, Any]] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: faults.append(context))
    async with listening(tmp_path) as (clock, _):
        clock.set({"far": later(3600)})
        asyncio.get_running_loop().call_soon(clock._bell.wakeup)
    for _ in range(5):
        await asyncio.sleep(0)
    assert faults == []


async def test_after_the_end_nothing_is_set_and_nothing_rings(tmp_path: Path) -> None:
    async with listening(tmp_path) as (clock, rung):
        clock.set({"one": later()})
    assert clock.set({"two": later()}) is False
    await asyncio.sleep(2 * SOON)
    assert rung.at == []
    assert list(rows(tmp_path)) == ["one"]


# -- the file ----------------------------------------------------------------------------------------------------------


async def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    async with listening(tmp_path) as (clock, _):
        clock.set({"far": later(3600)})
        assert names(tmp_path) >= {"alarms.db", "alarms.db-wal"}
        assert {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in names(tmp_path)} == {0o600}


async def test_a_new_file_has_lost_all_alarms_until_that_is_known(tmp_path: Path) -> None:
    for _ in range(2):
        async with Alarms(tmp_path) as clock:
            assert clock.lost
            clock.set({"far": later(3600)})
    async with Alarms(tmp_path) as clock:
        clock.retrieved()
        assert not clock.lost
    async with Alarms(tmp_path) as clock:
        assert not clock.lost
    assert list(rows(tmp_path)) == ["far"]


def garbage(path: Path) -> None:
    path.write_bytes(b"not a database, whatever its name says" * 300)


def of_a_program(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE apscheduler_jobs (id, next_run_time, job_state)")
    path.chmod(0o600)


def of_another_version(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA application_id={alarm_file.mark_of('alarms 1; apscheduler 3.10.4')}")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:9000])


def writable(path: Path) -> None:
    path.chmod(0o620)


def with_a_log_of_others(path: Path) -> None:
    path.with_name("alarms.db-wal").write_bytes(b"")
    path.with_name("alarms.db-wal").chmod(0o602)


def linked(path: Path) -> None:
    path.replace(path.with_name("elsewhere"))
    path.symlink_to("elsewhere")


def a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


BAD = pytest.mark.parametrize(
    "spoil",
    [garbage, of_a_program, of_another_version, cut, writable, with_a_log_of_others, linked, a_folder],
)


@BAD
async def test_a_file_that_cannot_be_trusted_is_set_aside(tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    await filled(tmp_path)
    with closing(sqlite3.connect(file_of(tmp_path))) as connection, connection:
        trap = b"cos\nmkdir\n(V" + str(tmp_path / "trapped").encode() + b"\ntR."
        connection.execute("INSERT INTO apscheduler_jobs VALUES ('trap', 0, ?)", (trap,))
    spoil(file_of(tmp_path))
    with capture_logs() as lines:
        async with Alarms(tmp_path) as clock:
            assert clock.lost
            rung = Rung()
            clock.listen(rung)
            clock.set({"one": later()})
            await rung.wait()
    assert [line["event"] for line in lines] == ["the alarms are set anew"]
    assert "alarms.db.aside" in names(tmp_path)
    assert not (tmp_path / "trapped").exists()
    assert rows(tmp_path) == {}


async def test_a_file_of_somebody_else_is_set_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await filled(tmp_path)
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    async with Alarms(tmp_path) as clock:
        assert clock.lost


async def test_what_others_can_only_read_is_closed_to_them(tmp_path: Path) -> None:
    await filled(tmp_path)
    file_of(tmp_path).chmod(0o644)
    async with Alarms(tmp_path) as clock:
        assert not clock.lost
    assert stat.S_IMODE(file_of(tmp_path).stat().st_mode) == 0o600
    assert list(rows(tmp_path)) == ["far"]


async def test_only_the_last_file_is_kept_aside(tmp_path: Path) -> None:
    for _ in range(2):
        await filled(tmp_path)
        garbage(file_of(tmp_path))
        async with Alarms(tmp_path):
            pass
    assert names(tmp_path) <= {"alarms.db", "alarms.db.aside"}


async def test_whoever_dies_making_the_file_leaves_one_that_is_ours(tmp_path: Path) -> None:
    with capture_logs() as lines:
        file_of(tmp_path).touch(mode=0o600)
        async with Alarms(tmp_path) as clock:
            assert clock.lost
        file_of(tmp_path).unlink()
        alarm_file._make(file_of(tmp_path), alarm_file.mark(alarms.WAKE))
        async with Alarms(tmp_path) as clock:
            assert clock.lost
    assert lines == []


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
async def test_whatever_a_file_was_damaged_by_the_clock_works(tmp_path_factory, data: st.DataObject) -> None:
    folder = tmp_path_factory.mktemp("damaged")
    await filled(folder, *(f"alarm-{number}" for number in range(30)))
    path = file_of(folder)
    body = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(body) - 1))
        body[at : at + 8] = data.draw(st.binary(min_size=8, max_size=8))
    path.write_bytes(body[: data.draw(st.integers(0, len(body)))] if data.draw(st.booleans()) else body)
    async with Alarms(folder) as clock:
        rung = Rung()
        clock.listen(rung)
        if clock.set({"one": later(0)}):
            await rung.wait()


async def test_damage_that_cannot_even_be_named_is_set_aside(tmp_path: Path) -> None:
    await filled(tmp_path, "one")
    path = file_of(tmp_path)
    path.write_bytes(path.read_bytes().replace(b"CREATE TABLE", b"CREATE \xff\xfe\xfd\xfc\xfb"))
    async with Alarms(tmp_path) as clock:
        rung = Rung()
        clock.listen(rung)
        assert clock.set({"two": later(0)})
        await rung.wait()


@pytest.mark.parametrize("where", ["file/data", "file"])
async def test_where_no_file_can_be_the_console_says_so(tmp_path: Path, where: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(DatabaseFault) as caught:
        await Alarms(tmp_path / where).__aenter__()
    said = explain(caught.value)
    assert said is not None
    assert str(said).startswith("The file of the alarms, ")
    assert str(said).endswith(".")


async def test_a_row_that_cannot_be_read_is_dropped_and_the_others_ring(tmp_path: Path) -> None:
    await filled(tmp_path)
    with closing(sqlite3.connect(file_of(tmp_path))) as connection, connection:
        connection.execute("INSERT INTO apscheduler_jobs VALUES ('bad', 1, 'nothing')")
        state = pickle.dumps({"version": 1, "id": "x", "func": "storage.alarms:gone"})
        connection.execute("INSERT INTO apscheduler_jobs VALUES ('old', 2, ?)", (state,))
    async with listening(tmp_path) as (clock, rung):
        clock.set({"one": later(0)})
        await rung.wait()
    assert list(rows(tmp_path)) == ["far"]


# -- while it runs -----------------------------------------------------------------------------------------------------


def no_room(connection: Any) -> Callable[[], None]:
    connection.execute("PRAGMA max_page_count=1")  # no less than it has now
    return lambda: connection.execute("PRAGMA max_page_count=100000").close()


def read_only(connection: Any) -> Callable[[], None]:
    connection.execute("PRAGMA query_only=ON")
    return lambda: connection.execute("PRAGMA query_only=OFF").close()


def locked(connection: Any) -> Callable[[], None]:
    path = connection.execute("PRAGMA database_list").fetchone()[2]
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    return other.close


@pytest.mark.parametrize("break_it", [no_room, read_only, locked])
async def test_a_file_that_fails_is_told_of_once_and_used_again(tmp_path: Path, break_it, monkeypatch) -> None:
    monkeypatch.setattr(alarms, "AGAIN", timedelta(seconds=0.01))
    many = {f"one-{number}": later(3600) for number in range(200)}
    async with listening(tmp_path) as (clock, rung):
        clock.set({"one": later()})
        with closing(clock._slices.engine.raw_connection()) as kept:
            mend = break_it(kept.driver_connection)
        with capture_logs() as lines:
            assert clock.set(many) is False
            assert clock.set(many) is False
            await asyncio.sleep(2 * SOON)
            mend()
            await rung.wait()
            assert clock.set(many) is True
    assert [line["log_level"] for line in lines] == ["warning", "info"]
    assert len(rows(tmp_path)) == 200


async def test_a_file_that_is_taken_away_is_missed_at_the_next_start(tmp_path: Path) -> None:
    async with listening(tmp_path) as (clock, rung):
        taken_away(tmp_path)
        clock.set({"one": later()})
        await rung.wait()
    async with Alarms(tmp_path) as clock:
        assert clock.lost
