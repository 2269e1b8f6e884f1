"""Giving an hour, as it is read on a phone."""

from datetime import UTC, datetime, time, timedelta

import pytest
from render_samples import EN, ES, MADRID, NETS, NOW, S, delivery, job, labels, read, taps, uid

from adapters.adapted import Adapted, Note, Part
from bot.hours import Doubt, Impossible, Past
from bot.offers import minute, offers
from bot.render import live
from bot.render.hours import Plan, choices, sure, unclear
from bot.render.room import inline
from bot.shapes import Slot
from bot.unbegun import called_off
from publishers.engine.errors import Needs
from publishers.engine.model import Delivery, Wait

HOUR = datetime(2026, 11, 27, 17, 30, tzinfo=UTC)
TWICE = (datetime(2027, 10, 31, 0, 30, tzinfo=UTC), datetime(2027, 10, 31, 1, 30, tzinfo=UTC))
PLAN = Plan(uid(300), 3, inline("Hoy hay pan de centeno"), "Plaza (@panaderia) y Foto (@panaderia)")
THREAD = Adapted("post", (Part("1"), Part("2")), notes=(Note("thread", {"parts": 2}), Note("link_preview")))


def waiting(number: int, platform: str, hour: datetime = HOUR, **rest) -> Delivery:
    given = {"status": S.WAITING, "wait": Wait.HOUR, "due_at": hour, "scheduled_at": hour} | rest
    return delivery(platform, number, **given)


# -- the question ----------------------------------------------------------------------------------------------


def test_hours_to_choose_from() -> None:
    screen = choices(PLAN, offers(NOW, MADRID, (Slot(0, time(10)),)), ES, NOW)
    assert screen.text == "🗓 ¿Cuándo lo publico?\n\n«Hoy hay pan de centeno»\n\n🌍 Son horas de Madrid."
    assert labels(screen) == [
        ["En 1 hora · 11:00"],
        ["Hoy 13:00", "Hoy 18:00"],
        ["Hoy 21:00", "Mañana 9:00"],
        ["Mañana 13:00", "Mañana 18:00"],
        ["Mañana 21:00"],
        ["📌 Próximo hueco · lun, 23 nov, 10:00"],
        ["✍️ Otra hora…", "Cancelar"],
    ]
    assert taps(screen)[1] == f"pick:{uid(300)}:3:{minute(NOW + timedelta(hours=3))}"


def test_the_hour_in_words_before_it_counts() -> None:
    screen = sure(PLAN, HOUR, ES, NOW)
    assert screen.text == (
        "🗓 <b>¿Lo programo?</b>\n\n«Hoy hay pan de centeno»\n\n"
        "<b>viernes 27 de noviembre de 2026, 18:30 (Madrid)</b>\nDentro de 6 días y 8 h.\n\n"
        "📤 Saldrá en Plaza (@panaderia) y Foto (@panaderia)."
    )
    assert labels(screen) == [["✅ Sí, programar"], ["🕘 Otra hora", "Cancelar"]]
    assert taps(screen) == [f"book:{uid(300)}:3:{minute(HOUR)}", f"hours:{uid(300)}:3", f"cancel:{uid(300)}"]


def test_the_first_time_and_a_rehearsal_say_so() -> None:
    first = Plan(uid(300), 3, inline("Pan"), "Plaza y Foto", first="Foto")
    assert sure(first, HOUR, ES, NOW).text.endswith(
        "📤 Saldrá en Plaza y Foto.\n🔴 Va de verdad: será la primera publicación en Foto."
    )
    acting = Plan(uid(300), 3, inline("Pan"), "Plaza y Foto", acting=True)
    assert sure(acting, HOUR, ES, NOW).text.endswith("\n🧪 Es un ensayo: nada sale de verdad")


def test_moving_asks_for_another_yes() -> None:
    screen = sure(Plan(uid(100), 3, inline("Pan"), "Plaza", moving=True), HOUR, EN, NOW)
    assert screen.text.startswith(
        "🗓 <b>Do I change its time?</b>\n\n“Pan”\n\n<b>Friday, 27 November 2026, 18:30 (Madrid)</b>"
    )
    assert labels(screen)[0] == ["✅ Yes, change the time"]


@pytest.mark.parametrize(
    ("reading", "told"),
    [
        (None, "🤔 No entiendo qué hora es esa."),
        (Past(NOW - timedelta(hours=1), None), "⏰ Eso ya pasó: era el sábado 21 de noviembre a las 9:00."),
        (Impossible("no_such_day", {"day": "30", "month": "2"}, ()), "🤔 El 30 de febrero no existe."),
        (Impossible("no_such_day", {"day": "1", "month": "13"}, ()), "🤔 El 1/13 no existe."),
        (Impossible("no_such_hour", {"hour": "25:00"}, ()), "🤔 25:00 no es una hora del día."),
        (
            Impossible("skipped_hour", {"hour": "02:30"}, ()),
            "⏰ Ese día el reloj se adelanta y esa hora (02:30) no existe.",
        ),
        (Impossible("too_far", {"years": "1"}, ()), "⏰ Eso queda muy lejos: programo hasta dentro de 1 año."),
        (Impossible("too_far", {"years": "2"}, ()), "⏰ Eso queda muy lejos: programo hasta dentro de 2 años."),
        (Impossible("two_times", {}, ()), "🤔 Ahí veo más de una hora y solo puedo darle una."),
        (
            Impossible("other_weekday", {"weekday": "0", "date": "2026-12-25"}, ()),
            "🤔 El 25 de diciembre cae en viernes, no en lunes.",
        ),
    ],
)
def test_what_cannot_be_says_why_and_asks_again(reading, told) -> None:
    screen = unclear(PLAN, reading, ES, NOW)
    assert screen.text.startswith(f"{told}\n\nEscríbeme otra hora, como «mañana 10:00»")
    assert labels(screen) == [["🕘 Otra hora", "Cancelar"]]


