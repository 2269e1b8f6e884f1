import hashlib
from dataclasses import replace
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Picture

from adapters.adapt import ALT_LIMIT, adapt, order
from adapters.adapted import Adapted, Media, Note, Part
from adapters.content import Content, Fit, Image, Mark, Span
from adapters.develop import Order, Prints
from adapters.profile import Hashtags, Links, Markup, Pictures, Profile
from adapters.text import utf16, weighted

JPEG = ("image/jpeg",)
PAGE = Profile(
    limit=63_206,
    count=utf16,
    hashtags=Hashtags(most=30),
    links=Links.PREVIEW,
    pictures=Pictures((*JPEG, "image/png"), most=10, max_bytes=4_000_000, min_ratio=0.1, max_ratio=10, max_width=2048),
)
GALLERY = Profile(
    limit=2200,
    count=utf16,
    hashtags=Hashtags(most=30, advised=5),
    links=Links.DEAD,
    pictures=Pictures(
        JPEG,
        most=10,
        max_bytes=8_000_000,
        min_ratio=0.8,
        max_ratio=1.91,
        max_width=1440,
        required=True,
        card=(540, 540),
    ),
)
STORY = replace(
    GALLERY,
    limit=0,
    pictures=replace(GALLERY.pictures, most=1, min_ratio=0.56, max_ratio=0.5635, max_width=1080, card=(540, 960)),
)
GALLERY = replace(GALLERY, others={"story": STORY})
BLOG = replace(PAGE, markup=Markup.MARKDOWN)
STREAM = replace(PAGE, limit=280, count=weighted, hashtags=Hashtags(most=10), links=Links.INLINE, thread=True)


def image(name: str = "a", media_type: str = "image/jpeg") -> Image:
    return Image(sha256=name * 64, media_type=media_type, width=800, height=600, size=1234, alt=f"foto {name}")


def codes(adapted: Adapted) -> list[str]:
    return [note.code for note in adapted.notes]


def test_a_plain_text_stays_as_it_is() -> None:
    adapted = adapt(Content("Hola, vecinos"), PAGE)
    assert adapted == Adapted("post", (Part("Hola, vecinos"),))
    assert adapted.blocked is None


def test_the_text_is_normalised() -> None:
    assert adapt(Content(" cafe\u0301 \r\n\n\n\nya "), PAGE).parts == (Part("café\n\nya"),)


def test_a_long_text_becomes_a_thread() -> None:
    adapted = adapt(Content("Hoy hay pan recién hecho en la plaza. " * 20), STREAM)
    assert len(adapted.parts) > 1
    assert all(weighted(part.text) <= 280 for part in adapted.parts)
    assert adapted.notes == (Note("thread", {"parts": len(adapted.parts)}),)


def test_without_threads_a_long_text_is_shortened() -> None:
    text = "Hoy hay pan. " * 300
    adapted = adapt(Content(text), replace(PAGE, limit=2200))
    (part,) = adapted.parts
    assert utf16(part.text) <= 2200
    assert adapted.notes == (Note("shortened", {"cut": len(text.strip()) - len(part.text)}),)


def test_a_very_long_thread_is_said() -> None:
    adapted = adapt(Content("Hoy hay pan recién hecho en la plaza. " * 200), STREAM)
    assert len(adapted.parts) > 25
    assert adapted.notes == (
        Note("thread", {"parts": len(adapted.parts)}),
        Note("thread_long", {"parts": len(adapted.parts)}),
    )


def test_a_break_set_by_hand_makes_a_thread_or_a_paragraph() -> None:
    content = Content("Hoy hay pan\n---\nMañana, vino")
    assert adapt(content, STREAM).parts == (Part("Hoy hay pan (1/2)"), Part("Mañana, vino (2/2)"))
    assert adapt(content, STREAM).notes == (Note("thread", {"parts": 2}),)
    assert adapt(content, PAGE).parts == (Part("Hoy hay pan\n\nMañana, vino"),)
    assert adapt(content, PAGE).notes == ()
    assert adapt(content, BLOG).parts == (Part("Hoy hay pan\n\n---\n\nMañana, vino"),)
    assert adapt(Content("---"), STREAM).parts == adapt(Content("---"), PAGE).parts == (Part("---"),)


def test_a_link_that_would_fall_away_stays_where_links_live() -> None:
    text = "Hoy hay pan. " * 20 + "Más en https://pan.es/hoy, vecinos."
    adapted = adapt(Content(text), replace(PAGE, limit=200))
    assert adapted.parts[0].text.endswith("Hoy hay pan… https://pan.es/hoy")
    assert codes(adapted) == ["shortened", "link_kept", "link_preview"]
    dead = adapt(Content(text), replace(PAGE, limit=200, links=Links.DEAD))
    assert "link_kept" not in codes(dead)


