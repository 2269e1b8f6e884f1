"""The pages on which a platform asks a person for permission, and a person without a browser who answers them.

A page is a form without script: boxes and radio buttons named like what they grant, and two buttons, "allow" and
"cancel". Posted to its own address, it sends the browser back to the redirect_uri.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from html import escape
from html.parser import HTMLParser
from typing import Literal
from urllib.parse import parse_qsl, urlencode, urlsplit

import aiohttp

from fakes.call import Call, Refusal, Reply

STATE_LIMIT = 500


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that is granted or not: `name` is the field, `value` what it grants."""

    kind: Literal["checkbox", "radio"]
    name: str
    value: str
    label: str
    chosen: bool = True


def page(title: str, options: Collection[Option]) -> Reply:
    boxes = "".join(
        f'<p><label><input type="{each.kind}" name="{each.name}" value="{escape(each.value)}"'
        f"{' checked' if each.chosen else ''}> {escape(each.label)}</label></p>"
        for each in options
    )
    return html(
        200,
        f"<h1>{escape(title)}</h1><form method='post'>{boxes}"
        '<button name="answer" value="allow">Permitir</button> <button name="answer" value="cancel">Cancelar</button>'
        "</form>",
    )


def broken(why: str) -> Refusal:
    """The platform shows the person a page of its own: nobody is sent anywhere."""
    return Refusal(html(400, f"<h1>Algo ha ido mal</h1><p>{escape(why)}</p>"))


def html(status: int, body: str) -> Reply:
    head = (
        '<!doctype html><html lang="es"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"'
    )
    return Reply(status, f"{head}><title>Permiso</title></head><body>{body}</body></html>", content_type="text/html")


def asked(call: Call, allowed: Collection[str]) -> dict[str, str]:
    """The query of the page: each name known and given once."""
    query = dict(call.query)
    if len(query) < len(call.query) or set(query) - set(allowed):
        raise broken(f"Unknown or repeated parameter in {sorted(name for name, _ in call.query)}")
    if not query.get("state"):
        raise broken("Without state anybody could have asked")
    return query


def returned(redirect_uri: str, fragment: str = "", **answer: str) -> Reply:
    joint = "&" if urlsplit(redirect_uri).query else "?"
    return Reply(302, "", {"Location": f"{redirect_uri}{joint}{urlencode(answer)}{fragment}"})


def picked(call: Call, name: str) -> list[str]:
    return [value for field, value in call.fields if field == name]


def agreed(call: Call) -> bool:
    return picked(call, "answer") == ["allow"]


class _Inputs(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input":
            self.found.append((given.get("name") or "", given.get("value") or "", "checked" in given))


class RefusedError(Exception):
    """The platform did not even ask."""


@dataclass(frozen=True, slots=True)
class Answered:
    """Where the browser was sent. A server never sees what stands behind the #."""

    location: str

    @property
    def query(self) -> dict[str, str]:
        return dict(parse_qsl(urlsplit(self.location).query))

    @property
    def code(self) -> str:
        return self.query["code"]


async def consent(
    address: str,
    *,
    allow: bool = True,
    without: Collection[str] = (),
    choose: Mapping[str, Collection[str]] | None = None,
) -> Answered:
    """A person opens the address and answers. `without`: boxes that are unticked; `choose`: what alone is ticked of a
    field. Raises RefusedError with the page when there is nothing to answer."""
    async with aiohttp.ClientSession() as http:
        async with http.get(address, allow_redirects=False) as shown:
            text = await shown.text()
            if shown.status != 200:
                raise RefusedError(text)
        parser = _Inputs()
        parser.feed(text)
        form = [*_ticked(parser.found, without, choose or {}), ("answer", "allow" if allow else "cancel")]
        async with http.post(address, data=form, allow_redirects=False) as answer:
            if answer.status != 302:
                raise RefusedError(await answer.text())
            return Answered(answer.headers["Location"])


def _ticked(
    inputs: list[tuple[str, str, bool]], without: Collection[str], choose: Mapping[str, Collection[str]]
) -> Iterator[tuple[str, str]]:
    for name, value, ticked in inputs:
        wanted = value in choose[name] if name in choose else ticked
        if wanted and value not in without:
            yield name, value
