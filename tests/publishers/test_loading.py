"""A stanza's key is the name of a module: known, imported, validated, or refused in one line."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel, SecretStr, ValidationError

import publishers
from adapters.profile import Place
from publishers.engine.faults import Misconfigured, describe
from publishers.engine.loading import Connected, find_platform, known_platforms, load_platforms

MODULE = """
from typing import Literal
from pydantic import BaseModel, SecretStr, field_validator
from adapters.profile import Hashtags, Links, Pictures, Profile
from publishers.engine.contract import Credentials, Platform

class RateLimits(BaseModel, frozen=True, extra="forbid"):
    posts_per_hour: int = 25

class Settings(BaseModel, frozen=True, extra="forbid"):
    api_version: str = "v2"
    api_type: Literal["page", "person"] = "page"
    client_secret: SecretStr | None = None
    rate_limits: RateLimits = RateLimits()

    @field_validator("api_version")
    @classmethod
    def _alive(cls, value):
        if value == "v1":
            raise ValueError("v1 ended on 2024-12-04; allowed: v2")
        return value

PROFILE = Profile(100, len, Hashtags(3), Links.INLINE, Pictures(("image/jpeg",), 1, 10, 0.5, 2.0, 100))
PLATFORM = Platform("{name}", "Corner Net", "C", ("cn",), PROFILE, Settings, Credentials, lambda s, c, o: None)
"""


@pytest.fixture
def leaves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that counts as publishers/, with two platforms, a module that is none, and a package."""
    for name in ("corner", "plaza"):
        (tmp_path / f"{name}.py").write_text(MODULE.replace("{name}", name))
    (tmp_path / "hollow.py").write_text("")
    (tmp_path / "hungry.py").write_text("import a_package_nobody_has")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "__init__.py").write_text(MODULE.replace("{name}", "folder"))
    monkeypatch.setattr(publishers, "__path__", [str(tmp_path)])
    yield tmp_path
    for name in [
        name
        for name in sys.modules
        if Path(getattr(sys.modules[name], "__file__", None) or "/").is_relative_to(tmp_path)
    ]:
        del sys.modules[name]


def faults(stanzas: dict[str, object]) -> tuple[str, ...]:
    with pytest.raises(Misconfigured) as caught:
        load_platforms(stanzas)  # type: ignore[arg-type]  # wrong stanzas are the point
    return caught.value.lines


def test_known_are_listed_without_importing_them(leaves: Path) -> None:
    assert known_platforms() == ["corner", "hollow", "hungry", "plaza"]
    assert "publishers.corner" not in sys.modules


def test_stanzas_switch_platforms_on_in_their_order(leaves: Path) -> None:
    connected = load_platforms({"plaza": {"rate_limits": {"posts_per_hour": 3}}, "corner": None})
    assert list(connected) == ["plaza", "corner"]
    assert connected["plaza"].settings.model_dump()["rate_limits"] == {"posts_per_hour": 3}
    assert connected["corner"].platform.name == "corner"


def test_no_stanza_no_platform() -> None:
    assert load_platforms({}) == {}


def test_an_unknown_platform_names_the_near_one_and_all(leaves: Path) -> None:
    assert faults({"cornr": None}) == (
        "publishing.platforms.cornr: unknown platform; did you mean corner? allowed: corner, hollow, hungry, plaza",
    )


@pytest.mark.parametrize("name", ["engine.contract", "folder", "../corner", "Corner", "corner2", "", "engine"])
def test_only_a_direct_module_is_ever_imported(leaves: Path, name: str) -> None:
    before = set(sys.modules)
    assert "unknown platform" in faults({name: None})[0]
    assert set(sys.modules) == before


def test_every_fault_of_every_stanza_in_one_go(leaves: Path) -> None:
    assert faults({"corner": {"api_version": "v1", "api_typ": "page"}, "plaza": "yes", "moon": {}}) == (
        "publishing.platforms.corner.api_version: v1 ended on 2024-12-04; allowed: v2",
        (
            "publishing.platforms.corner.api_typ: unknown key; did you mean api_type? "
            "allowed: api_type, api_version, client_secret, rate_limits"
        ),
        "publishing.platforms.plaza: 'yes' is not a section of keys",
        "publishing.platforms.moon: unknown platform; allowed: corner, hollow, hungry, plaza",
    )


