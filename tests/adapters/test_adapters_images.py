"""What networks get of a picture: upright, in sRGB, within the box and the bytes, and nothing but pixels."""

import hashlib
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from picture_samples import (
    BLUE,
    GREEN,
    JPEG,
    PNG,
    RED,
    STRICT,
    WEBP,
    YELLOW,
    box,
    chunk,
    colour_at,
    corners,
    empty_profile,
    exif_of,
    grey_profile,
    linear_grey_to_srgb,
    near,
    noisy,
    opened,
    png_of,
    quarters,
    saved,
    wide_profile,
    wide_to_srgb,
    wide_with_detail_right,
)
from PIL import Image, ImageCms, ImageFile

from adapters import images, picture_bytes
from adapters.images import Fit, PictureFault
from adapters.profile import Pictures

UPRIGHT = [RED, GREEN, BLUE, YELLOW]
STORED = {
    1: [RED, GREEN, BLUE, YELLOW],
    2: [GREEN, RED, YELLOW, BLUE],
    3: [YELLOW, BLUE, GREEN, RED],
    4: [BLUE, YELLOW, RED, GREEN],
    5: [RED, BLUE, GREEN, YELLOW],
    6: [GREEN, YELLOW, RED, BLUE],
    7: [YELLOW, GREEN, BLUE, RED],
    8: [BLUE, RED, YELLOW, GREEN],
}
"""How upright quarters lie in the file, in reading order (EXIF 2.32, 4.6.4: rows and columns of each orientation)."""


def mosaic(colours: list[tuple[int, int, int]], width: int, height: int) -> Image.Image:
    image = Image.new("RGB", (2, 2))
    image.putdata(colours)
    return image.resize((width, height), Image.Resampling.NEAREST)


def rendered(data: bytes, pictures: Pictures | None = None, **options: Any) -> Image.Image:
    """The picture as a network sees it, after checking that what is said of it is true."""
    written, media = images.render(data, pictures or box(), **options)
    image = opened(written)
    assert media.sha256 == hashlib.sha256(written).hexdigest()
    assert (media.width, media.height, media.size) == (*image.size, len(written))
    assert image.get_format_mimetype() == media.media_type
    return image


# -- as it is meant to be seen ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", STORED)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_every_orientation_comes_out_upright(number: int, kind: str) -> None:
    size = (300, 400) if number > 4 else (400, 300)
    data = saved(mosaic(STORED[number], *size), kind, exif=exif_of(number))
    image = rendered(data)
    assert image.size == (400, 300)
    assert all(near(found, meant, 12) for found, meant in zip(corners(image), UPRIGHT, strict=True))


@pytest.mark.parametrize("number", [1, 6])
def test_a_large_photo_comes_out_upright_too(number: int) -> None:
    size = (2250, 3000) if number == 6 else (3000, 2250)
    data = saved(mosaic(STORED[number], *size), exif=exif_of(number))
    image = rendered(data, STRICT)
    assert image.size == (1440, 1080)
    assert all(near(found, meant, 12) for found, meant in zip(corners(image), UPRIGHT, strict=True))


@pytest.mark.parametrize("colour", [(100, 150, 100), (180, 90, 60), (90, 90, 160), (128, 128, 128)])
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_wide_colour_space_is_brought_to_srgb(colour: tuple[int, int, int], kind: str) -> None:
    data = saved(Image.new("RGB", (64, 64), colour), kind, icc_profile=wide_profile(), quality=98)
    expected = wide_to_srgb(colour)
    assert near(expected, colour, 40)
    found = colour_at(rendered(data).convert("RGB"), 32, 32)
    assert near(found, expected, 4)


def test_the_wide_space_makes_a_difference() -> None:
    assert not near(wide_to_srgb((100, 150, 100)), (100, 150, 100), 20)


