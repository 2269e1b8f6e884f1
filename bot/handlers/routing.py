"""From an event to its handler: who it is, what they may do, and what they mean. The one place that checks roles."""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

from bot.event import Event, Kind
from bot.handlers import (
    approval,
    describe,
    drafts,
    first,
    hold,
    late,
    linking,
    looks,
    mentions,
    mine,
    networks,
    own_words,
    pauses,
    pictures,
    place,
    planning,
    queue,
    recovery,
    rest,
    rewording,
    scheduled,
    seeing,
    team,
    waits,
)
from bot.handlers.desk import Desk, House
from bot.replies import Reply
from bot.roles import Role, role_of
from bot.screen import Verb, read_tap
from publishers.engine.ports import Unit

Handle = Callable[..., Awaitable[list[Reply]]]


@dataclass(frozen=True, slots=True)
class Route:
    role: Role
    handle: Handle


COMMANDS: dict[str, Route] = {
    "start": Route(Role.STRANGER, first.start),
    "ayuda": Route(Role.AUTHOR, first.help_command),
    "idioma": Route(Role.AUTHOR, first.language_command),
    "borrador": Route(Role.AUTHOR, drafts.borrador),
    "cancelar": Route(Role.AUTHOR, drafts.cancel),
    "pendientes": Route(Role.AUTHOR, seeing.pending_command),
    "estado": Route(Role.AUTHOR, seeing.status_command),
    "redes": Route(Role.OWNER, networks.accounts_command),
    "misdatos": Route(Role.OWNER, mine.mine_command),
    "equipo": Route(Role.OWNER, team.team_command),
    "aprobar": Route(Role.EDITOR, approval.approve_command),
    "programar": Route(Role.EDITOR, planning.plan_command),
    "reintentar": Route(Role.EDITOR, recovery.retry_command),
    "formato": Route(Role.AUTHOR, looks.format_command),
    "alt": Route(Role.AUTHOR, describe.alt_command),
    "menciones": Route(Role.EDITOR, mentions.mentions_command),
    "resto": Route(Role.EDITOR, rest.rest_command),
    "omitir": Route(Role.EDITOR, recovery.skip_command),
    "reautorizar": Route(Role.EDITOR, recovery.reauthorize_command),
    "cola": Route(Role.EDITOR, queue.queue_command),
    "zona": Route(Role.EDITOR, place.zone_command),
    "pausa": Route(Role.OWNER, pauses.pause_command),
    "reanudar": Route(Role.OWNER, pauses.resume_command),
}
ENGLISH = {
    "help": "ayuda",
    "language": "idioma",
    "draft": "borrador",
    "cancel": "cancelar",
    "pending": "pendientes",
    "status": "estado",
    "networks": "redes",
    "team": "equipo",
    "mydata": "misdatos",
    "approve": "aprobar",
    "schedule": "programar",
    "retry": "reintentar",
    "skip": "omitir",
    "rest": "resto",
    "format": "formato",
    "mentions": "menciones",
    "reauthorize": "reautorizar",
    "queue": "cola",
    "zone": "zona",
    "pause": "pausa",
    "resume": "reanudar",
}
TAPS: dict[Verb, Route] = {
    Verb.APPROVE: Route(Role.EDITOR, approval.approve_tap),
    Verb.SURE: Route(Role.EDITOR, approval.sure_tap),
    Verb.DISCARD: Route(Role.EDITOR, approval.discard),
    Verb.TOGGLE: Route(Role.AUTHOR, approval.toggle),
    Verb.PREVIEW: Route(Role.AUTHOR, approval.look_closely),
    Verb.REHEARSE: Route(Role.AUTHOR, approval.rehearse),
    Verb.FORMAT: Route(Role.AUTHOR, looks.format_tap),
    Verb.FIT: Route(Role.AUTHOR, looks.fit_tap),
    Verb.DESIGN: Route(Role.AUTHOR, looks.design_tap),
    Verb.ALT: Route(Role.AUTHOR, describe.alt_tap),
    Verb.EDIT: Route(Role.AUTHOR, own_words.edit_tap),
    Verb.EDIT_ALL: Route(Role.AUTHOR, drafts.edit),
    Verb.OWN: Route(Role.AUTHOR, own_words.own_tap),
    Verb.COMMON: Route(Role.AUTHOR, own_words.common_tap),
    Verb.REWORD: Route(Role.EDITOR, rewording.reword_tap),
    Verb.REWORDED: Route(Role.EDITOR, rewording.reworded_tap),
    Verb.REST: Route(Role.EDITOR, rest.rest_tap),
    Verb.REST_TEXT: Route(Role.EDITOR, rest.rest_text_tap),
    Verb.CARD: Route(Role.AUTHOR, drafts.show),
    Verb.CANCEL: Route(Role.AUTHOR, drafts.cancel),
    Verb.DRAFT: Route(Role.AUTHOR, drafts.answer_draft),
    Verb.RETRY: Route(Role.EDITOR, recovery.retry_tap),
    Verb.GO_ON: Route(Role.EDITOR, recovery.retry_tap),
    Verb.RETRY_ALL: Route(Role.EDITOR, recovery.retry_all_tap),
    Verb.SKIP: Route(Role.EDITOR, recovery.skip_tap),
    Verb.LEAVE: Route(Role.EDITOR, recovery.skip_tap),
    Verb.SKIP_ALL: Route(Role.EDITOR, recovery.skip_all_tap),
    Verb.REAUTH: Route(Role.EDITOR, recovery.reauthorize_tap),
    Verb.THERE: Route(Role.EDITOR, recovery.there_tap),
    Verb.LOOK: Route(Role.EDITOR, recovery.look_tap),
    Verb.ABSENT: Route(Role.EDITOR, recovery.absent_tap),
    Verb.SPEAK: Route(Role.AUTHOR, first.speak),
    Verb.QUEUE: Route(Role.EDITOR, queue.page_tap),
    Verb.ENTRY: Route(Role.EDITOR, queue.entry_tap),
    Verb.AT_ONCE: Route(Role.EDITOR, queue.now_tap),
    Verb.CALL_OFF: Route(Role.EDITOR, queue.call_off_tap),
    Verb.CALLED_OFF: Route(Role.EDITOR, queue.called_off_tap),
    Verb.LATE: Route(Role.EDITOR, late.card_tap),
    Verb.LATE_NOW: Route(Role.EDITOR, late.now_tap),
    Verb.SPREAD: Route(Role.EDITOR, late.spread_tap),
    Verb.LATE_DROP: Route(Role.EDITOR, late.drop_tap),
    Verb.LATE_DROPPED: Route(Role.EDITOR, late.dropped_tap),
    Verb.WAIT: Route(Role.EDITOR, waits.wait_tap),
    Verb.PAUSE: Route(Role.OWNER, pauses.pause_tap),
    Verb.RESUME: Route(Role.OWNER, pauses.resume_tap),
    Verb.ZONE: Route(Role.EDITOR, place.zone_tap),
    Verb.PLAN: Route(Role.EDITOR, planning.plan_tap),
    Verb.MOVE: Route(Role.EDITOR, planning.move_tap),
    Verb.HOURS: Route(Role.EDITOR, planning.hours_tap),
    Verb.WHEN: Route(Role.EDITOR, planning.when_tap),
    Verb.PICK: Route(Role.EDITOR, planning.pick_tap),
    Verb.BOOK: Route(Role.EDITOR, planning.book_tap),
    Verb.NOW: Route(Role.EDITOR, scheduled.now_tap),
    Verb.UNPLAN: Route(Role.EDITOR, scheduled.unplan_tap),
    Verb.UNPLANNED: Route(Role.EDITOR, scheduled.unplanned_tap),
    Verb.UNDO: Route(Role.EDITOR, hold.undo_tap),
    Verb.EXPORT: Route(Role.OWNER, mine.export_tap),
    Verb.ERASE: Route(Role.OWNER, mine.erase_tap),
    Verb.ERASED: Route(Role.OWNER, mine.erased_tap),
    Verb.TEAM: Route(Role.OWNER, team.team_tap),
    Verb.INVITE: Route(Role.OWNER, team.invite_tap),
    Verb.MEMBER: Route(Role.OWNER, team.member_tap),
    Verb.ROLE: Route(Role.OWNER, team.role_tap),
    Verb.REMOVE: Route(Role.OWNER, team.remove_tap),
    Verb.REMOVED: Route(Role.OWNER, team.removed_tap),
    Verb.ACCOUNTS: Route(Role.OWNER, networks.accounts_tap),
    Verb.ACCOUNT: Route(Role.OWNER, networks.account_tap),
    Verb.CONNECT: Route(Role.OWNER, networks.connect_tap),
    Verb.DELEGATE: Route(Role.EDITOR, networks.delegate_tap),
    Verb.RENAME: Route(Role.OWNER, networks.rename_tap),
    Verb.MAIN: Route(Role.OWNER, networks.main_tap),
    Verb.AIM: Route(Role.OWNER, networks.aim_tap),
    Verb.PART: Route(Role.OWNER, networks.part_tap),
    Verb.PARTED: Route(Role.OWNER, networks.parted_tap),
    Verb.LINKED: Route(Role.EDITOR, linking.linked_tap),
    Verb.NOT_LINKED: Route(Role.EDITOR, linking.not_linked_tap),
    Verb.BACK: Route(Role.EDITOR, hold.back_tap),
    Verb.MENTIONS: Route(Role.EDITOR, mentions.mentions_tap),
    Verb.MENTIONED: Route(Role.EDITOR, mentions.person_tap),
    Verb.INTRODUCE: Route(Role.EDITOR, mentions.introduce_tap),
    Verb.HANDLE: Route(Role.EDITOR, mentions.handle_tap),
    Verb.HANDLELESS: Route(Role.EDITOR, mentions.handleless_tap),
    Verb.FORGET: Route(Role.EDITOR, mentions.forget_tap),
    Verb.FORGOTTEN: Route(Role.EDITOR, mentions.forgotten_tap),
}
OTHERS: dict[Kind, Route] = {
    Kind.TEXT: Route(Role.AUTHOR, planning.text),
    Kind.PICTURE: Route(Role.AUTHOR, pictures.picture),
    Kind.EDITED: Route(Role.AUTHOR, pictures.edited),
    Kind.UNSUPPORTED: Route(Role.AUTHOR, drafts.unsupported),
}


