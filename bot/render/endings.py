"""Permission that ends: told in time, and solved in the same message."""

from datetime import datetime

from bot.i18n import Words
from bot.render.networks import Networks, network
from bot.render.replies import say
from bot.screen import Button, Screen, Verb
from publishers.engine.model import Account


def ending(account: Account, end: datetime | None, networks: Networks, words: Words, now: datetime) -> Screen:
    """It ends then, or has ended (None: the platform refuses it), and nothing but a person can renew it."""
    if end is None:
        told = say(words, "ending.refused", **_named(account, networks))
    else:
        key = "ending.ahead" if end > now else "ending.over"
        told = say(words, key, **_named(account, networks), day=words.on(end, now))
    return Screen(told.text, ((Button(words("button.reauth"), Verb.REAUTH(account.id)),),))


def solved(account: Account, networks: Networks, words: Words, now: datetime) -> Screen:
    if account.expires_at is None:
        return say(words, "ending.solved", **_named(account, networks))
    return say(words, "ending.solved_until", **_named(account, networks), day=words.on(account.expires_at, now))


def needless(words: Words) -> Screen:
    """The account is no longer connected."""
    return say(words, "ending.needless")


def _named(account: Account, networks: Networks) -> dict[str, str]:
    its = network(account.platform, networks)
    return {"icon": its.icon, "platform": its.title, "account": account.name}
