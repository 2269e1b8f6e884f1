"""Everything of one sandbox, in two processes: Telegram, the networks and the page here, the bot in the other one."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import yaml

import bot
from adapters.profile import Links, Profile
from bot.clock import SystemClock
from bot.i18n import Words
from bot.records import open_records
from bot.sandbox.network_server import NetworkServer, Sleep
from bot.sandbox.networks import Network, Networks
from bot.sandbox.page_server import PageServer
from bot.sandbox.phone import Phone
from bot.sandbox.supervisor import Supervisor, command
from bot.sandbox.telegram import SandboxTelegram
from bot.sections import RetryPolicy, Simulator
from bot.settings import OWN_NAMES, Settings
from publishers.engine.contract import Identity, Platform
from publishers.engine.loading import known_platforms, load_platforms
from publishers.engine.outside import Clock

OWNER, NAME = 7001, "Carmen"
ACCOUNT = "@panaderia"
ACCOUNTS = (ACCOUNT, "@panaderia_obrador")
"""Those a person has on each network; the first one is connected from the start."""
CONFIG = "config.yaml"


@dataclass(frozen=True, slots=True)
class Taste:
    """How the sandbox behaves."""

    simulator: Simulator = field(default_factory=lambda: Simulator(failure_rate=0))
    retry: RetryPolicy = field(default_factory=lambda: RetryPolicy(initial_delay=timedelta(seconds=20)))
    pause: float = 1.0
    """Seconds between a death of the bot and its next life."""
    sleep: Sleep = asyncio.sleep
    """How the networks wait."""


@dataclass(frozen=True, slots=True)
class Playground:
    telegram: SandboxTelegram
    phone: Phone
    networks: Networks
    supervisor: Supervisor
    page: PageServer


@asynccontextmanager
async def playground(folder: Path, taste: Taste | None = None, clock: Clock | None = None) -> AsyncIterator[Playground]:
    """Servers that are up and a bot that is ready to be started (`supervisor.keep`). `folder` is the bot's alone."""
    taste, clock = taste or Taste(), clock or SystemClock()
    async with AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(SandboxTelegram())
        words = Words("es", Settings().timezone)
        networks = _networks(telegram, taste.simulator, clock)
        url = await stack.enter_async_context(NetworkServer(networks, words("sandbox.reason"), taste.sleep).open())
        values = _values(telegram, folder, url, taste) | {"server": _server(stack.enter_context(reserved()))}
        path = folder / CONFIG
        path.write_text(yaml.safe_dump(values, allow_unicode=True), encoding="utf-8")
        settings = Settings(**values)
        await _permit(settings, clock, *settings.publishing.platforms)
        supervisor = Supervisor(
            command("run", "--config", str(path)),
            surroundings({"TELEGRAM_BOT_TOKEN": telegram.token}),
            folder,
            telegram.state.changes,
            pause=taste.pause,
        )
        phone = telegram.phone(OWNER, NAME)
        page = PageServer(telegram, phone, networks, supervisor, words, partial(_permit, settings, clock))
        yield Playground(telegram, phone, networks, supervisor, page)


def _networks(telegram: SandboxTelegram, simulator: Simulator, clock: Clock) -> Networks:
    known = load_platforms(dict.fromkeys(known_platforms()))
    return Networks(
        [_network(each.platform) for each in known.values()],
        telegram.state.changes,
        clock.now,
        Random(simulator.seed),  # noqa: S311 - faults to rehearse
        latency=simulator.latency,
        failure_rate=simulator.failure_rate,
    )


def _network(platform: Platform) -> Network:
    accounts = tuple((f"{platform.name}-{number}", name) for number, name in enumerate(ACCOUNTS, start=1))
    return Network(platform.name, platform.title, platform.icon, layout(platform.profile), accounts=accounts)


def layout(profile: Profile) -> str:
    """How the wall shows a network, by what it can do."""
    if profile.pictures.required:
        return "photos"
    if profile.thread:
        return "thread"
    return "page" if profile.links is Links.PREVIEW else "plain"


def _values(telegram: SandboxTelegram, folder: Path, networks: str, taste: Taste) -> dict[str, Any]:
    """The bot's configuration file; the token is no part of it."""
    retry = taste.retry
    return {
        "mode": "sandbox",
        "data_dir": str(folder / "data"),
        "logging": {"format": "json"},
        "telegram": {"base_url": telegram.base_url, "base_file_url": telegram.base_file_url, "owners": [OWNER]},
        "simulator": {"url": networks},
        "publishing": {
            "platforms": dict.fromkeys(known_platforms()),
            "retry_policy": {
                "max_retries": retry.max_retries,
                "initial_delay": f"{retry.initial_delay.total_seconds()}s",
                "backoff_factor": retry.backoff_factor,
                "max_delay": f"{retry.max_delay.total_seconds()}s",
            },
            "queue": {"reconcile_after": ["2s", "5s", "10s", "30s"]},
        },
    }


def _server(port: int) -> dict[str, Any]:
    """Where a person opens the bot's own pages: the same in each of its lives."""
    return {"port": port, "public_url": f"http://127.0.0.1:{port}"}


@contextmanager
def reserved() -> Iterator[int]:
    """A port that nobody else is given meanwhile."""
    with socket.socket() as kept:
        kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        kept.bind(("127.0.0.1", 0))
        port = kept.getsockname()[1]
        if sys.platform != "linux":
            kept.close()  # only there one may listen on a port that another one keeps without listening
        yield port


async def _permit(settings: Settings, clock: Clock, *platforms: str) -> None:
    """An account without credentials on each: it is simulated, and says so. Again: its permission is a new one."""
    async with open_records(settings, clock) as records, records.store.unit() as unit:
        for name in platforms:
            who = Identity(f"{name}-1", ACCOUNT)
            await unit.accounts.add(name, who, "{}", expires_at=None, at=clock.now())


def surroundings(secrets: Mapping[str, str]) -> dict[str, str]:
    """The environment of the bot: ours, without anything that would overrule its configuration."""
    ours = {*Settings.model_fields, *(name.lower() for name in OWN_NAMES), "pregonero_config"}
    kept = {name: value for name, value in os.environ.items() if name.lower().partition("__")[0] not in ours}
    path = [str(Path(bot.__file__).parents[1]), *filter(None, [kept.get("PYTHONPATH")])]
    return kept | {"PYTHONPATH": os.pathsep.join(path)} | dict(secrets)
