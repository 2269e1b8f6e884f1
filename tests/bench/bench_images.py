"""Pictures: every network's variant from one unpacking, against unpacking for each; memory; how long the loop is held.

Alone: `PYTHONPATH=.:tests:tests/bench python tests/bench/bench_images.py`
"""

import asyncio
import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench_rows import Found, Measured, tables
from bench_size import FULL, Size, median
from PIL import Image, ImageChops, ImageOps

from adapters import images
from adapters.content import Content
from adapters.profile import Pictures
from bot.clock import SystemClock
from bot.fitting import CHAT, Fitting
from publishers.engine.loading import known_platforms, load_platforms
from publishers.engine.model import Account, Actor, Draft, DraftStatus, Target
from storage.media import MediaFiles

JPEG, PNG = "image/jpeg", "image/png"
FOUR = {
    "a": Pictures((JPEG, PNG), 10, 4_000_000, 0.1, 10.0, 2048),
    "b": Pictures((JPEG,), 10, 8_000_000, 0.8, 1.91, 1440),
    "c": Pictures((JPEG, PNG), 10, 8_000_000, 0.1, 10.0, 1600),
    "d": Pictures((JPEG,), 4, 5_000_000, 1 / 3, 3.0, 1200),
}


def networks() -> dict[str, Pictures]:
    """The boxes of the product: of every network in every format, and of the chat."""
    platforms = load_platforms(dict.fromkeys(known_platforms()), today=date(2026, 11, 21))
    profiles = {name: connected.platform.profile for name, connected in platforms.items()}
    boxes = {f"{name} {form}": each.form(form).pictures for name, each in profiles.items() for form in each.formats}
    return {**boxes, "chat": CHAT}


