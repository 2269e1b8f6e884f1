"""A real Chromium without a window, driven over its DevTools protocol: what a page shows and does.

https://chromedevtools.github.io/devtools-protocol/
"""

import asyncio
import base64
import itertools
import json
import shutil
import subprocess
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SWITCHES = (
    "--headless=new",
    "--remote-debugging-port=0",
    "--no-sandbox",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-component-update",
    "--disable-background-networking",
    "--disable-sync",
    "--hide-scrollbars",
    "--lang=es-ES",
    "--accept-lang=es-ES",
    "--log-level=3",
)
PATIENCE = 10.0
"""Seconds a page may take to come to a state."""
LARGEST_ANSWER = 64 * 1024 * 1024
CODES = {
    "Enter": 13,
    "Escape": 27,
    "Tab": 9,
    "ArrowDown": 40,
    "ArrowUp": 38,
    "ArrowLeft": 37,
    "ArrowRight": 39,
    "/": 191,
}
SHIFT = 8
LOOK = """new Promise((done, gone) => {
  const end = performance.now() + MILLISECONDS;
  const look = () => {
    let value;
    try { value = (EXPRESSION); } catch { value = null; }
    if (value) done(value);
    else if (performance.now() > end) gone(new Error("never came true"));
    else setTimeout(look, 15);
  };
  look();
})"""
MIDDLE = """(node => {
  node.scrollIntoView({block: "nearest", inline: "nearest", behavior: "instant"});
  const box = node.getBoundingClientRect();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  const top = document.elementFromPoint(x, y);
  return [x, y, node.contains(top) || top?.contains(node) || `${top?.outerHTML}`.slice(0, 200)];
})(document.querySelector(SELECTOR))"""

Json = dict[str, Any]


def installed() -> str | None:
    """The browser of this machine, if there is one."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


@dataclass(frozen=True, slots=True)
class Chromium:
    """A running browser; `address` is its DevTools socket."""

    address: str

    @asynccontextmanager
    async def page(
        self,
        url: str,
        *,
        width: int = 1440,
        height: int = 900,
        touch: bool = False,
        dark: bool = False,
        calm: bool = True,
    ) -> "AsyncIterator[Page]":
        """A page in a browser context of its own, loaded. `calm`: without movement, as people can ask for."""
        async with (
            aiohttp.ClientSession() as http,
            http.ws_connect(self.address, max_msg_size=LARGEST_ANSWER) as socket,
        ):
            line = _Line(socket)
            listening = asyncio.create_task(line.listen())
            try:
                page = await _opened(line)
                await page.dress(width=width, height=height, touch=touch, dark=dark, calm=calm)
                await page.goto(url)
                yield page
                await line.ask("Target.disposeBrowserContext", {"browserContextId": page.context})
            finally:
                listening.cancel()
                await asyncio.gather(listening, return_exceptions=True)


@contextmanager
def launched(folder: Path) -> Iterator[Chromium]:
    """The browser, with its profile in `folder`. Raises RuntimeError when there is none or it does not start."""
    program = installed()
    if program is None:
        raise RuntimeError("no Chromium on this machine")
    command = [program, *SWITCHES, f"--user-data-dir={folder}", "about:blank"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603 - the browser itself
        drain = threading.Thread(target=lambda: [None for _ in process.stderr or ()], daemon=True)
        try:
            yield Chromium(_address(process))
        finally:
            drain.start()
            process.kill()
            drain.join()


def _address(process: "subprocess.Popen[str]") -> str:
    for line in process.stderr or ():
        _, found, address = line.partition("DevTools listening on ")
        if found:
            return address.strip()
    raise RuntimeError("the browser ended before it listened")


Opens = Callable[..., AbstractAsyncContextManager["Page"]]
"""Gives a page that is open until the end of the block."""


@dataclass(slots=True)
class _Line:
    """Questions and answers on one socket; events go to whoever hears them."""

    socket: aiohttp.ClientWebSocketResponse
    hear: Callable[[str, Json], None] = lambda method, params: None
    waiting: dict[int, "asyncio.Future[Json]"] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    async def ask(self, method: str, params: Json | None = None, session: str | None = None) -> Json:
        """Raises RuntimeError with the browser's own words."""
        number = next(self.numbers)
        self.waiting[number] = given = asyncio.get_running_loop().create_future()
        named = {"sessionId": session} if session else {}
        await self.socket.send_json({"id": number, "method": method, "params": params or {}, **named})
        answer = await asyncio.wait_for(given, PATIENCE * 2)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']['message']}")
        return dict(answer["result"])

    async def listen(self) -> None:
        async for message in self.socket:
            said = json.loads(message.data)
            if "id" not in said:
                self.hear(said["method"], said["params"])
            elif not (answer := self.waiting.pop(said["id"])).done():
                answer.set_result(said)


async def _opened(line: _Line) -> "Page":
    context = (await line.ask("Target.createBrowserContext"))["browserContextId"]
    target = await line.ask("Target.createTarget", {"url": "about:blank", "browserContextId": context})
    attached = await line.ask("Target.attachToTarget", {"targetId": target["targetId"], "flatten": True})
    page = Page(line, attached["sessionId"], context)
    line.hear = page.heard
    for domain in ("Page", "Runtime", "Network", "Log", "DOM"):
        await page.ask(f"{domain}.enable")
    return page


