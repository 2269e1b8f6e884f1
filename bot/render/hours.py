"""Giving an hour: hours to choose from, what was typed in words, and the last question before it counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.hours import Doubt, Impossible, Past, Reading
from bot.i18n import Words
from bot.offers import Offers, minute
from bot.render.room import inline, lines, stack
from bot.screen import Button, Html, Rows, Screen, Verb

_PER_ROW = 2
_NAMES = 300


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be given an hour: a draft, or what waits of a job (`moving`)."""

    id: str
    version: int
    excerpt: Html
    networks: str
    """Where it goes, as a row of names."""
    moving: bool = False
    acting: bool = False
    """Nothing real is published."""
    first: str = ""
    """The networks among them to which nothing real has gone so far."""


def choices(plan: Plan, offers: Offers, words: Words, now: datetime, *, lead: str = "hour.when") -> Screen:
    """`lead`: the text of the catalogue that begins it."""
    soon = Button(words("button.soon", at=words.clock(offers.soon)), _pick(plan, offers.soon))
    usual = [Button(_capital(words.brief(at, now)), _pick(plan, at)) for at in offers.usual]
    pairs = tuple(tuple(usual[at : at + _PER_ROW]) for at in range(0, len(usual), _PER_ROW))
    slot = () if offers.slot is None else ((_slot(plan, offers.slot, words, now),),)
    other = Button(words("button.other_hour"), Verb.WHEN(plan.id, plan.version))
    text = stack((words.html(lead), _quoted(plan, words), words.html("hour.zone", place=words.place())))
    return Screen(text, ((soon,), *pairs, *slot, (other, _leave(plan, words))))


def asking(plan: Plan, words: Words) -> Screen:
    """The next message is the hour."""
    text = stack((words.html("hour.ask"), _quoted(plan, words), words.html("hour.examples", place=words.place())))
    return Screen(text, (_again(plan, words),))


def sure(plan: Plan, at: datetime, words: Words, now: datetime) -> Screen:
    """The hour in words, before it counts."""
    when = words.html("hour.is", moment=words.moment(at), span=words.lasting(at - now))
    where = words.html("hour.where", networks=inline(plan.networks, _NAMES))
    first = words.html("hour.first", networks=inline(plan.first, _NAMES)) if plan.first else Html()
    acting = words.html("live.rehearsal") if plan.acting else first
    yes = Button(words("button.move_sure" if plan.moving else "button.book"), _tap(Verb.BOOK, plan, at))
    head = words.html("hour.sure_move" if plan.moving else "hour.sure")
    text = stack((head, _quoted(plan, words), when, lines((where, acting))))
    return Screen(text, ((yes,), _again(plan, words)))


def unclear(plan: Plan, reading: Reading | None, words: Words, now: datetime) -> Screen:
    """What was typed is no hour that can be taken: why, and what may have been meant."""
    options = _options(reading)
    offered = tuple((Button(_capital(words.brief(at, now)), _pick(plan, at)),) for at in options)
    which = words.html("hour.which") if options else words.html("hour.try")
    return Screen(stack((_why(reading, words, now), which)), (*offered, _again(plan, words)))


def not_an_hour(plan: Plan, words: Words, message_id: int) -> Screen:
    """Something else was typed: said so, and nothing is lost of it."""
    draft = Button(words("button.yes_draft"), Verb.DRAFT(message_id, "yes"))
    text = stack((words.html("hour.unknown"), words.html("hour.examples", place=words.place())))
    return Screen(text, ((draft,), _again(plan, words)))


def unplanning(job_id: str, excerpt: Html, when: str, words: Words) -> Screen:
    """Asked once before what is scheduled is called off."""
    yes = Button(words("button.unplan_sure"), Verb.UNPLANNED(job_id))
    leave = Button(words("button.unplan_not"), Verb.CANCEL(job_id))
    return Screen(words.html("hour.unplan", excerpt=excerpt, when=when), ((yes, leave),))


def called_back(excerpt: Html, job_id: str, words: Words) -> Screen:
    """It was called off; it can be a draft again."""
    return Screen(words.html("hour.unplanned", excerpt=excerpt), (back(job_id, words),))


def back(job_id: str, words: Words) -> tuple[Button, ...]:
    return (Button(words("button.back"), Verb.BACK(job_id)),)


def _options(reading: Reading | None) -> Sequence[datetime]:
    if isinstance(reading, Doubt | Impossible):
        return reading.options
    return (reading.later,) if isinstance(reading, Past) and reading.later is not None else ()


def _why(reading: Reading | None, words: Words, now: datetime) -> Html:
    if isinstance(reading, Doubt):
        return words.html("hour.doubt")
    if isinstance(reading, Past):
        return words.html("hour.past", when=words.on(reading.at, now))
    if isinstance(reading, Impossible) and reading.code == "too_far":
        return words.html_plural("hour.too_far", int(reading.params["years"]))
    if isinstance(reading, Impossible):
        return words.html(f"hour.{reading.code}", **_told(reading, words))
    return words.html("hour.unknown")


def _told(reading: Impossible, words: Words) -> dict[str, object]:
    """The parameters of an impossible hour in words."""
    params: dict[str, object] = dict(reading.params)
    if reading.code == "no_such_day":
        params["date"] = words.day_of(int(reading.params["day"]), int(reading.params["month"]))
    if reading.code == "other_weekday":
        there = datetime.fromisoformat(reading.params["date"])
        params["date"] = words.day_of(there.day, there.month)
        params["right"], params["weekday"] = words.weekday(there.weekday()), words.weekday(int(str(params["weekday"])))
    return params


def _quoted(plan: Plan, words: Words) -> Html:
    return words.html("hour.excerpt", excerpt=plan.excerpt)


def _slot(plan: Plan, at: datetime, words: Words, now: datetime) -> Button:
    return Button(words("button.slot", when=words.brief(at, now)), _pick(plan, at))


def _again(plan: Plan, words: Words) -> tuple[Button, ...]:
    return (Button(words("button.hours"), Verb.HOURS(plan.id, plan.version)), _leave(plan, words))


def _leave(plan: Plan, words: Words) -> Button:
    return Button(words("button.leave_hour"), Verb.CANCEL(plan.id))


def _pick(plan: Plan, at: datetime) -> str:
    return _tap(Verb.PICK, plan, at)


def _tap(verb: Verb, plan: Plan, at: datetime) -> str:
    return verb(plan.id, plan.version, minute(at))


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]


def planned(job_id: str, words: Words) -> Rows:
    """Below what is scheduled."""
    now = Button(words("button.now"), Verb.NOW(job_id))
    move = Button(words("button.move"), Verb.MOVE(job_id))
    off = Button(words("button.unplan"), Verb.UNPLAN(job_id))
    return ((now,), (move, off))
