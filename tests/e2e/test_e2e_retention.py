"""Retention, as the person on the phone notices it: hardly."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.chats import Message
from fakes.pictures import picture
from fakes.stage import CARMEN, INSTAGRAM, PAGE, Act, Stage, X, newer, settled, staged
from publishers.engine.errors import Needs
from publishers.engine.model import DeliveryStatus, JobStatus

APPROVE = "✅ Aprobar"
TEXT = "Mañana, pan de espelta recién hecho."
PHOTO = picture(2400, 1800, colour="peru")
"""Too large for every network: each gets a print of its own."""
HOUR = 3600.0
DAY = 24 * HOUR
ATTEMPTS, TRIES = 4, 3
"""The first and three retries; the first and two at once, each time."""


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path / "data") as stage:
        yield stage


def files(stage: Stage) -> set[str]:
    return {path.name for path in (stage.data_dir / "media").glob("??/*")}


async def carded(act: Act, data: bytes = PHOTO, text: str = TEXT) -> Message:
    sent = await act.phone.send_photo(data, text)
    card = await act.card_of(sent)
    await settled(act)
    return card


async def tidied(act: Act, seconds: float) -> None:
    """Time passes, and the round of then has been made."""
    before = act.stage.clock.ticks
    act.advance(seconds)
    assert act.stage.clock.ticks > before
    await act.app.tidying.tidy()


async def test_pictures_of_what_ended_well_go_after_a_day_and_the_record_stays(stage: Stage) -> None:
    async with stage.play() as act:
        card = await carded(act)
        await act.phone.tap(card, APPROVE)
        await act.says("🎉")
        await tidied(act, 2 * HOUR)  # the print that only the chat was shown goes first
        kept = files(stage)
        assert len(kept) > 1
        await tidied(act, DAY - 2 * HOUR - 60)
        assert files(stage) == kept
        await tidied(act, 120)
        assert files(stage) == set()
        async with act.app.store.view() as unit:
            [job] = await unit.jobs.latest(CARMEN)
        for screen in (
            await act.app.live.views.live(job, stage.clock.now()),
            await act.app.live.views.alert(job, stage.clock.now()),
        ):
            for server, where in _networks(stage):
                assert server.posts(where)[0].permalink in str(screen)
        asked = await act.phone.send("/estado")
        await newer(act, asked, "No hay nada en marcha")


async def test_the_rounds_come_by_themselves(stage: Stage) -> None:
    async with stage.play() as act:
        await act.phone.tap(await carded(act), APPROVE)
        await act.says("🎉")
        await settled(act)
        act.advance(DAY + HOUR)
        await act.until(lambda: not files(stage))


async def test_a_draft_that_waited_long_is_approved_with_pictures_made_anew(stage: Stage) -> None:
    """In the meantime only what was sent is kept: the prints are made again, in the same life and in the next."""
    async with stage.play() as act:
        card = await carded(act)
        await tidied(act, 10 * DAY)
        assert len(files(stage)) == 1
        await act.phone.tap(card, APPROVE)
        await act.says("🎉")
    assert [len(server.posts(where)[0].media) for server, where in _networks(stage)] == [1, 1, 1]


async def test_what_failed_long_ago_and_is_tried_again_asks_for_its_picture(stage: Stage) -> None:
    stage.x.fault("POST /2/media/upload*", "error", times=ATTEMPTS * TRIES, status=503, body={})
    async with stage.play() as act:
        await act.phone.tap(await carded(act), APPROVE)
        await act.until(lambda: act.public()["facebook"] and act.public()["instagram"])
        await act.live(4 * HOUR, step=300)
        assert await _x(act) == (DeliveryStatus.FAILED, None, "unavailable")
        await tidied(act, 2 * HOUR)
        kept = files(stage)
        await tidied(act, 6 * DAY)
        assert files(stage) == kept
        await tidied(act, 1 * DAY)
        assert files(stage) == set()
        await act.phone.send("/reintentar")
        told = await act.says("Ya no tengo la imagen que aprobaste", "Envíame otra vez el borrador con su imagen")
        await settled(act)
        assert await _x(act) == (DeliveryStatus.BLOCKED, Needs.EDIT, "media_missing")
        assert stage.x.posts(X) == []
        assert told.buttons
        await act.phone.tap(await carded(act, text="Ahora sí: pan de espelta."), APPROVE)
        await act.says("🎉")
        assert [len(server.posts(where)[-1].media) for server, where in _networks(stage)] == [1, 1, 1]
        async with act.app.store.view() as unit:
            new, old = await unit.jobs.latest(CARMEN)
        assert (new.status, old.status) == (JobStatus.PUBLISHED, JobStatus.NEEDS_PERSON)


async def test_the_same_photo_sent_again_after_its_file_went_is_fetched_again(stage: Stage) -> None:
    async with stage.play() as act:
        await act.phone.tap(await carded(act), APPROVE)
        await act.says("🎉")
        await settled(act)
        await tidied(act, 2 * DAY)
        assert files(stage) == set()
        await act.phone.tap(await carded(act, text="Otra vez el mismo pan."), APPROVE)
        await act.until(lambda: all(len(server.posts(where)) == 2 for server, where in _networks(stage)))
        assert [len(server.posts(where)[-1].media) for server, where in _networks(stage)] == [1, 1, 1]


def _networks(stage: Stage) -> list[tuple[Any, str]]:
    return [(stage.graph, PAGE), (stage.graph, INSTAGRAM), (stage.x, X)]


async def _x(act: Act) -> tuple[DeliveryStatus, Needs | None, str | None]:
    async with act.app.store.view() as unit:
        [*_, job] = await unit.jobs.latest(CARMEN)
    [found] = [delivery for delivery in job.deliveries if delivery.platform == "twitter"]
    return found.status, found.needs, found.code
