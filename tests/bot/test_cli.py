"""What the shell hears: exit codes, one clear sentence, no secret, no stack trace."""

import asyncio
import errno
import json
import logging
import os
import subprocess
import sys
import types
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path

import pytest
import structlog
import typer
from aiohttp import web
from pydantic import SecretStr

import bot
from bot import __version__, accounts
from bot.__main__ import main
from bot.account_commands import aligned
from bot.clock import SystemClock
from bot.console import ConsoleError, Failed, explain
from bot.logs import FLOORS
from bot.records import open_records
from bot.settings import Settings
from bot.stopping import Stop
from fakes.corner import streets
from publishers.engine.contract import Credentials, Identity
from publishers.engine.model import Account
from publishers.engine.ports import StoreUnavailable, VaultError
from publishers.twitter import PLATFORM as REAL
from storage import lock

ROOT = Path(__file__).parents[2]
SECRET = "good-panaderia-7f3a"


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty current directory with a config.yaml that switches `corner` on; logging is put back afterwards."""
    for name in ("TELEGRAM_BOT_TOKEN", "VAULT_KEY", "MODE", "DATA_DIR", "DATABASE_URL", "PREGONERO_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    leaves = tmp_path / "leaves"
    leaves.mkdir()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "config.yaml").write_text("publishing: {platforms: {corner: , silent: }}")
    root = logging.getLogger()
    handlers, level, hook = list(root.handlers), root.level, sys.excepthook
    floors = {name: logging.getLogger(name).level for name in FLOORS}
    with streets(leaves):
        yield tmp_path
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, floor in floors.items():
        logging.getLogger(name).setLevel(floor)
    sys.excepthook = hook
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


Say = Callable[..., tuple[int, str, str]]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Run one command; its exit code and what it wrote to stdout and stderr."""

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(list(arguments))
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        assert SECRET not in out + err
        return code, out, err

    return run


def credentials(place: Path, **changes: object) -> str:
    path = place / "credentials.json"
    path.write_text(json.dumps({"shop": "1001", "access_token": SECRET} | changes))
    return str(path)


def add(say: Say, place: Path, *options: str, **changes: object) -> tuple[int, str, str]:
    return say("account", "add", "corner", "--credentials", credentials(place, **changes), *options)


def kept(place: Path) -> list[tuple[Account, dict[str, object]]]:
    async def read() -> list[tuple[Account, dict[str, object]]]:
        found = []
        settings = Settings(data_dir=place / "data")
        async with open_records(settings, SystemClock()) as records, records.store.view() as unit:
            for account in await unit.accounts.accounts():
                secret = await unit.accounts.secret(account.id)
                assert secret is not None
                found.append((account, json.loads(secret.get_secret_value())))
        return found

    return asyncio.run(read())


def test_an_account_is_added_proven_and_kept(say: Say, place: Path) -> None:
    code, out, _ = add(say, place, expires_at="2027-01-02T10:00:00+02:00")
    assert (code, out) == (0, "Added: Corner Net · @panaderia-7f3a. It is the main account.\n")
    ((account, secret),) = kept(place)
    assert (account.platform, account.external_id, account.name) == ("corner", "1001", "@panaderia-7f3a")
    assert account.main
    assert account.expires_at == datetime(2027, 1, 2, 8, tzinfo=UTC)
    assert secret["access_token"] == SECRET
    assert SECRET.encode() not in b"".join(path.read_bytes() for path in (place / "data").iterdir())


def test_whoever_comes_first_makes_the_directory_key_and_tables(say: Say, place: Path) -> None:
    assert say("account", "list")[:2] == (0, "No accounts yet.\n")
    assert (place / "data").stat().st_mode & 0o777 == 0o700
    assert all(path.stat().st_mode & 0o077 == 0 for path in (place / "data").iterdir())


def test_the_same_id_again_is_a_renewal(say: Say, place: Path) -> None:
    add(say, place, "--label", "La tienda")
    code, out, _ = add(say, place, access_token="good-again")
    assert (code, out) == (0, "Renewed: Corner Net · @again. It is the main account.\n")
    ((account, secret),) = kept(place)
    assert account.credentials_version == 2
    assert secret["access_token"] == "good-again"


