"""Short answers: one text of the catalogue, sometimes with a question's buttons."""

from collections.abc import Sequence

from adapters.images import PictureFault
from bot.i18n import Words
from bot.render.room import inline, lines, stack
from bot.screen import Button, Html, Screen, Verb

LONGEST = 200
"""Foreign words in a short answer."""
COMMANDS = (
    "aprobar",
    "programar",
    "borrador",
    "pendientes",
    "estado",
    "cola",
    "reintentar",
    "reautorizar",
    "omitir",
    "resto",
    "redes",
    "equipo",
    "misdatos",
    "pausa",
    "reanudar",
    "formato",
    "alt",
    "menciones",
    "idioma",
    "zona",
    "cancelar",
    "ayuda",
    "start",
)
"""The commands that exist now, in the order of the help; each has a text `command.<name>`."""


def say(words: Words, key: str, **params: object) -> Screen:
    """One text. Foreign words in it are made short enough for a sentence."""
    short = {
        name: inline(value, LONGEST) if isinstance(value, str) and not isinstance(value, Html) else value
        for name, value in params.items()
    }
    return Screen(words.html(key, **short))


def help_text(words: Words, commands: Sequence[str] = COMMANDS) -> Screen:
    rows = [words.html("help.line", command=name, does=words(f"command.{name}")) for name in commands]
    return Screen(stack((words.html("help.head"), lines(rows), words.html("help.foot"))))


def is_draft(words: Words, draft_id: str) -> Screen:
    """¿Es un borrador? for words that may be just talk."""
    answers = (("yes", "button.yes_draft"), ("no", "button.no_draft"))
    row = tuple(Button(words(key), Verb.DRAFT(draft_id, answer)) for answer, key in answers)
    return Screen(words.html("reply.is_draft"), (row,))


def editing(words: Words, draft_id: str) -> Screen:
    """Asks for the new text; the next message is taken as that."""
    return Screen(words.html("reply.edit"), ((Button(words("button.cancel"), Verb.CANCEL(draft_id)),),))


def describing(words: Words, draft_id: str, number: int, count: int, alt: str) -> Screen:
    """Asks for the description of one picture (from 1); the next message is taken as that."""
    which = words.html("reply.describe_one") if count == 1 else words.html("reply.describe", number=number, count=count)
    now = words.html("reply.described_now", alt=inline(alt, LONGEST)) if alt else Html()
    row = (Button(words("button.leave_question"), Verb.CANCEL(draft_id)),)
    return Screen(stack((which, now)), (row,))


def refused(fault: PictureFault, words: Words) -> Screen:
    """Why a picture cannot be used, and what to do."""
    return say(words, f"fault.{fault.code}", **fault.params)


def languages(words: Words, locales: Sequence[str]) -> Screen:
    row = tuple(Button(words(f"language.{locale}"), Verb.SPEAK(locale)) for locale in locales)
    return Screen(words.html("reply.languages"), (row,))
