"""What a person does on the page: write, send pictures, edit, tap, and make trouble."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from aiohttp import web

from bot.sandbox.chats import Message
from bot.sandbox.files import MEGABYTE, MOST_PHOTO
from bot.sandbox.life import Life
from bot.sandbox.networks import Fault, Kind, Networks
from bot.sandbox.page_bodies import Unclear, read_json, read_pictures
from bot.sandbox.phone import Phone
from bot.sandbox.refusal import Refused
from bot.sandbox.sending import MOST_CAPTION, MOST_TEXT
from bot.sandbox.telegram import SandboxTelegram

DONE = 204
MOST_TIMES = 20
MOST_SECONDS = 600
WAITS = {Kind.RATE_LIMITED: 30.0, Kind.SLOW: 5.0}
"""Seconds of the kinds that have a wait, when none are given."""
_NUMBER = (int, type(None))
_AMOUNT = (int, float, type(None))
_MARKS = (list, type(None))
"""Entities as in the Bot API."""


@dataclass(frozen=True, slots=True)
class Actions:
    """`gap` passes between the parts of an album."""

    telegram: SandboxTelegram
    phone: Phone
    networks: Networks
    life: Life
    gap: Callable[[], Awaitable[None]]

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/chat/messages", self.write),
            web.post("/chat/pictures", self.send_pictures),
            web.post("/chat/edits", self.edit),
            web.post("/chat/taps", self.tap),
            web.post("/networks/{key}/faults", self.trouble),
            web.delete("/networks/{key}/faults", self.calm),
            web.post("/telegram/faults", self.trouble_telegram),
            web.post("/bot/kill", self.kill),
        ]

    # -- the chat ------------------------------------------------------------------------------------------------

    async def write(self, request: web.Request) -> web.Response:
        given = await read_json(request, text=str, reply_to=_NUMBER, entities=_MARKS)
        reply_to = self._seen(given["reply_to"])
        _words(given["text"], MOST_TEXT, needed=True)
        with _clear("entities"):
            await self.phone.send(given["text"], entities=given["entities"] or (), reply_to=reply_to)
        return web.Response(status=DONE)

    async def send_pictures(self, request: web.Request) -> web.Response:
        sent = await read_pictures(request, {"caption", "as", "reply_to"})
        caption = _words(sent.fields.get("caption", ""), MOST_CAPTION)
        reply_to = self._seen(_number(sent.fields.get("reply_to", "")))
        kind = sent.fields.get("as", "photo")
        if kind not in {"photo", "document"}:
            raise Unclear("bad_field", name="as")
        if kind == "photo":
            await self._photos(sent.pictures, caption, reply_to)
        else:
            await self._documents(sent.pictures, caption, reply_to)
        return web.Response(status=DONE)

    async def _photos(self, pictures: list[tuple[str, bytes]], caption: str, reply_to: Message | None) -> None:
        for name, data in pictures:
            if len(data) > MOST_PHOTO:
                raise Unclear("picture_too_big", name=name, most=MOST_PHOTO // MEGABYTE)
        try:
            await self.phone.send_album([data for _, data in pictures], caption, reply_to=reply_to, pause=self.gap)
        except Refused:
            raise Unclear("not_a_picture") from None

    async def _documents(self, files: list[tuple[str, bytes]], caption: str, reply_to: Message | None) -> None:
        """As the photos of an album, each an update of its own; the caption stands below the last."""
        if not all(data for _, data in files):
            raise Unclear("no_picture")
        group = f"{13_700_000_000 + len(self.telegram.updates)}" if len(files) > 1 else None
        for number, (name, data) in enumerate(files, 1):
            said = caption if number == len(files) else ""
            await self.phone.send_document(data, name, said, media_group_id=group, reply_to=reply_to)
            if number < len(files):
                await self.gap()

    async def edit(self, request: web.Request) -> web.Response:
        given = await read_json(request, message=int, text=str, entities=_MARKS)
        message = self._seen(given["message"])
        if message is None or message.sender.id != self.phone.user.id:
            raise Unclear("not_yours")
        most = MOST_CAPTION if message.has_media else MOST_TEXT
        _words(given["text"], most, needed=not message.has_media)
        with _clear("entities"):
            await self.phone.edit(message, given["text"], entities=given["entities"] or ())
        return web.Response(status=DONE)

    async def tap(self, request: web.Request) -> web.Response:
        given = await read_json(request, message=int, data=str)
        message = self._seen(given["message"])
        if message is None or all(each.data != given["data"] for row in message.buttons for each in row):
            raise Unclear("no_button")
        await self.phone.tap(message, given["data"])
        return web.Response(status=DONE)

    def _seen(self, message_id: int | None) -> Message | None:
        """A message of this chat. Raises Unclear when it is not there (any more)."""
        if message_id is None:
            return None
        found = next((message for message in self.phone.chat if message.id == message_id), None)
        if found is None:
            raise Unclear("no_message")
        return found

    # -- trouble -------------------------------------------------------------------------------------------------

    async def trouble(self, request: web.Request) -> web.Response:
        key = self._network(request)
        given = await read_json(request, kind=str, times=_NUMBER, seconds=_AMOUNT)
        if given["kind"] not in set(Kind):
            raise Unclear("bad_field", name="kind")
        kind = Kind(given["kind"])
        seconds = _seconds(given["seconds"], WAITS.get(kind, 0.0))
        self.networks.plan(key, Fault(kind, _times(given["times"]), seconds))
        return web.Response(status=DONE)

    async def calm(self, request: web.Request) -> web.Response:
        self.networks.calm(self._network(request))
        return web.Response(status=DONE)

    async def trouble_telegram(self, request: web.Request) -> web.Response:
        given = await read_json(request, kind=str, method=(str, type(None)), times=_NUMBER, seconds=_AMOUNT)
        method, times = given["method"] or "*", _times(given["times"])
        seconds = round(_seconds(given["seconds"], 5))
        plans: dict[str, Callable[[], None]] = {
            "flood": lambda: self.telegram.fault(method, retry_after=max(1, seconds), times=times),
            "unavailable": lambda: self.telegram.fault(method, status=502, times=times),
            "lost": lambda: self.telegram.drop(method, stored=True, times=times),
        }
        if given["kind"] not in plans:
            raise Unclear("bad_field", name="kind")
        try:
            plans[given["kind"]]()
        except ValueError:
            raise Unclear("no_method", method=method[:40]) from None
        return web.Response(status=DONE)

    async def kill(self, _: web.Request) -> web.Response:
        if not self.life.kill():
            raise Unclear("already_down", status=409)
        return web.Response(status=DONE)

    def _network(self, request: web.Request) -> str:
        key = request.match_info["key"]
        if key not in self.networks.by_key:
            raise Unclear("no_network", status=404)
        return key


@contextmanager
def _clear(name: str) -> Iterator[None]:
    """What Telegram would refuse in this field is said in our words."""
    try:
        yield
    except Refused:
        raise Unclear("bad_field", name=name) from None


def _words(text: str, most: int, *, needed: bool = False) -> str:
    said = text.strip()
    if needed and not said:
        raise Unclear("empty_text")
    if len(said.encode("utf-16-le")) // 2 > most:
        raise Unclear("text_too_long", most=most)
    return said


def _number(text: str) -> int | None:
    if text and not (text.isascii() and text.isdecimal() and len(text) < MOST_TIMES):
        raise Unclear("bad_field", name="reply_to")
    return int(text) if text else None


def _times(given: int | None) -> int:
    if given is not None and not 1 <= given <= MOST_TIMES:
        raise Unclear("bad_field", name="times")
    return given or 1


def _seconds(given: float | None, otherwise: float) -> float:
    if given is not None and not 0 <= given <= MOST_SECONDS:
        raise Unclear("bad_field", name="seconds")
    return otherwise if given is None else float(given)
