"""Two people with phones: they approve, change their minds, tap twice, and say the truth when they are asked."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING

from simulation_consent import renewal

from adapters.adapted import Adapted
from adapters.content import Content
from fakes.network import adapted
from publishers.engine import decisions
from publishers.engine.decisions import Chosen, Later
from publishers.engine.errors import Needs
from publishers.engine.model import Account, Actor, Delivery, DeliveryStatus, Draft, DraftStatus, Target, Wait
from publishers.engine.ports import StoreUnavailable, Unit

if TYPE_CHECKING:
    from simulation_world import Life, World

CARMEN, LUIS = Actor(7, "Carmen"), Actor(8, "Luis")
CHAT = 7
_S = DeliveryStatus
OFFERED = {
    _S.PENDING: {"skips": 1, "looks": 1},
    _S.PUBLISHING: {"skips": 1, "looks": 1},
    _S.WAITING: {"retries": 4, "skips": 0.5, "reschedules": 1, "publishes now": 2},
    _S.BLOCKED: {"retries": 2, "skips": 1, "reschedules": 1, "publishes now": 1, "renews": 4},
    _S.UNCONFIRMED: {"skips": 0.5, "answers": 8, "looks": 2},
    _S.FAILED: {"retries": 4, "skips": 1},
}
"""What a person does with a delivery in this state, and how often; it may have moved by then."""
Act = Callable[["Life", Unit, Actor], Awaitable[str | None]]
Verb = Callable[["Life", Unit, Delivery, Actor], Awaitable[object | None]]


@dataclass(frozen=True)
class Tap:
    """One update on its way to us: until it took effect, it comes again."""

    name: str
    act: Act
    who: Actor


@dataclass
class People:
    """They outlive every process; what they tapped and was not handled comes again in the next life."""

    world: "World"
    chance: Random
    most: int
    """How many different posts they write."""

    def __post_init__(self) -> None:
        self.busy = self.chance.choice([10.0, 30.0, 60.0])
        """Mean seconds between two taps of one of them."""
        self.undelivered: list[Tap] = []
        self.texts = 0
        self.posts: list[tuple[Adapted, tuple[Account, ...]]] = []

    # -- living --------------------------------------------------------------------------------------------------

    async def live(self, life: "Life", who: Actor) -> None:
        for tap in [tap for tap in self.undelivered if tap.who == who]:
            self.world.counts["taps again"] += 1
            await self.deliver(life, tap)
        while True:
            await life.clock.sleep(self.chance.expovariate(1 / self.busy))
            tap = self._something(life, who)
            self.undelivered.append(tap)
            if self.chance.random() < 0.15:
                self.world.counts["taps twice"] += 1
                other = replace(tap, who=self.chance.choice([CARMEN, LUIS]))
                life.loop.create_task(self._later(life, other, self.chance.choice([0.0, 0.5, 20.0])))
            await self.deliver(life, tap)

    async def _later(self, life: "Life", tap: Tap, seconds: float) -> None:
        await life.clock.sleep(seconds)
        await self.deliver(life, tap)

    async def deliver(self, life: "Life", tap: Tap) -> None:
        """As an update is handled: one transaction, then a poke; again while the store cannot be used.

        Where there is a Telegram, it takes the tap, and never loses it.
        """
        if self.world.telegram is not None:
            self.world.telegram.send(tap)
            if tap in self.undelivered:
                self.undelivered.remove(tap)
            return
        while True:
            try:
                async with life.store.unit() as unit:
                    told = await tap.act(life, unit, tap.who)
            except StoreUnavailable:
                await life.clock.sleep(2.0)
                continue
            break
        if told is not None:
            self.world.counts[f"person: {tap.name}"] += 1
            self.world.tell(f"{tap.who.name}: {tap.name} {told}")
        if tap in self.undelivered:
            self.undelivered.remove(tap)
        life.engine.poke()

    # -- what they do --------------------------------------------------------------------------------------------

    def _something(self, life: "Life", who: Actor) -> Tap:
        open_ones = self.world.eye.rows(
            "SELECT id, status, due_at FROM delivery WHERE status NOT IN ('published', 'skipped') ORDER BY id"
        )
        if not open_ones or (self.texts < 2 * self.most and self.chance.random() < 0.3):
            return Tap("approves", self._approval(life), who)
        if self.chance.random() < 0.15:
            return self._of_network(who)
        delivery = self.chance.choice(open_ones)
        verbs = OFFERED[delivery["status"]]
        [name] = self.chance.choices(list(verbs), list(verbs.values()))
        return Tap(name, _on(delivery["id"], self._verb(name)), who)

    def _verb(self, name: str) -> Verb:
        hour = timedelta(seconds=self.chance.choice([30, 300, 1800]))

        async def reschedules(life: "Life", unit: Unit, delivery: Delivery, who: Actor) -> object | None:
            now = life.clock.now()
            return await decisions.schedule(unit, delivery, now + hour, actor=who, at=now)

        verbs: dict[str, Verb] = {
            "retries": _retries, "skips": _skips, "reschedules": reschedules, "publishes now": _now,
            "answers": _answers, "looks": _looks, "renews": self._renews,
        }  # fmt: skip
        return verbs[name]

    async def _renews(self, life: "Life", unit: Unit, delivery: Delivery, who: Actor) -> object | None:
        account = next(each for each in self.world.accounts if each.id == delivery.account_id)
        return await renewal(self.world, account)(life, unit, who)

    def _of_network(self, who: Actor) -> Tap:
        kind = self.chance.random()
        platform = self.chance.choice(self.world.platforms)
        if kind < 0.4:
            return Tap("renews", renewal(self.world, self.chance.choice(self.world.accounts)), who)
        if kind < 0.6:
            return Tap("pauses", _pauses(platform), who)
        return Tap("resumes", _resumes(platform), who)

    def _approval(self, life: "Life") -> Act:
        """A draft, and its approval: at once, at an hour, or after a hold."""
        if len(self.posts) == self.most or (self.posts and self.chance.random() < 0.3):
            self.world.counts["twins"] += 1
            post, accounts = self.chance.choice(self.posts)
        else:
            post, accounts = self._new_post()
        self.texts += 1
        draft = Draft(
            id=self.world.new_id(),
            chat_id=CHAT,
            source_id=self.texts,
            author=CARMEN,
            version=1,
            status=DraftStatus.PENDING,
            content=Content(post.parts[0].text),
            targets=tuple(Target(account.id) for account in accounts),
            created_at=life.clock.now(),
        )
        wait, seconds = self.chance.choice(
            [(None, 0), (None, 0), (None, 0), (Wait.HOLD, 10), (Wait.HOUR, 120), (Wait.HOUR, 1500)]
        )
        dry_run = self.chance.random() < 0.03

        async def approves(life: "Life", unit: Unit, who: Actor) -> str | None:
            now = life.clock.now()
            await unit.drafts.add(draft)
            known = await unit.drafts.draft(draft.id)
            if known is None or known.status is not DraftStatus.PENDING:
                return None
            chosen = [Chosen(account, post, simulated=False) for account in accounts]
            later = None if wait is None else Later(now + timedelta(seconds=seconds), wait)
            job = await decisions.approve(
                unit, known, chosen, actor=who, at=now, new_id=self.world.new_id, dry_run=dry_run, later=later
            )
            when = "now" if wait is None else f"{wait} +{seconds} s"
            if job is None:
                return None
            where = " ".join(f"{each.account_name} {_short(each.id)}" for each in job.deliveries)
            return f"{post.parts[0].text!r} {'dry ' if dry_run else ''}({when}) on {where}"

        return approves

    def _new_post(self) -> tuple[Adapted, tuple[Account, ...]]:
        size = self.chance.choice([1, 1, 1, 2, 3])
        name = f"Pan {len(self.posts) + 1}"
        post = adapted(*([name] + [f"{name} ({number})" for number in range(2, size + 1)]))
        fitting = [each for each in self.world.accounts if size == 1 or each.platform == "plaza"]
        accounts = self.chance.sample(fitting, self.chance.randint(1, min(2, len(fitting))))
        post = self.world.shelf.illustrate(post)
        self.posts.append((post, tuple(accounts)))
        return post, tuple(accounts)

    # -- at the end ----------------------------------------------------------------------------------------------

    async def settle(self, life: "Life") -> bool:
        """Answer everything that is open, truthfully. Whether nothing is left that moves or asks."""
        for tap in list(self.undelivered):
            await self.deliver(life, tap)
        for platform in sorted(self.world.eye.paused):
            await self.deliver(life, Tap("resumes", _resumes(platform), CARMEN))
        left = self.world.telegram is not None and not self.world.telegram.all_done()
        for row in self.world.eye.rows("SELECT id, status, needs, due_at, account_id, code FROM delivery ORDER BY id"):
            act = self._answer(life, row)
            if act is not None:
                await self.deliver(life, Tap("answers", act, LUIS))
            left = left or (row["status"] not in {"published", "skipped"} and row["needs"] != Needs.EDIT)
        return not left

    def _answer(self, life: "Life", row: object) -> Act | None:
        status, needs, delivery_id = row["status"], row["needs"], row["id"]  # type: ignore[index]  # a row of the tables, as it is
        if status == _S.BLOCKED and needs == Needs.AUTHORIZATION:
            account = next(each for each in self.world.accounts if each.id == row["account_id"])  # type: ignore[index]  # a row of the tables, as it is
            return None if row["code"] == "auth_expired" and self._well(account) else renewal(self.world, account)  # type: ignore[index]  # a row of the tables, as it is
        if status == _S.BLOCKED and needs == Needs.HOUR:
            return _on(delivery_id, _now)
        if status == _S.FAILED:
            return _on(delivery_id, _retries)
        if status == _S.UNCONFIRMED and row["due_at"] is None:  # type: ignore[index]  # a row of the tables, as it is
            return _on(delivery_id, _answers)
        return None

    def _well(self, account: Account) -> bool:
        """Whoever looks at it sees nothing to mend: what was refused goes on by itself."""
        [row] = self.world.eye.rows("SELECT usable FROM account WHERE id = ?", account.id)
        return bool(row["usable"])


def _short(name: str) -> str:
    return "#" + name[-6:].lstrip("0")


def _on(delivery_id: str, verb: Verb) -> Act:
    async def act(life: "Life", unit: Unit, who: Actor) -> str | None:
        delivery = await unit.deliveries.delivery(delivery_id)
        if delivery is None or await verb(life, unit, delivery, who) is None:
            return None
        return f"{_short(delivery_id)} ({delivery.status})"

    return act


async def _retries(life: "Life", unit: Unit, delivery: Delivery, who: Actor) -> object | None:
    return await decisions.retry(unit, delivery, actor=who, at=life.clock.now())


async def _skips(life: "Life", unit: Unit, delivery: Delivery, who: Actor) -> object | None:
    return await decisions.skip(unit, delivery, actor=who, at=life.clock.now())


async def _now(life: "Life", unit: Unit, delivery: Delivery, who: Actor) -> object | None:
    return await decisions.publish_now(unit, delivery, actor=who, at=life.clock.now())


async def _looks(life: "Life", unit: Unit, delivery: Delivery, who: Actor) -> object | None:
    return await decisions.look(unit, delivery, actor=who, at=life.clock.now())


async def _answers(life: "Life", unit: Unit, delivery: Delivery, who: Actor) -> object | None:
    """*Ya está* or *No está*, whichever is true; only when asked."""
    there = life.world.eye.there(delivery.id)
    if not delivery.asks_person or there is None:
        return None
    now = life.clock.now()
    if delivery.status is _S.UNCONFIRMED:
        life.world.counts["asked"] += 1
        life.world.tell(f"{who.name} finds {'it' if there else 'nothing'}")
    if there:
        return await decisions.confirm(unit, delivery, None, actor=who, at=now)
    return await decisions.deny(unit, delivery, actor=who, at=now)


def _pauses(platform: str) -> Act:
    async def act(life: "Life", unit: Unit, who: Actor) -> str | None:
        return " ".join(await unit.pauses.pause([platform], actor=who, at=life.clock.now())) or None

    return act


def _resumes(platform: str) -> Act:
    async def act(life: "Life", unit: Unit, who: Actor) -> str | None:
        return " ".join(await unit.pauses.resume([platform], actor=who, at=life.clock.now())) or None

    return act
