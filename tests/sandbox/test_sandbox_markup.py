"""HTML, entities and lengths, by Telegram's rules."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.links import link_fault
from bot.sandbox.markup import read_html
from bot.sandbox.parsing import Formatted, detected, formatted
from bot.sandbox.refusal import Refused
from bot.sandbox.utf16 import utf16_boundaries, utf16_length


def _entity(kind: str, offset: Any, length: int, **more: Any) -> dict[str, Any]:
    return {"type": kind, "offset": offset, "length": length, **more}


@pytest.mark.parametrize(
    ("source", "text", "entities"),
    [
        ("hola", "hola", []),
        ("<b>pan</b>", "pan", [_entity("bold", 0, 3)]),
        ("<STRONG>pan</strong>", "pan", [_entity("bold", 0, 3)]),
        ("🥖<i>pan</i>", "🥖pan", [_entity("italic", 2, 3)]),
        ("<u>a</u><s>b</s>", "ab", [_entity("underline", 0, 1), _entity("strikethrough", 1, 1)]),
        ("<b>a<i>b</i></b>", "ab", [_entity("italic", 1, 1), _entity("bold", 0, 2)]),
        ('<span class="tg-spoiler">x</span>', "x", [_entity("spoiler", 0, 1)]),
        ("<blockquote>x</blockquote>", "x", [_entity("blockquote", 0, 1)]),
        ("<blockquote expandable>x</blockquote>", "x", [_entity("expandable_blockquote", 0, 1)]),
        (
            '<a href="https://pan.es/?a=1&amp;b=2">x</a>',
            "x",
            [_entity("text_link", 0, 1, url="https://pan.es/?a=1&b=2")],
        ),
        ("<a href='https://pan.es'>x</a>", "x", [_entity("text_link", 0, 1, url="https://pan.es")]),
        ('<a href="http://localhost/x">x</a>', "x", []),
        ("<code>x</code>", "x", [_entity("code", 0, 1)]),
        ('<code class="language-python">x</code>', "x", [_entity("code", 0, 1)]),
        ('<pre><code class="language-python">x</code></pre>', "x", [_entity("pre", 0, 1, language="python")]),
        ('<tg-emoji emoji-id="5368">👍</tg-emoji>', "👍", [_entity("custom_emoji", 0, 2, custom_emoji_id="5368")]),
        (
            '<tg-time unix="1647531900" format="wDT">hoy</tg-time>',
            "hoy",
            [_entity("date_time", 0, 3, unix_time=1647531900, date_time_format="wDT")],
        ),
        ("<b></b>x", "x", []),
        ("<b>x</>", "x", [_entity("bold", 0, 1)]),
        ("&lt;b&gt; &amp; &quot;&#33;&#x21; &laquo; &lt", '<b> & "!! &laquo; <', []),
        ("1 > 0", "1 > 0", []),
        ("&#0;&#xD800;&#99999999;", "&#0;&#xD800;&#99999999;", []),
    ],
)
def test_html_is_read(source: str, text: str, entities: list[dict[str, Any]]) -> None:
    assert read_html(source) == (text, entities)


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("<b>sin cerrar", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("<script>x</script>", 'Unsupported start tag "script" at byte offset 0'),
        ("é < 3 >", 'Unsupported start tag "" at byte offset 3'),
        ("🥖<b", "Unclosed start tag at byte offset 4"),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<a href", 'Unclosed start tag "a" at byte offset 0'),
        ('<a href="x>y', "Unclosed start tag at byte offset 0"),
        ("<a href=", 'Unclosed start tag "a" at byte offset 0'),
        ("<a =x>y</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=a/b>y</a>", "Unexpected end of name token at byte offset 9"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<tg-emoji emoji-id="x">x</tg-emoji>', "Invalid custom emoji identifier specified"),
    ],
)
def test_bad_html_is_refused_in_telegrams_words(source: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        read_html(source)
    assert refused.value.description == f"Bad Request: can't parse entities: {reason}"


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_escaped_text_comes_back_as_it_was(text: str) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert read_html(f"<b>{escaped}</b>")[0] == text
    assert utf16_length(text) == len(text.encode("utf-16-le")) // 2


@given(st.lists(st.text("a <&🥖é", min_size=1), min_size=1))
def test_offsets_find_the_marked_words(words: list[str]) -> None:
    source = "|".join(f"<b>{word.replace('&', '&amp;').replace('<', '&lt;')}</b>" for word in words)
    text, entities = read_html(source)
    assert [Formatted(text).marked(entity) for entity in entities] == words


@given(st.text("🥖a", max_size=8))
def test_boundaries_lie_between_characters(text: str) -> None:
    assert sorted(utf16_boundaries(text)) == [utf16_length(text[:end]) for end in range(len(text) + 1)]


def test_text_is_trimmed_and_entities_move_along() -> None:
    said = formatted("  \n<b> pan </b>  ", "HTML")
    assert said == Formatted("pan", (_entity("bold", 0, 3),))


def test_entities_are_sorted_outer_first() -> None:
    assert [e["type"] for e in formatted("<b>a<i>b</i></b>", "html").entities] == ["bold", "italic"]


@pytest.mark.parametrize(
    ("entity", "reason"),
    [
        (_entity("wrong", 0, 1), "can't parse MessageEntity: Unsupported type specified"),
        ("bold", "can't parse MessageEntity: Unsupported type specified"),
        ({"type": "bold", "offset": 0}, "can't parse MessageEntity: Can't find field \"length\""),
        (_entity("text_link", 0, 1), "can't parse MessageEntity: Can't find field \"url\""),
        (_entity("text_link", 0, 1, url="no-url"), "entity URL 'no-url' is invalid: Wrong HTTP URL"),
        (_entity("text_link", 0, 1, url=""), "entity URL '' is invalid: URL host is empty"),
        (_entity("bold", "0", 1), 'can\'t parse MessageEntity: Field "offset" must be of type Number'),
        (_entity("bold", -1, 1), "receive an entity with incorrect offset -1"),
        (_entity("bold", 1, -1), "receive an entity with incorrect length -1"),
        (_entity("bold", 100, 1), "entity begins after the end of the text at UTF-16 offset 100"),
        (
            _entity("bold", 0, 100),
            "entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 100",
        ),
        (_entity("bold", 1, 1), "entity begins in a middle of a UTF-16 symbol at UTF-16 offset 1"),
        (_entity("bold", 0, 1), "entity ends in a middle of a UTF-16 symbol at UTF-16 offset 1"),
    ],
)
def test_bad_entities_are_refused(entity: Any, reason: str) -> None:
    with pytest.raises(Refused, match=r"^Bad Request: ") as refused:
        formatted("🥖 pan", None, [entity])
    assert refused.value.description == f"Bad Request: {reason}"


@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        ("INVALID", "unsupported parse_mode"),
        ("MarkdownV2", "the sandbox reads parse_mode HTML only"),
    ],
)
def test_other_parse_modes_are_refused(mode: str, reason: str) -> None:
    with pytest.raises(Refused) as refused:
        formatted("x", mode)
    assert refused.value.description == f"Bad Request: {reason}"


def test_parse_mode_and_entities_exclude_each_other() -> None:
    with pytest.raises(Refused, match="not both"):
        formatted("x", "HTML", [_entity("bold", 0, 1)])


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("/aprobar ya", "bot_command", "/aprobar"),
        ("🥖 /omitir@pregonero_bot x", "bot_command", "/omitir@pregonero_bot"),
        ("mira https://pan.es/a?b=1.", "url", "https://pan.es/a?b=1"),
        ("de @panaderia!", "mention", "@panaderia"),
        ("¡ya! #pan", "hashtag", "#pan"),
        ("a pan@horno.es", "email", "pan@horno.es"),
    ],
)
def test_telegram_finds_by_itself(text: str, kind: str, words: str) -> None:
    said = detected(Formatted(text))
    assert [(e["type"], said.marked(e)) for e in said.entities] == [(kind, words)]


@pytest.mark.parametrize("text", ["y/o", "a//b", "#1", "@ana", "5/aprobar", "@@panaderia"])
def test_telegram_does_not_find(text: str) -> None:
    assert detected(Formatted(text)).entities == ()


def test_nothing_is_found_inside_code() -> None:
    assert [e["type"] for e in formatted("<code>/aprobar @panaderia</code>", "HTML").entities] == ["code"]


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("https://pan.es/x", None),
        ("pan.es", None),
        ("tg://user?id=1", None),
        ("http://192.168.1.10:8000/x", None),
        ("http://localhost:8000/x", "Wrong HTTP URL"),
        ("http://127.0.0.1:8000/x", "Wrong HTTP URL"),
        ("http://[::1]/x", "Wrong HTTP URL"),
        ("https://a.localhost/", "Wrong HTTP URL"),
        ("not-a-url", "Wrong HTTP URL"),
        ("https://pan .es", "Wrong HTTP URL"),
        ("ftp://example.com", "Unsupported URL protocol"),
        ("https://", "URL host is empty"),
        ("", "URL host is empty"),
        ("https://pan.es:99999/", "Wrong port number specified in the URL"),
    ],
)
def test_links(url: str, fault: str | None) -> None:
    assert link_fault(url) == fault
