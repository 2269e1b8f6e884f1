"""Whatever people, platforms and states come: every screen fits, is well formed, and its taps can be read back."""

from dataclasses import replace
from datetime import time, timedelta
from zoneinfo import available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from render_samples import ALLOWED, EN, ES, MADRID, NETS, NOW, S, draft, job, read, uid

from adapters.adapted import Adapted, Media, Note, Part
from adapters.content import Image, Wording
from adapters.profile import Hashtags, Links, Pictures, Profile
from bot.hours import Doubt, Past
from bot.offers import offers
from bot.render import (
    CardLine,
    accounts,
    alert,
    card,
    choose,
    confirm,
    doubt,
    live,
    own_words,
    pending,
    preview,
    rest,
    rewording,
    say,
    status,
)
from bot.render.earlier import told
from bot.render.hours import Plan, asking, called_back, choices, not_an_hour, sure, unclear, unplanning
from bot.render.late import dropping, late, overdue, seal, spread
from bot.render.lists import Ahead
from bot.render.mentions import asking as asking_handle
from bot.render.mentions import asking_name, forgetting, mentioned, person
from bot.render.needs import asks
from bot.render.pauses import paused, resumed
from bot.render.place import here, moved, which
from bot.render.queue import PER_PAGE, Page, calling_off, entry, queue
from bot.render.room import MOST, clip, inline, label, slices, units
from bot.screen import Screen, Verb, read_tap
from bot.shapes import Slot
from publishers.engine.contract import Receipt
from publishers.engine.errors import Needs
from publishers.engine.model import Account, Actor, Delivery, Target, Wait
from publishers.engine.people import Alias
from publishers.engine.repeats import Earlier

HOSTILE = (
    "<b>", "</a>", "&amp;", "&#", '"', "'", "\u202e", "\u2066", "\u200f", "مخبز", "לחם",
    "👨‍👩‍👧‍👦", "🇪🇸", "\ud83d", "\x00",
    "\n", " ", "{0}", "%s", "pan", "e\u0301", "<blockquote>", "]]>", "<!--", "x" * 300,
)  # fmt: skip
texts = some.lists(some.one_of(some.sampled_from(HOSTILE), some.text(max_size=20)), max_size=40).map("".join)
short_texts = some.lists(some.sampled_from(HOSTILE), max_size=4).map("".join)
long_texts = some.builds(str.__mul__, texts, some.integers(1, 40))
ids = some.uuids().map(str)
moments = some.timedeltas(timedelta(days=-400), timedelta(days=400)).map(lambda span: NOW + span)
platforms = some.sampled_from([*NETS, "antigua"])
addresses = some.one_of(some.none(), some.just("https://plaza.example/p/1"), texts.map("https://a.b/".__add__))
receipts = some.builds(Receipt, some.one_of(some.none(), some.text(max_size=9)), addresses)
media = some.builds(Media, some.just("0" * 64), some.just("image/png"), some.just(9), some.just(9), some.just(9))
parts = some.builds(Part, texts, some.lists(media, max_size=2).map(tuple))
notes = some.one_of(
    some.builds(Note, some.just("thread"), some.just({"parts": 3})),
    some.builds(Note, some.just("link_preview"), some.fixed_dictionaries({"url": short_texts}), some.booleans()),
    some.builds(Note, some.just("pictures_required"), some.just({}), some.booleans()),
    some.builds(
        Note, some.sampled_from(["mention_unknown", "mention_unmapped"]), some.fixed_dictionaries({"name": short_texts})
    ),
)
adapted = some.builds(
    Adapted,
    some.just("post"),
    some.lists(parts, min_size=1, max_size=5).map(tuple),
    some.one_of(some.none(), texts),
    some.lists(notes, max_size=3).map(tuple),
)
codes = some.sampled_from([None, "unavailable", "rejected", "duplicate", "auth_expired", "internal", "nie.gesehen", ""])
deliveries = some.builds(
    Delivery,
    id=ids,
    job_id=ids,
    account_id=ids,
    platform=platforms,
    account_name=short_texts,
    adapted=adapted,
    status=some.sampled_from(S),
    attempts=some.integers(0, 9),
    looks=some.integers(0, 9),
    due_at=some.one_of(some.none(), moments),
    wait=some.one_of(some.none(), some.sampled_from(Wait)),
    needs=some.one_of(some.none(), some.sampled_from(Needs)),
    code=codes,
    params=some.fixed_dictionaries({}, optional={"reason": texts, "link": texts, "platform": short_texts}),
    reason=some.sampled_from([None, "omitted", "cancelled"]),
    receipts=some.lists(receipts, max_size=5).map(tuple),
    simulated=some.booleans(),
    omit=some.booleans(),
)
jobs = some.builds(
    lambda ones, copies, text: job(*ones * copies, text=text),
    some.lists(deliveries, min_size=1, max_size=5),
    some.sampled_from([1, 1, 1, 12]),
    texts,
)
known = some.builds(
    Account,
    id=ids,
    platform=platforms,
    external_id=ids,
    name=short_texts,
    main=some.booleans(),
    credentials_version=some.just(1),
    usable=some.booleans(),
    expires_at=some.one_of(some.none(), moments),
)
targets = some.builds(
    CardLine, known, some.just("Plaza & <Co>"), some.just("📘"), some.booleans(), some.one_of(some.none(), adapted)
)
PICTURE = Image("0" * 64, "image/jpeg", 10, 10, 100)
drafts = some.builds(
    lambda text, version, author, pictures, acting: replace(
        draft(text, images=(PICTURE,) * pictures, dry_run=acting), version=version, author=Actor(1, author)
    ),
    long_texts,
    some.integers(1, 10**9),
    short_texts,
    some.integers(0, 3),
    some.booleans(),
)
PROFILE = Profile(280, len, Hashtags(10), Links.INLINE, Pictures((), 4, 9, 0.8, 1.9, 9), fold=7)
languages = some.sampled_from([ES, EN])
SLOTS = (Slot(0, time(10)),)
often = settings(max_examples=30)