def test_a_grey_profile_is_followed() -> None:
    data = saved(Image.new("L", (64, 64), 55), "PNG", icc_profile=grey_profile())
    found = colour_at(rendered(data).convert("RGB"), 9, 9)
    assert near(found, (linear_grey_to_srgb(55),) * 3, 3)


def test_transparency_survives_a_profile() -> None:
    image = Image.new("RGBA", (64, 64), (100, 150, 100, 255))
    image.paste((0, 0, 0, 0), (0, 0, 32, 64))
    found = rendered(saved(image, "PNG", icc_profile=wide_profile()), box(media_types=(JPEG, PNG)))
    assert found.mode == "RGBA"
    left, right = colour_at(found, 8, 32), colour_at(found, 56, 32)
    assert (left[3], right[3]) == (0, 255)
    assert near(right[:3], wide_to_srgb((100, 150, 100)), 3)


@pytest.mark.parametrize("profile", [b"what is this", grey_profile(), wide_profile()[:200], empty_profile()])
def test_a_profile_that_makes_no_sense_is_not_followed(profile: bytes) -> None:
    image = rendered(saved(quarters(), icc_profile=profile))
    assert "icc_profile" not in image.info
    assert all(near(found, meant, 12) for found, meant in zip(corners(image), UPRIGHT, strict=True))


def srgb_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def deep() -> bytes:
    """Sixteen bits of grey."""
    image = Image.new("I;16", (64, 64), 128 * 257)
    return saved(image, "PNG")


def see_through(mode: str) -> Image.Image:
    image = Image.new("LA", (64, 64), (128, 255)) if mode == "LA" else Image.new("RGBA", (64, 64), (128, 128, 128, 255))
    return image if mode == "LA" else image.convert(mode)


def first_grey(kind: str) -> bytes:
    pictures = [Image.new("RGB", (64, 64), colour) for colour in ((128, 128, 128), (255, 0, 0))]
    return saved(pictures[0], kind, save_all=True, append_images=pictures[1:])


@pytest.mark.parametrize(
    "make",
    [
        deep,
        lambda: saved(Image.new("L", (64, 64), 128)),
        lambda: saved(Image.new("L", (64, 64), 128), "PNG"),
        lambda: saved(see_through("LA"), "PNG"),
        lambda: saved(see_through("RGBA"), "PNG"),
        lambda: saved(Image.new("RGB", (64, 64), (128,) * 3).quantize(4), "PNG"),
        lambda: saved(Image.new("CMYK", (64, 64), (0, 0, 0, 127))),
        lambda: first_grey("GIF"),
        lambda: first_grey("WEBP"),
        lambda: first_grey("PNG"),
        lambda: first_grey("MPO"),
    ],
)
def test_every_mode_becomes_plain_colours(make: Callable[[], bytes]) -> None:
    image = rendered(make())
    assert (image.mode, image.format) == ("RGB", "JPEG")
    assert near(colour_at(image, 32, 32), (128, 128, 128), 3)


def test_one_bit_for_each_pixel() -> None:
    image = Image.new("1", (64, 64))
    image.paste(1, (32, 0, 64, 64))
    found = rendered(saved(image, "PNG"))
    assert colour_at(found, 8, 8) == (0, 0, 0)
    assert colour_at(found, 56, 8) == (255, 255, 255)


# -- transparency ----------------------------------------------------------------------------------------------------


def logo(kind: str = "PNG") -> bytes:
    """A red square on nothing."""
    image = Image.new("RGBA", (200, 200), (0, 0, 0, 0))
    image.paste((*RED, 255), (50, 50, 150, 150))
    return saved(image, kind, **({"lossless": True} if kind == "WEBP" else {}))


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP"])
@pytest.mark.parametrize("background", [(255, 255, 255), (20, 40, 60)])
def test_where_it_is_transparent_the_background_shows(kind: str, background: tuple[int, int, int]) -> None:
    image = rendered(logo(kind), box(background=background))
    assert near(colour_at(image, 10, 10), background, 6)
    assert near(colour_at(image, 100, 100), RED, 12)


