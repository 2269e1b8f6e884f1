"""The files around the code: configuration, locks, commands; what one of them promises, the others keep."""

import os
import re
from pathlib import Path
from typing import Any

import pytest
from dotenv import dotenv_values
from pydantic import BaseModel

from bot.settings import Settings, Variables, load
from publishers.engine.loading import known_platforms, load_platforms

ROOT = Path(__file__).parents[1]

KEYS = [
    "mode",
    "data_dir",
    "database_url",
    "locale",
    "timezone",
    "previews",
    "logging.level",
    "logging.format",
    "telegram.base_url",
    "telegram.base_file_url",
    "telegram.owners",
    "telegram.editors",
    "telegram.authors",
    "telegram.webhook.url",
    "telegram.webhook.secret_token",
    "telegram.webhook.port",
    "server.host",
    "server.port",
    "server.public_url",
    "brand.template",
    "brand.background",
    "brand.ink",
    "brand.accent",
    "approval.hold",
    "approval.second_person",
    "approval.quiet_hours",
    "approval.reconfirm_first_live",
    "schedule.missed_grace",
    "schedule.preflight",
    "schedule.slots",
    "generation.timetable",
    "generation.source.type",
    "generation.source.url",
    "simulator.latency",
    "simulator.failure_rate",
    "simulator.seed",
    "simulator.url",
    "publishing.platforms",
    "publishing.retry_policy.max_retries",
    "publishing.retry_policy.initial_delay",
    "publishing.retry_policy.backoff_factor",
    "publishing.retry_policy.max_delay",
    "publishing.queue.max_concurrent_jobs",
    "publishing.queue.job_timeout",
    "publishing.queue.cleanup_interval",
    "publishing.queue.reconcile_after",
    "publishing.queue.settle",
    "publishing.queue.silence",
    "publishing.queue.retention.completed",
    "publishing.queue.retention.completed_last",
    "publishing.queue.retention.failed",
]
SECRET_KEYS = {"vault_key", "telegram.bot_token"}
"""Read from the environment under names of their own."""
STANZAS = {
    "facebook": "api_version graph_url dialog_url upload_url client_id client_secret permissions "
    "rate_limits.posts_per_hour",
    "instagram": "api_version api_type graph_url dialog_url upload_url instagram_graph_url token_url authorize_url "
    "client_id client_secret permissions rate_limits.posts_per_hour",
    "twitter": "api_version api_url authorize_url client_id client_secret rate_limits.tweets_per_15min",
    "linkedin": "api_version api_url oauth_url client_id client_secret rate_limits.posts_per_day",
}


def section(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = getattr(annotation, "__args__", ())
    return next((found for part in inner if isinstance(part, type) and (found := section(part))), None)


def flat(model: type[BaseModel], under: str = "") -> set[str]:
    found: set[str] = set()
    for key, field in model.model_fields.items():
        inner = section(field.annotation)
        found |= flat(inner, f"{under}{key}.") if inner else {under + key}
    return found


def test_every_key_of_the_configuration_is_there_and_no_other() -> None:
    assert flat(Settings) == set(KEYS) | SECRET_KEYS


@pytest.mark.parametrize("platform", [platform for platform in STANZAS if platform in known_platforms()])
def test_every_key_of_a_stanza_is_there(platform: str) -> None:
    settings = load_platforms({platform: None})[platform].platform.settings
    assert set(STANZAS[platform].split()) <= flat(settings)


@pytest.fixture
def clean(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment in which only the files of the tree speak."""
    monkeypatch.chdir(tmp_path)
    for variable in os.environ:
        if "__" in variable or variable.lower() in Settings.model_fields or variable == "TELEGRAM_BOT_TOKEN":
            monkeypatch.delenv(variable)


@pytest.mark.usefixtures("clean")
def test_config_yaml_loads_without_a_word_and_shows_the_defaults() -> None:
    written, defaults = load(ROOT / "config.yaml"), load(None)
    assert written.notices == ()
    assert list(written.publishing.platforms) == [name for name in STANZAS if name in known_platforms()]
    for name, connected in load_platforms(written.publishing.platforms).items():
        assert connected.settings == load_platforms({name: None})[name].settings
    without = {"platforms": {}}
    assert written.model_copy(update={"publishing": written.publishing.model_copy(update=without)}) == defaults


def test_every_variable_of_the_example_is_one_we_read() -> None:
    variables = {name: value or "x" for name, value in dotenv_values(ROOT / ".env.example").items()}
    assert "TELEGRAM_BOT_TOKEN" in variables
    reader = Variables(variables)
    reader()
    assert set(reader.names.values()) == set(variables)


def pins(lock: str) -> dict[str, str]:
    pin = r"^([a-z0-9][\w.-]*)(?:\[[\w,]+\])?==(\S+)(?: ;[^\\\n]*)? \\$"
    return dict(re.findall(pin, (ROOT / lock).read_text(), re.MULTILINE))


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_everything_locked_has_a_hash_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text()
    entries = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)
    assert len(entries) > 30
    assert [entry.splitlines()[0] for entry in entries if entry.strip() and "--hash=sha256:" not in entry] == []
    assert not re.search(r"https?://|--(?:extra-)?index-url|--find-links|--trusted-host", text)


def test_the_two_locks_agree() -> None:
    small, large = pins("requirements.lock"), pins("requirements-dev.lock")
    assert len(small) > 30
    assert small.items() <= large.items()
    assert "pytest" in large.keys() - small.keys()


def targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):[^=\n]*## ", (ROOT / "Makefile").read_text(), re.MULTILINE))


def test_the_makefile_explains_its_targets_and_names_no_host() -> None:
    makefile = (ROOT / "Makefile").read_text()
    assert {"help", "install", "run", "demo", "test", "check", "fmt", "lock"} <= targets()
    assert ".DEFAULT_GOAL := help" in makefile
    assert targets() <= set(re.findall(r"^\.PHONY: (.*)$", makefile, re.MULTILINE)[0].split())
    assert not re.search(r"https?://|--(?:extra-)?index-url|--find-links|--trusted-host", makefile)


def test_ci_runs_what_a_person_runs() -> None:
    run = ROOT / ".ci" / "run"
    assert os.access(run, os.X_OK)
    assert "set -euo pipefail" in run.read_text()
    assert re.findall(r"^make (\w+)$", run.read_text(), re.MULTILINE) == ["check"]


def commands() -> set[str]:
    """The subcommands there are, groups with theirs: "run", "account add"."""
    from bot.cli import app

    def named(group: Any) -> set[str]:
        return {command.name or command.callback.__name__ for command in group.registered_commands}

    groups = {group.name: named(group.typer_instance) for group in app.registered_groups}
    inside = {f"{name} {command}" for name, commands in groups.items() for command in commands}
    return named(app) | set(groups) | inside


def test_the_readme_promises_only_commands_that_exist() -> None:
    readme = ROOT / "README.md"
    if not readme.exists():
        pytest.skip("there is no README yet")
    text = readme.read_text()
    code = "\n".join([*re.findall(r"```[a-z]*\n(.*?)```", text, re.DOTALL), *re.findall(r"`([^`\n]+)`", text)])
    assert set(re.findall(r"^\s*\$?\s*make ([a-z]+)", code, re.MULTILINE)) <= targets()
    said = re.findall(r"python -m bot(?: --config \S+)?((?: [a-z]+){1,2})", code)
    known = commands()
    assert [words for words in map(str.strip, said) if words not in known and words.split()[0] not in known] == []
    assert [words for words in map(str.strip, said) if words.startswith("account ") and words not in known] == []