def test_unproven_credentials_keep_the_name_there_was(say: Say, place: Path) -> None:
    add(say, place, "--label", "La tienda")
    assert add(say, place, "--no-check", access_token="down-now")[1].startswith("Renewed: Corner Net · La tienda.")
    assert add(say, place, "--no-check", shop="1002")[1] == "Added: Corner Net · 1002.\n"


def test_commands_work_while_the_bot_holds_its_lock(say: Say, place: Path) -> None:
    with lock.Lock(place / "data"):
        assert add(say, place)[0] == 0


@pytest.mark.parametrize(
    ("token", "sentence"),
    [
        ("old-1", "Corner Net refused these credentials: they are wrong, revoked or expired (token expired)."),
        ("low-1", "Corner Net does not let these credentials do what is needed (scope missing)."),
        ("down-1", "Corner Net could not be asked (ConnectError): try again later."),
        ("busy-1", "Corner Net did not confirm these credentials: rate_limited (slow down)."),
        ("other-1", "These credentials belong to @1 (9999) on Corner Net, not to 1001."),
    ],
)
def test_what_the_network_refuses_is_not_kept(say: Say, place: Path, token: str, sentence: str) -> None:
    assert add(say, place, access_token=token) == (1, "", f"{sentence}\n")
    assert kept(place) == []


def test_a_network_that_cannot_be_asked_is_believed(say: Say, place: Path) -> None:
    code, out, _ = say("account", "add", "SILENT", "--credentials", credentials(place))
    assert (code, out) == (0, "Added: Silent · 1001. It is the main account.\n")


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ('{"shop": "1001"}', "access_token: missing"),
        ('{"shop": 1001, "access_token": "x"}', "shop: this value is not text (put it in quotes)"),
        ('{"shop": "1", "access_token": "hunter22", "tokn": "hunter22"}', "tokn: unknown key; allowed: "),
        ('{"shop": "1", "access_token": ["hunter22"]}', "access_token: this value is not text (put it in quotes)"),
        ('{"shop": "1", "access_token": "x", "expires_at": "hunter22"}', "expires_at: this value is not an ISO 8601"),
        (
            '{"shop": "1", "access_token": "x", "expires_at": "2027-01-01T00:00:00"}',
            "expires_at: has no zone; allowed:",
        ),
        ("[]", "credentials.json: is not an object"),
        ('{"shop": hunter22}', "credentials.json: line 1, column 10: is not JSON"),
    ],
)
def test_a_wrong_file_is_refused_line_by_line(say: Say, place: Path, content: str, fault: str) -> None:
    (place / "credentials.json").write_text(content)
    code, out, err = say("account", "add", "corner", "--credentials", "credentials.json")
    assert (code, out) == (2, "")
    assert err.startswith(fault)
    assert len(err.splitlines()) == 1
    assert "hunter22" not in err


def test_a_file_that_cannot_be_read(say: Say, place: Path) -> None:
    (place / "latin.json").write_bytes(b"\xff")
    for path, fault in (
        ("none.json", "there is no such file"),
        ("leaves", "cannot be read: Is a directory"),
        ("latin.json", "cannot be read: it is not UTF-8"),
    ):
        assert say("account", "add", "corner", "--credentials", path) == (2, "", f"{path}: {fault}\n")


