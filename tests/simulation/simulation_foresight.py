"""Whether what a pre-flight stops has a true reason: a post that is wrongly stopped misses its hour."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from publishers.engine.model import DeliveryStatus

if TYPE_CHECKING:
    from simulation_checks import Eye


@dataclass(slots=True)
class Foresight:
    eye: "Eye"

    def moved(self, before: sqlite3.Row, after: sqlite3.Row, _: Mapping[str, sqlite3.Row]) -> None:
        if after["status"] != DeliveryStatus.BLOCKED or before["status"] != DeliveryStatus.WAITING:
            return
        if after["code"] == "late":
            return
        self.eye.networks.counts["foreseen"] += 1
        if not self._true(after["code"], before):
            self.eye.broken(f"{after['id']} was stopped before its hour ({after['code']}) for no reason")

    def _true(self, code: str, row: sqlite3.Row) -> bool:
        networks, account = self.eye.networks, self.eye.account[row["account_id"]]
        query = "SELECT sealed, expires_at, usable FROM account JOIN credential ON account_id = id WHERE id = ?"
        [kept] = self.eye.rows(query, row["account_id"])
        if networks.office is not None and account in networks.office.accounts and code != "media_missing":
            return self._beyond_renewal(code, usable=kept["usable"])
        if code == "auth_expired":
            return not networks.honours(account, json.loads(kept["sealed"])["access_token"])
        if code == "auth_ends":
            return kept["expires_at"] is not None and kept["expires_at"] <= row["due_at"]
        return code == "media_missing" and self.eye.parts[row["id"]][0] in networks.unpictured

    def _beyond_renewal(self, code: str, *, usable: bool) -> bool:
        """Whether they were truly refused is seen elsewhere; an end before the hour is no fault of theirs."""
        if code == "client_refused":
            return self.eye.networks.counts["our application not known"] > 0
        return code == "auth_expired" and not usable
