"""What many ask for at the same moment goes to the store once: answers of platforms come in crowds."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

MOST = 64


@dataclass(slots=True, eq=False)
class Together(Generic[Item, Result]):
    """`work` does it for several, all or none; where that fails each is done alone, so nobody fails for another."""

    work: Callable[[Sequence[Item]], Awaitable[Sequence[Result]]]
    _line: list[tuple[Item, asyncio.Future[Result]]] = field(default_factory=list)
    _task: asyncio.Task[None] | None = None
    _working: asyncio.Future[Sequence[Result]] | None = None

    async def do(self, item: Item) -> Result:
        """Returns, or raises what `work` raises for this one alone. It is done also for those who stop waiting."""
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._line.append((item, future))
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._serve(), name="together")
        return await future

    def stop(self) -> None:
        """As a death would."""
        for each in (self._task, self._working):
            if each is not None:
                each.cancel()

    async def _serve(self) -> None:
        while self._line:
            crowd, self._line = self._line[:MOST], self._line[MOST:]
            if not await self._settle(crowd) and len(crowd) > 1:
                for each in crowd:
                    await self._settle([each])

    async def _settle(self, crowd: Sequence[tuple[Item, asyncio.Future[Result]]]) -> bool:
        """False: it failed, and whoever was alone has been told why."""
        working = self._working = asyncio.ensure_future(self.work([item for item, _ in crowd]))
        await asyncio.wait([working])
        fault = working.exception()
        if fault is None:
            for (_, future), result in zip(crowd, working.result(), strict=True):
                _tell(future, result)
        elif len(crowd) == 1 and not crowd[0][1].done():
            crowd[0][1].set_exception(fault)
        return fault is None


def _tell(future: asyncio.Future[Result], result: Result) -> None:
    if not future.done():  # whoever was cancelled no longer listens
        future.set_result(result)
