"""The page as a whole: safe, self-sufficient, usable with one thumb and with no mouse."""

import re

import pytest
from browser import scenes
from browser.chromium import Opens
from browser.mock_stand import PAGE, MockStand

EVIL = '<img src=x onerror="window.taken=1"><script>window.taken=1</script>"\'><b>hola'
ESCAPED = EVIL.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
TAKEN = "window.taken === undefined && !document.querySelector('[onerror], main script, img[src=x]')"
WIDE = """[...document.querySelectorAll('*')].filter(node => node.checkVisibility()
  && (node.matches('html, body, .scroll, .wall') && node.scrollWidth > node.clientWidth
    || !node.closest('.strip, .rings, .announcer') && node.getBoundingClientRect().right > innerWidth + 1
    || node.closest('.tray-network, .bubble') && !node.closest('.strip, .rings')
      && node.getBoundingClientRect().right > node.closest('.tray-network, .bubble').getBoundingClientRect().right + 1)
).length"""
SEEN = """document.activeElement.matches('body, .field')
  || getComputedStyle(document.activeElement).outlineStyle !== 'none'"""
NAMELESS = """[...document.querySelectorAll('button, a')]
  .filter(node => !(node.innerText || node.getAttribute('aria-label') || node.querySelector('img')?.alt))
  .map(node => node.outerHTML)"""
SAID = """document.body.innerText + [...document.querySelectorAll('[aria-label]')]
  .map(node => '\\n' + node.getAttribute('aria-label')).join('')"""
REACH = """(() => {
  const wanted = 'button:not([disabled]):not([tabindex="-1"]), a[href], textarea, [tabindex="0"]';
  return [...document.querySelectorAll(wanted)].filter(node => node.checkVisibility()).length;
})()"""


async def test_text_from_outside_stays_text(stand: MockStand, opened: Opens) -> None:
    document = {"name": EVIL, "size": 5}
    rows = [
        [{"text": EVIL, "data": EVIL, "url": None}, {"text": "x", "data": None, "url": "javascript:window.taken=1"}]
    ]
    stand.state["chat"] = scenes.chat(
        scenes.message(1, ESCAPED, reply_to={"id": 9, "excerpt": EVIL}, buttons=rows),
        scenes.message(2, "", document=document, mine=True),
        scenes.pictured(3, 0, ESCAPED),
    )
    evil = scenes.post("<x>", EVIL, 0, alt=EVIL, author=EVIL, permalink=EVIL, link="javascript:window.taken=1")
    story = scenes.post("s", EVIL, 0, alt=EVIL, format="story", author=EVIL)
    layouts = ("photos", "page", "thread", "plain")
    nets = [
        scenes.network(f"k{n}", EVIL, EVIL, evil, story, layout=each, faults=[{"kind": EVIL, "times": 1}])
        for n, each in enumerate(layouts)
    ]
    stand.state["wall"] = {"networks": nets}
    async with opened() as page:
        for selector in (
            ".words",
            ".quote",
            ".file-name",
            ".key span",
            ".card-page .said",
            ".card-thread .said",
            ".tray-head h3",
        ):
            assert "<img src=x" in await page.text(selector), selector
        assert await page.evaluate("document.querySelector('.card-page img').alt") == EVIL
        assert await page.count("a[href^='javascript']") == 0
        await page.click(".card-page .alt-badge")
        assert EVIL in await page.text(".sheet")
        stand.say("toast", {"text": EVIL, "message": 1})
        assert EVIL in await page.text(".toast")
        assert await page.evaluate(TAKEN)


