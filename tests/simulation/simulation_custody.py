"""What must hold of tokens: seen in the tables after every commit, and at every request that carries one."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from simulation_checks import Eye
from simulation_renewal import grant_of

from publishers.engine.connections import FRESH
from publishers.engine.renewal import PAUSE
from storage.columns import EPOCH

LONGEST_RUN = timedelta(minutes=15)
"""Between a renewal that a run took for fresh and the end of that run, with all it may wait for."""
_KEPT = (
    "SELECT external_id, credentials_version AS version, usable, sealed, renewed_at FROM account"
    " JOIN credential ON account_id = id"
)
_STRANDED = (
    "SELECT d.id, a.external_id FROM delivery d JOIN account a ON a.id = d.account_id WHERE d.status = 'blocked'"
    " AND d.code = 'auth_expired' AND a.usable AND d.credentials_version >= a.credentials_version"
)
"""What only newer credentials free, though those that are there were not refused."""
Token = tuple[str, str]
"""Of an account: its name and the token's."""


@dataclass(slots=True, eq=False)
class Asking:
    """One request for new tokens that is on its way. `loose`: a clock was set, and its lease may be thought over.

    So is one that began beside such a one: the answer to the first may bring others before the second is over.
    """

    account: str
    grant: int
    loose: bool = False


