"""When is that, and where? Reads the times and places that people type."""

from bot.hours.outcome import Doubt, Hour, Impossible, Past, Reading
from bot.hours.reading import read
from bot.hours.zones import city, find

__all__ = ["Doubt", "Hour", "Impossible", "Past", "Reading", "city", "find", "read"]
