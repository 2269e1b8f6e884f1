import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_reader import read

from adapters.adapt import adapt
from adapters.adapted import Note
from adapters.content import Content, Mark, Span, Wording
from adapters.markdown import written
from adapters.markup import render
from adapters.profile import Hashtags, Links, Markup, Pictures, Profile
from adapters.spans import nest
from adapters.text import utf16

URL = "https://pan.es/p_q"
PLAIN, MARKDOWN = Markup.PLAIN, Markup.MARKDOWN
ARTICLE = Profile(
    limit=10_000,
    count=utf16,
    hashtags=Hashtags(most=30),
    links=Links.INLINE,
    pictures=Pictures(("image/jpeg",), most=1, max_bytes=1, min_ratio=1, max_ratio=1, max_width=1),
    markup=MARKDOWN,
)


def marked(text: str) -> Wording:
    """‹b:words› is bold, ‹l:words› a link to URL, and so on."""
    names = {"b": Mark.BOLD, "i": Mark.ITALIC, "u": Mark.UNDERLINE, "s": Mark.STRIKE, "h": Mark.SPOILER}
    names |= {"c": Mark.CODE, "p": Mark.BLOCK, "q": Mark.QUOTE, "l": Mark.LINK}
    words, spans, begun = "", [], []
    while text:
        if text[0] == "‹":
            begun.append((len(words), names[text[1]]))
            text = text[3:]
        elif text[0] == "›":
            start, mark = begun.pop()
            spans.append(Span(start, len(words), mark, {Mark.LINK: URL, Mark.BLOCK: "python"}.get(mark, "")))
            text = text[1:]
        else:
            words, text = words + text[0], text[1:]
    return Wording(words, tuple(spans))


def plain(text: str) -> str:
    return render(marked(text), PLAIN).text


def markdown(text: str) -> str:
    return render(marked(text), MARKDOWN).text


# -- plain words ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("‹b:Pan ‹i:de›› ‹u:hoy› ‹s:no› ‹c:x = 1›", "Pan de hoy no x = 1"),
        ("en ‹l:la tienda›.", f"en la tienda ({URL})."),
        ("en ‹l:la tienda ›ya", f"en la tienda ({URL}) ya"),
        (f"‹l:{URL}›", URL),
        ("‹l:pan.es/p_q›", "pan.es/p_q"),
        (f"‹l:la tienda›: {URL}", f"la tienda: {URL}"),
        ("‹l:pan› y ‹l:bollos›", f"pan ({URL}) y bollos"),
        ("‹l:pan›\n\ny ‹l:bollos›", f"pan ({URL})\n\ny bollos ({URL})"),
        ("‹l: ›pan", " pan"),
        ("‹q:El mejor pan›", "«El mejor pan»"),
        ("Dicen: ‹q:El mejor\n\npan› Y ya", "Dicen: \n«El mejor\n\npan»\n Y ya"),
        ("‹q:“El mejor pan”›", "“El mejor pan”"),
        ('‹q:Dijo "hola" y ya›', '«Dijo "hola" y ya»'),
        ("‹q:En ‹l:la tienda››", f"«En la tienda ({URL})»"),
        ("mira: ‹p:def x():\n\treturn 1› ya", "mira: \ndef x():\n    return 1\n ya"),
        ("‹p:uno›\ndos", "uno\ndos"),
        ("‹q: ›", " "),
    ],
)
def test_plain_words(given: str, shown: str) -> None:
    assert plain(given) == shown
    assert render(marked(given), Markup.LITTLE).text == shown


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("mailto:ana@pan.es", "Ana (ana@pan.es)"),
        ("tel:+34600", "Ana (+34600)"),
        ("pan.es/a", "Ana (https://pan.es/a)"),
        ("https://pan.es/a b", "Ana (https://pan.es/a%20b)"),
        ("tg://user?id=7", "Ana"),
        ("javascript:alert(1)", "Ana"),
        ("nada", "Ana"),
        ("", "Ana"),
        ("mailto:", "Ana"),
    ],
)
def test_where_a_link_leads(value: str, shown: str) -> None:
    assert render(Wording("Ana", (Span(0, 3, Mark.LINK, value),)), PLAIN).text == shown
    led = "](" in render(Wording("Ana", (Span(0, 3, Mark.LINK, value),)), MARKDOWN).text
    assert led is (shown != "Ana")


