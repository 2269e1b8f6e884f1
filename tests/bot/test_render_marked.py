"""Marked words on the card."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from render_samples import ES, draft, labels, read, target

from adapters.adapted import Adapted, Note, Part
from adapters.content import Mark, Span, Wording
from adapters.spans import nest
from bot.render import card
from bot.render.marked import QUOTED, marked
from bot.render.room import MOST, units

URL = "https://pan.es/?a=1&b='x'"
SPANS = st.lists(
    st.builds(Span, st.integers(0, 40), st.integers(0, 40), st.sampled_from(list(Mark)), st.just(URL)), max_size=8
)


def html(text: str, *spans: Span, room: int = 4000) -> str:
    return marked(Wording(text, nest(spans, len(text))), room)


def test_every_mark_has_its_tag() -> None:
    tags = {"b": Mark.BOLD, "i": Mark.ITALIC, "u": Mark.UNDERLINE, "s": Mark.STRIKE, "tg-spoiler": Mark.SPOILER}
    for tag, mark in {**tags, "code": Mark.CODE}.items():
        assert html("a <b>", Span(0, 1, mark)) == f"<{tag}>a</{tag}> &lt;b&gt;"
    assert html("a", Span(0, 1, Mark.BLOCK, "python")) == "<code>a</code>"


def test_a_link_leads_where_it_should_and_nowhere_else() -> None:
    assert html("a", Span(0, 1, Mark.LINK, URL)) == f'<a href="{URL.replace("&", "&amp;")}">a</a>'
    assert html("a", Span(0, 1, Mark.LINK, 'https://pan.es/"><b>')) == '<a href="https://pan.es/%22%3E%3Cb%3E">a</a>'
    assert html("a", Span(0, 1, Mark.LINK, "javascript:x")) == html("a", Span(0, 1, Mark.LINK, "mailto:a@b.es")) == "a"


def test_a_quote_within_the_quote_of_the_card_has_a_sign_on_each_line() -> None:
    assert html("uno\ndos\n\ntres", Span(4, 13, Mark.QUOTE), Span(4, 7, Mark.BOLD)) == (
        f"uno\n{QUOTED}<b>dos</b>\n\n{QUOTED}tres"
    )


@given(st.text(st.sampled_from("ab <&🥐\n"), max_size=40), SPANS, st.integers(1, 600))
def test_it_is_well_formed_and_fits(text: str, spans: list[Span], room: int) -> None:
    shown = html(text, *spans, room=room)
    words, _ = read(shown)
    assert units(shown) <= max(room, 1)
    assert words.replace(QUOTED, "") == text or words.endswith("…")


def test_a_card_full_of_marks_fits() -> None:
    text = "🥐&" * 2000
    spans = tuple(Span(at, at + 2, Mark.LINK, f"https://pan.es/{at}") for at in range(0, 200, 2))
    shown = card(draft(text), [target("plaza")], ES).text
    assert units(shown) <= MOST
    of = draft(text)
    screen = card(replace(of, content=of.content.worded(Wording(text, spans))), [target("plaza")], ES)
    assert units(screen.text) <= MOST
    assert 'href="https://pan.es/0"' in screen.text


# -- mentions on the card -----------------------------------------------------------------------------------------


def noted(*notes: Note) -> Adapted:
    return Adapted("post", (Part("Hola"),), notes=notes)


def test_whom_nobody_knows_is_said_once_for_all_networks() -> None:
    strange = noted(Note("mention_unknown", {"name": "@<pepe>"}))
    screen = card(draft(), [target("plaza", adapted=strange), target("foto", 2, adapted=strange)], ES)
    words, _ = read(screen.text)
    assert words.count("No sé quién es @<pepe>: va tal cual.") == 1
    assert words.count(": tal cual") == 2
    assert ["👤 Menciones"] in labels(screen)


def test_who_lacks_a_name_is_said_where_it_lacks() -> None:
    nameless = noted(Note("mention_unmapped", {"name": "Ana"}))
    screen = card(draft(), [target("plaza", adapted=nameless), target("foto", 2)], ES)
    assert screen.text.count("Ana va sin @") == 1
    assert ["👤 Menciones"] in labels(screen)
    assert ["👤 Menciones"] not in labels(card(draft(), [target("plaza")], ES))
