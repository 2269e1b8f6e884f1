"""The log: one line per fact on stderr, for people or as JSON, and never a secret in it.

Secrets are hidden in the finished line, whatever made it: message, arguments, fields, stack traces, foreign libraries.
"""

import json
import logging
import re
import sys
import traceback
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Any, Literal, TextIO

import structlog
from structlog.types import EventDict, Processor, WrappedLogger

from publishers.engine.faults import SECRET_KEY

HIDDEN = "[hidden]"
_KEYS = (
    r"access_?token|refresh_?token|id_token|input_token|fb_exchange_token|bot_token|secret_token|client_secret|"
    r"app_?secret|appsecret_proof|code_verifier|api_?key|vault_key|password|oauth_\w+"
)
_OPEN = r"(?:\x1b\[[\d;]*m|\\*[\"']|%22)*"
_VALUE = r"(?!\[hidden)[^\s\"'&,;\\})\]\x1b]+"
PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"(bot)\d+(?::|%3A)[\w-]+", re.IGNORECASE), rf"\1{HIDDEN}"),
    (re.compile(r"\b\d{5,}:[\w-]{30,}"), HIDDEN),
    (re.compile(rf"({_KEYS})({_OPEN}\s*[=:]\s*{_OPEN}){_VALUE}", re.IGNORECASE), rf"\1\2{HIDDEN}"),
    (re.compile(r"([?&](?:code|state|sig|signature)=)[^&\s\"']+"), rf"\1{HIDDEN}"),
    (re.compile(r"\b(Bearer)\s+[\w.~+/%=-]+", re.IGNORECASE), rf"\1 {HIDDEN}"),
    (re.compile(r"\b(OAuth)\s+(?!oauth_)[\w.~+/%-]{16,}=*"), rf"\1 {HIDDEN}"),
    (re.compile(r"\b(Basic)\s+[A-Za-z0-9+/]{16,}=*"), rf"\1 {HIDDEN}"),
    (re.compile(r"(://[^/\s:@]+:)[^/\s@]+@"), rf"\1{HIDDEN}@"),
)
SHORTEST = 6
"""A registered secret shorter than this is not searched for: it would hide ordinary words."""

FLOORS: Mapping[str, int] = {
    "httpx": logging.WARNING,
    "httpcore": logging.WARNING,
    "telegram": logging.INFO,
    "telegram.ext": logging.INFO,
    "telegram.ext.ExtBot": logging.INFO,
    "tweepy": logging.INFO,
    "oauthlib": logging.INFO,
    "requests_oauthlib": logging.INFO,
    "urllib3": logging.INFO,
    "apscheduler": logging.WARNING,
    "sqlalchemy": logging.WARNING,
    "aiosqlite": logging.INFO,
    "alembic": logging.WARNING,
    "aiohttp.access": logging.WARNING,
    "uvicorn": logging.WARNING,
    "uvicorn.error": logging.WARNING,
    "uvicorn.access": logging.WARNING,
    "asyncio": logging.INFO,
    "PIL": logging.INFO,
}
"""The least level each of these may speak at, at any level of ours: below it they print addresses with tokens."""


class Redactor:
    """Hides what looks like a secret, and every registered value."""

    def __init__(self, values: Iterable[str] = ()) -> None:
        self._values: set[str] = set()
        for value in values:
            self.hide(value)

    def hide(self, value: str) -> None:
        """From now on this value appears in no line."""
        if len(value) >= SHORTEST:
            self._values |= {value, json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]}

    def __call__(self, text: str) -> str:
        for value in sorted(self._values, key=len, reverse=True):
            text = text.replace(value, HIDDEN)
        for pattern, hidden in PATTERNS:
            text = pattern.sub(hidden, text)
        return text


class RedactingFormatter(logging.Formatter):
    """Another formatter's line without secrets."""

    def __init__(self, inner: logging.Formatter, redact: Redactor) -> None:
        super().__init__()
        self._inner = inner
        self._redact = redact

    def format(self, record: logging.LogRecord) -> str:
        return self._redact(self._inner.format(record))


class Lines(logging.StreamHandler[TextIO]):
    """A handler whose own accidents leak nothing either."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 -- the name is the standard library's
        kind = sys.exc_info()[0]
        name = kind.__name__ if kind else "an error"
        self.stream.write(f"a line of {record.name} could not be written: {name}\n")


def configure(
    level: str = "info",
    form: Literal["console", "json"] = "console",
    *,
    secrets: Iterable[str] = (),
    stream: TextIO | None = None,
) -> Redactor:
    """Set up the log of this process. The redactor returned takes secrets that are learnt later (`hide`)."""
    redact = Redactor(secrets)
    out = stream or sys.stderr
    handler = Lines(out)
    handler.setFormatter(RedactingFormatter(_formatter(form, colors=out.isatty()), redact))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name, floor in FLOORS.items():
        logging.getLogger(name).setLevel(max(root.level, floor))
    logging.captureWarnings(capture=True)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *_shared(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    sys.excepthook = _log_crash
    return redact


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
        _hide_fields,
    ]


def _formatter(form: str, *, colors: bool) -> logging.Formatter:
    last: list[Processor] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta]
    if form == "json":
        last += [
            structlog.processors.format_exc_info,
            structlog.processors.EventRenamer("message"),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    else:
        plain = structlog.dev.plain_traceback  # the rich one prints local variables
        last.append(structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=plain))
    return structlog.stdlib.ProcessorFormatter(foreign_pre_chain=_shared(), processors=last)


def _hide_fields(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """A field named like a secret is hidden whatever its value."""
    return {key: HIDDEN if SECRET_KEY.search(key) else _hide_inside(value) for key, value in event.items()}


def _hide_inside(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: HIDDEN if SECRET_KEY.search(str(key)) else _hide_inside(inner) for key, inner in value.items()}
    return value


def _log_crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """A mistake of ours ends the process: its trace goes the same way as every line."""
    if issubclass(kind, KeyboardInterrupt):
        return
    text = "".join(traceback.format_exception(kind, error, trace))
    logging.getLogger("pregonero").critical("stopped by a mistake of ours\n%s", text)
