"""Other words for one network that refused what it was given: asked for, and shown before they go out."""

from collections.abc import Sequence
from dataclasses import replace

from bot.i18n import Words
from bot.render.room import clip, inline, stack
from bot.screen import Button, Html, Screen, Verb
from publishers.engine.model import Delivery

SEAL = 16
"""Characters of the hash of what was shown that fit on a button beside the delivery."""
_QUOTED = 3000


def asking(delivery: Delivery, name: str, words: Words) -> Screen:
    """The next message is the text for this network only. What it refused stands there to be copied."""
    text = "\n".join(part.text for part in delivery.adapted.parts if part.text)
    quoted = Html(f"<blockquote>{clip(text, _QUOTED)}</blockquote>") if text else Html()
    leave = (Button(words("button.cancel"), Verb.CANCEL(delivery.id)),)
    return Screen(stack((words.html("reword.ask", name=inline(name)), quoted)), (leave,))


def offered(screens: Sequence[Screen], delivery: Delivery, digest: str, name: str, words: Words) -> tuple[Screen, ...]:
    """What will go out; below the last of it the button that sends exactly this."""
    *first, last = screens
    publish = Button(words("button.reworded", name=name), Verb.REWORDED(delivery.id, digest[:SEAL]))
    leave = Button(words("button.cancel"), Verb.CANCEL(delivery.id))
    return (*first, replace(last, buttons=((publish,), (leave,))))
