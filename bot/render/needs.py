"""What a delivery needs from the person: the words, the buttons, and the one reply that notifies."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby

from bot.i18n import Words
from bot.render.failures import Failure, failure
from bot.render.lines import Detail, Teller, anchor, begun
from bot.render.networks import Naming, Networks
from bot.render.room import first_that_fits, inline, lines, spaced, stack
from bot.screen import Button, Html, Rows, Screen, Verb
from publishers.engine.decisions import ACCEPTED
from publishers.engine.errors import Needs
from publishers.engine.model import Delivery, DeliveryStatus, Draft, Job, JobStatus, Wait

LONG_WAIT = timedelta(hours=1)
MOST_BUTTONED = 6
"""Deliveries with buttons of their own; more are reached by the buttons for all, or by command."""
_ENDED = frozenset({JobStatus.PUBLISHED, JobStatus.PARTIAL, JobStatus.FAILED, JobStatus.SKIPPED})
_LEVELS = (Detail(), Detail(own_words=False, most=12), Detail(own_words=False, links=False, most=5))


class Need(StrEnum):
    """Why a delivery stands still until a person decides."""

    RETRY = "retry"
    GO_ON = "go_on"  # a thread that stopped half way
    COMMENT = "comment"  # the post is public, what was to be said below it is not
    EDIT = "edit"
    AUTHORIZE = "authorize"
    DOUBT = "doubt"
    HOUR = "hour"  # its hour is long over


_SPOKEN = {Needs.AUTHORIZATION: Need.AUTHORIZE, Needs.HOUR: Need.HOUR}


def asks(delivery: Delivery, now: datetime) -> bool:
    """The one reply that notifies is about it: what missed its hour has a card of its own, with others of its chat."""
    return waits_long(delivery, now) or (delivery.asks_person and delivery.needs is not Needs.HOUR)


def limited_long(delivery: Delivery, now: datetime) -> bool:
    """It waits for a limit, and for long, whether somebody agreed to that or not."""
    limited = delivery.status is DeliveryStatus.WAITING and delivery.wait is Wait.LIMIT
    return limited and delivery.due_at is not None and delivery.due_at - now > LONG_WAIT


def waits_long(delivery: Delivery, now: datetime) -> bool:
    """Nobody agreed to it yet: a wait for a limit that is long enough to ask, or an hour at which one will be full."""
    if delivery.status is not DeliveryStatus.WAITING or delivery.reason == ACCEPTED or delivery.due_at is None:
        return False
    if delivery.wait is Wait.HOUR:
        return delivery.code is not None
    return limited_long(delivery, now)


def need(delivery: Delivery) -> Need | None:
    """None: it goes on by itself, or is over."""
    if not delivery.asks_person:
        return None
    if delivery.status is DeliveryStatus.UNCONFIRMED:
        return Need.DOUBT
    if delivery.needs in _SPOKEN:
        return _SPOKEN[delivery.needs]
    if begun(delivery):
        return Need.COMMENT if delivery.uncommented else Need.GO_ON
    return Need.EDIT if delivery.needs is Needs.EDIT else Need.RETRY


def excerpt(of: Job | Draft, words: Words, room: int = 60) -> Html:
    return inline(of.content.text, room) or words.html_plural("list.only_pictures", len(of.content.images))


def buttons(
    job: Job,
    naming: Naming,
    words: Words,
    profiles: Mapping[str, str] | None = None,
    *,
    asking: Sequence[Delivery] | None = None,
) -> Rows:
    """For these of the job, else for all that stands still; they carry names when several ask.

    `profiles`: addresses by account id.
    """
    if asking is None:
        asking = [delivery for delivery in job.deliveries if delivery.asks_person]
    rows: list[tuple[Button, ...]] = []
    for delivery in asking[:MOST_BUTTONED]:
        name = naming.label(delivery) if len(asking) > 1 else ""
        rows += own_buttons(delivery, name, words, (profiles or {}).get(delivery.account_id))
    return (*rows, *_for_all(job, asking, words))


def _for_all(job: Job, asking: Sequence[Delivery], words: Words) -> Rows:
    retry = sum(need(delivery) in {Need.RETRY, Need.GO_ON, Need.COMMENT} for delivery in asking) > 1
    row = (
        *((Button(words("button.retry_all"), Verb.RETRY_ALL(job.id)),) if retry else ()),
        *((Button(words("button.skip_all"), Verb.SKIP_ALL(job.id)),) if len(asking) > 1 else ()),
    )
    return (row,) if row else ()


def own_buttons(delivery: Delivery, name: str, words: Words, profile: str | None = None) -> Rows:
    """For one delivery; `name` is put on them unless it is empty."""
    of = need(delivery)
    if of is None:
        return _wait_buttons(delivery, name, words)
    if of is Need.DOUBT:
        return _doubt_buttons(delivery, name, words, profile)
    leave = ("button.leave", Verb.LEAVE) if begun(delivery) else ("button.skip", Verb.SKIP)
    last = _button(leave[0], leave[1](delivery.id), name, words)
    if of is Need.HOUR:
        now = _button("button.now", Verb.NOW(delivery.id), name, words)
        return ((now,), (_button("button.move", Verb.MOVE(delivery.id), name, words), last))
    first = {
        Need.AUTHORIZE: ("button.reauth", Verb.REAUTH(delivery.account_id)),
        Need.GO_ON: ("button.go_on", Verb.GO_ON(delivery.id)),
        Need.COMMENT: ("button.comment", Verb.RETRY(delivery.id)),
    }.get(of, ("button.retry", Verb.RETRY(delivery.id)))
    retry = (_button(*first, name, words), last)
    if of is not Need.EDIT:
        return (retry,)
    return ((_button("button.reword", Verb.REWORD(delivery.id), name, words),), retry)


def _wait_buttons(delivery: Delivery, name: str, words: Words) -> Rows:
    wait = _button("button.wait", Verb.WAIT(delivery.id), name, words)
    skip = _button("button.skip", Verb.SKIP(delivery.id), name, words)
    return ((wait, skip), (_button("button.hours", Verb.MOVE(delivery.id), name, words),))


def _doubt_buttons(delivery: Delivery, name: str, words: Words, profile: str | None) -> Rows:
    there = _button("button.there", Verb.THERE(delivery.id), name, words)
    look = _button("button.look", Verb.LOOK(delivery.id), name, words)
    absent = _button("button.absent", Verb.ABSENT(delivery.id), name, words)
    if profile is None:
        return ((there, look), (absent,))
    return ((there, Button(_named("button.profile", name, words), url=profile)), (look,), (absent,))


def _button(key: str, data: str, name: str, words: Words) -> Button:
    return Button(_named(key, name, words), data)


def _named(key: str, name: str, words: Words) -> str:
    return words("button.named", what=words(key), name=name) if name else words(key)


def doubt(
    delivery: Delivery,
    networks: Networks,
    words: Words,
    now: datetime,
    *,
    looked_at: datetime | None = None,
    found: str | None = None,
    profile: str | None = None,
) -> Screen:
    """¿Se publicó? `looked_at`: the last look; `found`: the address of something like it; `profile`: the account's."""
    naming = Naming(networks, frozenset({delivery.platform}))
    when = words.when(looked_at, now) if looked_at is not None else None
    text = _doubt_text(delivery, naming, words, when, found, has_profile=profile is not None)
    return Screen(text, _doubt_buttons(delivery, "", words, profile))


