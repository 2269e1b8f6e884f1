"""config.yaml ◄ .env ◄ environment: every key typed, every fault in one line, secrets welcome but warned about."""

from datetime import time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.card import Style
from bot.settings import Settings, SettingsError, load, merge
from bot.shapes import QuietHours, Slot, duration

TOKEN = "123456789:AAE-not_a_real_token"


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A config.yaml in an empty current directory, in an empty environment."""
    for name in ("TELEGRAM_BOT_TOKEN", "VAULT_KEY", "MODE", "DATA_DIR", "DATABASE_URL", "LOCALE", "TIMEZONE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "config.yaml"
    path.write_text("")
    return path


def faults(path: Path | None) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        load(path)
    assert str(caught.value) == "\n".join(caught.value.faults)
    assert caught.value.exit_code == 2
    return caught.value.faults


def test_without_a_file_everything_has_its_default(config: Path) -> None:
    settings = load(None)
    assert settings == load(config) == Settings()
    assert (settings.mode, settings.data_dir, settings.locale) == ("live", Path("data"), "es")
    assert settings.timezone == ZoneInfo("Europe/Madrid")
    assert settings.publishing.retry_policy.model_dump() == {
        "max_retries": 3,
        "initial_delay": timedelta(minutes=5),
        "backoff_factor": 2,
        "max_delay": timedelta(hours=1),
    }
    assert settings.publishing.queue.reconcile_after == tuple(timedelta(seconds=s) for s in (5, 30, 60, 120))
    assert settings.publishing.queue.settle is None
    assert settings.approval.hold == timedelta(0)
    assert settings.telegram.bot_token is None


def test_a_constructor_takes_nothing_from_the_environment(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODE", "sandbox")
    assert Settings().mode == "live"


def test_the_file_is_overruled_by_dotenv_and_that_by_the_environment(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.write_text("locale: en\nserver: {host: 127.0.0.2, port: 1}\npublishing: {queue: {job_timeout: 1m}}")
    (config.parent / ".env").write_text(
        f"# secrets\nTELEGRAM_BOT_TOKEN={TOKEN}\nVAULT_KEY=a$b${{c}}\n"
        "SERVER__PORT=2\nPUBLISHING__QUEUE__JOB_TIMEOUT=2m\n"
    )
    monkeypatch.setenv("PUBLISHING__QUEUE__JOB_TIMEOUT", "3m")
    monkeypatch.setenv("MODE", "dry_run")
    settings = load(config)
    assert settings.locale == "en"
    assert (settings.server.host, settings.server.port) == ("127.0.0.2", 2)
    assert settings.publishing.queue.job_timeout == timedelta(minutes=3)
    assert settings.mode == "dry_run"
    assert settings.telegram.bot_token is not None
    assert settings.telegram.bot_token.get_secret_value() == TOKEN
    assert settings.vault_key is not None
    assert settings.vault_key.get_secret_value() == "a$b${c}"
    assert settings.notices == ()


def test_the_colours_of_the_brand_make_the_style_of_drawn_pictures(config: Path) -> None:
    assert load(config).brand.style == Style()
    config.write_text('brand: {template: poster, background: "#102030", ink: "#FFFFFF"}')
    assert load(config).brand.style == Style("poster", (16, 32, 48), (255, 255, 255))


def test_a_section_whose_lines_are_all_comments_has_its_defaults(config: Path) -> None:
    config.write_text("server:\npublishing:\n  queue:\n  platforms:\ntelegram: {webhook: }")
    assert load(config) == Settings()


def test_an_empty_variable_counts_as_unset(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "")
    monkeypatch.setenv("SERVER__PORT", " ")
    assert load(config).server.port == 8080


def test_lists_numbers_and_null_can_be_written_in_a_variable(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config.write_text("server: {public_url: https://pan.example}")
    monkeypatch.setenv("TELEGRAM__OWNERS", "11, 12")
    monkeypatch.setenv("TELEGRAM__EDITORS", "[13]")
    monkeypatch.setenv("TELEGRAM__AUTHORS", "14")
    monkeypatch.setenv("SERVER__PUBLIC_URL", "null")
    monkeypatch.setenv("SCHEDULE__SLOTS", '["mon 10:00"]')
    settings = load(config)
    assert settings.telegram.owners == (11, 12)
    assert settings.telegram.editors == (13,)
    assert settings.telegram.authors == (14,)
    assert settings.server.public_url is None
    assert settings.schedule.slots == (Slot(0, time(10)),)


def test_a_stanza_of_the_environment_joins_that_of_the_file(
    config: Path, monkeypatch: pytest.MonkeyPatch, stanza_check: list[dict[str, object]]
) -> None:
    config.write_text("publishing: {platforms: {corner: {api_version: v2}, plaza: }}")
    monkeypatch.setenv("PUBLISHING__PLATFORMS__CORNER__CLIENT_ID", "001234567890")
    monkeypatch.setenv("PUBLISHING__PLATFORMS__PLAZA__CLIENT_SECRET", "{not json")
    platforms = {"corner": {"api_version": "v2", "client_id": "001234567890"}, "plaza": {"client_secret": "{not json"}}
    settings = load(config)
    assert settings.publishing.platforms == platforms
    assert stanza_check == [platforms]
    assert "{not json" in settings.secrets()


@pytest.fixture
def stanza_check(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """No stanza is wrong; what was asked is kept."""
    asked: list[dict[str, object]] = []
    monkeypatch.setattr("bot.settings.load_platforms", lambda stanzas, today: asked.append(stanzas))
    return asked


def test_foreign_variables_are_left_alone(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SERVER", "LOGGING", "SCHEDULE", "OTHER__THING", "MODE__X", "__", "TELEGRAM__"):
        monkeypatch.setenv(name, "something of another program")
    assert load(config) == Settings()


def test_every_fault_is_one_line_with_key_fault_and_what_is_allowed(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.write_text("""
mode: liv
timezone: Europe/Madird
colour: red
logging: {level: DEBUG, format: xml}
telegram: {owner: [1], base_url: "http://api.example/bot", base_file_url: https://api.example/bot}
server: 8080
approval: {second_person: perhaps, quiet_hours: all night}
schedule: {slots: [someday 10:00]}
generation: {timetable: 0 10 * *}
simulator: {latency: [0.3, 0.1], failure_rate: 2}
publishing:
  platforms: {nowhere: {}}
  retry_policy: {max_retries: -1, initial_delay: 0s}
  queue: {job_timeout: soon, max_concurent_jobs: 4}
""")
    monkeypatch.setenv("PUBLISHING__QUEUE__SETTLE", "later")
    found = {line.partition(": ")[0]: line.partition(": ")[2] for line in faults(config)}
    assert found["mode"] == "'liv' is not allowed; allowed: 'live', 'sandbox' or 'dry_run'"
    assert found["timezone"].startswith("'Europe/Madird' is not a time zone; did you mean Europe/Madrid?")
    assert found["colour"].startswith("unknown key; allowed: approval, brand, data_dir, ")
    assert found["logging.format"] == "'xml' is not allowed; allowed: 'console' or 'json'"
    assert found["telegram.owner"].startswith("unknown key; did you mean owners?")
    assert "https://" in found["telegram.base_url"]
    assert "/file/bot" in found["telegram.base_file_url"]
    assert found["server"] == "8080 is not a section of keys"
    assert found["approval.second_person"] == "'perhaps' is not true or false"
    assert found["approval.quiet_hours"] == "'all night' is not a span of hours; allowed: '22:00-08:00'"
    assert found["schedule.slots.0"].startswith("'someday 10:00' is not a slot; allowed: 'mon 10:00'")
    assert found["generation.timetable"].startswith("'0 10 * *' is not a timetable; allowed:")
    assert found["simulator.failure_rate"] == "2 is out of range; allowed: 1 or less"
    assert found["publishing.platforms.nowhere"].startswith("unknown platform; ")
    assert found["publishing.retry_policy.max_retries"] == "-1 is out of range; allowed: 0 or more"
    assert found["publishing.retry_policy.initial_delay"].startswith("0s is too short; allowed:")
    assert found["publishing.queue.job_timeout"] == "'soon' is not a duration; allowed: 300s, 5m, 1h, 7d"
    assert found["publishing.queue.max_concurent_jobs"].startswith("unknown key; did you mean max_concurrent_jobs?")
    assert found["publishing.queue.settle (from PUBLISHING__QUEUE__SETTLE)"].startswith("'later' is not a duration")
    assert len(found) == 19


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("simulator: {latency: [0.3, 0.1]}", "simulator: latency: [0.3, 0.1] goes backwards"),
        ("publishing: {queue: {reconcile_after: [5s, 1s]}}", "publishing.queue: reconcile_after: goes backwards"),
        ("publishing: {queue: {reconcile_after: 5s}}", "publishing.queue.reconcile_after: '5s' is not a list"),
        ("telegram: {owners: [-100]}", "telegram.owners.0: -100 is out of range"),
        ("telegram: {webhook: {url: https://x.example}}", "telegram.webhook.secret_token: missing"),
        ("generation: {source: {type: feed, url: ftp://x}}", "generation.source.url: 'ftp://x' is not an address"),
        ("generation: {source: {type: oracle}}", "generation.source.type: 'oracle' is not allowed; allowed: 'feed'"),
        ("server: {port: 70000}", "server.port: 70000 is out of range"),
        ("publishing: {queue: {job_timeout: 999999999999d}}", "publishing.queue.job_timeout: '999999999999d' is too"),
        ("publishing: {queue: {job_timeout: .inf}}", "publishing.queue.job_timeout: inf is too long"),
        ("publishing: {queue: {job_timeout: .nan}}", "publishing.queue.job_timeout: nan is not a duration"),
        ("simulator: {latency: [0, .inf]}", "simulator.latency.1: inf is out of range; allowed: 3600 or less"),
        (
            "telegram: {base_url: https://x.example/bot/v1}",
            "telegram.base_url: 'https://x.example/bot/v1' does not end",
        ),
        ("timezone: 7", "timezone: 7 is not a time zone"),
        ("schedule: {slots: [mon 25:00]}", "schedule.slots.0: 'mon 25:00' is not a slot"),
        ("brand: {template: sol}", "brand.template: 'sol' is not allowed; allowed: 'sun', 'poster'"),
        ("brand: {accent: naranja}", "brand.accent: 'naranja' is not a colour: write it like"),
        ('brand: {ink: "#EEEEEE", background: "#FFFFFF"}', "brand: the contrast of ink #EEEEEE on background #FFFFFF"),
        ("publishing: {platforms: [corner]}", "publishing.platforms: a list is not a section of keys"),
        ("publishing: {platforms: {corner: yes}}", "publishing.platforms.corner: True is not a section of keys"),
    ],
)
def test_each_wrong_value_is_refused(config: Path, text: str, fault: str) -> None:
    config.write_text(text)
    assert any(line.startswith(fault) for line in faults(config)), faults(config)


@pytest.mark.parametrize("token", ["secret-without-colon", "abc:def", "123:", "123:with blank"])
def test_a_wrong_token_is_refused_without_being_shown(
    config: Path, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", token)
    (line,) = faults(config)
    assert line.startswith("telegram.bot_token (from TELEGRAM_BOT_TOKEN): this value is not a bot token; allowed:")
    assert token not in line


def test_a_database_address_with_its_password_is_not_shown(config: Path) -> None:
    config.write_text("database_url: mysql://root:hunter22@db/x")
    (line,) = faults(config)
    assert "postgresql+psycopg://" in line
    assert "hunter22" not in line


def test_a_server_database_is_a_secret(config: Path) -> None:
    config.write_text("database_url: postgresql+psycopg://root:hunter22@db/x")
    settings = load(config)
    assert "hunter22" not in repr(settings)
    assert settings.secrets() == ["postgresql+psycopg://root:hunter22@db/x"]


def test_secrets_in_the_file_work_and_are_warned_about(config: Path, stanza_check: list[dict[str, object]]) -> None:
    config.write_text(f"""
vault_key: k1234567
telegram: {{bot_token: "{TOKEN}", webhook: {{url: https://x.example, secret_token: w1234567}}}}
publishing: {{platforms: {{corner: {{client_secret: c1234567}}}}}}
""")
    settings = load(config)
    assert settings.notices == (
        "vault_key is a secret and stands in the configuration file: better VAULT_KEY in .env",
        "telegram.bot_token is a secret and stands in the configuration file: better TELEGRAM_BOT_TOKEN in .env",
        (
            "telegram.webhook.secret_token is a secret and stands in the configuration file: "
            "better TELEGRAM__WEBHOOK__SECRET_TOKEN in .env"
        ),
        (
            "publishing.platforms.corner.client_secret is a secret and stands in the configuration file: "
            "better PUBLISHING__PLATFORMS__CORNER__CLIENT_SECRET in .env"
        ),
    )
    assert settings.secrets() == ["k1234567", TOKEN, "w1234567", "c1234567"]


def test_a_file_that_is_not_there(config: Path) -> None:
    missing = config.parent / "other.yaml"
    assert faults(missing) == (f"{missing}: there is no such file",)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"mode: [live", "line 1, column 12: is not YAML: "),
        (b"a: b: c", "line 1, column 5: is not YAML: mapping values are not allowed here"),
        (b"- live", "is not a list of keys; allowed: lines like 'mode: live'"),
        (b"\xff\xfe\x00", "cannot be read: it is not UTF-8"),
        (b"mode: \x01", "is not YAML: "),
    ],
)
def test_a_file_that_cannot_be_read(config: Path, content: bytes, fault: str) -> None:
    config.write_bytes(content)
    (line,) = faults(config)
    assert line.startswith(f"{config}: {fault}")


def test_an_environment_file_that_cannot_be_read(config: Path) -> None:
    (config.parent / ".env").write_bytes(b"TELEGRAM_BOT_TOKEN=\xff\n")
    assert faults(config) == (".env: cannot be read: it is not UTF-8",)


def test_what_is_off_by_default_can_be_switched_on(config: Path) -> None:
    config.write_text("""
database_url: sqlite+aiosqlite:///other.db
timezone: America/Mexico_City
telegram: {webhook: {url: https://x.example/hook/, secret_token: w1234567}}
generation: {timetable: "0 10 * * *", source: {type: feed, url: "https://pan.example/feed?x=1"}}
""")
    settings = load(config)
    assert settings.telegram.webhook is not None
    assert settings.telegram.webhook.url == "https://x.example/hook"
    assert settings.generation.timetable == "0 10 * * *"
    assert settings.generation.source is not None
    assert settings.generation.source.url == "https://pan.example/feed?x=1"


def test_a_directory_is_no_file(config: Path) -> None:
    assert faults(config.parent) == (f"{config.parent}: cannot be read: Is a directory",)


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("300s", 300), ("5m", 300), ("1h", 3600), ("7d", 604800), ("1h30m", 5400), ("250ms", 0.25), (90, 90), (0.5, 0.5)],
)
def test_durations(written: object, seconds: float) -> None:
    assert duration(written) == timedelta(seconds=seconds)


@pytest.mark.parametrize("written", ["", "5", "m", "-5m", "5 m x", "5mm", None, True, [], -1, "1h-5m", "٣s"])
def test_what_is_no_duration(written: object) -> None:
    with pytest.raises(ValueError, match="is not a duration"):
        duration(written)


@given(st.integers(0, 10**6), st.sampled_from(["s", "m", "h"]))
def test_a_duration_is_its_amount_times_its_unit(amount: int, unit: str) -> None:
    assert duration(f"{amount}{unit}") == timedelta(seconds=amount * {"s": 1, "m": 60, "h": 3600}[unit])


def test_quiet_hours_and_slots_in_both_languages(config: Path) -> None:
    config.write_text(
        "approval: {quiet_hours: '22:30-08:00'}\nschedule: {slots: [mon 10:00, sáb 9:05, Miércoles 18:00]}"
    )
    settings = load(config)
    assert settings.approval.quiet_hours == QuietHours(time(22, 30), time(8))
    assert settings.schedule.slots == (Slot(0, time(10)), Slot(5, time(9, 5)), Slot(2, time(18)))


@given(st.times(), st.times(), st.times())
def test_quiet_hours_and_their_complement_share_no_hour(start: time, end: time, at: time) -> None:
    quiet, loud = QuietHours(start, end), QuietHours(end, start)
    assert (at in quiet) != (at in loud) or start == end


NESTED = st.recursive(st.integers(), lambda inner: st.dictionaries(st.sampled_from("abc"), inner), max_leaves=8)
SECTIONS = st.dictionaries(st.sampled_from("abc"), NESTED)


@given(SECTIONS, SECTIONS)
def test_merging_keeps_every_key_and_lets_the_upper_win(under: dict[str, object], over: dict[str, object]) -> None:
    merged = merge(under, over)
    assert set(merged) == set(under) | set(over)
    assert merge(merged, over) == merged
    assert all(merged[key] == value for key, value in over.items() if not isinstance(value, dict))
