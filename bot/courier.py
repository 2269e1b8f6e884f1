"""Carries screens to Telegram and tells how that went. Waits when Telegram says wait; never loses a last word."""

from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import structlog
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    LinkPreviewOptions,
    ReplyParameters,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter

from bot.screen import Rows, Screen
from publishers.engine.outside import Clock

log = structlog.get_logger(__name__)

NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
MOST_IN_ALBUM = 10
LONGEST_PAUSE = 30.0
"""Seconds between two tries while Telegram cannot be reached."""
GROUP_MOST, GROUP_SPAN = 20, 60.0
"""What Telegram lets a bot send or edit in one group, in so many seconds."""
GONE = ("message to edit not found", "message can't be edited", "message_id_invalid", "message to delete not found")
SAME = "message is not modified"


class ChatClosed(Exception):
    """The person blocked the bot, or the chat is gone."""


@dataclass(slots=True)
class Courier:
    """`last` holds the newest message id seen in each chat: is a message still the last one there?"""

    bot: Bot
    clock: Clock
    last: dict[int, int] = field(default_factory=dict)
    _spoken: dict[int, deque[float]] = field(default_factory=dict)
    """When something was sent or edited in a group lately, monotonic."""

    def saw(self, chat_id: int, message_id: int) -> None:
        self.last[chat_id] = max(message_id, self.last.get(chat_id, 0))

    def crowded(self, chat_id: int) -> float:
        """Seconds until what can wait may be said in this chat: a group takes no more than so much."""
        spoken, now = self._spoken.get(chat_id, ()), self.clock.monotonic()
        lately = [at for at in spoken if now - at < GROUP_SPAN]
        return lately[-GROUP_MOST] + GROUP_SPAN - now if len(lately) >= GROUP_MOST else 0.0

    def _speaks(self, chat_id: int, messages: int = 1) -> None:
        if chat_id < 0:
            spoken = self._spoken.setdefault(chat_id, deque(maxlen=GROUP_MOST))
            spoken.extend([self.clock.monotonic()] * messages)

    def is_last(self, chat_id: int, message_id: int) -> bool:
        return self.last.get(chat_id) == message_id

    async def send(self, chat_id: int, screen: Screen, *, reply_to: int | None = None, silent: bool = False) -> int:
        """The id of the new message. Raises ChatClosed."""
        answers = ReplyParameters(reply_to, allow_sending_without_reply=True) if reply_to else None

        async def call() -> int:
            message = await self.bot.send_message(
                chat_id,
                screen.text,
                parse_mode=ParseMode.HTML,
                reply_markup=keyboard(screen.buttons),
                reply_parameters=answers,
                disable_notification=silent,
                link_preview_options=NO_PREVIEW,
            )
            return message.message_id

        self._speaks(chat_id)
        sent = await self._patiently(call)
        self.saw(chat_id, sent)
        return sent

    async def edit(self, chat_id: int, message_id: int, screen: Screen) -> bool:
        """False when that message is gone. Raises ChatClosed."""

        async def call() -> int:
            await self.bot.edit_message_text(
                screen.text,
                chat_id=chat_id,
                message_id=message_id,
                parse_mode=ParseMode.HTML,
                reply_markup=keyboard(screen.buttons),
                link_preview_options=NO_PREVIEW,
            )
            return message_id

        self._speaks(chat_id)
        try:
            await self._patiently(call)
        except BadRequest as refusal:
            reason = str(refusal).casefold()
            if SAME in reason:
                return True
            if any(gone in reason for gone in GONE):
                return False
            raise
        return True

    async def pictures(self, chat_id: int, files: Sequence[bytes], caption: str = "", *, silent: bool = False) -> None:
        """One picture or an album, in albums of ten where there are more. Raises ChatClosed."""
        for at in range(0, len(files), MOST_IN_ALBUM):
            self._speaks(chat_id, len(files[at : at + MOST_IN_ALBUM]))
            await self._pictures(chat_id, files[at : at + MOST_IN_ALBUM], caption, silent=silent)

    async def _pictures(self, chat_id: int, files: Sequence[bytes], caption: str, *, silent: bool) -> None:
        async def one() -> int:
            sent = await self.bot.send_photo(chat_id, files[0], caption=caption or None, disable_notification=silent)
            return sent.message_id

        async def album() -> int:
            media = [InputMediaPhoto(data) for data in files]
            sent = await self.bot.send_media_group(chat_id, media, caption=caption or None, disable_notification=silent)
            return sent[-1].message_id

        self.saw(chat_id, await self._patiently(one if len(files) == 1 else album))

    async def document(self, chat_id: int, name: str, data: bytes) -> None:
        """Raises ChatClosed."""

        async def call() -> int:
            return (await self.bot.send_document(chat_id, data, filename=name)).message_id

        self.saw(chat_id, await self._patiently(call))

    async def erase(self, chat_id: int, message_id: int) -> bool:
        """False when Telegram does not let us, or it is gone."""

        async def call() -> int:
            await self.bot.delete_message(chat_id, message_id)
            return 0

        try:
            await self._patiently(call)
        except BadRequest as refusal:
            return "not found" in str(refusal).casefold()
        return True

    async def answer(self, callback_id: str, text: str = "") -> None:
        """Stop the spinner of a tap. One that is too old no longer spins."""

        async def call() -> int:
            await self.bot.answer_callback_query(callback_id, text=text or None)
            return 0

        try:
            await self._patiently(call)
        except BadRequest:
            log.debug("tap too old to answer")

    async def _patiently(self, call: Callable[[], Awaitable[int]]) -> int:
        pause = 1.0
        while True:
            try:
                return await call()
            except RetryAfter as limit:
                await self.clock.sleep(seconds(limit))
            except Forbidden as refusal:
                raise ChatClosed from refusal
            except BadRequest as refusal:
                if "chat not found" in str(refusal).casefold():
                    raise ChatClosed from refusal
                raise
            except NetworkError:
                await self.clock.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)


def seconds(limit: RetryAfter) -> float:
    """What Telegram asked for, whichever type the library gives it."""
    wait = limit.retry_after
    return float(wait) if isinstance(wait, int | float) else wait.total_seconds()


def keyboard(rows: Rows) -> InlineKeyboardMarkup | None:
    if not rows:
        return None
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(b.label, callback_data=b.data, url=b.url) for b in row] for row in rows]
    )
