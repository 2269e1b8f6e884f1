"""The gallery: every network × format × kind of content on one page, to be looked at by a person.

`make gallery`, or `PYTHONPATH=.:tests/gallery python tests/gallery/gallery.py [folder]`: prints where the page is.
"""

import html
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from gallery_contents import CONTENTS, Shelf

from adapters import card
from adapters.adapt import adapt, order
from adapters.adapted import Adapted, Media, Part
from adapters.content import Content
from adapters.develop import develop
from adapters.profile import Profile
from bot.i18n import Words
from bot.render.card import note
from publishers.engine.contract import Platform
from publishers.engine.loading import known_platforms, load_platforms

STYLE = """
:root { color-scheme: light dark; --line: color-mix(in srgb, CanvasText 18%, Canvas) }
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem; max-width: 1500px }
h2 { margin: 3rem 0 .5rem; border-bottom: 2px solid var(--line) }
.row { display: grid; grid-template-columns: repeat(auto-fill, minmax(300px, 1fr)); gap: 1.5rem; align-items: start }
figure { margin: 0; border: 1px solid var(--line); border-radius: 12px; overflow: hidden }
figcaption { padding: .6rem .8rem; font-weight: 600 }
.part { padding: .2rem .8rem .8rem; white-space: pre-wrap; overflow-wrap: anywhere }
.count, .note { font-size: 12px; opacity: .75; padding: .1rem .8rem }
.blocked { color: #b3261e; opacity: 1 }
.strip { display: flex; gap: 4px; overflow-x: auto; background: color-mix(in srgb, CanvasText 6%, Canvas) }
.strip img { height: 300px; width: auto; display: block }
.strip img:only-child { max-width: 100%; height: auto; max-height: 380px; margin: auto }
"""
ROOM = 700
"""Characters of a long part that are shown."""


def platforms() -> list[Platform]:
    stanzas = dict.fromkeys(known_platforms())
    return [each.platform for each in load_platforms(stanzas, today=datetime.now(UTC).date()).values()]


def paint(folder: Path) -> Path:
    """Write the page and its pictures; where the page is."""
    shelf, words = Shelf(folder), Words("es", UTC)
    sections = "".join(section(name, content, shelf, words) for name, content in CONTENTS(shelf))
    page = folder / "index.html"
    head = f"<!doctype html><meta charset=utf-8><title>Galería</title><style>{STYLE}</style><h1>Galería</h1>"
    page.write_text(head + designs(shelf) + sections, encoding="utf-8")
    return page


def designs(shelf: Shelf) -> str:
    """Every design of a drawn picture in every shape."""
    text = "Mañana sábado abrimos a las 8 con pan de espelta recién hecho. ¡Os esperamos en la plaza! #panadería"
    cells = []
    for template in card.TEMPLATES:
        for size in ((1080, 1080), (1080, 1920), (1200, 630)):
            name = shelf.keep(card.draw(text, size, replace(card.DEFAULT, template=template)))
            cells.append(
                f"<figure><figcaption>{template} {size[0]}×{size[1]}</figcaption>{strip([(name, '')])}</figure>"
            )
    return f"<h2>Diseños</h2><div class=row>{''.join(cells)}</div>"


def section(name: str, content: Content, shelf: Shelf, words: Words) -> str:
    cells = [
        cell(platform, form, content, shelf, words) for platform in platforms() for form in platform.profile.formats
    ]
    return f"<h2>{html.escape(name)}</h2><div class=row>{''.join(cells)}</div>"


def cell(platform: Platform, form: str, content: Content, shelf: Shelf, words: Words) -> str:
    adapted = adapted_for(platform.profile, form, content, shelf)
    profile = platform.profile.form(form)
    title = f"{platform.icon} {platform.title} · {words(f'format.{form}')}"
    notes = "".join(
        f"<div class='note {'blocked' if each.blocks else ''}'>{note(each, words)}</div>" for each in adapted.notes
    )
    parts = "".join(shown(part, profile) for part in adapted.parts)
    return f"<figure><figcaption>{title}</figcaption>{notes}{parts}</figure>"


def adapted_for(profile: Profile, form: str, content: Content, shelf: Shelf) -> Adapted:
    prints = develop(content, {form: order(content, profile, form)}, [form], load=shelf.load, keep=shelf.keep)[form]
    adapted = adapt(content, profile, form, prints)
    for data in adapted.files.values():
        shelf.keep(data)
    return adapted


def shown(part: Part, profile: Profile) -> str:
    count = f"{profile.count(part.text)}/{profile.limit}" if profile.limit else ""
    text = part.text if len(part.text) <= ROOM else f"{part.text[:ROOM]} …"
    pictures = strip([(media.sha256, described(media)) for media in part.media]) if part.media else ""
    return f"{pictures}<div class=count>{count}</div><div class=part>{html.escape(text)}</div>"


def described(media: Media) -> str:
    return f"{media.width}×{media.height}, {media.size // 1000} kB"


def strip(pictures: list[tuple[str, str]]) -> str:
    images = "".join(f"<img src='{name}' title='{html.escape(about)}' loading=lazy>" for name, about in pictures)
    return f"<div class=strip>{images}</div>"


if __name__ == "__main__":
    target = Path(sys.argv[1] if len(sys.argv) > 1 else "build/gallery")
    target.mkdir(parents=True, exist_ok=True)
    sys.stdout.write(f"{paint(target).resolve().as_uri()}\n")