def test_what_cannot_be_hidden_is_told() -> None:
    for markup in Markup:
        assert render(marked("‹h:sorpresa›"), markup).notes == (Note("spoiler_shown"),)
        assert render(marked("‹b:sorpresa›"), markup).notes == ()
    assert Note("spoiler_shown") in adapt(Content("Hola", spans=(Span(0, 2, Mark.SPOILER),)), ARTICLE).notes


ALPHABET = "aab bcé1 2.*_`~[]()<>#-+!&;\\^|:=\"'\n\n  ¿¡🥐🎉/ñ"
WORDS = st.text(st.sampled_from(ALPHABET), max_size=24)
ENDS = st.sampled_from(["", "", " https://x.com/a_*b*_ ", "&copy; &#35;", "1) x", "\n---\n", "| a |\n|---|", "`` ` "])
SPANS = st.lists(
    st.tuples(st.integers(0, 24), st.integers(1, 12), st.sampled_from(list(Mark))).map(
        lambda drawn: Span(
            drawn[0], drawn[0] + drawn[1], drawn[2], {Mark.LINK: URL, Mark.BLOCK: "python"}.get(drawn[2], "")
        )
    ),
    max_size=5,
)


@given(WORDS, ENDS, SPANS)
def test_plain_words_bring_nothing_but_addresses_and_quotation_marks(words: str, end: str, spans: list[Span]) -> None:
    text = words + end
    shown = render(Wording(text, tuple(spans)), PLAIN).text
    assert set(shown) <= set(text) | set(URL) | set("«»() \n")
    left = shown.replace(f" ({URL})", "")
    for sign in ALPHABET + "«»":
        if not sign.isspace():
            assert left.count(sign) >= text.count(sign)
            assert sign in "«»" or left.count(sign) == text.count(sign)


# -- Markdown -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("‹b:Pan› ‹i:de› ‹s:hoy›", "**Pan** *de* ~~hoy~~"),
        ("‹b:Pan ›de", "**Pan** de"),
        ("‹b:Pan ‹i:de hoy››", "**Pan *de hoy***"),
        ("a‹b:(pan)›c", "a(**pan**)c"),
        ("‹b:¡Oferta!›", "**¡Oferta!**"),
        ("‹b:uno\n\ndos›", "**uno**\n\n**dos**"),
        ("‹u:uno› ‹h:dos›", "uno dos"),
        ("‹c:x`y›", "``x`y``"),
        ("‹c:`x›", "`` `x ``"),
        ("‹l:la [nueva] tienda›", f"[la \\[nueva\\] tienda]({URL})"),
        (f"‹l:{URL}›", URL),
        ("‹l:pan.es/p_q›", f"[pan.es/p_q]({URL})"),
        ("‹b:la ‹l:tienda› ya›", f"**la** [**tienda**]({URL}) **ya**"),
        ("¡Hola!‹l:tienda›", f"¡Hola\\![tienda]({URL})"),
        ("uno\n‹q:dos\n\n‹b:tres››\ncuatro", "uno\n\n> dos\n>\n> **tres**\n\ncuatro"),
        ("uno ‹p:x = 1\n\ty› dos", "uno \n\n```python\nx = 1\n    y\n```\n\ndos"),
        ("‹p:```›", "````python\n```\n````"),
        ("2 * 3 < 4 & a_b", "2 \\* 3 < 4 & a_b"),
        ("<b> &amp; _x", "\\<b> &amp;".replace("&", "\\&") + " \\_x"),
        ("https://pan.es/*a*b", "<https://pan.es/*a*b>"),
        ("---\ntitle: x\n---", "\\---\ntitle: x\n\\---"),
        ("2026. Fue", "2026\\. Fue"),
        ("    sangrado", "sangrado"),
    ],
)
def test_markdown(given: str, shown: str) -> None:
    assert markdown(given) == shown


TYPED = """# Pan de espelta

Con **masa madre** y `agua_fría`, _sin prisa_ y ~~sin~~ con [receta](https://pan.es/a_(b)) y ![foto](https://pan.es/a.jpg).

- uno
  - dos
- tres

1. uno
2. dos

> cita

```python
x = [1] * 2  # **no**
```

| a | b |
|---|---|
| 1 | 2 |

---

<https://pan.es/a_b_>"""


