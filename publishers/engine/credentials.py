"""What an account is known by, and what it needs to publish."""

from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel


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
