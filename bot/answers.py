"""Gives what handlers decided to answer: the second half of every update, after its commit."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from weakref import WeakValueDictionary

import structlog
from telegram.error import TelegramError

from bot.courier import ChatClosed, Courier
from bot.earlier import Memory
from bot.event import album_of
from bot.fitting import Fitting, seal
from bot.i18n import Words
from bot.linking import Linker
from bot.parting import Parting
from bot.render import CardLine, card, say
from bot.replies import (
    Done,
    Dossier,
    Erase,
    Link,
    Part,
    Pictures,
    Preview,
    Replace,
    Reply,
    Say,
    ShowCard,
    ShowJob,
    Shown,
    Toast,
)
from bot.screen import Screen, escape
from bot.standing import standing
from bot.voices import WordsOf
from publishers.engine.model import Draft, DraftStatus
from publishers.engine.outside import MediaMissing, MediaStore
from publishers.engine.patience import patiently
from publishers.engine.ports import Progress, Store

log = structlog.get_logger(__name__)

ALBUM_PAUSE = 0.8
"""Seconds without another part after which an album is taken to be all there."""


@dataclass(frozen=True, slots=True)
class Answers:
    """`mode`: that of the configuration."""

    store: Store
    courier: Courier
    fitting: Fitting
    media: MediaStore
    progress: Progress
    words: WordsOf
    linker: Linker
    parting: Parting
    mode: str = "live"
    _turns: WeakValueDictionary[str, asyncio.Lock] = field(default_factory=WeakValueDictionary)
    """One at a time per draft: the second finds the card sent already."""

    async def give(self, replies: Sequence[Reply]) -> None:
        """In order. One that Telegram refuses does not keep back the next."""
        for reply in replies:
            try:
                await patiently(partial(self._give, reply), self.courier.clock)
            except ChatClosed:
                log.warning("chat closed; answers dropped")
                return
            except TelegramError as refusal:
                log.warning("answer refused", kind=type(reply).__name__, reason=str(refusal))

    async def _give(self, reply: Reply) -> None:
        if isinstance(reply, Erase | Link | Part | Dossier):
            await self._do(reply)
        else:
            await self._show_reply(reply)

    async def _do(self, reply: Done) -> None:
        """What is done outside our tables after the commit."""
        match reply:
            case Erase():
                if not await self.courier.erase(reply.chat_id, reply.message_id):
                    await self.courier.send(reply.chat_id, Screen(escape(reply.sorry)))
            case Link():
                await self.linker.typed(reply.linking_id, keyed=reply.keyed)
            case Part():
                await self.parting.part(reply.account_id, reply.chat_id, reply.by)
            case Dossier():
                await self._dossier(reply.chat_id, reply.person_id)

    async def _dossier(self, chat_id: int, person_id: int) -> None:
        async with self.store.view() as unit:
            kept = await unit.dossiers.gather(person_id)
        data = json.dumps(kept, ensure_ascii=False, indent=1).encode("utf-8", "replace")
        await self.courier.document(chat_id, f"pregonero-{self.courier.clock.now():%Y-%m-%d}.json", data)

    async def _show_reply(self, reply: Shown) -> None:
        match reply:
            case Toast():
                await self.courier.answer(reply.callback_id, reply.text)
            case Say() | Replace() | Preview():
                await self._say(reply)
            case Pictures():
                await self._pictures(reply.chat_id, reply.sha256s, reply.caption)
            case ShowCard():
                if not reply.patient or await self._complete(reply.draft_id):
                    await self.show_card(reply.draft_id, anew=reply.anew)
            case ShowJob():
                self.progress.changed(reply.job_id)

    async def _say(self, reply: Say | Replace | Preview) -> None:
        match reply:
            case Say():
                await self.courier.send(reply.chat_id, reply.screen, reply_to=reply.reply_to)
            case Replace():
                await self.courier.edit(reply.chat_id, reply.message_id, reply.screen)
            case Preview():
                message_id = await self.courier.send(reply.chat_id, reply.screen)
                await patiently(partial(self._previewed, reply, message_id), self.courier.clock)

    async def _previewed(self, reply: Preview, message_id: int) -> None:
        draft_id, account_id = reply.draft_id, reply.account_id
        async with self.store.unit() as unit:
            await unit.previews.previewed(reply.chat_id, message_id, draft_id=draft_id, account_id=account_id)

    async def _pictures(self, chat_id: int, sha256s: Sequence[str], caption: str = "", *, silent: bool = False) -> None:
        try:
            files = [await self.media.read(sha256) for sha256 in sha256s]
        except MediaMissing:
            log.warning("picture gone")
            return
        await self.courier.pictures(chat_id, files, caption, silent=silent)

    async def _complete(self, draft_id: str) -> bool:
        """Whether the album seems to be all there: nothing of it came for a moment, and nothing of it waits."""
        async with self.store.view() as unit:
            before = await unit.drafts.draft(draft_id)
        if before is None or (before.card_id is not None and before.card_version == before.version):
            return True
        await self.courier.clock.sleep(ALBUM_PAUSE)
        async with self.store.view() as unit:
            return not any(album_of(letter.raw) == before.album for letter in await unit.inbox.unhandled())

    async def show_card(self, draft_id: str, *, anew: bool = False) -> None:
        """The card as the draft is now: edited in place, or at the end of the chat."""
        turn = self._turns.setdefault(draft_id, asyncio.Lock())
        async with turn:
            await self._show_card(draft_id, anew=anew)

    async def _show_card(self, draft_id: str, *, anew: bool = False, again: bool = False) -> None:
        """`anew`: at the end of the chat; `again`: what is shown already, in place and not otherwise."""
        async with self.store.view() as unit:
            draft = await unit.drafts.draft(draft_id)
            accounts = await unit.accounts.accounts()
            author = await unit.people.person(draft.author.id) if draft is not None else None
            paused, aliases = await unit.pauses.paused(), await unit.aliases.aliases()
        if draft is None or draft.status is not DraftStatus.PENDING:
            return
        if again is not (draft.card_id is not None and draft.card_version == draft.version) and not anew:
            return
        fitted, words = await self.fitting.fit(draft, accounts, aliases), self.words(author)
        if again:
            await self._renew(draft, fitted, words, paused)
        else:
            await self._show(draft, fitted, words, paused, anew=anew)

    async def _show(
        self, draft: Draft, fitted: Sequence[CardLine], words: Words, paused: frozenset[str], *, anew: bool
    ) -> None:
        lines, screen = await self._drawn(draft, fitted, words, paused)
        card_id = draft.card_id
        if card_id is not None and anew:
            await self.courier.edit(draft.chat_id, card_id, say(words, "reply.card_below"))
        if card_id is None or anew or not await self.courier.edit(draft.chat_id, card_id, screen):
            await self._show_pictures(draft)
            card_id = await self.courier.send(draft.chat_id, screen, reply_to=max(draft.source_id, 0) or None)
        carded = partial(self._carded, draft, card_id, seal(lines))
        await patiently(carded, self.courier.clock)  # by itself: the card is not to be sent once more
        self.fitting.previews.look(lines, partial(self._warn, draft.id))

    async def _drawn(
        self, draft: Draft, fitted: Sequence[CardLine], words: Words, paused: frozenset[str]
    ) -> tuple[list[CardLine], Screen]:
        async with self.store.view() as unit:
            now = self.courier.clock.now()
            stood = await standing(unit, draft, fitted, self.fitting.platforms, now)
            lines = await Memory(simulated=self.mode == "sandbox").recall(unit, draft, stood, words, now)
        told = self.fitting.previews.told(lines)
        return told, card(draft, told, words, rehearsal=self.mode != "live", paused=paused)

    async def _carded(self, draft: Draft, card_id: int, seal: str) -> None:
        async with self.store.unit() as unit:
            await unit.drafts.carded(draft.id, card_id=card_id, version=draft.version, seal=seal)

    async def _show_pictures(self, draft: Draft) -> None:
        """What was sent, as we have it: above the card, whose text carries the buttons."""
        if draft.content.images:
            media = await self.fitting.show(draft.content)
            await self._pictures(draft.chat_id, [each.sha256 for each in media], silent=True)

    # -- what is learnt of a link while its card stands in the chat --------------------------------------------------

    async def _warn(self, draft_id: str) -> None:
        """The card once more, in place: a link of it leads nowhere. Whether this can be done decides nothing."""
        turn = self._turns.setdefault(draft_id, asyncio.Lock())
        async with turn:
            try:
                await patiently(partial(self._show_card, draft_id, again=True), self.courier.clock)
            except (ChatClosed, TelegramError) as refusal:
                log.warning("card not shown again", kind=type(refusal).__name__)

    async def _renew(self, draft: Draft, fitted: Sequence[CardLine], words: Words, paused: frozenset[str]) -> None:
        _, screen = await self._drawn(draft, fitted, words, paused)
        if draft.card_id is None or not await self.courier.edit(draft.chat_id, draft.card_id, screen):
            return
        async with self.store.view() as unit:
            now = await unit.drafts.draft(draft.id)
            job = await unit.jobs.job(now.job_id) if now is not None and now.job_id is not None else None
        if job is not None and job.live_id == draft.card_id:
            await self._give_back(job.id, draft.card_id)

    async def _give_back(self, job_id: str, live_id: int) -> None:
        """Approved in the same moment, the card had become a live message when we wrote over it: it is shown anew."""
        async with self.store.unit() as unit:
            await unit.jobs.shown(job_id, live_id=live_id, digest="")
        self.progress.changed(job_id)
