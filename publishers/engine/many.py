"""What several deliveries ask of the store at the same moment, in a few statements. Ports, as in ports.py.

Writes are all or nothing: when one of them cannot be, Divided is raised and the unit is undone.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from pydantic import SecretStr

from publishers.engine.contract import Receipt
from publishers.engine.model import Account, Delivery, Move
from publishers.engine.outside import Allowance

if TYPE_CHECKING:
    from publishers.engine.ports import Step


class Divided(Exception):
    """Not all of them can be done together: each is to be tried alone."""


@dataclass(frozen=True, slots=True)
class Opened:
    """An account with its credentials as JSON. `unreadable`: they are there and cannot be decrypted.

    `renewed_at`: when they came by renewal; None: a person brought them.
    """

    account: Account
    secret: SecretStr | None = None
    unreadable: bool = False
    renewed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """A prepared value."""

    delivery_id: str
    key: str
    value: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Arming:
    delivery: Delivery
    key: str
    mark: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Proof:
    """The receipt of an armed step."""

    delivery_id: str
    key: str
    receipt: Receipt
    at: datetime


@dataclass(frozen=True, slots=True)
class Moving:
    """A move of the product itself. `heard`: what the platform said of its limits meanwhile."""

    delivery: Delivery
    move: Move
    heard: Sequence[Allowance] = ()


class Many(Protocol):
    async def accounts(self, ids: Sequence[str]) -> Mapping[str, Opened]:
        """Those that were not removed."""

    async def steps(self, delivery_ids: Sequence[str]) -> Mapping[str, Sequence["Step"]]:
        """All that is kept of their steps; deliveries without any are left out."""

    async def prepared(self, values: Sequence[Value]) -> None: ...

    async def arm(self, armings: Sequence[Arming]) -> None:
        """Raises Divided, or what arming one alone raises."""

    async def receive(self, proofs: Sequence[Proof]) -> None: ...

    async def move(self, moving: Sequence[Moving], at: datetime) -> Sequence[Delivery]:
        """Each from the version given, with its receipts and whether it is to be left out. Raises Divided."""
