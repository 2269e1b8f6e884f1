"""A time that cannot be: raised wherever it shows, caught where the reading is made."""

from collections.abc import Mapping
from datetime import date, datetime


class Wrong(Exception):
    """`code` and `params` as in Impossible. `days` and `instants`: what may have been meant."""

    def __init__(
        self,
        code: str,
        params: Mapping[str, str] | None = None,
        days: tuple[date, ...] = (),
        instants: tuple[datetime, ...] = (),
    ) -> None:
        super().__init__(code)
        self.code = code
        self.days = days
        self.instants = instants
        self.params = params or {}
