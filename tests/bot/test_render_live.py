from datetime import timedelta

import pytest
from render_samples import EN, ES, MINUTE, NETS, NOW, THREAD, S, delivery, job, labels, taps, uid

from bot.render import live
from publishers.engine.contract import Receipt
from publishers.engine.errors import Needs
from publishers.engine.model import LOOK, Wait

PLAZA = delivery("plaza", 1, status=S.PUBLISHED, receipts=(Receipt("1", "https://www.plaza.example/p/1"),))
FOTO = delivery("foto", 2, status=S.PUBLISHED, receipts=(Receipt("2", "https://foto.example/p/2"),))


def line(given, *, tries=4) -> str:
    """The line of one delivery."""
    text = live(job(given), NETS, ES, NOW, tries=tries).text
    return next(row for row in text.split("\n") if row.startswith("• "))


def test_it_begins_as_the_conversation_says() -> None:
    screen = live(job(delivery("plaza", 1), delivery("foto", 2), delivery("hilo", 3)), NETS, ES, NOW)
    assert screen.text == "✅ ¡Perfecto! Publicando…\n\n📤 Publicando en:\n• Plaza ⏳\n• Foto ⏳\n• Hilo ⏳"
    assert screen.buttons == ()


def test_each_line_changes_by_itself() -> None:
    waiting = delivery("foto", 2, status=S.WAITING, wait=Wait.RETRY, attempts=1, due_at=NOW + 5 * MINUTE)
    screen = live(job(PLAZA, waiting, delivery("hilo", 3, status=S.PUBLISHING)), NETS, ES, NOW)
    assert screen.text == (
        "✅ ¡Perfecto! Publicando…\n\n"
        "📤 Publicando en:\n"
        '• Plaza ✅ <a href="https://www.plaza.example/p/1">ver</a>\n'
        "• Foto 🔁 intento 2 de 4, a las 10:05\n"
        "• Hilo ⏳"
    )


def test_the_end_with_links_and_the_next_generation() -> None:
    screen = live(job(PLAZA, FOTO), NETS, ES, NOW, next_generation=NOW + timedelta(days=1))
    assert screen.text == (
        "🎉 ¡Publicado en tus 2 redes!\n\n"
        "📤 Así ha quedado:\n"
        '• Plaza ✅ <a href="https://www.plaza.example/p/1">ver</a>\n'
        '• Foto ✅ <a href="https://foto.example/p/2">ver</a>\n\n'
        "📊 <b>Enlaces:</b>\n"
        '• Plaza: <a href="https://www.plaza.example/p/1">plaza.example/p/1</a>\n'
        '• Foto: <a href="https://foto.example/p/2">foto.example/p/2</a>\n\n'
        "📅 El próximo borrador se genera mañana a las 10:00"
    )
    assert screen.buttons == ()


def test_a_partial_success_says_what_happened_and_what_can_be_done() -> None:
    failed = delivery("foto", 2, status=S.FAILED, code="unavailable", attempts=4)
    screen = live(job(PLAZA, failed), NETS, ES, NOW)
    assert screen.text == (
        "⚠️ Publicación parcialmente exitosa\n\n"
        "📤 Así ha quedado:\n"
        '• Plaza ✅ <a href="https://www.plaza.example/p/1">ver</a>\n'
        "• Foto ⚠️ No responde ahora mismo.\n\n"
        "<b>Qué puedes hacer:</b>\n"
        "🔁 /reintentar: lo intento otra vez\n"
        "⏭ /omitir: no se publica ahí\n"
        "💾 El contenido queda guardado: se puede volver a publicar más tarde.\n\n"
        "📊 <b>Enlaces:</b>\n"
        '• Plaza: <a href="https://www.plaza.example/p/1">plaza.example/p/1</a>'
    )
    assert labels(screen) == [["🔁 Reintentar", "⏭ Omitir"]]
    assert taps(screen) == [f"retry:{uid(2)}", f"skip:{uid(2)}"]


def test_several_failed_networks_have_named_buttons_and_one_for_all() -> None:
    failed = [delivery(name, at, status=S.FAILED, code="timeout") for at, name in enumerate(("plaza", "foto"), 1)]
    screen = live(job(*failed), NETS, ES, NOW)
    assert screen.text.startswith("❌ No se ha podido publicar\n")
    assert labels(screen) == [
        ["🔁 Reintentar: Plaza", "⏭ Omitir: Plaza"],
        ["🔁 Reintentar: Foto", "⏭ Omitir: Foto"],
        ["🔁 Reintentar todo", "⏭ Omitir todo"],
    ]
    assert taps(screen)[-2:] == [f"retry_all:{uid(100)}", f"skip_all:{uid(100)}"]


