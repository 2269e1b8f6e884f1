"""Pictures arrive: alone, as parts of an album, as files, or instead of those a draft has."""

from dataclasses import replace

from adapters.content import Content, Image
from adapters.images import PictureFault
from adapters.spans import join
from bot.event import Attachment
from bot.handlers import own_words
from bot.handlers.desk import Desk
from bot.handlers.drafts import add, answered, asked_about, rewrite
from bot.handlers.reopened import present
from bot.render import refused, say
from bot.replies import Reply, ShowCard
from publishers.engine.model import Draft, DraftStatus


async def picture(desk: Desk) -> list[Reply]:
    """A photo, a part of an album, or a picture sent as a file. Raises NotReady until it is here."""
    if desk.event.attachment is None:
        return desk.say("reply.unsupported")
    album = await _of_album(desk)
    try:
        image = desk.house.fetching.picture(desk.event.attachment)
    except PictureFault as fault:
        shown = [ShowCard(album.id, patient=True)] if album is not None else []
        return [*desk.screen(refused(fault, desk.words), reply=True), *shown]
    if album is not None:
        return await _join(desk, album, image)
    refusal = await own_words.picture(desk)
    if refusal is not None:
        return refusal
    meant = await asked_about(desk) or await answered(desk)
    if meant is not None:
        return await _exchange(desk, meant, image)
    return await add(desk, desk.event.message_id, Content(desk.event.text, (image,), spans=desk.event.spans))


async def edited(desk: Desk) -> list[Reply]:
    """The person edited the message a draft came from: its words, or the picture itself."""
    told = await own_words.edited(desk)
    if told is not None:
        return told
    draft = await present(desk, await desk.unit.drafts.by_message(desk.event.chat_id, desk.event.message_id))
    if draft is None:
        return []
    if desk.event.attachment is None or desk.event.message_id not in draft.pictured_by:
        return await rewrite(desk, draft)
    if draft.status is not DraftStatus.PENDING:
        return await rewrite(desk, draft)
    return await _retouch(desk, draft, desk.event.attachment)


async def _retouch(desk: Desk, draft: Draft, attachment: Attachment) -> list[Reply]:
    try:
        image = desk.house.fetching.picture(attachment)
    except PictureFault as fault:
        return desk.screen(refused(fault, desk.words), reply=True)
    number = draft.pictured_by.index(desk.event.message_id)
    images = list(draft.content.images)
    if images[number].sha256 != image.sha256:
        images[number] = image
    alone = len(images) == 1
    said = desk.event.wording if alone or desk.event.text else draft.content.wording
    content = replace(draft.content.worded(said), images=tuple(images))
    if content == draft.content:
        return []
    await desk.unit.drafts.change(draft, content=content)
    return [ShowCard(draft.id, anew=images[number].sha256 != draft.content.images[number].sha256)]


async def _of_album(desk: Desk) -> Draft | None:
    """The draft that the earlier parts of the same album made."""
    if desk.event.album is None:
        return None
    return await desk.unit.drafts.by_album(desk.event.chat_id, desk.event.album)


async def _join(desk: Desk, draft: Draft, image: Image) -> list[Reply]:
    """One part more, in the order in which they were sent."""
    if desk.event.message_id in draft.pictured_by:
        return [ShowCard(draft.id, patient=True)]
    if draft.status is not DraftStatus.PENDING:
        return desk.screen(say(desk.words, "reply.album_late"), reply=True)
    parts = sorted(
        [*zip(draft.pictured_by, draft.content.images, strict=True), (desk.event.message_id, image)], key=_at
    )
    said = join("\n\n", [each for each in (draft.content.wording, desk.event.wording) if each.text])
    content = replace(draft.content.worded(said), images=tuple(each for _, each in parts))
    await desk.unit.drafts.change(draft, content=content, pictured_by=[at for at, _ in parts])
    return [ShowCard(draft.id, anew=draft.card_id is not None, patient=True)]


def _at(part: tuple[int, Image]) -> int:
    return part[0]


async def _exchange(desk: Desk, draft: Draft, image: Image) -> list[Reply]:
    """This picture instead of those it has; the rest of its album is going to join it."""
    said = desk.event.wording if desk.event.text else draft.content.wording
    content = replace(draft.content.worded(said), images=(image,))
    message_id, album = desk.event.message_id, desk.event.album
    await desk.unit.drafts.change(draft, content=content, pictured_by=[message_id], album=album or "")
    return [ShowCard(draft.id, anew=True, patient=album is not None)]