def photo(width: int, height: int, orientation: int = 1) -> bytes:
    """A JPEG with coarse and fine detail and with EXIF, about 0.3 bytes for each pixel."""
    coarse, fine = (Image.effect_noise((width // n, height // n), 80).resize((width, height)) for n in (16, 4))
    grain = Image.effect_noise((width, height), 12)
    light = Image.linear_gradient("L").resize((width, height))
    bands = [ImageChops.add(one, other, scale=2) for one, other in ((coarse, grain), (fine, grain), (light, coarse))]
    exif = Image.Exif()
    exif[0x0112] = orientation
    out = BytesIO()
    Image.merge("RGB", bands).save(out, "JPEG", quality=88, exif=exif)
    return out.getvalue()


def naive(data: bytes, box: Pictures) -> bytes:
    """As it is often done: all of it unpacked, turned, cut and reduced, for each network anew."""
    upright = ImageOps.exif_transpose(Image.open(BytesIO(data))).convert("RGB")
    ratio = min(max(upright.width / upright.height, box.min_ratio), box.max_ratio)
    width = min(box.max_width, upright.width, int(upright.height * ratio))
    fitted = ImageOps.fit(upright, (width, round(width / ratio)), Image.Resampling.LANCZOS)
    out = BytesIO()
    fitted.save(out, "JPEG", quality=92)
    return out.getvalue()


def took(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def compared(data: bytes, boxes: Mapping[str, Pictures], rounds: int) -> Measured:
    pairs = [
        (took(lambda: images.render_all(data, boxes)), took(lambda: [naive(data, box) for box in boxes.values()]))
        for _ in range(rounds)
    ]
    ours, theirs = (median(side) for side in zip(*pairs, strict=True))
    return Measured(ours / theirs, rounds, f"{ours * 1000:.0f} ÷ {theirs * 1000:.0f} ms")


async def turning(longest: list[float]) -> None:
    """Note how long the loop did not turn, in ms."""
    while True:
        began = time.perf_counter()
        await asyncio.sleep(0.001)
        longest.append((time.perf_counter() - began - 0.001) * 1000)


async def held(data: bytes, rounds: int) -> Measured:
    """The longest time the loop did not turn while pictures were made in a thread beside it."""
    longest: list[float] = []
    task = asyncio.create_task(turning(longest))
    for _ in range(rounds):
        await asyncio.to_thread(images.render_all, data, FOUR)
    task.cancel()
    return Measured(max(longest, default=0.0), rounds)


async def albums(size: Size) -> Found:
    """Drafts of four photos at the same time, through the product's own fitting, in a process of its own."""
    written = await _alone("albums", str(size.albums), input_=photo(*size.photo))
    grown, longest = json.loads(written)
    note = "over one album before them"
    return {"pictures.albums": Measured(grown, 1, note), "pictures.albums.held": Measured(longest)}


async def many_albums(data: bytes, many: int) -> tuple[float, float]:
    platforms = load_platforms(dict.fromkeys(known_platforms()), today=date(2026, 11, 21))
    longest: list[float] = []
    with TemporaryDirectory() as folder, ThreadPoolExecutor(1) as studio:
        shelf = MediaFiles(Path(folder), key=b"0" * 32, clock=SystemClock())
        fitting = Fitting(platforms, shelf, studio)
        await _fit(fitting, _album(shelf, data, 99))
        before = _peak()
        drafts = [_album(shelf, data, number) for number in range(many)]
        task = asyncio.create_task(turning(longest))
        await asyncio.gather(*(_fit(fitting, draft) for draft in drafts))
        task.cancel()
        return _peak() - before, max(longest, default=0.0)


def _album(shelf: MediaFiles, data: bytes, number: int) -> Content:
    """What stands behind the end of a photo is not looked at: the same pixels under other names."""
    sent = [data + f"{number}-{part}".encode() for part in range(4)]
    return Content("Pan", tuple(images.inspect(shelf.load(shelf.keep(each))) for each in sent))


async def _fit(fitting: Fitting, content: Content) -> None:
    accounts = [Account(f"a-{name}", name, "1", "@pan", main=True, credentials_version=1) for name in fitting.platforms]
    targets = tuple(Target(account.id) for account in accounts)
    carmen, at = Actor(7, "Carmen"), datetime(2026, 11, 21, tzinfo=UTC)
    await fitting.fit(Draft("d", 7, 1, carmen, 1, DraftStatus.PENDING, content, targets, at), accounts)
    await fitting.show(content)


async def memory(measures: tuple[int, int]) -> Measured:
    """What a process of its own grows by while it makes four variants."""
    grown = json.loads(await _alone("variants", input_=photo(*measures)))
    return Measured(grown, 1, "over a process that has loaded Pillow")


async def _alone(*what: str, input_: bytes) -> bytes:
    """One measurement in a process of its own."""
    here = Path(__file__).parent
    path = os.pathsep.join(map(str, (here.parents[1], here.parent, here)))
    process = await asyncio.create_subprocess_exec(
        sys.executable, __file__, *what, env={**os.environ, "PYTHONPATH": path},
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    written, _ = await process.communicate(input_)
    return written


def grown(data: bytes) -> float:
    """Megabytes this process needed more than before, at its highest."""
    images.render(_dot(), FOUR["d"])  # loads what is loaded once
    before = _peak()
    images.render_all(data, FOUR)
    return _peak() - before


def _dot() -> bytes:
    out = BytesIO()
    Image.new("RGB", (8, 8)).save(out, "JPEG")
    return out.getvalue()


def _peak() -> float:
    """The most memory this process has had; unlike what getrusage says, without that of the one that started it."""
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")) / 1000


async def pictures(size: Size) -> Found:
    width, height = size.photo
    landscape, portrait = photo(width, height), photo(width, height + 24, orientation=6)
    return {
        "pictures.four": compared(landscape, FOUR, size.rounds),
        "pictures.all": compared(portrait, networks(), size.rounds),
        "pictures.held": await held(landscape, size.rounds),
        "pictures.memory": await memory(size.photo),
        "pictures.memory.80": await memory(size.large),
        **await albums(size),
    }


def say(value: Any) -> None:
    sys.stdout.write(f"{value}\n")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["albums", many]:
            say(json.dumps(asyncio.run(many_albums(sys.stdin.buffer.read(), int(many)))))
        case ["variants"]:
            say(grown(sys.stdin.buffer.read()))
        case _:
            say("\n".join(tables(asyncio.run(pictures(FULL)))))
