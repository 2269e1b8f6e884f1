"""From a stanza of the configuration to a platform: the stanza's key is the name of a module in publishers/."""

import importlib
import pkgutil
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from pydantic import BaseModel, ValidationError

import publishers
from publishers.engine.budget import Window, windows
from publishers.engine.contract import Platform
from publishers.engine.customs import checked, customs
from publishers.engine.faults import Misconfigured, describe, unknown
from publishers.wire.customs import Customs

SECTION = "publishing.platforms"
OURS = ("adapters", "publishers")
NAME = re.compile(r"[a-z_]+")


@dataclass(frozen=True, slots=True)
class Connected:
    """A platform that is switched on, with its validated settings."""

    platform: Platform
    settings: BaseModel

    @property
    def windows(self) -> tuple[Window, ...]:
        return windows(self.settings)

    @property
    def customs(self) -> Customs:
        return customs(self.settings)


def known_platforms() -> list[str]:
    """Names of all platforms there are, in order; none of them is imported for this."""
    modules = pkgutil.iter_modules(publishers.__path__)
    return sorted(module.name for module in modules if not module.ispkg and NAME.fullmatch(module.name))


def load_platforms(
    stanzas: Mapping[str, Mapping[str, Any] | None], *, today: date | None = None
) -> dict[str, Connected]:
    """Every stanza's platform, in the order given. Raises Misconfigured with all faults of all stanzas.

    Versions of an API are held against `today`; None leaves the day to the platform's own table.
    """
    connected: dict[str, Connected] = {}
    faults: list[str] = []
    for name, stanza in stanzas.items():
        try:
            connected[name] = _load(str(name), stanza, {} if today is None else {"today": today})
        except Misconfigured as error:
            faults.extend(error.lines)
    if faults:
        raise Misconfigured(faults)
    return connected


def find_platform(name: str, platforms: Mapping[str, Connected]) -> Connected | None:
    """The one a person means by its key, its title or a short form, in any case."""
    wanted = name.strip().casefold()
    return next((found for found in platforms.values() if wanted in _names(found.platform)), None)


def _names(platform: Platform) -> set[str]:
    return {name.casefold() for name in (platform.name, platform.title, *platform.aliases)}


def _load(name: str, stanza: Mapping[str, Any] | None, context: dict[str, Any]) -> Connected:
    key = f"{SECTION}.{name}"
    if name not in known_platforms():
        raise Misconfigured([f"{key}: unknown platform; {unknown(name, known_platforms())}"])
    platform = _platform(name, key)
    try:
        settings = platform.settings.model_validate({} if stanza is None else stanza, context=context)
    except ValidationError as error:
        raise Misconfigured(describe(error, platform.settings, under=key)) from None
    try:
        windows(settings)
    except ValueError as error:
        raise Misconfigured([f"{key}.rate_limits.{error}"]) from None
    try:
        checked(settings, platform.profile)
    except ValueError as error:
        raise Misconfigured([f"{key}.words.{error}"]) from None
    return Connected(platform, settings)


def _platform(name: str, key: str) -> Platform:
    try:
        module = importlib.import_module(f"publishers.{name}")
    except ModuleNotFoundError as error:
        if str(error.name).startswith(OURS):
            raise
        raise Misconfigured([f"{key}: needs the Python package {error.name}, which is not installed"]) from error
    platform = getattr(module, "PLATFORM", None)
    if not isinstance(platform, Platform):
        raise Misconfigured([f"{key}: publishers/{name}.py is no platform: it does not end in PLATFORM"])
    return platform
