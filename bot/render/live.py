"""The live message: one text message that keeps changing until every network has its end."""

from collections.abc import Iterator
from datetime import datetime

from bot.i18n import Words
from bot.render.card import note
from bot.render.hours import back, planned
from bot.render.lines import Detail, Teller, anchor
from bot.render.needs import Need, buttons, excerpt, limited_long, need
from bot.render.networks import Naming, Networks
from bot.render.rest import offering
from bot.render.room import first_that_fits, lines, plain, spaced, stack
from bot.screen import Button, Html, Rows, Screen, Verb
from bot.unbegun import called_off, held
from publishers.engine.model import Delivery, DeliveryStatus, Job, JobStatus, Wait

_GOES_ON = frozenset({JobStatus.PUBLISHING, JobStatus.WAITING, JobStatus.SCHEDULED})
_LEVELS = (
    (Detail(), True),
    (Detail(own_words=False), True),
    (Detail(own_words=False), False),
    (Detail(own_words=False, links=False, most=20), False),
    (Detail(own_words=False, links=False, most=8), False),
)


def live(
    job: Job,
    networks: Networks,
    words: Words,
    now: datetime,
    *,
    tries: int = 4,
    next_generation: datetime | None = None,
    hint: bool = False,
    rest: bool = False,
) -> Screen:
    """`tries`: in all, the first included. `next_generation`: when the draft source makes the next draft.

    `hint`: tells at the end that there is such a thing as a hold. `rest`: some accounts have not got it.
    """
    naming = Naming.of(job.deliveries, networks)
    coming = None if next_generation is None else words.when(next_generation, now)
    tellers = ((Teller(naming, words, now, tries, detail), links) for detail, links in _LEVELS)
    told = words.html("live.hint") if hint and job.status is JobStatus.PUBLISHED else Html()
    text = first_that_fits(stack((_text(job, teller, coming, links=links), told)) for teller, links in tellers)
    rows = (*buttons(job, naming, words), *_long_waits(job, naming, words, now), *_ways_back(job, words))
    return Screen(text, (*rows, *(offering(job.id, words) if rest else ())))


def _ways_back(job: Job, words: Words) -> Rows:
    """What can still be changed of what was approved."""
    if job.status is JobStatus.SCHEDULED:
        return planned(job.id, words)
    if job.status is JobStatus.WAITING and any(held(delivery) for delivery in job.deliveries):
        return ((Button(words("button.undo"), Verb.UNDO(job.id)),),)
    return (back(job.id, words),) if called_off(job) else ()


def _text(job: Job, teller: Teller, coming: str | None, *, links: bool) -> Html:
    words, over = teller.words, job.status not in _GOES_ON
    acting = all(delivery.simulated for delivery in job.deliveries)
    head = lines((_head(job, teller, acting=acting), words.html("live.rehearsal") if acting else Html()))
    if job.status is JobStatus.SCHEDULED:
        return stack((head, words.html("live.excerpt", excerpt=excerpt(job, words)), _plan(job, teller)))
    following = words.html("live.next", when=coming) if over and coming is not None else Html()
    direct = _links(job, teller) if over and links else Html()
    return stack((head, _list(job, teller, over=over), _choices(job, words), direct, following))


def _head(job: Job, teller: Teller, *, acting: bool) -> Html:
    words = teller.words
    if job.status is JobStatus.SCHEDULED:
        when = words.on(job.scheduled_at or teller.now, teller.now)  # each that waits for its hour has one
        return words.html("live.head.scheduled", when=when, place=words.place())
    if job.status is JobStatus.WAITING:
        return _waiting_head(job, words)
    if job.status is JobStatus.SKIPPED and called_off(job):
        return words.html("live.head.called_off")
    if job.status is JobStatus.NEEDS_PERSON:
        some = any(delivery.status is DeliveryStatus.PUBLISHED for delivery in job.deliveries)
        return words.html("live.head.partial" if some else "live.head.needs_person")
    if job.status is JobStatus.PUBLISHED and not acting:
        return words.html_plural("live.head.published", len(job.deliveries))
    return words.html("live.head.rehearsed" if job.status is JobStatus.PUBLISHED else f"live.head.{job.status}")


def _waiting_head(job: Job, words: Words) -> Html:
    until = [delivery.due_at for delivery in job.deliveries if held(delivery) and delivery.due_at is not None]
    if until:
        return words.html("live.head.held", when=words.exactly(min(until)))
    waits = {delivery.wait for delivery in job.deliveries if delivery.status is DeliveryStatus.WAITING}
    return words.html("live.head.paused" if waits == {Wait.PAUSE} else "live.head.waiting")


def _plan(job: Job, teller: Teller) -> Html:
    """Where it goes and what each network will get; with its hour where it differs."""
    waiting = [delivery for delivery in job.deliveries if delivery.status is DeliveryStatus.WAITING]
    shown = waiting[: teller.detail.most]
    left = len(waiting) - len(shown)
    more = teller.words.html_plural("list.more", left) if left else Html()
    rows = [_planned(delivery, job.scheduled_at, teller) for delivery in shown]
    return lines((teller.words.html("live.list.scheduled"), *rows, more))


def _planned(delivery: Delivery, hour: datetime | None, teller: Teller) -> Html:
    words = teller.words
    what = Html(", ".join(note(each, words) for each in delivery.adapted.notes)) or words.html("card.as_is")
    own = teller.waiting(delivery) if delivery.due_at != hour else Html()
    return spaced(words.html("live.plan", name=teller.naming.html(delivery), what=what), own)


def _list(job: Job, teller: Teller, *, over: bool) -> Html:
    shown = job.deliveries[: teller.detail.most]
    left = len(job.deliveries) - len(shown)
    more = teller.words.html_plural("list.more", left) if left else Html()
    to_come = any(held(delivery) for delivery in job.deliveries)
    head = teller.words.html("live.list.over" if over else "live.list.scheduled" if to_come else "live.list")
    return lines((head, *(teller.line(delivery) for delivery in shown), more))


def _choices(job: Job, words: Words) -> Html:
    """What can be done about what failed; always with the word that nothing is lost."""
    asked = {need(delivery) for delivery in job.deliveries}
    told = [words.html(f"live.choice.{each}") for each in Need if each in asked]
    if not told:
        return Html()
    leave = words.html("live.choice.skip") if asked - {None, Need.DOUBT, Need.COMMENT} else Html()
    return lines((words.html("live.choices"), *told, leave, words.html("live.kept")))


def _links(job: Job, teller: Teller) -> Html:
    public = [delivery for delivery in job.deliveries if delivery.receipts]
    rows = [row for delivery in public for row in _link(delivery, teller)]
    return lines((teller.words.html("live.links"), *rows)) if rows else Html()


def _link(delivery: Delivery, teller: Teller) -> Iterator[Html]:
    address = delivery.permalink
    link = anchor(address, _shown(address or ""))
    if link:
        yield teller.words.html("live.link", name=teller.naming.html(delivery), link=link)


def _shown(address: str) -> str:
    """An address as people write it."""
    bare = plain(address).partition("://")[2].removeprefix("www.").rstrip("/")
    return bare if len(bare) <= 60 else f"{bare[:59]}…"  # noqa: PLR2004 - two lines on a phone


def _long_waits(job: Job, naming: Naming, words: Words, now: datetime) -> Rows:
    waits = [delivery for delivery in job.deliveries if limited_long(delivery, now)][:4]
    return tuple(
        (Button(words("button.named", what=words("button.skip"), name=naming.label(each)), Verb.SKIP(each.id)),)
        for each in waits
    )
