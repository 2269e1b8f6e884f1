"""The card: what was written, where it will go, in which form, and the buttons that decide."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from adapters.adapted import Adapted, Note
from adapters.content import Wording
from adapters.cost import Cost
from adapters.profile import POST
from bot.i18n import Words
from bot.render.limits import limits
from bot.render.marked import marked
from bot.render.page import Page, warning
from bot.render.room import MOST, first_that_fits, inline, label, lines, stack, units
from bot.screen import Button, Html, Rows, Screen, Verb
from publishers.engine.budget import Standing
from publishers.engine.model import Account, Draft

MOST_LINES = 20
_TOGGLES_PER_ROW = 2
_FEW_ASIDES = 4
_LEAST = 400
"""Room that the text of the draft has at least."""
_FITTED = {"pictures_cropped", "pictures_framed"}
_STRANGE = "mention_unknown"
"""Said once for all networks."""
_NAMELESS = {_STRANGE, "mention_unmapped"}


@dataclass(frozen=True, slots=True)
class CardLine:
    """One target of the draft, at the same index as in `draft.targets`. `adapted` is None when it is off."""

    account: Account
    title: str
    icon: str
    on: bool
    adapted: Adapted | None = None
    format: str = POST
    formats: tuple[str, ...] = (POST,)
    """Those it may be given."""
    cost: Cost | None = None
    standing: Standing | None = None
    """What is left of the account's limits."""
    page: Page | None = None
    """Where its link leads to, once that is known."""
    earlier: Html | None = None
    """That the same was said there, where it was."""

    @property
    def goes(self) -> bool:
        return self.on and self.adapted is not None and self.adapted.blocked is None


def card(
    draft: Draft,
    targets: Sequence[CardLine],
    words: Words,
    *,
    rehearsal: bool = False,
    paused: Collection[str] = (),
) -> Screen:
    """`rehearsal`: the whole product publishes nothing real (dry_run, sandbox). `paused`: what stands still."""
    acting = rehearsal or draft.dry_run
    head = words.html("card.head.rehearsal" if acting else "card.head.live")
    warned = (_strangers(targets, words), _warnings(targets, words))
    pictures, below = _pictures(draft, words), (_staying(draft, targets, words), *warned, _closing(targets, words))
    wheres = (_where(targets, words, paused, asides, acting=acting) for asides in _asides(draft, targets, words))
    rest = first_that_fits((stack((pictures, where, *below)) for where in wheres), MOST - _LEAST - units(head))
    room = MOST - units(head) - units(rest) - len("<blockquote></blockquote>\n\n\n\n")
    text = marked(draft.content.wording, room)
    body = f"<blockquote>{text}</blockquote>" if text else ""
    return Screen(stack((head, body, rest)), _buttons(draft, targets, words, rehearsal=rehearsal))


