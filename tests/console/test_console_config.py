"""Where the configuration comes from, said to the real process in every way there is."""

import asyncio
from pathlib import Path

import pytest
from console_place import Place

WAYS = {
    "before the command": (("--config", "other.yaml", "run"), {}),
    "after the command": (("run", "--config", "other.yaml"), {}),
    "without a command": (("--config", "other.yaml"), {}),
    "after two commands": (("account", "list", "--config", "other.yaml"), {}),
    "by the environment": (("run",), {"PREGONERO_CONFIG": "other.yaml"}),
    "by hand against the environment": (("--config", "other.yaml", "run"), {"PREGONERO_CONFIG": "config.yaml"}),
    "nothing said": (("run",), {}),
}


async def test_the_file_that_is_named_is_the_one_that_is_read(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.configure(here=1)
    place.configure("other.yaml", there=1)
    at_once = asyncio.Semaphore(2)

    async def read(way: str) -> tuple[str, int, str]:
        arguments, environment = WAYS[way]
        async with at_once:
            told = await place.command(*arguments, **environment)
        return way, told.code, told.err.partition(":")[0]

    ended = await asyncio.gather(*map(read, WAYS))
    assert ended == [(way, 2, "here" if way == "nothing said" else "there") for way in WAYS]
    assert not place.data.exists()


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [(("run", "--config", "gone.yaml"), {}), (("run",), {"PREGONERO_CONFIG": "gone.yaml"})],
)
async def test_a_file_that_is_not_there(
    tmp_path: Path, arguments: tuple[str, ...], environment: dict[str, str]
) -> None:
    place = Place(tmp_path)
    told = await place.command(*arguments, **environment)
    assert (told.code, told.err) == (2, "gone.yaml: there is no such file\n")
