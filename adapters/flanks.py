"""Whether the signs of Markdown around words are taken for what they are: it hangs on what stands on both sides.

https://spec.commonmark.org/0.31.2/#left-flanking-delimiter-run; where versions differ, what holds in all of them.
"""

import string
import unicodedata


def blank(sign: str) -> bool:
    """White space, or the end of a line."""
    return not sign or sign.isspace()


def solid(sign: str) -> bool:
    """A letter, a digit: surely no punctuation and no blank."""
    return not blank(sign) and unicodedata.category(sign)[0] not in "PS"


def pointed(sign: str) -> bool:
    """Surely punctuation."""
    return sign != "" and (sign in string.punctuation or unicodedata.category(sign)[0] == "P")


def opens(before: str, after: str) -> bool:
    """Whether signs between these two characters can begin a mark."""
    return solid(after) or (not blank(after) and (blank(before) or pointed(before)))


def closes(before: str, after: str) -> bool:
    """Whether they can end one."""
    return opens(after, before)