async def test_unescaped_html_from_the_server_still_does_no_harm(stand: MockStand, opened: Opens) -> None:
    html = (
        f'{EVIL}</b><a href="javascript:window.taken=1" onclick="window.taken=1">a</a>'
        '<iframe src="https://x.example"></iframe><b style="position:fixed" onclick="1">b</b>'
        '<a href="https://ok.example/">ok</a>'
    )
    stand.state["chat"] = scenes.chat(scenes.message(1, html))
    async with opened() as page:
        await page.wait(".words")
        assert await page.evaluate(TAKEN)
        assert await page.count("iframe, .words [style], .words [onclick]") == 0
        assert await page.evaluate(
            "[...document.querySelectorAll('.words a')].map(a => [a.href, a.rel.includes('noopener')])"
        ) == [["https://ok.example/", True]]
        assert all("Content Security Policy" in fault for fault in page.faults), "what was read was not run"
        page.faults.clear()


async def test_it_says_when_the_line_is_gone_and_comes_back_by_itself(stand: MockStand, opened: Opens) -> None:
    stand.state["chat"] = scenes.chat(scenes.message(1, "antes"))
    async with opened() as page:
        assert not await page.evaluate("document.querySelector('.offline').checkVisibility()")
        await stand.down()
        await page.wait(".offline")
        assert "Sin conexión" in await page.text(".offline")
        await page.click(".field")
        await page.type("no te pierdas")
        await page.press("Enter")
        assert "sigue aquí" in await page.text(".toast")
        stand.state["chat"] = scenes.chat(scenes.message(1, "antes"), scenes.message(2, "después"))
        await stand.up()
        await page.until("document.querySelector('[data-id=\"2\"]') && document.querySelector('.offline').hidden")
        assert await page.evaluate("document.querySelector('.field').value") == "no te pierdas"
        assert await page.count("[data-id='1']") == 1, "what was there is not there twice"


@pytest.mark.parametrize("width", [320, 390, 768, 900, 1440])
async def test_nothing_is_wider_than_the_screen(stand: MockStand, opened: Opens, width: int) -> None:
    long = "palabra" * 40
    stand.state["chat"] = scenes.chat(*scenes.FAILED, scenes.message(200, long, buttons=scenes.rows(f"{long}=a | b=b")))
    stand.state["wall"] = {
        "networks": [
            scenes.page(scenes.F1, scenes.post("l", long)),
            scenes.photos(scenes.I1, faults=[{"kind": "lost", "times": 2}]),
            scenes.short(*scenes.thread()),
        ]
    }
    async with opened() as page:
        await page.dress(width=width, height=844)
        for tab in ("chat", "wall"):
            await page.evaluate(f"document.querySelector('.tabs [data-tab={tab}]').click()")
            await page.until(f"{WIDE} === 0", 2)


async def test_a_thumb_can_hit_everything(stand: MockStand, opened: Opens) -> None:
    stand.state["chat"] = scenes.chat(*scenes.CARDED)
    async with opened(phone=True) as page:
        hands = await page.boxes(".key, .composer .icon, .tabs button")
        await page.click(".tabs [data-tab=wall]")
        hands += await page.boxes(".controls button, .fault-button, .jumps button")
        assert len(hands) > 15
        assert [box for box in hands if box.height < 40 or box.width < 40] == []


@pytest.mark.parametrize("phone", [False, True])
async def test_everything_can_be_reached_by_tab_and_is_seen(stand: MockStand, opened: Opens, phone: bool) -> None:
    stand.state["chat"] = scenes.chat(*scenes.FAILED)
    stand.state["wall"] = {
        "networks": [
            scenes.photos(scenes.I1, scenes.STORY, faults=[{"kind": "lost", "times": 1}]),
            scenes.short(scenes.X1),
        ]
    }
    async with opened(phone=phone) as page:
        await page.wait(".keys .key")
        wanted = await page.evaluate(REACH)
        await page.evaluate("window.reached = new Set()")
        for _ in range(wanted + 2):
            await page.press("Tab")
            await page.evaluate(
                "document.activeElement !== document.body && window.reached.add(document.activeElement)"
            )
            assert await page.evaluate(SEEN), await page.evaluate("document.activeElement.outerHTML")
        assert await page.evaluate("window.reached.size") >= wanted


