"""What is kept about a person."""

from bot.i18n import Words
from bot.screen import Button, Screen, Verb


def mine(words: Words) -> Screen:
    export, erase = Button(words("button.export"), Verb.EXPORT()), Button(words("button.erase"), Verb.ERASE())
    return Screen(words.html("mine.head"), ((export,), (erase,)))


def erasing(words: Words) -> Screen:
    return Screen(words.html("mine.sure"), ((Button(words("button.erase_surely"), Verb.ERASED()),),))


def erased(words: Words) -> Screen:
    return Screen(words.html("mine.erased"))


def under_way(count: int, words: Words) -> Screen:
    return Screen(words.html_plural("mine.under_way", count))
