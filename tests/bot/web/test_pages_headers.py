"""What browsers are told: keep nothing, send nothing on, run nothing; and pages that a phone can read."""

import base64
import hashlib
import re

import pytest

from bot.web.embedded import Device, embedded
from bot.web.page_html import style
from bot.web.pages import _origins
from fakes.consenting import Browser, House

ALWAYS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow",
}


async def every(house: House, browser: Browser) -> list[tuple[str, object]]:
    link = await house.offer()
    left = await browser.leave(link)
    back = await browser.come_back(code=house.plaza.agree(), state=left.state)
    return [
        ("before", await browser.get(await house.offer())),
        ("unknown", await browser.get("/o/unknown")),
        ("leaving", left),
        ("back", back),
        ("done", await browser.result(back)),
        ("gone", await browser.get("/oauth/plaza/done/x")),
        ("nowhere", await browser.get("/nowhere")),
        ("health", await browser.get("/health/live")),
    ]


async def test_every_answer_is_strict(house: House, browser: Browser) -> None:
    for name, shown in await every(house, browser):
        headers = shown.headers  # type: ignore[attr-defined] # what the browser was shown
        assert {each: headers.get(each) for each in ALWAYS} == ALWAYS, name
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, name
        assert "frame-ancestors 'none'" in policy, name
        assert "base-uri 'none'" in policy, name
        assert "unsafe" not in policy, name
        assert "script-src" not in policy, name
        assert headers.get("Server") is None, name


async def test_the_style_is_the_one_that_was_announced(house: House, browser: Browser) -> None:
    page = await browser.get(await house.offer())
    (written,) = re.findall(r"<style>(.*?)</style>", page.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(written.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in page.headers["Content-Security-Policy"]
    assert "style=" not in page.text
    assert written == style()


async def test_the_form_leads_to_us_and_to_the_network_only(house: House, browser: Browser) -> None:
    policy = (await browser.get(await house.offer())).headers["Content-Security-Policy"]
    assert "form-action 'self' https://www.plaza.example https://*.plaza.example;" in policy
    assert "form-action 'self';" in (await browser.get("/o/unknown")).headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("address", "origins"),
    [
        ("https://x.example/i/authorize?a=b", ["https://x.example"]),
        ("http://127.0.0.1:8091/plaza/consent", ["http://127.0.0.1:8091"]),
        ("https://www.plaza.example/v1/dialog", ["https://www.plaza.example", "https://*.plaza.example"]),
    ],
)
def test_sites_pass_people_on_between_their_own_hosts(address: str, origins: list[str]) -> None:
    assert _origins(address) == origins


async def test_the_cookie_is_for_this_browser_and_this_way_only(house: House, browser: Browser) -> None:
    left = await browser.leave(await house.offer())
    (cookie,) = left.headers.getall("Set-Cookie")
    name, value = cookie.split(";")[0].split("=")
    assert name.startswith("__Host-")
    assert left.state not in cookie
    assert len(value) > 40
    attributes = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"httponly", "secure", "samesite=lax", "path=/"} <= attributes
    assert not any(part.startswith("domain") for part in attributes)


async def test_on_this_machine_the_cookie_needs_no_encryption(house: House) -> None:
    near = House(house.store, public_url="http://127.0.0.1:8080")
    async with near.open() as browser:
        link = await near.offer()
        (cookie,) = (await browser.leave(link)).headers.getall("Set-Cookie")
        assert "secure" not in cookie.lower().replace("secret", "")
        assert "en orden" in (await browser.link(link)).text


async def test_the_answer_leaves_the_address_bar(house: House, browser: Browser) -> None:
    left = await browser.leave(await house.offer())
    code = house.plaza.agree()
    back = await browser.come_back(code=code, state=left.state)
    page = await browser.result(back)
    assert back.status == 303
    assert code not in back.location + page.text
    assert left.state not in back.location + page.text


async def test_a_browser_that_follows_nothing_finds_a_link(house: House, browser: Browser) -> None:
    left = await browser.leave(await house.offer())
    assert left.status == 303
    assert f'href="{left.location.replace("&", "&amp;")}"' in left.text


async def test_pages_are_made_for_phones(house: House, browser: Browser) -> None:
    for name, shown in await every(house, browser):
        text = shown.text  # type: ignore[attr-defined] # what the browser was shown
        if text.startswith("<!doctype"):
            assert 'name="viewport" content="width=device-width' in text, name
            assert text.count("<h1>") == 1, name
            assert "<script" not in text, name


ANDROID = (
    "Mozilla/5.0 (Linux; Android 14; Pixel 8{}) AppleWebKit/537.36 (KHTML, like Gecko) "
    "{}Chrome/130.0.0.0 Mobile Safari/537.36"
)
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "


@pytest.mark.parametrize(
    ("agent", "found"),
    [
        (ANDROID.format("", ""), None),
        (IPHONE + "Version/18.1 Mobile/15E148 Safari/604.1", None),
        (IPHONE + "CriOS/130.0 Mobile/15E148 Safari/604.1", None),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", None),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/18.1 Safari/605.1.15", None),
        ("", None),
        ("TelegramBot (like TwitterBot)", Device.OTHER),
        (ANDROID.format("; wv", "Version/4.0 "), Device.ANDROID),
        (
            ANDROID.format("", "") + " Telegram-Android/11.4.2 (Google Pixel 8; Android 14; SDK 34; HIGH)",
            Device.ANDROID,
        ),
        (ANDROID.format("; wv", "Version/4.0 ") + " [FB_IAB/FB4A;FBAV/489.0.0.0;]", Device.ANDROID),
        (ANDROID.format("; wv", "Version/4.0 ") + " Instagram 350.0.0.0 Android", Device.ANDROID),
        (ANDROID.format("; wv", "Version/4.0 ") + " trill_360 BytedanceWebview/d8a21c6", Device.ANDROID),
        (IPHONE + "Mobile/15E148", Device.APPLE),
        (IPHONE + "Mobile/15E148 [FBAN/FBIOS;FBAV/489.0;FBDV/iPhone15,2]", Device.APPLE),
        (IPHONE + "Mobile/15E148 Instagram 350.0.0 (iPhone15,2; iOS 18_1)", Device.APPLE),
        (IPHONE + "Version/18.1 Mobile/15E148 Safari/604.1 musical_ly_36.0", Device.APPLE),
    ],
)
async def test_a_browser_inside_an_app_is_told_how_to_get_out(
    house: House, browser: Browser, agent: str, found: Device | None
) -> None:
    assert embedded(agent) is found
    page = await browser.get(await house.offer(), headers={"User-Agent": agent} if agent else None)
    assert ("dentro de otra app" in page.text) is (found is not None)
    assert "Seguir en Plaza" in page.text, "the button stays"


def test_a_very_long_name_of_a_browser_costs_nothing() -> None:
    assert embedded("Android " * 100_000) is None