def test_where_marks_are_signs_words_are_cut_before_they_are_marked() -> None:
    content = Content("Hoy toca roscón de nata. Ven pronto.", spans=(Span(4, 23, Mark.BOLD),))
    adapted = adapt(content, replace(BLOG, limit=24))
    (part,) = adapted.parts
    assert len(part.text) <= 24
    assert part.text.endswith("…")
    assert part.text.count("**") in {0, 2}
    assert codes(adapted) == ["shortened"]
    assert codes(adapt(content, replace(BLOG, limit=60))) == []


def test_where_marks_are_signs_the_link_that_stays_is_noted() -> None:
    content = Content("Hoy toca roscón de nata y de crema. Más en https://pan.es/hoy", spans=(Span(4, 15, Mark.BOLD),))
    adapted = adapt(content, replace(BLOG, limit=46))
    assert adapted.parts[0].text.endswith("… https://pan.es/hoy")
    assert codes(adapted) == ["shortened", "link_kept", "link_preview"]


def test_hashtags_are_capped() -> None:
    text = "Hola\n\n" + " ".join(f"#pan{at}" for at in range(60))
    adapted = adapt(Content(text), GALLERY)
    assert adapted.parts[0].text.count("#") == 30
    assert adapted.notes[:2] == (
        Note("hashtags_capped", {"kept": 30, "found": 60}),
        Note("hashtags_many", {"found": 30, "advised": 5}),
    )


def test_as_many_hashtags_as_advised_make_no_note() -> None:
    assert codes(adapt(Content("#a #b #c #d #e"), GALLERY)) == ["drawn"]


@pytest.mark.parametrize(
    ("links", "link", "notes"),
    [
        (Links.PREVIEW, "https://pan.es/hoy", (Note("link_preview", {"url": "https://pan.es/hoy"}),)),
        (Links.INLINE, None, ()),
        (Links.DEAD, None, (Note("link_dead"),)),
    ],
)
def test_links(links: Links, link: str | None, notes: tuple[Note, ...]) -> None:
    adapted = adapt(Content("Ven a pan.es/hoy o a pan.com"), replace(PAGE, links=links))
    assert (adapted.link, adapted.notes) == (link, notes)


def printed(*names: str, notes: tuple[Note, ...] = ()) -> Prints:
    return Prints(tuple(Media(name * 64, "image/jpeg", 800, 600, 1234) for name in names), notes)


def described(*names: str) -> tuple[Media, ...]:
    return tuple(replace(media, alt=f"foto {name}") for name, media in zip(names, printed(*names).media, strict=True))


def test_pictures_take_the_place_of_a_preview() -> None:
    adapted = adapt(Content("pan.es", (image(),)), PAGE, prints=printed("a"))
    assert (adapted.link, adapted.notes) == (None, ())


def test_pictures_go_with_the_first_part() -> None:
    adapted = adapt(Content("Pan. " * 200, (image("a"), image("b"))), STREAM, prints=printed("a", "b"))
    assert [len(part.media) for part in adapted.parts] == [2] + [0] * (len(adapted.parts) - 1)
    assert adapted.parts[0].media == described("a", "b")


def test_a_thread_has_room_for_pictures_on_every_part() -> None:
    content = Content("Pan. " * 120, tuple(image(name) for name in "abcdefabcde"))
    stream = replace(STREAM, pictures=replace(STREAM.pictures, most=4))
    assert order(content, stream) == Order(stream.pictures, 12)
    adapted = adapt(content, stream, prints=printed(*"abcdefabcde"))
    assert [len(part.media) for part in adapted.parts] == [4, 4, 3]
    assert tuple(media for part in adapted.parts for media in part.media) == described(*"abcdefabcde")
    assert codes(adapted) == ["thread"]


def test_pictures_need_no_text() -> None:
    adapted = adapt(Content("\u200b", (image(),)), PAGE, prints=printed("a"))
    assert adapted == Adapted("post", (Part("", described("a")),))


def test_too_many_pictures_are_left_out_and_said() -> None:
    content = Content("Pan", tuple(image(name) for name in "abcdefabcdef"))
    assert order(content, PAGE) == Order(PAGE.pictures, 10)
    adapted = adapt(content, PAGE, prints=printed(*"abcdefabcd"))
    assert len(adapted.parts[0].media) == 10
    assert adapted.notes == (Note("pictures_capped", {"kept": 10, "found": 12}),)