def _doubt_text(
    delivery: Delivery, naming: Naming, words: Words, when: str | None, found: str | None, *, has_profile: bool
) -> Html:
    looks = words.html_plural("doubt.looked", max(delivery.looks, 1), account=inline(delivery.account_name))
    last = words.html("doubt.last", when=when) if when else Html()
    link = anchor(found, words("live.see"))
    seen = words.html("doubt.found", link=link) if link else words.html("doubt.nothing")
    story = spaced(words.html("doubt.why"), _doubted(delivery, words), looks, last, seen)
    profile = words.html("doubt.choice.profile") if has_profile else Html()
    choices = lines(
        (words.html("doubt.choice.there"), profile, words.html("doubt.choice.look"), words.html("doubt.choice.absent"))
    )
    return stack((words.html("doubt.head", name=naming.html(delivery)), story, choices))


def _doubted(delivery: Delivery, words: Words) -> Html:
    """Which part it is, where that is not plain."""
    if delivery.uncommented:
        return words.html("doubt.comment")
    parts = len(delivery.adapted.parts)
    return words.html("doubt.part", number=len(delivery.receipts) + 1, of=parts) if parts > 1 else Html()


def alert(
    job: Job,
    networks: Networks,
    words: Words,
    now: datetime,
    *,
    tries: int = 4,
    profiles: Mapping[str, str] | None = None,
) -> Screen:
    """The one notifying reply: what needs the person; else how the job ended; else that it is solved."""
    naming = Naming.of(job.deliveries, networks)
    asking = [delivery for delivery in job.deliveries if asks(delivery, now)]
    tellers = [Teller(naming, words, now, tries, level) for level in _LEVELS]
    if asking:
        text = first_that_fits(_asking(job, asking, teller, profiles or {}) for teller in tellers)
        return Screen(text, buttons(job, naming, words, profiles, asking=asking))
    if job.status not in _ENDED:
        return Screen(words.html("alert.solved", excerpt=excerpt(job, words)))
    head = words.html(f"alert.ended.{job.status}", excerpt=excerpt(job, words))
    return Screen(first_that_fits(stack((head, _states(job, teller))) for teller in tellers))


