"""Pictures made for a test, and a host that serves them as the product's own media server would."""

import io
from typing import Self

from aiohttp import web
from PIL import Image


def picture(width: int = 1080, height: int = 1080, *, kind: str = "JPEG", colour: str = "peru") -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(written, kind)
    return written.getvalue()


class PictureHost:
    """`async with PictureHost() as host: url = host.put(data)`. `fetched` lists the paths that were asked for."""

    def __init__(self) -> None:
        self.fetched: list[str] = []
        self._answers: dict[str, web.Response] = {}
        self._runner: web.AppRunner | None = None
        self.origin = ""

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_get("/{path:.*}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.01)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.origin = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *exc: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()

    def put(self, data: bytes, content_type: str = "image/jpeg", *, status: int = 200, location: str = "") -> str:
        path = f"/{len(self._answers)}"
        headers = {"Content-Type": content_type} | ({"Location": location} if location else {})
        self._answers[path] = web.Response(body=data, status=status, headers=headers)
        return self.origin + path

    async def _serve(self, request: web.Request) -> web.Response:
        self.fetched.append(request.path)
        kept = self._answers.get(request.path)
        return (
            web.Response(body=kept.body, status=kept.status, headers=kept.headers) if kept else web.Response(status=404)
        )
