"""No secret in any line: of ours, of libraries, in stack traces, at DEBUG, while a real bot polls."""

import asyncio
import io
import json
import logging
import sys
import warnings
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest
import structlog
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from bot.logs import FLOORS, HIDDEN, Redactor, configure

TOKEN = "987654321:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"


@pytest.fixture(autouse=True)
def untouched() -> Iterator[None]:
    """Every test leaves the process's logging as it was."""
    root = logging.getLogger()
    handlers, level, hook = list(root.handlers), root.level, sys.excepthook
    levels = {name: logging.getLogger(name).level for name in FLOORS}
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    sys.excepthook = hook
    for name, kept in levels.items():
        logging.getLogger(name).setLevel(kept)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        (f"POST https://api.telegram.org/bot{TOKEN}/getUpdates", TOKEN),
        (f"POST https://api.telegram.org/file/bot{TOKEN.replace(':', '%3A')}/x", "AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"),
        (f"The token `{TOKEN}` was rejected by the server.", TOKEN),
        ("GET /v26.0/me?fields=id&access_token=EAABsbCS1iHg HTTP/1.1", "EAABsbCS1iHg"),
        ('{"access_token": "EAABsbCS1iHg", "token_type": "bearer"}', "EAABsbCS1iHg"),
        ("{'refresh_token': 'UmVmcmVzaA', 'x': 1}", "UmVmcmVzaA"),
        (r"body=\"{\\\"client_secret\\\": \\\"s3cr3t-1\\\"}\"", "s3cr3t-1"),
        ("client_secret=s3cr3t-1&grant_type=refresh_token", "s3cr3t-1"),
        ("\x1b[36maccess_token\x1b[0m=\x1b[35mEAABsbCS1iHg\x1b[0m", "EAABsbCS1iHg"),
        ("Authorization: Bearer abc.DEF-123_x~y+z/==", "abc.DEF-123_x~y+z/=="),
        ("authorization: bearer%20abc access_token%22EAA", "nothing to find, nothing to break"),
        ("Authorization: OAuth EAABsbCS1iHgAAAA1234", "EAABsbCS1iHgAAAA1234"),
        ('OAuth oauth_consumer_key="ck-1", oauth_token="to-1", oauth_signature="si%2B1%3D"', "si%2B1%3D"),
        ('OAuth oauth_consumer_key="ck-1", oauth_token="to-1", oauth_signature="si%2B1%3D"', "ck-1"),
        ("Authorization: Basic Y2xpZW50OnNlY3JldDEyMw==", "Y2xpZW50OnNlY3JldDEyMw=="),
        ("https://pan.example/oauth/return?state=ST-4711&code=AQB-0815", "AQB-0815"),
        ("https://pan.example/oauth/return?state=ST-4711&code=AQB-0815", "ST-4711"),
        ("postgresql+psycopg://pan:miga-dura@db.example/x", "miga-dura"),
        ("fb_exchange_token=EAAshort&appsecret_proof=abcdef0123", "abcdef0123"),
    ],
)
def test_what_looks_like_a_secret_is_hidden(text: str, secret: str) -> None:
    assert secret not in Redactor()(text)


@pytest.mark.parametrize(
    "text",
    [
        "publishing finished code=unavailable attempts=2",
        "error code=190 subcode=463",
        "OAuth 2.0 needs a new consent",
        "state=waiting for 12:40",
        "robot 12:30",
        "https://example.com/page?x=1",
        "2026-11-21T10:00:00Z [info] ready",
    ],
)
def test_ordinary_lines_stay_as_they_are(text: str) -> None:
    assert Redactor()(text) == text


@given(st.text(min_size=6, max_size=40), st.text(max_size=20), st.text(max_size=20))
def test_a_registered_secret_never_remains(secret: str, before: str, after: str) -> None:
    redact = Redactor()
    redact.hide(secret)
    hidden = redact(before + secret + after)
    assert secret not in hidden or secret in before + HIDDEN + after or HIDDEN in secret or secret in HIDDEN


def test_a_short_value_would_hide_ordinary_words() -> None:
    assert Redactor(["a"])("a cat") == "a cat"


@pytest.mark.parametrize("form", ["console", "json"])
def test_every_way_into_the_log_is_covered(form: str) -> None:
    out = io.StringIO()
    redact = configure("debug", form, secrets=['pan "ñandú" 1'], stream=out)  # type: ignore[arg-type]  # the parameters are right
    redact.hide("learnt-later")
    log, foreign = structlog.get_logger("ours"), logging.getLogger("theirs")
    log.info("ready", access_token=TOKEN, nested={"client_secret": "s3cr3t-1", "kept": "yes"}, list=["learnt-later"])
    log.info("say %s", 'pan "ñandú" 1')
    log.bind(password="hunter22").warning("bound")
    foreign.info("url %s", f"https://api.telegram.org/bot{TOKEN}/getMe")
    foreign.warning("headers %(h)s", {"h": {"Authorization": "Bearer abcdef.123"}})
    for logger in (log, foreign):
        try:
            int(f"bot{TOKEN} and access_token=EAABsbCS1iHg")
        except ValueError:
            logger.exception("failed")
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(f"bot{TOKEN}", stacklevel=1)
    written = out.getvalue()
    for secret in (TOKEN, "s3cr3t-1", "learnt-later", "ñandú", "hunter22", "abcdef.123", "EAABsbCS1iHg"):
        assert secret not in written
    assert written.count("Traceback") == 2
    assert "kept" in written


