"""The accounts: all of them, one of them, and how the permission for one is given."""

from collections.abc import Collection, Sequence
from datetime import datetime

from bot.i18n import Words
from bot.outcomes import Offer
from bot.render.networks import Networks, network
from bot.render.pauses import switches
from bot.render.room import inline, label, lines, stack
from bot.screen import Button, Html, Rows, Screen, Verb
from publishers.engine.model import Account

MOST_ACCOUNTS = 20
LONGEST_NAME = 40


def accounts(
    known: Sequence[Account],
    networks: Networks,
    words: Words,
    now: datetime,
    paused: frozenset[str] = frozenset(),
    *,
    renewed: Collection[str] = (),
) -> Screen:
    """/redes: every account with its state, a button for each, and those for networks that can stand or go on.

    `renewed`: accounts whose permission we renew by ourselves, so that its end is nobody's business.
    """
    connect = (Button(words("button.connect"), Verb.CONNECT()),)
    if not known:
        return Screen(words.html("accounts.none"), (connect,) if networks else ())
    shown = known[:MOST_ACCOUNTS]
    rows = [_account(each, networks, words, now, paused, renewed) for each in shown]
    ask = [each for each in known if _asks(each, now, renewed)][:MOST_ACCOUNTS]
    needed = tuple((Button(_named("button.reauth", each, networks, words), Verb.REAUTH(each.id)),) for each in ask)
    each_one = tuple(
        (Button(_named("button.account", each, networks, words), Verb.ACCOUNT(each.id)),) for each in shown
    )
    platforms = list(dict.fromkeys(each.platform for each in shown if each.platform in networks))
    left = len(known) - len(shown)
    more = words.html_plural("list.more", left) if left > 0 else Html()
    text = stack((words.html("accounts.head"), lines((*rows, more)), words.html("accounts.foot")))
    return Screen(text, (*needed, *each_one, connect, *switches(platforms, paused, networks, words)))


def _account(  # noqa: PLR0917 - a line of the list above
    account: Account,
    networks: Networks,
    words: Words,
    now: datetime,
    paused: frozenset[str],
    renewed: Collection[str],
) -> Html:
    main = words.html("accounts.main") if account.main else Html()
    still = words.html("accounts.paused") if account.platform in paused else Html()
    state = Html(f"{_state(account, words, now, renewed)}{still}")
    return words.html("accounts.line", name=_name(account, networks, words), main=main, state=state)


def account(
    of: Account,
    networks: Networks,
    words: Words,
    now: datetime,
    *,
    links: bool,
    several: bool,
    renewed: bool = False,
) -> Screen:
    """One of them. `links`: by a link; `several`: of its network."""
    state = _state(of, words, now, [of.id] if renewed else [])
    kind = words.html("accounts.is_main" if of.main else "accounts.is_satellite") if several else Html()
    aim = words.html("accounts.is_target" if of.target else "accounts.is_no_target")
    text = stack((words.html("accounts.one", name=_name(of, networks, words), state=state), lines((kind, aim))))
    return Screen(text, (*_choices(of, words, links=links, several=several), _back(words)))


def _choices(of: Account, words: Words, *, links: bool, several: bool) -> Rows:
    aim = Button(
        words("button.no_target" if of.target else "button.target"), Verb.AIM(of.id, "off" if of.target else "on")
    )
    rows = [(Button(words("button.reauth"), Verb.REAUTH(of.id)),)]
    rows += [(Button(words("button.delegate"), Verb.DELEGATE(of.id)),)] if links else []
    rows += [(Button(words("button.main"), Verb.MAIN(of.id)),)] if several and not of.main else []
    rows += [
        (aim,),
        (Button(words("button.rename"), Verb.RENAME(of.id)),),
        (Button(words("button.part"), Verb.PART(of.id)),),
    ]
    return tuple(rows)


def connectable(networks: Networks, words: Words) -> Screen:
    """Which network?"""
    rows = tuple((Button(f"{each.icon} {each.title}", Verb.CONNECT(name)),) for name, each in networks.items())
    return Screen(words.html("accounts.which"), (*rows, _back(words)))


def parting(of: Account, networks: Networks, words: Words) -> Screen:
    text = words.html("part.sure", name=_name(of, networks, words))
    sure = (Button(words("button.part_surely"), Verb.PARTED(of.id)),)
    return Screen(text, (sure, (Button(words("button.keep"), Verb.ACCOUNT(of.id)),)))


def parted(of: Account, networks: Networks, words: Words) -> Screen:
    return Screen(words.html("part.under_way", name=_name(of, networks, words)))


# -- permission --------------------------------------------------------------------------------------------------


def offer(of: Offer, account: Account | None, platform: str, title: str, words: Words, *, delegated: bool) -> Screen:
    """The link, what will happen, and for whom it is."""
    name = account.name if account is not None else title
    if delegated:
        return Screen(words.html("link.chat.for_another", platform=title, account=name, link=of.url))
    key = "link.chat.renew" if account is not None else "link.chat.connect"
    how = words.html(
        "link.chat.paste" if of.pasted else "link.chat.resumes" if account is not None else "link.chat.then"
    )
    shown = Html() if of.button else words.html("link.chat.plain", link=of.url)
    go = ((Button(words("link.button.go", platform=title), url=of.url),),) if of.button else ()
    other = ((Button(words("button.delegate"), Verb.DELEGATE(account.id if account is not None else platform)),),)
    text = stack((words.html(key, platform=title, account=name), shown, how))
    return Screen(text, (*go, *(() if of.pasted else other)))


def ask_key(title: str, words: Words) -> Screen:
    return Screen(words.html("link.chat.key", platform=title))


def rejected(words: Words) -> Screen:
    return Screen(words.html("link.chat.rejected"))


# ----------------------------------------------------------------------------------------------------------------


def _name(of: Account, networks: Networks, words: Words) -> Html:
    known = network(of.platform, networks)
    return words.html("card.account", icon=known.icon, title=known.title, account=inline(of.name, LONGEST_NAME))


def _state(of: Account, words: Words, now: datetime, renewed: Collection[str]) -> Html:
    if _asks(of, now, renewed):
        return words.html("accounts.refused")
    if of.expires_at is not None and of.id not in renewed:
        return words.html("accounts.until", date=words.date(of.expires_at))
    return words.html("accounts.fine")


def _asks(of: Account, now: datetime, renewed: Collection[str]) -> bool:
    """Whether a person has to authorize it again."""
    ended = of.expires_at is not None and of.expires_at <= now and of.id not in renewed
    return not of.usable or ended


def _named(key: str, of: Account, networks: Networks, words: Words) -> str:
    title = network(of.platform, networks).title
    return words("button.named", what=words(key), name=label(f"{title} {of.name}", 32))


def _back(words: Words) -> tuple[Button, ...]:
    return (Button(words("button.to_accounts"), Verb.ACCOUNTS()),)
