"""All the ways to read words as facts: the phrases of a language as one tree, walked from every word on."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.hours.facts import Fact
from bot.hours.slots import IGNORED, NUMBERS
from bot.hours.vocabulary import Phrase, Value, Vocabulary
from bot.hours.words import Token

MOST_PHRASES = 7
"""Nobody needs more for one time; it bounds the search."""
_INNERMOST = re.compile(r"\(([^()]*)\)")


@dataclass(slots=True)
class Node:
    """What may follow. `ends`: the phrases that are complete here, with their places in the vocabulary."""

    words: dict[str, "Node"] = field(default_factory=dict)
    slots: dict[str, "Node"] = field(default_factory=dict)
    ends: list[tuple[int, Phrase]] = field(default_factory=list)

    def follow(self, element: str) -> "Node":
        if element.startswith("<"):
            return self.slots.setdefault(element.strip("<>"), Node())
        return self.words.setdefault(element, Node())


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase that stands in a text up to, not including, the word at `end`."""

    end: int
    place: int
    phrase: Phrase
    values: Mapping[str, Value]

    def facts(self) -> tuple[Fact, ...]:
        values = {name: value for name, value in self.values.items() if name != IGNORED}
        made = self.phrase.make(**values, **self.phrase.given)
        return made if isinstance(made, tuple) else (made,)


def expand(template: str) -> Iterator[tuple[str, ...]]:
    """Every series of words and slots a template stands for."""
    group = _INNERMOST.search(template.replace("[", "(|").replace("]", ")"))
    if group is None:
        yield tuple(template.split())
        return
    before, after = group.string[: group.start()], group.string[group.end() :]
    for choice in group[1].split("|"):
        yield from expand(f"{before}{choice}{after}")


class Grammar:
    """The phrases of one language. Built once, in some milliseconds; never changed."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._root = Node()
        for place, phrase in enumerate(vocabulary.phrases):
            for elements in set(expand(phrase.template)):
                node = self._root
                for element in elements:
                    node = node.follow(element)
                node.ends.append((place, phrase))

    def ways(self, tokens: Sequence[Token], start: int = 0, most: int = MOST_PHRASES) -> Iterator[tuple[Fact, ...]]:
        """Every way to cover all words with phrases: longer ones first, then as the vocabulary has them."""
        if start == len(tokens):
            yield ()
        elif most:
            for match in sorted(self._from(self._root, tokens, start, {}), key=lambda match: (-match.end, match.place)):
                for rest in self.ways(tokens, match.end, most - 1):
                    yield match.facts() + rest

    def _from(self, node: Node, tokens: Sequence[Token], at: int, values: dict[str, Value]) -> Iterator[Match]:
        yield from (Match(at, place, phrase, values) for place, phrase in node.ends)
        if at == len(tokens):
            return
        word = node.words.get(tokens[at].text)
        if word is not None:
            yield from self._from(word, tokens, at + 1, values)
        for name, following in node.slots.items():
            value = self._value(name, tokens[at])
            if value is not None:
                yield from self._from(following, tokens, at + 1, values | {name.partition(":")[0]: value})

    def _value(self, slot: str, token: Token) -> Value | None:
        words = self.vocabulary.slots.get(slot)
        return NUMBERS[slot](token) if words is None else words.get(token.text)
