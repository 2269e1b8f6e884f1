"""The chat of the page: writing, tapping, and messages that change while one reads."""

import asyncio

import pytest
from browser import scenes
from browser.chromium import Opens
from browser.mock_stand import MockStand

TYPED = "document.querySelector('.field').value"


async def test_enter_sends_and_shift_enter_starts_a_line(stand: MockStand, opened: Opens) -> None:
    async with opened() as page:
        await page.click(".field")
        await page.type("Pan de espelta")
        await page.press("Enter", shift=True)
        await page.type("a las 8")
        await page.press("Enter")
        asked = await stand.heard("/chat/messages")
        assert (asked.method, asked.body, asked.marked) == (
            "POST",
            {"text": "Pan de espelta\na las 8", "reply_to": None},
            True,
        )
        await page.until(f"{TYPED} === ''")


async def test_nothing_written_sends_nothing(stand: MockStand, opened: Opens) -> None:
    async with opened() as page:
        await page.click(".field")
        await page.type("   ")
        await page.press("Enter")
        assert await page.evaluate("document.querySelector('.send').disabled")
        assert stand.asked == []


async def test_a_refusal_is_told_and_the_text_stays(stand: MockStand, opened: Opens) -> None:
    stand.refusal = "Ese texto es demasiado largo."
    async with opened() as page:
        await page.click(".field")
        await page.type("algo largo")
        await page.press("Enter")
        assert await page.text(".toast") == "Ese texto es demasiado largo."
        assert await page.evaluate(TYPED) == "algo largo"


async def test_a_slow_answer_neither_sends_twice_nor_loses_what_is_written_meanwhile(
    stand: MockStand, opened: Opens
) -> None:
    stand.gate = asyncio.Event()
    async with opened() as page:
        await page.click(".field")
        await page.type("uno")
        await page.press("Enter")
        await stand.heard("/chat/messages")
        await page.press("Enter")
        await page.type(" y dos")
        await page.press("Enter")
        stand.gate.set()
        assert (await stand.heard("/chat/messages", 2)).body["text"] == "y dos"
        await page.until(f"{TYPED} === ''")
        assert [each.body["text"] for each in stand.asked] == ["uno", "y dos"]


async def test_the_commands_open_with_a_slash_and_are_chosen_by_keyboard(stand: MockStand, opened: Opens) -> None:
    async with opened() as page:
        await page.click(".field")
        await page.press("/")
        await page.wait(".commands")
        assert await page.count(".command-option") == len(scenes.COMMANDS)
        await page.type("re")
        await page.until("document.querySelectorAll('.command-option').length === 2")
        await page.press("ArrowDown")
        active = await page.evaluate("document.activeElement.getAttribute('aria-activedescendant')")
        assert (await page.text(f"#{active}")).startswith("/reautorizar")
        assert await page.texts("[aria-selected=true] .command-name") == ["/reautorizar"]
        await page.press("Enter")
        asked = await stand.heard("/chat/messages")
        assert asked.body["text"] == "/reautorizar"
        await page.until("document.querySelector('.commands').hidden")


async def test_escape_closes_the_commands_and_tab_completes_one(stand: MockStand, opened: Opens) -> None:
    async with opened() as page:
        await page.click(".field")
        await page.press("/")
        await page.wait(".commands")
        await page.press("Escape")
        await page.until("document.querySelector('.commands').hidden")
        await page.type("bor")
        await page.press("Tab")
        await page.until(f"{TYPED} === '/borrador '")
        assert stand.asked == []


async def test_a_tap_posts_its_data_and_the_answer_shows_as_a_toast(stand: MockStand, opened: Opens) -> None:
    stand.state["chat"] = scenes.chat(*scenes.CARDED)
    async with opened() as page:
        await page.click("[data-data='approve:1:1']")
        asked = await stand.heard("/chat/taps")
        assert asked.body == {"message": 104, "data": "approve:1:1"}
        assert (
            await page.evaluate("document.querySelector('[data-data=\"approve:1:1\"]').getAttribute('aria-busy')")
            == "true"
        )
        stand.say("toast", {"text": "✅ ¡Perfecto! Publicando…", "message": 104})
        assert await page.text(".phone-notices .toast") == "✅ ¡Perfecto! Publicando…"
        await page.until("!document.querySelector('[aria-busy]')")


