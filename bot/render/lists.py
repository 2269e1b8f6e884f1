"""Several things in one message: what waits for the person, what is on its way, which accounts there are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.i18n import Words
from bot.render.late import listed
from bot.render.lines import Detail, Teller
from bot.render.needs import asks, excerpt, own_buttons
from bot.render.networks import Naming, Networks
from bot.render.pauses import titles
from bot.render.room import inline, label, lines, stack
from bot.screen import Button, Html, Rows, Screen, Verb
from publishers.engine.model import Delivery, Draft, Job

MOST_JOBS = 4
MOST_DRAFTS = 8
MOST_ACCOUNTS = 20
_MOST_ASKING = 4
_BRIEF = Detail(own_words=False, links=False)


def choose(
    drafts: Sequence[Draft],
    words: Words,
    *,
    head: str = "list.which",
    button: str = "button.approve_one",
    tap: Callable[[Draft], str] | None = None,
) -> Screen:
    """Several drafts are pending: which one? `tap`: what its button does, else approve."""
    rows = tuple(
        (Button(words(button, number=number, text=_label(draft, words)), (tap or _approve)(draft)),)
        for number, draft in enumerate(drafts[:MOST_DRAFTS], start=1)
    )
    return Screen(stack((words.html(head), _drafts(drafts, words))), rows)


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is to come in this chat, and what keeps it from coming. `paused`: platform keys."""

    late: Sequence[Job] = ()
    scheduled: int = 0
    first: datetime | None = None
    """When the next one goes out."""
    paused: Sequence[str] = ()


def pending(
    jobs: Sequence[Job],
    drafts: Sequence[Draft],
    networks: Networks,
    words: Words,
    now: datetime,
    *,
    ahead: Ahead = Ahead(),
) -> Screen:
    """What needs the person first, late posts before all; then the drafts."""
    asking = [job for job in jobs if any(asks(delivery, now) for delivery in job.deliveries)]
    if not asking and not drafts and not ahead.late:
        return Screen(stack((words.html("reply.nothing_pending"), _ahead(ahead, networks, words, now))))
    needy = [_needy(job, number, networks, words, now) for number, job in enumerate(asking[:MOST_JOBS], start=1)]
    head = words.html("list.need") if needy else Html()
    below = stack((words.html("list.drafts"), _drafts(drafts, words))) if drafts else Html()
    late, rest = _late(ahead, networks, words, now), _ahead(ahead, networks, words, now)
    text = stack((late.text, head, *(each.text for each in needy), _more(asking, MOST_JOBS, words), below, rest))
    return Screen(text, (*late.buttons, *(row for each in needy for row in each.buttons), *_cards(drafts, words)))


def status(
    jobs: Sequence[Job],
    drafts: int,
    networks: Networks,
    words: Words,
    now: datetime,
    *,
    ahead: Ahead = Ahead(),
    tries: int = 4,
) -> Screen:
    """/estado: what is late, what is on its way now, what is to come, and how many drafts wait."""
    late = words.html_plural("status.late", len(ahead.late)) if ahead.late else Html()
    moving = [job for job in jobs if job.id not in {each.id for each in ahead.late}]
    told = [_on_its_way(job, networks, words, now, tries=tries) for job in moving[:MOST_JOBS]]
    head = words.html_plural("status.head", len(moving)) if moving else words.html("status.idle")
    waiting = words.html_plural("status.drafts", drafts) if drafts else words.html("status.no_drafts")
    rest = _ahead(ahead, networks, words, now)
    return Screen(stack((late, head, *told, _more(moving, MOST_JOBS, words), rest, waiting)))


def _late(ahead: Ahead, networks: Networks, words: Words, now: datetime) -> Screen:
    """Decided on a card of their own."""
    if not ahead.late:
        return Screen(Html())
    head = words.html_plural("late.head", len(ahead.late))
    button = Button(words("button.late"), Verb.LATE())
    return Screen(lines((head, listed(ahead.late, networks, words, now, most=MOST_JOBS))), ((button,),))


def _ahead(ahead: Ahead, networks: Networks, words: Words, now: datetime) -> Html:
    """What is scheduled, and what stands still."""
    still = words.html("status.paused", networks=titles(ahead.paused, networks, words)) if ahead.paused else Html()
    if not ahead.scheduled or ahead.first is None:
        return still
    coming = words.html_plural("status.scheduled", ahead.scheduled, when=words.when(ahead.first, now))
    return lines((coming, still))


def _drafts(drafts: Sequence[Draft], words: Words) -> Html:
    rows = [
        words.html("list.draft", number=number, text=_text(draft, words), author=inline(draft.author.name, 40))
        for number, draft in enumerate(drafts[:MOST_DRAFTS], start=1)
    ]
    return lines((*rows, _more(drafts, MOST_DRAFTS, words)))


def _cards(drafts: Sequence[Draft], words: Words) -> Rows:
    return tuple(
        (Button(words("button.card", number=number, text=_label(draft, words)), Verb.CARD(draft.id)),)
        for number, draft in enumerate(drafts[:MOST_DRAFTS], start=1)
    )


def _approve(draft: Draft) -> str:
    return Verb.APPROVE(draft.id, draft.version)


def _text(draft: Draft, words: Words) -> Html:
    pictures = len(draft.content.images)
    return inline(draft.content.text) or words.html_plural("list.only_pictures", pictures)


def _label(draft: Draft, words: Words) -> str:
    return label(draft.content.text, 28) or words.plural("list.only_pictures", len(draft.content.images))


def _needy(job: Job, number: int, networks: Networks, words: Words, now: datetime) -> Screen:
    naming = Naming.of(job.deliveries, networks)
    teller = Teller(naming, words, now, 0, _BRIEF)
    asking = [delivery for delivery in job.deliveries if asks(delivery, now)]
    rows = [teller.line(delivery) for delivery in asking[:_MOST_ASKING]]
    head = words.html("list.job", number=number, excerpt=excerpt(job, words))
    buttons = [row for delivery in asking[:_MOST_ASKING] for row in _numbered(delivery, number, naming, words)]
    return Screen(lines((head, *rows, _more(asking, _MOST_ASKING, words))), tuple(buttons))


def _numbered(delivery: Delivery, number: int, naming: Naming, words: Words) -> Rows:
    """The same network may stand in several jobs: the number says which is meant."""
    name = words("list.numbered", number=number, name=naming.label(delivery))
    return own_buttons(delivery, name, words)


def _on_its_way(job: Job, networks: Networks, words: Words, now: datetime, *, tries: int) -> Html:
    teller = Teller(Naming.of(job.deliveries, networks), words, now, tries, _BRIEF)
    rows = [teller.line(delivery) for delivery in job.deliveries[:_MOST_ASKING]]
    head = words.html("status.job", excerpt=excerpt(job, words))
    return lines((head, *rows, _more(job.deliveries, _MOST_ASKING, words)))


def _more(all_of: Sequence[object], shown: int, words: Words) -> Html:
    left = len(all_of) - shown
    return words.html_plural("list.more", left) if left > 0 else Html()
