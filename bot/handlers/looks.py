"""How a draft looks on a network: its format, how its pictures are fitted, the design of a drawn one."""

from collections.abc import Sequence
from dataclasses import replace
from typing import TypeVar

from adapters.content import Fit
from bot.handlers.approval import with_version
from bot.handlers.desk import Desk
from bot.handlers.which import bare, which
from bot.i18n import languages
from bot.replies import Reply, ShowCard
from publishers.engine.model import Draft

Choice = TypeVar("Choice")
FITS = (Fit.AUTO, Fit.CROP, Fit.BLUR, Fit.PLAIN)
"""In the order in which the button offers them."""


async def format_command(desk: Desk) -> list[Reply]:
    """/formato red historia: the format of a network for this draft."""
    draft = await which(desk)
    if not isinstance(draft, Draft):
        return draft
    name, _, wanted = desk.event.text.strip().partition(" ")
    platform = desk.house.platform(name) if name else None
    if platform is None:
        networks = desk.words.names([each.title for each in desk.house.platforms.values()])
        key = "reply.unknown_network" if name else "reply.format_how"
        return desk.say(key, text=name, networks=networks)
    formats = platform.profile.formats
    form = _named(desk, wanted, formats)
    if form is None:
        offered = desk.words.names([desk.words(f"format.{each}") for each in formats])
        return desk.say("reply.format_unknown", network=platform.title, formats=offered)
    ours = {account.id for account in await desk.unit.accounts.accounts() if account.platform == platform.name}
    targets = [replace(t, format=form, on=True) if t.account_id in ours else t for t in draft.targets]
    await desk.unit.drafts.change(draft, targets=targets)
    return [ShowCard(draft.id, anew=True)]


def _named(desk: Desk, said: str, formats: Sequence[str]) -> str | None:
    """The format a person means, by its key or its name in any of our languages."""
    wanted = bare(said)
    for form in formats:
        names = {form, *(replace(desk.words, locale=locale)(f"format.{form}") for locale in languages())}
        if wanted in {bare(name) for name in names}:
            return form
    return None


async def format_tap(desk: Desk, draft_id: str, version: str, index: str) -> list[Reply]:
    """The next format of one account."""

    async def act(desk: Desk, draft: Draft) -> list[Reply]:
        line = (await desk.fitted(draft))[int(index)]
        following = line.formats[(line.formats.index(line.format) + 1) % len(line.formats)]
        targets = [
            replace(target, format=following) if target.account_id == line.account.id else target
            for target in draft.targets
        ]
        await desk.unit.drafts.change(draft, targets=targets)
        return [*desk.done(), ShowCard(draft.id)]

    return await with_version(desk, draft_id, version, act)


async def fit_tap(desk: Desk, draft_id: str, version: str) -> list[Reply]:
    """Cut or whole: the next way to fit pictures."""

    async def act(desk: Desk, draft: Draft) -> list[Reply]:
        fit = _following(draft.content.fit, FITS)
        await desk.unit.drafts.change(draft, content=replace(draft.content, fit=fit))
        return [*desk.done(f"fit.{fit}.told"), ShowCard(draft.id)]

    return await with_version(desk, draft_id, version, act)


async def design_tap(desk: Desk, draft_id: str, version: str) -> list[Reply]:
    """The next design of the picture that is drawn from the text."""

    async def act(desk: Desk, draft: Draft) -> list[Reply]:
        fitting = desk.house.fitting
        design = _following(draft.content.design or fitting.style.template, list(fitting.styles))
        await desk.unit.drafts.change(draft, content=replace(draft.content, design=design))
        return [*desk.done("reply.design", name=desk.words(f"design.{design}")), ShowCard(draft.id)]

    return await with_version(desk, draft_id, version, act)


def _following(now: Choice, choices: Sequence[Choice]) -> Choice:
    """The next one, around; the first one after what is none of them."""
    at = choices.index(now) + 1 if now in choices else 0
    return choices[at % len(choices)]