def test_a_missing_permission_asks_for_authorization_not_for_a_retry() -> None:
    blocked = delivery("plaza", 1, status=S.BLOCKED, needs=Needs.AUTHORIZATION, code="auth_expired")
    screen = live(job(blocked), NETS, ES, NOW)
    assert screen.text == (
        "🙋 Necesito que decidas algo\n\n"
        "📤 Así ha quedado:\n"
        "• Plaza ⚠️ El permiso ha caducado.\n\n"
        "<b>Qué puedes hacer:</b>\n"
        "🔗 /reautorizar: renuevas el permiso y lo demás sale solo\n"
        "⏭ /omitir: no se publica ahí\n"
        "💾 El contenido queda guardado: se puede volver a publicar más tarde."
    )
    assert taps(screen) == [f"reauth:{uid(201)}", f"skip:{uid(1)}"]


def test_a_doubt_is_never_offered_as_a_retry() -> None:
    doubt = delivery("plaza", 1, status=S.UNCONFIRMED, looks=5, code="unconfirmed")
    screen = live(job(doubt, FOTO), NETS, ES, NOW)
    assert "⚠️ Publicación parcialmente exitosa" in screen.text
    assert "• Plaza ❓ ¿Se publicó?" in screen.text
    assert "/reintentar" not in screen.text
    assert taps(screen) == [f"there:{uid(1)}", f"look:{uid(1)}", f"absent:{uid(1)}"]


def test_a_thread_that_stopped_can_go_on_or_stay() -> None:
    links = (Receipt("1", "https://hilo.example/1"), Receipt("2"))
    stopped = delivery("hilo", 3, adapted=THREAD, status=S.FAILED, code="unavailable", receipts=links)
    screen = live(job(stopped), NETS, ES, NOW)
    assert (
        "• Hilo ⚠️ No responde ahora mismo. Se paró tras 2 de 5: esas partes ya están publicadas. "
        '<a href="https://hilo.example/1">ver</a>'
    ) in screen.text
    assert "▶️ /reintentar: sigo el hilo por donde iba, sin repetir nada" in screen.text
    assert labels(screen) == [["▶️ Seguir el hilo", "✋ Dejarlo así"]]
    assert taps(screen) == [f"go_on:{uid(3)}", f"leave:{uid(3)}"]


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"status": S.PUBLISHING, "attempts": 1}, "🔁 intento 2 de 4"),
        ({"status": S.PENDING, "attempts": 4}, "🔁 otro intento"),
        ({"status": S.PUBLISHING, "omit": True}, "⏭ la omito en cuanto pueda"),
        ({"status": S.PUBLISHING, "looks": 1}, "🔎 compruebo si ha salido…"),
        ({"status": S.PUBLISHING, "reason": LOOK}, "🔎 compruebo si ha salido…"),
        ({"status": S.UNCONFIRMED, "due_at": NOW}, "🔎 compruebo si ha salido…"),
        ({"status": S.WAITING}, "⏳"),
        ({"status": S.WAITING, "due_at": NOW + MINUTE}, "⏳ sigue a las 10:01"),
        ({"status": S.WAITING, "wait": Wait.LIMIT, "due_at": NOW + 160 * MINUTE}, "⏸ límite hasta las 12:40"),
        (
            {"status": S.WAITING, "wait": Wait.TURN, "due_at": NOW},
            "⏸ espera su turno: el mismo texto va ya de camino",
        ),
        ({"status": S.PUBLISHED, "attempts": 1}, "✅ (reintento)"),
        ({"status": S.PUBLISHED, "simulated": True}, "🧪 simulado"),
        ({"status": S.SKIPPED, "reason": "omitted"}, "⏭ omitida"),
        ({"status": S.SKIPPED, "reason": "cancelled"}, "⏭ cancelada"),
        (
            {"status": S.FAILED, "code": "rejected", "params": {"reason": "No <spam>,\nplease"}},
            "⚠️ No acepta este contenido. Su motivo: «No &lt;spam&gt;, please»",
        ),
    ],
)
def test_states(given, told) -> None:
    assert line(delivery("plaza", 1, **given)) == f"• Plaza {told}"


def test_progress_of_a_thread() -> None:
    thread = delivery("hilo", 3, adapted=THREAD, status=S.PUBLISHING, receipts=(Receipt("1"), Receipt("2")))
    assert line(thread) == "• Hilo ⏳ 2 de 5"


def test_tries_come_from_the_policy() -> None:
    assert line(delivery("plaza", attempts=1, status=S.PUBLISHING), tries=2) == "• Plaza 🔁 intento 2 de 2"


def test_two_accounts_of_one_network_are_told_apart() -> None:
    text = live(job(delivery("plaza", 1, name="@pan"), delivery("plaza", 2, name="<b>")), NETS, ES, NOW).text
    assert "• Plaza (@pan) ⏳\n• Plaza (&lt;b&gt;) ⏳" in text


