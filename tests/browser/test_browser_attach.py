"""Pictures on their way into the chat: chosen, put in order, sent, refused."""

from pathlib import Path

from browser.chromium import Opens
from browser.mock_stand import MockStand

THUMBS = "document.querySelectorAll('.thumb').length"


def parts(body: list[tuple[str, str | None, bytes]]) -> dict[str, list[str]]:
    """Names of files, and the values of the other fields."""
    found: dict[str, list[str]] = {}
    for name, file, data in body:
        found.setdefault(name, []).append(str(file) if name == "picture" else data.decode())
    return found


async def test_photos_go_in_the_order_they_were_given(stand: MockStand, opened: Opens, pictures: list[Path]) -> None:
    async with opened() as page:
        await page.choose_files(".picker", pictures)
        await page.until(f"{THUMBS} === 3")
        await page.click(".thumb:nth-child(3) .thumb-earlier")
        await page.click(".field")
        await page.type("Tres")
        await page.press("Enter", shift=True)
        await page.type("panes")
        await page.press("Enter")
        asked = await stand.heard("/chat/pictures")
        assert asked.marked
        assert parts(asked.body) == {
            "picture": ["pan-0.jpg", "pan-2.jpg", "pan-1.jpg"],
            "caption": ["Tres\npanes"],
            "as": ["photo"],
        }
        assert [data for name, _, data in asked.body if name == "picture"][1] == pictures[2].read_bytes(), (
            "not a byte is changed"
        )
        await page.until(f"{THUMBS} === 0")


async def test_as_a_file_and_without_words(stand: MockStand, opened: Opens, pictures: list[Path]) -> None:
    async with opened(phone=True) as page:
        await page.choose_files(".picker", pictures[:2])
        await page.until(f"{THUMBS} === 2")
        await page.click(".thumb:nth-child(1) .thumb-remove")
        await page.click(".tray .choice button:nth-child(2)")
        await page.click(".send")
        asked = await stand.heard("/chat/pictures")
        assert parts(asked.body) == {"picture": ["pan-1.jpg"], "caption": [""], "as": ["document"]}


async def test_ten_at_most_and_pictures_only(
    stand: MockStand, opened: Opens, pictures: list[Path], tmp_path: Path
) -> None:
    other = tmp_path / "precios.txt"
    other.write_text("pan 1 €")
    async with opened() as page:
        await page.choose_files(".picker", [other])
        assert "precios.txt" in await page.text(".toast")
        await page.choose_files(".picker", pictures * 4)
        await page.until(f"{THUMBS} === 10")
        await page.until("[...document.querySelectorAll('.toast')].some(toast => toast.innerText.includes('diez'))")
        assert stand.asked == []


async def test_a_refused_album_stays_in_the_tray(stand: MockStand, opened: Opens, pictures: list[Path]) -> None:
    stand.refusal = "Esa imagen está dañada."
    async with opened() as page:
        await page.choose_files(".picker", pictures)
        await page.until(f"{THUMBS} === 3")
        await page.click(".send")
        assert await page.text(".toast") == "Esa imagen está dañada."
        assert await page.evaluate(THUMBS) == 3


async def test_whoever_has_no_photo_gets_one(stand: MockStand, opened: Opens) -> None:
    async with opened(phone=True) as page:
        await page.click(".suggestion:nth-child(2)")
        await page.until(f"{THUMBS} === 1 && document.querySelector('.field').value.length > 20")
        await page.click(".send")
        asked = await stand.heard("/chat/pictures")
        assert asked.body[0][2].startswith(b"\xff\xd8\xff"), "a JPEG"


async def test_a_dropped_photo_and_a_pasted_one_are_taken(opened: Opens) -> None:
    bring = (
        "(kind => { const data = new DataTransfer();"
        " data.items.add(new File([new Uint8Array(4)], kind + '.png', {type: 'image/png'}));"
        " document.querySelector('.field').dispatchEvent(kind === 'drop'"
        " ? new DragEvent('drop', {dataTransfer: data, bubbles: true, cancelable: true})"
        " : new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})); })"
    )
    async with opened() as page:
        await page.evaluate(f"{bring}('drop')")
        await page.until(f"{THUMBS} === 1")
        await page.evaluate(f"{bring}('paste')")
        await page.until(f"{THUMBS} === 2")
        assert await page.evaluate("[...document.querySelectorAll('.thumb')].map(thumb => thumb.title)") == [
            "drop.png",
            "paste.png",
        ]
