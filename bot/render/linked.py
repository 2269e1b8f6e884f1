"""What became of a linking, in the chat: connected, one to pick or to confirm, or why not."""

from datetime import datetime, timedelta

from bot.i18n import Words
from bot.outcomes import Outcome, sentences
from bot.render.room import inline, label, lines, stack
from bot.screen import Button, Html, Rows, Screen, Verb
from publishers.engine.linkings import Linking, Stage
from publishers.engine.model import Account

BRIEF = timedelta(days=1)
MOST_CANDIDATES = 20
LONGEST = 200


def linked(outcome: Outcome, title: str, words: Words, now: datetime, *, waiting: int = 0) -> Screen:
    """`title`: of the network. `waiting`: deliveries that waited for this permission only."""
    if outcome.stage is Stage.DONE and outcome.account is not None:
        return connected(outcome.account, title, words, now, waiting=waiting)
    if outcome.stage is Stage.CHOOSING and outcome.linking is not None:
        return _choice(outcome, outcome.linking, title, words)
    params = {name: inline(value, LONGEST) for name, value in outcome.params.items()}
    text = lines([words.html(key, platform=title, **params) for key in sentences(outcome, words)])
    again = outcome.again
    if again is None:
        return Screen(text)
    todo = words.html("link.chat.paste_again" if again.pasted else "link.chat.again", platform=title)
    if again.button:
        return Screen(stack((text, todo)), ((Button(words("link.button.go", platform=title), url=again.url),),))
    return Screen(stack((text, todo, lines((words.html("link.chat.plain", link=again.url),)))))


def end(account: Account, now: datetime) -> datetime | None:
    """Until when a permission that was just given lasts. One of hours is renewed by itself: nobody has to know."""
    lasts = account.expires_at is not None and account.expires_at - now >= BRIEF
    return account.expires_at if lasts else None


def connected(account: Account, title: str, words: Words, now: datetime, *, waiting: int = 0) -> Screen:
    """Which account is connected and until when, and that what waited goes on."""
    name = inline(account.name, LONGEST)
    told = [words.html("link.chat.connected", platform=title, account=name)]
    until = end(account, now)
    if until is not None:
        told.append(words.html("link.until", date=words.date(until)))
    if waiting:
        told.append(words.html_plural("link.chat.goes_on", waiting))
    return Screen(lines(told))


def _choice(outcome: Outcome, linking: Linking, title: str, words: Words) -> Screen:
    names = [candidate.name for candidate in outcome.candidates[:MOST_CANDIDATES]]
    one = len(names) == 1
    key = "link.chat.confirm" if one else "link.chat.choose"
    text = words.html(key, platform=title, account=inline(names[0], LONGEST))
    button = "link.button.confirm" if one else "link.button.choose"
    rows: Rows = tuple(
        (Button(label(words(button, account=name)), Verb.LINKED(linking.id, number)),)
        for number, name in enumerate(names)
    )
    none = Button(words("link.button.not_it" if one else "link.button.none"), Verb.NOT_LINKED(linking.id))
    return Screen(Html(text), (*rows, (none,)))
