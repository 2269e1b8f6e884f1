"""What was approved against limits that changed since."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.adapt import adapt
from adapters.adapted import Adapted, Media, Part
from adapters.content import Content
from adapters.outgrown import Misfit, outgrown
from adapters.profile import Hashtags, Links, Pictures, Profile
from adapters.text import weighted

PICTURE = Media("ab" * 32, "image/jpeg", 1080, 810, 90_000)
PICTURES = Pictures(
    ("image/jpeg",), most=2, max_bytes=90_000, min_ratio=0.5, max_ratio=2.0, max_width=1080, max_height=810
)
PLAIN = Profile(20, len, Hashtags(3), Links.INLINE, PICTURES)
THREAD = replace(PLAIN, limit=40, count=weighted, thread=True)


def post(*texts: str, media: tuple[Media, ...] = (), form: str = "post") -> Adapted:
    return Adapted(form, tuple(Part(text, media) for text in texts))


@pytest.mark.parametrize(
    ("adapted", "profile", "code"),
    [
        (post("x" * 20, media=(PICTURE, PICTURE)), PLAIN, None),
        (post("x" * 21), PLAIN, "outgrown_text"),
        (post("x" * 40, "y" * 40), THREAD, None),
        (post("x" * 40, "y" * 41), THREAD, "outgrown_text"),
        (post("x", "y"), PLAIN, "outgrown_text"),
        (post("", media=(PICTURE,) * 3), PLAIN, "outgrown_pictures"),
        (post("", media=(PICTURE, replace(PICTURE, size=90_001))), PLAIN, "outgrown_picture"),
        (post("", media=(replace(PICTURE, width=1081),)), PLAIN, "outgrown_picture"),
        (post("", media=(replace(PICTURE, height=811),)), PLAIN, "outgrown_picture"),
        (post("", media=(replace(PICTURE, media_type="image/png"),)), PLAIN, "outgrown_picture"),
        (
            post("", media=(replace(PICTURE, height=9000),)),
            replace(PLAIN, pictures=replace(PICTURES, max_height=None)),
            None,
        ),
        (post("", form="story"), PLAIN, "outgrown_format"),
        (post("x", form="story"), replace(PLAIN, others={"story": replace(PLAIN, limit=0)}), "outgrown_text"),
        (post("", form="story"), replace(PLAIN, others={"story": replace(PLAIN, limit=0)}), None),
    ],
)
def test_the_first_limit_that_is_not_kept(adapted: Adapted, profile: Profile, code: str | None) -> None:
    found = outgrown(adapted, profile)
    assert (None if found is None else found.code) == code


def test_it_says_how_much_was_found_and_how_much_is_taken() -> None:
    assert outgrown(post("x" * 30), PLAIN) == Misfit("outgrown_text", {"found": "30", "most": "20"})


@given(
    st.text(max_size=300),
    st.sampled_from(
        [PLAIN, THREAD, replace(PLAIN, pictures=replace(PICTURES, max_height=None, required=True, max_bytes=4_000_000))]
    ),
)
def test_what_was_just_adapted_keeps_to_every_limit(text: str, profile: Profile) -> None:
    made = adapt(Content(text), profile)
    assert made.blocked is not None or outgrown(made, profile) is None
