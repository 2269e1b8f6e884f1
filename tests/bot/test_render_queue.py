"""The queue, what is late, pauses: their exact words."""

from dataclasses import replace
from datetime import timedelta

from render_samples import EN, ES, MINUTE, NETS, NOW, S, delivery, job, labels, taps, uid

from bot.render import alert
from bot.render.late import dropping, late, seal, spread
from bot.render.needs import waits_long
from bot.render.pauses import paused, resumed
from bot.render.queue import Page, calling_off, entry, queue, stamp
from publishers.engine.decisions import ACCEPTED
from publishers.engine.errors import Needs
from publishers.engine.model import Delivery, Wait

HOUR = timedelta(hours=1)


def waiting(platform: str, number: int, after: timedelta = HOUR, **rest: object) -> Delivery:
    hour = NOW + after
    facts = {"status": S.WAITING, "wait": Wait.HOUR, "due_at": hour, "scheduled_at": hour} | rest
    return delivery(platform, number, **facts)


def missed(platform: str, number: int, ago: timedelta = 3 * HOUR) -> Delivery:
    facts = {"status": S.BLOCKED, "needs": Needs.HOUR, "code": "late", "scheduled_at": NOW - ago}
    return delivery(platform, number, **facts)


def limited(platform: str, number: int, after: timedelta, **rest: object) -> Delivery:
    facts = {"status": S.WAITING, "wait": Wait.LIMIT, "due_at": NOW + after, "code": "rate_limited"} | rest
    return delivery(platform, number, **facts)


def test_days_in_both_languages() -> None:
    jobs = [job(waiting("plaza", 1)), job(waiting("foto", 2, 24 * HOUR)), job(waiting("hilo", 3, 50 * 24 * HOUR))]
    page = Page(jobs, 0, 3)
    heads = [line for line in queue(page, NETS, ES, NOW).text.split("\n") if line.startswith("<b>")]
    assert heads == ["<b>Hoy</b>", "<b>Mañana</b>", "<b>Domingo 10 de enero de 2027</b>"]
    heads = [line for line in queue(page, NETS, EN, NOW).text.split("\n") if line.startswith("<b>")]
    assert heads == ["<b>Today</b>", "<b>Tomorrow</b>", "<b>Sunday, 10 January 2027</b>"]


def test_signs_are_those_of_what_waits_each_once() -> None:
    mixed = job(waiting("plaza", 1), waiting("plaza", 2), waiting("hilo", 3), delivery("foto", 4, status=S.PUBLISHED))
    assert "· Hoy hay pan de centeno 📘🧵" in queue(Page([mixed], 0, 1), NETS, ES, NOW).text


def test_a_rehearsal_says_so() -> None:
    acting = replace(job(waiting("plaza", 1)), dry_run=True)
    assert "🧪 Hoy hay pan" in queue(Page([acting], 0, 1), NETS, ES, NOW).text


def test_one_entry_with_a_network_that_stands_still() -> None:
    screen = entry(job(waiting("plaza", 1), waiting("hilo", 2)), 2, NETS, ES, NOW, paused=frozenset({"hilo"}))
    assert screen.text == (
        "🗓 <b>Hoy, a las 11:00</b> (hora de Madrid)\n\n"
        "<blockquote>Hoy hay pan de centeno</blockquote>\n\n"
        "📤 Saldrá en: 📘 Plaza y 🧵 Hilo\n"
        "⏸ En pausa, saldrá con /reanudar: 🧵 Hilo\n\n"
        "✅ Ana lo aprobó a las 10:00"
    )
    minutes = int((NOW + HOUR).timestamp()) // 60
    at = f"{uid(100)}:2:{minutes}"
    assert taps(screen) == [f"at_once:{at}", f"move:{uid(100)}", f"call_off:{at}", "queue:2"]


def test_calling_off_names_what_and_when() -> None:
    screen = calling_off(job(waiting("plaza", 1)), 0, ES, NOW)
    assert screen.text.startswith("¿Cancelo «Hoy hay pan de centeno», a las 11:00?")
    assert labels(screen) == [["🗑 Sí, cancelar", "No, dejarlo"]]


def test_a_stamp_is_of_the_hour() -> None:
    assert stamp(job(waiting("plaza", 1))) == stamp(job(waiting("foto", 2)))
    assert stamp(job(waiting("plaza", 1))) != stamp(job(waiting("plaza", 1, HOUR + MINUTE)))
    assert stamp(job(delivery("plaza"))) == ""


def test_the_longest_data_of_a_button_fits() -> None:
    far = job(waiting("plaza", 1, 20_000 * 24 * HOUR))
    assert calling_off(far, 9999, ES, NOW).buttons
    assert entry(far, 9999, NETS, ES, NOW).buttons


