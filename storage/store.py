"""The store: one transaction, and all that can be done in it."""

import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection

from publishers.engine import ports
from storage.accounts import Accounts
from storage.aliases import Aliases
from storage.budgets import Budgets
from storage.database import Database
from storage.deliveries import Deliveries
from storage.dossiers import Dossiers
from storage.drafts import Drafts
from storage.inbox import Inbox
from storage.invitations import Invitations
from storage.jobs import Jobs, Telling
from storage.ledger import TAIL, Ledger
from storage.linkings import Linkings
from storage.many import Many
from storage.notices import Notices
from storage.pauses import PAUSED, Pauses
from storage.people import People
from storage.previews import Previews
from storage.questions import Questions
from storage.renewing import Renewing
from storage.repeats import Repeats
from storage.retention import Retention
from storage.steps import StepLog
from storage.timetable import Timetable
from storage.vault import Vault

AHEAD = (TAIL, PAUSED)
"""What nearly every claim, approval and ending asks, and costs nothing beside BEGIN."""


def random_id() -> str:
    return str(uuid.uuid4())


class Unit(ports.Unit):
    """Everything that is kept, over one connection."""

    def __init__(self, connection: AsyncConnection, vault: Vault, new_id: Callable[[], str], telling: Telling) -> None:
        ledger = Ledger(connection)
        self.ledger = ledger
        self.steps = StepLog(connection)
        jobs = Jobs(connection, telling)
        self.deliveries = moving = Deliveries(connection, ledger)
        self.timetable = Timetable(connection, jobs)
        self.pauses = Pauses(connection, ledger, moving)
        self.budgets = Budgets(connection)
        self.jobs = jobs
        self.drafts = drafts = Drafts(connection, ledger)
        self.previews = Previews(connection)
        self.repeats = Repeats(connection, drafts)
        self.many = Many(connection, ledger, vault)
        self.accounts = Accounts(connection, ledger, vault, new_id)
        self.linkings = Linkings(connection, ledger, vault)
        self.renewing = Renewing(connection, ledger, vault, new_id)
        self.people = People(connection)
        self.aliases = Aliases(connection)
        self.invitations = Invitations(connection)
        self.dossiers = Dossiers(connection)
        self.questions = Questions(connection)
        self.notices = Notices(connection)
        self.inbox = Inbox(connection)
        self.retention = Retention(connection)


class Store(ports.Store):
    """Units and views over one open database. `new_id` names new accounts."""

    def __init__(self, database: Database, vault: Vault, *, new_id: Callable[[], str] = random_id) -> None:
        self._database = database
        self._vault = vault
        self._new_id = new_id
        self._telling = Telling()

    @asynccontextmanager
    async def unit(self) -> AsyncIterator[ports.Unit]:
        async with self._database.writing(AHEAD) as connection:
            unit = self._unit(connection)
            yield unit
            await unit.ledger.flush()

    @asynccontextmanager
    async def view(self) -> AsyncIterator[ports.Unit]:
        async with self._database.reading() as connection:
            yield self._unit(connection)

    def _unit(self, connection: AsyncConnection) -> Unit:
        return Unit(connection, self._vault, self._new_id, self._telling)
