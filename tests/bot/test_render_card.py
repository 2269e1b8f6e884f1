import functools
import operator
from dataclasses import replace

import pytest
from render_samples import EN, ES, POST, THREAD, draft, labels, read, taps, target, uid

from adapters.adapted import Adapted, Note, Part
from adapters.content import Image
from adapters.profile import Hashtags, Links, Pictures, Profile
from bot.render import card, confirm, preview
from bot.render.room import MOST, units

PICTURE = Image("0" * 64, "image/jpeg", 10, 10, 100)
PICTURES = Pictures(("image/jpeg",), 4, 1000, 0.8, 1.91, 1440)
PLAIN = Profile(280, len, Hashtags(10), Links.INLINE, PICTURES)
BLOCKED = Adapted("post", (Part("x"),), notes=(Note("pictures_required", blocks=True),))
FOLDED = replace(PLAIN, fold=10)


def test_a_card_says_what_goes_where() -> None:
    screen = card(draft(), [target("plaza", 1), target("foto", 2, on=False)], ES)
    assert screen.text == (
        "📝 <b>Borrador</b> · 🔴 LIVE: al aprobarlo se publica de verdad\n\n"
        "<blockquote>Hoy hay pan de centeno</blockquote>\n\n"
        "📤 <b>Va a:</b>\n"
        "✅ 📘 Plaza · @panaderia: tal cual\n"
        "⬜ 📷 Foto · @panaderia: esta vez no"
    )
    assert labels(screen) == [
        ["✅ Aprobar", "🗓 Programar"],
        ["✅ Plaza", "⬜ Foto"],
        ["✏️ Editar", "👀 Ver por red"],
        ["🧪 Simular", "🗑 Descartar"],
    ]
    assert taps(screen) == [
        f"approve:{uid(300)}:3",
        f"toggle:{uid(300)}:3:0",
        f"toggle:{uid(300)}:3:1",
        f"edit:{uid(300)}",
        f"preview:{uid(300)}:3",
        f"rehearse:{uid(300)}:3",
        f"discard:{uid(300)}:3",
    ]


def test_a_rehearsal_can_become_real_again() -> None:
    screen = card(draft(dry_run=True), [target("plaza")], ES)
    assert screen.text.startswith("📝 <b>Borrador</b> · 🧪 ENSAYO: nada saldrá de verdad\n")
    assert labels(screen)[-1] == ["🔴 Publicar de verdad", "🗑 Descartar"]


def test_where_nothing_is_ever_real_there_is_no_button_for_it() -> None:
    screen = card(draft(), [target("plaza")], ES, rehearsal=True)
    assert "🧪 ENSAYO" in screen.text
    assert labels(screen)[-1] == ["🗑 Descartar"]


def test_without_accounts_it_says_how_to_connect_one() -> None:
    screen = card(draft(), [], ES)
    assert "🔌 Todavía no hay ninguna red conectada" in screen.text
    assert "<code>python -m bot account add RED --credentials FICHERO.json</code>" in screen.text
    assert labels(screen) == [["✏️ Editar"], ["🗑 Descartar"]]


def test_all_off_cannot_be_approved_and_says_why() -> None:
    screen = card(draft(), [target("plaza", on=False)], ES)
    assert screen.text.endswith("☝️ No has elegido ninguna red: toca una de abajo y podrás aprobarlo.")
    assert labels(screen) == [["⬜ Plaza"], ["✏️ Editar"], ["🧪 Simular", "🗑 Descartar"]]


def test_all_blocked_cannot_be_approved_and_says_why() -> None:
    screen = card(draft(), [target("plaza", adapted=BLOCKED), target("foto", 2, on=False)], ES)
    assert "⛔ 📘 Plaza · @panaderia: no puede ir. Necesita una imagen.\n" in screen.text
    assert screen.text.endswith("☝️ Así no puede ir a ninguna de las redes elegidas. Toca Editar y lo arreglamos.")
    assert "✅ Aprobar" not in functools.reduce(operator.iadd, labels(screen), [])


