"""Networks that stand still, and what becomes of their posts when they go on."""

from collections.abc import Sequence
from datetime import datetime

from bot.i18n import Words
from bot.render.late import line
from bot.render.networks import Networks, network
from bot.render.room import inline, label, lines, stack
from bot.screen import Button, Html, Rows, Screen, Verb
from publishers.engine.model import Delivery, Job

LIST = "list"
"""Where a button stands: in the list of accounts, which is shown again."""
_MOST_TOLD = 5


def titles(platforms: Sequence[str], networks: Networks, words: Words) -> Html:
    return inline(words.names([network(platform, networks).title for platform in platforms]), 300)


def paused(platforms: Sequence[str], networks: Networks, words: Words) -> Screen:
    """They have just been paused."""
    only = platforms[0] if len(platforms) == 1 else ""
    text = words.html("pause.done", networks=titles(platforms, networks, words))
    return Screen(text, ((Button(words("button.resume"), Verb.RESUME(only)),),))


def resumed(
    platforms: Sequence[str],
    networks: Networks,
    words: Words,
    now: datetime,
    *,
    going: int,
    late: Sequence[tuple[Job, Sequence[Delivery]]],
) -> Screen:
    """They go on: how many posts with them, and which ones are late by now."""
    head = words.html("resume.done", networks=titles(platforms, networks, words))
    on = words.html_plural("resume.going", going) if going else Html()
    told = [line(job, deliveries, networks, words, now) for job, deliveries in late[:_MOST_TOLD]]
    left = len(late) - len(told)
    more = words.html_plural("list.more", left) if left else Html()
    behind = lines((words.html_plural("resume.late", len(late)), *told, more)) if late else Html()
    nothing = Html() if going or late else words.html("resume.nothing_waited")
    return Screen(stack((lines((head, on, nothing)), behind)))


def switches(platforms: Sequence[str], still: frozenset[str], networks: Networks, words: Words) -> Rows:
    """For every network of the list: let it stand or go on."""
    return tuple((_switch(platform, platform in still, networks, words),) for platform in platforms)


def _switch(platform: str, still: bool, networks: Networks, words: Words) -> Button:
    what = words("button.resume" if still else "button.pause")
    name = label(network(platform, networks).title, 28)
    verb = Verb.RESUME if still else Verb.PAUSE
    return Button(words("button.named", what=what, name=name), verb(platform, LIST))