def test_credentials_from_the_environment(say: Say, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    empty = say("account", "add", "corner", "--from-env")
    assert empty == (2, "", "Corner Net: no credentials in the environment\n")
    monkeypatch.setenv("CORNER_SHOP", "1001")
    assert say("account", "add", "corner", "--from-env")[2] == "access_token: missing\n"
    (place / ".env").write_text(f"CORNER_TOKEN={SECRET}\n")
    assert say("account", "add", "corner", "--from-env")[0] == 0
    assert say("account", "add", "silent", "--from-env") == (
        2,
        "",
        "Silent takes no credentials from the environment: give --credentials FILE.json\n",
    )


@pytest.mark.parametrize("secret_name", ["TWITTER_API_SECRET", "TWITTER_API_KEY_SECRET"])
def test_the_four_signing_values_come_from_the_environment(secret_name: str) -> None:
    values = {"TWITTER_API_KEY": "k", secret_name: "s", "TWITTER_ACCESS_TOKEN": "77-t", "HOME": "/"}
    with pytest.raises(accounts.BadCredentials, match="access_token_secret"):
        accounts.validate(REAL, accounts.from_environment(REAL, values))
    valid = accounts.validate(REAL, accounts.from_environment(REAL, values | {"TWITTER_ACCESS_TOKEN_SECRET": "u"}))
    assert valid.account == "77"
    assert json.loads(accounts.sealed(valid)) == {
        "api_key": "k",
        "api_secret": "s",
        "access_token": "77-t",
        "access_token_secret": "u",
    }


class Login(Enum):
    PAGE = "page"


class Rich(Credentials, frozen=True):
    login: Login
    access_token: SecretStr
    username: str = "@luz"

    @property
    def account(self) -> str:
        return "1"


def test_what_is_sealed_gives_the_same_credentials_again() -> None:
    rich = Rich(login=Login.PAGE, access_token=SecretStr("s"), expires_at=datetime(2027, 1, 1, tzinfo=UTC))
    assert Rich.model_validate_json(accounts.sealed(rich)) == rich


def test_without_asking_the_user_name_of_the_file_is_shown() -> None:
    rich = Rich(login=Login.PAGE, access_token=SecretStr("s"))
    assert accounts.identify(REAL, rich, None) == Identity("1", "@luz")


@pytest.mark.parametrize("options", [(), ("--credentials", "x.json", "--from-env")])
def test_credentials_come_from_one_place(say: Say, options: tuple[str, ...]) -> None:
    assert say("account", "add", "corner", *options) == (
        2,
        "",
        "Give either --credentials FILE.json or --from-env.\n",
    )


def test_an_unknown_network_is_named_with_those_there_are(say: Say) -> None:
    assert say("account", "add", "cornr", "--from-env") == (
        2,
        "",
        "cornr: unknown platform; did you mean corner? allowed: corner, silent\n",
    )


def test_a_network_that_is_not_switched_on_is_told(say: Say, place: Path) -> None:
    (place / "config.yaml").write_text("")
    code, out, err = say("account", "add", "cn", "--credentials", credentials(place))
    assert (code, out.partition(":")[0]) == (0, "Added")
    assert err == "Corner Net is not switched on: add corner to publishing.platforms.\n"


def test_the_list_shows_every_account(say: Say, place: Path) -> None:
    add(say, place, expires_at="2027-01-02T10:00:00Z")
    add(say, place, "--label", "Obrador", shop="1002")
    code, out, _ = say("account", "list")
    assert code == 0
    assert out.splitlines() == [
        "PLATFORM  NAME             ID    MAIN  EXPIRES           USABLE",
        "corner    @panaderia-7f3a  1001  main  2027-01-02 11:00  yes",
        "corner    Obrador          1002  -     -                 yes",
    ]


def test_check_asks_for_every_account(say: Say, place: Path) -> None:
    assert say("account", "check") == (1, "", "There is no account to check.\n")
    add(say, place)
    assert say("account", "check") == (0, "corner · @panaderia-7f3a: works\n", "")
    add(say, place, "--no-check", "--label", "Obrador", shop="1002", access_token="old-1")
    say("account", "add", "silent", "--credentials", credentials(place))
    code, out, err = say("account", "check")
    assert (code, err) == (1, "Not every account is ready.\n")
    assert out.splitlines() == [
        "corner · @panaderia-7f3a: works",
        "corner · Obrador: Corner Net refused these credentials: they are wrong, revoked or expired (token expired).",
        "silent · 1001: works",
    ]
    assert say("account", "check", "silent")[0] == 0


def test_check_tells_of_a_network_that_was_switched_off(say: Say, place: Path) -> None:
    add(say, place)
    (place / "config.yaml").write_text("")
    assert say("account", "check")[:2] == (
        1,
        "corner · @panaderia-7f3a: not switched on in publishing.platforms\n",
    )


def test_a_lost_key_is_one_sentence(say: Say, place: Path) -> None:
    add(say, place)
    (place / "data" / "vault.key").unlink()
    code, out, err = say("account", "check")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith("The vault key is not the one that sealed what is kept here: put the right one back")


def test_an_account_is_removed_by_name_or_id(say: Say, place: Path) -> None:
    assert say("account", "remove", "corner") == (2, "", "There is no account of this platform.\n")
    add(say, place)
    add(say, place, "--label", "Obrador", shop="1002")
    code, _, err = say("account", "remove", "corner")
    assert (code, err) == (2, "Which one? There are: @panaderia-7f3a (1001), Obrador (1002).\n")
    assert say("account", "remove", "cn", "Obrador")[:2] == (0, "Removed: Corner Net · Obrador.\n")
    assert say("account", "remove", "corner", "77")[0] == 2
    assert say("account", "remove", "corner", "1001")[0] == 0
    assert kept(place) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("--config", "other.yaml", "account", "list"),
        ("account", "--config", "other.yaml", "list"),
        ("account", "list", "--config", "other.yaml"),
        ("account", "list", "--config=other.yaml"),
        ("--config", "config.yaml", "account", "list", "--config", "other.yaml"),
    ],
)
def test_config_is_accepted_before_and_after_the_subcommand(say: Say, place: Path, arguments: tuple[str, ...]) -> None:
    assert say(*arguments) == (2, "", "other.yaml: there is no such file\n")
    (place / "other.yaml").write_text("data_dir: elsewhere")
    assert say(*arguments)[0] == 0
    assert (place / "elsewhere").is_dir()
    assert not (place / "data").exists()


