"""What was called off and is a draft again: one draft per job, whoever asks for it and however often."""

from uuid import UUID, uuid5

from bot.handlers.desk import Desk
from publishers.engine.model import Draft

_AGAIN = "again"


def reopened_id(job_id: str) -> str:
    """The id of the draft that a job becomes when it is called off."""
    return str(uuid5(UUID(job_id), _AGAIN))


async def present(desk: Desk, draft: Draft | None) -> Draft | None:
    """What a message stands for now: the draft that followed, if this one was approved and called off."""
    while draft is not None and draft.job_id is not None:
        followed = await desk.unit.drafts.draft(reopened_id(draft.job_id))
        if followed is None:
            break
        draft = followed
    return draft