# -- late --------------------------------------------------------------------------------------------------------


def test_what_is_late_in_words() -> None:
    screen = late([job(missed("plaza", 1), missed("foto", 2)), job(missed("hilo", 3, 30 * HOUR))], NETS, ES, NOW)
    assert screen.text == (
        "⏰ <b>A 2 publicaciones se les pasó la hora</b>\n\n"
        "• a las 7:00 · Hoy hay pan de centeno 📘📷\n"
        "• ayer a las 4:00 · Hoy hay pan de centeno 🧵\n\n"
        "🕘 <b>Repartir</b>: una cada hora, entre las 9:00 y las 21:00."
    )
    assert labels(screen) == [["📤 Publicar ahora"], ["🕘 Repartir", "🗑 Descartar"]]


def test_many_are_counted() -> None:
    text = late([job(missed("plaza", 1))] * 20, NETS, ES, NOW).text
    assert text.count("•") == 12
    assert "… y 8 más" in text


def test_one_is_not_many() -> None:
    one = [job(missed("plaza", 1))]
    assert "A una publicación se le pasó la hora" in late(one, NETS, ES, NOW).text
    assert dropping(one, ES).text.startswith("¿La descarto?")
    assert "Repartida" in spread([(one[0], NOW + HOUR)], ES, NOW).text


def test_a_seal_breaks_when_anything_moves() -> None:
    one, other = job(missed("plaza", 1)), job(missed("foto", 2))
    assert seal([one, other]) != seal([one])
    assert seal([one]) != seal([replace(one, deliveries=(replace(one.deliveries[0], version=1),))])
    assert seal([one]) == seal([replace(one, deliveries=(*one.deliveries, delivery("hilo", 3)))])


# -- long waits --------------------------------------------------------------------------------------------------


def test_a_wait_of_more_than_an_hour_asks_until_somebody_agreed() -> None:
    assert waits_long(limited("plaza", 1, HOUR + MINUTE), NOW)
    assert not waits_long(limited("plaza", 1, HOUR), NOW)
    assert not waits_long(limited("plaza", 1, 2 * HOUR, reason=ACCEPTED), NOW)
    assert not waits_long(limited("plaza", 1, 2 * HOUR, wait=Wait.RETRY), NOW)
    assert not waits_long(waiting("plaza", 1, 9 * HOUR), NOW)


def test_several_long_waits_are_told_by_their_end_and_named_on_buttons() -> None:
    waits = (limited("plaza", 1, 2 * HOUR), limited("foto", 2, 2 * HOUR), limited("hilo", 3, 5 * HOUR))
    screen = alert(job(*waits), NETS, ES, NOW)
    assert "⚠️ <b>Plaza y Foto</b>: ha alcanzado su límite y espera hasta las 12:00." in screen.text
    assert "⚠️ <b>Hilo</b>: ha alcanzado su límite y espera hasta las 15:00." in screen.text
    assert labels(screen)[:2] == [["⏳ Esperar: Plaza", "⏭ Omitir: Plaza"], ["🕘 Otra hora: Plaza"]]
    assert taps(screen)[:3] == [f"wait:{uid(1)}", f"skip:{uid(1)}", f"move:{uid(1)}"]
    assert labels(screen)[-1] == ["⏭ Omitir todo"]


def test_an_alert_leaves_what_missed_its_hour_to_its_card() -> None:
    screen = alert(job(missed("plaza", 1), delivery("foto", 2, status=S.FAILED, code="timeout")), NETS, ES, NOW)
    assert "Plaza" not in screen.text
    assert labels(screen) == [["🔁 Reintentar", "⏭ Omitir"]]


# -- pauses ------------------------------------------------------------------------------------------------------


def test_one_paused_network_goes_on_by_its_button_several_together() -> None:
    assert taps(paused(["plaza"], NETS, ES)) == ["resume:plaza"]
    assert taps(paused(["plaza", "foto"], NETS, ES)) == ["resume:"]


def test_resuming_counts() -> None:
    nothing = resumed(["plaza"], NETS, ES, NOW, going=0, late=[])
    assert nothing.text == "▶️ <b>Sigue en marcha: Plaza</b>\nNo había nada esperando."
    behind = job(waiting("plaza", 1, -3 * HOUR))
    both = resumed(["plaza", "foto"], NETS, ES, NOW, going=2, late=[(behind, behind.deliveries)])
    assert both.text == (
        "▶️ <b>Sigue en marcha: Plaza y Foto</b>\nSalen ahora 2 publicaciones que esperaban.\n\n"
        "⏰ A una se le pasó la hora y te pregunto aparte:\n• a las 7:00 · Hoy hay pan de centeno 📘"
    )
