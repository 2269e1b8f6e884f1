"""The title of a page, as networks show it: found in one pass, for a page may be made to keep its readers busy."""

import html
import re
from collections.abc import Iterator

LONGEST = 300
_MOST_METAS = 100
_LONGEST_TAG = 1_500
_MARK = re.compile(r"<(?:(!--)|(meta|title|script|style|svg|noscript|template|body|/head)\b)", re.IGNORECASE)
_CLOSING = {
    name: re.compile(rf"</{name}\b", re.IGNORECASE)
    for name in ("title", "script", "style", "svg", "noscript", "template")
} | {"!--": re.compile(r"-->")}
_END = ("body", "/head")
_TAG = re.compile(r"(?:[^>\"']|\"[^\"]*\"|'[^']*')*+(?=>)")
_ATTRIBUTE = re.compile(r"(?<![\w:-])([\w:-]++)\s*+=\s*+(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]++))")
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
_CHARSETS = re.compile(
    r"utf-?8|us-ascii|iso-8859-\d{1,2}|latin-?1|windows-125\d|koi8-[ru]|shift_jis|euc-(?:jp|kr)|gb(?:2312|k|18030)|big5",
    re.IGNORECASE,
)
_BEST, _SUFFIX = "og:title", ":title"
"""What a page calls its title for all networks (https://ogp.me), and how those for one network end."""


def title_of(body: bytes, charset: str | None = None) -> str:
    """In one line of plain text; "" where the page has none. `charset`: as the server says."""
    found: dict[str, str] = {}
    for name, text in _titles(_decoded(body, charset)):
        title = " ".join(html.unescape(text[:_LONGEST_TAG]).split())[:LONGEST]
        if title:
            found.setdefault(name, title)
    others = (title for name, title in found.items() if name.endswith(_SUFFIX))
    return found.get(_BEST) or next(others, found.get("title", ""))


def _decoded(body: bytes, charset: str | None) -> str:
    """Only charsets that pages have: others may take long or make something else of it."""
    said = _CHARSET.search(body[:1024])
    names = [charset or "", said[1].decode("ascii") if said else ""]
    known = next((name for name in names if _CHARSETS.fullmatch(name)), "utf-8")
    try:
        return body.decode(known, errors="replace")
    except LookupError:
        return body.decode("utf-8", errors="replace")


def _titles(text: str) -> Iterator[tuple[str, str]]:
    """Of the head: what calls itself a title, with its name."""
    at = metas = 0
    while (mark := _MARK.search(text, at)) and metas < _MOST_METAS:
        name = (mark[1] or mark[2]).lower()
        at = mark.end()
        if name in _END:
            return
        if name == "meta":
            metas += 1
            yield from _meta(text[at : at + _LONGEST_TAG])
            continue
        closing = _CLOSING[name].search(text, at)
        if closing is None:
            return
        if name == "title":
            yield name, text[at : closing.start()].partition(">")[2]
        at = closing.end()


def _meta(text: str) -> Iterator[tuple[str, str]]:
    """`text` begins behind the name of the tag; a tag that does not end says nothing."""
    tag = _TAG.match(text)
    if tag is None:
        return
    given: dict[str, str] = {}
    for attribute in _ATTRIBUTE.finditer(tag[0]):
        given.setdefault(attribute[1].lower(), attribute[2] or attribute[3] or attribute[4] or "")
    about = (given.get("property") or given.get("name") or "").lower()
    if about.endswith(_SUFFIX) and "content" in given:
        yield about, given["content"]
