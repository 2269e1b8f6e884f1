"""The configuration: config.yaml, overruled by .env, overruled by the environment.

A variable is written SECTION__KEY (PUBLISHING__QUEUE__JOB_TIMEOUT=60s); TELEGRAM_BOT_TOKEN and VAULT_KEY have names of
their own. `data_dir` is relative to the directory the process was started in.
"""

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from dotenv import dotenv_values
from pydantic import AfterValidator, Field, PrivateAttr, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.clock import SystemClock
from bot.console import ConsoleError
from bot.sections import Approval, Brand, Generation, Logging, Publishing, Schedule, Server, Simulator, Telegram
from bot.shapes import Zone, zone
from publishers.engine.faults import SECRET_KEY, Misconfigured, describe
from publishers.engine.loading import load_platforms

OWN_NAMES = {"TELEGRAM_BOT_TOKEN": ("telegram", "bot_token")}
"""Variables that are not written SECTION__KEY."""


class SettingsError(ConsoleError):
    """The configuration cannot be used: one line per fault (key, what is wrong, what is allowed)."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


def _database(value: SecretStr) -> SecretStr:
    scheme = value.get_secret_value().partition("://")[0]
    if scheme not in {"sqlite+aiosqlite", "postgresql+psycopg", "postgresql+asyncpg"}:
        raise ValueError("this value is not a database address; allowed: null, postgresql+psycopg://user:…@host/name")
    return value


class Settings(BaseSettings):
    """The whole configuration. `Settings(…)` takes what it is given and nothing else; `load` reads files."""

    model_config = SettingsConfigDict(extra="forbid", frozen=True)

    mode: Literal["live", "sandbox", "dry_run"] = "live"
    data_dir: Path = Path("data")
    database_url: Annotated[SecretStr, AfterValidator(_database)] | None = None
    locale: Literal["es", "en"] = "es"
    timezone: Zone = Field(default_factory=lambda: zone("Europe/Madrid"))
    previews: bool | None = None
    """Whether pages that drafts lead to are looked at; None: where that can be of use."""
    vault_key: SecretStr | None = None
    logging: Logging = Logging()
    telegram: Telegram = Telegram()
    server: Server = Server()
    brand: Brand = Brand()
    approval: Approval = Approval()
    schedule: Schedule = Schedule()
    generation: Generation = Generation()
    simulator: Simulator = Simulator()
    publishing: Publishing = Publishing()
    _notices: tuple[str, ...] = PrivateAttr(())

    @property
    def notices(self) -> tuple[str, ...]:
        """What a person should know though nothing stops: to be logged once at the start."""
        return self._notices

    def secrets(self) -> list[str]:
        """Every secret of the configuration, for the log to hide."""
        found = [self.vault_key, self.telegram.bot_token, self.database_url]
        if self.telegram.webhook:
            found.append(self.telegram.webhook.secret_token)
        stanzas = [str(value) for _, value in _secret_values(self.publishing.platforms)]
        return [secret.get_secret_value() for secret in found if secret] + stanzas

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        del settings_cls, env_settings, dotenv_settings, file_secret_settings  # `load` merges what it reads itself
        return (init_settings,)


class Variables(PydanticBaseSettingsSource):
    """The environment as nested values. `names` tells which variable a key came from.

    Only text that is written as JSON ([…], {…}, null) is decoded: a client id of digits stays text.
    """

    def __init__(self, variables: Mapping[str, str]) -> None:
        super().__init__(Settings)
        self._variables = variables
        self.names: dict[str, str] = {}

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        del field
        return self().get(field_name), field_name, False

    def __call__(self) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for name, text in self._variables.items():
            path = self._path(name)
            if path and text.strip():
                self.names[".".join(path)] = name
                values = merge(values, _nest(path, _decode(text)))
        return values

    def _path(self, name: str) -> tuple[str, ...] | None:
        own = OWN_NAMES.get(name.upper())
        path = own or tuple(name.lower().split("__"))
        field = self.settings_cls.model_fields.get(path[0])
        if field is None or not all(path):
            return None
        is_section = hasattr(field.annotation, "model_fields")
        return path if is_section == (len(path) > 1) else None


def _decode(text: str) -> Any:
    text = text.strip()
    if text[0] not in "[{" and text != "null":
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def _nest(path: tuple[str, ...], value: Any) -> dict[str, Any]:
    for part in reversed(path):
        value = {part: value}
    nested: dict[str, Any] = value
    return nested


def merge(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Sections of both, key by key; where both have a value, `over` counts."""
    merged = dict(under)
    for key, value in over.items():
        below = merged.get(key)
        merged[key] = merge(below, value) if isinstance(below, Mapping) and isinstance(value, Mapping) else value
    return merged


