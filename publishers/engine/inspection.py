"""What would keep a scheduled post from going out at its hour. Asks the platforms, and changes nothing anywhere."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from adapters.outgrown import outgrown
from publishers.engine.connections import Connection, Connections
from publishers.engine.contract import Checks
from publishers.engine.errors import (
    AuthExpired,
    MediaGone,
    NotConfigured,
    NotPermitted,
    PublishingError,
    Rejected,
    Unavailable,
)
from publishers.engine.model import Delivery, DeliveryStatus, Move, Wait
from publishers.engine.outside import MediaMissing

PATIENCE = timedelta(seconds=30)
"""How long a platform may take to answer."""
Access = Connection | AuthExpired | NotPermitted | NotConfigured
"""Of an account: what it publishes with, or what definitely keeps it from publishing."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """`full`: of deliveries of one account, soonest first, those for which no allowance will be left at their hour.

    By id, with the time until which it will be used up.
    """

    connections: Connections
    full: Callable[[Sequence[Delivery]], Awaitable[Mapping[str, datetime]]] | None = None

    async def access(self, account_id: str) -> Access:
        """With one question to the platform. Raises the other publishing errors: nothing definite was learnt."""
        try:
            async with asyncio.timeout(PATIENCE.total_seconds()):
                connection = await self.connections.connect(account_id)
                connection = await self._proven(connection)
        except (AuthExpired, NotPermitted, NotConfigured) as fault:
            return fault
        except TimeoutError as error:
            raise Unavailable(code="timeout") from error
        return connection

    async def _proven(self, connection: Connection) -> Connection:
        """With newer credentials where those it was made with are refused and can be renewed: once."""
        try:
            await _prove(connection)
        except AuthExpired:
            if not await self.connections.again(connection):
                raise
            connection = await self.connections.connect(connection.account.id)
            await _prove(connection)
        return connection

    async def findings(self, waiting: Sequence[Delivery], access: Access | None) -> list[tuple[Delivery, Move | None]]:
        """What becomes of each; None: all is well. A dry run needs no access: nothing of it goes to the platform."""
        faults = [self._fault(each, access) or await self._pictures(each) for each in waiting]
        sound = [each for each, fault in zip(waiting, faults, strict=True) if fault is None and not each.dry_run]
        full = await self.full(sound) if self.full is not None and sound else {}
        return [(each, _move(each, fault, full.get(each.id))) for each, fault in zip(waiting, faults, strict=True)]

    def _fault(self, delivery: Delivery, access: Access | None) -> PublishingError | None:
        if delivery.dry_run or access is None:
            return None
        if isinstance(access, PublishingError):
            return access
        if not access.simulated and not access.renewable and _ends(access.account.expires_at, delivery.due_at):
            return AuthExpired("it ends before the hour", code="auth_ends")
        misfit = outgrown(delivery.adapted, self.connections.platforms[delivery.platform].platform.profile)
        return None if misfit is None else Rejected(code=misfit.code, params=dict(misfit.params))

    async def _pictures(self, delivery: Delivery) -> PublishingError | None:
        try:
            for sha256 in {media.sha256 for part in delivery.adapted.parts for media in part.media}:
                await self.connections.outside.media.read(sha256)
        except MediaMissing as missing:
            return MediaGone(str(missing))
        return None


async def _prove(connection: Connection) -> None:
    """Raises what the platform says of the credentials, and NotPermitted when they are another account's now."""
    if not isinstance(connection.publisher, Checks):
        return
    who = await connection.publisher.check()
    if connection.owner not in {None, who.id}:
        raise NotPermitted(f"these are the credentials of {who.name} ({who.id})", code="account_changed")


def _ends(expiry: datetime | None, hour: datetime | None) -> bool:
    return expiry is not None and hour is not None and expiry <= hour


def _move(delivery: Delivery, fault: PublishingError | None, full_until: datetime | None) -> Move | None:
    if fault is not None:
        return _blocked(fault)
    return None if full_until is None else _held(delivery, full_until)


def _blocked(fault: PublishingError) -> Move:
    return Move(
        DeliveryStatus.BLOCKED, needs=fault.needs, code=fault.code, params=fault.params, detail=fault.detail,
        reason="preflight",
    )  # fmt: skip


def _held(delivery: Delivery, until: datetime) -> Move:
    """It keeps its hour, and the chat can say that it will have to wait until then."""
    return Move(
        DeliveryStatus.WAITING, due_at=delivery.due_at, wait=Wait.HOUR, code="quota_ahead",
        params={"until": until.isoformat()}, reason="preflight",
    )  # fmt: skip
