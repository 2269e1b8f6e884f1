"""What is done to a publication, written so that it can be given on a command line."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Self

from fakes.rigged import platform_of
from fakes.rigs import COMMENTING, RIGS, Rig
from fakes.shapes import COMMENTED, Shape, shapes


@dataclass(frozen=True, slots=True)
class Trouble:
    """`life`: in which one (0: whichever). Written as life:verb:where:count.

    die     where: point of the hook, or nothing (any step)   count: which time
    clock   where: seconds                                    count: at which step
    fake    where: kind of fault                              count: at which request
    locked, full   where: how many in a row                   count: from which write transaction
    busy, grown, no-room   as above, and it is SQLite that says so: see matrix_road.py
    power   where: half frames that reached the disk  count: of the commit of which write transaction
    tap     where: approves                           it is approved by a tap that waits with Telegram
    after   where: media or torn                              the life has ended by a kill
    """

    life: int
    verb: str
    where: str
    count: int = 1

    def __str__(self) -> str:
        return f"{self.life}:{self.verb}:{self.where}:{self.count}"

    @classmethod
    def read(cls, text: str) -> Self:
        life, verb, where, count = text.split(":")
        return cls(int(life), verb, where, int(count))


@dataclass(frozen=True, slots=True)
class Case:
    rig: Rig
    shape: Shape
    troubles: tuple[Trouble, ...] = ()

    def __str__(self) -> str:
        return " ".join([f"{self.rig}/{self.shape}", *map(str, self.troubles)])

    @classmethod
    def read(cls, text: str) -> Self:
        stand, *troubles = text.split()
        rig, _, shape = stand.partition("/")
        found = next(each for each in (*RIGS, *COMMENTING) if str(each) == rig)
        return cls(found, contents(found)[shape], tuple(map(Trouble.read, troubles)))

    @property
    def by_tap(self) -> bool:
        return any(each.verb == "tap" for each in self.troubles)

    def also(self, *troubles: Trouble) -> "Case":
        return Case(self.rig, self.shape, (*self.troubles, *troubles))


def contents(rig: Rig) -> dict[str, Shape]:
    """All kinds of content that this rig's platform takes, threads among them; where posts get comments, that alone."""
    if rig.comment:
        return {"commented": Shape("commented", COMMENTED)}
    found = list(shapes(rig))
    profile = platform_of(rig.platform).profile
    if profile.thread:
        words = " ".join(f"pan{number}" for number in range(profile.limit))[: profile.limit * 5 // 2]
        found += [Shape("thread", words), Shape("thread_pictures", words, profile.pictures.most + 1)]
    return {shape.name: shape for shape in found}


def stands() -> Iterator[Case]:
    """Every rig with every content, and nothing in its way."""
    return (Case(rig, shape) for rig in (*RIGS, *COMMENTING) for shape in contents(rig).values())
