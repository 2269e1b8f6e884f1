"""One case from its beginning to its verdict: a fresh fake, fresh tables with an approved post, and its lives."""

import asyncio
import shutil
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

from matrix_cases import Case, stands
from matrix_hook import Hook
from matrix_life import Life
from matrix_telegram import Telegram
from matrix_time import SharedTime
from matrix_trial import Trial, ended
from matrix_verdict import Verdict

from fakes.rigged import Shelf
from fakes.server import FakeServer
from storage.media import MediaFiles


class Runner:
    """Runs cases one after the other. `beds`: where the tables of approved posts are kept, to be copied for each."""

    def __init__(self, folder: Path, empty: bytes) -> None:
        self.folder = folder
        self.empty = empty
        self.time = SharedTime()
        self._beds: dict[str, Path] = {}

    async def run(self, case: Case, *, watched: bool = True) -> Verdict:
        self.time.begin()
        verdict = Verdict(case)
        async with AsyncExitStack() as stack:
            fake = await stack.enter_async_context(case.rig.serve(now=self.time.now))
            case.rig.enrol(fake)
            fake.duplicate_window = timedelta(0)  # what refuses a second post would hide that there was one
            shelf = Shelf()
            if case.rig.public_address:
                await stack.enter_async_context(shelf)
            folder = await self._bed(case, fake, shelf)
            telegram = await stack.enter_async_context(Telegram()) if case.by_tap else None
            trial = Trial(self.time, case, verdict, fake, shelf, folder, watched, telegram)
            await trial.go()
            await trial.unripe.let_go()
        verdict.requests = [f"{asked.method} {asked.path}" for asked in fake.requests]
        if fake._bugs:
            verdict.fault = f"the fake itself has failed: {fake._bugs}"
        return verdict

    async def _bed(self, case: Case, fake: FakeServer, shelf: Shelf) -> Path:
        """A data directory in which this post is approved."""
        name = f"{case.rig}-bare" if case.by_tap else f"{case.rig}-{case.shape}"
        if name not in self._beds:
            self._beds[name] = await self._made(self.folder / f"bed-{name}", case, fake, shelf)
        folder = self.fresh(self._beds[name])
        shelf.media = MediaFiles(folder, key=b"0" * 32, clock=self.time, public_url=shelf.url)  # type: ignore[arg-type] # it reads only
        return folder

    async def _made(self, bed: Path, case: Case, fake: FakeServer, shelf: Shelf) -> Path:
        folder = self.fresh()
        (folder / "pregonero.db").write_bytes(self.empty)
        life = Life(
            case.rig, fake, folder, self.time, shape=case.shape, bare=case.by_tap, shelf=shelf.url, watched=False
        )
        assert await ended(life.fork()) == 0, f"{bed.name} could not be approved"
        shutil.move(folder, bed)
        return bed

    def fresh(self, bed: Path | None = None) -> Path:
        """Where the case lives. One name for all, so that what is kept by name stays warm."""
        folder = self.folder / "case"
        shutil.rmtree(folder, ignore_errors=True)
        if bed is None:
            folder.mkdir()
        else:
            shutil.copytree(bed, folder)
        return folder

    async def warm(self) -> None:
        """Lives in this process, so that those in others find everything ready."""
        Hook().install(asyncio.get_running_loop())
        for case in {case.rig.platform: case for case in stands() if case.shape.name == "album"}.values():
            self.time.begin()
            folder = self.fresh()
            (folder / "pregonero.db").write_bytes(self.empty)
            shelf = Shelf()
            async with case.rig.serve(now=self.time.now) as fake, shelf:
                case.rig.enrol(fake)
                shelf.media = MediaFiles(folder, key=b"0" * 32, clock=self.time, public_url=shelf.url)  # type: ignore[arg-type] # it reads only
                for shape in (case.shape, None):
                    await Life(case.rig, fake, folder, self.time, shape=shape, shelf=shelf.url)._live()