def environment() -> dict[str, str]:
    """The variables of .env in the current directory, overruled by those of the process. Raises SettingsError."""
    try:
        written = dotenv_values(".env", interpolate=False)
    except UnicodeDecodeError:
        raise SettingsError([".env: cannot be read: it is not UTF-8"]) from None
    return {name: value for name, value in written.items() if value is not None} | dict(os.environ)


def load(path: Path | None) -> Settings:
    """The configuration of this file (None: defaults) and the environment. Raises SettingsError with every fault."""
    written = {} if path is None else _read(path)
    variables = Variables(environment())
    values = merge(written, variables())
    settings, faults = _validate(values)
    faults += _platform_faults(values)
    if settings is None or faults:
        raise SettingsError(_told(line, variables.names) for line in faults)
    settings._notices = tuple(_notices(written))  # noqa: SLF001 -- our own class, set once before anybody reads it
    return settings


def _validate(values: dict[str, Any]) -> tuple[Settings | None, list[str]]:
    try:
        return Settings(**values), []
    except ValidationError as error:
        return None, describe(error, Settings)


def _platform_faults(values: Mapping[str, Any]) -> list[str]:
    """Of the stanzas, even when something else is wrong: one start tells all."""
    publishing = values.get("publishing")
    stanzas = publishing.get("platforms") if isinstance(publishing, Mapping) else None
    if not isinstance(stanzas, Mapping):
        return []
    try:
        load_platforms(
            {str(key): value for key, value in stanzas.items() if value is None or isinstance(value, dict)},
            today=SystemClock().now().date(),
        )
    except Misconfigured as error:
        return list(error.lines)
    return []


def _read(path: Path) -> dict[str, Any]:
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise SettingsError([f"{path}: there is no such file"]) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            [f"{path}: cannot be read: {getattr(error, 'strerror', None) or 'it is not UTF-8'}"]
        ) from None
    except yaml.YAMLError as error:
        raise SettingsError([f"{path}: {_where(error)}"]) from None
    if not isinstance(values, dict | None):
        raise SettingsError([f"{path}: is not a list of keys; allowed: lines like 'mode: live'"])
    return {str(key): value for key, value in (values or {}).items()}


def _where(error: yaml.YAMLError) -> str:
    mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
    place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
    return f"{place}is not YAML: {problem or 'unreadable characters'}"


def _told(line: str, names: Mapping[str, str]) -> str:
    """The same line, naming the variable when the value came from there."""
    key, separator, rest = line.partition(": ")
    return f"{key} (from {names[key]}){separator}{rest}" if key in names else line


def _notices(written: Mapping[str, Any]) -> Iterator[str]:
    for path, _ in _secret_values(written):
        own = next((name for name, its in OWN_NAMES.items() if its == path), None)
        name = own or "__".join(path).upper()
        yield f"{'.'.join(path)} is a secret and stands in the configuration file: better {name} in .env"


def _secret_values(values: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    for key, value in values.items():
        here = (*path, str(key))
        if isinstance(value, Mapping):
            yield from _secret_values(value, here)
        elif value and SECRET_KEY.search(str(key)):
            yield here, value
