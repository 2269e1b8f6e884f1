"""How often a chat is written to while many jobs end in it, by a Telegram that refuses what is too much."""

import asyncio
import math
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from bench_rows import Found, Measured
from bench_size import Size
from bench_street import Street, street

from bot.sandbox.chats import Chat, Message
from bot.sandbox.refusal import too_many
from bot.sandbox.telegram import Call

GROUP = -100_100_200_300
PRIVATELY, IN_GROUPS = (4, 3.0), (20, 60.0)
"""Live messages sent or edited within seconds: about one a second, and in groups what Telegram says."""
BUSY, MINUTE = 10.0, 60.0
ANSWERED = "✅ Aprobado"
"""What a card that was approved becomes."""
PATIENCE = 150.0


@dataclass
class Strict:
    """Stands where the sandbox keeps its patience. In a private chat it is counted what live messages take; in a
    group, where Telegram says how much it takes, what answers a tap as well.
    """

    calls: list[Call]
    live: defaultdict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    refused: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    answers: defaultdict[int, int] = field(default_factory=lambda: defaultdict(int))
    strict: bool = False

    def spend(self, chat_id: int, count: int = 1) -> None:
        if not self.strict:
            return
        if str(self.calls[-1].params.get("text", "")).startswith(ANSWERED):
            self.answers[chat_id] += count
            if chat_id > 0:
                return
        most, window = PRIVATELY if chat_id > 0 else IN_GROUPS
        now = time.monotonic()
        lately = [at for at in self.live[chat_id] if now - at < window]
        if len(lately) + count > most:
            self.refused[chat_id] += 1
            raise too_many(max(1, math.ceil(lately[0] + window - now)))
        self.live[chat_id] += [now] * count

    def busiest(self, chat_id: int, window: float) -> int:
        """The most within any stretch of so many seconds."""
        moments = self.live[chat_id]
        return max((sum(1 for at in moments if first <= at < first + window) for first in moments), default=0)


async def edits(size: Size) -> Found:
    """Many jobs approved at once in one chat, and in a group beside it; one network takes ten times as long."""
    async with street("facebook", "twitter") as here:
        strict = Strict(here.stage.telegram.calls)
        here.stage.telegram.state.flood = strict  # type: ignore[assignment] # has what is asked of it
        here.stage.graph.fault(lambda _: True, "slow", times=1_000_000, until=size.answer)
        here.stage.x.fault("POST /2/tweets", "slow", times=1_000_000, until=size.answer * 10)
        group = here.stage.telegram.group(GROUP, "Panadería")
        await here.process.start()
        mine = [await here.act.draft(f"Hoy hay pan de espelta, número {number}") for number in range(size.chats)]
        ours = [await _draft(here, group, f"Hoy hay roscón, número {number}") for number in range(size.group_chats)]
        strict.strict = True
        for card in (*mine, *ours):
            await here.approve(card)
        chats = {here.act.phone.home.id: (mine, None), GROUP: (ours, group)}
        behind = sum(await asyncio.gather(*(_behind(here, cards, chat) for cards, chat in chats.values())))
        strict.strict = False
        late = await _started_again(here)
        await here.process.kill()
    private = here.act.phone.home.id
    note, noted = (
        f"{jobs} jobs, {len(strict.live[chat])} in all; beside them {strict.answers[chat]} answers to taps"
        for jobs, chat in ((size.chats, private), (size.group_chats, GROUP))
    )
    return {
        "edits.rate": Measured(strict.busiest(private, BUSY) / BUSY, 1, note),
        "edits.refused": Measured(strict.refused[private]),
        "edits.group": Measured(strict.busiest(GROUP, MINUTE), 1, noted),
        "edits.group.refused": Measured(strict.refused[GROUP]),
        "edits.behind": Measured(behind),
        "edits.restart": Measured(late, 1, f"{size.chats} jobs shown before"),
    }


async def _draft(here: Street, group: Chat, text: str) -> Message:
    """A card in a group."""
    sent = await here.act.phone.send(f"/borrador {text}", chat=group)

    def card(chat: Sequence[Message]) -> Message | None:
        return next((m for m in chat if m.from_bot and m.reply_to == sent.id and "✅ Aprobar" in m.labels), None)

    found = await here.act.phone.until(card, 20, group)
    assert found is not None
    return found


async def _started_again(here: Street) -> float:
    """Seconds from the last result of a job, the first one in a new process, to the message that shows it."""
    await here.process.stop()
    await here.process.start()
    card = await here.act.draft("Hoy hay pan de molde")
    here.public.clear()
    await here.approve(card)
    shown = await here.shows(card, "🎉", PATIENCE)
    return shown - max(at for at, _ in here.public)


async def _behind(here: Street, cards: Sequence[Message], chat: Chat | None) -> int:
    """How many jobs the chat does not show as done, long after they are."""

    def celebrated() -> int:
        return sum("🎉" in message.text for message in here.act.phone.read(chat) if message.from_bot)

    with suppress(TimeoutError):
        await here.stage.telegram.until(lambda: celebrated() >= len(cards), PATIENCE)
    return len(cards) - celebrated()