def test_the_environment_names_the_config(say: Say, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PREGONERO_CONFIG", str(place / "other.yaml"))
    assert say("account", "list")[2] == f"{place}/other.yaml: there is no such file\n"
    assert say("account", "list", "--config", "config.yaml")[0] == 0


def test_without_any_config_there_are_defaults(say: Say, place: Path) -> None:
    (place / "config.yaml").unlink()
    assert say("account", "list")[:2] == (0, "No accounts yet.\n")


def test_every_fault_of_the_config_is_a_line(say: Say, place: Path) -> None:
    (place / "config.yaml").write_text("mode: liv\npublishing: {platforms: {corner: {api: 1}}}")
    code, out, err = say("account", "list")
    assert (code, out) == (2, "")
    assert [line.partition(":")[0] for line in err.splitlines()] == ["mode", "publishing.platforms.corner.api"]


def test_a_data_dir_that_is_a_file(say: Say, place: Path) -> None:
    (place / "data").write_text("")
    code, _, err = say("account", "list")
    assert code == 2
    assert err.strip().endswith("is not a directory.")


def test_the_version_is_that_of_the_project(say: Say) -> None:
    assert say("version") == (0, f"pregonero {__version__}\n", "")
    assert f'version = "{__version__}"' in (ROOT / "pyproject.toml").read_text()


@pytest.mark.parametrize(
    "arguments", [("nonsense",), ("account", "nonsense"), ("account", "add"), ("run", "--nonsense")]
)
def test_what_is_no_command_is_bad_input(say: Say, arguments: tuple[str, ...]) -> None:
    assert say(*arguments)[0] == 2


def stand_in(monkeypatch: pytest.MonkeyPatch, name: str, run: object) -> None:
    module = types.ModuleType(f"bot.{name}")
    module.run = run  # type: ignore[attr-defined]  # a module made by hand
    monkeypatch.setitem(sys.modules, f"bot.{name}", module)
    monkeypatch.setattr(bot, name, module, raising=False)


@pytest.mark.parametrize("arguments", [(), ("run",), ("run", "--config", "config.yaml"), ("--config", "config.yaml")])
def test_run_gets_the_settings_and_is_the_default(
    say: Say, place: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    seen: list[Settings] = []

    async def run(settings: Settings, _: Stop) -> None:
        seen.append(settings)

    stand_in(monkeypatch, "app", run)
    (place / "config.yaml").write_text("vault_key: abcdefgh\nmode: sandbox")
    code, _, err = say(*arguments)
    assert (code, [settings.mode for settings in seen]) == (0, ["sandbox"])
    assert "vault_key is a secret and stands in the configuration file" in err
    assert "abcdefgh" not in err


def test_demo_and_its_tour(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[bool, int | None]] = []

    async def run(*, tour: bool, port: int | None) -> None:
        seen.append((tour, port))

    stand_in(monkeypatch, "demo", run)
    assert say("demo")[0] == say("demo", "--tour")[0] == say("demo", "--port", "0")[0] == 0
    assert seen == [(False, None), (True, None), (False, 0)]


def failing(error: Exception) -> Callable[[Settings, Stop], object]:
    async def run(settings: Settings, _: Stop) -> None:
        raise error

    return run


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OSError(errno.EADDRINUSE, "in use"), "The server's address is already in use: set server.port to a free one."),
        (PermissionError(errno.EACCES, "denied", "/data"), "No permission for /data."),
        (OSError(errno.ENOSPC, "full"), "The disk is full."),
        (lock.DataDirTaken("data is in use by another process (id 7)."), "data is in use by another process (id 7)."),
        (VaultError("The key file x does not hold a key."), "The key file x does not hold a key."),
        (StoreUnavailable("disk I/O error"), "The database cannot be used now: disk I/O error."),
        (ConsoleError("Say it so."), "Say it so."),
    ],
)
def test_what_a_person_can_mend_is_one_sentence(
    say: Say, monkeypatch: pytest.MonkeyPatch, error: Exception, sentence: str
) -> None:
    stand_in(monkeypatch, "app", failing(error))
    assert say("run") == (2, "", f"{sentence}\n")