def _states(job: Job, teller: Teller) -> Html:
    shown = [teller.line(delivery) for delivery in job.deliveries[: teller.detail.most]]
    left = len(job.deliveries) - len(shown)
    return lines((*shown, teller.words.html_plural("list.more", left) if left else Html()))


def _asking(job: Job, asking: Sequence[Delivery], teller: Teller, profiles: Mapping[str, str]) -> Html:
    words = teller.words
    doubts = [delivery for delivery in asking if need(delivery) is Need.DOUBT]
    told = [
        _doubt_text(delivery, teller.naming, words, None, None, has_profile=delivery.account_id in profiles)
        for delivery in doubts
    ]
    told += _failures([delivery for delivery in asking if need(delivery) not in {Need.DOUBT, None}], teller)
    told += _long_waits([delivery for delivery in asking if need(delivery) is None], teller)
    shown, left = told[: teller.detail.most], max(0, len(told) - teller.detail.most)
    more = words.html_plural("list.more", left) if left else Html()
    head = words.html("alert.asks", excerpt=excerpt(job, words))
    return stack((head, *shown, more, words.html("live.kept")))


def _failures(deliveries: Sequence[Delivery], teller: Teller) -> list[Html]:
    """One section per cause: deliveries that failed alike are told together."""

    def told(delivery: Delivery) -> tuple[str, str, str]:
        found = failure(delivery, teller.naming.title(delivery), teller.words)
        return _what(found, teller.detail), found.todo, _progress(delivery, teller)

    groups = groupby(sorted(deliveries, key=told), key=told)
    return [_section([*alike], what, todo, partly, teller) for (what, todo, partly), alike in groups]


def _long_waits(deliveries: Sequence[Delivery], teller: Teller) -> list[Html]:
    """One section per end of a wait."""
    words = teller.words

    def until(delivery: Delivery) -> str:
        return words.until(delivery.due_at or teller.now, teller.now)

    groups = groupby(sorted(deliveries, key=until), key=until)
    return [_section([*alike], words("wait.long", until=end), words("wait.todo"), "", teller) for end, alike in groups]


def _what(found: Failure, detail: Detail) -> str:
    return found.what if detail.own_words else found.short


def _progress(delivery: Delivery, teller: Teller) -> Html:
    return teller.stopped(delivery) if begun(delivery) else Html()


def _section(alike: Sequence[Delivery], what: str, todo: str, partly: str, teller: Teller) -> Html:
    names = inline(teller.words.names([teller.naming.full(delivery) for delivery in alike]), 300)
    head = teller.words.html("alert.cause", names=names, what=what)
    return lines((head, Html(partly), _hour(alike, teller), teller.words.html("alert.todo", todo=todo)))


def _hour(deliveries: Sequence[Delivery], teller: Teller) -> Html:
    """Of what was found before its hour: what becomes of that hour."""
    hours = [each.scheduled_at for each in deliveries if each.scheduled_at is not None]
    first = min((hour for hour in hours if hour > teller.now), default=None)
    return Html() if first is None else teller.words.html("alert.hour", when=teller.words.when(first, teller.now))
