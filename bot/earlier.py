"""What was said before to the accounts a draft goes to, told on its card."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from adapters.likeness import alike, gist_of, said
from bot.i18n import Words
from bot.render import CardLine
from bot.render.earlier import told
from publishers.engine.model import Draft
from publishers.engine.ports import Unit
from publishers.engine.repeats import Earlier

LATELY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Memory:
    """`simulated`: nothing is real here, so what was simulated counts."""

    simulated: bool = False

    async def recall(
        self, unit: Unit, draft: Draft, lines: Sequence[CardLine], words: Words, now: datetime
    ) -> list[CardLine]:
        """The lines of a card, each with what its account got already: a warning, never a reason to stop."""
        going = {line.account.id: line.adapted for line in lines if line.goes and line.adapted is not None}
        gists = {account_id: gist_of(adapted, draft.content) for account_id, adapted in going.items()}
        found = await unit.repeats.similar(gists, now - LATELY, simulated=self.simulated)
        earlier = {
            account_id: next((each for each in some if each.exact or alike(each.text, said(going[account_id]))), None)
            for account_id, some in found.items()
        }
        return [_told(line, earlier.get(line.account.id), words, now) for line in lines]


def _told(line: CardLine, earlier: Earlier | None, words: Words, now: datetime) -> CardLine:
    return line if earlier is None else replace(line, earlier=told(earlier, words, now))