def test_telegrams_refusals_are_one_sentence(say: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    from telegram.error import Conflict, InvalidToken, NetworkError, TelegramError

    token = "987654321:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
    for error, word in ((InvalidToken(token), "BotFather"), (Conflict("c"), "Another"), (NetworkError("n"), "reached")):
        stand_in(monkeypatch, "app", failing(error))
        code, _, err = say("run")
        assert code == 2
        assert word in err
        assert token not in err
    assert explain(TelegramError("something new")) is None


def test_a_mistake_of_ours_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch, "app", failing(KeyError("x")))
    with pytest.raises(KeyError):
        main(["run"])
    assert explain(OSError(errno.EBADF, "bad")) is None
    assert Failed("x").exit_code == 1


def test_what_tasks_raise_together_is_explained_when_all_of_it_can_be() -> None:
    known, mistake = ConsoleError("Say it so."), KeyError("x")
    assert explain(ExceptionGroup("tasks", [known])) is known
    assert explain(ExceptionGroup("tasks", [ExceptionGroup("inner", [known]), known])) is known
    assert explain(ExceptionGroup("tasks", [known, mistake])) is None


def test_columns_are_straight() -> None:
    assert aligned([("A", "BBB"), ("AAA", "B")]) == ["A    BBB", "AAA  B"]


def test_typer_writes_no_coloured_boxes() -> None:
    from bot.cli import app

    assert app.rich_markup_mode is None
    assert app.pretty_exceptions_enable is False
    assert isinstance(app, typer.Typer)


async def test_a_page_is_added_over_the_real_wire(tmp_path: Path) -> None:
    """A process of its own, from the checkout, against a Graph-like server on loopback."""
    asked: list[str] = []

    async def page(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.json_response({"id": "1001", "name": "Panadería Luz"})

    server = web.Application()
    server.router.add_route("*", "/graph/{version}/1001", page)
    runner = web.AppRunner(server)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    config = tmp_path / "page.yaml"
    config.write_text(f"publishing: {{platforms: {{facebook: {{graph_url: 'http://127.0.0.1:{port}/graph'}}}}}}")
    (tmp_path / "page.json").write_text(json.dumps({"page_id": "1001", "access_token": SECRET}))
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HOME": str(tmp_path)}
    try:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "--config", str(config), "account", "add", "facebook"),
            *("--credentials", "page.json"),
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        out, err = await process.communicate()
    finally:
        await runner.cleanup()
    assert (process.returncode, out.decode()) == (0, "Added: Facebook · Panadería Luz. It is the main account.\n"), err
    assert asked == ["/graph/v26.0/1001"]
    assert SECRET not in err.decode()