@dataclass(frozen=True, slots=True)
class Box:
    """In pixels of the page's own."""

    left: float
    top: float
    width: float
    height: float


@dataclass(slots=True)
class Page:
    """One page. `requests`: every address it asked for; `faults`: what its console says went wrong."""

    line: _Line
    session: str
    context: str
    requests: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    async def ask(self, method: str, **params: Any) -> Json:
        return await self.line.ask(method, params, self.session)

    def heard(self, method: str, params: Json) -> None:
        if method == "Network.requestWillBeSent":
            self.requests.append(params["request"]["url"])
        elif method == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            self.faults.append(details.get("exception", {}).get("description") or details["text"])
        elif method == "Log.entryAdded" and params["entry"]["level"] == "error":
            self.faults.append(f"{params['entry']['text']} ({params['entry'].get('url', '')})")

    async def dress(
        self, *, width: int, height: int, touch: bool = False, dark: bool = False, calm: bool = True
    ) -> None:
        """The screen, and what the person asked of their system."""
        scale = 2 if touch else 1
        await self.ask(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=scale, mobile=touch
        )
        await self.ask("Emulation.setTouchEmulationEnabled", enabled=touch)
        features = {
            "prefers-color-scheme": "dark" if dark else "light",
            "prefers-reduced-motion": "reduce" if calm else "",
        }
        await self.ask("Emulation.setEmulatedMedia", features=[{"name": k, "value": v} for k, v in features.items()])
        await self.ask("Emulation.setFocusEmulationEnabled", enabled=True)

    async def goto(self, url: str) -> None:
        await self.ask("Page.navigate", url=url)
        await self.until(f"location.href.startsWith({json.dumps(url)}) && document.readyState === 'complete'")

    async def evaluate(self, expression: str) -> Any:
        """The value of a JavaScript expression; promises are awaited. Raises AssertionError when it throws."""
        answer = await self.ask("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise AssertionError(details.get("exception", {}).get("description") or details["text"])
        return answer["result"].get("value")

    async def until(self, expression: str, seconds: float = PATIENCE) -> Any:
        """The value of the expression, once it is true. The page itself looks, frame by frame."""
        look = LOOK.replace("MILLISECONDS", str(seconds * 1000)).replace("EXPRESSION", expression)
        try:
            return await self.evaluate(look)
        except AssertionError as problem:
            raise AssertionError(f"{expression}: {problem}; {self.faults}") from None
        except RuntimeError:  # the document was replaced while it looked
            return await self.until(expression, seconds)

    async def wait(self, selector: str) -> None:
        """Until something that can be seen matches."""
        await self.until(f"document.querySelector({json.dumps(selector)})?.checkVisibility()")

    async def text(self, selector: str) -> str:
        await self.wait(selector)
        return str(await self.evaluate(f"document.querySelector({json.dumps(selector)}).innerText"))

    async def texts(self, selector: str) -> list[str]:
        """What each match says."""
        found = f"[...document.querySelectorAll({json.dumps(selector)})]"
        return list(await self.evaluate(f"{found}.map(node => node.innerText.trim())"))

    async def boxes(self, selector: str) -> "list[Box]":
        """Where each match stands on the screen; those that are not shown are left out."""
        found = f"[...document.querySelectorAll({json.dumps(selector)})].filter(node => node.checkVisibility())"
        measured = await self.evaluate(f"{found}.map(node => node.getBoundingClientRect().toJSON())")
        return [Box(each["left"], each["top"], each["width"], each["height"]) for each in measured]

    async def count(self, selector: str) -> int:
        return int(await self.evaluate(f"document.querySelectorAll({json.dumps(selector)}).length"))

    async def click(self, selector: str) -> None:
        """With the mouse, where the element can be seen. Raises AssertionError when something lies on top of it."""
        await self.wait(selector)
        x, y, free = await self.evaluate(MIDDLE.replace("SELECTOR", json.dumps(selector)))
        assert free is True, f"{selector} lies under {free}"
        for kind in ("mousePressed", "mouseReleased"):
            await self.ask("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    async def type(self, text: str) -> None:
        """Into what has the focus."""
        await self.ask("Input.insertText", text=text)

    async def press(self, key: str, *, shift: bool = False) -> None:
        code = {"windowsVirtualKeyCode": CODES[key], "key": key, "code": key, "modifiers": SHIFT if shift else 0}
        text = {"Enter": "\r", "/": "/"}.get(key)
        await self.ask("Input.dispatchKeyEvent", type="keyDown", **code, **({"text": text} if text else {}))
        await self.ask("Input.dispatchKeyEvent", type="keyUp", **code)

    async def choose_files(self, selector: str, files: Sequence[Path]) -> None:
        root = await self.ask("DOM.getDocument")
        node = await self.ask("DOM.querySelector", nodeId=root["root"]["nodeId"], selector=selector)
        await self.ask("DOM.setFileInputFiles", nodeId=node["nodeId"], files=[str(file) for file in files])

    async def screenshot(self, path: Path) -> None:
        answer = await self.ask("Page.captureScreenshot", format="png")
        await asyncio.to_thread(path.write_bytes, base64.b64decode(answer["data"]))