def check(*screens: Screen) -> None:
    for screen in screens:
        assert 0 < units(screen.text) <= MOST
        visible, links = read(screen.text)
        assert visible.strip()
        assert all(link.startswith(("https://", "http://")) for link in links)
        assert not set("\u202e\u2066") & set(outside_quotes(screen.text))
        check_buttons(screen)


def outside_quotes(text: str) -> str:
    """Only what is quoted in a block of its own may turn the direction of the writing."""
    return "".join(piece.split("</blockquote>")[-1] for piece in text.split("<blockquote>"))


def check_buttons(screen: Screen) -> None:
    assert sum(len(row) for row in screen.buttons) <= 60
    for row in screen.buttons:
        assert 1 <= len(row) <= 3
        for button in row:
            assert button.label.strip()
            assert len(button.label.encode("utf-8")) < 300
            if button.data is not None:
                assert len(button.data.encode("utf-8")) <= 64
                assert read_tap(button.data)[0] in Verb


@often
@given(jobs, languages, some.one_of(some.none(), moments))
def test_the_live_message(given_job, words, coming) -> None:
    check(live(given_job, NETS, words, NOW, next_generation=coming))


@often
@given(jobs, languages)
def test_retrying_is_offered_only_where_repeating_is_safe(given_job, words) -> None:
    unsafe = {each.id for each in given_job.deliveries if each.status is S.UNCONFIRMED}
    for screen in (live(given_job, NETS, words, NOW), alert(given_job, NETS, words, NOW)):
        offered = [read_tap(button.data) for row in screen.buttons for button in row if button.data]
        again = {rest[0] for verb, rest in offered if verb in {Verb.RETRY, Verb.GO_ON}}
        assert not again & unsafe


@often
@given(jobs, languages)
def test_the_alert(given_job, words) -> None:
    screen = alert(given_job, NETS, words, NOW, profiles={given_job.deliveries[0].account_id: "https://plaza.example"})
    check(screen)
    assert bool(screen.buttons) is any(asks(each, NOW) for each in given_job.deliveries)
    late = [each for each in given_job.deliveries if each.asks_person and each.needs is Needs.HOUR]
    missed = {each.id for each in late} - {each.id for each in given_job.deliveries if each not in late}
    named = {part for row in screen.buttons for button in row if button.data for part in button.data.split(":")}
    assert not missed & named, "what missed its hour is decided on a card of its own"


