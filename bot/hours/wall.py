"""What the clock on the wall shows, and the instants at which it does: two, one or none."""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Here:
    """Now (aware UTC), at a place."""

    now: datetime
    zone: tzinfo

    @property
    def wall(self) -> datetime:
        """What the clock shows, without a zone."""
        return self.now.astimezone(self.zone).replace(tzinfo=None, fold=0)

    @property
    def today(self) -> date:
        return self.wall.date()

    def instants(self, wall: datetime) -> tuple[datetime, ...]:
        """UTC, in order. Two when clocks go back over this hour, none when they go forward over it."""
        both = sorted({self._utc(wall, fold) for fold in (0, 1)})
        return tuple(at for at in both if at.astimezone(self.zone).replace(tzinfo=None, fold=0) == wall)

    def around(self, wall: datetime) -> tuple[datetime, ...]:
        """For an hour that is skipped: the first instant after it, and the hour moved by as much as the clocks."""
        early, moved = sorted(self._utc(wall, fold) for fold in (0, 1))
        after = moved.astimezone(self.zone).utcoffset()
        minutes = range(int((moved - early) / MINUTE))
        leap = early + MINUTE * bisect_left(
            minutes, True, key=lambda minute: (early + MINUTE * minute).astimezone(self.zone).utcoffset() == after
        )
        return tuple(sorted({leap, moved}))

    def _utc(self, wall: datetime, fold: int) -> datetime:
        return wall.replace(tzinfo=self.zone, fold=fold).astimezone(UTC)
