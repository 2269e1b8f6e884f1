"""First contact, help and language."""

from dataclasses import replace

from bot.handlers import team
from bot.handlers.desk import Desk
from bot.i18n import Words
from bot.i18n import languages as known_languages
from bot.owner import tidy
from bot.render import help_text, languages, say
from bot.replies import Reply, Say
from bot.roles import Role
from publishers.engine.people import Person


async def start(desk: Desk) -> list[Reply]:
    """/start: the owner claims the bot with the one-time code; strangers learn their number and nothing else."""
    code = desk.event.text.strip()
    person = Person(desk.actor.id, desk.actor.name, Role.OWNER.name.lower())
    if code and desk.event.private and await desk.unit.people.redeem(tidy(code), person, desk.now):
        return [*desk.say("reply.owner"), *await _next_step(desk)]
    invited = await team.join(desk, code) if code.startswith(team.PREFIX) and desk.event.private else None
    if invited is not None:
        return invited
    if desk.role is Role.STRANGER:
        return [*(desk.say("team.used") if code.startswith(team.PREFIX) else []), *stranger(desk)]
    return [*desk.say("reply.welcome", name=desk.actor.name), *await _next_step(desk)]


async def _next_step(desk: Desk) -> list[Reply]:
    """One step at a time: connect a network, then the first draft."""
    connected = bool(await desk.unit.accounts.accounts())
    return desk.say("reply.first_draft" if connected else "reply.connect_first")


def stranger(desk: Desk) -> list[Reply]:
    return desk.say("reply.stranger", id=desk.actor.id)


async def help_command(desk: Desk) -> list[Reply]:
    return desk.screen(help_text(desk.words))


async def language_command(desk: Desk) -> list[Reply]:
    wanted = desk.event.text.strip().casefold()
    if wanted in known_languages():
        return await speak(desk, wanted)
    return desk.screen(languages(desk.words, known_languages()))


async def speak(desk: Desk, locale: str) -> list[Reply]:
    if locale not in known_languages():
        return desk.tell("reply.gone")
    person = await desk.enter()
    await desk.unit.people.speak(person.id, locale)
    return [*desk.done(), *_in(desk, desk.house.words(replace(person, locale=locale)))]


def _in(desk: Desk, words: Words) -> list[Reply]:
    return [Say(desk.event.chat_id, say(words, "reply.language"))]
