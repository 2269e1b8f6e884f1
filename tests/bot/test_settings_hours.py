"""Retries and hours in the configuration: a value that makes no sense stops the start with one sentence."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.console import ConsoleError
from bot.settings import load


def written(tmp_path: Path, text: str) -> Path:
    config = tmp_path / "config.yaml"
    config.write_text(text)
    return config


@pytest.mark.parametrize(
    ("key", "value", "fault"),
    [
        ("max_retries", "-1", "-1 is out of range; allowed: 0 or more"),
        ("max_retries", "101", "101 is out of range; allowed: 100 or less"),
        ("initial_delay", "0", "0s is too short; allowed: 300s, 5m, 1h, 7d"),
        ("initial_delay", "-5m", "'-5m' is not a duration; allowed: 300s, 5m, 1h, 7d"),
        ("backoff_factor", "0", "0 is out of range; allowed: 1 or more"),
        ("backoff_factor", "-2", "-2 is out of range; allowed: 1 or more"),
        ("backoff_factor", ".nan", "nan is out of range; allowed: 100 or less"),
        ("backoff_factor", ".inf", "inf is out of range; allowed: 100 or less"),
        ("max_delay", "0s", "0s is too short; allowed: 300s, 5m, 1h, 7d"),
        ("max_delay", "-1h", "'-1h' is not a duration; allowed: 300s, 5m, 1h, 7d"),
    ],
)
def test_retries_that_make_no_sense_stop_the_start(tmp_path: Path, key: str, value: str, fault: str) -> None:
    config = written(tmp_path, f"publishing: {{retry_policy: {{{key}: {value}}}}}")
    with pytest.raises(ConsoleError) as refused:
        load(config)
    assert str(refused.value).splitlines()[-1].strip() == f"publishing.retry_policy.{key}: {fault}"


@pytest.mark.parametrize("key", ["missed_grace", "preflight"])
@pytest.mark.parametrize("value", ["-1h", "soon", "-3600"])
def test_hours_that_make_no_sense_stop_the_start(tmp_path: Path, key: str, value: str) -> None:
    with pytest.raises(ConsoleError) as refused:
        load(written(tmp_path, f"schedule: {{{key}: {value}}}"))
    assert f"schedule.{key}: " in str(refused.value)
    assert "allowed: 300s, 5m, 1h, 7d" in str(refused.value)


def test_both_can_be_switched_off(tmp_path: Path) -> None:
    schedule = load(written(tmp_path, "schedule: {missed_grace: 0s, preflight: 0}")).schedule
    assert (schedule.missed_grace, schedule.preflight) == (timedelta(0), timedelta(0))
