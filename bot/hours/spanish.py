"""Times as they are said in Spanish. Everything without accents."""

from bot.hours import figures
from bot.hours.facts import Away, Clock, Link, Month, MonthDay, Part, SameHour, Week, Weekday, Which
from bot.hours.making import (
    at_part,
    bare_part,
    before,
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
    "madrugada": Part(0, usual=(5,)),
    "manana": Part(1, usual=(9, 10, 11)),
    "mediodia": NOON,
    "tarde": Part(12, usual=(17, 18, 19)),
    "noche": NIGHT,
    "medianoche": MIDNIGHT,
}
"""Twelve "de la mañana" is noon, twelve "de la noche" the midnight that ends the day."""

AT = "[a|sobre|hacia] [la|las]"
SURELY_AT = "(a|sobre|hacia|a eso de|) (la|las)"
HOURS, MINUTES = "<ignored:hours>", "<ignored:minutes>"
IN = "(en|dentro de|de aqui a)"
ON = "[el|del|al|este] [dia]"
COMING = "(proximo|proxima|siguiente)"
NEXT = f"(que viene|que entra|{COMING})"

CLOCKS = (
    *say(
        Clock,
        f"{AT} {figures.TIME} [{HOURS}]",
        f"{AT} <hour> h <minute>",
        f"{AT} <hour:dotted> . <minute:dotted> [{HOURS}]",
    ),
    *say(Clock, f"{AT} <hour> (h|hs|hr|hrs)", f"{SURELY_AT} <hour> (hora|horas)", "<hour:late> horas"),
    *say(Clock, f"{SURELY_AT} <hour> <minute>", f"{AT} <hour:padded>"),
    *say(Clock, f"{SURELY_AT} <hour> [en punto]", f"{AT} <hour> en punto", twelve=True),
    *say(Clock, f"{AT} <hour> y media", minute=30, twelve=True),
    *say(Clock, f"{AT} <hour> y cuarto", minute=15, twelve=True),
    *say(Clock, f"{SURELY_AT} <hour> y <minute:any> [minutos]", twelve=True),
    *say(Clock, f"{AT} <hour> y <minute:few>", f"{AT} <hour> <minute:spoken>", twelve=True),
    *say(before, f"{AT} <hour> menos cuarto", "[a] [un] cuarto para (la|las) <hour>", minute=15),
    *say(before, f"{AT} <hour> menos <minute:any> [minutos]", "[a] <minute:any> [minutos] para (la|las) <hour>"),
    *say(SameHour, "a (esta|esta misma|la misma) hora", "a la hora de ahora"),
)
SPANS = (
    *say(in_minutes, f"[{IN}] <count> {MINUTES}"),
    *say(in_seconds, f"{IN} <count> (s|seg|segundo|segundos)"),
    *say(elapsed, f"{IN} <count> {HOURS} [[y] <more> [{MINUTES}]]", f"{IN} <count> : <more> [{HOURS}]"),
    *say(elapsed, f"<count:early> (hora|horas) [[y] <more> {MINUTES}]"),
    *say(elapsed, f"[{IN}] <count> (,|.) <fraction> {HOURS}"),
    *say(elapsed, f"[{IN}] <count> {HOURS} y media", minutes=30),
    *say(elapsed, f"[{IN}] <count> {HOURS} y [un] cuarto", minutes=15),
    *say(elapsed, f"[{IN}] hora y media", minutes=90),
    *say(elapsed, f"[{IN}] hora y cuarto", minutes=75),
    *say(elapsed, f"[{IN}] media hora", f"[{IN}] media horita", minutes=30),
    *say(elapsed, f"[{IN}] [un] cuarto de hora", minutes=15),
    *say(elapsed, f"[{IN}] (tres|3) cuartos de hora", minutes=45),
    *say(elapsed, f"{IN} una horita", hours=1),
    *say(elapsed, f"[{IN}] un par de horas", hours=2),
    *say(in_days, f"{IN} <count> (d|dia|dias)"),
    *say(in_days, f"{IN} <count> (semana|semanas)", each=7),
    *say(in_months, f"{IN} <count> (mes|meses)"),
    *say(in_months, f"{IN} <count> (ano|anos)", each=12),
    *say(minutes_ago, f"hace <count> {MINUTES}"),
    *say(hours_ago, f"hace <count> {HOURS}"),
    *say(hours_ago, "hace media hora", count=0, minutes=30),
    *say(in_days, "hace <count> (dia|dias)", each=-1),
    *say(in_days, "hace <count> (semana|semanas)", each=-7),
    *say(in_months, "hace <count> (mes|meses)", each=-1),
)
DAYS = (
    *say(Away, "[de] hoy [mismo]", days=0),
    *say(Away, "[de] manana [mismo]", days=1),
    *say(Away, "[de] pasado manana", "pasado", days=2),
    *say(Away, "ayer", days=-1),
    *say(Away, "anteayer", "antes de ayer", "antier", days=-2),
    *say(weekday, f"{ON} <weekday>"),
    *say(weekday, f"{ON} {COMING} <weekday>", f"{ON} <weekday> {NEXT}", which=Which.NEXT),
    *say(weekday, "[el] <weekday> pasado", "el pasado <weekday>", which=Which.LAST),
    *say(Weekday, f"{ON} (fin de semana|finde)", day=5),
    *say(
        Weekday, f"{ON} (fin de semana|finde) {NEXT}", f"{ON} {COMING} (fin de semana|finde)", day=5, which=Which.NEXT
    ),
    *say(Week, "[de|en] esta [misma] semana", away=0),
    *say(Week, f"[de|en] la semana {NEXT}", f"[de|en] la {COMING} semana", f"{COMING} semana", away=1),
    *say(Week, "[de] la semana pasada", away=-1),
    *say(Month, "(de|en) este mes", away=0),
    *say(Month, f"(del|el) mes {NEXT}", f"(del|el) {COMING} mes", away=1),
    *say(date, f"{ON} {figures.DATES}"),
    *say(date, f"{ON} [{COMING}] <day> [de] <month:name> [[de|del] [ano] <year>]", "<month:long> <day> [<year>]"),
    *say(date, f"{ON} <day> (de|del) <month>", f"{ON} <day> (de|del) <month> (de|del) <year:any>"),
    *say(MonthDay, f"(el|del|al) [{COMING}] [dia] <day:bare>", "dia <day:bare>"),
)
DAY_PARTS = (
    *say(part, "(por|de|en|a) la <part>", "(del|al|a|de) <part>"),
    *say(bare_part, "<part>"),
    *say(part_today, "(esta|este) [misma|mismo] <part>"),
    *say(bare_part, "la <part> (de|del)"),
    *say(part, "mediodia", "[a|al] medio dia", part=NOON),
    *say(part, "medianoche", "a media noche", part=MIDNIGHT),
    *say(part, "a media manana", part=Part(1, usual=(11,))),
    *say(part, "a media tarde", part=Part(12, usual=(18,))),
    *say(bare_part, "temprano", part=EARLY),
    *say(at_part, "<hour> (de|por) la <part>", "<hour> del <part>"),
    *say(at_part, "<hour> (am|a m)", part=AM),
    *say(at_part, "<hour> (pm|p m)", part=PM),
    *say(part, "(am|a m)", part=AM),
    *say(part, "(pm|p m)", part=PM),
    *say(part, "[a] primera hora [de la manana]", part=EARLY),
    *say(part, "[a] ultima hora [de la tarde]", part=Part(12, usual=(20, 21))),
)
MONTHS = counted(
    "enero febrero marzo abril mayo junio julio agosto septiembre|setiembre octubre noviembre diciembre", 1
)
SHORT_MONTHS = counted("ene feb mar abr may jun jul ago sep|sept|set oct nov dic", 1)
"""Never before the day: "mar 10" is Tuesday at ten."""

