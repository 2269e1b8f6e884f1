"""The pages as HTML: no script, one style, right on a phone. All text comes from the catalogue, escaped."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path


@cache
def style() -> str:
    return Path(__file__).with_name("sheet.css").read_text(encoding="utf-8")


@cache
def _style_hash() -> str:
    """By which a browser knows the one style that counts."""
    return base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()


@dataclass(frozen=True, slots=True)
class Key:
    """The big button: it submits this page's form, or leads to `url`."""

    label: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page. Everything is plain text."""

    language: str
    icon: str
    title: str
    lead: str = ""
    facts: Sequence[tuple[str, str]] = ()
    """What is what: term and value."""
    steps: Sequence[str] = ()
    assurances: Sequence[str] = ()
    hint: str = ""
    """In a box of its own."""
    key: Key | None = None
    other: Key | None = None
    """A quieter one below."""
    foot: str = ""
    good: bool = True


def html(sheet: Sheet) -> str:
    title = escape(sheet.title)
    parts = (
        f'<p class="icon" aria-hidden="true">{escape(sheet.icon)}</p><h1>{title}</h1>',
        f'<p class="lead">{escape(sheet.lead)}</p>' if sheet.lead else "",
        _facts(sheet.facts),
        f'<p class="hint">{escape(sheet.hint)}</p>' if sheet.hint else "",
        _list("ol", "steps", sheet.steps),
        _list("ul", "assurances", sheet.assurances),
        f'<p class="foot">{escape(sheet.foot)}</p>' if sheet.foot else "",
    )
    keys = "".join(_key(key, style) for key, style in ((sheet.key, "go"), (sheet.other, "quiet")) if key is not None)
    dock = f'<div class="dock">{keys}</div>' if keys else ""
    return (
        f'<!doctype html><html lang="{escape(sheet.language)}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">'
        '<meta name="color-scheme" content="light dark"><meta name="robots" content="noindex">'
        f'<title>{title}</title><link rel="icon" href="data:,"><style>{style()}</style></head>'
        f'<body class="{_mood(sheet)}"><main>{"".join(parts)}</main>{dock}</body></html>'
    )


def _mood(sheet: Sheet) -> str:
    brief = "" if sheet.steps else " brief"
    return f"{'good' if sheet.good else 'bad'}{brief}"


def policy(*targets: str) -> str:
    """The rules of a page whose form may lead to these origins."""
    actions = " ".join(["'self'", *targets])
    return (
        f"default-src 'none'; style-src 'sha256-{_style_hash()}'; img-src data:; base-uri 'none'; "
        f"form-action {actions}; frame-ancestors 'none'"
    )


def _facts(facts: Sequence[tuple[str, str]]) -> str:
    rows = "".join(f"<div><dt>{escape(term)}</dt><dd>{escape(value)}</dd></div>" for term, value in facts)
    return f"<dl>{rows}</dl>" if rows else ""


def _list(tag: str, name: str, lines: Sequence[str]) -> str:
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f'<{tag} class="{name}">{items}</{tag}>' if items else ""


def _key(key: Key, style: str) -> str:
    if key.url is not None:
        return f'<a class="{style}" href="{escape(key.url)}">{escape(key.label)}</a>'
    return f'<form method="post"><button class="{style}">{escape(key.label)}</button></form>'
