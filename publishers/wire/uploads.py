"""Pictures put on a platform ahead of the post that shows them: their ids there."""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from adapters.adapted import Media
from publishers.engine.contract import Steps
from publishers.wire.beside import beside

AT_ONCE = 4
"""How many are under way: each holds the bytes of its picture in memory."""


@dataclass(frozen=True, slots=True)
class Uploaded:
    """`key`: under which the id was prepared; `earlier`: in a run before this one."""

    id: str
    key: str
    earlier: bool


async def uploaded(
    media: Sequence[Media],
    upload: Callable[[Media], Coroutine[Any, Any, str]],
    steps: Steps,
    key: str,
    *,
    keeps: timedelta | None = None,
) -> list[Uploaded]:
    """Each picture by itself, so that none is sent again: its key is `key` and its number, for it may come twice."""

    async def one(number: int) -> Uploaded:
        made: list[str] = []

        async def make() -> str:
            made.append(await upload(media[number - 1]))
            return made[0]

        name = f"{key}-{number}"
        ident = await steps.prepare(name, make(), keeps=keeps)
        return Uploaded(ident, name, earlier=not made)

    return await beside(one, range(1, len(media) + 1), at_once=AT_ONCE)
