"""The page hears of every change as it happens: Server-Sent Events, the whole state of what changed."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from bot.sandbox.life import Life
from bot.sandbox.networks import Networks
from bot.sandbox.page_views import chat_view, wall_view
from bot.sandbox.phone import Phone
from bot.sandbox.state import State

PULSE = 15.0
"""Seconds without an event after which a line without meaning shows whether somebody still listens."""
HEADERS = {"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store"}


@dataclass
class Listener:
    """One page that listens. What it was told last is not told again."""

    state: State
    phone: Phone
    networks: Networks
    life: Life
    _told: dict[str, str] = field(default_factory=dict)
    _toasted: set[str] = field(default_factory=set)

    async def listen(self, response: web.StreamResponse) -> None:
        """Until the connection ends."""
        self._toasted = {tap.id for tap in self.state.taps.known.values() if tap.answered}
        await response.write(b"retry: 500\n\n")
        while True:
            seen = self.state.changes.revision
            for kind, data in self._news():
                await response.write(f"event: {kind}\ndata: {data}\n\n".encode())
            try:
                await self.state.changes.after(seen, PULSE)
            except TimeoutError:
                await response.write(b": still here\n\n")

    def _news(self) -> Iterator[tuple[str, str]]:
        views: dict[str, Callable[[], Any]] = {
            "chat": lambda: chat_view(self.state, self.phone),
            "wall": lambda: wall_view(self.networks),
            "bot": lambda: {"state": str(self.life.state), "lives": self.life.lives},
        }
        for kind, view in views.items():
            data = json.dumps(view(), ensure_ascii=False)
            if self._told.get(kind) != data:
                self._told[kind] = data
                yield kind, data
        yield from self._toasts()

    def _toasts(self) -> Iterator[tuple[str, str]]:
        answered = [tap for tap in self.state.taps.known.values() if tap.answered and tap.id not in self._toasted]
        for tap in answered:
            self._toasted.add(tap.id)
            if tap.user.id == self.phone.user.id:  # without a text the spinner stops all the same
                yield "toast", json.dumps({"text": tap.answer or "", "message": tap.message.id}, ensure_ascii=False)