@dataclass
class Custody:
    """`accounts`: those whose tokens end. `broken` is called with what does not hold."""

    eye: Eye
    accounts: tuple[str, ...]
    broken: Callable[[str], None]
    _kept: dict[str, sqlite3.Row] = field(default_factory=dict)
    _present: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Access and refresh token of each account, as the tables have them now."""
    _seen: set[Token] = field(default_factory=set)
    """Access tokens that were in the tables at any time."""
    _replaced: set[Token] = field(default_factory=set)
    """Refresh tokens that are not in the tables any more."""
    _spent: set[Token] = field(default_factory=set)
    """Refresh tokens that something came of, which somebody of ours heard."""
    _denied: set[Token] = field(default_factory=set)
    """Refresh tokens that were refused, and somebody of ours heard it."""
    _told: set[Token] = field(default_factory=set)
    """Denied ones of which the tables knew."""
    _unauthorized: set[Token] = field(default_factory=set)
    """Access tokens that were refused."""
    _askings: list[Asking] = field(default_factory=list)
    _rests: dict[tuple[str, str, str], float] = field(default_factory=dict)
    """By process, account and refresh token: until when it is not to be presented again."""
    _owed: dict[str, dict[str, tuple[str, str]]] = field(default_factory=lambda: defaultdict(dict))
    """By process: the refresh token each account was given last in this life, after the one it was given for."""
    set_lately: bool = False
    """Whether the clock was set in this life."""

    # -- lives ---------------------------------------------------------------------------------------------------

    def born(self) -> None:
        self._askings.clear()
        self._rests.clear()
        self._owed.clear()
        self.set_lately = False

    def gone(self, process: str) -> None:
        """Only one of ours died."""
        self._owed.pop(process, None)
        self._rests = {key: until for key, until in self._rests.items() if key[0] != process}

    def clock_set(self) -> None:
        self.set_lately = True
        for asking in self._askings:
            asking.loose = True
        latest = self._at + PAUSE.total_seconds()
        self._rests = {key: min(until, latest) for key, until in self._rests.items()}

    @property
    def _at(self) -> float:
        return self.eye.networks.timeline.at

    # -- after every commit --------------------------------------------------------------------------------------

    def committed(self) -> None:
        for row in self.eye.rows(_KEPT):
            account, before = row["external_id"], self._kept.get(row["external_id"])
            if account not in self.accounts or (before is not None and tuple(before) == tuple(row)):
                continue
            told = json.loads(row["sealed"])
            pair = (told["access_token"], told["refresh_token"])
            if before is not None:
                self._changed(account, before, row, pair)
            self._kept[account], self._present[account] = row, pair
            self._seen.add((account, pair[0]))
            if not row["usable"] and (account, pair[1]) in self._denied:
                self._told.add((account, pair[1]))
        for row in self.eye.rows(_STRANDED):
            self.broken(f"{row['id']} is blocked for no reason: {row['external_id']} is usable")

    def _changed(self, account: str, before: sqlite3.Row, row: sqlite3.Row, pair: tuple[str, str]) -> None:
        was = self._present[account]
        if row["version"] - before["version"] != (was != pair):
            self.broken(f"{account}: version {before['version']} → {row['version']}, {was[1]} → {pair[1]}")
        if grant_of(pair[1]) < grant_of(was[1]):
            self.broken(f"{account}: {pair[1]} takes the place of {was[1]}, which a person brought later")
        if was != pair:
            self._replaced.add((account, was[1]))
        elif before["usable"] and not row["usable"] and not self._refused(account, row, pair):
            self.broken(f"{account}: a person is asked for no reason")

    def _refused(self, account: str, row: sqlite3.Row, pair: tuple[str, str]) -> bool:
        """Its refresh token was refused, or its access token so soon after a renewal that another would not help."""
        if (account, pair[1]) in self._denied:
            return True
        if (account, pair[0]) not in self._unauthorized or row["renewed_at"] is None:
            return False
        now = self.eye.networks.timeline.now() + timedelta(seconds=self.eye.error)
        age = abs(now - EPOCH - timedelta(microseconds=row["renewed_at"]))
        return self.set_lately or age < FRESH + LONGEST_RUN

    # -- at every request ----------------------------------------------------------------------------------------

    def uses(self, account: str, access: str) -> None:
        if (account, access) not in self._seen:
            self.broken(f"{access} of {account} is used and was not kept")

    def unauthorized(self, account: str, access: str) -> None:
        self._unauthorized.add((account, access))

    def presents(self, process: str, account: str, refresh: str) -> Asking:
        token, counts = (account, refresh), self.eye.networks.counts
        counts["renewals"] += 1
        if token in self._spent and token in self._replaced:
            self.broken(f"{refresh} of {account} is presented again, and what came of it is kept")
        if self._owed[process].get(account, ("", ""))[0] == refresh:
            self.broken(f"{refresh} of {account} is presented again by who heard what came of it")
        if token in self._told:
            self.broken(f"{refresh} of {account} is presented again, and its refusal is kept")
        grant = grant_of(refresh)
        beside = [each for each in self._askings if (each.account, each.grant) == (account, grant)]
        if not all(each.loose for each in beside):
            self.broken(f"two ask for new tokens of {account} at once")
        asking = Asking(account, grant, loose=bool(beside))
        if self._rests.get((process, *token), 0.0) > self._at:
            self.broken(f"{refresh} of {account} is presented again too soon")
        self._askings.append(asking)
        return asking

    def over(self, asking: Asking) -> None:
        if asking in self._askings:
            self._askings.remove(asking)

    # -- what was heard ------------------------------------------------------------------------------------------

    def obtained(self, process: str, account: str, refresh: str, new: str) -> None:
        self.eye.networks.counts["renewed"] += 1
        self._spent.add((account, refresh))
        self._owed[process][account] = (refresh, new)

    def denied(self, account: str, refresh: str) -> None:
        self.eye.networks.counts["renewals refused"] += 1
        self._denied.add((account, refresh))

    def unclear(self, process: str, account: str, refresh: str, wait: float) -> None:
        self.eye.networks.counts["renewals unclear"] += 1
        self._rests[process, account, refresh] = self._at + max(wait, PAUSE.total_seconds())

    # -- when a life has stopped in order ------------------------------------------------------------------------

    def stopped(self) -> None:
        """What was obtained was kept, unless a person brought something newer."""
        for account, (_, new) in sorted(pair for owed in self._owed.values() for pair in owed.items()):
            kept = self._present[account][1]
            if kept != new and (account, new) not in self._replaced and grant_of(kept) == grant_of(new):
                self.broken(f"{new} of {account} was obtained, and {kept} is kept")
