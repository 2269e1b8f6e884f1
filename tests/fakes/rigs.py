"""How each platform is put on its fake, once for every kind of credentials: all that the contract suite needs to know.

A new platform adds its `Rig`s here and passes every case of tests/contract.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from fakes.call import Public
from fakes.graph import FakeGraph
from fakes.server import FakeServer
from fakes.x import FakeX


def shown(public: Public) -> str:
    return public.permalink


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A format beside the post, as the fake has it."""

    listing: str
    """Fault pattern of the call that lists what is public in it."""
    by_hand: Callable[[Any], str]
    """The person publishes one without us: its id."""
    commit: str | None = None
    """Fault pattern of the call that makes it public, where that is not the one of a post."""
    described: bool = True
    """Whether its pictures have descriptions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rig:
    """One platform with one kind of credentials. The callables get the fake that `serve` made."""

    platform: str
    kind: str
    serve: Callable[..., FakeServer]
    account: str
    """The id of the account, ours and the fake's."""
    credentials: Mapping[str, str]
    """What an account file would hold."""
    enrol: Callable[[Any], object]
    """Make the account known to the fake."""
    stanza: Callable[[Any], dict[str, Any]]
    """The platform's part of the configuration, pointing at the fake."""
    commit: str
    """Fault pattern of the call that makes a text public (a picture, where there is no text without one)."""
    listing: str
    """Fault pattern of the call by which a look lists what is public."""
    by_hand: Callable[[Any, str], str]
    """The person posts this text without us: its id."""
    expire: Callable[[Any], object]
    """The credentials have ended."""
    pictured: str | None = None
    """As `commit`, for a post with one picture, where that is another call."""
    forms: Mapping[str, Form] = field(default_factory=dict)
    """By format: every other than the post that the platform's profile has."""
    public_address: bool = False
    """Whether the platform fetches pictures from us."""
    permalink: Callable[[Public], str] = shown
    comment: str = ""
    """Fault pattern of the call that makes a comment, where posts get one."""
    below: str = ""
    """Fault pattern of the call that lists comments."""
    scope: str = ""
    """The permission to comment; `forbid` takes it away, `allow` gives it back."""
    forbid: Callable[[Any], object] = lambda fake: None
    allow: Callable[[Any], object] = lambda fake: None

    def __str__(self) -> str:
        return f"{self.platform}-{self.kind}"


# -- facebook --------------------------------------------------------------------------------------------------------

PAGE, PAGE_TOKEN = "1001", "EAAB-page-token"

PAGE_RIG = Rig(
    platform="facebook",
    kind="page",
    serve=FakeGraph,
    account=PAGE,
    credentials={"page_id": PAGE, "access_token": PAGE_TOKEN},
    enrol=lambda graph: graph.page(PAGE, PAGE_TOKEN),
    stanza=lambda graph: {"graph_url": graph.url},
    commit="POST /*/feed",
    pictured="POST /*/photos",
    listing="GET /*/published_posts",
    by_hand=lambda graph, text: graph.put_post(PAGE, text),
    expire=lambda graph: graph.expire(PAGE_TOKEN),
)
OWN_APP_RIG = replace(
    PAGE_RIG, kind="own_app", stanza=lambda graph: {"graph_url": graph.url, "client_id": graph.app_id}
)

# -- instagram -------------------------------------------------------------------------------------------------------

PROFESSIONAL, OWN_TOKEN = "17841400000000001", "IGAA-own-token"
BY_PAGE = {"ig_user_id": PROFESSIONAL, "access_token": PAGE_TOKEN, "login": "facebook"}


def linked(graph: FakeGraph) -> None:
    graph.page(PAGE, PAGE_TOKEN)
    graph.instagram(PROFESSIONAL, PAGE_TOKEN, page_id=PAGE)


