"""When is that? Reads the times and places that people type."""

from bot.hours.outcome import Doubt, Hour, Impossible, Past, Reading
from bot.hours.reading import read

__all__ = ["Doubt", "Hour", "Impossible", "Past", "Reading", "read"]
