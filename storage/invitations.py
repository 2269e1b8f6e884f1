"""Invitations to work with the bot: codes for one use, kept as hashes."""

from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from adapters.content import fingerprint
from publishers.engine import people as people_ports
from publishers.engine.people import Invitation
from storage import tables

_INVITATION = tables.invitation


class Invitations(people_ports.Invitations):
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def invite(self, code: str, invitation: Invitation, at: datetime) -> None:
        row = {
            "code_hash": fingerprint(code),
            "role": invitation.role,
            "by_id": invitation.by,
            "by_name": invitation.by_name,
            "offered_at": at,
            "expires_at": invitation.expires_at,
        }
        await self._connection.execute(insert(_INVITATION).values(row))

    async def accept(self, code: str, person_id: int, at: datetime) -> Invitation | None:
        mine = _INVITATION.c.code_hash == fingerprint(code)
        fresh = mine & _INVITATION.c.used_at.is_(None) & (_INVITATION.c.expires_at > at)
        used = update(_INVITATION).where(fresh).values(used_by_id=person_id, used_at=at)
        if (await self._connection.execute(used)).rowcount != 1:
            return None
        row = (await self._connection.execute(select(_INVITATION).where(mine))).one()
        return Invitation(row.role, row.by_id, row.by_name, row.expires_at)