def test_json_has_one_object_a_line_and_the_text_under_message() -> None:
    out = io.StringIO()
    configure("info", "json", stream=out)
    structlog.get_logger("ours").info("ready", jobs=3)
    logging.getLogger("theirs").debug("not heard")
    logging.getLogger("theirs").warning("heard %d", 2)
    first, second = (json.loads(line) for line in out.getvalue().splitlines())
    assert first.pop("timestamp").endswith("Z")
    assert first == {"message": "ready", "jobs": 3, "logger": "ours", "level": "info"}
    assert (second["message"], second["logger"], second["level"]) == ("heard 2", "theirs", "warning")


def test_a_line_that_cannot_be_made_leaks_nothing() -> None:
    out = io.StringIO()
    configure("info", "console", stream=out)
    logging.getLogger("theirs").info("%d", f"bot{TOKEN}")
    assert out.getvalue() == "a line of theirs could not be written: TypeError\n"


def test_a_crash_goes_through_the_log() -> None:
    out = io.StringIO()
    configure("info", "console", stream=out)
    error = RuntimeError(f"The token `{TOKEN}` was rejected")
    sys.excepthook(RuntimeError, error, None)
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    assert "stopped by a mistake of ours" in out.getvalue()
    assert out.getvalue().count("RuntimeError") == 1
    assert TOKEN not in out.getvalue()


def test_configuring_twice_writes_once() -> None:
    out = io.StringIO()
    configure("info", "console", stream=io.StringIO())
    configure("error", "console", stream=out)
    logging.getLogger("theirs").info("no")
    logging.getLogger("theirs").error("once")
    assert out.getvalue().count("once") == 1
    assert "no\n" not in out.getvalue()
    assert not logging.getLogger("httpx").isEnabledFor(logging.WARNING)


@asynccontextmanager
async def bot_api() -> AsyncIterator[tuple[str, asyncio.Event]]:
    """A Bot API server on loopback: getMe, then one refused and then empty getUpdates. The event: it was polled."""
    polled = asyncio.Event()
    calls: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        calls.append(request.match_info["method"])
        if calls[-1] == "getUpdates" and calls.count("getUpdates") == 1:
            return web.json_response({"ok": False, "error_code": 502, "description": "Bad Gateway"}, status=502)
        if calls.count("getUpdates") > 1:
            polled.set()
            await asyncio.sleep(0.01)
        me = {"id": 987654321, "is_bot": True, "first_name": "Pan", "username": "pan_bot"}
        return web.json_response({"ok": True, "result": me if calls[-1] == "getMe" else []})

    app = web.Application()
    app.router.add_route("*", "/bot{token}/{method}", answer)
    runner = web.AppRunner(app, access_log=logging.getLogger("aiohttp.access"))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield runner.addresses[0][1], polled
    finally:
        await runner.cleanup()


async def poll(port: int, polled: asyncio.Event) -> None:
    from telegram.error import TelegramError
    from telegram.ext import ApplicationBuilder

    address = f"http://127.0.0.1:{port}"
    builder = ApplicationBuilder().token(TOKEN).job_queue(None)
    application = builder.base_url(f"{address}/bot").base_file_url(f"{address}/file/bot").build()
    async with application:
        with pytest.raises(TelegramError):
            await application.bot.get_updates(timeout=0)
        assert application.updater is not None
        await application.updater.start_polling(poll_interval=0, timeout=0, bootstrap_retries=0)
        async with asyncio.timeout(10):
            await polled.wait()
        await application.updater.stop()


@pytest.mark.parametrize("form", ["console", "json"])
async def test_a_real_poll_at_debug_does_not_show_the_token(form: str) -> None:
    out = io.StringIO()
    configure("debug", form, stream=out)  # type: ignore[arg-type]  # the parameters are right
    async with bot_api() as (port, polled):
        await poll(port, polled)
    structlog.get_logger("ours").debug("heard at debug")
    assert "heard at debug" in out.getvalue()
    assert TOKEN not in out.getvalue()
    assert TOKEN.partition(":")[2] not in out.getvalue()


async def test_even_when_the_libraries_are_let_loose_the_line_hides_it() -> None:
    out = io.StringIO()
    configure("debug", "console", stream=out)
    for name in FLOORS:
        logging.getLogger(name).setLevel(logging.DEBUG)
    async with bot_api() as (port, polled):
        await poll(port, polled)
    assert f"bot{HIDDEN}/getUpdates" in out.getvalue()
    assert TOKEN not in out.getvalue()
    assert TOKEN.partition(":")[2] not in out.getvalue()
