"""/equipo: who may act, with which role; invitations; and a way out for whoever lost a phone."""

import secrets
from dataclasses import replace
from datetime import timedelta

from bot.handlers.desk import Desk
from bot.owner import link
from bot.render import team as shown
from bot.render.team import Member
from bot.replies import Replace, Reply, Say
from bot.roles import Role
from bot.screen import Screen
from publishers.engine.people import Invitation, Person

PREFIX = "inv_"
"""What a start parameter begins with when it is an invitation."""
LIFE = timedelta(days=7)
ROLES = (Role.AUTHOR, Role.EDITOR, Role.OWNER)


async def team_command(desk: Desk) -> list[Reply]:
    """/equipo: everybody, and how to invite more."""
    return desk.screen(await _list(desk))


async def team_tap(desk: Desk) -> list[Reply]:
    return _here(desk, await _list(desk))


# -- coming in ---------------------------------------------------------------------------------------------------


async def invite_tap(desk: Desk, role: str) -> list[Reply]:
    """A link for one person. It is a key: it is given to the owner alone, never to a group."""
    wanted = _role(role)
    if wanted is None:
        return desk.tell("reply.gone")
    if not desk.event.private:
        return desk.tell("team.private")
    code = PREFIX + secrets.token_urlsafe(16)
    until = desk.now + LIFE
    invitation = Invitation(wanted.name.lower(), desk.actor.id, desk.actor.name, until)
    await desk.unit.invitations.invite(code, invitation, desk.now)
    address = link(code, desk.house.courier.bot.username)
    return desk.screen(shown.invitation(address, wanted, desk.words.until(until, desk.now), desk.words))


async def join(desk: Desk, code: str) -> list[Reply] | None:
    """/start inv_…: None when that is no invitation that counts. Nobody becomes less by one."""
    found = await desk.unit.invitations.accept(code, desk.actor.id, desk.now)
    role = _role(found.role) if found is not None else None
    if found is None or role is None:
        return None
    joined = max(role, desk.role)
    known = await desk.unit.people.person(desk.actor.id) or Person(desk.actor.id, desk.actor.name, "")
    await desk.unit.people.join(replace(known, name=desk.actor.name, role=joined.name.lower()), desk.now)
    words = desk.house.words(await desk.unit.people.person(found.by))
    told = Say(found.by, shown.joined(desk.actor.name, joined, words))
    return [*desk.screen(shown.welcome(found.by_name, joined, desk.words)), told]


# -- one person --------------------------------------------------------------------------------------------------


async def member_tap(desk: Desk, person: str) -> list[Reply]:
    found = await _member(desk, person)
    if found is None:
        return [*desk.done("reply.gone"), *_here(desk, await _list(desk), quiet=True)]
    return _here(desk, shown.member(found, desk.words))


async def role_tap(desk: Desk, person: str, role: str) -> list[Reply]:
    found, wanted = await _member(desk, person), _role(role)
    if found is None or wanted is None or found.fixed:
        return desk.tell("reply.gone")
    if wanted is not Role.OWNER and await _last(desk, found):
        return desk.tell("team.last_owner")
    await desk.unit.people.join(replace(found.person, role=wanted.name.lower()), desk.now)
    return [*desk.done("team.changed"), *_here(desk, await _list(desk), quiet=True)]


async def remove_tap(desk: Desk, person: str) -> list[Reply]:
    found = await _member(desk, person)
    if found is None or found.fixed:
        return desk.tell("reply.gone")
    if await _last(desk, found):
        return desk.tell("team.last_owner")
    return _here(desk, shown.removing(found, desk.words))


async def removed_tap(desk: Desk, person: str) -> list[Reply]:
    """At once, whoever it is: what they began ends too."""
    found = await _member(desk, person)
    if found is None or found.fixed:
        return [*desk.done("reply.gone"), *_here(desk, await _list(desk), quiet=True)]
    if await _last(desk, found):
        return desk.tell("team.last_owner")
    await desk.unit.people.leave(found.person.id)
    if found.person.id == desk.actor.id:
        return _here(desk, shown.left(desk.words))
    return [*desk.done("team.removed"), *_here(desk, await _list(desk), quiet=True)]


# -- who there is ------------------------------------------------------------------------------------------------


async def _list(desk: Desk) -> Screen:
    return shown.team(await _members(desk), desk.actor.id, desk.words)


async def _members(desk: Desk) -> list[Member]:
    """The owners first. Whoever only chose a language or a zone is nobody's colleague."""
    guests = desk.house.guests
    known = {person.id: person for person in await desk.unit.people.everyone()}
    named = [*guests.owners, *guests.editors, *guests.authors]
    known.setdefault(desk.actor.id, Person(desk.actor.id, desk.actor.name, ""))
    persons = [*known.values(), *(Person(each, str(each), "") for each in dict.fromkeys(named) if each not in known)]
    members = [_ranked(person, guests.role(person.id)) for person in persons]
    return sorted((each for each in members if each.role is not Role.STRANGER), key=lambda each: -each.role)


def _ranked(person: Person, configured: Role) -> Member:
    kept = Role[person.role.upper()] if person.role else Role.STRANGER
    return Member(person, max(kept, configured), fixed=configured is not Role.STRANGER)


async def _member(desk: Desk, person: str) -> Member | None:
    return next((each for each in await _members(desk) if str(each.person.id) == person), None)


async def indispensable(desk: Desk) -> bool:
    """Whether nobody would be left in charge without whoever speaks."""
    me = await _member(desk, str(desk.actor.id))
    return me is not None and not me.fixed and await _last(desk, me)


async def _last(desk: Desk, member: Member) -> bool:
    owners = [each for each in await _members(desk) if each.role is Role.OWNER]
    return owners == [member]


def _role(name: str) -> Role | None:
    return next((role for role in ROLES if role.name.lower() == name), None)


def _here(desk: Desk, screen: Screen, *, quiet: bool = False) -> list[Reply]:
    stop = [] if quiet else desk.done()
    return [*stop, Replace(desk.event.chat_id, desk.event.message_id, screen)]
