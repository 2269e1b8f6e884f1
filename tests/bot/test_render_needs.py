import pytest
from render_samples import EN, ES, MINUTE, NETS, NOW, THREAD, S, delivery, job, labels, taps, uid

from bot.render import alert, doubt
from bot.render.failures import failure
from bot.render.needs import Need, need
from publishers.engine.contract import Receipt
from publishers.engine.errors import Needs
from publishers.engine.model import Delivery, Wait

DONE = delivery("plaza", 1, status=S.PUBLISHED, receipts=(Receipt("1", "https://plaza.example/1"),))
LATER = "💾 El contenido queda guardado: se puede volver a publicar más tarde."


def blocked(platform: str, number: int, code: str = "auth_expired", **rest) -> Delivery:
    needs = rest.pop("needs", Needs.AUTHORIZATION)
    return delivery(platform, number, status=S.BLOCKED, needs=needs, code=code, **rest)


def test_the_alert_says_what_happened_and_what_to_do() -> None:
    screen = alert(job(DONE, blocked("foto", 2)), NETS, ES, NOW)
    assert screen.text == (
        "🙋 <b>Te necesito un momento</b>\n"
        "«Hoy hay pan de centeno»\n\n"
        "⚠️ <b>Foto</b>: El permiso ha caducado.\n"
        "👉 Renueva el permiso con /reautorizar y lo pendiente sale solo.\n\n"
        f"{LATER}"
    )
    assert labels(screen) == [["🔗 Reautorizar", "⏭ Omitir"]]


def test_failures_with_one_cause_are_told_together() -> None:
    outage = [delivery(name, at, status=S.FAILED, code="unavailable") for at, name in enumerate(("plaza", "foto"), 1)]
    screen = alert(job(*outage, blocked("hilo", 3)), NETS, ES, NOW)
    assert "⚠️ <b>Plaza y Foto</b>: No responde ahora mismo.\n" in screen.text
    assert screen.text.count("⚠️") == 2
    assert labels(screen)[-1] == ["🔁 Reintentar todo", "⏭ Omitir todo"]


def test_the_platforms_own_words_are_passed_on() -> None:
    refused = blocked("foto", 2, "rejected", needs=Needs.EDIT, params={"reason": "No <ads>"})
    screen = alert(job(refused), NETS, ES, NOW)
    assert "⚠️ <b>Foto</b>: No acepta este contenido. Su motivo: «No &lt;ads&gt;»\n" in screen.text
    assert taps(screen) == [f"reword:{uid(2)}", f"retry:{uid(2)}", f"skip:{uid(2)}"]


def test_a_doubt_in_the_alert_explains_every_button() -> None:
    screen = alert(job(delivery("plaza", 1, status=S.UNCONFIRMED, looks=5)), NETS, ES, NOW)
    assert screen.text == (
        "🙋 <b>Te necesito un momento</b>\n"
        "«Hoy hay pan de centeno»\n\n"
        "❓ <b>¿Se publicó en Plaza?</b>\n\n"
        "Lo envié, pero la respuesta se perdió por el camino. He mirado 5 veces en @panaderia. "
        "No lo veo, pero eso no demuestra que no esté.\n\n"
        "✅ <b>Ya está</b>: lo doy por publicado\n"
        "🔎 <b>Mirar otra vez</b>: solo miro, no publico nada\n"
        "📤 <b>No está, publicar</b>: miro una vez más y, si no está, lo publico\n\n"
        f"{LATER}"
    )
    assert taps(screen) == [f"there:{uid(1)}", f"look:{uid(1)}", f"absent:{uid(1)}"]


def test_the_alert_of_a_solved_need_has_no_buttons() -> None:
    screen = alert(job(DONE, delivery("foto", 2)), NETS, ES, NOW)
    assert screen.text == "✅ Resuelto, ya no tienes que hacer nada: «Hoy hay pan de centeno»"
    assert screen.buttons == ()


