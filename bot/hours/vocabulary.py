"""What a language brings: its words, and the phrases made of them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from bot.hours.facts import Fact, Part

Make = Callable[..., Fact | tuple[Fact, ...]]
Value = int | float | Part
"""What stands in a slot."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A way to say something. `template`: words, `<slots>`, `(one|of|these)`, `[perhaps]`.

    What is said is made from what stands in the slots, by name, and from what is `given`.
    """

    template: str
    make: Make
    given: Mapping[str, object]


def say(make: Make, *templates: str, **given: object) -> Iterator[Phrase]:
    return (Phrase(template, make, given) for template in templates)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All words without case and accents. Of phrases that fit equally well the earlier one holds.

    `slots`: by name, the words that may stand there and what they mean. `tens` and `joiner`: numbers of two words
    ("treinta", "y", "cinco").
    """

    slots: Mapping[str, Mapping[str, Value]]
    numbers: Mapping[str, int]
    tens: frozenset[str]
    joiner: tuple[str, ...]
    phrases: tuple[Phrase, ...]


def counted(names: str, first: int = 0) -> dict[str, int]:
    """Names in their order, alternatives joined by a stroke: "lunes|lun martes|mar" → 0, 0, 1, 1."""
    places = enumerate(names.split(), first)
    return {name: number for number, alternatives in places for name in alternatives.split("|")}