@often
@given(deliveries, languages, some.one_of(some.none(), moments), addresses)
def test_the_doubt(unsure, words, looked_at, found) -> None:
    check(doubt(unsure, NETS, words, NOW, looked_at=looked_at, found=found))


@often
@given(drafts, some.lists(targets, max_size=25), languages, some.booleans())
def test_the_card(given_draft, given_targets, words, rehearsal) -> None:
    screen = card(given_draft, given_targets, words, rehearsal=rehearsal)
    check(screen, confirm(given_draft, given_targets, words))
    approve = Verb.APPROVE(given_draft.id, given_draft.version)
    offered = approve in {button.data for row in screen.buttons for button in row}
    assert offered is any(target.goes for target in given_targets)


pasts = some.sampled_from([S.PUBLISHED, S.WAITING, S.BLOCKED])
earliers = some.builds(Earlier, texts, pasts, some.booleans(), some.none() | moments, addresses)


@often
@given(drafts, some.lists(some.tuples(targets, some.none() | texts, earliers), max_size=25), languages, some.booleans())
def test_the_card_of_what_has_words_of_its_own_and_was_said_before(given_draft, given, words, rehearsal) -> None:
    lines, chosen = [], []
    for number, (line, own, earlier) in enumerate(given):
        account = replace(line.account, id=uid(number))
        lines.append(replace(line, account=account, earlier=told(earlier, words, NOW)))
        chosen.append(Target(account.id, line.on, own=None if own is None else Wording(own)))
    given_draft = replace(given_draft, targets=tuple(chosen))
    check(card(given_draft, lines, words, rehearsal=rehearsal), own_words.which(given_draft, lines, words))
    for line in lines:
        asked = own_words.asking(given_draft, line.title, given_draft.content.text, words)
        check(asked, replace(asked, buttons=own_words.below(given_draft, line, lines, words)))


@often
@given(deliveries, texts, long_texts, languages)
def test_other_words_for_what_was_refused(given_delivery, name, text, words) -> None:
    said = replace(given_delivery, adapted=Adapted("post", (Part(text), Part(text))))
    shown = rewording.offered([Screen(inline(f"X {text}"))] * 2, said, "f" * 64, label(name, 28), words)
    check(rewording.asking(said, name, words), *shown, rest.bare(said.job_id, words))
    assert [bool(screen.buttons) for screen in shown] == [False, True]


@often
@given(texts, texts, short_texts, languages, moments, some.lists(moments, max_size=4))
def test_giving_an_hour(text, networks, first, words, at, options) -> None:
    plan = Plan(uid(1), 10**9, inline(text), networks, first=first)
    check(
        choices(plan, offers(NOW, MADRID, SLOTS), words, NOW),
        asking(plan, words),
        sure(plan, at, words, NOW),
        unclear(plan, Doubt(tuple(options)), words, NOW),
        unclear(plan, Past(at, None), words, NOW),
        unclear(plan, None, words, NOW),
        not_an_hour(plan, words, 2**31),
        unplanning(uid(1), inline(text), words.on(at, NOW), words),
        called_back(inline(text), uid(1), words),
    )


@often
@given(some.lists(targets, max_size=5), languages)
def test_the_preview(given_targets, words) -> None:
    check(*preview(given_targets, dict.fromkeys([*NETS, "antigua"], PROFILE), words))


@often
@given(some.lists(jobs, max_size=6), some.lists(drafts, max_size=12), some.lists(known, max_size=30), languages)
def test_the_lists(given_jobs, given_drafts, given_accounts, words) -> None:
    check(
        choose(given_drafts, words),
        pending(given_jobs, given_drafts, NETS, words, NOW),
        status(given_jobs, len(given_drafts), NETS, words, NOW),
        accounts(given_accounts, NETS, words, NOW),
    )


aheads = some.builds(
    Ahead,
    late=some.lists(jobs, max_size=6),
    scheduled=some.integers(0, 99),
    first=some.one_of(some.none(), moments),
    paused=some.lists(platforms, max_size=3),
)


@often
@given(some.lists(jobs, max_size=6), some.lists(drafts, max_size=3), aheads, some.lists(known, max_size=30), languages)
def test_the_lists_with_what_is_to_come(given_jobs, given_drafts, ahead, given_accounts, words) -> None:
    check(
        pending(given_jobs, given_drafts, NETS, words, NOW, ahead=ahead),
        status(given_jobs, len(given_drafts), NETS, words, NOW, ahead=ahead),
        accounts(given_accounts, NETS, words, NOW, frozenset(ahead.paused)),
    )


