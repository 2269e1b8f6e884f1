"""What one stage of the adapter hands to the next: a text, and notes on what was done to it."""

from dataclasses import dataclass

from adapters.adapted import Note


@dataclass(frozen=True, slots=True)
class Told:
    """`comment`: what is to be said below the post instead of in it."""

    text: str
    notes: tuple[Note, ...] = ()
    comment: str = ""
