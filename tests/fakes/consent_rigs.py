"""How each platform asks a person for permission, on its fake, once for every way there is: all that the contract
suite of linking needs to know. A platform whose record has `authorize` adds its `ConsentRig`s here.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from fakes.call import Call
from fakes.graph import FakeGraph
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

# -- facebook --------------------------------------------------------------------------------------------------------

PAGE, PERSON = Identity("1001", "Panadería Sol"), "501"


def meta_app(graph: FakeGraph) -> None:
    graph.app_id, graph.app_secret = APP, APP_SECRET
    graph.login.redirect_uris = {REDIRECT, OTHER_REDIRECT}


def baker(graph: FakeGraph) -> None:
    meta_app(graph)
    graph.page(PAGE.id, "unused-page-token", name=PAGE.name)
    graph.login.person(PERSON, PAGE.id)


def meta_stanza(graph: FakeGraph) -> dict[str, Any]:
    urls = {"graph_url": graph.url, "dialog_url": graph.dialog_url}
    return {**urls, "client_id": APP, "client_secret": APP_SECRET}


def three_pages(graph: FakeGraph) -> list[Identity]:
    graph.login.most_listed = 2
    graph.page("1002", "unused-1002", name="Panadería Luna")
    graph.page("1003", "unused-1003", name="Panadería Mar")
    graph.login.person(PERSON, PAGE.id, "1002", "1003")
    return [PAGE, Identity("1002", "Panadería Luna"), Identity("1003", "Panadería Mar")]


FACEBOOK_RIG = ConsentRig(
    platform="facebook",
    kind="pages",
    serve=FakeGraph,
    enrol=baker,
    stanza=meta_stanza,
    account=PAGE,
    scope="pages_manage_posts",
    life=timedelta(minutes=10),
    ends=timedelta(days=90),
    code_call="POST /*/oauth/access_token",
    later_calls=("POST /*/debug_token", "GET /*/me/accounts"),
    issued=lambda graph: list(graph.tokens),
    tail="#_=_",
    none=lambda graph: graph.login.person(PERSON),
    more=three_pages,
    giving_back="DELETE /*/me/permissions",
)

# -- instagram -------------------------------------------------------------------------------------------------------

PROFESSIONAL = Identity("17841400000000001", "@panaderia")


def baker_with_instagram(graph: FakeGraph) -> None:
    baker(graph)
    graph.instagram(PROFESSIONAL.id, "unused-page-token", page_id=PAGE.id)


def pages_with_two_accounts(graph: FakeGraph) -> list[Identity]:
    three_pages(graph)
    graph.instagram("17841400000000003", "unused-1003", username="mar", page_id="1003")
    return [PROFESSIONAL, Identity("17841400000000003", "@mar")]


BY_PAGE_RIG = replace(
    FACEBOOK_RIG,
    platform="instagram",
    kind="facebook_login",
    enrol=baker_with_instagram,
    account=PROFESSIONAL,
    scope="instagram_content_publish",
    none=lambda graph: setattr(graph.nodes[PAGE.id], "instagram", None),
    more=pages_with_two_accounts,
)


def own_app(graph: FakeGraph) -> None:
    graph.own_login.app, graph.own_login.redirect_uris = (APP, APP_SECRET), {REDIRECT, OTHER_REDIRECT}
    graph.instagram(PROFESSIONAL.id, "unused-own-token", login="instagram")


def flat_own_app(graph: FakeGraph) -> None:
    """All odd shapes the other way round."""
    own_app(graph)
    graph.own_login.wrapped, graph.own_login.me_wrapped = False, True
    graph.nodes[PROFESSIONAL.id].account_type = "Media_Creator"  # type: ignore[union-attr]  # an account of ours


def own_stanza(graph: FakeGraph) -> dict[str, Any]:
    urls = {"instagram_graph_url": graph.instagram_url, "token_url": graph.instagram_token_url}
    urls |= {"authorize_url": graph.instagram_authorize_url}
    return {**urls, "api_type": "instagram_login", "client_id": APP, "client_secret": APP_SECRET}


def end_all(graph: FakeGraph) -> None:
    for access in graph.tokens.values():
        access.expired = True


OWN_RIG = ConsentRig(
    platform="instagram",
    kind="instagram_login",
    serve=FakeGraph,
    enrol=own_app,
    stanza=own_stanza,
    account=PROFESSIONAL,
    scope="instagram_business_content_publish",
    life=timedelta(hours=1),
    ends=timedelta(days=60),
    code_call="POST /oauth/access_token",
    later_calls=("GET /access_token", "GET /*/me"),
    issued=lambda graph: list(graph.tokens),
    tail="#_",
    over=end_all,
    renewal="GET /refresh_access_token",
    ripe=timedelta(days=1),
)
FLAT_OWN_RIG = replace(OWN_RIG, kind="instagram_login_flat", enrol=flat_own_app)

CONSENT_RIGS = (X_RIG, PUBLIC_X_RIG, FACEBOOK_RIG, BY_PAGE_RIG, OWN_RIG, FLAT_OWN_RIG)


def sent_secrets(call: Call) -> list[str]:
    """Everything in a request that nobody may read afterwards."""
    names = ("code", "code_verifier", "client_secret", "access_token", "refresh_token", "fb_exchange_token", "token",
             "input_token")  # fmt: skip
    values = [str(call.params[name]) for name in names if name in call.params]
    return [*values, *([call.bearer] if call.bearer else [])]
