"""Mode sandbox without a server of networks: they live in the process of the bot, and every result says so."""

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.app import build
from bot.sandbox.telegram import SandboxTelegram
from bot.settings import Settings, SettingsError, load
from publishers.engine.contract import Identity
from publishers.engine.remote_scene import RemoteScene
from publishers.engine.simulator import Scene

OWNER = 7
PLATFORMS = ("facebook", "twitter")


def settings(telegram: SandboxTelegram, folder: Path, **simulator: Any) -> Settings:
    values: dict[str, Any] = {
        "mode": "sandbox",
        "data_dir": folder / "data",
        "telegram": {
            "bot_token": SecretStr(telegram.token),
            "base_url": telegram.base_url,
            "base_file_url": telegram.base_file_url,
            "owners": [OWNER],
        },
        "server": {"port": 0},
        "simulator": {"latency": [0, 0.01], "failure_rate": 0, **simulator},
        "publishing": {"platforms": dict.fromkeys(PLATFORMS)},
    }
    return Settings(**values)


async def test_a_draft_is_published_on_networks_of_this_process(tmp_path: Path) -> None:
    async with SandboxTelegram() as telegram, build(settings(telegram, tmp_path)) as app:
        async with app.store.unit() as unit:
            for name in PLATFORMS:
                who = Identity("1", "@panaderia")
                await unit.accounts.add(name, who, "{}", expires_at=None, at=app.clock.now())
        serving = asyncio.create_task(app.serve())
        phone = telegram.phone(OWNER, "Carmen")
        await phone.send("Mañana hay pan de espelta")
        card = await phone.until(lambda chat: next((m for m in chat if m.buttons), None), 10)
        assert card is not None
        await phone.tap(card, "✅ Aprobar")
        await phone.until(lambda _: "🎉" in card.text and "🧪" in card.text, 10)
        serving.cancel()
        with suppress(asyncio.CancelledError):
            await serving
        await app.farewell()
        scene = app.engine.connections.scene
    assert isinstance(scene, Scene)
    assert {where: len(posts) for where, posts in scene.shown.items()} == {(name, "1"): 1 for name in PLATFORMS}


async def test_with_an_address_they_live_there(tmp_path: Path) -> None:
    url = "http://127.0.0.1:8091/"
    async with SandboxTelegram() as telegram, build(settings(telegram, tmp_path, url=url)) as app:
        scene = app.engine.connections.scene
        assert isinstance(scene, RemoteScene)
        assert scene.url == url.rstrip("/")


async def test_live_has_no_networks_to_play_with(tmp_path: Path) -> None:
    async with SandboxTelegram() as telegram:
        live = settings(telegram, tmp_path).model_copy(update={"mode": "live"})
        async with build(live) as app:
            assert app.engine.connections.scene is None


@pytest.mark.parametrize(
    "url", ["https://networks.example", "http://192.168.1.7:80", "ftp://127.0.0.1", "127.0.0.1:8091"]
)
def test_the_address_is_one_of_this_machine(tmp_path: Path, url: str) -> None:
    path = tmp_path / "config.yaml"
    path.write_text(f"simulator: {{url: '{url}'}}")
    with pytest.raises(SettingsError, match=r"^simulator\.url"):
        load(path)
