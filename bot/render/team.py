"""Who may act, and invitations."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.i18n import Words
from bot.render.room import inline, label, lines, stack
from bot.roles import Role
from bot.screen import Button, Html, Rows, Screen, Verb
from publishers.engine.people import Person

_MOST = 40
"""People with a button of their own."""


@dataclass(frozen=True, slots=True)
class Member:
    """`fixed`: named by the configuration, and only changed there."""

    person: Person
    role: Role
    fixed: bool


def role(of: Role, words: Words) -> str:
    return words(f"role.{of.name.lower()}")


def team(members: Sequence[Member], me: int, words: Words) -> Screen:
    told = [_line(each, me, words) for each in members]
    rows = [(Button(label(each.person.name, 28), Verb.MEMBER(each.person.id)),) for each in members if not each.fixed]
    text = stack((words.html("team.head"), lines(told), words.html("team.foot")))
    return Screen(text, (*rows[:_MOST], *_invites(words)))


def _line(member: Member, me: int, words: Words) -> Html:
    key = "team.you" if member.person.id == me else "team.fixed" if member.fixed else "team.line"
    return words.html(key, name=inline(member.person.name), role=role(member.role, words))


def _invites(words: Words) -> Rows:
    wanted = (Role.EDITOR, Role.AUTHOR, Role.OWNER)
    return tuple(
        (Button(words(f"button.invite.{each.name.lower()}"), Verb.INVITE(each.name.lower())),) for each in wanted
    )


def member(of: Member, words: Words) -> Screen:
    """What can be done about one of them."""
    person = of.person.id
    others = [each for each in (Role.AUTHOR, Role.EDITOR, Role.OWNER) if each is not of.role]
    roles = [
        (Button(words("button.role", role=role(each, words)), Verb.ROLE(person, each.name.lower())),) for each in others
    ]
    text = words.html("team.member", name=inline(of.person.name), role=role(of.role, words))
    back = Button(words("button.to_team"), Verb.TEAM())
    return Screen(text, (*roles, (Button(words("button.remove"), Verb.REMOVE(person)),), (back,)))


def _become(person: int, wanted: Role, words: Words) -> Button:
    return Button(words("button.role", role=role(wanted, words)), Verb.ROLE(person, wanted.name.lower()))


def removing(of: Member, words: Words) -> Screen:
    sure = Button(words("button.remove_surely"), Verb.REMOVED(of.person.id))
    back = Button(words("button.to_team"), Verb.TEAM())
    return Screen(words.html("team.removing", name=inline(of.person.name)), ((sure,), (back,)))


def invitation(address: str, of: Role, until: str, words: Words) -> Screen:
    """To be sent on by the owner as it is."""
    return Screen(words.html("team.invitation", link=address, role=role(of, words), until=until))


def joined(name: str, of: Role, words: Words) -> Screen:
    return Screen(words.html("team.joined", name=inline(name), role=role(of, words)))


def welcome(by: str, of: Role, words: Words) -> Screen:
    return Screen(words.html("team.welcome", by=inline(by), role=role(of, words)))


def left(words: Words) -> Screen:
    return Screen(words.html("team.left"))
