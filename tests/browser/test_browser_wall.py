"""The wall: each network in its own manner, its stories and threads, and its faults."""

from browser import scenes
from browser.chromium import Opens
from browser.mock_stand import MockStand

PHOTOS, PAGE, SHORT = (f"[data-network={name}]" for name in ("instagram", "facebook", "twitter"))


async def test_an_empty_network_says_what_will_come(opened: Opens) -> None:
    async with opened() as page:
        assert await page.count(".blank") == 3
        assert "fotos" in await page.text(f"{PHOTOS} .blank")
        assert "hilo" in await page.text(f"{SHORT} .blank")


async def test_photos_are_cropped_and_swiped_and_the_caption_is_cut(stand: MockStand, opened: Opens) -> None:
    stand.state["wall"] = {"networks": [scenes.photos(scenes.post("p", scenes.TEXT, 4, 0, 1))]}
    async with opened() as page:
        ratio = await page.evaluate(
            "(box => box.width / box.height)(document.querySelector('.strip').getBoundingClientRect())"
        )
        assert abs(ratio - 4 / 5) < 0.01, "a tall picture is cut to 4:5"
        caption = await page.text(".card-photos .said")
        assert len(caption) < 150
        assert caption.startswith("@panaderia")
        assert caption.endswith("más")
        await page.click(".page-after")
        await page.until("document.querySelector('.page-number').innerText === '2/3'")
        assert (
            await page.evaluate(
                "[...document.querySelectorAll('.dots i')].findIndex(dot => dot.classList.contains('on'))"
            )
            == 1
        )
        await page.click(".said-more")
        await page.until("document.querySelector('.card-photos .said').innerText.includes('#espelta')")
        more = scenes.post("q", "Otra", 2, ago=1)
        stand.say("wall", {"networks": [scenes.photos(more, scenes.post("p", scenes.TEXT + " ", 4, 0, 1))]})
        await page.until("document.querySelectorAll('.card').length === 2")
        assert await page.evaluate("document.querySelector('[data-card=p] .said').innerText.includes('#espelta')"), (
            "what was opened stays open"
        )


async def test_a_thread_is_one_card_with_its_parts_in_order(stand: MockStand, opened: Opens) -> None:
    stand.state["wall"] = {"networks": [scenes.short(*scenes.thread(5))]}
    async with opened() as page:
        assert await page.count(".card") == 1
        assert "Hilo de 5" in await page.text(".thread-count")
        assert await page.text(f"{SHORT} .tray-count") == "1 publicación"
        assert await page.evaluate("[...document.querySelectorAll('.part')].map(part => part.innerText)") == [
            f"{n} de 5" for n in range(1, 6)
        ]
        assert await page.evaluate("[...document.querySelectorAll('.single')].map(part => part.dataset.post)") == [
            f"t{n}" for n in range(5)
        ]


async def test_a_comment_stands_below_its_post(stand: MockStand, opened: Opens) -> None:
    below = scenes.post("c", "#pan #horno", ago=1, format="comment", reply_to="p")
    stand.state["wall"] = {"networks": [scenes.photos(below, scenes.post("p", "Hoy hay pan", 4))]}
    async with opened() as page:
        assert await page.count(".card") == 1
        assert await page.count(".thread-count") == 0
        assert "Hoy hay pan" in await page.text(".card-photos .said")
        assert "#pan #horno" in await page.text(".card-photos .comments")


async def test_a_thread_grows_part_by_part(stand: MockStand, opened: Opens) -> None:
    parts = scenes.thread(3)
    async with opened() as page:
        for count in (1, 2, 3):
            stand.say("wall", {"networks": [scenes.short(*parts[-count:])]})
            await page.until(f"document.querySelectorAll('.single').length === {count}")
        assert await page.count(".card") == 1


async def test_a_page_shows_the_text_first_then_the_link_or_the_pictures(stand: MockStand, opened: Opens) -> None:
    many = scenes.post("m", "Siete fotos", *range(7), ago=5)
    stand.state["wall"] = {"networks": [scenes.page(many, scenes.LINKED)]}
    async with opened() as page:
        assert await page.count("[data-card=m] .frame") == 5
        assert await page.text("[data-card=m] .rest") == "+2"
        assert "panaderia.example" in (await page.text("[data-card=f2] .link-box")).lower()
        (said,), (box,) = await page.boxes("[data-card=f2] .said"), await page.boxes("[data-card=f2] .link-box")
        assert said.top + said.height <= box.top


async def test_a_network_nobody_told_the_page_of_is_shown_plainly(stand: MockStand, opened: Opens) -> None:
    said = scenes.network("otra", "Otra", "🐘", scenes.post("o", "Hola", 0), layout="hologram")
    told = scenes.network("tercera", "Tercera", "🎺", scenes.post("t", "Hola", 0), layout="photos")
    stand.state["wall"] = {"networks": [said, told]}
    async with opened() as page:
        assert await page.evaluate("[...document.querySelectorAll('.card')].map(card => card.dataset.layout)") == [
            "plain",
            "photos",
        ]


