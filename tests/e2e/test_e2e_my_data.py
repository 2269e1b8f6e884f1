"""/misdatos: what is kept about a person, as a file; and erased, but for what stands in the ledger."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import Text, cast, select

from bot.sandbox.chats import Message
from fakes.stage import CARMEN, Act, Stage, newer, settled, staged
from storage import tables

TEXT, OTHER = "Hoy hay torrijas de la abuela.", "Un borrador que nadie vio."


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    async with staged(tmp_path / "data") as stage:
        yield stage


async def asked(act: Act) -> Message:
    return await newer(act, await act.phone.send("/misdatos"), "Guardo tu nombre")


async def published(act: Act) -> None:
    await act.phone.tap(await act.draft(TEXT), "✅ Aprobar")
    await act.until(lambda: act.public()["facebook"] == [TEXT])
    await settled(act)


async def everything(act: Act) -> str:
    """All that stands in the tables but for the ledger, and the letters under way."""
    passing = {"ledger", "inbox", "alembic_version"}
    async with act.app.store.view() as unit:
        found = []
        for table in tables.metadata.sorted_tables:
            for column in [column for column in table.c if table.name not in passing]:
                found += await unit.people._connection.scalars(select(cast(column, Text)))
        return "\n".join(str(each) for each in found)


async def test_it_comes_as_a_file_without_secrets(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        await published(act)
        await act.phone.tap(await asked(act), "📥 Descargar mis datos")
        sent = await act.phone.until(lambda chat: [m for m in chat if m.from_bot and m.document is not None])
        file = sent[0].document.data
        kept = json.loads(file)
        assert kept["jobs"][0]["approved_by_id"] == CARMEN
        assert TEXT in json.dumps(kept["drafts"], ensure_ascii=False)
        assert kept["receipts"]
        assert any(row["event_type"] == "job_opened" for row in kept["ledger"])
        assert "EAAB-page-token" not in file.decode()


async def test_it_is_erased_and_what_was_published_is_still_known(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        await published(act)
        await act.draft(OTHER)
        shown = await asked(act)
        await act.phone.tap(shown, "🗑 Borrar mis datos")
        sure = await act.phone.until(lambda chat: [m for m in chat if "🗑 Sí, borrarlos" in m.labels])
        await act.phone.tap(sure[0], "🗑 Sí, borrarlos")
        await act.says("✅ Borrado")
        await settled(act)
        left = await everything(act)
        assert TEXT not in left
        assert OTHER not in left
        assert "Carmen" not in left
        async with act.app.store.view() as unit:
            [job] = await unit.jobs.latest(CARMEN)
            assert job.deliveries[0].receipts


async def test_what_is_on_its_way_has_to_end_first(stage: Stage) -> None:
    async with stage.play("facebook") as act:
        card = await act.draft(TEXT)
        await act.phone.send("/programar en 2 horas")
        sure = await newer(act, card, "¿")
        await act.phone.tap(sure, sure.labels[0])
        await settled(act)
        await act.phone.tap(await asked(act), "🗑 Borrar mis datos")
        await act.says("Antes tiene que acabar")
