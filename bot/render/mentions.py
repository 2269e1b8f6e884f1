"""People who are mentioned, and what each network calls them."""

from collections.abc import Sequence

from adapters.content import fingerprint
from bot.i18n import Words
from bot.render.networks import Networks, network
from bot.render.room import inline, label, lines, stack
from bot.screen import Button, Html, Screen, Verb
from publishers.engine.people import Alias

_MOST = 20
"""People in the list; the others are asked for by name."""
_LINE = 100
_NAME = 28


def stamp(key: str) -> str:
    """Stands for somebody on a button, where the key would be too long."""
    return fingerprint(key)[:16]


def mentioned(aliases: Sequence[Alias], networks: Networks, words: Words) -> Screen:
    """Everybody, and how to add one more. `networks`: those where a mention leads to somebody."""
    shown = [_line(each, networks, words) for each in aliases[:_MOST]]
    left = len(aliases) - len(shown)
    more = words.html_plural("list.more", left) if left else Html()
    rows = [(Button(label(each.name, _NAME), Verb.MENTIONED(stamp(each.key))),) for each in aliases[:_MOST]]
    head = words.html("mentions.head" if aliases else "mentions.nobody")
    text = stack((head, lines((*shown, more)), words.html("mentions.foot")))
    return Screen(text, (*rows, (Button(words("button.introduce"), Verb.INTRODUCE()),)))


def _line(alias: Alias, networks: Networks, words: Words) -> Html:
    known = [f"{networks[name].title} @{alias.handles[name]}" for name in networks if name in alias.handles]
    what = inline(" · ".join(known), _LINE) if known else words.html("mentions.nowhere")
    return words.html("mentions.line", name=inline(alias.name, _NAME), what=what)


def person(alias: Alias, networks: Networks, words: Words) -> Screen:
    """What one of them is called where, and what can be done about it."""
    told = [_there(name, alias, networks, words) for name in networks]
    called = words.html("mentions.called", name=inline(alias.name), alias=inline(alias.key, 100))
    rows = [
        (Button(_handle_label(name, alias, networks, words), Verb.HANDLE(stamp(alias.key), name)),) for name in networks
    ]
    forget = Button(words("button.forget"), Verb.FORGET(stamp(alias.key)))
    return Screen(stack((called, lines(told))), (*rows, (forget,), (_back(words),)))


def _there(name: str, alias: Alias, networks: Networks, words: Words) -> Html:
    of = networks[name]
    if name not in alias.handles:
        return words.html("mentions.not_there", icon=of.icon, title=of.title)
    return words.html("mentions.there", icon=of.icon, title=of.title, handle=inline(alias.handles[name], 100))


def _handle_label(name: str, alias: Alias, networks: Networks, words: Words) -> str:
    key = "button.handle" if name in alias.handles else "button.add_handle"
    return words(key, icon=networks[name].icon, title=networks[name].title)


def asking_name(words: Words, refused: str = "") -> Screen:
    """Who is it? The next message says it. `refused`: what was said before and is no name."""
    asked = words.html("mentions.bad_name", name=inline(refused)) if refused else words.html("mentions.ask_name")
    return Screen(asked, ((_leave(words),),))


def asking(alias: Alias, platform: str, networks: Networks, words: Words, refused: str = "") -> Screen:
    """What is somebody called there? The next message says it. `refused`: what was said before and is no handle."""
    none = Button(words("button.handleless"), Verb.HANDLELESS(stamp(alias.key), platform))
    title = network(platform, networks).title
    if refused:
        asked = words.html("mentions.bad_handle", handle=inline(refused), title=title)
    else:
        asked = words.html("mentions.ask", name=inline(alias.name), title=title)
    return Screen(asked, ((none, _leave(words)),))


def forgetting(alias: Alias, words: Words) -> Screen:
    sure = Button(words("button.forget_surely"), Verb.FORGOTTEN(stamp(alias.key)))
    return Screen(words.html("mentions.forgetting", name=inline(alias.name)), ((sure,), (_back(words),)))


def _leave(words: Words) -> Button:
    return Button(words("button.leave_question"), Verb.CANCEL())


def _back(words: Words) -> Button:
    return Button(words("button.to_mentions"), Verb.MENTIONS("here"))
