"""NotReady: a handler found that it needs something which takes time. Its transaction is undone, and it is asked again.

Inside a transaction nothing is fetched and no picture is made: everybody else who writes would wait for it.
"""

from collections.abc import Awaitable, Callable


class NotReady(Exception):
    """`make` gets it; afterwards the same update is handled anew."""

    def __init__(self, make: Callable[[], Awaitable[object]]) -> None:
        super().__init__("something has to be made ready first")
        self.make = make
