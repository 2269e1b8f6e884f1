"""A soak from its first job to its last: rounds of jobs, each followed to its end, and what is held after each.

Between two rounds the clock goes on as far as a busy account leaves between so many posts, and retention comes by.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from soak_ground import Ground, Hung, laid
from soak_person import Person
from soak_tables import Line

from fakes.graph_objects import Photo

PER_DAY = 40
"""Jobs: Instagram takes 50 posts a day."""
DAY = 86400.0
AFTERWARDS = 8 * DAY
"""Longer than anything is kept that is not kept for ever."""
MOST_STEPS = 300
"""Moves of the clock in one round; a round takes about ten."""
PAUSE = 0.05


@dataclass(frozen=True, slots=True)
class Plan:
    jobs: int
    seed: int
    batch: int = 10
    """Jobs approved one right after the other."""
    spilled: tuple[str, ...] = ()
    """What is leaked on purpose after each round."""
    trace: int = 0
    """Jobs more, under tracemalloc, where memory grew."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The product at rest after so many jobs."""

    jobs: int
    held: dict[str, Any]
    rows: dict[str, int]
    pictures: int
    files: list[str]
    log: int


@dataclass
class Record:
    """All that was seen. `left`: of the product after its end; `kinds`: objects by type, in the middle and at last;
    `holders`: after how many jobs which containers held how much."""

    plan: Plan
    samples: list[Sample] = field(default_factory=list)
    tidied: Sample | None = None
    lines: list[Line] = field(default_factory=list)
    public: dict[str, list[str]] = field(default_factory=dict)
    answers: dict[str, int] = field(default_factory=dict)
    drawn: dict[str, dict[str, int]] = field(default_factory=dict)
    calls: dict[str, int] = field(default_factory=dict)
    days: float = 0.0
    stranded: int = 0
    """Photos that Instagram fetched from the Page and that are still there, unpublished."""
    kinds: list[dict[str, int]] = field(default_factory=list)
    holders: list[tuple[int, dict[str, int]]] = field(default_factory=list)
    traced: list[str] = field(default_factory=list)
    left: dict[str, Any] = field(default_factory=dict)


async def soak(folder: Path, plan: Plan, tell: Any = lambda _: None, grew: Any = lambda _: False) -> Record:
    """`tell` hears each sample; `grew` says of the record whether its memory is worth a trace."""
    record = Record(plan)
    async with laid(folder, plan.seed) as ground:
        person = Person(ground, Random(f"{plan.seed} person"))  # noqa: S311 - chance to replay
        for done in range(0, plan.jobs, plan.batch):
            await _round(ground, person, min(plan.batch, plan.jobs - done))
            await ground.life.do("spill", kinds=plan.spilled)
            record.samples.append(await _sample(ground, person.written))
            tell(record.samples[-1])
            if not done or (done + plan.batch >= plan.jobs / 2 and len(record.holders) == 1):
                await _count(record, ground, person)
        await _count(record, ground, person)
        _look_around(record, ground, person)
        await ground.advance(AFTERWARDS)
        await ground.life.do("tidy")
        record.tidied = await _sample(ground, person.written)
        if plan.trace and grew(record):
            record.traced = await _traced(ground, person, plan)
        record.left = await ground.life.end()
    return record


async def _round(ground: Ground, person: Person, jobs: int) -> None:
    """Approved, followed to their ends, and then as much time as so many jobs stand for."""
    await person.publishes(jobs)
    for _ in range(MOST_STEPS):
        lines = ground.tables.open_lines()
        if not lines:
            break
        await _step(ground, person, lines)
    else:
        raise Hung(f"no end of {lines}\n{ground.life.last_words()}")
    ground.forget()
    await ground.advance(DAY * jobs / PER_DAY)


async def _step(ground: Ground, person: Person, lines: Sequence[Line]) -> None:
    if any(line.asks for line in lines):
        await person.answers_all(lines)
        return
    moments = [moment for line in lines if (moment := line.next_moment(ground.hands.now())) is not None]
    if moments:
        await ground.advance(max((min(moments) - ground.hands.now()).total_seconds(), 0.0) + 0.01)
        return
    await asyncio.sleep(PAUSE)  # the sweep has just let something through: it comes every three seconds of its own
    await ground.rest()


async def _count(record: Record, ground: Ground, person: Person) -> None:
    """The first time it leaves traces of its own: what is compared is the middle and the end."""
    record.kinds.append(await ground.life.do("kinds"))
    record.holders.append((person.written, await ground.life.do("holders")))


async def _sample(ground: Ground, jobs: int) -> Sample:
    held, tables = await ground.life.do("measure"), ground.tables
    return Sample(jobs, held, tables.rows(), tables.pictures(), tables.files(), tables.log())


def _look_around(record: Record, ground: Ground, person: Person) -> None:
    record.lines = ground.tables.all_lines()
    record.public = {platform: [post.text for post in ground.public(platform)] for platform in ground.networks()}
    record.answers = dict(person.answers)
    record.drawn = {chance.name: dict(chance.drawn) for chance in ground.chances}
    record.calls = {chance.name: chance.calls for chance in ground.chances}
    photos = [node for node in ground.graph.nodes.values() if isinstance(node, Photo)]
    record.stranded = sum(not photo.published and photo.used_in is None for photo in photos)
    record.days = ground.hands.passed / DAY


async def _traced(ground: Ground, person: Person, plan: Plan) -> list[str]:
    """Where what is still there after some jobs more was allocated."""
    await ground.life.do("trace")
    for done in range(0, plan.trace, plan.batch):
        await _round(ground, person, min(plan.batch, plan.trace - done))
        await ground.life.do("spill", kinds=plan.spilled)
    return list(await ground.life.do("traced"))
