"""The pages of linking: what will happen, the way to the network, and the way back. Nothing of them is logged."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.consents import origin
from bot.i18n import Words
from bot.leaving import Departure, Fault, Opening, hashed
from bot.linking import Linker
from bot.outcomes import Outcome
from bot.voices import WordsOf
from bot.web import sheets
from bot.web.embedded import embedded
from bot.web.page_html import Key, Sheet, html, policy
from publishers.engine.contract import Platform
from publishers.engine.outside import Clock

SHOWN = timedelta(minutes=10)
"""How long a result can be looked at."""
MOST_RESULTS = 1000


@dataclass(frozen=True, slots=True)
class Result:
    outcome: Outcome
    words: Words
    until: datetime


@dataclass(slots=True)
class Pages:
    """`secret` names results; `chat` tells where the chat is, once that is known."""

    linker: Linker
    words: WordsOf
    platforms: Mapping[str, Platform]
    clock: Clock
    secret: Callable[[], str]
    chat: Callable[[], str | None]
    _results: dict[str, Result] = field(default_factory=dict)

    def routes(self) -> list[Route]:
        return [
            Route("/o/{nonce}", self._before, methods=["GET"]),
            Route("/o/{nonce}", self._go, methods=["POST"]),
            Route("/oauth/{platform}/return", self._back, methods=["GET"]),
            Route("/oauth/{platform}/done/{number}", self._after, methods=["GET"]),
        ]

    # -- there -------------------------------------------------------------------------------------------------------

    async def _before(self, request: Request) -> Response:
        """For people and for robots that draw previews: nothing is used up."""
        return self._asking(await self.linker.look(request.path_params["nonce"]), request)

    def _asking(self, opening: Opening, request: Request, status: HTTPStatus = HTTPStatus.OK) -> Response:
        words, linking = self.words(opening.person), opening.linking
        platform = self.platforms.get(linking.platform) if linking is not None else None
        if linking is None or platform is None or opening.fault is not None:
            gone = HTTPStatus.NOT_FOUND if linking is None else HTTPStatus.GONE
            return _page(sheets.fault(opening.fault or Fault.UNKNOWN, words, self.chat(), linking), gone)
        inside = embedded(request.headers.get("User-Agent", ""))
        sheet = sheets.before(opening, linking, platform, words, now=self.clock.now(), inside=inside)
        return _page(sheet, status, *_origins(opening.address))

    async def _go(self, request: Request) -> Response:
        nonce = request.path_params["nonce"]
        if not self._from_page(request):
            return self._asking(await self.linker.look(nonce), request, HTTPStatus.FORBIDDEN)
        left = await self.linker.leave(nonce)
        if isinstance(left, Opening):
            return self._asking(left, request)
        return self._leaving(left)

    def _leaving(self, left: Departure) -> Response:
        words = self.words(None)
        sheet = Sheet(words.locale, "➡️", words("page.leaving.title"), key=Key(words("page.leaving"), left.address))
        response = _page(sheet, HTTPStatus.SEE_OTHER)
        response.headers["Location"] = left.address
        response.set_cookie(
            self._cookie(left.state),
            left.cookie,
            max_age=left.seconds,
            secure=self._encrypted,
            httponly=True,
            samesite="lax",
        )
        return response

    def _from_page(self, request: Request) -> bool:
        """Only our own page sends people on: no foreign form does it behind their back."""
        site = request.headers.get("Sec-Fetch-Site")
        if site is not None:
            return site == "same-origin"
        return request.headers.get("Origin", "null") in {"null", origin(self.linker.leaving.consents.base)}

    # -- and back ----------------------------------------------------------------------------------------------------

    async def _back(self, request: Request) -> Response:
        """The answer is dealt with, and leaves the address bar and the history of the browser."""
        if request.method == "HEAD":
            return Response()
        asked, platform = request.query_params, request.path_params["platform"]
        state = asked.get("state", "")
        name = self._cookie(state)
        browser = request.cookies.get(name)
        outcome = await self.linker.complete(state, asked.get("code"), asked.get("error"), browser, platform)
        response = RedirectResponse(f"done/{await self._kept(outcome)}", HTTPStatus.SEE_OTHER)
        if browser is not None:
            response.delete_cookie(name, secure=self._encrypted, httponly=True, samesite="lax")
        return response

    async def _kept(self, outcome: Outcome) -> str:
        person = await self.linker.asker(outcome.linking) if outcome.linking is not None else None
        now, number = self.clock.now(), self.secret()
        old = [each for each, result in self._results.items() if result.until <= now]
        for each in [*old, *list(self._results)[: max(0, len(self._results) - MOST_RESULTS)]]:
            self._results.pop(each, None)
        self._results[number] = Result(outcome, self.words(person), now + SHOWN)
        return number

    async def _after(self, request: Request) -> Response:
        result = self._results.get(request.path_params["number"])
        if result is None or result.until <= self.clock.now():
            return _page(sheets.nothing(self.words(None), self.chat()))
        linking = result.outcome.linking
        platform = self.platforms.get(linking.platform) if linking is not None else None
        if platform is None:
            return _page(sheets.fault(Fault.UNKNOWN, result.words, self.chat()))
        return _page(sheets.after(result.outcome, platform, result.words, self.chat(), now=self.clock.now()))

    # -- cookies -----------------------------------------------------------------------------------------------------

    @property
    def _encrypted(self) -> bool:
        return urlsplit(self.linker.leaving.consents.base).scheme == "https"

    def _cookie(self, state: str) -> str:
        """One for each asking, so that two tabs do not disturb each other."""
        return f"{'__Host-' if self._encrypted else ''}pregonero-{hashed(state)[:16]}"


def _page(sheet: Sheet, status: HTTPStatus = HTTPStatus.OK, *targets: str) -> Response:
    return HTMLResponse(html(sheet), status, {"Content-Security-Policy": policy(*targets)})


def _origins(address: str) -> list[str]:
    """Where the form leads, by way of our answer. Sites pass people on between their own hosts (www → m)."""
    parts = urlsplit(address)
    family = parts.hostname or ""
    others = [f"{parts.scheme}://*.{family.removeprefix('www.')}"] if family.startswith("www.") else []
    return [origin(address), *others]
