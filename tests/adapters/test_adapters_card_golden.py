"""The look of the cards as it was last approved by eye; `python tests/adapters/remake_golden.py` draws it anew."""

import pytest
from card_samples import GOLDEN, GOLDENS, golden
from PIL import Image, ImageChops, ImageStat

MOST = 3  # of 255, on average


def difference(one: Image.Image, other: Image.Image) -> float:
    return max(ImageStat.Stat(ImageChops.difference(one, other)).mean)


@pytest.mark.parametrize(("template", "text", "size"), GOLDENS)
def test_a_card_looks_as_it_did(template: str, text: str, size: tuple[int, int]) -> None:
    path, now = golden(template, text, size)
    assert difference(Image.open(path).convert("RGB"), now) <= MOST


def test_every_golden_picture_is_one_of_these_and_they_are_small() -> None:
    kept = set(GOLDEN.glob("*.png"))
    assert kept == {golden(*case)[0] for case in GOLDENS}
    assert sum(path.stat().st_size for path in kept) < 1_500_000


def test_another_text_or_template_would_be_noticed() -> None:
    size = (1080, 1080)
    (_, one), (_, text), (_, template) = (
        golden(*case) for case in [("sun", "bakery", size), ("sun", "song", size), ("quote", "bakery", size)]
    )
    assert difference(one, text) > MOST
    assert difference(one, template) > MOST
