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

LATELY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Memory:
    """`simulated`: nothing is real here, so what was simulated counts."""

    simulated: bool = False

    async def recall(
        self, unit: Unit, draft: Draft, lines: Sequence[CardLine], words: Words, now: datetime
    ) -> list[CardLine]:
        """The lines of a card, each with what its account got already: a warning, never a reason to stop."""
        return [await self._recalled(unit, draft, line, words, now) for line in lines]

    async def _recalled(self, unit: Unit, draft: Draft, line: CardLine, words: Words, now: datetime) -> CardLine:
        if not line.goes or line.adapted is None:
            return line
        gist, text = gist_of(line.adapted, draft.content), said(line.adapted)
        found = await unit.repeats.similar(line.account.id, gist, now - LATELY, simulated=self.simulated)
        earlier = next((each for each in found if each.exact or alike(said(each.adapted), text)), None)
        return line if earlier is None else replace(line, earlier=told(earlier, words, now))
