"""The person of a soak: writes, approves, and answers whatever is asked, truthfully, until each job has ended."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from soak_ground import Ground, Hung
from soak_tables import Line

from bot.sandbox.chats import FIRST_MESSAGE, Message
from bot.screen import Verb
from fakes.pictures import picture

PICTURED = 0.25
LONG = 0.1
PLANNED = 0.1
"""Of all drafts: those with a picture, those long enough for a thread, and those that get an hour."""
GIVES_UP = 0.15
"""Of what failed: so often it is left out instead of tried again."""
CARD = 60.0
"""Seconds for one to come, real ones."""
BREADS = ("recién hecho", "con nueces", "de ayer")


@dataclass
class Person:
    ground: Ground
    chance: Random
    answers: Counter[str] = field(default_factory=Counter)
    written: int = 0
    _since: int = 0
    """Number of the first message of the present round: what stands above it is done with."""

    # -- writing -------------------------------------------------------------------------------------------------

    async def publishes(self, many: int) -> None:
        """So many drafts, all approved."""
        self._since = len(self.ground.telegram.state.chats.messages)
        sent = [await self._write() for _ in range(many)]
        for message in sent:
            await self._card(message)
        await self.ground.rest()  # a card whose answer was lost is sent again: the first stands for nothing
        for message in sent:
            await self._decide(await self._card(message))
        await self.ground.rest()

    async def _decide(self, card: Message) -> None:
        """Now, or for an hour that she types."""
        [approve] = _buttons(card, Verb.APPROVE)
        if self.chance.random() >= PLANNED:
            await self.ground.phone.tap(card, approve)
            return
        self.answers["planned"] += 1
        sent = await self.ground.phone.send(f"/programar en {self.chance.randint(2, 4)} horas", reply_to=card)
        draft = approve.split(":")[1]
        asked = await self._until(lambda: self._asked(sent, draft), f"question about {sent.text!r}")
        await self.ground.phone.tap(asked, _buttons(asked, Verb.BOOK)[0])

    def _asked(self, sent: Message, draft: str) -> Message | None:
        asked = (m for m in reversed(self._read()) if m.id > sent.id)
        return next((m for m in asked if any(draft in data for data in _buttons(m, Verb.BOOK))), None)

    async def _write(self) -> Message:
        self.written += 1
        text = f"Hornada {self.written}: pan de espelta, {self.chance.choice(BREADS)}."
        if self.chance.random() < LONG:
            text += "".join(f" Y la hogaza número {n} de la hornada {self.written} lleva sésamo." for n in range(9))
        if self.chance.random() >= PICTURED:
            return await self.ground.phone.send(text)
        colour = f"#{self.chance.randrange(1 << 24):06x}"
        return await self.ground.phone.send_photo(picture(640, self.chance.randint(480, 800), colour=colour), text)

    async def _card(self, sent: Message) -> Message:
        def card() -> Message | None:
            cards = (m for m in reversed(self._read()) if m.from_bot and m.reply_to == sent.id)
            return next((m for m in cards if _buttons(m, Verb.APPROVE)), None)

        return await self._until(card, f"card for {sent.text!r}")

    async def _until(self, look: Callable[[], Message | None], what: str) -> Message:
        try:
            found = await self.ground.telegram.until(look, CARD)
        except TimeoutError:
            seen = self.ground.phone.transcript()[-3000:]
            raise Hung(f"no {what}\n{seen}\n{self.ground.life.last_words()}") from None
        assert found is not None
        return found

    def _read(self) -> list[Message]:
        """What was said in this round."""
        messages = self.ground.telegram.state.chats.messages
        numbers = range(FIRST_MESSAGE + 1 + self._since, FIRST_MESSAGE + 1 + len(messages))
        return [messages[number] for number in numbers if not messages[number].deleted]

    # -- answering -----------------------------------------------------------------------------------------------

    async def answers_all(self, lines: list[Line]) -> None:
        """Whatever of these asks. One answer each; what it leads to is seen the next time."""
        for platform in sorted({line.platform for line in lines if line.needs == "authorization"}):
            self.answers["renewed"] += 1
            await self.ground.life.do("renew", platform=platform)
        for line in lines:
            if line.asks and line.needs != "authorization":
                await self._answer(line)
        await self.ground.rest()

    async def _answer(self, line: Line) -> None:
        for verb in self._wishes(line):
            for message in reversed(self._read()):
                data = verb(line.id)
                if message.from_bot and message.button(data) is not None:
                    self.answers[verb.value] += 1
                    await self.ground.phone.tap(message, data)
                    return
        raise Hung(f"asked about {line} without a button\n{self.ground.phone.transcript()[-3000:]}")

    def _wishes(self, line: Line) -> tuple[Verb, ...]:
        """What she would tap, the first that is offered."""
        if line.status == "unconfirmed":
            if self.chance.random() < 0.1:
                return (Verb.LOOK,)
            return (Verb.THERE,) if self._there(line) else (Verb.ABSENT,)
        if line.needs == "hour":
            return (Verb.NOW,)
        if self.chance.random() < GIVES_UP:
            return (Verb.SKIP, Verb.LEAVE)
        return (Verb.RETRY, Verb.GO_ON)

    def _there(self, line: Line) -> bool:
        """She looks at the network: is the next part public?"""
        text = line.parts[line.done]
        return any(post.text == text for post in self.ground.public(line.platform))


def _buttons(message: Message, verb: Verb) -> list[str]:
    """The data of those that mean this."""
    data = (button.data for row in message.buttons for button in row)
    return [each for each in data if each is not None and each.startswith(f"{verb}:")]
