"""Words for one account only: whom they are for, what is asked, and what can be done below what it will get."""

from collections.abc import Sequence

from bot.i18n import Words
from bot.render.card import MOST_LINES, CardLine, called, common
from bot.render.room import clip, inline, stack
from bot.screen import Button, Html, Rows, Screen, Verb
from publishers.engine.model import Draft

START = 20
"""Characters of the id of an account that fit on a button beside the draft."""
_PER_ROW = 2
_QUOTED = 3000


def which(draft: Draft, lines: Sequence[CardLine], words: Words) -> Screen:
    """¿Para todas o solo una?"""
    everybody = (Button(words("button.edit_all"), Verb.EDIT_ALL(draft.id)),)
    each = [_edit(draft, line, lines, words) for line in lines[:MOST_LINES]]
    rows = tuple(tuple(each[at : at + _PER_ROW]) for at in range(0, len(each), _PER_ROW))
    leave = (Button(words("button.cancel"), Verb.CANCEL(draft.id)),)
    return Screen(words.html("own.which"), (everybody, *rows, leave))


def asking(draft: Draft, name: str, text: str, words: Words) -> Screen:
    """The next message is the text of this account. `text`: what it says now."""
    quoted = Html(f"<blockquote>{clip(text, _QUOTED)}</blockquote>") if text else Html()
    leave = (Button(words("button.cancel"), Verb.CANCEL(draft.id)),)
    pictures = words.html("own.pictures") if draft.content.images else Html()
    return Screen(stack((words.html("own.ask", name=inline(name)), quoted, pictures)), (leave,))


def below(draft: Draft, line: CardLine, lines: Sequence[CardLine], words: Words) -> Rows:
    """The buttons of a message that shows what one account will get."""
    edit = _edit(draft, line, lines, words)
    return ((edit, *common(draft, line, lines, words)),)


def _edit(draft: Draft, line: CardLine, lines: Sequence[CardLine], words: Words) -> Button:
    label = words("button.own", name=called(line, lines))
    return Button(label, Verb.OWN(draft.id, line.account.id[:START]))
