"""People who are mentioned."""

from publishers.engine.people import Alias
from storage.store import Store

ANA = Alias("ana", "Ana", {"plaza": "anapan", "foto": "ana.pan"})
EVA = Alias("evañandú", "Eva Ñandú", {})


async def test_people_come_in_the_order_of_their_names(store: Store) -> None:
    async with store.unit() as unit:
        assert await unit.aliases.aliases() == []
        await unit.aliases.keep(EVA)
        await unit.aliases.keep(ANA)
    async with store.view() as unit:
        assert await unit.aliases.aliases() == [ANA, EVA]


async def test_who_is_kept_again_is_as_told_last(store: Store) -> None:
    async with store.unit() as unit:
        await unit.aliases.keep(ANA)
        await unit.aliases.keep(Alias("ana", "Ana P.", {"plaza": "otra"}))
        assert await unit.aliases.aliases() == [Alias("ana", "Ana P.", {"plaza": "otra"})]


async def test_who_is_dropped_is_gone_once(store: Store) -> None:
    async with store.unit() as unit:
        await unit.aliases.keep(ANA)
        await unit.aliases.keep(EVA)
        assert await unit.aliases.drop("ana")
        assert not await unit.aliases.drop("ana")
        assert await unit.aliases.aliases() == [EVA]
