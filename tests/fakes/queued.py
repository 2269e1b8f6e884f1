"""Posts that were approved for an hour, without the taps that lead there."""

from collections.abc import Sequence
from datetime import datetime
from itertools import count

from adapters.content import Content
from bot.clock import new_id
from fakes.stage import CARMEN, Act
from publishers.engine.decisions import Chosen, Later, approve
from publishers.engine.model import Actor, Draft, DraftStatus, Job, Target

_SOURCES = count(900_000)
OWNER = Actor(CARMEN, "Carmen")


async def queued(
    act: Act, text: str, hour: datetime, *platforms: str, chat_id: int = CARMEN, who: Actor = OWNER
) -> Job:
    """To these platforms; to all that are connected when none is named."""
    async with act.app.store.view() as unit:
        accounts = [each for each in await unit.accounts.accounts() if not platforms or each.platform in platforms]
    draft = _draft(text, chat_id, who, [account.id for account in accounts], act.app.clock.now())
    lines = await act.app.answers.fitting.fit(draft, accounts)
    chosen = [Chosen(line.account, line.adapted, simulated=False) for line in lines if line.adapted is not None]
    async with act.app.store.unit() as unit:
        await unit.drafts.add(draft)
        job = await approve(unit, draft, chosen, actor=who, at=act.app.clock.now(), new_id=new_id, later=Later(hour))
    assert job is not None
    act.app.engine.poke()
    act.app.live.changed(job.id)
    return job


def _draft(text: str, chat_id: int, who: Actor, account_ids: Sequence[str], at: datetime) -> Draft:
    return Draft(
        id=new_id(),
        chat_id=chat_id,
        source_id=next(_SOURCES),
        author=who,
        version=1,
        status=DraftStatus.PENDING,
        content=Content(text),
        targets=tuple(Target(each) for each in account_ids),
        created_at=at,
    )


async def present(act: Act, job: Job) -> Job:
    """As the tables know it now."""
    async with act.app.store.view() as unit:
        found = await unit.jobs.job(job.id)
    assert found is not None
    return found
