"""A process of the product can be given apps by which every account of its stage is linked."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from bot.settings import load
from fakes.consent import consent
from fakes.process import Process
from fakes.stage import NAMES, SECRETS, staged
from fakes.standins import MemoryMedia
from publishers.engine.contract import Ticket
from publishers.engine.loading import load_platforms
from publishers.engine.outside import Outside
from publishers.wire.http import Wire


@pytest.mark.parametrize("platform", SECRETS)
async def test_every_account_of_the_stage_can_be_linked(tmp_path: Path, platform: str) -> None:
    async with staged(tmp_path) as stage, Wire(stage.clock, timeout=5) as wire:
        process = Process(stage, tmp_path, linking=True)
        settings = load(process.write_config())
        connected = load_platforms(settings.publishing.platforms)[platform]
        assert connected.platform.authorize is not None
        outside = Outside(stage.clock, wire, MemoryMedia())
        authorizes: Any = connected.platform.authorize(connected.settings, outside)
        ticket = Ticket("state", SecretStr("v" * 43), f"{process.base}/oauth/{platform}/return")
        [found] = await authorizes.exchange(ticket, (await consent(authorizes.address(ticket))).code)
        assert (found.identity.id, found.identity.name) == NAMES[platform]


async def test_without_apps_there_is_no_linking(tmp_path: Path) -> None:
    async with staged(tmp_path) as stage, Wire(stage.clock, timeout=5) as wire:
        settings = load(Process(stage, tmp_path).write_config())
        outside = Outside(stage.clock, wire, MemoryMedia())
        for connected in load_platforms(settings.publishing.platforms).values():
            assert connected.platform.authorize is not None
            assert connected.platform.authorize(connected.settings, outside) is None
