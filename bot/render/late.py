"""What is late: posts whose hour went by while nothing could go out. One card for all of a chat."""

from collections.abc import Sequence
from datetime import datetime

from adapters.content import fingerprint
from bot.i18n import Words
from bot.render.needs import excerpt
from bot.render.networks import Networks
from bot.render.queue import icons
from bot.render.room import lines, stack
from bot.screen import Button, Html, Rows, Screen, Verb
from publishers.engine.errors import Needs
from publishers.engine.model import Delivery, Job

MOST_LATE = 12
_SEAL = 12
"""Characters that stand for what was shown."""


def overdue(job: Job) -> list[Delivery]:
    """What of a job missed its hour and waits for a person."""
    return [delivery for delivery in job.deliveries if delivery.needs is Needs.HOUR]


def seal(jobs: Sequence[Job]) -> str:
    """What a person decides with one tap: exactly these deliveries, as they stand."""
    return fingerprint([(each.id, each.version) for job in jobs for each in overdue(job)])[:_SEAL]


def late(jobs: Sequence[Job], networks: Networks, words: Words, now: datetime, *, slots: bool = False) -> Screen:
    """`slots`: weekly hours are configured, so that is where they would go."""
    head = words.html_plural("late.head", len(jobs))
    spread = words.html("late.spread.slots" if slots else "late.spread.hours")
    return Screen(stack((head, listed(jobs, networks, words, now), spread)), late_buttons(jobs, words))


def late_buttons(jobs: Sequence[Job], words: Words) -> Rows:
    shown = seal(jobs)
    return (
        (Button(words("button.late_now"), Verb.LATE_NOW(shown)),),
        (
            Button(words("button.spread"), Verb.SPREAD(shown)),
            Button(words("button.late_drop"), Verb.LATE_DROP(shown)),
        ),
    )


def dropping(jobs: Sequence[Job], words: Words) -> Screen:
    """Asked once, before late posts are called off."""
    surely = Button(words("button.late_drop_sure"), Verb.LATE_DROPPED(seal(jobs)))
    return Screen(
        words.html_plural("late.sure", len(jobs)), ((surely, Button(words("button.back_to_late"), Verb.LATE("here"))),)
    )


def spread(placed: Sequence[tuple[Job, datetime]], words: Words, now: datetime) -> Screen:
    """The new hours, in order."""
    rows = [
        words.html("late.placed", when=words.when(hour, now), excerpt=excerpt(job, words))
        for job, hour in placed[:MOST_LATE]
    ]
    foot = words.html("late.placed_foot", zone=words.place())
    return Screen(stack((words.html_plural("late.spread", len(placed)), lines((*rows, _more(placed, words))), foot)))


def listed(jobs: Sequence[Job], networks: Networks, words: Words, now: datetime, *, most: int = MOST_LATE) -> Html:
    """The hour each one missed, what it is, and where it was to go."""
    rows = [line(job, overdue(job), networks, words, now) for job in jobs[:most]]
    return lines((*rows, _more(jobs, words, most)))


def line(job: Job, deliveries: Sequence[Delivery], networks: Networks, words: Words, now: datetime) -> Html:
    hours = [each.scheduled_at for each in deliveries if each.scheduled_at is not None]
    missed = words.when(min(hours), now) if hours else words("late.some_time")
    return words.html("late.line", when=missed, excerpt=excerpt(job, words), icons=icons(deliveries, networks))


def _more(all_of: Sequence[object], words: Words, most: int = MOST_LATE) -> Html:
    left = len(all_of) - most
    return words.html_plural("list.more", left) if left > 0 else Html()
