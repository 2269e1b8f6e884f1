"""Who is left to get the same: never an account that has it, or may have it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from adapters.adapted import Adapted, Part
from adapters.content import Content, Wording
from bot.remaining import remaining
from publishers.engine.model import Account, Actor, Delivery, DeliveryStatus, Draft, DraftStatus, Job, Target

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ANA = Actor(7, "Ana")
IDS = [f"account-{number}" for number in range(5)]
S = DeliveryStatus
SAID = Adapted("post", (Part("Pan"),))


def account(name: str, platform: str = "alpha") -> Account:
    return Account(name, platform, name, name, True, 1)


def a_draft(name: str, targets: Mapping[str, bool], origin: str | None = None) -> Draft:
    chosen = tuple(Target(each, on, own=Wording(f"de {each}")) for each, on in targets.items())
    content, approved = Content("Pan"), DraftStatus.APPROVED
    return Draft(name, 1, 1, ANA, 1, approved, content, chosen, NOON, job_id=f"job of {name}", origin_id=origin)


@dataclass
class Family:
    """Stands for the unit: what is connected, the drafts there are, and how each delivery of theirs stands."""

    connected: list[Account]
    drafts: dict[str, Draft]
    states: dict[str, dict[str, DeliveryStatus]]

    def unit(self) -> Any:
        async def accounts() -> list[Account]:
            return self.connected

        async def draft(draft_id: str) -> Draft | None:
            return self.drafts.get(draft_id)

        async def reached(_: str) -> frozenset[str]:
            return self.reached()

        return SimpleNamespace(
            accounts=SimpleNamespace(accounts=accounts),
            drafts=SimpleNamespace(draft=draft),
            repeats=SimpleNamespace(reached=reached),
        )

    def reached(self) -> frozenset[str]:
        every = (state for states in self.states.values() for state in states.items())
        return frozenset(name for name, state in every if state is not S.SKIPPED)

    def job(self, draft: Draft) -> Job:
        lines = tuple(
            Delivery(f"{draft.id} {name}", "job", name, "alpha", name, SAID, state)
            for name, state in self.states[draft.id].items()
        )
        return Job("job", draft.id, 1, draft.content, ANA, NOON, dry_run=False, deliveries=lines)


@st.composite
def families(draw: st.DrawFn) -> Family:
    """A first draft and some that followed it, each for those that were left then."""
    connected = [account(name) for name in draw(st.lists(st.sampled_from(IDS), unique=True))]
    family = Family(connected, {}, {})
    for number in range(draw(st.integers(1, 3))):
        free = [name for name in IDS if name not in family.reached()]
        targets = {name: draw(st.booleans()) for name in free}
        draft = a_draft(f"draft-{number}", targets, "draft-0" if number else None)
        family.drafts[draft.id] = draft
        went = [name for name, on in targets.items() if on and draw(st.integers(0, 4))]
        family.states[draft.id] = {name: draw(st.sampled_from(S)) for name in went}
    return family


@given(families())
async def test_nobody_gets_it_who_has_it_and_nobody_is_asked_twice(family: Family) -> None:
    for draft in family.drafts.values():
        left = await remaining(family.unit(), family.job(draft), draft, {"alpha"})
        names = [target.account_id for target in left]
        assert not set(names) & family.reached()
        assert set(names) <= {each.id for each in family.connected}
        assert len(names) == len(set(names))
        assert all(target.on for target in left)


async def test_who_could_not_get_it_still_cannot_and_the_latest_words_count() -> None:
    first = a_draft("draft-0", {"account-0": True, "account-1": True, "account-2": False})
    family = Family([account(name) for name in IDS], {first.id: first}, {first.id: {"account-0": S.PUBLISHED}})
    left = await remaining(family.unit(), family.job(first), first, {"alpha"})
    assert [target.account_id for target in left] == ["account-2", "account-3", "account-4"]
    assert [target.own for target in left] == [Wording("de account-2"), None, None]
    second = a_draft("draft-1", {"account-2": False, "account-3": True}, "draft-0")
    chosen = tuple(replace(target, own=Wording("otra")) for target in second.targets)
    second = replace(second, targets=chosen)
    family.drafts[second.id], family.states[second.id] = second, {"account-3": S.PUBLISHED}
    left = await remaining(family.unit(), family.job(second), second, {"alpha"})
    assert [(each.account_id, each.own) for each in left] == [("account-2", Wording("otra")), ("account-4", None)]


async def test_only_networks_that_are_switched_on() -> None:
    first = a_draft("draft-0", {})
    family = Family([account("account-0"), account("account-1", "beta")], {first.id: first}, {first.id: {}})
    left = await remaining(family.unit(), family.job(first), first, {"beta"})
    assert [target.account_id for target in left] == ["account-1"]