def test_what_may_have_been_meant_is_one_tap_each() -> None:
    screen = unclear(PLAN, Doubt(TWICE), ES, NOW)
    assert screen.text.startswith("🤔 Eso puede ser más de una hora.\n\n¿Cuál de estas quieres decir?")
    assert labels(screen)[:2] == [
        ["Dom, 31 oct 2027, 2:30, antes del cambio de hora"],
        ["Dom, 31 oct 2027, 2:30, después del cambio de hora"],
    ]
    assert taps(screen)[:2] == [f"pick:{uid(300)}:3:{minute(at)}" for at in TWICE]
    meant = unclear(PLAN, Past(NOW, NOW + timedelta(hours=11)), ES, NOW)
    assert labels(meant)[0] == ["Hoy 21:00"]


# -- the live message of what has an hour -----------------------------------------------------------------------


def test_the_scheduled_message() -> None:
    screen = live(job(waiting(1, "plaza"), waiting(3, "hilo", adapted=THREAD)), NETS, ES, NOW)
    assert screen.text == (
        "🗓 Programado para el viernes 27 de noviembre a las 18:30 (Madrid)\n\n"
        "«Hoy hay pan de centeno»\n\n"
        "📤 Saldrá en:\n"
        "• Plaza: tal cual\n"
        "• Hilo: hilo de 2, con vista previa del enlace"
    )
    assert labels(screen) == [["📤 Publicar ahora"], ["🕘 Cambiar hora", "🗑 Cancelar"]]
    assert taps(screen) == [f"now:{uid(100)}", f"move:{uid(100)}", f"unplan:{uid(100)}"]


def test_networks_with_hours_of_their_own_tell_them_and_those_left_out_are_not_there() -> None:
    later = waiting(2, "foto", HOUR + timedelta(hours=1))
    out = delivery("hilo", 3, status=S.SKIPPED, reason="omitted")
    text = live(job(waiting(1, "plaza"), later, out), NETS, ES, NOW).text
    assert text.startswith("🗓 Programado para el viernes 27 de noviembre a las 18:30 (Madrid)")
    assert text.endswith("• Plaza: tal cual\n• Foto: tal cual 🗓 el viernes 27 de noviembre a las 19:30")


def test_the_scheduled_message_says_the_same_tomorrow() -> None:
    soon = NOW + timedelta(hours=3)
    told = {live(job(waiting(1, "plaza", soon)), NETS, ES, NOW - timedelta(days=days)).text for days in (0, 1, 5)}
    assert len(told) == 1


def test_an_hour_of_next_year_says_the_year() -> None:
    new_year = datetime(2027, 1, 5, 0, 15, tzinfo=UTC)
    assert (
        "el martes 5 de enero de 2027 a la 1:15 (Madrid)"
        in live(job(waiting(1, "plaza", new_year)), NETS, ES, NOW).text
    )


def test_what_was_approved_a_moment_ago_says_when_it_goes_and_can_be_undone() -> None:
    due = NOW + timedelta(seconds=30)
    screen = live(job(delivery("plaza", status=S.WAITING, wait=Wait.HOLD, due_at=due)), NETS, ES, NOW)
    assert screen.text == ("⏳ Aprobado: sale a las 10:00:30\n\n📤 Publicando en:\n• Plaza ⏳ sale a las 10:00:30")
    assert labels(screen) == [["↩️ Deshacer"]]
    assert taps(screen) == [f"undo:{uid(100)}"]


def test_what_was_called_off_can_be_a_draft_again() -> None:
    off = job(delivery("plaza", status=S.SKIPPED, reason="cancelled"))
    screen = live(off, NETS, ES, NOW)
    assert called_off(off)
    assert screen.text == "🗑 Cancelado: no se publica\n\n📤 Así ha quedado:\n• Plaza ⏭ cancelada"
    assert labels(screen) == [["📝 Volver a borrador"]]
    assert taps(screen) == [f"back:{uid(100)}"]


def test_a_network_that_stands_still_says_how_it_goes_on() -> None:
    paused = delivery("plaza", status=S.WAITING, wait=Wait.PAUSE)
    assert "• Plaza ⏸ en pausa: /reanudar" in live(job(paused), NETS, ES, NOW).text


def test_an_hour_long_over_offers_now_another_hour_or_leaving_out() -> None:
    late = delivery("plaza", 1, status=S.BLOCKED, needs=Needs.HOUR, code="late", scheduled_at=NOW - timedelta(days=1))
    screen = live(job(late), NETS, ES, NOW)
    assert "• Plaza ⚠️ Su hora pasó mientras yo no podía publicar." in screen.text
    assert "🗓 lo publico ahora o le pones otra hora" in screen.text
    assert labels(screen) == [["📤 Publicar ahora"], ["🕘 Cambiar hora", "⏭ Omitir"]]
    assert taps(screen) == [f"now:{uid(1)}", f"move:{uid(1)}", f"skip:{uid(1)}"]


def test_that_a_hold_exists_is_told_at_the_end_only() -> None:
    done = delivery("plaza", status=S.PUBLISHED)
    assert "approval.hold" in live(job(done), NETS, ES, NOW, hint=True).text
    assert "approval.hold" not in live(job(done), NETS, ES, NOW).text
    assert "approval.hold" not in live(job(delivery("plaza")), NETS, ES, NOW, hint=True).text
    read(live(job(done), NETS, EN, NOW, hint=True).text)
