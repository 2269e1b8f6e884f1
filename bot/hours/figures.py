"""What is written in figures, the same in every language."""

from datetime import timedelta

from bot.hours.facts import Clock, MonthDay, Offset
from bot.hours.making import moment
from bot.hours.vocabulary import say

DATES = (
    "(<year> - <month> - <day>|<year> / <month> / <day>|<day> . <month> . <year>"
    "|<day> (/|-) <month> (/|-) <year:any>|<day> (/|-) <month>)"
)
TIME = "<hour> : <minute> [: <second>]"

_ISO_DAY = "(<year> - <month> - <day>|<ymd>)"
_ISO_TIME = "(<hour> : <minute> [: <second> [. <ignored>]]|<hms>)"
_MOMENT = f"{_ISO_DAY} [t] {_ISO_TIME}"

PHRASES = (
    *say(moment, _MOMENT),
    *say(moment, f"{_MOMENT} (z|utc|gmt|+ <zone_hours> [[:] <zone_minutes>]|+ <hhmm>)", east=1),
    *say(moment, f"{_MOMENT} - (<zone_hours> [: <zone_minutes>]|<hhmm>)", east=-1),
    *say(Offset, "(utc|gmt)", east=timedelta(0)),
    *say(Clock, "<hour:padded>"),
    *say(Clock, "<hour:bare>", twelve=True, bare=True),
    *say(MonthDay, "<day:bare>", bare=True),
)
