"""What every platform's module must look like: its record, its limits, its order, its texts."""

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from datetime import UTC
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

import publishers
from bot.i18n import Words, languages
from fakes.rigged import platform_of
from fakes.rigs import RIGS
from publishers.engine import errors
from publishers.engine.contract import Act, Credentials, Platform, Publisher
from publishers.engine.loading import known_platforms, load_platforms
from publishers.engine.outside import Outside

NAMES = known_platforms()

SECTION = re.compile(r"# -- (\w+) -+")
LITTLE = 3
"""Signs an icon may have: some emoji are several code points."""


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def module(name: str) -> ModuleType:
    return importlib.import_module(f"publishers.{name}")


@pytest.fixture
def platform(name: str) -> Platform:
    return platform_of(name)


# -- rigs ------------------------------------------------------------------------------------------------------------


def test_every_platform_has_a_rig(name: str) -> None:
    assert any(rig.platform == name for rig in RIGS), f"tests/fakes/rigs.py has no rig for {name}"


def test_every_rig_has_a_platform_and_a_name_of_its_own() -> None:
    assert {rig.platform for rig in RIGS} <= set(NAMES)
    assert len({str(rig) for rig in RIGS}) == len(RIGS)


# -- the record ------------------------------------------------------------------------------------------------------


def test_the_record_is_that_of_the_module(platform: Platform, name: str) -> None:
    assert platform.name == name
    assert platform.title.strip() == platform.title != ""
    assert 1 <= len(platform.icon) <= LITTLE


def test_people_can_tell_the_platforms_apart() -> None:
    words = [
        word
        for platform in map(platform_of, NAMES)
        for word in {platform.name, platform.title.casefold(), *platform.aliases}
    ]
    assert sorted(words) == sorted(set(words))
    assert all(word == word.casefold().strip() != "" for word in words)
    icons = [platform_of(name).icon for name in NAMES]
    assert len(set(icons)) == len(icons)


def test_an_empty_stanza_is_valid(name: str, platform: Platform) -> None:
    settings = load_platforms({name: None})[name].settings
    assert isinstance(settings, platform.settings)


def test_a_wrong_key_is_refused(platform: Platform) -> None:
    with pytest.raises(ValueError, match="no_such_key"):
        platform.settings.model_validate({"no_such_key": 1})
    assert issubclass(platform.credentials, Credentials)
    assert platform.credentials.model_config["extra"] == "forbid"


def test_addresses_are_safe_by_default(platform: Platform) -> None:
    addresses = [value for value in platform.settings().model_dump().values() if str(value).startswith("http")]
    assert addresses, "every outside address is a setting"
    assert all(address.startswith("https://") and not address.endswith("/") for address in addresses)


def test_the_home_of_an_account_can_be_filled_in(platform: Platform) -> None:
    if platform.home is not None:
        shown = platform.home.format(id="1001", name="panaderia")
        assert shown.startswith("https://")
        assert shown != platform.home


# -- the profile -----------------------------------------------------------------------------------------------------

PLAIN = st.text(st.sampled_from("aé ñ語🍞👩‍🍳#@\n"), max_size=40)
"""Without dots: what looks like an address may count less than its letters."""


@given(text=PLAIN, more=PLAIN)
@pytest.mark.parametrize("platform_name", NAMES)
def test_more_text_never_counts_less(platform_name: str, text: str, more: str) -> None:
    count = platform_of(platform_name).profile.count
    assert 0 <= count(text) <= count(f"{text} {more}")


def test_the_limits_make_sense(platform: Platform) -> None:
    profile = platform.profile
    assert profile.count("") == 0
    assert profile.count("a" * profile.limit) == profile.limit > 0
    assert profile.hashtags.most >= (profile.hashtags.advised or 0) >= 0
    assert profile.fold is None or 0 < profile.fold < profile.limit
    assert "post" in profile.formats
    assert len(set(profile.formats)) == len(profile.formats)


def test_the_pictures_make_sense(platform: Platform) -> None:
    pictures = platform.profile.pictures
    assert pictures.most >= (1 if pictures.required else 0)
    assert 0 < pictures.min_ratio <= 1 <= pictures.max_ratio
    width, height = pictures.card
    assert pictures.min_ratio <= width / height <= pictures.max_ratio
    assert 0 < width <= pictures.max_width
    assert pictures.max_bytes > 0
    assert "image/jpeg" in pictures.media_types, "the drawn picture is one"
    assert all(media_type.startswith("image/") for media_type in pictures.media_types)


# -- the order of the module -----------------------------------------------------------------------------------------


