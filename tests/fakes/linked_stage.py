"""The whole product with an X that asks people for consent, and a chat page whose links can be followed."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random

from bot.i18n import Words
from bot.sandbox.life import Doing, Life
from bot.sandbox.networks import Networks
from bot.sandbox.page_server import PageServer
from bot.settings import Settings
from fakes.stage import CARMEN, Stage, free_port, staged

APP, APP_SECRET = "990011", "app-s3cret-value"


class Alive(Life):
    """A bot in this process: it is there."""

    state, lives = Doing.UP, 1

    def kill(self) -> bool:
        return False


@asynccontextmanager
async def linkable(folder: Path, *, public: bool = True) -> AsyncIterator[Stage]:
    """X knows our app, and one person who has the account that is connected."""
    async with staged(folder) as stage:
        port = free_port()
        base = f"http://127.0.0.1:{port}"
        stage.overrides["server"] = {"port": port, "public_url": base if public else None}
        stage.x.client = (APP, APP_SECRET)
        stage.x.redirect_uris = {f"{base if public else f'http://localhost:{port}'}/oauth/twitter/return"}
        plain = stage.settings()
        graph = plain.publishing.platforms["facebook"]
        app = {"client_id": APP, "client_secret": APP_SECRET, "authorize_url": stage.x.authorize_url}
        platforms = {"facebook": graph, "twitter": {"api_url": stage.x.url} | app}
        stage.overrides["publishing"] = {"platforms": platforms}
        yield stage


@asynccontextmanager
async def chat_page(stage: Stage) -> AsyncIterator[str]:
    """The address of a page with Carmen's phone on it."""
    telegram = stage.telegram
    networks = Networks([], telegram.state.changes, stage.clock.now, Random(1))  # noqa: S311 - nothing depends on it

    async def renew(_: str) -> None:
        raise AssertionError("no simulated network here")

    words = Words("es", Settings().timezone)
    page = PageServer(telegram, telegram.phone(CARMEN, "Carmen"), networks, Alive(), words, renew)
    async with page.open() as address:
        yield address
