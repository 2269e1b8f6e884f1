"""Linkings on their way: nonces and states as hashes, tickets and candidates sealed."""

import hashlib
import json
from datetime import datetime
from typing import Any

from pydantic import SecretStr
from sqlalchemy import ColumnElement, Row, and_, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from publishers.engine import linkings
from publishers.engine.authorization import Ticket
from publishers.engine.linkings import Asking, Linking, Stage
from publishers.engine.model import Actor
from storage import tables
from storage.ledger import Event, Ledger
from storage.vault import Vault

_LINKING = tables.linking
_OPEN = _LINKING.c.stage.in_([Stage.OFFERED, Stage.ASKING, Stage.CHOOSING])
_ERASED = {
    "state_hash": None,
    "sealed_ticket": None,
    "browser_hash": None,
    "sealed_candidates": None,
    "sealed_typed": None,
}


class Linkings(linkings.Linkings):
    def __init__(self, connection: AsyncConnection, ledger: Ledger, vault: Vault) -> None:
        self._connection = connection
        self._ledger = ledger
        self._vault = vault

    async def offer(self, linking: Linking, nonce: str, at: datetime) -> None:
        await self._end_earlier(linking, at)
        row = {
            "id": linking.id,
            "platform": linking.platform,
            "account_id": linking.account_id,
            "chat_id": linking.chat_id,
            "by_id": linking.by.id,
            "by_name": linking.by.name,
            "delegated": linking.delegated,
            "stage": Stage.OFFERED,
            "nonce_hash": _hashed(nonce),
            "offered_at": at,
            "expires_at": linking.expires_at,
        }
        await self._connection.execute(insert(_LINKING).values(row))
        await self._write("linking_offered", linking, at)

    async def _end_earlier(self, linking: Linking, at: datetime) -> None:
        mine = and_(
            _OPEN,
            _LINKING.c.by_id == linking.by.id,
            _LINKING.c.platform == linking.platform,
            _LINKING.c.account_id == linking.account_id,  # None: IS NULL
        )
        ended = _ERASED | {"stage": Stage.REFUSED, "closed_at": at}
        await self._connection.execute(update(_LINKING).where(mine).values(ended))

    async def offered(self, nonce: str) -> Linking | None:
        return await self._one(_LINKING.c.nonce_hash == _hashed(nonce))

    async def linking(self, linking_id: str) -> Linking | None:
        return await self._one(_LINKING.c.id == linking_id)

    async def ask(self, linking_id: str, ticket: Ticket, browser: str | None, until: datetime) -> bool:
        asked = {
            "stage": Stage.ASKING,
            "state_hash": _hashed(ticket.state),
            "sealed_ticket": self._vault.seal(_written(ticket)),
            "browser_hash": browser,
            "state_until": until,
        }
        may = _LINKING.c.stage.in_([Stage.OFFERED, Stage.ASKING])
        return await self._changed(and_(_LINKING.c.id == linking_id, may), asked)

    async def answered(self, state: str) -> Asking | None:
        mine = and_(_LINKING.c.state_hash == _hashed(state), _LINKING.c.stage == Stage.ASKING)
        row = (await self._connection.execute(select(_LINKING).where(mine))).first()
        used = {"state_hash": None, "sealed_ticket": None}
        if row is None or not await self._changed(mine, used):
            return None
        return self._asking(row)

    async def open(self, chat_id: int, person_id: int, platform: str | None = None) -> Asking | None:
        mine = and_(
            _LINKING.c.stage == Stage.ASKING,
            _LINKING.c.state_hash.is_not(None),
            _LINKING.c.chat_id == chat_id,
            _LINKING.c.by_id == person_id,
        )
        if platform is not None:
            mine = and_(mine, _LINKING.c.platform == platform)
        newest = select(_LINKING).where(mine).order_by(_LINKING.c.offered_at.desc(), _LINKING.c.id).limit(1)
        row = (await self._connection.execute(newest)).first()
        return None if row is None else self._asking(row)

    async def propose(self, linking_id: str, candidates: str, at: datetime) -> bool:
        mine = and_(_LINKING.c.id == linking_id, _LINKING.c.stage == Stage.ASKING)
        proposed = _ERASED | {"stage": Stage.CHOOSING, "sealed_candidates": self._vault.seal(candidates)}
        done = await self._changed(mine, proposed)
        if done and (linking := await self.linking(linking_id)) is not None:
            await self._write("linking_proposed", linking, at)
        return done

    async def proposed(self, linking_id: str) -> SecretStr | None:
        mine = and_(_LINKING.c.id == linking_id, _LINKING.c.stage == Stage.CHOOSING)
        sealed = await self._connection.scalar(select(_LINKING.c.sealed_candidates).where(mine))
        return None if sealed is None else self._vault.open(sealed)

    async def hold(self, linking_id: str, typed: SecretStr) -> bool:
        sealed = self._vault.seal(typed.get_secret_value())
        return await self._changed(and_(_LINKING.c.id == linking_id, _OPEN), {"sealed_typed": sealed})

    async def held(self, linking_id: str) -> SecretStr | None:
        sealed = await self._connection.scalar(select(_LINKING.c.sealed_typed).where(_LINKING.c.id == linking_id))
        return None if sealed is None else self._vault.open(sealed)

    async def release(self, linking_id: str) -> None:
        await self._changed(_LINKING.c.id == linking_id, {"sealed_typed": None})

    async def close(self, linking_id: str, stage: Stage, at: datetime) -> bool:
        closed = _ERASED | {"stage": stage, "closed_at": at}
        done = await self._changed(and_(_LINKING.c.id == linking_id, _OPEN), closed)
        if done and (linking := await self.linking(linking_id)) is not None:
            await self._write(f"linking_{stage}", linking, at)
        return done

    async def purge(self, before: datetime) -> int:
        over = or_(_LINKING.c.closed_at < before, _LINKING.c.expires_at < before)
        return (await self._connection.execute(delete(_LINKING).where(over))).rowcount

    async def _one(self, condition: ColumnElement[bool]) -> Linking | None:
        row = (await self._connection.execute(select(_LINKING).where(condition))).first()
        return None if row is None else _linking(row)

    async def _changed(self, condition: ColumnElement[bool], values: dict[str, Any]) -> bool:
        return (await self._connection.execute(update(_LINKING).where(condition).values(values))).rowcount == 1

    def _asking(self, row: Row[Any]) -> Asking:
        ticket = _read(self._vault.open(row.sealed_ticket))
        return Asking(_linking(row), ticket, row.browser_hash, row.state_until)

    async def _write(self, event_type: str, linking: Linking, at: datetime) -> None:
        metadata = {"platform": linking.platform, "linking_id": linking.id, "delegated": linking.delegated}
        subject = linking.account_id or linking.id  # no account yet, where any may come of it
        self._ledger.append([Event(event_type, "account", subject, metadata)], actor=linking.by, at=at)


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _written(ticket: Ticket) -> str:
    return json.dumps([ticket.state, ticket.verifier.get_secret_value(), ticket.redirect_uri])


def _read(opened: SecretStr) -> Ticket:
    state, verifier, redirect_uri = json.loads(opened.get_secret_value())
    return Ticket(state, SecretStr(verifier), redirect_uri)


def _linking(row: Row[Any]) -> Linking:
    return Linking(
        id=row.id,
        platform=row.platform,
        chat_id=row.chat_id,
        by=Actor(row.by_id, row.by_name),
        expires_at=row.expires_at,
        account_id=row.account_id,
        delegated=row.delegated,
        stage=Stage(row.stage),
    )
