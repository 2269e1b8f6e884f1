"""/menciones: whom drafts mention, and what each network calls them. One name in a draft becomes many handles."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from adapters.mentions import called, key
from bot.handlers.desk import Desk
from bot.handlers.which import bare
from bot.handles import handle
from bot.i18n import languages
from bot.render import mentions as shown
from bot.render.mentions import stamp
from bot.replies import Replace, Reply, ShowCard
from bot.roles import Role
from bot.screen import Screen
from publishers.engine.contract import Platform
from publishers.engine.people import Alias, Question

NAME = "mention"
"""Kind of the question that somebody's name answers."""
HANDLE = "handle"
"""Kind of the question that a handle answers; its subject: stamp, platform, and whether others are asked for next."""
ON, ALONE = "on", "alone"
LONGEST_NAME = 60
LONGEST_ANSWER = 200
"""What is longer is a draft, whatever was asked."""
MOST_CARDS = 3
_PAIR = re.compile(r"\s*(?P<network>[^\s=:]+)\s*[=:\s]\s*(?P<handle>\S.*?)\s*")
_PAIRS = re.compile(r"[,;\n]+")


async def mentions_command(desk: Desk) -> list[Reply]:
    """/menciones [name[: network=handle, …]]: the list, one person, or what to change."""
    said = desk.event.text.strip()
    if not said:
        return desk.screen(await _list(desk))
    name, colon, pairs = said.partition(":")
    if colon and "=" not in name:
        return await _set(desk, name, pairs)
    if "=" in said:
        return desk.say("mentions.how")
    verb, _, rest = said.partition(" ")
    if rest and bare(verb) in _words(desk, "mentions.remove_words"):
        found = await _named(desk, key(rest))
        return desk.screen(shown.forgetting(found, desk.words)) if found else desk.say("mentions.stranger", name=rest)
    known = await _named(desk, key(said))
    return desk.screen(shown.person(known, _networks(desk), desk.words)) if known else await _begin(desk, said)


async def mentions_tap(desk: Desk, where: str = "") -> list[Reply]:
    screen = await _list(desk)
    return _here(desk, screen) if where else desk.screen(screen)


async def person_tap(desk: Desk, stamped: str) -> list[Reply]:
    found = await _stamped(desk, stamped)
    return _here(desk, shown.person(found, _networks(desk), desk.words)) if found else desk.tell("reply.gone")


# -- asked for, step by step -----------------------------------------------------------------------------------------


async def introduce_tap(desk: Desk) -> list[Reply]:
    """Who? Then what each network calls them."""
    await desk.unit.questions.ask(desk.event.chat_id, desk.actor.id, Question(NAME, ""), desk.now)
    return desk.screen(shown.asking_name(desk.words))


async def handle_tap(desk: Desk, stamped: str, platform: str) -> list[Reply]:
    found = await _stamped(desk, stamped)
    if found is None or platform not in _networks(desk):
        return desk.tell("reply.gone")
    return await _ask(desk, found, platform, ALONE)


async def handleless_tap(desk: Desk, stamped: str, platform: str) -> list[Reply]:
    """«No tiene»: also long after it was asked."""
    found = await _stamped(desk, stamped)
    if found is None:
        return desk.tell("reply.gone")
    question = await desk.unit.questions.open(desk.event.chat_id, desk.actor.id)
    asked = question is not None and question.kind == HANDLE and question.subject == f"{stamped}:{platform}:{ON}"
    return await _answered(desk, found, platform, None, go_on=asked)


async def answer(desk: Desk) -> list[Reply] | None:
    """The name or the handle that was asked for; None when none was, or when this is no answer but a draft."""
    question = await desk.unit.questions.open(desk.event.chat_id, desk.actor.id)
    if question is None or question.kind not in {NAME, HANDLE}:
        return None
    said = desk.event.text.strip()
    if desk.role < Role.EDITOR or len(said) > LONGEST_ANSWER or "\n" in said:
        await desk.unit.questions.close(desk.event.chat_id, desk.actor.id)
        return None
    if question.kind == HANDLE:
        return await _hear(desk, question, said)
    return await _begin(desk, said) if _fits(said) else desk.screen(shown.asking_name(desk.words, refused=said))


async def _hear(desk: Desk, question: Question, said: str) -> list[Reply] | None:
    stamped, platform, further = question.subject.split(":")
    found = await _stamped(desk, stamped)
    if found is None or platform not in desk.house.platforms:
        await desk.unit.questions.close(desk.event.chat_id, desk.actor.id)
        return None
    if bare(said) in _words(desk, "mentions.none_words"):
        return await _answered(desk, found, platform, None, go_on=further == ON)
    given = handle(said)
    if given is None:
        return desk.screen(shown.asking(found, platform, desk.house.platforms, desk.words, refused=said))
    return await _answered(desk, found, platform, given, go_on=further == ON)


async def _begin(desk: Desk, name: str) -> list[Reply]:
    """Kept at once, with what is not known yet left out: a restart loses nothing."""
    name = _tidy(name)
    if not _fits(name):
        return desk.say("mentions.bad_name", name=name)
    known = await _named(desk, key(name))
    alias = known or Alias(key(name), name, {})
    if known is None:
        await desk.unit.aliases.keep(alias)
    return await _go_on(desk, alias, "")


async def _answered(desk: Desk, alias: Alias, platform: str, given: str | None, *, go_on: bool) -> list[Reply]:
    others = {name: each for name, each in alias.handles.items() if name != platform}
    alias = replace(alias, handles=others if given is None else {**others, platform: given})
    await desk.unit.aliases.keep(alias)
    return await _go_on(desk, alias, platform) if go_on else await _done(desk, alias)


