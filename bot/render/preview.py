"""Ver por red: the exact text each network will get, part by part, counted, with the place where it folds."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from adapters.adapted import Adapted, Part
from adapters.profile import Profile
from bot.i18n import Words
from bot.render.card import CardLine, note, titled
from bot.render.limits import limits
from bot.render.page import behind, warning
from bot.render.room import MOST, clusters, inline, lines, plain, slices, units
from bot.screen import Html, Screen

_PIECE = MOST - 600
"""Room for text in one message; what is around it (names, notes) takes the rest."""


def preview(
    targets: Sequence[CardLine], profiles: Mapping[str, Profile], words: Words, *, acting: bool = False
) -> tuple[Screen, ...]:
    """One or more messages, in order. `profiles` by platform key; `acting`: nothing of it is paid."""
    blocks = [block for target in targets if target.on for block in _network(target, profiles, words, acting)]
    return tuple(Screen(text) for text in _packed(blocks or [words.html("preview.nothing")]))


def pictured(target: CardLine, part: int, words: Words) -> str:
    """Plain text, below pictures: who gets them, and on which part (0: there is only one)."""
    name = words("preview.named", icon=target.icon, title=target.title, account=plain(target.account.name))
    return words("preview.named_part", name=name, number=part) if part else name


def _network(target: CardLine, profiles: Mapping[str, Profile], words: Words, acting: bool) -> Iterator[Html]:
    name = titled(target, words)
    if target.adapted is None:
        return
    told = " · ".join(limits(target.standing, target.cost, words, acting=acting, all_of_it=True))
    known = [words.html("preview.note", note=Html(told))] if told and target.goes else []
    yield lines((words.html("preview.head", name=name), *_notes(target.adapted, words), *known))
    if target.adapted.blocked is not None:
        return
    profile = profiles[target.account.platform].form(target.format)
    for number, part in enumerate(target.adapted.parts, start=1):
        yield from _part(part, number, len(target.adapted.parts), profile, words)
    if target.adapted.comment:
        yield words.html("preview.comment", comment=inline(target.adapted.comment, _PIECE))
    if target.adapted.link:
        yield behind(target.adapted.link, target.page, words)
    elif target.page is not None and target.page.fault:
        yield warning(target.page, words)


def _notes(adapted: Adapted, words: Words) -> list[Html]:
    key = {True: "preview.blocked", False: "preview.note"}
    notes = [adapted.blocked] if adapted.blocked is not None else adapted.notes
    return [words.html(key[each.blocks], note=note(each, words)) for each in notes[:5]]


def _part(part: Part, number: int, of: int, profile: Profile, words: Words) -> Iterator[Html]:
    count = words.html("preview.count", used=profile.count(part.text), limit=profile.limit) if profile.limit else ""
    place = words.html("preview.part", number=number, of=of) if of > 1 else Html()
    pictures = words.html_plural("preview.pictures", len(part.media)) if part.media else Html()
    yield Html(" · ".join(piece for piece in (place, count, pictures) if piece))
    for piece in slices(_folded(part.text, profile.fold, words), _PIECE) if part.text else ():
        yield Html(f"<blockquote>{piece}</blockquote>")


def _folded(text: str, fold: int | None, words: Words) -> str:
    """With a mark where the network hides the rest."""
    if fold is None or len(text) <= fold:
        return text
    at = 0
    for cluster in clusters(text):
        if at + len(cluster) > fold:
            break
        at += len(cluster)
    return text[:at] + words("preview.fold") + text[at:]


def _packed(blocks: Iterable[Html]) -> Iterator[Html]:
    """As few messages as hold all blocks, in order."""
    message = ""
    for block in blocks:
        joined = f"{message}\n{block}" if message else block
        if units(joined) > MOST:
            yield Html(message)
            joined = block
        message = joined
    yield Html(message)
