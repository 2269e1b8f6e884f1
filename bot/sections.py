"""The sections of the configuration: every key with its type, its bounds and its default."""

import re
from datetime import timedelta
from typing import Annotated, Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, model_validator

from adapters import colour
from adapters.card import TEMPLATES, Style
from bot.shapes import Duration, Hours, Page, People, Port, Positive, Weekly
from publishers.wire.address import Address, is_loopback

Stanza = dict[str, Any] | None


def _nothing(value: Any) -> Any:
    """A section all of whose lines are comments."""
    return {} if value is None else value


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    _empty = model_validator(mode="before")(_nothing)


class Logging(Section):
    level: Annotated[
        Literal["debug", "info", "warning", "error"],
        BeforeValidator(lambda value: value.lower() if isinstance(value, str) else value),
    ] = "info"
    format: Literal["console", "json"] = "console"


def _token(value: SecretStr) -> SecretStr:
    number, colon, rest = value.get_secret_value().partition(":")
    if not (number.isdecimal() and colon and rest) or any(mark.isspace() for mark in rest):
        raise ValueError("this value is not a bot token; allowed: what @BotFather gives, like 123456789:AAE…")
    return value


def _ends(ending: str) -> AfterValidator:
    def check(value: str) -> str:
        if not value.endswith(ending):
            raise ValueError(
                f"{value!r} does not end in {ending}; allowed: an address like https://api.example{ending}"
            )
        return value

    return AfterValidator(check)


class Webhook(Section):
    """Updates pushed by Telegram instead of polled: `url` is public, `port` is where we listen for it."""

    url: Address
    secret_token: SecretStr = Field(min_length=1, max_length=256)
    port: Port = 8443


class Telegram(Section):
    bot_token: Annotated[SecretStr, AfterValidator(_token)] | None = None
    base_url: Annotated[Address, _ends("/bot")] = "https://api.telegram.org/bot"
    base_file_url: Annotated[Address, _ends("/file/bot")] = "https://api.telegram.org/file/bot"
    owners: People = ()
    editors: People = ()
    authors: People = ()
    webhook: Webhook | None = None


_HOST = re.compile(r"(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?", re.ASCII | re.IGNORECASE)
_SEGMENTS = re.compile(r"(?:/(?!\.{1,2}(?:/|$))[\w.~-]+)*", re.ASCII)


def _plain(value: str) -> str:
    """An address that networks compare sign by sign, and that every one of ours begins with."""
    parts = urlsplit(value)
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port == 0 or not _HOST.fullmatch(parts.netloc) or not _SEGMENTS.fullmatch(parts.path):
        raise ValueError(f"{value!r} is not plain; allowed: an address like https://bot.example.org")
    return value


class Server(Section):
    host: str = "127.0.0.1"
    port: Port = 8080
    public_url: Annotated[Address, AfterValidator(_plain)] | None = None
    """Where the world reaches us; None: links are pasted back by hand."""


def _colour(value: str) -> str:
    colour.parse(value)
    return value


HexColour = Annotated[str, AfterValidator(_colour)]


class Brand(Section):
    """Pictures drawn from a text: one of the designs, and colours like "#E26A2C"; null: those of the design."""

    template: Literal[TEMPLATES] = TEMPLATES[0]  # type: ignore[valid-type] # the names are known when it runs
    background: HexColour | None = None
    ink: HexColour | None = None
    accent: HexColour | None = None

    @model_validator(mode="after")
    def _readable(self) -> Self:
        self.style  # noqa: B018 - raises what is wrong
        return self

    @property
    def style(self) -> Style:
        return Style.branded(self.template, background=self.background, ink=self.ink, accent=self.accent)


class Approval(Section):
    hold: Duration = timedelta(0)
    second_person: bool = False
    quiet_hours: Hours | None = None
    reconfirm_first_live: bool = True


class Schedule(Section):
    missed_grace: Duration = timedelta(hours=1)
    preflight: Duration = timedelta(hours=1)
    slots: tuple[Weekly, ...] = ()


class Source(Section):
    type: Literal["feed"]
    url: Page


def _cron(value: str) -> str:
    from apscheduler.triggers.cron import CronTrigger

    try:
        CronTrigger.from_crontab(value)
    except ValueError:
        raise ValueError(f"{value!r} is not a timetable; allowed: five cron fields like '0 10 * * *'") from None
    return value


class Generation(Section):
    timetable: Annotated[str, AfterValidator(_cron)] | None = None
    source: Source | None = None


Seconds = Annotated[float, Field(ge=0, le=3600)]


def _near(value: str) -> str:
    if not is_loopback(urlsplit(value).hostname or ""):
        raise ValueError(f"{value!r} is not on this machine; allowed: an address like http://127.0.0.1:8091")
    return value


class Simulator(Section):
    """`latency`: least and most seconds of a simulated answer. `failure_rate`: 0…1.

    `url`: where simulated networks are served, on this machine; they have a latency and failures of their own.
    """

    url: Annotated[Address, AfterValidator(_near)] | None = None
    latency: tuple[Seconds, Seconds] = (0.1, 0.3)
    failure_rate: float = Field(default=0.1, ge=0, le=1)
    seed: int | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.latency[0] > self.latency[1]:
            raise ValueError(f"latency: {list(self.latency)} goes backwards; allowed: [least, most] seconds")
        return self


class RetryPolicy(Section):
    max_retries: int = Field(default=3, ge=0, le=100)
    initial_delay: Positive = timedelta(seconds=300)
    backoff_factor: float = Field(default=2, ge=1, le=100)
    max_delay: Positive = timedelta(seconds=3600)


class Retention(Section):
    completed: Duration = timedelta(hours=24)
    completed_last: int = Field(default=1000, ge=0)
    failed: Duration = timedelta(days=7)


class Queue(Section):
    max_concurrent_jobs: int = Field(default=10, ge=1)
    job_timeout: Positive = timedelta(seconds=300)
    cleanup_interval: Positive = timedelta(hours=1)
    reconcile_after: tuple[Duration, ...] = tuple(timedelta(seconds=seconds) for seconds in (5, 30, 60, 120))
    settle: Duration | None = None
    silence: Duration | None = None
    retention: Retention = Retention()

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if list(self.reconcile_after) != sorted(self.reconcile_after):
            raise ValueError("reconcile_after: goes backwards; allowed: growing durations like [5s, 30s, 60s, 120s]")
        return self


class Publishing(Section):
    """`platforms`: a stanza switches a network on; publishers.engine.loading validates it."""

    platforms: Annotated[dict[str, Stanza], BeforeValidator(_nothing)] = Field(default_factory=dict)
    retry_policy: RetryPolicy = RetryPolicy()
    queue: Queue = Queue()