PAGE_PHOTO_RIG = Rig(
    platform="instagram",
    kind="page_photo",
    serve=FakeGraph,
    account=PROFESSIONAL,
    credentials={**BY_PAGE, "page_id": PAGE},
    enrol=linked,
    stanza=lambda graph: {"graph_url": graph.url, "instagram_graph_url": graph.instagram_url},
    commit="POST /*/media_publish",
    listing="GET /*/media",
    by_hand=lambda graph, text: graph.put_media(PROFESSIONAL, text),
    forms={
        "story": Form(listing="GET /*/stories", by_hand=lambda graph: graph.put_story(PROFESSIONAL), described=False)
    },
    expire=lambda graph: graph.expire(PAGE_TOKEN),
)
ADDRESS_RIG = replace(PAGE_PHOTO_RIG, kind="public_address", credentials=BY_PAGE, public_address=True)
OWN_LOGIN_RIG = replace(
    ADDRESS_RIG,
    kind="own_login",
    credentials={"ig_user_id": PROFESSIONAL, "access_token": OWN_TOKEN, "login": "instagram"},
    enrol=lambda graph: graph.instagram(PROFESSIONAL, OWN_TOKEN, login="instagram"),
    expire=lambda graph: graph.expire(OWN_TOKEN),
)

# -- twitter ---------------------------------------------------------------------------------------------------------

USER, BEARER = "2244994945", "oauth2-user-token"
CONSUMER, ACCESS = ("consumer-key", "consumer-secret"), (f"{USER}-access-token", "access-secret")

BEARER_RIG = Rig(
    platform="twitter",
    kind="oauth2",
    serve=FakeX,
    account=USER,
    credentials={"user_id": USER, "username": "panaderia", "access_token": BEARER, "refresh_token": "refresh-me"},
    enrol=lambda x: x.user(USER, "panaderia", BEARER),
    stanza=lambda x: {"api_url": x.url},
    commit="POST /2/tweets",
    listing="GET /2/users/*/tweets",
    by_hand=lambda x, text: x.put_post(USER, text),
    expire=lambda x: x.expire(BEARER),
)
SIGNING_RIG = replace(
    BEARER_RIG,
    kind="oauth1",
    credentials={
        "api_key": CONSUMER[0],
        "api_secret": CONSUMER[1],
        "access_token": ACCESS[0],
        "access_token_secret": ACCESS[1],
    },
    enrol=lambda x: x.user(USER, "panaderia", consumer=CONSUMER, access=ACCESS),
    expire=lambda x: setattr(x.users[USER], "access", None),
    permalink=lambda public: f"https://x.com/i/web/status/{public.id}",
)

# -- what is said below a post ---------------------------------------------------------------------------------------


def commenting(rig: Rig, token: str, scope: str) -> Rig:
    """The same with hashtags in the first comment. `scope`: the permission for it, which this token has."""

    def enrol(graph: FakeGraph) -> None:
        rig.enrol(graph)
        graph.tokens[token].scopes.add(scope)

    return replace(
        rig,
        kind=f"{rig.kind}_comments",
        enrol=enrol,
        stanza=lambda graph: {**rig.stanza(graph), "words": {"hashtags": "comment"}},
        comment="POST /*/comments",
        below="GET /*/comments",
        forbid=lambda graph: graph.tokens[token].scopes.discard(scope),
        allow=lambda graph: graph.tokens[token].scopes.add(scope),
        scope=scope,
    )


COMMENTING = (
    commenting(PAGE_RIG, PAGE_TOKEN, "pages_manage_engagement"),
    commenting(OWN_APP_RIG, PAGE_TOKEN, "pages_manage_engagement"),
    commenting(PAGE_PHOTO_RIG, PAGE_TOKEN, "instagram_manage_comments"),
    commenting(ADDRESS_RIG, PAGE_TOKEN, "instagram_manage_comments"),
    commenting(OWN_LOGIN_RIG, OWN_TOKEN, "instagram_business_manage_comments"),
)
"""Every platform that can, with every kind of credentials."""

RIGS = (PAGE_RIG, OWN_APP_RIG, PAGE_PHOTO_RIG, ADDRESS_RIG, OWN_LOGIN_RIG, BEARER_RIG, SIGNING_RIG)
