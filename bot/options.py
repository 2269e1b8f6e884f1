"""--config, accepted before and after the subcommand, and the settings it leads to."""

import os
from pathlib import Path
from typing import Annotated

import typer

from bot import logs
from bot.settings import Settings, load

DEFAULT = Path("config.yaml")

ConfigPath = Annotated[
    Path | None,
    typer.Option("--config", metavar="PATH", help="The configuration file (else PREGONERO_CONFIG, else config.yaml)."),
]


def remember(context: typer.Context, config: ConfigPath = None) -> None:
    """Callback of a group of commands: what stands before the subcommand counts for it."""
    if config is not None:
        context.ensure_object(dict)["config"] = config


def configured(context: typer.Context, config: Path | None) -> Settings:
    """The settings of this command, with the log set up as they say. Raises SettingsError."""
    settings = load(config or context.ensure_object(dict).get("config") or _usual())
    logs.configure(settings.logging.level, settings.logging.format, secrets=settings.secrets())
    return settings


def _usual() -> Path | None:
    named = os.environ.get("PREGONERO_CONFIG")
    if named:
        return Path(named)
    return DEFAULT if DEFAULT.exists() else None