def places(module: ModuleType) -> Iterator[tuple[str, int]]:
    """(what, line) for every landmark the modules have in common, in the order they must stand in."""
    source = inspect.getsource(module)
    lines = {found[1]: number for number, line in enumerate(source.splitlines(), 1) if (found := SECTION.match(line))}
    classes = {name: getattr(module, name) for name in defined(source, ast.ClassDef)}
    starts = defined(source, ast.ClassDef, ast.FunctionDef, ast.Assign)
    yield "doc", 1
    yield "Settings", starts["Settings"]
    yield "Credentials", line_of(classes, starts, Credentials)
    yield "PROFILE", starts["PROFILE"]
    yield "wire", lines["wire"]
    yield "acts", lines["acts"]
    yield "act", line_of(classes, starts, Act)
    yield "publisher", lines["publisher"]
    yield "Publisher", line_of(classes, starts, Publisher)
    yield "PLATFORM", starts["PLATFORM"]


def defined(source: str, *kinds: type[ast.stmt]) -> dict[str, int]:
    nodes = [node for node in ast.parse(source).body if isinstance(node, kinds)]
    return {
        target: node.lineno
        for node in nodes
        for target in ([ast.unparse(each) for each in node.targets] if isinstance(node, ast.Assign) else [node.name])
    }


def line_of(classes: dict[str, type], starts: dict[str, int], parent: type) -> int:
    """Where the first class of this family stands."""
    family = [starts[name] for name, found in classes.items() if parent in found.__mro__]
    assert family, f"no class is a {parent.__name__}"
    return min(family)


def test_the_module_has_the_order_of_all(module: ModuleType) -> None:
    found = list(places(module))
    assert [what for what, _ in found] == [what for what, _ in sorted(found, key=lambda place: place[1])]
    assert isinstance(module.Settings, type)
    assert issubclass(module.Settings, BaseModel)


def test_the_module_says_what_it_is_and_where_the_interface_is_told(module: ModuleType) -> None:
    assert re.search(r"^API: https://\S+$", module.__doc__ or "", re.MULTILINE)


def test_the_module_ends_in_its_record(module: ModuleType) -> None:
    last = ast.parse(inspect.getsource(module)).body[-1]
    assert ast.unparse(last).startswith("PLATFORM = Platform(")


# -- connecting ------------------------------------------------------------------------------------------------------


class Untouchable:
    """Whatever is asked of it, it fails."""

    def __getattr__(self, asked: str) -> object:
        raise AssertionError(f"{asked} was asked for while connecting")


@pytest.mark.parametrize("rig", RIGS, ids=str)
def test_connecting_opens_nothing(rig) -> None:
    platform = platform_of(rig.platform)
    credentials = platform.credentials.model_validate(dict(rig.credentials))
    nothing = Untouchable()
    outside = Outside(nothing, nothing, nothing)  # type: ignore[arg-type] # none of them is to be used
    assert callable(platform.connect(platform.settings(), credentials, outside).publish)
    assert credentials.account == rig.account


# -- texts -----------------------------------------------------------------------------------------------------------


def sources(module: ModuleType) -> Iterator[Path]:
    """The module, and the pieces of wire/ it speaks through."""
    seen: set[str] = set()
    ahead = [module.__name__]
    while ahead:
        if (name := ahead.pop()) in seen:
            continue
        seen.add(name)
        path = Path(publishers.__path__[0]).parent / f"{name.replace('.', '/')}.py"
        yield path
        imported = {node.module for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ImportFrom)}
        ahead += [each for each in imported if each and each.startswith("publishers.wire.")]


FAMILY = {
    name: kind
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, errors.PublishingError)
}


def codes(path: Path) -> Iterator[str]:
    """`code="…"` of a call, the code beside an error class in a row of a table, and the codes of raised classes."""
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call):
            continue
        yield from (str(word.value.value) for word in node.keywords if code_of(word))
        match node.args:
            case [ast.Name(id=kind), ast.Constant(value=str(code)), *_] if kind in FAMILY:
                yield code
        if isinstance(node.func, ast.Name) and node.func.id in FAMILY:
            yield FAMILY[node.func.id].default_code


def code_of(word: ast.keyword) -> bool:
    return word.arg == "code" and isinstance(word.value, ast.Constant)


@pytest.mark.parametrize("language", languages())
def test_every_code_it_may_raise_has_its_text(module: ModuleType, language: str) -> None:
    found = {code for path in sources(module) for code in codes(path)}
    assert len(found) > 10, "the search has found what there is"
    words = Words(language, UTC)
    given = ("platform", "account", "reason", "link", "key", "scopes", "pages", "name")
    missing = [
        code
        for code in sorted(found)
        if not (words.knows(f"error.{code}", given) and words.knows(f"error.{code}.todo", given))
    ]
    assert missing == []
