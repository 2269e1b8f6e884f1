"""What is left of the limits of the accounts a draft goes to, as far as our tables know."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.render import CardLine
from publishers.engine.budget import Ration, rations
from publishers.engine.loading import Connected
from publishers.engine.model import Draft
from publishers.engine.ports import Unit


async def standing(
    unit: Unit, draft: Draft, lines: Sequence[CardLine], platforms: Mapping[str, Connected], now: datetime
) -> list[CardLine]:
    """The lines of a card, with what is left for each that goes. A rehearsal uses nothing: nothing is said of it."""
    if draft.dry_run:
        return list(lines)
    going = {line.account.id: line.account.platform for line in lines if line.goes}
    windows = {name: connected.windows for name, connected in platforms.items()}
    found = await rations(unit.budgets, going, windows, now)
    return [_stood(line, found.get(line.account.id)) for line in lines]


def _stood(line: CardLine, ration: Ration | None) -> CardLine:
    if ration is None or line.adapted is None:
        return line
    return replace(line, standing=ration.standing(len(line.adapted.parts)))