def confirm(draft: Draft, targets: Sequence[CardLine], words: Words) -> Screen:
    """Asked once, before the first live approval on an account."""
    names = words.names([f"{line.title} ({label(line.account.name)})" for line in targets if line.goes])
    rows = (
        (Button(words("button.sure"), Verb.SURE(draft.id, draft.version)),),
        (Button(words("button.not_yet"), Verb.CANCEL(draft.id)),),
    )
    return Screen(words.html("card.confirm", networks=inline(names, MOST // 2)), rows)


def note(of: Note, words: Words) -> Html:
    """What is done to the content, or why it cannot go."""
    short = {name: inline(value) if isinstance(value, str) else value for name, value in of.params.items()}
    family = "fault" if of.code.startswith("picture_") else "note"
    return words.html(f"{family}.{of.code}", **short)


def titled(target: CardLine, words: Words) -> Html:
    """The network, its account, and the format where it is not a post."""
    name = words.html("card.account", icon=target.icon, title=target.title, account=inline(target.account.name, 40))
    if target.format == POST:
        return name
    return words.html("card.format", name=name, format=words(f"format.{target.format}"))


def _pictures(draft: Draft, words: Words) -> Html:
    images = draft.content.images
    if not images:
        return Html()
    count, described = words.html_plural("card.pictures", len(images)), sum(bool(image.alt) for image in images)
    told = words.html_plural("card.described", described) if described else words.html("card.not_described")
    return Html(f"{count} · {told}")


def _asides(draft: Draft, targets: Sequence[CardLine], words: Words) -> Iterator[Mapping[str, Html]]:
    """What stands below the lines, as far as there is room: below all of them, below the first, below none."""
    asides = {line.account.id: aside for line in targets if line.on and (aside := _aside(draft, line, words))}
    for most in (MOST_LINES, _FEW_ASIDES, 0):
        yield dict(islice(asides.items(), most))


def _aside(draft: Draft, line: CardLine, words: Words) -> Html:
    """What stands below the line of an account: its own words, and that the same was said there."""
    own = _own(draft, line)
    said = Html() if own is None else words.html("card.own", text=inline(own.text))
    return lines((said, line.earlier or Html()))


def _own(draft: Draft, line: CardLine) -> Wording | None:
    at = place(draft, line)
    return None if at is None else draft.targets[at].own


def _staying(draft: Draft, targets: Sequence[CardLine], words: Words) -> Html:
    """Whose words another text for all does not change."""
    own = [called(line, targets) for line in targets if line.on and _own(draft, line) is not None]
    return words.html("card.own_stays", networks=inline(words.names(own), 200)) if own else Html()


def _where(
    targets: Sequence[CardLine], words: Words, paused: Collection[str], asides: Mapping[str, Html], *, acting: bool
) -> Html:
    if not targets:
        return words.html("card.no_accounts")
    shown = [
        lines((_told(target, words, paused, acting=acting), asides.get(target.account.id, Html())))
        for target in targets[:MOST_LINES]
    ]
    left = len(targets) - len(shown)
    more = words.html_plural("list.more", left) if left else Html()
    return lines((words.html("card.where"), *shown, more))


def _told(target: CardLine, words: Words, paused: Collection[str], *, acting: bool) -> Html:
    """Approving is allowed while a network stands still: what goes there waits."""
    still = target.goes and target.account.platform in paused
    return lines((_line(target, words, acting=acting), words.html("card.paused") if still else Html()))


def _line(target: CardLine, words: Words, *, acting: bool) -> Html:
    name = titled(target, words)
    if not target.on:
        return words.html("card.line.off", name=name)
    if target.adapted is None:
        return words.html("card.line.unknown", name=name)
    blocked = target.adapted.blocked
    if blocked is not None:
        return words.html("card.line.blocked", name=name, why=note(blocked, words))
    notes = [note(each, words) for each in target.adapted.notes if each.code != _STRANGE]
    done = ", ".join(notes) or words.html("card.as_is")
    told = limits(target.standing, target.cost, words, acting=acting)
    return words.html("card.line.on", name=name, what=Html(" · ".join((done, *told))))


def _warnings(targets: Sequence[CardLine], words: Words) -> Html:
    """Links that lead nowhere, each said once."""
    found = [warning(target.page, words) for target in targets if target.goes and target.page is not None]
    return lines(dict.fromkeys(found))


def _strangers(targets: Sequence[CardLine], words: Words) -> Html:
    """Whom nobody knows is mentioned as written: said once."""
    notes = [each for target in targets if target.adapted is not None for each in target.adapted.notes]
    names = dict.fromkeys(str(each.params["name"]) for each in notes if each.code == _STRANGE)
    return words.html("card.strangers", names=inline(", ".join(names), 200)) if names else Html()


def _closing(targets: Sequence[CardLine], words: Words) -> Html:
    """Why there is no way to approve, when there is none."""
    if not targets or any(target.goes for target in targets):
        return Html()
    blocked = any(target.on for target in targets)
    return words.html("card.all_blocked" if blocked else "card.all_off")


def _buttons(draft: Draft, targets: Sequence[CardLine], words: Words, *, rehearsal: bool) -> Rows:
    at = (draft.id, draft.version)
    approve = Button(words("button.approve"), Verb.APPROVE(*at))
    edit = Button(words("button.edit"), Verb.EDIT(draft.id))
    preview = Button(words("button.preview"), Verb.PREVIEW(*at))
    rehearse = Button(words("button.for_real" if draft.dry_run else "button.rehearse"), Verb.REHEARSE(*at))
    discard = Button(words("button.discard"), Verb.DISCARD(*at))
    plan = Button(words("button.plan"), Verb.PLAN(*at))
    first = (approve, plan) if any(target.goes for target in targets) else ()
    second = (edit, preview) if any(target.on for target in targets) else (edit,)
    third = (discard,) if rehearsal or not targets else (rehearse, discard)
    shaped = (*_formats(draft, targets, words), *_commons(draft, targets, words))
    shapes = (*shaped, _looks(draft, targets, words), _names(targets, words))
    return tuple(row for row in (first, *_toggles(draft, targets, words), *shapes, second, third) if row)


def _formats(draft: Draft, targets: Sequence[CardLine], words: Words) -> Rows:
    """Where a network has several formats: which one it is to be."""
    return tuple(
        (Button(_format_label(target, words), Verb.FORMAT(draft.id, draft.version, index)),)
        for index, target in enumerate(targets[:MOST_LINES])
        if target.on and len(target.formats) > 1
    )


def _commons(draft: Draft, targets: Sequence[CardLine], words: Words) -> Rows:
    return tuple(common(draft, line, targets, words) for line in targets[:MOST_LINES] if line.on)


def common(draft: Draft, line: CardLine, targets: Sequence[CardLine], words: Words) -> tuple[Button, ...]:
    """Back to the words of all, where an account has its own."""
    if _own(draft, line) is None:
        return ()
    label = words("button.common", name=called(line, targets))
    return (Button(label, Verb.COMMON(draft.id, draft.version, place(draft, line) or 0)),)


def place(draft: Draft, line: CardLine) -> int | None:
    """Of an account among the targets of the draft, of which none is ever left out."""
    found = (at for at, target in enumerate(draft.targets) if target.account_id == line.account.id)
    return next(found, None)


def called(line: CardLine, targets: Sequence[CardLine]) -> str:
    """The network, with the account where there are several of it: for a button."""
    several = sum(target.title == line.title for target in targets) > 1
    return label(f"{line.title} {line.account.name}" if several else line.title, 28)


def _format_label(target: CardLine, words: Words) -> str:
    return words("button.format", icon=target.icon, title=target.title, format=words(f"format.{target.format}"))


def _looks(draft: Draft, targets: Sequence[CardLine], words: Words) -> tuple[Button, ...]:
    """What can be changed of the pictures: how they are fitted, what they show, the design of a drawn one."""
    at = (draft.id, draft.version)
    codes = {each.code for target in targets if target.adapted is not None for each in target.adapted.notes}
    fit = Button(words(f"fit.{draft.content.fit}"), Verb.FIT(*at)) if codes & _FITTED else None
    alt = Button(words("button.alt"), Verb.ALT(draft.id)) if draft.content.images else None
    design = Button(words("button.design"), Verb.DESIGN(*at)) if "drawn" in codes else None
    return tuple(button for button in (fit, alt, design) if button is not None)


def _names(targets: Sequence[CardLine], words: Words) -> tuple[Button, ...]:
    """Where a network lacks somebody's name."""
    codes = {each.code for target in targets if target.adapted is not None for each in target.adapted.notes}
    return (Button(words("button.mentions"), Verb.MENTIONS()),) if codes & _NAMELESS else ()


def _toggles(draft: Draft, targets: Sequence[CardLine], words: Words) -> Rows:
    buttons = [
        Button(
            words("button.on" if target.on else "button.off", name=called(target, targets)),
            Verb.TOGGLE(draft.id, draft.version, index),
        )
        for index, target in enumerate(targets[:MOST_LINES])
    ]
    return tuple(tuple(buttons[at : at + _TOGGLES_PER_ROW]) for at in range(0, len(buttons), _TOGGLES_PER_ROW))
