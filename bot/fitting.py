"""Content → the exact form each account of a draft will get. Computed once per content, profile and format."""

import asyncio
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Protocol

from adapters.adapt import adapt
from adapters.adapted import Adapted
from adapters.content import Content, fingerprint
from bot.render import CardLine
from publishers.engine.loading import Connected
from publishers.engine.model import Account, Draft, Target

MOST_KEPT = 128


class MediaWriter(Protocol):
    async def write(self, data: bytes) -> str:
        """Keep bytes durably; their SHA-256."""


@dataclass(slots=True)
class Fitting:
    platforms: Mapping[str, Connected]
    media: MediaWriter
    studio: Executor
    """Where pictures are drawn: off the loop, and few at once, for each thread keeps memory of its own."""
    _kept: OrderedDict[tuple[str, str, str], Adapted] = field(default_factory=OrderedDict)

    async def fit(self, draft: Draft, accounts: Sequence[Account]) -> list[CardLine]:
        """In the order of the draft's targets; accounts that were removed or switched off are left out."""
        known = {account.id: account for account in accounts if account.platform in self.platforms}
        targets = [target for target in draft.targets if target.account_id in known]
        return [await self._line(draft.content, known[target.account_id], target) for target in targets]

    async def _line(self, content: Content, account: Account, target: Target) -> CardLine:
        platform = self.platforms[account.platform].platform
        adapted = await self._adapted(content, account.platform, target.format) if target.on else None
        return CardLine(account, platform.title, platform.icon, target.on, adapted)

    async def _adapted(self, content: Content, platform: str, form: str) -> Adapted:
        key = (content.digest, platform, form)
        if key not in self._kept:
            profile = self.platforms[platform].platform.profile
            loop = asyncio.get_running_loop()
            adapted = await loop.run_in_executor(self.studio, adapt, content, profile, form)
            for data in adapted.files.values():
                await self.media.write(data)
            self._kept[key] = adapted
            if len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return self._kept[key]


def seal(lines: Sequence[CardLine]) -> str:
    """What a person approves with one tap, as one hash: which accounts get which exact form."""
    going = [(line.account.id, line.adapted.digest) for line in lines if line.goes and line.adapted is not None]
    return fingerprint(going)
