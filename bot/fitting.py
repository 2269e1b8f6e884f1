"""Content → the exact form each account of a draft will get. Made once per content, profile and format."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, NamedTuple, Protocol

from adapters import card
from adapters.adapt import adapt, order
from adapters.adapted import Adapted, Media, Note, Part
from adapters.content import Content, fingerprint
from adapters.develop import Order, Prints, develop
from adapters.profile import Pictures
from bot.readiness import NotReady
from bot.render import CardLine
from publishers.engine.loading import Connected
from publishers.engine.model import Account, Draft, Target
from publishers.engine.outside import MediaMissing

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


@dataclass(slots=True)
class Fitting:
    platforms: Mapping[str, Connected]
    shelf: Shelf
    studio: Executor
    """Where pictures are made: off the loop, and one at a time, for each needs much memory."""
    style: card.Style = card.DEFAULT
    styles: Mapping[str, card.Style] = field(init=False)
    """By design: those in which the colours of the brand can be read."""
    _kept: OrderedDict[tuple[str, Form], Adapted] = field(default_factory=OrderedDict)
    _prints: OrderedDict[tuple[str, Form, int], Prints] = field(default_factory=OrderedDict)
    """Used in the studio only. Other words or descriptions need no other prints."""

    def __post_init__(self) -> None:
        self.styles = dict(_readable(self.style))

    async def fit(self, draft: Draft, accounts: Sequence[Account]) -> list[CardLine]:
        """In the order of the draft's targets; accounts that were removed or switched off are left out."""
        shown = [SHOWN] if draft.content.images else []  # with the others: each picture is unpacked once
        await self._make(draft.content, [*self._forms(draft, accounts), *shown])
        return self.fitted(draft, accounts)

    def fitted(self, draft: Draft, accounts: Sequence[Account]) -> list[CardLine]:
        """As `fit`, at once. Raises NotReady when something has to be made first."""
        self._demand(draft.content, self._forms(draft, accounts))
        return [self._line(draft.content, account, target) for account, target in self._targets(draft, accounts)]

    async def show(self, content: Content) -> tuple[Media, ...]:
        """The pictures of a draft, for the chat to show again: none where they are gone."""
        await self._make(content, [SHOWN])
        return self.shown(content)

    def shown(self, content: Content) -> tuple[Media, ...]:
        """As `show`, at once. Raises NotReady when something has to be made first."""
        self._demand(content, [SHOWN])
        return self._kept[content.digest, SHOWN].parts[0].media

    def _targets(self, draft: Draft, accounts: Sequence[Account]) -> list[tuple[Account, Target]]:
        known = {account.id: account for account in accounts if account.platform in self.platforms}
        return [(known[target.account_id], target) for target in draft.targets if target.account_id in known]

    def _forms(self, draft: Draft, accounts: Sequence[Account]) -> list[Form]:
        on = [(account, target) for account, target in self._targets(draft, accounts) if target.on]
        return list(dict.fromkeys(self._form(account, target) for account, target in on))

    def _form(self, account: Account, target: Target) -> Form:
        """A format that the network no longer has is a post."""
        formats = self.platforms[account.platform].platform.profile.formats
        return Form(account.platform, target.format if target.format in formats else formats[0])

    def _line(self, content: Content, account: Account, target: Target) -> CardLine:
        platform = self.platforms[account.platform].platform
        form = self._form(account, target)
        adapted = self._kept[content.digest, form] if target.on else None
        formats = platform.profile.formats
        return CardLine(account, platform.title, platform.icon, target.on, adapted, form.format, formats)

    def _demand(self, content: Content, forms: Sequence[Form]) -> None:
        if self._missing(content, forms):
            raise NotReady(partial(self._make, content, forms))

    def _missing(self, content: Content, forms: Sequence[Form]) -> list[Form]:
        """What is not made yet, or was made and whose pictures were tidied away since."""
        digest = content.digest
        for form in forms:
            adapted = self._kept.pop((digest, form), None)
            if adapted is not None and self._there(media for part in adapted.parts for media in part.media):
                self._kept[digest, form] = adapted  # as the newest
        return [form for form in forms if (digest, form) not in self._kept]

    def _there(self, pictures: Iterable[Media]) -> bool:
        return all(self.shelf.renew(media.sha256) for media in pictures)

    async def _make(self, content: Content, forms: Sequence[Form]) -> None:
        missing = self._missing(content, forms)
        if not missing:
            return
        loop = asyncio.get_running_loop()
        made = await loop.run_in_executor(self.studio, self._adapt, content, missing)
        for form, adapted in made.items():
            self._kept[content.digest, form] = adapted
        _prune(self._kept)

    # -- in the studio -----------------------------------------------------------------------------------------------

    def _adapt(self, content: Content, forms: Sequence[Form]) -> dict[Form, Adapted]:
        prints = self._develop(content, forms) if content.images else dict.fromkeys(forms, Prints())
        return {form: self._adapt_one(content, form, prints[form]) for form in forms}

    def _develop(self, content: Content, forms: Sequence[Form]) -> dict[Form, Prints]:
        """From those that are there as far as possible."""
        orders = self._orders(content)
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

    def _orders(self, content: Content) -> dict[Form, Order]:
        """Of every network there is, in each of its formats: what one gets must not hang on who else is chosen."""
        orders = {SHOWN: Order(CHAT, MOST_SHOWN)}
        for name, connected in self.platforms.items():
            profile = connected.platform.profile
            orders |= {Form(name, form): order(content, profile, form) for form in profile.formats}
        return orders

    def _adapt_one(self, content: Content, form: Form, prints: Prints) -> Adapted:
        if form == SHOWN:
            return Adapted(form.format, (Part("", prints.media),))
        profile = self.platforms[form.platform].platform.profile
        adapted = adapt(content, profile, form.format, prints, self.styles.get(content.design, self.style))
        for data in adapted.files.values():
            self.shelf.keep(data)
        return replace(adapted, files={})


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
