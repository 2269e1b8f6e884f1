"""How each platform asks a person for permission, on its fake, once for every way there is: all that the contract
suite of linking needs to know. A platform whose record has `authorize` adds its `ConsentRig`s here.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from fakes.call import Call
from fakes.server import FakeServer
from fakes.x import FakeX
from publishers.engine.contract import Identity

REDIRECT, OTHER_REDIRECT = "https://bot.example/oauth/return", "https://bot.example/oauth/return/"
APP, APP_SECRET = "990011", "app-s3cret-value"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRig:
    """One way to link accounts of one platform. The callables get the fake that `serve` made."""

    platform: str
    kind: str
    serve: Callable[..., FakeServer]
    enrol: Callable[[Any], object]
    """Our app with both redirect addresses, and a person who has the one account."""
    stanza: Callable[[Any], Mapping[str, Any]]
    """The platform's part of the configuration, pointing at the fake, with client_id and client_secret."""
    account: Identity
    """What the consent of that person opens."""
    scope: str
    """One that is necessary."""
    spare: str | None = None
    """One that is asked for but not necessary, where the stanza asks for such."""
    life: timedelta
    """Of a code."""
    ends: timedelta | None
    """How long what is linked lasts."""
    code_call: str
    """Fault pattern of the call that redeems the code."""
    later_calls: Sequence[str]
    """Fault patterns of what is read when the code is used up."""
    issued: Callable[[Any], Iterable[str]]
    """All tokens the platform ever gave."""
    pkce: bool = False
    tail: str = ""
    """What the platform puts behind the address it sends a browser back to."""
    none: Callable[[Any], object] | None = None
    """From now on that person has no account; None: there always is one."""
    more: Callable[[Any], Sequence[Identity]] | None = None
    """That person has several accounts from now on: all of them; None: a consent opens one at most."""
    over: Callable[[Any], object] = lambda fake: None
    """Nothing that was linked by consent works any more."""
    renewal: str | None = None
    """Fault pattern of the call that renews; None: what is linked cannot be renewed."""
    ripe: timedelta = timedelta(0)
    """How old credentials must be to be renewed."""
    giving_back: str | None = None
    """Fault pattern of the call that gives the permission back; None: only a person can, by hand."""

    def __str__(self) -> str:
        return f"{self.platform}-{self.kind}"


# -- twitter ---------------------------------------------------------------------------------------------------------

USER = Identity("2244994945", "@panaderia")


def x_app(x: FakeX) -> None:
    x.client, x.redirect_uris = (APP, APP_SECRET), {REDIRECT, OTHER_REDIRECT}
    x.user(USER.id, "panaderia")


def public_x_app(x: FakeX) -> None:
    x_app(x)
    x.client = (APP, "")


def x_stanza(x: FakeX) -> dict[str, Any]:
    return {"api_url": x.url, "authorize_url": x.authorize_url, "client_id": APP}


def x_tokens(x: FakeX) -> list[str]:
    given = [token for family in x.spent_codes.values() for token in family.tokens]
    return [*given, *x.bearers, *x.refresh_tokens, *x.spent_refresh_tokens]


X_RIG = ConsentRig(
    platform="twitter",
    kind="confidential",
    serve=FakeX,
    enrol=x_app,
    stanza=lambda x: x_stanza(x) | {"client_secret": APP_SECRET},
    account=USER,
    scope="media.write",
    life=timedelta(seconds=30),
    ends=timedelta(hours=2),
    code_call="POST /2/oauth2/token",
    later_calls=("GET /2/users/me",),
    issued=x_tokens,
    pkce=True,
    over=lambda x: (x.bearers.clear(), x.refresh_tokens.clear()),
    renewal="POST /2/oauth2/token",
    giving_back="POST /2/oauth2/revoke",
)
PUBLIC_X_RIG = replace(X_RIG, kind="public", enrol=public_x_app, stanza=x_stanza)

CONSENT_RIGS = (X_RIG, PUBLIC_X_RIG)


def sent_secrets(call: Call) -> list[str]:
    """Everything in a request that nobody may read afterwards."""
    names = ("code", "code_verifier", "client_secret", "access_token", "refresh_token", "fb_exchange_token", "token",
             "input_token")  # fmt: skip
    values = [str(call.params[name]) for name in names if name in call.params]
    return [*values, *([call.bearer] if call.bearer else [])]
