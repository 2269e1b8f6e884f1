"""What a picture is: by its content, before anything is unpacked, and one clear fault for each way to be wrong."""

import hashlib
import struct
import time
import tracemalloc
import zlib
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from picture_samples import JPEG, PNG, WEBP, box, chunk, exif_of, frames, moving, noisy, opened, png_of, quarters, saved
from PIL import Image

from adapters import images
from adapters.content import Image as Sent
from adapters.images import PictureFault
from adapters.picture_header import LONGEST, MOST_BYTES, orientation
from adapters.picture_shape import MOST_PARTS

GIF = "image/gif"
HEAD = struct.pack(">II", 60_000, 60_000)


def fault(data: bytes, work: Callable[[bytes], object] = images.inspect) -> PictureFault:
    with pytest.raises(PictureFault) as raised:
        work(data)
    return raised.value


@pytest.mark.parametrize(("kind", "media_type"), [("JPEG", JPEG), ("PNG", PNG), ("GIF", GIF), ("WEBP", WEBP)])
def test_a_picture_is_what_its_bytes_say(kind: str, media_type: str) -> None:
    data = saved(quarters(), kind)
    digest = hashlib.sha256(data).hexdigest()
    assert images.inspect(data) == Sent(digest, media_type, 400, 300, len(data))
    assert not images.inspect(data).animated


@pytest.mark.parametrize(
    "options", [{"lossless": True}, {"exact": True, "quality": 10}, {"exif": exif_of(), "quality": 80}]
)
def test_every_kind_of_webp_is_measured(options: dict[str, object]) -> None:
    data = saved(quarters(123, 77), "WEBP", **options)
    assert (images.inspect(data).width, images.inspect(data).height) == (123, 77)


@pytest.mark.parametrize("number", range(1, 9))
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_measures_are_those_of_the_upright_picture(number: int, kind: str) -> None:
    found = images.inspect(saved(quarters(), kind, exif=exif_of(number)))
    assert (found.width, found.height) == ((300, 400) if number > 4 else (400, 300))


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_what_moves_is_said_to_move(kind: str) -> None:
    assert images.inspect(moving(kind)).animated
    assert (images.inspect(moving(kind)).width, images.inspect(moving(kind)).height) == (40, 30)


def test_a_photo_with_a_second_one_behind_is_a_photo() -> None:
    first, second = frames("red", "blue")
    data = saved(first, "MPO", save_all=True, append_images=[second])
    assert opened(data).format == "MPO"
    assert images.inspect(data).media_type == JPEG
    assert not images.inspect(data).animated


def test_no_bytes_are_no_picture() -> None:
    assert fault(b"").code == "picture_empty"


def test_too_many_bytes() -> None:
    data = saved(quarters()) + b"\0" * MOST_BYTES
    assert (fault(data).code, dict(fault(data).params)) == ("picture_too_heavy", {"megabytes": 33, "most": 32})


def brand(main: bytes, *others: bytes) -> bytes:
    inside = b"ftyp" + main + b"\0\0\0\0" + b"".join(others)
    return struct.pack(">I", len(inside) + 4) + inside + b"\0" * 100


@pytest.mark.parametrize("data", [brand(b"heic", b"mif1"), brand(b"avif"), brand(b"zzzz", b"miaf", b"heix")])
def test_pictures_of_a_kind_that_must_be_sent_in_another_way(data: bytes) -> None:
    assert fault(data).code == "picture_heic"


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b'<?xml version="1.0"?><svg/>',
        b"hola",
        b"%PDF-1.7",
        brand(b"isom", b"mp42"),
        b"RIFF\x24\0\0\0WAVEfmt ",
        b"II*\0\x08\0\0\0",
        b"BM" + b"\0" * 60,
        b"\xff",
        b"GIF90a" + b"\0" * 60,
    ],
)
def test_all_else_is_unknown(data: bytes) -> None:
    assert fault(data).code == "picture_unknown"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_file_that_stops_early_is_truncated(kind: str, share: float) -> None:
    data = saved(noisy(200, 200), kind)
    assert fault(data[: int(len(data) * share)]).code == "picture_truncated"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP"])
