"""Times as they are said in English."""

from bot.hours import figures
from bot.hours.facts import Away, Clock, Link, Month, MonthDay, Part, SameHour, Week, Weekday, Which
from bot.hours.making import (
    at_part,
    bare_part,
    before,
    compact,
    date,
    elapsed,
    hours_ago,
    in_days,
    in_minutes,
    in_months,
    in_seconds,
    minutes_ago,
    nothing,
    part,
    part_today,
    weekday,
)
from bot.hours.vocabulary import Vocabulary, counted, say

AM, PM = Part(0, short=True), Part(12, short=True)
NOON, MIDNIGHT = Part(12, usual=(12,)), Part(18, usual=(24,))
EARLY = Part(0, usual=(8, 9))
NIGHT = Part(18, usual=(21, 22, 23))
PARTS = {
    "morning": Part(0, usual=(9, 10, 11)),
    "noon": NOON,
    "midday": NOON,
    "afternoon": Part(12, usual=(17, 18, 19)),
    "evening": Part(12, usual=(21, 22)),
    "night": NIGHT,
    "midnight": MIDNIGHT,
}

AT = "[at|@|around|about|by]"
SURELY_AT = "(at|@|around|about|by)"
HOURS, MINUTES = "<ignored:hours>", "<ignored:minutes>"
IN = "(in|within)"
ON = "[on|this|the|on the|[this|the] coming]"
NTH = "(st|nd|rd|th)"