def test_a_picture_that_cannot_be_used_blocks_and_is_the_only_thing_said() -> None:
    fault = Note("picture_damaged", blocks=True)
    adapted = adapt(Content("Pan", (image("a"), image("b"))), GALLERY, prints=printed("a", notes=(fault,)))
    assert adapted.blocked == fault
    assert codes(adapted) == ["picture_damaged"]


def test_pictures_must_be_developed() -> None:
    with pytest.raises(ValueError, match="not developed"):
        adapt(Content("Pan", (image(),)), PAGE)


def test_a_story_shows_the_picture_without_the_text() -> None:
    adapted = adapt(Content("Pan #pan en pan.es", (image(), image("b"))), GALLERY, "story", printed("a"))
    assert adapted.parts == (Part("", described("a")),)
    assert codes(adapted) == ["text_dropped", "pictures_capped"]
    assert order(Content("Pan " * 900, (image(),)), GALLERY, "story") == Order(STORY.pictures, 1)


def test_a_story_of_a_text_is_drawn() -> None:
    adapted = adapt(Content("¡Hoy toca roscón! #pan"), GALLERY, "story")
    [part] = adapted.parts
    assert (part.text, codes(adapted)) == ("", ["drawn"])
    assert (part.media[0].width, part.media[0].height) == (540, 960)
    assert part.media[0].alt == "¡Hoy toca roscón! #pan"


def test_a_required_picture_is_drawn() -> None:
    text = "¡Hoy toca roscón! " * 80
    adapted = adapt(Content(text), GALLERY)
    (media,) = adapted.parts[0].media
    data = adapted.files[media.sha256]
    assert hashlib.sha256(data).hexdigest() == media.sha256
    assert Picture.open(BytesIO(data)).size == (media.width, media.height) == (540, 540)
    assert (media.media_type, media.size) == ("image/jpeg", len(data))
    assert len(media.alt) <= ALT_LIMIT
    assert media.alt.startswith("¡Hoy toca roscón!")
    assert adapted.notes == (Note("drawn"),)
    assert adapt(Content(text), GALLERY).digest == adapted.digest


def test_hashtags_alone_are_drawn() -> None:
    adapted = adapt(Content("#pan #vino"), GALLERY)
    assert adapted.parts[0].text == "#pan #vino"
    assert codes(adapted) == ["drawn"]


def test_a_text_that_cannot_be_drawn_needs_a_picture() -> None:
    adapted = adapt(Content("日本語"), GALLERY)
    assert adapted.blocked == Note("pictures_required", blocks=True)
    assert adapted.files == {}


@pytest.mark.parametrize("text", ["", " \n\t ", "\u200b\ufeff", "\u0000"])
def test_nothing_to_post_blocks(text: str) -> None:
    adapted = adapt(Content(text), GALLERY)
    assert adapted.blocked == Note("empty", blocks=True)
    assert adapted.parts == (Part(""),)


def test_formats() -> None:
    assert adapt(Content("Pan"), GALLERY, "story").format == "story"
    with pytest.raises(ValueError, match="unknown format 'reel': one of post, story"):
        adapt(Content("Pan"), GALLERY, "reel")


def test_content_can_be_stored_and_is_bound_by_its_digest() -> None:
    content = Content("Pan", (image(),), Fit.BLUR, "frame")
    assert Content.load(content.dump()) == content
    assert Content.load({"text": "Pan", "images": []}) == Content("Pan")
    content = replace(content, fit=Fit.AUTO, design="")
    assert content.digest == Content("Pan", (image(),)).digest != Content("pan", (image(),)).digest


def test_what_is_adapted_can_be_stored() -> None:
    adapted = adapt(Content("Ven a pan.es #pan " * 40), STREAM)
    assert Adapted.load(adapted.dump()) == adapted


@pytest.mark.parametrize(
    "text", ["x" * 100_000, "#pan " * 20_000, "\u0301" * 100_000, "مرحبا " * 15_000, "🎉" * 50_000, "\ud800pan"]
)
@pytest.mark.parametrize("profile", [PAGE, GALLERY, STREAM])
def test_bad_input_is_fitted_or_blocked(text: str, profile: Profile) -> None:
    adapted = adapt(Content(text), profile)
    assert all(profile.count(part.text) <= profile.limit for part in adapted.parts)
    adapted.digest  # noqa: B018  # it must be possible to bind it by hash


@settings(max_examples=50)
@given(st.text(max_size=900), st.sampled_from([PAGE, STREAM, replace(STREAM, thread=False)]))
def test_limits_are_always_kept(text: str, profile: Profile) -> None:
    adapted = adapt(Content(text), profile)
    assert all(profile.count(part.text) <= profile.limit for part in adapted.parts)
    assert adapted.blocked or all(part.text for part in adapted.parts)
