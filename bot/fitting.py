"""Content → the exact form each account of a draft will get. Made once per content, profile and format."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, NamedTuple, Protocol

from adapters import card, mentions
from adapters.adapt import adapt, order
from adapters.adapted import Adapted, Media, Note, Part
from adapters.content import Content, fingerprint
from adapters.cost import cost
from adapters.develop import Order, Prints, develop
from adapters.manners import USUAL, Manners, Named
from adapters.profile import Pictures
from bot.i18n import Words
from bot.previews import Previews
from bot.readiness import NotReady
from bot.render import CardLine
from publishers.engine.customs import manners
from publishers.engine.loading import Connected
from publishers.engine.model import Account, Draft, Target
from publishers.engine.outside import MediaMissing
from publishers.engine.people import Alias

MOST_KEPT = 256
MOST_SHOWN = 10
"""Pictures of a draft that the chat shows again: one album."""
CHAT = Pictures(
    media_types=("image/jpeg",),
    most=MOST_SHOWN,
    max_bytes=2_000_000,
    min_ratio=0.05,
    max_ratio=20,
    max_width=1280,
    max_height=1280,
)
"""A picture as the chat shows it."""


class Shelf(Protocol):
    """Where pictures are kept; `load` and `keep` block, and are called in the studio."""

    def load(self, sha256: str) -> bytes:
        """Raises MediaMissing."""

    def keep(self, data: bytes) -> str:
        """Keep bytes durably; their SHA-256."""

    def renew(self, sha256: str) -> bool:
        """At once: whether they are there. If so they stay for the next hour, whoever tidies up."""


class Form(NamedTuple):
    """One form of a content. An empty platform stands for the chat."""

    platform: str
    format: str


SHOWN = Form("", "shown")


@dataclass(frozen=True, slots=True)
class Wish:
    """One content in one form, with the manners of its network: equal keys, equal results."""

    content: Content
    form: Form
    manners: Manners = USUAL
    key: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", fingerprint([self.content.digest, *self.form, self.manners.digest]))


@dataclass(slots=True)
class Fitting:
    platforms: Mapping[str, Connected]
    shelf: Shelf
    studio: Executor
    """Where pictures are made: off the loop, and one at a time, for each needs much memory."""
    style: card.Style = card.DEFAULT
    customs: Mapping[str, Manners] = field(default_factory=dict)
    """What the configuration chooses for a network, by its key."""
    previews: Previews = field(default_factory=Previews)
    styles: Mapping[str, card.Style] = field(init=False)
    """By design: those in which the colours of the brand can be read."""
    _kept: OrderedDict[str, Adapted] = field(default_factory=OrderedDict)
    """By the key of the wish."""
    _prints: OrderedDict[tuple[str, Form, int], Prints] = field(default_factory=OrderedDict)
    """Used in the studio only. Other words or descriptions need no other prints."""

    def __post_init__(self) -> None:
        self.styles = dict(_readable(self.style))

    async def fit(self, draft: Draft, accounts: Sequence[Account], aliases: Sequence[Alias] = ()) -> list[CardLine]:
        """In the order of the draft's targets; accounts that were removed or switched off are left out."""
        shown = [Wish(draft.content, SHOWN)] if draft.content.images else []
        await self._make([*self._wishes(draft, accounts, aliases), *shown])  # together: each picture is unpacked once
        return self.fitted(draft, accounts, aliases)

    def fitted(self, draft: Draft, accounts: Sequence[Account], aliases: Sequence[Alias] = ()) -> list[CardLine]:
        """As `fit`, at once. Raises NotReady when something has to be made first."""
        wished = [(self._wish(draft, *each, aliases), *each) for each in self._targets(draft, accounts)]
        self._demand([wish for wish, _, target in wished if target.on])
        return [self._line(*each) for each in wished]

    async def show(self, content: Content) -> tuple[Media, ...]:
        """The pictures of a draft, for the chat to show again: none where they are gone."""
        await self._make([Wish(content, SHOWN)])
        return self.shown(content)

    def shown(self, content: Content) -> tuple[Media, ...]:
        """As `show`, at once. Raises NotReady when something has to be made first."""
        wish = Wish(content, SHOWN)
        self._demand([wish])
        return self._kept[wish.key].parts[0].media

    def manners(self, platform: str, content: Content, aliases: Sequence[Alias]) -> Manners:
        """Those of one network for one content: only names that stand in it count."""
        said = mentions.called(content.wording) if aliases else frozenset()
        names = {each.key: Named(each.name, each.handles.get(platform)) for each in aliases if each.key in said}
        usual = self.customs.get(platform, USUAL)
        return replace(usual, names=names) if names else usual

    def _targets(self, draft: Draft, accounts: Sequence[Account]) -> list[tuple[Account, Target]]:
        known = {account.id: account for account in accounts if account.platform in self.platforms}
        return [(known[target.account_id], target) for target in draft.targets if target.account_id in known]

    def _wishes(self, draft: Draft, accounts: Sequence[Account], aliases: Sequence[Alias]) -> list[Wish]:
        on = (each for each in self._targets(draft, accounts) if each[1].on)
        return [self._wish(draft, *each, aliases) for each in on]

    def _wish(self, draft: Draft, account: Account, target: Target, aliases: Sequence[Alias]) -> Wish:
        content = draft.content_of(target)
        return Wish(content, self._form(account, target), self.manners(account.platform, content, aliases))

    def _form(self, account: Account, target: Target) -> Form:
        """A format that the network no longer has is a post."""
        formats = self.platforms[account.platform].platform.profile.formats
        return Form(account.platform, target.format if target.format in formats else formats[0])

    def _line(self, wish: Wish, account: Account, target: Target) -> CardLine:
        platform = self.platforms[account.platform].platform
        adapted = self._kept[wish.key] if target.on else None
        formats = platform.profile.formats
        price = None if adapted is None else cost(adapted, platform.profile)
        return CardLine(account, platform.title, platform.icon, target.on, adapted, wish.form.format, formats, price)

    def _demand(self, wishes: Sequence[Wish]) -> None:
        if self._missing(wishes):
            raise NotReady(partial(self._make, wishes))

    def _missing(self, wishes: Sequence[Wish]) -> list[Wish]:
        """What is not made yet, or was made and whose pictures were tidied away since. Each but once."""
        for wish in wishes:
            adapted = self._kept.pop(wish.key, None)
            if adapted is not None and self._there(media for part in adapted.parts for media in part.media):
                self._kept[wish.key] = adapted  # as the newest
        return list({wish.key: wish for wish in wishes if wish.key not in self._kept}.values())

    def _there(self, pictures: Iterable[Media]) -> bool:
        return all(self.shelf.renew(media.sha256) for media in pictures)

    async def _make(self, wishes: Sequence[Wish]) -> None:
        missing = self._missing(wishes)
        if not missing:
            return
        loop = asyncio.get_running_loop()
        self._kept.update(await loop.run_in_executor(self.studio, self._adapt, missing))
        _prune(self._kept)

    # -- in the studio -----------------------------------------------------------------------------------------------

    def _adapt(self, wishes: Sequence[Wish]) -> dict[str, Adapted]:
        """One content after the other: an account with words of its own has a content of its own."""
        made: dict[str, Adapted] = {}
        for content in {wish.content.digest: wish.content for wish in wishes}.values():
            alike = [wish for wish in wishes if wish.content == content]
            forms = [wish.form for wish in alike]
            prints = self._develop(content, alike) if content.images else dict.fromkeys(forms, Prints())
            made |= {wish.key: self._adapt_one(wish, prints[wish.form]) for wish in alike}
        return made

    def _develop(self, content: Content, wishes: Sequence[Wish]) -> dict[Form, Prints]:
        """From those that are there as far as possible."""
        forms = [wish.form for wish in wishes]
        orders = self._orders(content, {wish.form.platform: wish.manners for wish in wishes})
        pixels = fingerprint([content.fit, *(image.sha256 for image in content.images)])
        keys = {form: (pixels, form, min(orders[form].most, len(content.images))) for form in forms}
        missing = [form for form in forms if not self._printed(keys[form])]
        try:
            made = develop(content, orders, missing, load=self.shelf.load, keep=self.shelf.keep)
        except MediaMissing:
            return dict.fromkeys(forms, Prints(notes=(Note("picture_missing", blocks=True),)))
        self._prints.update({keys[form]: prints for form, prints in made.items()})
        found = {form: self._prints[keys[form]] for form in forms}
        _prune(self._prints)
        return found

    def _printed(self, key: tuple[str, Form, int]) -> bool:
        return key in self._prints and self._there(self._prints[key].media)

    def _orders(self, content: Content, manners: Mapping[str, Manners]) -> dict[Form, Order]:
        """Of every network there is, in each of its formats: what one gets must not hang on who else is chosen."""
        orders = {SHOWN: Order(CHAT, MOST_SHOWN)}
        for name, connected in self.platforms.items():
            profile = connected.platform.profile
            usual = manners.get(name, self.customs.get(name, USUAL))
            orders |= {Form(name, form): order(content, profile, form, usual) for form in profile.formats}
        return orders

    def _adapt_one(self, wish: Wish, prints: Prints) -> Adapted:
        if wish.form == SHOWN:
            return Adapted(wish.form.format, (Part("", prints.media),))
        profile = self.platforms[wish.form.platform].platform.profile
        styled = replace(wish.manners, style=self.styles.get(wish.content.design, self.style))
        adapted = adapt(wish.content, profile, wish.form.format, prints, styled)
        for data in adapted.files.values():
            self.shelf.keep(data)
        return replace(adapted, files={})


def customary(connected: Mapping[str, Connected], words: Words) -> dict[str, Manners]:
    """What the configuration chooses for each network."""
    dead_link, led = words("post.dead_link"), words("post.dead_link_in")
    return {name: manners(each.customs, name, dead_link, led) for name, each in connected.items()}


def _readable(style: card.Style) -> Iterator[tuple[str, card.Style]]:
    for template in card.TEMPLATES:
        with suppress(ValueError):
            yield template, replace(style, template=template)


def _prune(kept: OrderedDict[Any, Any]) -> None:
    while len(kept) > MOST_KEPT:
        kept.popitem(last=False)


def seal(lines: Sequence[CardLine]) -> str:
    """What a person approves with one tap, as one hash: which accounts get which exact form."""
    going = [(line.account.id, line.adapted.digest) for line in lines if line.goes and line.adapted is not None]
    return fingerprint(going)