@pytest.mark.parametrize("kind", ["PNG", "GIF", "WEBP"])
def test_it_stays_transparent_where_that_is_taken(kind: str) -> None:
    image = rendered(logo(kind), box(media_types=(JPEG, PNG)))
    assert (image.mode, image.format) == ("RGBA", "PNG")
    assert colour_at(image.convert("RGBA"), 10, 10)[3] == 0


def test_too_heavy_to_stay_transparent() -> None:
    image = noisy(300, 300)
    image.putalpha(128)
    data = saved(image, "PNG")
    written, media = images.render(data, box(media_types=(JPEG, PNG), max_bytes=100_000))
    assert (media.media_type, media.width) == (JPEG, 300)
    assert len(written) <= 100_000


# -- kinds of file ---------------------------------------------------------------------------------------------------


def test_a_drawing_is_kept_without_losses_where_it_may() -> None:
    data = saved(quarters(3000, 2000), "PNG")
    image = rendered(data, box(media_types=(JPEG, PNG), max_width=1000))
    assert image.format == "PNG"
    assert corners(image) == UPRIGHT


def test_a_photo_in_a_png_becomes_a_jpeg() -> None:
    assert rendered(saved(noisy(600, 400), "PNG"), box(media_types=(JPEG, PNG), max_width=500)).format == "JPEG"


def test_one_that_takes_only_webp_gets_webp() -> None:
    assert rendered(saved(quarters()), box(media_types=(WEBP,))).format == "WEBP"


def test_one_that_takes_only_png_gets_png() -> None:
    assert rendered(saved(quarters()), box(media_types=(PNG,))).format == "PNG"


def test_one_that_takes_nothing_we_write_is_a_mistake_in_its_profile() -> None:
    with pytest.raises(ValueError, match="image/x-icon"):
        images.render(saved(quarters()), box(media_types=("image/x-icon",)))


# -- nothing but pixels ----------------------------------------------------------------------------------------------

SECRETS = (b"Camera maker", b"GPS", b"Exif", b"secret words", b"http://ns.adobe.com")


def telling(kind: str) -> bytes:
    """With all that pictures carry along."""
    options: dict[str, Any] = {"exif": exif_of(place=True), "icc_profile": srgb_profile()}
    if kind in {"JPEG", "WEBP"}:
        options["xmp"] = b"http://ns.adobe.com/xap/1.0/ secret words"
    if kind == "JPEG":
        options["comment"] = b"secret words"
    data = saved(quarters(), kind, **options)
    if kind == "PNG":
        words = chunk(b"tEXt", b"Comment\0secret words") + chunk(b"tIME", b"\x07\xea\x01\x01\0\0\0")
        data = data[:-12] + words + data[-12:]
    return data + (b"secret words" if kind in {"JPEG", "PNG"} else b"")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("types", [(JPEG,), (PNG,), (WEBP,), (JPEG, PNG, WEBP)])
@pytest.mark.parametrize("width", [4096, 100])
def test_nothing_that_was_said_about_it_goes_out(kind: str, types: tuple[str, ...], width: int) -> None:
    data = telling(kind)
    assert any(secret in data for secret in SECRETS)
    written, _ = images.render(data, box(media_types=types, max_width=width))
    image = opened(written)
    assert not any(secret in written for secret in SECRETS)
    assert len(image.getexif()) == 0
    assert not {"icc_profile", "comment", "xmp", "exif"} & set(image.info)


def test_a_photo_that_fits_loses_what_was_said_but_not_one_pixel() -> None:
    data = telling("JPEG")
    written, media = images.render(data, STRICT)
    assert opened(written).tobytes() == opened(data).tobytes()
    assert (media.width, media.height) == (400, 300)
    assert len(written) < len(data)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_file_that_fits_and_says_nothing_goes_as_it_is(kind: str) -> None:
    data = saved(quarters(), kind)
    assert images.render(data, box(media_types=(JPEG, PNG, WEBP)))[0] == data