async def _go_on(desk: Desk, alias: Alias, after: str) -> list[Reply]:
    """The next network where nobody said yet what they are called."""
    names = await _connected(desk)
    following = names[names.index(after) + 1 :] if after in names else names
    lacking = next((name for name in following if name not in alias.handles), None)
    return await _done(desk, alias) if lacking is None else await _ask(desk, alias, lacking, ON)


async def _ask(desk: Desk, alias: Alias, platform: str, further: str) -> list[Reply]:
    question = Question(HANDLE, f"{stamp(alias.key)}:{platform}:{further}")
    await desk.unit.questions.ask(desk.event.chat_id, desk.actor.id, question, desk.now)
    return _here(desk, shown.asking(alias, platform, desk.house.platforms, desk.words))


async def _done(desk: Desk, alias: Alias) -> list[Reply]:
    """As it is now, and the drafts in which they are called."""
    question = await desk.unit.questions.open(desk.event.chat_id, desk.actor.id)
    if question is not None and question.kind in {NAME, HANDLE}:
        await desk.unit.questions.close(desk.event.chat_id, desk.actor.id)
    screen = shown.person(alias, _networks(desk), desk.words)
    return [*_here(desk, screen), *await _cards(desk, alias.key)]


# -- all in one line -------------------------------------------------------------------------------------------------


async def _set(desk: Desk, name: str, pairs: str) -> list[Reply]:
    """Everything that is said, or nothing where something of it makes no sense."""
    name = _tidy(name)
    if not _fits(name):
        return desk.say("mentions.bad_name", name=name)
    read = _read(desk, [pair for pair in _PAIRS.split(pairs) if pair.strip()])
    if not isinstance(read, Mapping):
        return read
    known = await _named(desk, key(name))
    handles = {**(known.handles if known is not None else {}), **read}
    alias = Alias(key(name), name, {where: given for where, given in handles.items() if given is not None})
    await desk.unit.aliases.keep(alias)
    return await _done(desk, alias)


def _read(desk: Desk, pairs: Sequence[str]) -> dict[str, str | None] | list[Reply]:
    """What each network is said to call them, None: not at all; otherwise what to say."""
    read: dict[str, str | None] = {}
    for pair in pairs:
        match = _PAIR.fullmatch(pair)
        if match is None:
            return desk.say("mentions.how")
        platform = desk.house.platform(match["network"])
        if platform is None:
            titles = [each.title for each in desk.house.platforms.values()]
            return desk.say("reply.unknown_network", text=match["network"], networks=desk.words.names(titles))
        if not platform.profile.mentions.live:
            return desk.say("mentions.no_handles", title=platform.title)
        none = bare(match["handle"]) in _words(desk, "mentions.none_words")
        read[platform.name] = None if none else handle(match["handle"])
        if not none and read[platform.name] is None:
            return desk.say("mentions.bad_handle", handle=match["handle"], title=platform.title)
    return read or desk.say("mentions.how")


# -- no more ---------------------------------------------------------------------------------------------------------


async def forget_tap(desk: Desk, stamped: str) -> list[Reply]:
    found = await _stamped(desk, stamped)
    return _here(desk, shown.forgetting(found, desk.words)) if found else desk.tell("reply.gone")


async def forgotten_tap(desk: Desk, stamped: str) -> list[Reply]:
    found = await _stamped(desk, stamped)
    if found is None:
        return desk.tell("reply.gone")
    await desk.unit.aliases.drop(found.key)
    gone = Replace(desk.event.chat_id, desk.event.message_id, await _list(desk))
    return [*desk.done("mentions.forgotten", name=found.name), gone, *await _cards(desk, found.key)]


# --------------------------------------------------------------------------------------------------------------------


async def _list(desk: Desk) -> Screen:
    return shown.mentioned(await desk.unit.aliases.aliases(), _networks(desk), desk.words)


def _networks(desk: Desk) -> dict[str, Platform]:
    """Those where a mention leads to somebody."""
    return {name: each for name, each in desk.house.platforms.items() if each.profile.mentions.live}


async def _connected(desk: Desk) -> list[str]:
    """Of those the ones with an account; all while there is none."""
    connected = {account.platform for account in await desk.unit.accounts.accounts()}
    names = list(_networks(desk))
    return [name for name in names if name in connected] or names


async def _named(desk: Desk, wanted: str) -> Alias | None:
    return next((each for each in await desk.unit.aliases.aliases() if each.key == wanted), None)


async def _stamped(desk: Desk, stamped: str) -> Alias | None:
    return next((each for each in await desk.unit.aliases.aliases() if stamp(each.key) == stamped), None)


async def _cards(desk: Desk, name: str) -> list[Reply]:
    """The newest drafts in which they are called, as they are now."""
    pending = await desk.unit.drafts.pending(desk.event.chat_id)
    meant = [
        draft
        for draft in pending
        if any(name in called(each.wording) for each in (draft.content, *map(draft.content_of, draft.targets)))
    ]
    return [ShowCard(draft.id, anew=True) for draft in meant[-MOST_CARDS:]]


def _tidy(name: str) -> str:
    return " ".join(name.split()).lstrip("@＠").strip()


def _fits(name: str) -> bool:
    return bool(key(name)) and len(_tidy(name)) <= LONGEST_NAME


def _words(desk: Desk, listed: str) -> set[str]:
    """In any of our languages."""
    texts = [replace(desk.words, locale=locale)(listed) for locale in languages()]
    return {bare(word) for text in texts for word in text.split(",")}


def _here(desk: Desk, screen: Screen) -> list[Reply]:
    """In the place of what was tapped, or as a message of its own."""
    if desk.event.callback_id is None:
        return desk.screen(screen)
    return [*desk.done(), Replace(desk.event.chat_id, desk.event.message_id, screen)]
