"""Everything that is sealed in the database: proof that the key fits, and sealing it anew with another."""

from collections.abc import Sequence
from typing import Any, Self

from sqlalchemy import Column, Table, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from publishers.engine.ports import VaultError
from storage import tables
from storage.database import Database
from storage.vault import Vault

_PROOF = tables.key_proof
_SEALED: Sequence[tuple[Table, Column[Any], str]] = (
    (_PROOF, _PROOF.c.id, "sealed"),
    (tables.credential, tables.credential.c.account_id, "sealed"),
    (tables.linking, tables.linking.c.id, "sealed_ticket"),
    (tables.linking, tables.linking.c.id, "sealed_candidates"),
    (tables.linking, tables.linking.c.id, "sealed_typed"),
)
"""Table, its key, the column that is sealed."""
_WORD = "this key opens what is kept here"


class Seals:
    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault

    def under(self, vault: Vault) -> Self:
        """The same with other keys."""
        return type(self)(self._database, vault)

    async def fit(self) -> bool:
        """Whether the present key opens what was sealed here before; the first one to come leaves a proof."""
        async with self._database.reading() as connection:
            proof = await connection.scalar(select(_PROOF.c.sealed))
            sealed = await connection.scalar(select(tables.credential.c.sealed).limit(1))
        if proof is not None:
            return self._opens(proof)
        if sealed is not None and not self._opens(sealed):
            return False
        async with self._database.writing() as connection:
            await self._prove(connection)
        return True

    def _opens(self, sealed: str) -> bool:
        try:
            self._vault.open(sealed)
        except VaultError:
            return False
        return True

    async def _prove(self, connection: AsyncConnection) -> None:
        if not await connection.scalar(select(func.count()).select_from(_PROOF)):
            await connection.execute(insert(_PROOF).values(id=1, sealed=self._vault.seal(_WORD)))

    async def renew(self) -> int:
        """Seal everything with the first key, all or nothing: how many there were. Raises VaultError."""
        async with self._database.writing() as connection:
            await self._prove(connection)
            return sum([await self._renew(connection, *each) for each in _SEALED])

    async def _renew(self, connection: AsyncConnection, table: Table, key: Column[Any], name: str) -> int:
        column = table.c[name]
        rows = (await connection.execute(select(key, column).where(column.is_not(None)))).all()
        for owner, sealed in rows:
            anew = self._vault.seal(self._vault.open(sealed).get_secret_value())
            await connection.execute(update(table).where(key == owner).values({name: anew}))
        return len(rows)

    async def forget(self) -> int:
        """Erase what is sealed, for when the key is gone: how many accounts have to be authorized anew."""
        async with self._database.writing() as connection:
            count = await connection.scalar(select(func.count()).select_from(tables.credential))
            await connection.execute(delete(tables.credential))
            await connection.execute(delete(_PROOF))
            erased = dict.fromkeys(("sealed_ticket", "sealed_candidates", "sealed_typed"))
            await connection.execute(update(tables.linking).values(erased))
            await self._prove(connection)
            return count or 0