def test_wherever_it_is_cut_there_is_one_fault(kind: str) -> None:
    data = saved(quarters(40, 30), kind, **({"exif": exif_of(6)} if kind != "GIF" else {}))
    codes = {fault(data[:length]).code for length in range(16, len(data) - 1)}
    assert codes <= {"picture_truncated", "picture_damaged"}


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xd8\xff\xe0\0\x04ab" + b"hello",  # no marker where one must be
        b"\xff\xd8\xff\xff\xff\x01\xff\xd9",  # an end, but no picture before it
        png_of(0, 10, chunk(b"IEND", b"")),
        png_of(10, 10)[:8] + chunk(b"IHDR", b"short") + chunk(b"IEND", b""),
        b"RIFF\x0c\0\0\0WEBPXMP \0\0\0\0",
        b"RIFF\x04\0\0\0WEBP",
        b"GIF89a\x0a\0\x0a\0\0\0\0" + b"what is this",
    ],
)
def test_a_known_kind_that_makes_no_sense_is_damaged(data: bytes) -> None:
    assert fault(data).code == "picture_damaged"


def test_a_gif_without_a_picture_is_truncated() -> None:
    assert fault(b"GIF89a\x0a\0\x0a\0\0\0\0;").code == "picture_truncated"


def test_a_gif_without_its_last_byte_is_whole() -> None:
    assert images.inspect(saved(quarters(), "GIF").removesuffix(b";")).width == 400


def test_a_gif_is_as_large_as_its_first_picture() -> None:
    data = bytearray(saved(quarters(), "GIF"))
    data[6:10] = struct.pack("<HH", 10, 20)
    assert (images.inspect(bytes(data)).width, images.inspect(bytes(data)).height) == (400, 300)
    assert images.render(bytes(data), box())[1].width == 400


