"""Pictures: every network's variant from one unpacking, against unpacking for each; memory; how long the loop is held.

Alone: `PYTHONPATH=.:tests:tests/bench python tests/bench/bench_images.py`
"""

import asyncio
import json
import sys
import time
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

from bench_figures import Figure, median, table
from PIL import Image, ImageChops, ImageOps

from adapters import images
from adapters.profile import Pictures

ROUNDS = 7
BAR = 0.25
HELD = 25.0
"""Milliseconds the loop may be held."""
JPEG, PNG = "image/jpeg", "image/png"
WIDE = Pictures((JPEG, PNG, "image/webp"), 4, 5_000_000, 1 / 3, 3.0, 4096)
FOUR = {
    "a": Pictures((JPEG, PNG), 10, 4_000_000, 0.1, 10.0, 2048),
    "b": Pictures((JPEG,), 10, 8_000_000, 0.8, 1.91, 1440),
    "c": Pictures((JPEG, PNG), 10, 8_000_000, 0.1, 10.0, 1600),
    "d": Pictures((JPEG,), 4, 5_000_000, 1 / 3, 3.0, 1200),
}
NETWORKS = {"a": FOUR["a"], "b": FOUR["b"], "c": Pictures((JPEG, PNG), 10, 8_000_000, 0.1, 10.0, 1440), "d": WIDE}


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


def compared(what: str, data: bytes, boxes: Mapping[str, Pictures], bar: float | None) -> Figure:
    pairs = [
        (took(lambda: images.render_all(data, boxes)), took(lambda: [naive(data, box) for box in boxes.values()]))
        for _ in range(ROUNDS)
    ]
    ours, theirs = (median(side) for side in zip(*pairs, strict=True))
    note = f"{ours * 1000:.0f} ms ÷ {theirs * 1000:.0f} ms"
    return Figure(what, ours / theirs, "×", bar, ROUNDS, note)


async def held(data: bytes) -> Figure:
    """The longest time the loop did not turn while pictures were made in a thread beside it."""
    longest, done = 0.0, False

    async def turn() -> None:
        nonlocal longest
        while not done:
            began = time.perf_counter()
            await asyncio.sleep(0.001)
            longest = max(longest, time.perf_counter() - began - 0.001)

    turning = asyncio.create_task(turn())
    for _ in range(ROUNDS):
        await asyncio.to_thread(images.render_all, data, FOUR)
    done = True
    await turning
    return Figure("loop held while four variants are made in a thread", longest * 1000, "ms", HELD, ROUNDS, "longest")


async def memory(what: str, *measures: int) -> Figure:
    """What a process of its own grows by while it makes four variants."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, __file__, *map(str, measures), stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    written, _ = await process.communicate(photo(*measures))
    return Figure(what, json.loads(written), "MB", samples=1, note="over a process that has loaded Pillow")


def grown() -> float:
    """Megabytes this process needed more than before, at its highest."""
    data = sys.stdin.buffer.read()
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


async def pictures() -> list[Figure]:
    landscape, portrait = photo(4000, 3000), photo(4032, 3024, orientation=6)
    return [
        compared("four variants of a 12 MP photo ÷ naive", landscape, FOUR, BAR),
        compared("the same, one as large as the photo", landscape, NETWORKS, BAR),
        compared("the same, photo held upright", portrait, NETWORKS, None),
        await held(landscape),
        await memory("memory for four variants of 12 MP", 4000, 3000),
        await memory("memory for four variants of 80 MP", 10_000, 8000),
    ]


def say(value: Any) -> None:
    sys.stdout.write(f"{value}\n")


if __name__ == "__main__":
    say(grown() if sys.argv[1:] else "\n".join(table(asyncio.run(pictures()))))