async def test_the_keyboard_stays_on_the_button_that_took_the_place(stand: MockStand, opened: Opens) -> None:
    stand.state["chat"] = scenes.chat(*scenes.CARDED)
    async with opened() as page:
        await page.evaluate("document.querySelector('[data-data=\"toggle:1:1:2\"]').focus()")
        toggled = [
            *scenes.CARDED[:-1],
            {**scenes.CARDED[-1], "buttons": scenes.rows("✅ Aprobar=approve:1:1", "⬜ X=toggle:1:1:2")},
        ]
        stand.messages(*toggled)
        await page.until("document.activeElement.innerText === '⬜ X'")


async def test_an_edit_above_does_not_move_what_is_read(stand: MockStand, opened: Opens) -> None:
    many = [
        scenes.message(number, f"Mensaje {number}\ncon dos líneas", mine=number % 3 == 0) for number in range(1, 40)
    ]
    stand.state["chat"] = scenes.chat(*many)
    async with opened() as page:
        where = "Math.round(document.querySelector('[data-id=\"20\"]').getBoundingClientRect().top)"
        await page.evaluate("document.querySelector('[data-id=\"20\"]').scrollIntoView({block: 'start'})")
        await page.until("!document.querySelector('.newest').hidden")
        before = await page.evaluate(where)
        await page.evaluate("window.kept = document.querySelector('[data-id=\"20\"]')")
        stand.messages(
            *[
                {**each, "html": each["html"] + "\nmás\ny más", "edited": True} if each["id"] < 10 else each
                for each in many
            ]
        )
        await page.until("document.querySelector('[data-id=\"9\"]').innerText.includes('y más')")
        assert abs(await page.evaluate(where) - before) <= 1
        assert await page.evaluate("window.kept === document.querySelector('[data-id=\"20\"]')"), (
            "the node itself stays"
        )


async def test_what_arrives_while_one_reads_waits_behind_a_pill(stand: MockStand, opened: Opens) -> None:
    many = [scenes.message(number, f"Mensaje {number}\ncon dos líneas") for number in range(1, 40)]
    stand.state["chat"] = scenes.chat(*many)
    async with opened() as page:
        end = "(s => s.scrollHeight - s.scrollTop - s.clientHeight)(document.querySelector('.scroll'))"
        assert await page.evaluate(end) < 2, "it begins at the end"
        stand.messages(*many, scenes.message(50, "Uno más"))
        await page.until("document.querySelector('[data-id=\"50\"]')")
        assert await page.evaluate(end) < 2, "who is at the end stays there"
        await page.evaluate("document.querySelector('.scroll').scrollTop = 0")
        await page.until("!document.querySelector('.newest').hidden")
        stand.messages(*many, scenes.message(50, "Uno más"), scenes.message(51, "Y otro"))
        await page.until("document.querySelector('.newest').innerText.includes('1 nuevo')")
        assert await page.evaluate("document.querySelector('.scroll').scrollTop") == 0
        assert "Y otro" in await page.text(".banner")
        assert await page.evaluate("document.title") == "(1) Pregonero"
        await page.click(".newest")
        await page.until(f"{end} < 2 && document.title === 'Pregonero'")


async def test_a_silent_message_shows_no_banner(stand: MockStand, opened: Opens) -> None:
    async with opened(phone=True) as page:
        await page.click(".tabs [data-tab=wall]")
        stand.messages(scenes.message(60, "sin ruido", silent=True))
        await page.until("document.querySelector('.tabs [data-tab=chat] .unread').innerText === '1'")
        assert await page.count(".banner") == 0
        stand.messages(scenes.message(60, "sin ruido", silent=True), scenes.message(61, "con <b>ruido</b>"))
        assert "con ruido" in await page.text(".banner")
        await page.click(".banner")
        await page.until(
            "document.body.dataset.tab === 'chat' && document.querySelector('.tabs [data-tab=chat] .unread').hidden"
        )