@pytest.mark.parametrize(
    ("data", "most"),
    [
        (png_of(60_000, 60_000, chunk(b"IDAT", b"x"), chunk(b"IEND", b"")), 40),
        (b"GIF89a" + struct.pack("<HHBBB", 60_000, 60_000, 0, 0, 0) + b",\0\0\0\0\1\0\1\0\0\2\0;", 40),
        (b"\xff\xd8\xff\xc0\0\x0b\x08" + struct.pack(">HH", 60_000, 60_000) + b"\1\1\x11\0\xff\xd9", 80),
        (b"RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + b"\x5f\xea\0" * 2, 40),
    ],
)
def test_a_bomb_is_refused_before_it_takes_time_or_memory(data: bytes, most: int) -> None:
    fault(b"")  # nothing of what follows is the price of a first call
    tracemalloc.start()
    began = time.perf_counter()
    refused = fault(data, lambda each: images.render(each, box()))
    took = time.perf_counter() - began
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (refused.code, dict(refused.params)) == ("picture_too_large", {"megapixels": 3600, "most": most})
    assert took < 0.05
    assert peak < 100_000


@pytest.mark.parametrize(
    "data",
    [
        b"\xff\xd8" + b"\xff\xd0" * (MOST_PARTS + 1),
        png_of(10, 10, chunk(b"tEXt", b"") * MOST_PARTS, chunk(b"IEND", b"")),
        b"RIFF" + struct.pack("<I", 4 + 8 * (MOST_PARTS + 1)) + b"WEBP" + b"VP8 \0\0\0\0" * (MOST_PARTS + 1),
    ],
)
def test_a_file_that_consists_of_crumbs_is_damaged(data: bytes) -> None:
    assert fault(data).code == "picture_damaged"


def test_what_fills_the_gaps_takes_no_time() -> None:
    head, rest = saved(quarters())[:2], saved(quarters())[2:]
    filled = head + b"\xff" * 20_000_000 + rest
    began = time.perf_counter()
    assert images.inspect(filled).width == 400
    assert time.perf_counter() - began < 0.5


@pytest.mark.parametrize("size", [(1, 10_000), (10_000, 1), (100, 100 * LONGEST + 1)])
def test_a_line_is_no_picture(size: tuple[int, int]) -> None:
    refused = fault(saved(Image.new("RGB", size), "PNG"))
    assert refused.code == "picture_too_long"
    assert dict(refused.params) == {"width": size[0], "height": size[1], "most": LONGEST}


def test_the_longest_that_is_taken() -> None:
    assert images.inspect(saved(Image.new("RGB", (2, 2 * LONGEST)), "PNG")).height == 2 * LONGEST


@pytest.mark.parametrize("order", ["<", ">"])
def test_the_orientation_is_found_in_either_order_of_bytes(order: str) -> None:
    mark = b"II*\0" if order == "<" else b"MM\0*"
    tiff = mark + struct.pack(f"{order}IHHHIHH", 8, 1, 274, 3, 1, 6, 0)
    assert orientation(tiff) == orientation(b"Exif\0\0" + tiff) == 6


@pytest.mark.parametrize("value", [0, 9, 60_000])
def test_an_orientation_that_does_not_exist_is_none(value: int) -> None:
    assert orientation(b"II*\0" + struct.pack("<IHHHIHH", 8, 1, 274, 3, 1, value, 0)) == 1


@given(st.binary(max_size=60))
def test_no_exif_is_so_broken_that_it_hurts(junk: bytes) -> None:
    assert orientation(junk) in range(1, 9)
    assert orientation(b"MM\0*\0\0\0\x08" + junk) in range(1, 9)


SAMPLES = [
    saved(quarters(64, 48), "JPEG", exif=exif_of(6)),
    saved(quarters(64, 48), "JPEG", progressive=True),
    saved(quarters(64, 48).convert("CMYK"), "JPEG"),
    saved(quarters(64, 48), "PNG", exif=exif_of(3)),
    saved(quarters(64, 48).quantize(8), "PNG"),
    saved(quarters(64, 48), "GIF"),
    saved(quarters(64, 48), "WEBP", exif=exif_of(2)),
    saved(quarters(64, 48), "WEBP", lossless=True),
    moving("GIF"),
    moving("WEBP"),
    moving("PNG"),
]


@given(data=st.data(), sample=st.sampled_from(SAMPLES))
def test_whatever_is_wrong_inside_there_is_a_picture_or_one_fault(data: st.DataObject, sample: bytes) -> None:
    broken = bytearray(sample)
    for at in data.draw(st.lists(st.integers(0, len(sample) - 1), min_size=1, max_size=6)):
        broken[at] = data.draw(st.integers(0, 255))
    with suppress(PictureFault):  # anything else that is raised fails the test
        rendered, media = images.render(bytes(broken), box(media_types=(JPEG, PNG)))
        assert opened(rendered).size == (media.width, media.height)


def damaged_inside() -> bytes:
    data = png_of(10, 10, chunk(b"IDAT", b"these are no packed pixels"), chunk(b"IEND", b""))
    images.inspect(data)  # from outside it is a picture
    return data


def two_sizes() -> bytes:
    """A second frame head that says something else than the first."""
    data = saved(quarters(64, 48))
    at = data.index(b"\xff\xc0")
    length = int.from_bytes(data[at + 2 : at + 4], "big")
    head = bytearray(data[at : at + 2 + length])
    head[5:9] = struct.pack(">HH", 96, 128)
    return data[: at + 2 + length] + bytes(head) + data[at + 2 + length :]


def huge_behind_small() -> bytes:
    data = two_sizes()
    at = data.rindex(struct.pack(">HH", 96, 128))
    return data[:at] + struct.pack(">HH", 30_000, 30_000) + data[at + 4 :]


@pytest.mark.parametrize(
    ("make", "code"),
    [(damaged_inside, "picture_damaged"), (two_sizes, "picture_damaged"), (huge_behind_small, "picture_damaged")],
)
def test_damage_that_shows_only_inside(make: Callable[[], bytes], code: str) -> None:
    assert fault(make(), lambda data: images.render(data, box())).code == code


def test_pixels_that_stop_early_are_truncated() -> None:
    pixels = zlib.compress(b"\0" * 100)
    data = png_of(200, 200, chunk(b"IDAT", pixels), chunk(b"IEND", b""))
    images.inspect(data)
    assert fault(data, lambda each: images.render(each, box())).code == "picture_truncated"


def test_a_file_is_recognised_without_a_name() -> None:
    """There is no name to give: bytes are all that is taken."""
    data = BytesIO(saved(quarters(), "PNG"))
    data.name = "photo.jpg"
    assert images.inspect(data.getvalue()).media_type == PNG
