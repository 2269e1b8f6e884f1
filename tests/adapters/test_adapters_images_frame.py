"""Frames: whole pixels inside the bounds of every network, and never more pixels than there were."""

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from picture_samples import box

from adapters.picture_frame import alike, frame, kept
from adapters.profile import Pictures

sides = st.integers(1, 12_000)
sizes = st.tuples(sides, sides).filter(lambda size: max(size) <= 20 * min(size))
ratios = st.one_of(
    st.sampled_from([0.1, 1 / 3, 0.5625, 0.75, 0.8, 1.0, 4 / 3, 1.5, 1.91, 3.0, 10.0]), st.floats(0.1, 10)
)
bounds = st.tuples(ratios, ratios).map(lambda pair: (min(pair), max(pair)))
SQUARE = box(min_ratio=0.8, max_ratio=1.91, max_width=1440)


def within(size: tuple[int, int], pictures: Pictures) -> bool:
    """As a network computes it."""
    width, height = size
    return pictures.min_ratio <= width / height <= pictures.max_ratio and width <= pictures.max_width


@given(size=sizes, bounds=bounds, widest=st.integers(1000, 4096), whole=st.booleans())
@example(size=(1080, 565), bounds=(0.8, 1.91), widest=1440, whole=False)
@example(size=(1, 1), bounds=(0.8, 1.91), widest=1440, whole=False)
@example(size=(19, 1), bounds=(0.1, 0.1), widest=1440, whole=False)
def test_the_result_is_always_within_the_box(
    size: tuple[int, int], bounds: tuple[float, float], widest: int, whole: bool
) -> None:
    low, high = bounds
    pictures = box(min_ratio=low, max_ratio=high if high - low > 0.01 else low + 0.01, max_width=widest)
    found = frame(size, pictures, whole=whole)
    assert within(found.size, pictures)
    assert found.part[0] / found.part[1] == pytest.approx(found.size[0] / found.size[1])


@given(size=sizes)
def test_nothing_is_enlarged(size: tuple[int, int]) -> None:
    found = frame(size, SQUARE)
    assert found.size[0] <= size[0]
    assert found.size[1] <= size[1]
    assert found.scale <= 1 + 1e-9


@given(size=sizes)
def test_the_longer_side_may_be_bounded_too(size: tuple[int, int]) -> None:
    bounded = replace(box(min_ratio=0.05, max_ratio=20, max_width=2048), max_height=2048)
    found = frame(size, bounded)
    assert max(found.size) <= 2048
    least = min(2048, max(size)) - max(size) / min(size) - 1  # a whole pixel of the shorter side
    assert max(found.size) >= least, "and no smaller than that"


@given(size=sizes)
def test_no_more_is_cut_than_the_ratio_asks_for(size: tuple[int, int]) -> None:
    found, wide = frame(size, SQUARE), size[0] / size[1]
    assert found.part[0] <= size[0] + 1e-6
    assert found.part[1] <= size[1] + 1e-6
    if SQUARE.min_ratio <= wide <= SQUARE.max_ratio:
        lost = 1 - found.part[0] * found.part[1] / (size[0] * size[1])
        assert lost <= 1.01 / min(found.size)


@given(size=sizes)
def test_all_of_a_whole_picture_is_in_its_frame(size: tuple[int, int]) -> None:
    found = frame(size, SQUARE, whole=True)
    assert found.part[0] >= size[0] - 1e-6
    assert found.part[1] >= size[1] - 1e-6
    assert found.scale <= 1 + 1e-9


@given(size=sizes, least=st.integers(100, 800))
def test_only_the_least_width_enlarges(size: tuple[int, int], least: int) -> None:
    found = frame(size, box(min_ratio=0.8, max_ratio=1.91, max_width=1440, min_width=least))
    assert found.size[0] >= least
    assert found.scale <= 1 + 1e-9 or found.size[0] == least


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((1080, 565), (1079, 565)),  # 1080 / 565 is 1.9115
        ((1080, 566), (1080, 566)),
        ((4000, 3000), (1440, 1080)),
        ((3000, 4000), (1440, 1800)),
        ((1910, 1000), (1440, 754)),  # 1440 / 753.9
        ((191, 100), (191, 100)),
        ((800, 1000), (800, 1000)),
        ((800, 1001), (800, 1000)),
        ((100, 2000), (100, 125)),
    ],
)
def test_ratios_are_rounded_inwards(size: tuple[int, int], expected: tuple[int, int]) -> None:
    assert frame(size, SQUARE).size == expected


def test_a_ratio_that_only_some_sizes_have() -> None:
    exact = box(min_ratio=1.91, max_ratio=1.91)
    assert frame((1000, 1000), exact).size == (955, 500)
    assert frame((100, 100), exact).size == (191, 100)  # none smaller has it


def test_a_ratio_that_no_size_has() -> None:
    with pytest.raises(ValueError, match="no whole pixels"):
        frame((1000, 1000), box(min_ratio=1.91, max_ratio=1.91, max_width=190))


@given(first=sizes, other=sizes)
def test_pictures_of_one_post_have_one_ratio(first: tuple[int, int], other: tuple[int, int]) -> None:
    one = frame(first, SQUARE).size
    narrowed = alike(SQUARE, one)
    found = frame(other, narrowed).size
    assert within(found, SQUARE)
    assert found[0] / found[1] == pytest.approx(one[0] / one[1], rel=0.0051)


@pytest.mark.parametrize(
    ("size", "share"), [((1000, 1000), 1.0), ((1000, 2000), 0.625), ((3820, 1000), 0.5), ((100, 125), 1.0)]
)
def test_how_much_of_a_picture_is_left(size: tuple[int, int], share: float) -> None:
    assert kept(size, SQUARE) == pytest.approx(share)