def test_a_network_that_was_switched_off_still_has_a_name() -> None:
    assert line(delivery("antigua")) == "• Antigua ⏳"


def test_a_long_wait_offers_to_leave_the_network_out() -> None:
    long = delivery("foto", 2, status=S.WAITING, wait=Wait.LIMIT, due_at=NOW + timedelta(hours=2))
    short = delivery("plaza", 1, status=S.WAITING, wait=Wait.LIMIT, due_at=NOW + 20 * MINUTE)
    screen = live(job(short, long), NETS, ES, NOW)
    assert screen.text.startswith("⏳ Falta poco: sigo yo en cuanto se pueda\n")
    assert labels(screen) == [["⏭ Omitir: Foto"]]


def test_a_rehearsal_says_so_from_beginning_to_end() -> None:
    running = delivery("plaza", 1, simulated=True)
    assert live(job(running), NETS, ES, NOW).text == (
        "✅ ¡Perfecto! Publicando…\n🧪 Es un ensayo: nada sale de verdad\n\n📤 Publicando en:\n• Plaza ⏳"
    )
    done = delivery("plaza", 1, simulated=True, status=S.PUBLISHED)
    assert live(job(done), NETS, ES, NOW).text == (
        "🎉 ¡El ensayo ha salido bien!\n🧪 Es un ensayo: nada sale de verdad\n\n📤 Así ha quedado:\n• Plaza 🧪 simulado"
    )


def test_a_simulated_result_beside_a_real_one_is_marked_and_leads_to_its_simulator() -> None:
    acted = delivery("foto", 2, simulated=True, status=S.PUBLISHED, receipts=(Receipt("1", "https://a.b"),))
    text = live(job(PLAZA, acted), NETS, ES, NOW).text
    assert "Es un ensayo" not in text
    assert '• Foto 🧪 simulado <a href="https://a.b">ver</a>' in text


def test_left_out_everywhere() -> None:
    gone = delivery("plaza", 1, status=S.SKIPPED, reason="omitted")
    assert live(job(gone), NETS, ES, NOW).text == (
        "⏭ Omitido: no se publica en ninguna red\n\n📤 Así ha quedado:\n• Plaza ⏭ omitida"
    )


def test_the_next_generation_is_told_only_at_the_end() -> None:
    assert "📅" not in live(job(delivery("plaza")), NETS, ES, NOW, next_generation=NOW + MINUTE).text


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "https://a.b/" + "x" * 500, "https://a.b/ c", "https://a.b/\u202e"]
)
def test_an_address_that_is_no_link_is_left_out(address) -> None:
    odd = delivery("plaza", 1, status=S.PUBLISHED, receipts=(Receipt("1", address),))
    assert live(job(odd), NETS, ES, NOW).text == "🎉 ¡Publicado!\n\n📤 Así ha quedado:\n• Plaza ✅"


def test_an_address_cannot_leave_its_quotes() -> None:
    odd = delivery("plaza", 1, status=S.PUBLISHED, receipts=(Receipt("1", 'https://a.b/?x="&y=<'),))
    assert '<a href="https://a.b/?x=%22&amp;y=&lt;">ver</a>' in live(job(odd), NETS, ES, NOW).text


def test_in_english() -> None:
    failed = delivery("plaza", 1, status=S.FAILED, code="timeout")
    screen = live(job(failed), NETS, EN, NOW)
    assert screen.text.startswith("❌ It could not be published\n\n📤 How it went:\n• Plaza ⚠️ It took too long")
    assert labels(screen) == [["🔁 Try again", "⏭ Leave out"]]


def test_many_accounts_still_fit_with_all_that_can_be_done() -> None:
    reason = {"reason": "<because> " * 60}
    many = [delivery("plaza", at, name=f"@{at}", status=S.FAILED, code="rejected", params=reason) for at in range(60)]
    screen = live(job(*many), NETS, ES, NOW)
    assert "… y " in screen.text
    assert "/reintentar" in screen.text
    assert taps(screen)[-1] == f"skip_all:{uid(100)}"


def test_what_is_left_and_paused_is_said_in_the_head() -> None:
    paused = delivery("foto", 2, status=S.WAITING, wait=Wait.PAUSE)
    limited = delivery("hilo", 3, status=S.WAITING, wait=Wait.LIMIT, due_at=NOW + 5 * MINUTE)
    done = delivery("plaza", 1, status=S.PUBLISHED, receipts=(Receipt("1"),))
    assert live(job(done, paused), NETS, ES, NOW).text.startswith("⏸ Lo que falta está en pausa")
    assert live(job(paused, limited), NETS, ES, NOW).text.startswith("⏳ Falta poco")
