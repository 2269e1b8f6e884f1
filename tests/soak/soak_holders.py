"""Which containers of ours hold how much: who keeps what grows, by name."""

from collections import Counter, deque
from collections.abc import Iterator, Mapping
from functools import partial
from types import FunctionType, MethodType
from typing import Any

OURS = ("adapters.", "publishers.", "storage.", "bot.")
BOXES = (Mapping, list, tuple, set, frozenset, deque)
Path = tuple[str, ...]


def holders(root: object) -> dict[str, int]:
    """By the way there from `root`: the sizes of all containers that our things hold. Elements are not told apart."""
    sizes: Counter[str] = Counter()
    seen: set[int] = set()
    queue: deque[tuple[Path, Any]] = deque([((), root)])
    while queue:
        path, thing = queue.popleft()
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        if isinstance(thing, BOXES):
            sizes[".".join(path)] += len(thing)
            queue.extend(((*path, "*"), value) for value in _elements(thing))
        else:
            queue.extend(((*path, name), value) for name, value in _inside(thing))
    return dict(sizes)


def _elements(box: Any) -> list[Any]:
    return list(box.values() if isinstance(box, Mapping) else box)


def _inside(thing: Any) -> Iterator[tuple[str, Any]]:
    """Of what is ours: attributes, and what a function was made around."""
    if isinstance(thing, FunctionType):
        if thing.__module__.startswith(OURS):
            yield from zip(
                thing.__code__.co_freevars, (cell.cell_contents for cell in thing.__closure__ or ()), strict=True
            )
    elif isinstance(thing, MethodType):
        yield "self", thing.__self__
    elif isinstance(thing, partial):
        yield "partial", (thing.func, *thing.args)
    elif type(thing).__module__.startswith(OURS):
        yield from _attributes(thing)


def _attributes(thing: Any) -> Iterator[tuple[str, Any]]:
    yield from list(getattr(thing, "__dict__", {}).items())
    for kind in type(thing).__mro__:
        names = kind.__dict__.get("__slots__", ())
        for name in (names,) if isinstance(names, str) else names:
            if name not in {"__dict__", "__weakref__"} and hasattr(thing, name):
                yield name, getattr(thing, name)
