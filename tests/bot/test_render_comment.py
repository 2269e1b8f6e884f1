"""What is said below a post, in the chat: where it is shown, missing, in doubt."""

from dataclasses import replace

import pytest
from render_samples import EN, ES, NETS, NOW, POST, S, delivery, draft, job, labels, taps, target, uid

from adapters.adapted import Note
from bot.render import alert, card, live, preview
from bot.render.needs import Need, need
from publishers.engine.contract import Receipt
from publishers.engine.errors import Needs
from publishers.engine.model import Wait
from publishers.instagram import PROFILE

TAGGED = replace(POST, comment="#pan #horno", notes=(Note("hashtags_below", {"found": 2}),))
PUBLIC = (Receipt("1", "https://foto.example/p/1"),)
BOTH = (*PUBLIC, Receipt("2"))


def line(given) -> str:
    text = live(job(given), NETS, ES, NOW).text
    return next(row for row in text.split("\n") if row.startswith("• "))


def test_the_card_says_where_the_hashtags_go() -> None:
    text = card(draft(), [target("foto", adapted=TAGGED)], ES).text
    assert "hashtags en el primer comentario" in text


def test_the_preview_shows_the_comment() -> None:
    shown = preview([target("foto", adapted=TAGGED)], {"foto": PROFILE}, ES)
    assert "💬 Primer comentario: #pan #horno" in shown[0].text
    assert "comentario:" not in preview([target("foto")], {"foto": PROFILE}, ES)[0].text


def test_a_post_with_its_comment_is_simply_published() -> None:
    done = delivery("foto", 2, adapted=TAGGED, status=S.PUBLISHED, receipts=BOTH)
    assert line(done) == '• Foto ✅ <a href="https://foto.example/p/1">ver</a>'


def test_the_comment_on_its_way() -> None:
    now = delivery("foto", 2, adapted=TAGGED, status=S.PUBLISHING, receipts=PUBLIC)
    assert line(now) == "• Foto ✅ y ahora el primer comentario ⏳"


@pytest.mark.parametrize("simulated", [False, True])
def test_a_post_left_without_its_comment_is_published_and_says_so(simulated: bool) -> None:
    done = delivery("foto", 2, adapted=TAGGED, status=S.PUBLISHED, receipts=PUBLIC, simulated=simulated)
    assert line(done).endswith("(sin el primer comentario)")
    assert need(done) is None


def test_a_rehearsal_misses_nothing() -> None:
    done = delivery("foto", 2, adapted=TAGGED, status=S.PUBLISHED, simulated=True, dry_run=True)
    assert line(done) == "• Foto 🧪 simulado"


def test_a_comment_that_failed_can_be_made_again_or_left_out() -> None:
    failed = delivery("foto", 2, adapted=TAGGED, status=S.FAILED, code="comment_too_soon", receipts=PUBLIC)
    screen = live(job(failed), NETS, ES, NOW)
    assert "La publicación ya está; solo falta el primer comentario." in screen.text
    assert "💬 /reintentar: pongo el primer comentario, o /omitir y se queda sin él" in screen.text
    assert "no se publica ahí" not in screen.text
    assert taps(screen) == [f"retry:{uid(2)}", f"leave:{uid(2)}"]
    assert labels(screen) == [["💬 Comentar otra vez", "✋ Dejarlo así"]]


@pytest.mark.parametrize("words", [ES, EN])
def test_the_missing_permission_is_named(words) -> None:
    blocked = delivery(
        "foto", 2, adapted=TAGGED, status=S.BLOCKED, needs=Needs.AUTHORIZATION, code="comment_scope",
        params={"scopes": "manage_comments"}, receipts=PUBLIC,
    )  # fmt: skip
    assert need(blocked) is Need.AUTHORIZE
    text = alert(job(blocked), NETS, words, NOW).text
    assert "manage_comments" in text
    assert words("live.uncommented") in text


def test_a_refused_comment_is_not_edited() -> None:
    refused = delivery("foto", 2, adapted=TAGGED, status=S.BLOCKED, needs=Needs.EDIT, code="comment_refused",
                       receipts=PUBLIC)  # fmt: skip
    assert need(refused) is Need.COMMENT


def test_a_doubt_says_that_it_is_the_comment() -> None:
    doubtful = delivery("foto", 2, adapted=TAGGED, status=S.UNCONFIRMED, receipts=PUBLIC)
    assert "dudo del primer comentario" in alert(job(doubtful), NETS, ES, NOW).text


def test_a_wait_for_a_limit_is_told_as_ever() -> None:
    waiting = delivery("foto", 2, adapted=TAGGED, status=S.WAITING, wait=Wait.RETRY, attempts=1, due_at=NOW,
                       receipts=PUBLIC)  # fmt: skip
    assert "intento 2 de 4" in line(waiting)
