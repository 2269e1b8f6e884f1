"""Permission that ends, in part of the worlds: access tokens of minutes, and refresh tokens for one use each.

Asking for new ones meets the weather of any other request. Who presents a refresh token that was used up before
loses the whole grant; then only a person's consent brings another.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr
from simulation_network import Line, Networks
from simulation_platforms import Containing, Listing, Telling
from simulation_weather import FAULTS

from fakes.tokens import TokenCredentials
from publishers.engine.contract import Credentials
from publishers.engine.credentials import sealed
from publishers.engine.errors import AuthExpired, NotPermitted, PublishingError

if TYPE_CHECKING:
    from simulation_custody import Custody

ASKING = {name: often for name, often in FAULTS.items() if name not in {"expired", "rejected"}}
"""What may happen to a request for new tokens."""
UNKNOWN = 200.0
"""Seconds for which an application is not known where its keys are changed."""


@dataclass(slots=True)
class Grant:
    """What a person consented to: the refresh token that is good now, and until when each access token is."""

    number: int
    refresh: str = ""
    access: dict[str, float] = field(default_factory=dict)
    issued: int = 0
    spent: set[str] = field(default_factory=set)
    over: bool = False

    def issue(self, until: float) -> str:
        """A new pair; its access token."""
        self.issued += 1
        token, self.refresh = f"a{self.number}.{self.issued}", f"r{self.number}.{self.issued}"
        self.access[token] = until
        return token


def grant_of(token: str) -> int:
    """The number of the grant, from a token of either kind."""
    return int(token[1:].partition(".")[0])


@dataclass
class Office:
    """Where tokens come from: one present grant for each account, the latest that a person gave."""

    networks: Networks
    chance: Random
    platforms: tuple[str, ...]
    accounts: tuple[str, ...]
    custody: "Custody" = field(init=False)
    begun: Callable[[str], None] = lambda _: None
    """Called with the account when a request for new tokens is about to leave us."""
    grants: dict[str, Grant] = field(default_factory=dict)
    late: list[tuple[float, str, str]] = field(default_factory=list)
    """When a request lands, with its account and its refresh token: those that are still on their way."""
    unknown_until: float = 0.0

    def __post_init__(self) -> None:
        self.told = self.chance.random() < 0.85
        """Whether it says when its tokens end. One that does not gives them more time than what counts as fresh."""
        self.life = self.chance.choice([30.0, 60.0, 120.0, 600.0]) if self.told else 900.0
        """Seconds an access token is good."""
        self.lead = timedelta(seconds=self.life * self.chance.choice([0.1, 0.4]))
        self.voids = self.chance.random() < 0.5
        """Whether a renewal ends the earlier access tokens at once."""

    # -- what a person does --------------------------------------------------------------------------------------

    def consent(self, account: str, shown: datetime) -> tuple[str, datetime | None]:
        """What is to be kept, and its end by the clock that shows this. The grant before is over."""
        before = self.grants.get(account)
        grant = self.grants[account] = Grant(1 if before is None else before.number + 1)
        credentials = self._pair(account, grant, shown)
        self.networks.counts["consents"] += before is not None
        return sealed(credentials), credentials.expires_at

    def _pair(self, account: str, grant: Grant, shown: datetime) -> TokenCredentials:
        access = grant.issue(self.networks.timeline.at + self.life)
        return TokenCredentials(
            user_id=account, access_token=SecretStr(access), refresh_token=SecretStr(grant.refresh),
            expires_at=shown + timedelta(seconds=self.life) if self.told else None,
        )  # fmt: skip

    # -- what programs do ----------------------------------------------------------------------------------------

    def honours(self, account: str, access: str) -> bool:
        self._land()
        grant = self.grants[account]
        return not grant.over and grant.access.get(access, 0.0) > self.networks.timeline.at

    def strike(self, account: str, access: str) -> None:
        """It ends before its time, and sometimes all that came of this consent with it."""
        grant = self.grants[account]
        if grant.access.pop(access, None) is not None and self.chance.random() < 0.3:
            grant.over = True

    def exchange(self, account: str, refresh: str, lands: float, shown: datetime) -> TokenCredentials | None:
        """None: it is still on its way. Raises AuthExpired and NotPermitted."""
        self._land()
        if lands > self.networks.timeline.at:
            self.late.append((lands, account, refresh))
            return None
        if not self.networks.calm:
            self._moods(account)
        return self._exchange(account, refresh, shown)

    def _land(self) -> None:
        arrived = sorted(each for each in self.late if each[0] <= self.networks.timeline.at)
        for each in arrived:
            self.late.remove(each)
            with suppress(PublishingError):
                self._exchange(each[1], each[2], self.networks.timeline.now())

    def _moods(self, account: str) -> None:
        """Now and then a person withdraws consent, or the keys of our application are changed."""
        if self.chance.random() < 0.02:
            self.grants[account].over = True
        if self.chance.random() < 0.02:
            self.unknown_until = self.networks.timeline.at + UNKNOWN
        if self.networks.timeline.at < self.unknown_until:
            self.networks.counts["our application not known"] += 1
            raise NotPermitted("who are you?", code="client_refused")

    def _exchange(self, account: str, refresh: str, shown: datetime) -> TokenCredentials:
        grant = self.grants[account]
        if refresh in grant.spent:
            grant.over = True
            self.networks.counts["used-up tokens presented"] += 1
        if grant.over or refresh != grant.refresh:
            raise AuthExpired("Value passed for the token was invalid.")
        grant.spent.add(refresh)
        if self.voids:
            grant.access.clear()
        pair = self._pair(account, grant, shown)
        self.networks.told(f"{account} has {grant.refresh} now")
        return pair


# -- our side ------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Wicket(Line):
    """The connection that asks for new tokens: no access token opens or closes it."""

    office: Office

    def _fate(self, *, public: bool) -> str:
        if public or self.networks.calm or self.office.chance.random() >= self.networks.weather.bad:
            return "fine"
        [fate] = self.office.chance.choices(list(ASKING), list(ASKING.values()))
        return fate

    async def ask_for(self, refresh: str) -> TokenCredentials | None:
        return await self.ask(
            "renewal", lambda _, lands: self.office.exchange(self.account, refresh, lands, self.clock.now())
        )


@dataclass(slots=True)
class GrantLine(Line):
    """An account's connection with tokens that end. `process`: which of ours speaks."""

    office: Office
    credentials: TokenCredentials
    process: str

    def _fate(self, *, public: bool) -> str:
        self.office.custody.uses(self.account, self.token)
        return Line._fate(self, public=public)

    def _refusal(self, fate: str, text: str | None) -> PublishingError:
        if fate != "expired":
            return Line._refusal(self, fate, text)
        self.office.strike(self.account, self.token)
        self.office.custody.unauthorized(self.account, self.token)
        return AuthExpired("renew it")

    async def renew(self) -> Credentials:
        refresh = _bare(self.credentials.refresh_token)
        with self._watched(refresh):
            self.office.begun(self.account)
            wicket = Wicket(
                self.networks, self.account, self.token, self.clock, self.loop, self.gauge, office=self.office
            )
            pair = await wicket.ask_for(refresh)
            assert pair is not None, "an answer that was heard has landed"
        self.office.custody.obtained(self.process, self.account, refresh, _bare(pair.refresh_token))
        return pair

    @contextmanager
    def _watched(self, refresh: str) -> Iterator[None]:
        """What is heard of one asking, unless whoever asks is gone by then."""
        custody, asking = self.office.custody, self.office.custody.presents(self.process, self.account, refresh)
        try:
            yield
        except AuthExpired:
            custody.denied(self.account, refresh)
            raise
        except Exception as unclear:
            retry_at = getattr(unclear, "retry_at", None)
            wait = 0.0 if retry_at is None else (retry_at - self.clock.now()).total_seconds()
            custody.unclear(self.process, self.account, refresh, wait)
            raise
        finally:
            custody.over(asking)


def _bare(token: SecretStr | None) -> str:
    return "" if token is None else token.get_secret_value()


class Renewable:
    """Capability of a publisher: Refreshes."""

    line: Any

    @property
    def lead(self) -> timedelta:
        lead: timedelta = self.line.office.lead
        return lead

    async def refresh(self) -> Credentials:
        renewed: Credentials = await self.line.renew()
        return renewed


class RenewableListing(Renewable, Listing):
    """… of the first and the second kind of network."""


class RenewableTelling(Renewable, Telling):
    """… that can be asked what is left."""


class RenewableContaining(Renewable, Containing):
    """… of the third."""


RENEWABLE: dict[type, Callable[..., Any]] = {
    Listing: RenewableListing,
    Telling: RenewableTelling,
    Containing: RenewableContaining,
}