async def test_every_button_has_a_name(stand: MockStand, opened: Opens) -> None:
    stand.state["chat"] = scenes.chat(*scenes.FAILED)
    stand.state["wall"] = {
        "networks": [
            scenes.photos(scenes.post("c", "x", 0, 1), scenes.STORY),
            scenes.short(scenes.X1),
            scenes.page(scenes.LINKED),
        ]
    }
    async with opened() as page:
        assert await page.count("button, a") > 30
        assert await page.evaluate(NAMELESS) == []


async def test_new_messages_and_edits_are_said_aloud(stand: MockStand, opened: Opens) -> None:
    async with opened() as page:
        stand.messages(scenes.message(1, "Borrador <b>listo</b>"))
        await page.until("document.querySelector('.announcer').innerText.includes('Pregonero: Borrador listo')")
        stand.messages(scenes.message(1, "🎉 ¡Publicado!", edited=True))
        await page.until("document.querySelector('.announcer').innerText.includes('¡Publicado!')")


async def test_the_other_tab_shows_that_something_is_new(stand: MockStand, opened: Opens) -> None:
    async with opened(phone=True) as page:
        stand.say("wall", {"networks": [scenes.page(scenes.F1)]})
        await page.wait(".tabs [data-tab=wall] .unread")
        await page.click(".tabs [data-tab=wall]")
        await page.until("document.querySelector('.tabs [data-tab=wall] .unread').hidden")


@pytest.mark.parametrize("dark", [False, True])
async def test_words_stand_out_from_what_is_behind_them(stand: MockStand, opened: Opens, dark: bool) -> None:
    """Contrast of at least 4.5 : 1 (WCAG 2.2, 1.4.3) for the colours that carry words."""
    pairs = [
        ("--ink", "--theirs"),
        ("--ink", "--mine"),
        ("--soft", "--theirs"),
        ("--soft", "--raised"),
        ("--soft", "--paper"),
        ("--accent-words", "--raised"),
        ("--accent-words", "--mine"),
        ("--accent-words", "--accent-tint"),
        ("--accent-ink", "--accent"),
        ("--bad", "--raised"),
    ]
    measure = """pair => {
      const pen = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
      const light = name => {
        pen.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(name);
        pen.fillRect(0, 0, 1, 1);
        const linear = v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
        const [r, g, b] = [...pen.getImageData(0, 0, 1, 1).data].map(v => linear(v / 255));
        return .2126 * r + .7152 * g + .0722 * b + .05;
      };
      const [one, other] = pair.map(light);
      return Math.max(one, other) / Math.min(one, other);
    }"""
    async with opened(dark=dark) as page:
        for pair in pairs:
            assert await page.evaluate(f"({measure})({list(pair)})") >= 4.5, pair


async def test_both_languages_have_every_text(opened: Opens) -> None:
    for language, other in (("es", "en"), ("en", "es")):
        async with opened(path=f"/?lang={language}") as page:
            shown = await page.evaluate(SAID)
            assert not re.search(r"^(?:page|chat|wall|write|attach|tabs|bot|faults)\.[a-z_.]+$", shown, re.MULTILINE)
            assert await page.evaluate("document.querySelector('.language').getAttribute('href')") == f"?lang={other}"
    spanish, english = (PAGE / "texts.js").read_text().split("const EN = ")
    keys = [re.findall(r'^  "([^"]+)": "', part, re.MULTILINE) for part in (spanish, english)]
    assert keys[0] == keys[1]
    assert len(keys[0]) > 100


def test_the_page_is_what_a_person_wrote() -> None:
    """No markup from strings, no code from strings, no address outside."""
    for file in PAGE.iterdir():
        text = file.read_text()
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text), (
            file
        )
        assert not re.search(r"https?://(?!www\.w3\.org/)[a-z]", text), file
    assert not re.search(
        r"<style|style=|<script(?! type=\"module\" src)|\bon[a-z]+=", (PAGE / "index.html").read_text()
    )