@pytest.mark.parametrize(
    ("data", "changes"),
    [
        (saved(quarters()), {"max_width": 399}),
        (saved(quarters()), {"min_width": 401}),
        (saved(quarters()), {"max_ratio": 1.3}),
        (saved(quarters()), {"min_ratio": 1.4}),
        (saved(quarters()), {"max_bytes": len(saved(quarters())) - 1}),
        (saved(quarters(), "PNG"), {}),
        (saved(quarters(), exif=exif_of(3)), {}),
        (saved(quarters().convert("L")), {}),
        (saved(quarters().convert("CMYK")), {}),
        (saved(quarters(), keep_rgb=True), {}),
        (saved(quarters(), icc_profile=wide_profile()), {}),
    ],
)
def test_a_file_that_does_not_fit_is_written_anew(data: bytes, changes: dict[str, Any]) -> None:
    written, media = images.render(data, box(**changes))
    assert media.media_type == JPEG
    assert len(written) <= changes.get("max_bytes", len(written))
    assert written[:400] != data[:400]
    assert opened(written).mode == "RGB"


def test_colours_marked_as_they_are_by_a_program_are_not_taken_for_others() -> None:
    """An APP14 segment that says the three colours are not luminance first."""
    data = saved(quarters(), keep_rgb=True)
    marked = data[:2] + b"\xff\xee\0\x0eAdobe\0\x64\0\0\0\0\0" + data[2:]
    assert all(near(found, meant, 12) for found, meant in zip(corners(rendered(marked)), UPRIGHT, strict=True))


def test_what_moves_goes_out_still() -> None:
    image = rendered(first_grey("WEBP"), box(media_types=(JPEG, PNG, WEBP)))
    assert not getattr(image, "is_animated", False)
    image = rendered(first_grey("PNG"), box(media_types=(JPEG, PNG, WEBP)))
    assert not getattr(image, "is_animated", False)


def test_sixteen_bits_are_not_sent_on() -> None:
    image = rendered(deep(), box(media_types=(PNG,)))
    assert image.mode == "RGB"


def test_what_was_written_here_once_stays_as_it_is() -> None:
    once, _ = images.render(saved(noisy(2000, 1500), exif=exif_of(6)), STRICT)
    assert images.render(once, STRICT)[0] == once


# -- cropped or whole ------------------------------------------------------------------------------------------------


def light(image: Image.Image) -> float:
    """How much of the picture is nearly white."""
    histogram = image.convert("L").histogram()
    return sum(histogram[225:]) / (image.width * image.height)


def test_the_part_with_most_to_see_is_shown() -> None:
    data = saved(wide_with_detail_right())
    cropped, centred = rendered(data, STRICT), rendered(data, STRICT, fit=Fit.CENTRE)
    assert cropped.size == centred.size == (573, 300)
    assert light(cropped) > 1.8 * light(centred) > 0


def test_the_part_is_found_in_a_tall_picture_too() -> None:
    data = saved(wide_with_detail_right().rotate(90, expand=True))
    assert light(rendered(data, STRICT)) > 1.5 * light(rendered(data, STRICT, fit=Fit.CENTRE))


def test_where_nothing_stands_out_the_middle_is_shown() -> None:
    data = saved(Image.new("RGB", (1000, 300), RED), "PNG")
    exact = box(min_ratio=1, max_ratio=1)
    assert images.render(data, exact) == images.render(data, exact, fit=Fit.CENTRE)


