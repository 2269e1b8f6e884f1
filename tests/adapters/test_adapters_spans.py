from hypothesis import given
from hypothesis import strategies as st

from adapters.content import Content, Mark, Span, Wording
from adapters.spans import BLOCKS, CODES, Exchange, cleaned, exchanged, join, nest, piece, stripped
from adapters.text import clean

B, IT, Q, C, L = Mark.BOLD, Mark.ITALIC, Mark.QUOTE, Mark.CODE, Mark.LINK
SPANS = st.builds(
    Span, st.integers(-5, 30), st.integers(-5, 30), st.sampled_from(list(Mark)), st.sampled_from(("", "https://a.es"))
)
TEXTS = st.text(st.sampled_from("ab \n\té\u0301\r🥐\u200d"), max_size=25)


def covered(spans: tuple[Span, ...], mark: Mark) -> set[int]:
    return {at for span in spans if span.mark is mark for at in range(span.start, span.end)}


@given(st.lists(SPANS, max_size=8), st.integers(0, 25))
def test_whatever_comes_is_well_nested_and_within_the_text(spans: list[Span], length: int) -> None:
    nested = nest(spans, length)
    assert all(0 <= span.start < span.end <= length for span in nested)
    for number, outer in enumerate(nested):
        for inner in nested[number + 1 :]:
            apart = inner.start >= outer.end
            assert apart or (outer.start <= inner.start and inner.end <= outer.end)
            assert apart or (outer.mark not in CODES and inner.mark is not outer.mark)
    assert nest(nested, length) == nested


@given(st.lists(SPANS, max_size=8), st.integers(0, 25))
def test_nothing_gets_a_mark_it_did_not_have_and_nothing_outside_code_loses_one(spans: list[Span], length: int) -> None:
    nested = nest(spans, length)
    code = {at for mark in CODES for at in covered(nested, mark)}
    for mark in Mark:
        before = covered(tuple(spans), mark) & set(range(length))
        assert covered(nested, mark) <= before
        assert mark in {*CODES, *BLOCKS} or before - code == covered(nested, mark) - code


def test_where_two_cross_one_is_cut() -> None:
    assert nest([Span(0, 5, B), Span(3, 8, IT)], 10) == (Span(0, 5, B), Span(3, 5, IT), Span(5, 8, IT))


def test_a_block_and_a_link_stay_whole() -> None:
    assert nest([Span(0, 5, B), Span(3, 8, Q)], 10) == (Span(0, 3, B), Span(3, 8, Q), Span(3, 5, B))
    assert nest([Span(0, 5, B), Span(3, 8, L, "u")], 10) == (Span(0, 3, B), Span(3, 8, L, "u"), Span(3, 5, B))


def test_stretches_that_touch_become_one_but_blocks_stay_apart() -> None:
    assert nest([Span(0, 2, B), Span(2, 4, B)], 4) == (Span(0, 4, B),)
    assert nest([Span(0, 2, L, "u"), Span(2, 4, L, "v")], 4) == (Span(0, 2, L, "u"), Span(2, 4, L, "v"))
    assert nest([Span(0, 2, Q), Span(2, 4, Q)], 4) == (Span(0, 2, Q), Span(2, 4, Q))


def test_code_holds_no_other_mark() -> None:
    assert nest([Span(0, 4, C), Span(1, 3, B)], 4) == (Span(0, 4, C),)


def test_pieces_and_joints_keep_the_marks_on_their_words() -> None:
    whole = Wording("uno dos tres", (Span(4, 7, B),))
    assert piece(whole, 2, 6) == Wording("o do", (Span(2, 4, B),))
    assert stripped(Wording("  uno ", (Span(0, 6, B),))) == Wording("uno", (Span(0, 3, B),))
    assert stripped(Wording("  ", (Span(0, 2, B),))) == Wording("")
    joined = join("\n\n", [whole, Wording("más", (Span(0, 3, IT),))])
    assert joined == Wording("uno dos tres\n\nmás", (Span(4, 7, B), Span(14, 17, IT)))
    assert join(", ", []) == Wording("")


def test_exchanged_words_carry_the_marks_along() -> None:
    whole = Wording("con @ana y @eva", (Span(0, 8, B), Span(12, 14, IT)))
    changed = exchanged(whole, [Exchange(4, 8, "@anapan"), Exchange(11, 15, "Eva")])
    assert changed == Wording("con @anapan y Eva", (Span(0, 11, B), Span(14, 17, IT)))


@given(TEXTS, st.lists(SPANS, max_size=5))
def test_cleaned_words_are_those_of_the_clean_text(text: str, spans: list[Span]) -> None:
    coded = any(span.mark in CODES for span in spans)
    wording = cleaned(Wording(text, tuple(spans)))
    assert clean(wording.text) == clean(text) or coded
    assert wording.spans == nest(wording.spans, len(wording.text))


def test_a_tab_in_code_is_four_blanks() -> None:
    assert cleaned(Wording("a\tb\r\n\tc", (Span(3, 7, Mark.BLOCK),))).text == "a b\n    c"


@given(TEXTS, st.lists(SPANS, max_size=5))
def test_marks_survive_the_store(text: str, spans: list[Span]) -> None:
    content = Content(text, spans=nest(spans, len(text)))
    assert Content.load(content.dump()) == content
    assert Wording.load(content.wording.dump()) == content.wording


def test_a_text_without_marks_is_stored_as_it_always_was() -> None:
    assert set(Content("Pan").dump()) == {"text", "images", "fit", "design"}
