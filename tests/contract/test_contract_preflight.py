"""The pre-flight of every platform: an ended permission is found before the hour, sound posts are left alone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.outgrown import outgrown
from fakes.rigged import Bench
from publishers.engine.contract import Checks
from publishers.engine.decisions import Later
from publishers.engine.errors import Needs
from publishers.engine.inspection import Inspection
from publishers.engine.model import DeliveryStatus, Job, Wait

TEXT = "Hoy hay pan de espelta"


async def scheduled(bench: Bench, text: str = TEXT, pictures: int = 0) -> Job:
    """For an hour half a lead from now."""
    inspection = Inspection(bench.engine.connections)
    bench.preflight = bench.engine.preflight = replace(bench.preflight, inspection=inspection, lead=timedelta(hours=1))
    hour = bench.clock.now() + timedelta(minutes=30)
    post = await bench.adapted(text, pictures)
    return await bench.approve([await bench.owned()], post, later=Later(hour))


async def test_an_ended_permission_is_told_before_the_hour(bench: Bench) -> None:
    if not isinstance(await bench.publisher(), Checks):
        pytest.skip("it has no way to ask")
    bench.rig.expire(bench.fake)
    job = await scheduled(bench)
    await bench.run_due()
    delivery = await bench.delivery(job)
    assert (delivery.status, delivery.needs) == (DeliveryStatus.BLOCKED, Needs.AUTHORIZATION)
    assert bench.public() == []


@pytest.mark.parametrize("pictures", [0, 2])
async def test_a_sound_post_goes_out_at_its_hour(bench: Bench, pictures: int) -> None:
    job = await scheduled(bench, pictures=pictures)
    await bench.run_due()
    assert (await bench.delivery(job)).wait is Wait.HOUR
    assert bench.public() == []
    bench.clock.advance(30 * 60)
    await bench.run_until_rest()
    assert (await bench.delivery(job)).status is DeliveryStatus.PUBLISHED
    assert len(bench.public()) == 1


async def test_what_is_adapted_keeps_to_the_limits_it_is_held_against(bench: Bench) -> None:
    profile = bench.platform.profile
    for form in profile.formats:
        for text, pictures in ((TEXT, 0), (bench.long_text(), 0), (TEXT, 1), (bench.long_text(), 4)):
            made = await bench.adapted(text, pictures, form)
            assert made.blocked is not None or outgrown(made, profile) is None