@often
@given(some.lists(jobs, max_size=PER_PAGE), some.integers(0, 40), languages, some.frozensets(platforms))
def test_the_queue(given_jobs, number, words, still) -> None:
    page = Page(given_jobs, number, number * PER_PAGE + len(given_jobs))
    check(queue(page, NETS, words, NOW))
    for each in given_jobs:
        check(entry(each, number, NETS, words, NOW, paused=still), calling_off(each, number, words, NOW))


@often
@given(some.lists(jobs, min_size=1, max_size=20), moments, languages, some.booleans())
def test_what_is_late(given_jobs, hour, words, slots) -> None:
    screen = late(given_jobs, NETS, words, NOW, slots=slots)
    check(screen, dropping(given_jobs, words), spread([(each, hour) for each in given_jobs], words, NOW))
    offered = [read_tap(button.data) for row in screen.buttons for button in row if button.data]
    assert {tuple(rest) for _, rest in offered} == {(seal(given_jobs),)}


@often
@given(jobs)
def test_what_was_shown_is_sealed(given_job) -> None:
    moved_on = replace(given_job, deliveries=tuple(replace(each, version=9) for each in given_job.deliveries))
    assert (seal([given_job]) == seal([moved_on])) is not bool(overdue(given_job))


@often
@given(some.lists(platforms, min_size=1, max_size=3, unique=True), some.lists(jobs, max_size=8), languages)
def test_pauses(still, given_jobs, words) -> None:
    behind = [(each, each.deliveries) for each in given_jobs]
    check(paused(still, NETS, words), resumed(still, NETS, words, NOW, going=len(given_jobs), late=behind))


@often
@given(some.lists(some.sampled_from(sorted(available_timezones())), max_size=12), short_texts, languages)
def test_places(names, text, words) -> None:
    check(here(names, words, NOW), which(names, text, words), moved(words, NOW))


names = some.text(some.characters(categories=["L", "N"]), min_size=1, max_size=60)
"""Nothing else is taken for one."""
aliases = some.builds(Alias, names, names, some.dictionaries(some.sampled_from([*NETS, "antigua"]), names))


@often
@given(some.lists(aliases, max_size=40), languages)
def test_whom_drafts_mention(given_aliases, words) -> None:
    check(mentioned(given_aliases, NETS, words), asking_name(words))
    for each in given_aliases[:3]:
        check(person(each, NETS, words), forgetting(each, words), asking_handle(each, "hilo", NETS, words))


@often
@given(texts)
def test_short_answers(text) -> None:
    check(say(ES, "reply.unknown_network", text=text, networks=text))


@often
@given(long_texts, some.integers(1, 200))
def test_clipping_fits_and_keeps_the_beginning(text, room) -> None:
    clipped = clip(text, room)
    assert units(clipped) <= room
    shown, _ = read(clipped) if "\x00" not in text else (None, None)
    if shown is not None and "\ud83d" not in text and not shown.endswith("…"):
        assert shown == text


@often
@given(texts, some.integers(12, 200))
def test_slices_lose_nothing(text, room) -> None:
    pieces = list(slices(text, room))
    assert all(units(piece) <= room for piece in pieces)
    whole = "".join(pieces)
    assert whole == "".join(slices(text, 10**6))


@often
@given(texts)
def test_foreign_names_stay_on_their_line_and_in_their_direction(text) -> None:
    for name in (inline(text), label(text)):
        assert not {"\n", "\x00", "\u202e", "\u2066", "\ud83d"} & set(name)
        assert units(name) <= 80


def test_the_checker_sees_what_is_wrong() -> None:
    for bad in ("<b>x", "<h1>x</h1>", "x</b>", "<b><i>x</b></i>", "a < b", "<!-- x -->", "<a name='x'>x</a>"):
        with pytest.raises((AssertionError, IndexError)):
            read(bad)
    assert read("<b>a &lt; b</b>") == ("a < b", [])
    assert "b" in ALLOWED
    assert uid(1) != uid(2)
