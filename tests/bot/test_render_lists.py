from datetime import timedelta

import pytest
from render_samples import EN, ES, NETS, NOW, S, account, delivery, draft, job, labels, taps, uid

from bot.render import COMMANDS, accounts, choose, editing, help_text, is_draft, languages, pending, say, status
from bot.render.lists import Ahead
from bot.screen import Button, Html, Verb, escape, read_tap
from publishers.engine.errors import Needs

LATE = delivery("plaza", 3, status=S.BLOCKED, needs=Needs.HOUR, code="late", scheduled_at=NOW - timedelta(hours=3))
FAILED = delivery("foto", 2, status=S.FAILED, code="timeout")


def test_what_needs_the_person_comes_first() -> None:
    screen = pending([job(FAILED), job(delivery("plaza"))], [draft("Mañana, roscones")], NETS, ES, NOW)
    assert screen.text == (
        "🙋 <b>Necesitan algo</b>\n\n"
        "<b>1.</b> «Hoy hay pan de centeno»\n"
        "• Foto ⚠️ Tardaba demasiado y lo he parado.\n\n"
        "📝 <b>Borradores por decidir</b>\n\n"
        "1. Mañana, roscones — Ana"
    )
    assert labels(screen) == [
        ["🔁 Reintentar: Foto (n.º 1)", "⏭ Omitir: Foto (n.º 1)"],
        ["📝 1 · Mañana, roscones"],
    ]
    assert taps(screen)[-1] == f"card:{uid(300)}"


def test_nothing_pending() -> None:
    screen = pending([job(delivery("plaza"))], [], NETS, ES, NOW)
    assert screen.text == "😌 No hay nada pendiente. Envíame un texto o unas fotos y lo preparo."


def test_which_draft() -> None:
    screen = choose([draft("Pan"), draft("Bollos")], ES)
    assert screen.text == "Hay varios borradores esperando. ¿Cuál apruebo?\n\n1. Pan — Ana\n2. Bollos — Ana"
    assert labels(screen) == [["✅ 1 · Pan"], ["✅ 2 · Bollos"]]
    assert taps(screen)[0] == f"approve:{uid(300)}:3"


def test_many_drafts_are_counted() -> None:
    screen = choose([draft("Pan")] * 10, ES)
    assert screen.text.endswith("… y 2 más")
    assert len(screen.buttons) == 8


def test_what_is_on_its_way() -> None:
    screen = status([job(delivery("plaza"), FAILED)], 2, NETS, ES, NOW)
    assert screen.text == (
        "📤 <b>Una publicación en marcha</b>\n\n"
        "«Hoy hay pan de centeno»\n• Plaza ⏳\n• Foto ⚠️ Tardaba demasiado y lo he parado.\n\n"
        "📝 2 borradores esperan tu decisión: /pendientes"
    )


def test_nothing_on_its_way() -> None:
    assert status([], 0, NETS, ES, NOW).text == (
        "😌 No hay nada en marcha ahora mismo.\n\n"
        "📝 Ningún borrador pendiente. Envíame un texto o unas fotos y lo preparo."
    )


def test_accounts_with_their_state() -> None:
    known = [
        account("plaza", 1),
        account("foto", 2, expires_at=NOW + timedelta(days=34)),
        account("hilo", 3, name="<otra>", main=False, usable=False),
        account("hilo", 4, expires_at=NOW),
    ]
    screen = accounts(known, NETS, ES, NOW)
    assert screen.text == (
        "🔌 <b>Tus redes</b>\n\n"
        "📘 Plaza · @panaderia ⭐: ✅ conectada\n"
        "📷 Foto · @panaderia ⭐: ✅ conectada hasta el 25 de diciembre de 2026\n"
        "🧵 Hilo · &lt;otra&gt;: ⚠️ hay que renovar el permiso\n"
        "🧵 Hilo · @panaderia ⭐: ⚠️ hay que renovar el permiso\n\n"
        "⭐ es la principal de cada red."
    )
    assert labels(screen) == [
        ["🔗 Reautorizar: Hilo <otra>"],
        ["🔗 Reautorizar: Hilo @panaderia"],
        ["⚙️ Ajustes: Plaza @panaderia"],
        ["⚙️ Ajustes: Foto @panaderia"],
        ["⚙️ Ajustes: Hilo <otra>"],
        ["⚙️ Ajustes: Hilo @panaderia"],
        ["➕ Conectar otra cuenta"],
        ["⏸ Pausar: Plaza"],
        ["⏸ Pausar: Foto"],
        ["⏸ Pausar: Hilo"],
    ]
    assert taps(screen)[:3] == [f"reauth:{uid(203)}", f"reauth:{uid(204)}", f"account:{uid(201)}"]
    assert taps(screen)[6:8] == ["connect", "pause:plaza:list"]


