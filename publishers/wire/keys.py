"""How a call says who makes it: a bearer token (OAuth 2), or a signature over the very address used (OAuth 1.0a)."""

from dataclasses import dataclass
from typing import Protocol

from pydantic import SecretStr


class Keys(Protocol):
    def headers(self, method: str, url: str) -> dict[str, str]:
        """What to add to a call of `url`, its query included."""


@dataclass(frozen=True, slots=True)
class Bearer(Keys):
    token: SecretStr

    def headers(self, method: str, url: str) -> dict[str, str]:  # noqa: ARG002 - a bearer signs nothing
        return {"Authorization": f"Bearer {self.token.get_secret_value()}"}


@dataclass(frozen=True, slots=True)
class Signature(Keys):
    """Bodies in JSON or multipart are not part of the signature (RFC 5849, 3.4.1.3.1)."""

    api_key: SecretStr
    api_secret: SecretStr
    access_token: SecretStr
    access_token_secret: SecretStr

    def headers(self, method: str, url: str) -> dict[str, str]:
        from oauthlib.oauth1 import Client

        secrets = (self.api_key, self.api_secret, self.access_token, self.access_token_secret)
        _, headers, _ = Client(*(secret.get_secret_value() for secret in secrets)).sign(url, method)
        return headers