def test_one_blocked_network_does_not_stop_the_others() -> None:
    screen = card(draft(), [target("plaza", adapted=BLOCKED), target("foto", 2)], ES)
    assert labels(screen)[0] == ["✅ Aprobar", "🗓 Programar"]
    assert "☝️" not in screen.text


def test_what_will_be_done_to_it_stands_on_the_line() -> None:
    notes = (Note("thread", {"parts": 3}), Note("hashtags_capped", {"kept": 10, "found": 12}))
    text = card(draft(), [target("hilo", adapted=replace(THREAD, notes=notes))], ES).text
    assert "✅ 🧵 Hilo · @panaderia: hilo de 3, solo 10 de 12 hashtags" in text


def test_what_is_not_adapted_yet_is_not_approved() -> None:
    screen = card(draft(), [target("plaza", adapted=None)], ES)
    assert "⏳ 📘 Plaza · @panaderia: preparando…" in screen.text
    assert "✅ Aprobar" not in functools.reduce(operator.iadd, labels(screen), [])


def test_two_accounts_of_one_network_have_their_names_on_the_buttons() -> None:
    screen = card(draft(), [target("plaza", 1, name="@pan"), target("plaza", 2, name="@bollos")], ES)
    assert labels(screen)[1] == ["✅ Plaza @pan", "✅ Plaza @bollos"]


def test_pictures_are_counted() -> None:
    described = replace(PICTURE, alt="Una hogaza")
    assert "🖼 Con una imagen · ♿ sin describir\n" in card(draft(images=(PICTURE,)), [target("plaza")], ES).text
    text = card(draft("", images=(PICTURE, described)), [target("plaza")], ES).text
    assert "🖼 Con 2 imágenes · ♿ 1 descrita\n" in text


def test_why_a_picture_cannot_go_is_said_in_a_sentence() -> None:
    note = Note("picture_unfit", {"kilobytes": 5}, blocks=True)
    text = card(draft(), [target("foto", adapted=replace(POST, notes=(note,)))], ES).text
    assert "no puede ir. 🖼 No consigo que la foto pese menos de 5 kB." in text


def test_a_story_is_named_and_can_be_made_a_post_again() -> None:
    story = replace(target("foto"), format="story", formats=("post", "story"))
    screen = card(draft(), [target("plaza"), story], ES)
    assert "✅ 📷 Foto · @panaderia · historia: tal cual" in screen.text
    assert ["📷 Foto: historia 🔄"] in labels(screen)
    assert [label for row in labels(screen) for label in row if "🔄" in label] == ["📷 Foto: historia 🔄"]


@pytest.mark.parametrize(
    ("codes", "images", "expected"),
    [
        ([], 0, []),
        (["drawn"], 0, ["🎨 Otro diseño"]),
        ([], 1, ["♿ Describir"]),
        (["pictures_cropped"], 1, ["🖼 Encuadre: automático", "♿ Describir"]),
        (["pictures_framed"], 1, ["🖼 Encuadre: automático", "♿ Describir"]),
    ],
)
def test_only_what_can_be_changed_of_the_pictures_is_offered(codes, images, expected) -> None:
    params = {"left": 70, "count": 1}
    adapted = replace(POST, notes=tuple(Note(code, params) for code in codes))
    screen = card(draft(images=(PICTURE,) * images), [target("plaza", adapted=adapted)], ES)
    offered = [label for row in labels(screen) for label in row]
    assert [label for label in offered if label.startswith(("🎨", "♿", "🖼"))] == expected


def test_only_pictures_have_no_empty_quote() -> None:
    assert "blockquote" not in card(draft("", images=(PICTURE,)), [target("plaza")], ES).text


