"""That the same was said to an account before, or is going to be."""

from datetime import datetime

from bot.i18n import Words
from bot.render.lines import anchor
from bot.render.room import spaced
from bot.screen import Html
from publishers.engine.model import DeliveryStatus
from publishers.engine.repeats import Earlier


def told(earlier: Earlier, words: Words, now: datetime) -> Html:
    """In one line, with a link where there is one."""
    same = "same" if earlier.exact else "alike"
    if earlier.status is DeliveryStatus.PUBLISHED and earlier.at is not None:
        when = words.day_ago(earlier.at, now)
        return spaced(words.html(f"earlier.published.{same}", when=when), anchor(earlier.permalink, words("live.see")))
    if earlier.at is not None:
        return words.html(f"earlier.planned.{same}", when=words.when(earlier.at, now))
    return words.html(f"earlier.coming.{same}")