CLOCKS = (
    *say(Clock, f"{AT} {figures.TIME} [{HOURS}]", f"{AT} <hour> h [<minute>]", f"{AT} <hour:dotted> . <minute:dotted>"),
    *say(Clock, f"{SURELY_AT} <hour> <minute>", f"{AT} <hour:padded>"),
    *say(Clock, "<hour:late> hours"),
    *say(compact, f"{AT} <hms> (hours|hrs)"),
    *say(Clock, f"{SURELY_AT} <hour> [o clock|oclock|sharp]", f"{AT} <hour> (o clock|oclock|sharp)", twelve=True),
    *say(Clock, f"{AT} half past <hour>", minute=30, twelve=True),
    *say(Clock, f"{AT} [a] quarter past <hour>", minute=15, twelve=True),
    *say(Clock, f"{AT} <minute:any> [minutes] past <hour>", f"{AT} <hour> <minute:spoken>", twelve=True),
    *say(before, f"{AT} [a] quarter (to|of|before) <hour>", minute=15),
    *say(before, f"{AT} (<minute:few>|<minute:any> minutes) (to|before) <hour>"),
    *say(SameHour, "[at] (this|the same|this same) (time|hour)"),
)
SPANS = (
    *say(in_minutes, f"[{IN}] <count> {MINUTES} [from now]"),
    *say(in_seconds, f"{IN} <count> (s|sec|secs|second|seconds)"),
    *say(elapsed, f"{IN} <count> {HOURS} [[and] <more> [{MINUTES}]]", f"<count> {HOURS} from now"),
    *say(elapsed, f"<count:early> (hour|hours) [[and] <more> {MINUTES}]", f"{IN} <count> : <more> [{HOURS}]"),
    *say(elapsed, f"[{IN}] <count> (,|.) <fraction> {HOURS}"),
    *say(elapsed, f"[{IN}] <count> {HOURS} and a half", f"[{IN}] <count> and a half {HOURS}", minutes=30),
    *say(elapsed, f"[{IN}] <count> {HOURS} and a quarter", minutes=15),
    *say(elapsed, f"[{IN}] a couple of hours", hours=2),
    *say(elapsed, f"[{IN}] [a] half [an] hour [from now]", minutes=30),
    *say(elapsed, f"[{IN}] [a] quarter of an hour", minutes=15),
    *say(elapsed, f"[{IN}] (three|3) quarters of an hour", minutes=45),
    *say(in_days, f"{IN} <count> (d|day|days)", "<count> (day|days) from now"),
    *say(in_days, f"{IN} <count> (week|weeks)", "<count> (week|weeks) from (now|today)", each=7),
    *say(in_months, f"{IN} <count> (month|months)", "<count> (month|months) from now"),
    *say(in_months, f"{IN} <count> (year|years)", each=12),
    *say(minutes_ago, f"<count> {MINUTES} ago"),
    *say(hours_ago, f"<count> {HOURS} ago"),
    *say(hours_ago, "half an hour ago", count=0, minutes=30),
    *say(in_days, "<count> (day|days) ago", each=-1),
    *say(in_days, "<count> (week|weeks) ago", each=-7),
    *say(in_months, "<count> (month|months) ago", each=-1),
)
DAYS = (
    *say(Away, "today", days=0),
    *say(Away, "tomorrow", "tmrw", "tmr", days=1),
    *say(Away, "[the] day after tomorrow", days=2),
    *say(Away, "yesterday", days=-1),
    *say(Away, "[the] day before yesterday", days=-2),
    *say(weekday, f"{ON} <weekday>"),
    *say(weekday, "[on] [the] next <weekday>", which=Which.NEXT),
    *say(weekday, "[on] <weekday> week", "[a] week on <weekday>", "a week from <weekday>", which=Which.AFTER),
    *say(weekday, "last <weekday>", which=Which.LAST),
    *say(Weekday, "[on|at|over] [the|this] weekend", day=5),
    *say(Weekday, "next weekend", day=5, which=Which.NEXT),
    *say(Week, "[of] this week", away=0),
    *say(Week, "[of] next week", away=1),
    *say(Week, "last week", away=-1),
    *say(Month, "[of] this month", away=0),
    *say(Month, "[of] next month", away=1),
    *say(date, f"{ON} {figures.DATES}"),
    *say(date, f"{ON} <day> [{NTH}] [of] <month:name> [<year>]", f"{ON} <month:name> [the] <day> [{NTH}] [<year>]"),
    *say(MonthDay, "[on] the <day:bare>", f"{ON} <day:bare> {NTH}"),
)
DAY_PARTS = (
    *say(part, "(in|during) the <part>", "(at|by) <part>"),
    *say(bare_part, "<part>"),
    *say(part_today, "this <part>"),
    *say(part_today, "tonight", "late tonight", part=NIGHT),
    *say(bare_part, "early", part=EARLY),
    *say(part, "noon", "midday", part=NOON),
    *say(part, "midnight", part=MIDNIGHT),
    *say(at_part, "<hour> in the <part>", "<hour> at <part>"),
    *say(at_part, "<hour> (am|a m)", part=AM),
    *say(at_part, "<hour> (pm|p m)", part=PM),
    *say(part, "(am|a m)", part=AM),
    *say(part, "(pm|p m)", part=PM),
    *say(part, "first thing [in the morning]", part=EARLY),
)
MONTHS = counted("january february march april may june july august september october november december", 1)
SHORT_MONTHS = counted("jan feb mar apr may jun jul aug sep|sept oct nov dec", 1)

VOCABULARY = Vocabulary(
    slots={
        "weekday": counted(
            "monday|mon tuesday|tue|tues wednesday|wed|weds thursday|thu|thur|thurs friday|fri saturday|sat sunday|sun"
        ),
        "month:name": MONTHS | SHORT_MONTHS,
        "part": PARTS,
        "ignored:hours": dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), 1),
        "ignored:minutes": dict.fromkeys(("m", "min", "mins", "minute", "minutes"), 1),
    },
    numbers=counted(
        "zero one|a|an|first two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
        "sixteen seventeen eighteen nineteen twenty"
    )
    | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90},
    tens=frozenset({"twenty", "thirty", "forty", "fifty"}),
    joiner=(),
    phrases=(
        *CLOCKS,
        *SPANS,
        *DAYS,
        *DAY_PARTS,
        *figures.PHRASES,
        *say(nothing, "for", "schedule for", "schedule it for"),
        *say(Link, "and", "or"),
    ),
)