@pytest.mark.parametrize("text", ["pan " * 2000, "&" * 4096, "👨‍👩‍👧‍👦" * 600, "\U0001f600" * 4096])
def test_a_long_text_is_shortened_and_nothing_else_is(text) -> None:
    screen = card(draft(text), [target("plaza")], ES)
    assert MOST - 40 < units(screen.text) <= MOST
    shown, _ = read(screen.text)
    assert "…" in shown
    assert shown.endswith("✅ 📘 Plaza · @panaderia: tal cual")


def test_a_family_is_not_torn_apart() -> None:
    shown, _ = read(card(draft("👨‍👩‍👧‍👦" * 600), [target("plaza")], ES).text)
    assert set(shown.split("\n\n")[1].rstrip("…").split("👨‍👩‍👧‍👦")) == {""}


def test_the_first_live_approval_is_confirmed() -> None:
    screen = confirm(draft(), [target("plaza"), target("foto", 2, on=False), target("hilo", 3)], ES)
    assert screen.text == (
        "🔴 <b>Esta vez va de verdad.</b> Es la primera publicación en Plaza (@panaderia) e Hilo (@panaderia). "
        "¿La publico?"
    )
    assert labels(screen) == [["✅ Sí, publicar"], ["Todavía no"]]
    assert taps(screen) == [f"sure:{uid(300)}:3", f"cancel:{uid(300)}"]


def test_in_english() -> None:
    assert card(draft(), [target("plaza")], EN).text.startswith("📝 <b>Draft</b> · 🔴 LIVE: once approved")


# -- Ver por red ------------------------------------------------------------------------------------------------


def test_preview_shows_each_part_with_its_count() -> None:
    thread = Adapted("post", (Part("uno <1>"), Part("dos")), link="https://pan.example/?a&b")
    (screen,) = preview([target("plaza"), target("hilo", 3, adapted=thread)], {"plaza": FOLDED, "hilo": PLAIN}, ES)
    assert screen.text == (
        "<b>📘 Plaza · @panaderia</b>\n"
        "22/280\n"
        "<blockquote>Hoy hay pa ✂️[aquí corta «ver más»] n de centeno</blockquote>\n"
        "<b>🧵 Hilo · @panaderia</b>\n"
        "<b>1 de 2</b> · 7/280\n"
        "<blockquote>uno &lt;1&gt;</blockquote>\n"
        "<b>2 de 2</b> · 3/280\n"
        "<blockquote>dos</blockquote>\n"
        "🔗 Con la vista previa de https://pan.example/?a&amp;b"
    )


def test_preview_of_nothing_says_so() -> None:
    (screen,) = preview([target("plaza", on=False)], {"plaza": PLAIN}, ES)
    assert screen.text == "No has elegido ninguna red: toca una en el borrador y aquí verás cómo queda."


def test_preview_says_why_a_network_cannot_have_it() -> None:
    (screen,) = preview([target("plaza", adapted=BLOCKED)], {"plaza": PLAIN}, ES)
    assert screen.text == "<b>📘 Plaza · @panaderia</b>\n⛔ No puede ir. Necesita una imagen."


def test_preview_of_a_short_text_has_no_fold() -> None:
    (screen,) = preview([target("plaza")], {"plaza": replace(PLAIN, fold=22)}, ES)
    assert "✂️" not in screen.text


@pytest.mark.parametrize("text", ["<&>" * 5000, "👨‍👩‍👧‍👦🥖" * 900, "a" * 63_206])
def test_preview_loses_nothing_of_a_long_text(text) -> None:
    screens = preview([target("plaza", adapted=Adapted("post", (Part(text),)))], {"plaza": PLAIN}, ES)
    assert all(units(screen.text) <= MOST for screen in screens)
    quoted = "".join(part.split("</blockquote>")[0] for each in screens for part in each.text.split("<blockquote>")[1:])
    assert read(quoted)[0] == text


def test_every_part_of_a_thread_is_previewed() -> None:
    (screen,) = preview([target("hilo", adapted=THREAD)], {"hilo": PLAIN}, ES)
    assert [f"<b>{number} de 5</b>" in screen.text for number in range(1, 6)] == [True] * 5
    assert POST.parts[0].text not in screen.text
