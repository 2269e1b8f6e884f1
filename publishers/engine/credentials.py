"""What an account is known by, and what it needs to publish."""

import json
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from pydantic import BaseModel, SecretStr


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom the credentials belong to, as the platform says. `name` is shown: "@panaderia"."""

    id: str
    name: str


class Credentials(BaseModel, frozen=True, extra="forbid"):
    """What an account file holds; each platform declares its own. Secrets are SecretStr.

    `expires_at`: when they end unless they are renewed; None: not known, or never.
    """

    expires_at: datetime | None = None

    @property
    def account(self) -> str:
        """The platform's id of the account: the same id added again is a renewal."""
        raise NotImplementedError


def sealed(credentials: Credentials) -> str:
    """The JSON that is encrypted and kept; validating it gives the same credentials again."""
    return json.dumps(credentials.model_dump(exclude_none=True), default=_plain)


def _plain(value: object) -> Any:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, datetime):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else str(value)