@pytest.mark.parametrize("fit", [Fit.BLUR, Fit.PLAIN])
@pytest.mark.parametrize("size", [(1000, 200), (200, 1000)])
def test_a_whole_picture_lies_in_the_middle(fit: Fit, size: tuple[int, int]) -> None:
    data = saved(quarters(*size))
    image = rendered(data, box(min_ratio=1.0, max_ratio=1.0), fit=fit)
    assert image.size == (1000, 1000)
    inner = image.crop((0, 400, 1000, 600) if size[0] > size[1] else (400, 0, 600, 1000))
    assert all(near(found, meant, 12) for found, meant in zip(corners(inner), UPRIGHT, strict=True))
    ground = colour_at(image, 100, 100)
    assert near(ground, (255, 255, 255) if fit is Fit.PLAIN else tuple(value * 0.75 for value in RED), 25)


def test_a_whole_picture_that_fits_has_no_ground() -> None:
    data = saved(quarters(2000, 1500), "PNG")
    assert images.render(data, STRICT, fit=Fit.BLUR)[0] == images.render(data, STRICT, fit=Fit.CROP)[0]


@pytest.mark.parametrize("fit", [Fit.BLUR, Fit.PLAIN])
def test_a_whole_transparent_picture_lies_on_the_background(fit: Fit) -> None:
    data = saved(opened(logo()).crop((0, 60, 200, 100)), "PNG")
    image = rendered(data, box(media_types=(PNG,), min_ratio=1, max_ratio=1), fit=fit)
    assert (image.mode, image.size) == ("RGB", (200, 200))
    assert near(colour_at(image, 10, 100), (255, 255, 255), 6)


@pytest.mark.parametrize(
    ("size", "expected"), [((3000, 2000), (1440, 960)), ((100, 100), (320, 320)), ((1080, 565), (1079, 565))]
)
def test_measures_are_those_the_network_takes(size: tuple[int, int], expected: tuple[int, int]) -> None:
    assert rendered(saved(quarters(*size)), STRICT).size == expected


@settings(max_examples=60)
@given(
    size=st.tuples(st.integers(1, 700), st.integers(1, 700)).filter(lambda size: max(size) <= 20 * min(size)),
    fit=st.sampled_from(Fit),
    kind=st.sampled_from(["JPEG", "PNG"]),
    number=st.integers(1, 8),
)
def test_whatever_its_measures_the_result_is_within_the_box(
    size: tuple[int, int], fit: Fit, kind: str, number: int
) -> None:
    pictures = box(min_ratio=0.8, max_ratio=1.91, max_width=300, min_width=20)
    image = rendered(saved(quarters(*size), kind, exif=exif_of(number)), pictures, fit=fit)
    assert 20 <= image.width <= 300
    assert 0.8 <= image.width / image.height <= 1.91


# -- bytes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("most", [150_000, 60_000, 20_000, 5_000])
@pytest.mark.parametrize("types", [(JPEG,), (PNG,), (WEBP,), (JPEG, PNG)])
def test_no_more_bytes_than_the_network_takes(most: int, types: tuple[str, ...]) -> None:
    written, media = images.render(saved(noisy(600, 450), "PNG"), box(media_types=types, max_bytes=most, min_ratio=1))
    assert len(written) == media.size <= most
    assert media.width / media.height >= 1


def test_the_quality_is_the_best_that_fits() -> None:
    image = noisy(300, 300)
    full = picture_bytes.write(image, JPEG, 10**9)
    assert full is not None
    most = len(full) * 2 // 3
    written = picture_bytes.write(image, JPEG, most)
    assert written is not None
    sizes = [len(saved(image, quality=quality, subsampling=2)) for quality in picture_bytes.QUALITIES]
    assert len(written) == max(size for size in sizes if size <= most)


def test_no_quality_fits() -> None:
    assert picture_bytes.write(noisy(300, 300), JPEG, 1000) is None


def test_one_that_cannot_be_made_small_enough() -> None:
    with pytest.raises(PictureFault) as raised:
        images.render(saved(noisy(600, 450)), box(max_bytes=2000, min_width=320))
    assert (raised.value.code, dict(raised.value.params)) == ("picture_unfit", {"kilobytes": 2})