@pytest.mark.parametrize(
    ("deliveries", "told"),
    [
        (
            (DONE,),
            '🎉 <b>¡Publicado!</b> «Hoy hay pan de centeno»\n\n• Plaza ✅ <a href="https://plaza.example/1">ver</a>',
        ),
        (
            (DONE, delivery("foto", 2, status=S.SKIPPED, reason="omitted")),
            (
                "⚠️ <b>Publicación parcialmente exitosa</b>: «Hoy hay pan de centeno»\n\n"
                '• Plaza ✅ <a href="https://plaza.example/1">ver</a>\n• Foto ⏭ omitida'
            ),
        ),
        (
            (delivery("foto", 2, status=S.SKIPPED, reason="omitted"),),
            "⏭ <b>Omitido</b>, no se publica en ninguna red: «Hoy hay pan de centeno»\n\n• Foto ⏭ omitida",
        ),
    ],
)
def test_the_alert_of_an_end_nobody_saw(deliveries, told) -> None:
    screen = alert(job(*deliveries), NETS, ES, NOW)
    assert screen.text == told
    assert screen.buttons == ()


def test_a_text_without_words_still_has_a_name() -> None:
    assert "«0 imágenes, sin texto»" in alert(job(blocked("foto", 2), text=" "), NETS, ES, NOW).text


def test_the_doubt_card() -> None:
    unsure = delivery("plaza", 1, status=S.UNCONFIRMED, looks=1)
    screen = doubt(unsure, NETS, ES, NOW, looked_at=NOW - 3 * MINUTE, profile="https://plaza.example/pan")
    assert screen.text == (
        "❓ <b>¿Se publicó en Plaza (@panaderia)?</b>\n\n"
        "Lo envié, pero la respuesta se perdió por el camino. He mirado una vez en @panaderia. "
        "La última, a las 9:57. No lo veo, pero eso no demuestra que no esté.\n\n"
        "✅ <b>Ya está</b>: lo doy por publicado\n"
        "👤 <b>Abrir mi perfil</b>: lo miras tú\n"
        "🔎 <b>Mirar otra vez</b>: solo miro, no publico nada\n"
        "📤 <b>No está, publicar</b>: miro una vez más y, si no está, lo publico"
    )
    assert labels(screen) == [["✅ Ya está", "👤 Abrir mi perfil"], ["🔎 Mirar otra vez"], ["📤 No está, publicar"]]
    assert screen.buttons[0][1].url == "https://plaza.example/pan"


def test_the_doubt_card_with_something_found() -> None:
    unsure = delivery("hilo", 3, adapted=THREAD, status=S.UNCONFIRMED, looks=2, receipts=(Receipt("1"),))
    text = doubt(unsure, NETS, ES, NOW, found="https://hilo.example/2").text
    assert "Es la parte 2 de 5. He mirado 2 veces en @panaderia." in text
    assert 'He encontrado algo parecido: <a href="https://hilo.example/2">ver</a>' in text


def test_profiles_reach_the_alert() -> None:
    unsure = delivery("plaza", 1, status=S.UNCONFIRMED, looks=2)
    screen = alert(job(unsure), NETS, ES, NOW, profiles={uid(201): "https://plaza.example/pan"})
    assert "👤 <b>Abrir mi perfil</b>" in screen.text
    assert screen.buttons[0][1].url == "https://plaza.example/pan"


@pytest.mark.parametrize(
    ("given", "needed"),
    [
        ({}, None),
        ({"status": S.UNCONFIRMED, "due_at": NOW}, None),
        ({"status": S.UNCONFIRMED}, Need.DOUBT),
        ({"status": S.FAILED}, Need.RETRY),
        ({"status": S.BLOCKED, "needs": Needs.EDIT}, Need.EDIT),
        ({"status": S.BLOCKED, "needs": Needs.AUTHORIZATION}, Need.AUTHORIZE),
        ({"status": S.FAILED, "adapted": THREAD, "receipts": (Receipt("1"),)}, Need.GO_ON),
        ({"status": S.BLOCKED, "needs": Needs.EDIT, "adapted": THREAD, "receipts": (Receipt("1"),)}, Need.GO_ON),
    ],
)
def test_what_is_needed(given, needed) -> None:
    assert need(delivery("plaza", **given)) is needed