async def route(event: Event, unit: Unit, house: House, now: datetime) -> list[Reply]:
    """What to answer; all effects are in `unit`."""
    if not event.private and not event.mentioned and not await _goes_on(event, unit):
        return []
    role, person = await role_of(event.actor, house.guests, unit)
    desk = Desk(house, unit, event, house.words(person), now, role)
    found, arguments = _find(event)
    if role is Role.STRANGER and (found is None or found.role is not Role.STRANGER):
        return first.stranger(desk) if event.private else desk.done()
    if role is Role.STRANGER and not event.private:
        return []
    if found is None:
        return _unknown(desk)
    if role < found.role:
        return desk.tell("reply.not_allowed")
    return await found.handle(desk, *arguments)


async def _goes_on(event: Event, unit: Unit) -> bool:
    """In a group: a further part of an album whose first part was for us."""
    return event.album is not None and await unit.drafts.by_album(event.chat_id, event.album) is not None


def _find(event: Event) -> tuple[Route | None, list[str]]:
    if event.kind is Kind.COMMAND:
        name = ENGLISH.get(event.command, event.command)
        pictured = name == "borrador" and event.attachment is not None
        return (OTHERS[Kind.PICTURE] if pictured else COMMANDS.get(name)), []
    if event.kind is not Kind.TAP:
        return OTHERS[event.kind], []
    try:
        verb, arguments = read_tap(event.text)
    except ValueError:
        return None, []
    found = TAPS[verb]
    return (found, arguments) if _takes(found.handle, arguments) else (None, [])


def _takes(handle: Handle, arguments: list[str]) -> bool:
    """A button of an older version may carry other arguments."""
    try:
        inspect.signature(handle).bind(None, *arguments)
    except TypeError:
        return False
    return True


def _unknown(desk: Desk) -> list[Reply]:
    if desk.event.kind is Kind.TAP:
        return desk.done("reply.gone")
    return desk.say("reply.unknown_command", command=desk.event.command)