@pytest.mark.parametrize(
    ("parts", "rows"), [(1, [1]), (2, [2]), (3, [1, 2]), (4, [1, 3]), (5, [2, 3]), (7, [2, 2, 3]), (10, [2, 2, 3, 3])]
)
async def test_an_album_is_one_bubble(stand: MockStand, opened: Opens, parts: int, rows: list[int]) -> None:
    album = [scenes.pictured(70 + number, number, "Pie" if number == 0 else "", album="a") for number in range(parts)]
    stand.state["chat"] = scenes.chat(*album)
    async with opened(phone=True) as page:
        await page.wait(".mosaic")
        assert await page.count(".row") == 1
        lines = "[...document.querySelectorAll('.mosaic .line')].map(line => line.children.length)"
        assert await page.evaluate(lines) == rows
        tiles = await page.boxes(".tile")
        assert len(tiles) == parts
        assert all(tile.left >= 0 and tile.left + tile.width <= 390 for tile in tiles)
        assert all(tile.width > 40 and tile.height > 40 for tile in tiles)


async def test_a_picture_opens_large_and_escape_brings_back(stand: MockStand, opened: Opens) -> None:
    stand.state["chat"] = scenes.chat(*scenes.SENT)
    async with opened() as page:
        await page.click(".tile")
        await page.wait("dialog.viewer")
        await page.press("ArrowRight")
        await page.until("document.querySelector('.viewer-shot').src.endsWith('/files/1.jpg')")
        await page.press("Escape")
        await page.until("!document.querySelector('dialog')")


async def test_a_reply_and_a_change_of_an_own_message(stand: MockStand, opened: Opens) -> None:
    stand.state["chat"] = scenes.chat(
        scenes.message(80, "Abrimos a las 9", mine=True), scenes.message(81, "¿Es un borrador?")
    )
    async with opened() as page:
        await page.evaluate("document.querySelector('[data-id=\"81\"] .actions').click()")
        assert await page.count(".sheet [role=menuitem]") == 2, "of the bot's messages none can be changed"
        await page.press("Enter")
        await page.until("document.querySelector('.context')?.innerText.includes('¿Es un borrador?')")
        await page.type("Sí")
        await page.press("Enter")
        assert (await stand.heard("/chat/messages")).body == {"text": "Sí", "reply_to": 81}
        await page.evaluate("document.querySelector('[data-id=\"80\"] .actions').click()")
        await page.press("ArrowDown")
        await page.press("Enter")
        await page.until(f"{TYPED} === 'Abrimos a las 9'")
        await page.evaluate("document.querySelector('.field').select()")
        await page.type("Abrimos a las 8")
        await page.press("Enter")
        assert (await stand.heard("/chat/edits")).body == {"message": 80, "text": "Abrimos a las 8"}


async def test_a_command_in_a_message_can_be_tapped(stand: MockStand, opened: Opens) -> None:
    stand.state["chat"] = scenes.chat(scenes.message(82, "🔁 /reintentar: otra vez, y a/b o /nada no son comandos"))
    async with opened() as page:
        assert await page.count(".command") == 1
        await page.click(".command")
        assert (await stand.heard("/chat/messages")).body["text"] == "/reintentar"


async def test_times_are_those_of_the_bakery(stand: MockStand, opened: Opens) -> None:
    noon = scenes.NOW.replace(month=7, day=1, hour=10, minute=5)
    stand.state["chat"] = scenes.chat(scenes.message(83, "hola", at=noon))
    async with opened() as page:
        assert await page.text(".meta time") == "12:05"


async def test_the_page_speaks_english_when_asked(opened: Opens) -> None:
    async with opened(path="/?lang=en") as page:
        assert await page.text(".welcome h2") == "This is a rehearsal"
        assert await page.evaluate("document.documentElement.lang") == "en"


async def test_an_album_stays_together_when_the_bot_answers_in_between(stand: MockStand, opened: Opens) -> None:
    first, second = (scenes.pictured(number, number - 140, mine=True, album="b") for number in (140, 142))
    stand.state["chat"] = scenes.chat(first, scenes.message(141, "Un momento…"))
    async with opened() as page:
        await page.wait(".tile")
        stand.messages(first, scenes.message(141, "Un momento…"), second)
        await page.until(
            "document.querySelectorAll('.mosaic').length === 1 && document.querySelectorAll('.tile').length === 2"
        )
        assert await page.count(".row") == 2