# -- errors -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ({"status": S.BLOCKED, "needs": Needs.AUTHORIZATION, "code": "new_code"}, "No deja publicar a esta cuenta."),
        ({"status": S.BLOCKED, "needs": Needs.EDIT, "code": "new_code"}, "No acepta este contenido."),
        ({"status": S.WAITING, "wait": Wait.LIMIT, "code": "new_code"}, "Ha alcanzado su límite por ahora."),
        ({"status": S.WAITING, "wait": Wait.TURN, "code": "x"}, "El mismo texto va ya de camino a esta cuenta."),
        ({"status": S.FAILED, "code": "new_code"}, "No responde ahora mismo."),
        ({"status": S.FAILED, "code": None}, "No responde ahora mismo."),
        (
            {"status": S.FAILED, "code": "new_code", "params": {"reason": "Because"}},
            "No responde ahora mismo. Su motivo: «Because»",
        ),
        (
            {"status": S.UNCONFIRMED, "code": "internal"},
            "Lo envié y no llegó la respuesta: puede que ya esté publicado.",
        ),
        (
            {"status": S.BLOCKED, "needs": Needs.EDIT, "code": "duplicate", "params": {"link": "https://a.b/1"}},
            "Dice que esto mismo ya está publicado. Está aquí: https://a.b/1",
        ),
        (
            {"status": S.BLOCKED, "needs": Needs.EDIT, "code": "duplicate", "params": {"link": ""}},
            "Dice que esto mismo ya está publicado.",
        ),
    ],
)
def test_an_error_in_plain_words(given, what) -> None:
    assert failure(delivery("plaza", **given), "Plaza", ES).what == what


def test_an_error_is_told_without_markup_for_the_api() -> None:
    refused = delivery("plaza", status=S.FAILED, code="rejected", params={"reason": "a < b & c"})
    told = failure(refused, "Plaza", EN)
    assert told.what == "It does not accept this content. Its reason: “a < b & c”"
    assert told.short == "It does not accept this content."
    assert told.todo == "Tap Edit and change the text for this network only, or leave it out."


def test_a_long_reason_is_shortened() -> None:
    refused = delivery("plaza", status=S.FAILED, code="rejected", params={"reason": "word " * 500})
    assert len(failure(refused, "Plaza", ES).what) < 320


# -- before the hour -------------------------------------------------------------------------------------------------


def test_what_is_found_before_the_hour_says_what_becomes_of_it() -> None:
    screen = alert(job(blocked("foto", 2, scheduled_at=NOW + 30 * MINUTE)), NETS, ES, NOW)
    assert "El permiso ha caducado.\n⏰ Si no se arregla antes, no saldrá a las " in screen.text
    assert "⏰" not in alert(job(blocked("foto", 2, scheduled_at=NOW - MINUTE)), NETS, ES, NOW).text


CODES = {
    "auth_ends": {},
    "account_changed": {},
    "outgrown_text": {"found": "300", "most": "280"},
    "outgrown_pictures": {"found": "5", "most": "4"},
    "outgrown_picture": {},
    "outgrown_format": {"format": "story"},
    "quota_ahead": {"until": "2026-11-21T18:00:00+00:00"},
}


@pytest.mark.parametrize("words", [ES, EN], ids=["es", "en"])
@pytest.mark.parametrize("code", CODES)
def test_every_finding_has_words_of_its_own(words, code) -> None:
    found = failure(blocked("foto", 2, code, params=CODES[code]), "Foto", words)
    general = failure(blocked("foto", 2, "no such code"), "Foto", words)
    assert found.what != general.what
    assert all(value in found.what for value in CODES[code].values() if value.isdecimal())