def test_what_stands_still_is_told_and_can_go_on() -> None:
    screen = accounts([account("plaza", 1), account("foto", 2)], NETS, ES, NOW, frozenset({"foto"}))
    assert "📷 Foto · @panaderia ⭐: ✅ conectada · ⏸ en pausa" in screen.text
    assert labels(screen)[3:] == [["⏸ Pausar: Plaza"], ["▶️ Reanudar: Foto"]]
    assert taps(screen)[3:] == ["pause:plaza:list", "resume:foto:list"]


def test_a_permission_that_we_renew_ourselves_has_no_end_to_tell() -> None:
    mine = account("plaza", 1, expires_at=NOW - timedelta(hours=1))
    assert "hay que renovar" in accounts([mine], NETS, ES, NOW).text
    assert "✅ conectada\n" in accounts([mine], NETS, ES, NOW, renewed=[mine.id]).text


AHEAD = Ahead(late=[job(LATE, text="Bollos")], scheduled=3, first=NOW + timedelta(hours=2), paused=["hilo"])


def test_what_is_late_comes_before_all() -> None:
    screen = pending([job(FAILED), job(LATE)], [draft("Mañana, roscones")], NETS, ES, NOW, ahead=AHEAD)
    assert screen.text.startswith(
        "⏰ <b>A una publicación se le pasó la hora</b>\n• a las 7:00 · Bollos 📘\n\n🙋 <b>Necesitan algo</b>"
    )
    assert screen.text.count("<b>1.</b>") == 1, "what is late is not asked about twice"
    assert "<b>2.</b>" not in screen.text
    assert screen.text.endswith(
        "🗓 3 publicaciones en /cola: la próxima, a las 12:00.\n⏸ En pausa, sigue con /reanudar: Hilo"
    )
    assert taps(screen)[0] == "late"


def test_the_status_tells_what_is_to_come() -> None:
    text = status([], 0, NETS, ES, NOW, ahead=AHEAD).text
    assert text == (
        "⏰ A una publicación se le pasó la hora: /pendientes\n\n"
        "😌 No hay nada en marcha ahora mismo.\n\n"
        "🗓 3 publicaciones en /cola: la próxima, a las 12:00.\n"
        "⏸ En pausa, sigue con /reanudar: Hilo\n\n"
        "📝 Ningún borrador pendiente. Envíame un texto o unas fotos y lo preparo."
    )


def test_no_account_yet() -> None:
    assert "python -m bot account add RED" in accounts([], NETS, ES, NOW).text


def test_help_names_every_command() -> None:
    text = help_text(ES).text
    assert [line.split(" · ")[0] for line in text.split("\n") if line.startswith("/")] == [
        f"/{each}" for each in COMMANDS
    ]
    assert "/aprobar · aprueba el borrador pendiente, o aquel al que respondes\n" in text


def test_questions_have_their_answers_as_buttons() -> None:
    assert taps(is_draft(ES, "77")) == ["draft:77:yes", "draft:77:no"]
    assert labels(is_draft(ES, "77")) == [["📝 Sí, es un borrador", "No"]]
    assert taps(editing(ES, uid(300))) == [f"cancel:{uid(300)}"]
    assert taps(languages(EN, ("es", "en"))) == ["speak:es", "speak:en"]
    assert labels(languages(EN, ("es", "en"))) == [["Español", "English"]]


def test_short_answers_escape_and_shorten() -> None:
    assert say(ES, "reply.unknown_command", command="<x>").text == (
        "No conozco /&lt;x&gt;. Con /ayuda ves todo lo que sé hacer."
    )
    assert len(say(ES, "reply.unknown_command", command="x" * 4000).text) < 300
    assert say(ES, "reply.card_approved", text=Html("<b>x</b>")).text == "✅ Aprobado: «<b>x</b>»"


# -- taps and buttons -------------------------------------------------------------------------------------------


def test_every_verb_can_be_read_back() -> None:
    for verb in Verb:
        assert read_tap(verb(uid(1), 2)) == (verb, [uid(1), "2"])


def test_data_that_is_not_ours_is_refused() -> None:
    with pytest.raises(ValueError, match="steal"):
        read_tap("steal:1")


def test_a_button_does_exactly_one_thing() -> None:
    with pytest.raises(ValueError, match="either data or a url"):
        Button("x")
    with pytest.raises(ValueError, match="either data or a url"):
        Button("x", "y", "https://z")


def test_data_that_telegram_would_refuse_is_refused_here() -> None:
    with pytest.raises(ValueError, match="more than 64 bytes"):
        Button("x", "ñ" * 33)
    assert Button("x", "ñ" * 32).data == "ñ" * 32


def test_half_a_character_becomes_a_mark() -> None:
    assert escape("a\ud83d<") == "a\ufffd&lt;"
