"""The queue: what waits for its hour, by day, and one entry of it with what can be done."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from bot.i18n import Words
from bot.render.needs import excerpt
from bot.render.networks import Naming, Networks, network
from bot.render.room import MOST, clip, inline, lines, stack, units
from bot.screen import Button, Html, Rows, Screen, Verb
from publishers.engine.model import Delivery, DeliveryStatus, Job, Wait

PER_PAGE = 6
_PER_ROW = 3
_MOST_ICONS = 12


@dataclass(frozen=True, slots=True)
class Page:
    """Some jobs of the queue, soonest first. `number` counts from 0; `total` jobs are on all pages."""

    jobs: Sequence[Job]
    number: int
    total: int

    @property
    def of(self) -> int:
        return max(1, -(-self.total // PER_PAGE))


def waits_for_hour(delivery: Delivery) -> bool:
    return delivery.status is DeliveryStatus.WAITING and delivery.wait is Wait.HOUR


def stamp(job: Job) -> str:
    """What stands for the hour that was shown: whoever moves it makes older buttons decide nothing."""
    return str(int(job.scheduled_at.timestamp()) // 60) if job.scheduled_at is not None else ""


def queue(page: Page, networks: Networks, words: Words, now: datetime) -> Screen:
    """One page; an empty queue is one sentence."""
    if not page.jobs:
        return Screen(words.html("queue.empty"))
    numbered = list(enumerate(page.jobs, start=page.number * PER_PAGE + 1))
    days = groupby(numbered, key=lambda each: words.day(_hour(each[1], now), now))
    told = [_day(day, list(entries), networks, words, now) for day, entries in days]
    place = words.html("queue.page", number=page.number + 1, of=page.of) if page.of > 1 else Html()
    foot = lines((place, words.html("queue.zone", zone=words.place())))
    head = words.html_plural("queue.head", page.total)
    return Screen(stack((head, *told, foot)), _page_buttons(page, numbered, words, now))


def entry(
    job: Job, page: int, networks: Networks, words: Words, now: datetime, *, paused: frozenset[str] = frozenset()
) -> Screen:
    """One entry: what goes out, where and when, and what can be done about it."""
    waiting = [delivery for delivery in job.deliveries if waits_for_hour(delivery)]
    hour = _hour(job, now)
    when = words.html("queue.entry.when", day=words.day(hour, now), at=words.at(hour), zone=words.place())
    rest = stack((_where(waiting, networks, words, paused), _approved(job, words, now)))
    text = clip(job.content.text, MOST - units(when) - units(rest) - len("<blockquote></blockquote>\n\n\n\n"))
    body = f"<blockquote>{text}</blockquote>" if text else words.html("queue.quoted", excerpt=excerpt(job, words))
    return Screen(stack((when, body, rest)), _entry_buttons(job, page, words))


def calling_off(job: Job, page: int, words: Words, now: datetime) -> Screen:
    """Asked once, before something of the queue is called off."""
    hour = _hour(job, now)
    asked = words.html("queue.sure", excerpt=excerpt(job, words), when=words.when(hour, now))
    surely = Button(words("button.unplan_sure"), Verb.CALLED_OFF(job.id, page, stamp(job)))
    back = Button(words("button.unplan_not"), Verb.ENTRY(job.id, page))
    return Screen(asked, ((surely, back),))


def icons(deliveries: Sequence[Delivery], networks: Networks) -> str:
    """The sign of every network, once."""
    signs = dict.fromkeys(network(delivery.platform, networks).icon for delivery in deliveries)
    return "".join(list(signs)[:_MOST_ICONS])


def _hour(job: Job, now: datetime) -> datetime:
    return job.scheduled_at or now


def _day(day: str, entries: Sequence[tuple[int, Job]], networks: Networks, words: Words, now: datetime) -> Html:
    rows = [_line(number, job, networks, words, now) for number, job in entries]
    return lines((words.html("queue.day", day=day), *rows))


def _line(number: int, job: Job, networks: Networks, words: Words, now: datetime) -> Html:
    signs = icons([delivery for delivery in job.deliveries if waits_for_hour(delivery)], networks)
    key = "queue.line.rehearsal" if job.dry_run else "queue.line"
    clock = words.clock(_hour(job, now))
    return words.html(key, number=number, clock=clock, excerpt=excerpt(job, words), icons=signs)


def _page_buttons(page: Page, numbered: Sequence[tuple[int, Job]], words: Words, now: datetime) -> Rows:
    entries = [
        Button(
            words("button.entry", number=number, clock=words.clock(_hour(job, now))), Verb.ENTRY(job.id, page.number)
        )
        for number, job in numbered
    ]
    rows = tuple(tuple(entries[at : at + _PER_ROW]) for at in range(0, len(entries), _PER_ROW))
    turning = tuple(_turning(page, words))
    return (*rows, turning) if turning else rows


def _turning(page: Page, words: Words) -> Iterator[Button]:
    if page.number > 0:
        yield Button(words("button.earlier"), Verb.QUEUE(page.number - 1))
    if page.number + 1 < page.of:
        yield Button(words("button.later"), Verb.QUEUE(page.number + 1))


def _where(waiting: Sequence[Delivery], networks: Networks, words: Words, paused: frozenset[str]) -> Html:
    naming = Naming.of(waiting, networks)
    where = words.html("queue.entry.where", names=_names(waiting, naming, words))
    still = [delivery for delivery in waiting if delivery.platform in paused]
    return lines((where, words.html("queue.entry.paused", names=_names(still, naming, words)) if still else Html()))


def _names(deliveries: Sequence[Delivery], naming: Naming, words: Words) -> Html:
    signed = [f"{network(each.platform, naming.networks).icon} {naming.full(each)}" for each in deliveries]
    return inline(words.names(signed), 300)


def _approved(job: Job, words: Words, now: datetime) -> Html:
    who = inline(job.approved_by.name, 40)
    return words.html("queue.entry.approved", who=who, when=words.when(job.approved_at, now))


def _entry_buttons(job: Job, page: int, words: Words) -> Rows:
    at = (job.id, page, stamp(job))
    return (
        (Button(words("button.now"), Verb.AT_ONCE(*at)),),
        (Button(words("button.move"), Verb.MOVE(job.id)), Button(words("button.unplan"), Verb.CALL_OFF(*at))),
        (Button(words("button.to_queue"), Verb.QUEUE(page)),),
    )
