"""What is left of a network's limits, and what a post costs there, in a few words."""

from collections.abc import Iterator
from datetime import timedelta

from adapters.cost import Cost
from bot.i18n import Words
from bot.render.room import spaced
from bot.screen import Html
from publishers.engine.budget import Standing

_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)


def limits(
    standing: Standing | None, cost: Cost | None, words: Words, *, acting: bool = False, all_of_it: bool = False
) -> Iterator[Html]:
    """What a person should know before approving. `acting`: nothing is paid; `all_of_it`: also what is plenty."""
    if cost is not None:
        amount = words.money(cost.amount, cost.currency)
        told = words.html("cost.would" if acting else "cost.is", amount=amount)
        yield spaced(told, *_why(cost, words))
    if standing is None:
        return
    if standing.free_at is not None:
        yield words.html("left.nothing", when=words.when(standing.free_at, standing.at))
    elif standing.scarce or all_of_it:
        yield _left(standing, words)


def _why(cost: Cost, words: Words) -> Iterator[Html]:
    """Where a link makes it dear: which part has it, and what it would cost without."""
    if not cost.linked:
        return
    without = words.money(cost.unlinked, cost.currency)
    if cost.parts == 1:
        yield words.html("cost.linked", without=without)
    else:
        parts = words.names([str(number) for number in cost.linked])
        yield words.html_plural("cost.linked_part", len(cost.linked), parts=parts, without=without)


def _left(standing: Standing, words: Words) -> Html:
    n, most, span = standing.left, standing.most, standing.span
    if most is None:
        return words.html_plural("left.some", n)
    if span is None:
        return words.html_plural("left.told", n, most=most)
    if span == _HOUR:
        return words.html_plural("left.hour", n, most=most)
    if span % _HOUR:
        return words.html_plural("left.minutes", n, most=most, minutes=span // _MINUTE)
    return words.html_plural("left.hours", n, most=most, hours=span // _HOUR)