async def test_a_story_fills_the_screen_and_escape_leaves_it(stand: MockStand, opened: Opens) -> None:
    stand.state["wall"] = {"networks": [scenes.photos(scenes.STORY, scenes.STORY2)]}
    async with opened(phone=True) as page:
        await page.click(".tabs [data-tab=wall]")
        assert await page.count(".card") == 0, "a story is no post"
        await page.click(".ring")
        await page.wait("dialog.story")
        (stage,) = await page.boxes(".story-stage")
        assert stage.width == 390
        assert abs(stage.width / stage.height - 9 / 16) < 0.01
        await page.click(".story-after")
        await page.until("document.querySelector('.story-words').innerText === '¡Hoy abrimos!'")
        await page.press("Escape")
        await page.until("!document.querySelector('dialog')")
        await page.until("document.querySelectorAll('.ring.seen').length >= 1")


async def test_alternative_text_is_there_and_can_be_read(stand: MockStand, opened: Opens) -> None:
    stand.state["wall"] = {"networks": [scenes.short(scenes.X1), scenes.page(scenes.post("n", "Sin", 0))]}
    async with opened() as page:
        assert await page.evaluate("document.querySelector('[data-card=x1] img').alt") == scenes.ALT
        assert await page.count("[data-card=n] .alt-badge") == 0
        await page.click("[data-card=x1] .alt-badge")
        assert scenes.ALT in await page.text(".sheet")
        await page.press("Escape")
        await page.until("!document.querySelector('.sheet') && document.activeElement.classList.contains('alt-badge')")


async def test_every_post_says_that_it_is_simulated(stand: MockStand, opened: Opens) -> None:
    stand.state["wall"] = {
        "networks": [
            scenes.page(scenes.F1, scenes.LINKED),
            scenes.photos(scenes.I1, scenes.STORY),
            scenes.short(*scenes.thread()),
        ]
    }
    async with opened() as page:
        assert await page.count(".simulated") == await page.count("[data-post]") == 9


async def test_a_link_in_the_chat_leads_to_the_post_on_the_wall(stand: MockStand, opened: Opens) -> None:
    stand.state["chat"] = scenes.chat(
        *scenes.FINISHED[:4], scenes.message(130, '<a href="https://red.example/nada">perdido</a>')
    )
    stand.state["wall"] = {"networks": [scenes.page(scenes.F1), scenes.photos(scenes.I1), scenes.short(scenes.X1)]}
    async with opened(phone=True) as page:
        await page.click("a[href='https://red.example/nada']")
        assert "inventada" in await page.text(".toast")
        await page.evaluate("document.querySelector('a[href$=\"/x1\"]').click()")
        await page.until("document.body.dataset.tab === 'wall'")
        (post,) = await page.boxes("[data-card=x1]")
        assert -post.height < post.top < 844


async def test_a_fault_is_planned_shown_and_taken_away(stand: MockStand, opened: Opens) -> None:
    async with opened() as page:
        await page.click(f"{PHOTOS} .fault-button")
        assert await page.count(".sheet .fault") == 7
        await page.click(".sheet .choice button[data-value='2']")
        await page.click(".sheet [data-fault=rate_limited]")
        asked = await stand.heard("/networks/instagram/faults")
        assert (asked.method, asked.body, asked.marked) == (
            "POST",
            {"kind": "rate_limited", "times": 2, "seconds": 30},
            True,
        )
        planned = [{"kind": "rate_limited", "times": 2}, {"kind": "lost", "times": 1}]
        stand.say("wall", {"networks": [scenes.photos(faults=planned)]})
        await page.until("document.querySelectorAll('.chip').length === 2")
        assert await page.texts(".chip") == ["Límite alcanzado ×2", "Respuesta perdida"]
        await page.click(".chip:first-child button")
        again = await stand.heard("/networks/instagram/faults", 3)
        assert [each.method for each in stand.asked] == ["POST", "DELETE", "POST"]
        assert again.body == {"kind": "lost", "times": 1}, "the other one is planned anew"


async def test_telegram_fails_and_the_bot_is_killed(stand: MockStand, opened: Opens) -> None:
    async with opened() as page:
        await page.click(".controls .plain")
        await page.click(".sheet [data-value='editMessageText']")
        await page.click(".sheet [data-fault=flood]")
        assert (await stand.heard("/telegram/faults")).body == {
            "kind": "flood",
            "method": "editMessageText",
            "times": 1,
            "seconds": 30,
        }
        await page.click(".danger")
        assert (await stand.heard("/bot/kill")).method == "POST"
        for state, words in (("down", "Bot reiniciando"), ("starting", "Bot arrancando"), ("up", "Bot arriba")):
            stand.say("bot", {"state": state, "lives": 3})
            await page.until(f"document.querySelector('.bot-state').innerText.includes('{words}')")
        assert "vida n.º 3" in await page.text(".bot-state")


async def test_trays_stand_below_each_other_without_holes(stand: MockStand, opened: Opens) -> None:
    nets = [
        scenes.network(f"n{n}", f"Red {n}", "🎺", *[scenes.post(f"p{n}{at}", "pan") for at in range(n)])
        for n in range(7)
    ]
    stand.state["wall"] = {"networks": nets}
    async with opened(phone=True) as page:
        await page.click(".tabs [data-tab=wall]")
        assert {tray.left for tray in await page.boxes(".tray-network")} == {0.0}
        await page.dress(width=1440, height=900)
        await page.until(
            "document.querySelector('.packed') && document.querySelector('.tray-network').style.gridColumn"
        )
        trays = await page.boxes(".tray-network")
        for above, below in zip(trays, trays[3:], strict=False):
            assert above.left == below.left
            assert 12 <= below.top - (above.top + above.height) <= 36
        await page.dress(width=390, height=844)
        await page.until("document.querySelector('.tray-network').style.gridColumn === ''")