VOCABULARY = Vocabulary(
    slots={
        "weekday": counted(
            "lunes|lun martes|mar miercoles|mie|mier jueves|jue|juev viernes|vie|vier sabado|sab domingo|dom"
        ),
        "month:long": MONTHS,
        "month:name": MONTHS | SHORT_MONTHS,
        "part": PARTS,
        "ignored:hours": dict.fromkeys(("h", "hs", "hr", "hrs", "hora", "horas"), 1),
        "ignored:minutes": dict.fromkeys(("m", "min", "mins", "minuto", "minutos"), 1),
    },
    numbers=counted(
        "cero un|uno|una|primero|primer dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce "
        "quince dieciseis diecisiete dieciocho diecinueve veinte veintiun|veintiuno|veintiuna veintidos veintitres "
        "veinticuatro veinticinco veintiseis veintisiete veintiocho veintinueve treinta"
    )
    | {"cuarenta": 40, "cincuenta": 50, "sesenta": 60, "noventa": 90},
    tens=frozenset({"treinta", "cuarenta", "cincuenta"}),
    joiner=("y",),
    phrases=(
        *CLOCKS,
        *SPANS,
        *DAYS,
        *DAY_PARTS,
        *figures.PHRASES,
        *say(nothing, "para", "programar para", "programalo para"),
        *say(Link, "y", "o"),
    ),
)