def test_what_is_complete_markdown_by_hand_stays() -> None:
    assert markdown(TYPED) == TYPED


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("**uno", "\\*\\*uno"),
        ("**uno* dos", "\\*\\*uno\\* dos"),
        ("[uno] (dos)", "\\[uno\\] (dos)"),
        ("```\nuno", "\\`\\`\\`\nuno"),
        ("#pan #dulce", "#pan #dulce"),
        ("# ", "\\#"),
        ("-", "\\-"),
        ("uno\n===", "uno\n\\==="),
        ("uno\n---", "uno\n\\---"),
        ("snake_case y __init__", "snake_case y \\_\\_init\\_\\_"),
    ],
)
def test_what_is_not_complete_stands_for_itself(given: str, shown: str) -> None:
    assert markdown(given).rstrip() == shown


def test_marks_go_around_and_into_what_is_written_by_hand() -> None:
    assert markdown("- ‹b:uno›\n# ‹i:dos›") == "- **uno**\n\n# *dos*"
    assert markdown("‹i:uno **dos** tres›") == "*uno **dos** tres*"
    assert markdown("[‹b:receta›](https://pan.es)") == "[**receta**](https://pan.es)"
    assert markdown("‹l:ver [receta](https://pan.es)›") == f"[ver \\[receta\\](https://pan.es)]({URL})"
    assert markdown("**u‹i:no** dos›") == "\\*\\*u*no\\*\\* dos*"


def test_a_list_and_what_follows_it_are_kept_apart() -> None:
    assert markdown("Hoy:\n- pan\n- bollos\nMañana más") == "Hoy:\n\n- pan\n- bollos\n\nMañana más"
    assert markdown("- pan\n\n  y bollos\n\nMañana") == "- pan\n\n  y bollos\n\nMañana"


@given(WORDS, ENDS, SPANS)
@example("a\n)cb¿<~", "", [Span(0, 5, Mark.ITALIC), Span(1, 7, Mark.BOLD), Span(6, 7, Mark.ITALIC)])
@example("abcdefgh", "", [Span(0, 5, Mark.BOLD), Span(3, 8, Mark.ITALIC)])
def test_what_is_written_reads_as_the_words_with_their_marks(words: str, end: str, spans: list[Span]) -> None:
    wording = Wording(words + end, nest(spans, len(words + end)))
    shown = [each for each in read(written(wording, typed=False)) if not each[0].isspace()]
    meant = [(sign, _marks(wording, at)) for at, sign in enumerate(wording.text) if not sign.isspace()]
    assert [sign for sign, _ in shown] == [sign for sign, _ in meant]
    assert all(got <= wanted for (_, got), (_, wanted) in zip(shown, meant, strict=True))


@given(st.lists(st.tuples(st.sampled_from("bics"), st.text(st.sampled_from("abñ* _["), min_size=1)), max_size=6))
def test_marks_on_whole_words_are_all_there(parts: list[tuple[str, str]]) -> None:
    wording = marked(" ".join(f"‹{mark}:x{words}x›" for mark, words in parts))
    shown = [each for each in read(written(wording, typed=False)) if each[0].isalnum()]
    meant = [(sign, _marks(wording, at)) for at, sign in enumerate(wording.text) if sign.isalnum()]
    assert shown == meant


def _marks(wording: Wording, at: int) -> frozenset[str]:
    over = [span for span in wording.spans if span.start <= at < span.end]
    unseen = {Mark.UNDERLINE, Mark.SPOILER}
    named = {f"{span.mark}:{span.value}" if span.value else str(span.mark) for span in over if span.mark not in unseen}
    return frozenset(named)


@given(WORDS, ENDS, SPANS)
def test_an_article_never_begins_with_a_front_matter(words: str, end: str, spans: list[Span]) -> None:
    for text in (words + end, f"---\n{words}\n---", f"\u200b\n---\n{words}", f"\t ---\n{words}"):
        adapted = adapt(Content(text, spans=nest(spans, len(text))), ARTICLE)
        assert not adapted.parts[0].text.startswith("---")


def test_an_article_is_adapted_whole() -> None:
    text = "Título\r\n\tpan  "
    adapted = adapt(Content(text, spans=(Span(0, 6, Mark.BOLD), Span(8, 12, Mark.BLOCK, "c++ x"))), ARTICLE)
    assert adapted.parts[0].text == "**Título**\n\n```c++x\n    pan\n```"


def test_a_price_that_was_struck_out_is_told() -> None:
    struck = Wording("3,20 € 2,90 €", (Span(0, 6, Mark.STRIKE),))
    assert render(struck, Markup.PLAIN).notes == render(struck, Markup.LITTLE).notes == (Note("strike_lost"),)
    assert render(struck, Markup.MARKDOWN).notes == ()
