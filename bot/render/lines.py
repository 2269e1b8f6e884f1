"""One delivery as one line: where it stands, in a sign and a few words."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.i18n import Words
from bot.render.failures import failure
from bot.render.networks import Naming
from bot.render.room import plain, spaced, units
from bot.screen import Html, escape
from publishers.engine.model import Delivery, DeliveryStatus, Wait

_S = DeliveryStatus
_UNTIL = frozenset({Wait.HOUR, Wait.HOLD, Wait.LIMIT})
_LONGEST_LINK = 400
_ADDRESS = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class Detail:
    """How much a message can afford to say."""

    own_words: bool = True
    """The platform's own words in a failure."""
    links: bool = True
    most: int = 40
    """Lines."""


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells the state of deliveries. `tries` in all, the first included."""

    naming: Naming
    words: Words
    now: datetime
    tries: int
    detail: Detail

    def line(self, delivery: Delivery) -> Html:
        state = _STATES[delivery.status](self, delivery)
        return self.words.html("live.line", name=self.naming.html(delivery), state=state)

    def moving(self, delivery: Delivery) -> Html:
        words = self.words
        if delivery.omit:
            return words.html("live.omitting")
        if delivery.looking:
            return words.html("live.looking")
        if delivery.uncommented:
            return words.html("live.commenting")
        if progress(delivery):
            return words.html("live.part", done=len(delivery.receipts), of=len(delivery.adapted.parts))
        return (
            words.html("live.trying", attempt=self._attempt(delivery)) if delivery.attempts else words.html("live.now")
        )

    def waiting(self, delivery: Delivery) -> Html:
        words = self.words
        if delivery.wait is Wait.PAUSE:
            return words.html("live.paused")
        if delivery.due_at is None or delivery.wait is Wait.TURN:
            return words.html("live.turn" if delivery.wait is Wait.TURN else "live.now")
        if delivery.wait in _UNTIL:
            return spaced(self._until(delivery.wait, delivery.due_at), self._warned(delivery))
        when = words.when(delivery.due_at, self.now)
        if delivery.wait is Wait.RETRY:
            return words.html("live.retry", attempt=self._attempt(delivery), when=when)
        return words.html("live.later", when=when)

    def _warned(self, delivery: Delivery) -> Html:
        """What the pre-flight saw, though nothing has to be mended."""
        if delivery.wait is not Wait.HOUR or delivery.code is None:
            return Html()
        return self.words.html("live.warned", what=failure(delivery, self.naming.title(delivery), self.words).short)

    def _until(self, wait: Wait, due_at: datetime) -> Html:
        """What goes on by itself at a time it was given."""
        words = self.words
        if wait is Wait.HOUR:
            return words.html("live.scheduled", when=words.on(due_at, self.now))
        if wait is Wait.HOLD:
            return words.html("live.held", when=words.exactly(due_at))
        return words.html("live.limit", until=words.until(due_at, self.now))

    def failed(self, delivery: Delivery) -> Html:
        found = failure(delivery, self.naming.title(delivery), self.words)
        what = found.what if self.detail.own_words else found.short
        partly = self.stopped(delivery) if begun(delivery) else Html()
        return spaced(self.words.html("live.failed", what=what), partly)

    def stopped(self, delivery: Delivery) -> Html:
        """How far it came."""
        if delivery.uncommented:
            return spaced(self.words.html("live.uncommented"), self.link(delivery))
        parts = len(delivery.adapted.parts)
        return spaced(self.words.html_plural("live.stopped", len(delivery.receipts), of=parts), self.link(delivery))

    def doubtful(self, delivery: Delivery) -> Html:
        return self.words.html("live.doubt" if delivery.due_at is None else "live.looking")

    def published(self, delivery: Delivery) -> Html:
        words = self.words
        bare = words.html("live.bare") if delivery.uncommented else Html()
        if delivery.simulated:
            return spaced(words.html("live.simulated"), self.link(delivery), bare)
        again = words.html("live.again") if delivery.attempts else Html()
        done = words.html("live.published")
        return spaced(done, self.link(delivery), again, bare)

    def skipped(self, delivery: Delivery) -> Html:
        return self.words.html("live.cancelled" if delivery.reason == "cancelled" else "live.skipped")

    def link(self, delivery: Delivery) -> Html:
        return anchor(delivery.permalink, self.words("live.see")) if self.detail.links else Html()

    def _attempt(self, delivery: Delivery) -> str:
        number = delivery.attempts + 1
        key = "live.attempt" if number <= self.tries else "live.attempt_more"
        return self.words(key, number=number, of=self.tries)


_STATES: dict[DeliveryStatus, Callable[[Teller, Delivery], Html]] = {
    _S.PENDING: Teller.moving,
    _S.PUBLISHING: Teller.moving,
    _S.WAITING: Teller.waiting,
    _S.BLOCKED: Teller.failed,
    _S.UNCONFIRMED: Teller.doubtful,
    _S.PUBLISHED: Teller.published,
    _S.FAILED: Teller.failed,
    _S.SKIPPED: Teller.skipped,
}


def progress(delivery: Delivery) -> bool:
    """Some parts of a thread are public, others are not."""
    return 0 < len(delivery.receipts) < len(delivery.adapted.parts)


def begun(delivery: Delivery) -> bool:
    """Something of it is public, and something is not: more than nothing stands there already."""
    return progress(delivery) or delivery.uncommented


def anchor(address: str | None, shown: str) -> Html:
    """A link, if the address can be one."""
    if address is None or not _ADDRESS.fullmatch(address) or plain(address) != address:
        return Html()
    href = escape(address).replace('"', "%22")
    return Html(f'<a href="{href}">{escape(shown)}</a>') if units(href) <= _LONGEST_LINK else Html()