def test_wrong_values_say_what_is_allowed(leaves: Path) -> None:
    assert faults({"corner": {"api_type": "basic", "rate_limits": {"posts_per_hour": "many", "post_per_hour": 1}}}) == (
        "publishing.platforms.corner.api_type: 'basic' is not allowed; allowed: 'page' or 'person'",
        "publishing.platforms.corner.rate_limits.posts_per_hour: 'many' is not a whole number",
        (
            "publishing.platforms.corner.rate_limits.post_per_hour: unknown key; did you mean posts_per_hour? "
            "allowed: posts_per_hour"
        ),
    )


def test_a_secret_of_the_wrong_kind_is_not_repeated(leaves: Path) -> None:
    (line,) = faults({"corner": {"client_secret": [12345678]}})
    assert line == "publishing.platforms.corner.client_secret: this value is not text (put it in quotes)"


def test_a_module_without_platform_and_one_without_its_package(leaves: Path) -> None:
    assert faults({"hollow": None, "hungry": None}) == (
        "publishing.platforms.hollow: publishers/hollow.py is no platform: it does not end in PLATFORM",
        "publishing.platforms.hungry: needs the Python package a_package_nobody_has, which is not installed",
    )


@pytest.mark.parametrize("said", ["corner", "CORNER", " Corner Net ", "cn", "CN"])
def test_a_platform_is_found_by_key_title_or_short_form(leaves: Path, said: str) -> None:
    found = find_platform(said, load_platforms({"corner": None}))
    assert found is not None
    assert found.platform.name == "corner"


def test_what_is_not_switched_on_is_not_found(leaves: Path) -> None:
    assert find_platform("plaza", load_platforms({"corner": None})) is None


def test_every_real_platform_loads_with_an_empty_stanza_and_bears_its_module_name() -> None:
    names = known_platforms()
    assert names
    for name, connected in load_platforms(dict.fromkeys(names)).items():
        assert connected.platform.name == name


class Inner(BaseModel):
    count: int = 0


class Outer(BaseModel, extra="forbid"):
    rows: list[Inner] = []
    by_name: dict[str, Inner] = {}
    token: SecretStr | None = None


def lines(value: object, *, secret: bool = False) -> list[str]:
    with pytest.raises(ValidationError) as caught:
        Outer.model_validate(value)
    return describe(caught.value, Outer, secret=secret)


def test_faults_inside_lists_and_mappings_are_named_by_place() -> None:
    assert lines({"rows": [{"count": 1}, {"count": "x"}]}) == ["rows.1.count: 'x' is not a whole number"]
    assert lines({"by_name": {"a": {"count": None}}}) == ["by_name.a.count: nothing is not a whole number"]


def test_the_whole_value_may_be_wrong() -> None:
    assert lines([]) == ["a list is not a section of keys"]


def test_nothing_is_shown_of_a_file_of_secrets() -> None:
    assert lines({"rows": [{"count": "hunter2"}]}, secret=True) == ["rows.0.count: this value is not a whole number"]


def test_long_values_are_cut() -> None:
    assert len(lines({"rows": [{"count": "x" * 5000}]})[0]) < 120


def test_hashtags_can_only_go_where_a_network_has_a_place_for_them() -> None:
    stanzas = {name: {"words": {"hashtags": "comment"}} for name in known_platforms()}
    able = {name for name, found in load_platforms(dict.fromkeys(stanzas)).items() if _comments(found)}
    assert able
    assert set(load_platforms({name: stanzas[name] for name in able})) == able
    for name in set(stanzas) - able:
        with pytest.raises(Misconfigured) as raised:
            load_platforms({name: stanzas[name]})
        [line] = raised.value.lines
        assert line == (
            f"publishing.platforms.{name}.words.hashtags: 'comment' is not possible there; allowed: inline, end"
        )


def _comments(found: Connected) -> bool:
    return Place.COMMENT in found.platform.profile.hashtags.places
