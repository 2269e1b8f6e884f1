"""The rest of the accounts: offered below what did not go to all of them."""

from bot.i18n import Words
from bot.screen import Button, Rows, Screen, Verb


def offering(job_id: str, words: Words) -> Rows:
    return ((Button(words("button.rest"), Verb.REST(job_id)),),)


def bare(job_id: str, words: Words) -> Screen:
    """Its pictures are gone; its words are not."""
    text = (Button(words("button.rest_text"), Verb.REST_TEXT(job_id)),)
    leave = (Button(words("button.cancel"), Verb.CANCEL(job_id)),)
    return Screen(words.html("rest.no_pictures"), (text, leave))
