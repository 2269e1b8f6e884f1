"""Formatted texts as HTML: only our tags, properly nested, whatever was marked and however it overlaps."""

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.page_html import TAGS, as_html
from bot.sandbox.parsing import Formatted, formatted
from bot.sandbox.utf16 import utf16_boundaries


@pytest.mark.parametrize(
    ("said", "html"),
    [
        ("pan &amp; <b>vino</b>", "pan &amp; <b>vino</b>"),
        ("<b>uno <i>dos</i></b> tres", "<b>uno <i>dos</i></b> tres"),
        ("<u>a</u><s>b</s><code>c</code>", "<u>a</u><s>b</s><code>c</code>"),
        ("<pre>x\n  y</pre>", "<pre>x\n  y</pre>"),
        ("<tg-spoiler>🥖 secreto</tg-spoiler>!", '<span class="spoiler">🥖 secreto</span>!'),
        ("<blockquote>cita</blockquote>", "<blockquote>cita</blockquote>"),
        ("uno\ndos", "uno\ndos"),
        ("/aprobar #pan @ana_pan", "/aprobar #pan @ana_pan"),
        ("", ""),
    ],
)
def test_texts_of_the_bot(said: str, html: str) -> None:
    assert as_html(formatted(said, "HTML")) == html


@pytest.mark.parametrize(
    ("said", "target"),
    [
        ('<a href="https://plaza.example/?a=1&amp;b=2">aquí</a>', "https://plaza.example/?a=1&b=2"),
        ('<a href="plaza.example/x">aquí</a>', "https://plaza.example/x"),
        ("https://plaza.example/x", "https://plaza.example/x"),
    ],
)
def test_links_open_elsewhere_and_tell_nothing(said: str, target: str) -> None:
    html = as_html(formatted(said, "HTML"))
    assert re.findall(r'<a href="([^"]*)"', html) == [target.replace("&", "&amp;")]
    assert 'target="_blank" rel="noopener noreferrer nofollow"' in html


@pytest.mark.parametrize("url", ["tg://user?id=1", "javascript:alert(1)", "JAVASCRIPT:alert(1)", "data:text/html,x"])
def test_addresses_no_page_may_open_stay_text(url: str) -> None:
    said = Formatted("aquí", ({"type": "text_link", "offset": 0, "length": 4, "url": url},))
    assert as_html(said) == "aquí"


class Checker(HTMLParser):
    """Fails at a tag that is not ours or is not closed in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        assert tag in set(TAGS.values())
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@st.composite
def texts(draw: st.DrawFn) -> Formatted:
    text = draw(st.text(st.sampled_from("ab <>&\"'\n🥖é"), max_size=30))
    edges = sorted(utf16_boundaries(text))
    marks = []
    for kind in draw(st.lists(st.sampled_from([*TAGS, "hashtag", "mention"]), max_size=6)):
        start, end = sorted((draw(st.sampled_from(edges)), draw(st.sampled_from(edges))))
        if start < end:
            marks.append({"type": kind, "offset": start, "length": end - start, "url": 'https://a.example/"<'})
    return Formatted(text, tuple(sorted(marks, key=lambda mark: (mark["offset"], -mark["length"]))))


@given(texts())
def test_whatever_is_marked_the_words_stay_and_the_tags_close(said: Formatted) -> None:
    html = as_html(said)
    checker = Checker()
    checker.feed(html)
    checker.close()
    assert checker.open == []
    assert unescape(re.sub(r"<[^>]*>", "", html)) == said.text
