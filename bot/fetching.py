"""Fetching: pictures that lie with Telegram are brought here, looked at, and kept, each once."""

import asyncio
from collections import OrderedDict
from concurrent.futures import Executor
from dataclasses import dataclass, field
from functools import partial

import structlog
from telegram import Bot
from telegram.error import BadRequest, NetworkError, RetryAfter, TelegramError

from adapters.content import Image
from adapters.images import PictureFault, examine
from bot.courier import seconds
from bot.event import Attachment
from bot.fitting import Shelf
from bot.patience import patiently
from bot.readiness import NotReady
from publishers.engine.outside import Clock

log = structlog.get_logger(__name__)

MOST_BYTES = 20 * 1024 * 1024
"""What Telegram gives a bot."""
AT_ONCE = 2
"""Downloads beside each other: each is in memory as a whole."""
PAUSES = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds between the tries while Telegram cannot be reached."""
MOST_KEPT = 256


@dataclass(slots=True)
class Fetching:
    bot: Bot
    shelf: Shelf
    studio: Executor
    clock: Clock
    _found: OrderedDict[str, Image | PictureFault] = field(default_factory=OrderedDict)
    _under_way: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    def picture(self, attachment: Attachment) -> Image:
        """What was sent, kept on our disk. Raises PictureFault, and NotReady while it is not here."""
        found = self._found.get(attachment.unique_id)
        if isinstance(found, PictureFault):
            del self._found[attachment.unique_id]  # sent again, it is looked at again
            raise PictureFault(found.code, found.params)
        if found is None or not self.shelf.renew(found.sha256):
            self._found.pop(attachment.unique_id, None)  # tidied away since
            raise NotReady(partial(self.fetch, attachment))
        return found

    async def fetch(self, attachment: Attachment) -> None:
        """Bring it; twice at the same time is once. Whoever stops waiting does not stop it."""
        name = attachment.unique_id
        if name in self._found:
            return
        task = self._under_way.get(name)
        if task is None:
            task = self._under_way[name] = asyncio.create_task(self._fetch(attachment), name=f"fetch {name}")
            task.add_done_callback(lambda _: self._under_way.pop(name, None))
        await asyncio.shield(task)

    async def stop(self) -> None:
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _fetch(self, attachment: Attachment) -> None:
        try:
            async with self._slots:
                data = await self._download(attachment)
                found: Image | PictureFault = await patiently(partial(self._keep, data), self.clock)
        except PictureFault as fault:
            log.info("picture refused", code=fault.code)
            found = fault
        self._found[attachment.unique_id] = found
        if len(self._found) > MOST_KEPT:
            self._found.popitem(last=False)

    async def _download(self, attachment: Attachment) -> bytes:
        """Raises PictureFault for what Telegram does not give us."""
        if attachment.size is not None and attachment.size > MOST_BYTES:
            raise _over()
        for pause in (*PAUSES, None):
            try:
                file = await self.bot.get_file(attachment.id)
                return bytes(await file.download_as_bytearray())
            except RetryAfter as limit:
                await self.clock.sleep(seconds(limit))
            except BadRequest as refusal:
                raise _over() if "too big" in str(refusal).casefold() else PictureFault("picture_gone") from refusal
            except NetworkError as fault:
                log.warning("picture not fetched yet", fault=type(fault).__name__)
                await self.clock.sleep(pause or 0)
            except TelegramError as refusal:
                raise PictureFault("picture_gone") from refusal
        raise PictureFault("picture_unreachable")

    async def _keep(self, data: bytes) -> Image:
        return await asyncio.get_running_loop().run_in_executor(self.studio, _looked_at, data, self.shelf)


def _over() -> PictureFault:
    return PictureFault("picture_over_telegram", {"most": MOST_BYTES // (1024 * 1024)})


def _looked_at(data: bytes, shelf: Shelf) -> Image:
    """Kept only if it is a sound picture."""
    image = examine(data)
    shelf.keep(data)
    return image
