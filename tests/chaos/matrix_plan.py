"""Which cases there are: what a publication does in peace and in each trouble says where it can be struck."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from matrix_cases import Case, Trouble, stands
from matrix_hook import Spot

from fakes.faults import pattern

KILLS = ("kill-read", "kill-unread", "kill-stored", "kill-answering")
FAULTS = ("lost", "reset", "truncated", "500-stored", "500", "expired", "limited", "slow-before", "slow-after")
HOUR = 3600
SHORT = {
    "facebook-page": ("text", "picture", "album"),
    "instagram-page_photo": ("picture", "album", "story"),
    "instagram-own_login": ("album",),
    "facebook-page_comments": ("commented",),
    "instagram-page_photo_comments": ("commented",),
    "twitter-oauth2": ("text", "thread_pictures"),
    "twitter-oauth1": ("album",),
}
"""Where the short form looks: all roads through the code, each once."""


@dataclass
class Record:
    """What one case did that came to its end."""

    case: Case
    requests: list[str]
    reports: list[dict[str, Any]]

    def commits(self) -> list[int]:
        """Which requests made something public."""
        rig, shape = self.case.rig, self.case.shape
        where = (rig.forms[shape.form].commit if shape.form in rig.forms else None) or rig.commit
        one = rig.pictured if shape.pictures == 1 and rig.pictured else where
        patterns = [pattern(each) for each in (one, rig.comment) if each]
        return [n for n, asked in enumerate(self.requests, 1) if any(each.fullmatch(asked) for each in patterns)]

    @property
    def first(self) -> dict[str, Any]:
        return self.reports[0]

    def places(self) -> dict[str, list[Spot]]:
        return {name: [tuple(spot) for spot in spots]  # type: ignore[misc] # it went through JSON
                for report in self.reports for name, spots in report["places"].items()}  # fmt: skip


def in_peace(*, short: bool) -> list[Case]:
    return [case for case in stands() if not short or case.shape.name in SHORT.get(str(case.rig), ())]


def stories(peace: Record) -> Iterator[Case]:
    """The troubles in which a publication goes other ways than in peace."""
    case, commits = peace.case, peace.commits()
    first, last = commits[0], commits[-1]
    receipt = peace.first["kept"][0]
    yield from (
        case.also(Trouble(0, "fake", kind, first)) for kind in ("lost", "kill-unread", "500", "limited", "expired")
    )
    yield case.also(Trouble(0, "fake", "kill-stored", last))
    yield case.also(Trouble(0, "fake", "slow-before", first))
    yield case.also(Trouble(0, "fake", "500", 1))
    for wrong in (HOUR, -HOUR):
        yield case.also(Trouble(1, "clock", str(wrong), 1), Trouble(0, "fake", "lost", last))
    yield case.also(Trouble(1, "full", "3", receipt))
    yield case.also(Trouble(1, "locked", "2", 1))
    yield case.also(Trouble(0, "tap", "approves"))
    if case.shape.pictures:
        yield case.also(Trouble(1, "die", "", 12), Trouble(1, "after", "media"))


def deaths(record: Record, known: set[str]) -> Iterator[Case]:
    """At every point that no other story has: the first time it is passed and the last."""
    for report in record.reports:
        for point, times in report["counts"].items():
            if point in known:
                continue
            for count in sorted({1, times}):
                yield record.case.also(Trouble(report["life"], "die", point, count))


def struck(peace: Record) -> Iterator[Case]:
    """By the platform, at every request."""
    for number, asked in enumerate(peace.requests, 1):
        if "/cdn/" in asked:
            continue  # the platform asks itself
        for kind in (*KILLS, *FAULTS):
            yield peace.case.also(Trouble(0, "fake", kind, number))


def disturbed(peace: Record) -> Iterator[Case]:
    """By the machine: the store, the clock, the files."""
    case, commit = peace.case, peace.commits()[0]
    for moment in range(1, peace.first["moments"] + 1):
        yield case.also(Trouble(1, "locked", "1", moment))
        yield case.also(Trouble(1, "full", "4", moment))
    yield from kept_back(peace)
    yield from powerless(peace)
    steps = [max(1, peace.first["steps"] * part // 9) for part in range(1, 9)]
    for step in steps:
        for jump in (HOUR, -HOUR):
            leap = Trouble(1, "clock", str(jump), step)
            yield case.also(leap)
            yield case.also(leap, Trouble(0, "fake", "lost", commit))
            yield case.also(leap, Trouble(0, "fake", "kill-stored", commit))
        yield case.also(Trouble(1, "die", "", step), Trouble(1, "after", "torn"))
        if case.shape.pictures:
            yield case.also(Trouble(1, "die", "", step), Trouble(1, "after", "media"))


def kept_back(peace: Record) -> Iterator[Case]:
    """By SQLite itself, at every write transaction."""
    for moment in range(2, peace.first["begun"] + 1):  # the first is the start itself, which says so and ends
        for kind in ("busy", "no-room"):
            yield peace.case.also(Trouble(1, kind, "2", moment))
    yield peace.case.also(Trouble(1, "grown", "12", 1))


def powerless(peace: Record) -> Iterator[Case]:
    """The power goes within a commit that nobody has heard of: at every edge of a frame, and within it."""
    frames = peace.first["frames"]
    for moment, written in enumerate(frames[-peace.first["begun"] :], 1 + max(0, peace.first["begun"] - len(frames))):
        for halves in range(2 * written + 1):
            yield peace.case.also(Trouble(1, "power", str(halves), moment))


def triples(peace: Sequence[Record], seed: int) -> Iterator[Case]:
    """Three at random, for ever."""
    rng = random.Random(seed)  # noqa: S311 - the same cases again by the same seed
    while True:
        record = rng.choice(peace)
        yield record.case.also(*(trouble(rng, record, life) for life in range(1, 4)))


def trouble(rng: random.Random, record: Record, life: int) -> Trouble:
    steps, moments, requests = record.first["steps"], record.first["moments"], len(record.requests)
    kind = rng.choice(("die", "die", "fake", "fake", "fake", "locked", "full", "clock"))
    if kind == "fake":
        return Trouble(0, "fake", rng.choice((*KILLS, *FAULTS[:-2])), rng.randint(1, requests * 2))
    if kind == "clock":
        return Trouble(life, "clock", str(rng.choice((HOUR, -HOUR))), rng.randint(1, steps))
    if kind == "die":
        return Trouble(life, "die", "", rng.randint(1, steps))
    return Trouble(life, kind, str(rng.randint(1, 4)), rng.randint(1, moments))


Pair = tuple[str, Spot]
"""What a task does there (suspend, resume, end), and where."""


def covering(records: Sequence[Record], known: set[Pair]) -> Iterator[Case]:
    """Deaths, as few as it takes for one at each place of each chain that is not in `known` yet."""
    for record in records:
        places = record.places()
        for case in deaths(record, set()):
            kind, _, name = case.troubles[-1].where.partition("@")
            new = {(kind, spot) for spot in places[name]} - known
            if new and case.troubles[-1].count == 1:
                known |= new
                yield case


def essential(peace: Sequence[Record], told: Sequence[Record]) -> list[Case]:
    """Each place with each kind of content of each platform, and each request struck in each way."""
    known: dict[tuple[str, str], set[Pair]] = {}
    cases = []
    for record in (*peace, *told):
        case = record.case
        cases += covering([record], known.setdefault((case.rig.platform, case.shape.name), set()))
    for record in peace:
        cases += at_what_counts(record)
    for record in {record.case.rig.platform: record for record in peace}.values():
        cases += [*kept_back(record), *powerless(record)]
    return cases


def at_what_counts(peace: Record) -> Iterator[Case]:
    """Kills at every request; of the other faults, those at what makes public."""
    commits = peace.commits()
    for case in struck(peace):
        blow = case.troubles[0]
        if blow.where in KILLS or blow.count in commits:
            yield case


def of_full(peace: Sequence[Record], told: Sequence[Record], seed: int) -> tuple[list[Case], list[Case]]:
    """What has to be, and what time allows: each place again on every road that leads there, first time and last.

    In no order: when time is over, nothing has been left out on purpose. A place that other credentials of the same
    platform reach with the same content is struck once.
    """
    rng = random.Random(seed)  # noqa: S311 - the same cases again by the same seed
    must = essential(peace, told)
    done, known, more = {str(case) for case in must}, set(), []
    for record in (*peace, *told):
        for case in deaths(record, set()):
            key = (case.rig.platform, case.shape.name, case.troubles[-1].where, case.troubles[-1].count > 1)
            if key not in known and str(case) not in done:
                known.add(key)
                more.append(case)
    rest = [case for record in peace for case in (*struck(record), *disturbed(record))]
    machine = [case for case in rest if str(case) not in done]
    for each in (must, more, machine):
        rng.shuffle(each)
    return must, mixed(machine, more)


def mixed(*queues: list[Case]) -> list[Case]:
    """Each of them ends when the others do."""
    placed = [
        (place / len(queue), number, case) for number, queue in enumerate(queues) for place, case in enumerate(queue)
    ]
    return [case for _, _, case in sorted(placed, key=lambda each: each[:2])]


def of_short(peace: Sequence[Record], told: Sequence[Record]) -> list[Case]:
    """Each place once, each platform's kills at what makes public, and SQLite's own troubles with one post."""
    cases = list(covering((*peace, *told), set()))
    for record in peace:
        commits = record.commits()
        telling = {commits[0], commits[-1]} if record.case.rig.comment else {commits[0]}
        cases += [each for each in struck(record) if each.troubles[0].count in telling]
    return [*cases, *kept_back(peace[0]), *powerless(peace[0])]


def of_mutants(peace: Sequence[Record], tapped: Sequence[Record]) -> list[Case]:
    """Deaths on the way from a tap; what the platform does to the act that makes public; what else leads into doubt."""
    cases = list(covering(tapped, set()))
    cases += [case for record in peace for case in stories(record)]
    for record in peace:
        commits = record.commits()
        cases += [each for each in struck(record) if each.troubles[0].count in {commits[0], commits[-1]}]
    return cases