def test_hardly_any_bytes_at_all() -> None:
    with pytest.raises(PictureFault) as raised:
        images.render(saved(quarters()), box(max_bytes=10))
    assert raised.value.code == "picture_unfit"


# -- several networks, several pictures ------------------------------------------------------------------------------


@pytest.fixture
def unpackings(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """The sizes in which pictures were really unpacked."""
    seen: list[tuple[int, int]] = []
    load = ImageFile.ImageFile.load

    def watched(image: ImageFile.ImageFile) -> Any:
        if image.tile:
            seen.append(image.size)
        return load(image)

    monkeypatch.setattr(ImageFile.ImageFile, "load", watched)
    return seen


BOXES = {
    "one": box(media_types=(JPEG, PNG), max_width=2048),
    "two": STRICT,
    "three": box(media_types=(JPEG, PNG), max_width=1440),
    "four": box(max_width=4096, max_bytes=5_000_000),
}


def test_one_picture_is_unpacked_once_for_all_networks(unpackings: list[tuple[int, int]]) -> None:
    data = saved(quarters(4000, 3000), exif=exif_of(3))
    found = images.render_all(data, BOXES)
    assert unpackings == [(4000, 3000)]
    assert {name: (media.width, media.height) for name, (_, media) in found.items()} == {
        "one": (2000, 1500),
        "two": (1440, 1080),
        "three": (1440, 1080),
        "four": (4000, 3000),
    }
    assert found["two"] == found["three"]


def test_no_larger_than_the_largest_needs(unpackings: list[tuple[int, int]]) -> None:
    images.render_all(saved(quarters(4000, 3000), exif=exif_of()), BOXES)
    assert unpackings == [(2000, 1500)]  # the fourth takes the file as it is


def test_a_file_that_goes_as_it_is_is_looked_at_all_the_same(unpackings: list[tuple[int, int]]) -> None:
    images.render(saved(quarters(4000, 3000)), BOXES["four"])
    assert unpackings == [(500, 375)]


def test_no_network_no_picture() -> None:
    assert images.render_all(saved(quarters()), {}) == {}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_the_same_picture_gives_the_same_bytes(kind: str) -> None:
    data = saved(quarters(900, 300), kind)
    for fit in Fit:
        assert images.render_all(data, BOXES, fit=fit) == images.render_all(data, BOXES, fit=fit)


def test_what_is_not_wanted_is_not_made_and_changes_nothing() -> None:
    data = saved(quarters(900, 300))
    everything = images.render_all(data, BOXES)
    for name in BOXES:
        assert images.render_all(data, BOXES, wanted=[name]) == {name: everything[name]}


def test_left_to_us_a_picture_is_cut_unless_too_much_would_be_lost() -> None:
    little, much = saved(quarters(1000, 500)), saved(quarters(1600, 400))
    square = box(min_ratio=1.2, max_ratio=1.5)
    assert images.render(little, square, fit=Fit.AUTO) == images.render(little, square, fit=Fit.CROP)
    assert images.render(much, square, fit=Fit.AUTO) == images.render(much, square, fit=Fit.BLUR)


def test_damage_inside_shows_when_it_is_examined() -> None:
    data = saved(quarters(900, 300))
    assert images.examine(data) == images.inspect(data)
    with pytest.raises(PictureFault, match="picture_truncated"):
        images.examine(data[: len(data) // 2])


def test_a_palette_with_a_hole_is_transparent() -> None:
    pixels = chunk(b"IDAT", zlib.compress(b"\0\0\1" * 2))
    data = png_of(
        2, 2, chunk(b"PLTE", bytes((9, 9, 9, *RED))), chunk(b"tRNS", b"\0"), pixels, chunk(b"IEND", b""), colour=3
    )
    found = rendered(data, box(media_types=(PNG,), min_width=4))
    assert found.mode == "RGBA"
