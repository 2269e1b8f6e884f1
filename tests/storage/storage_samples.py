"""Made-up people, drafts and jobs for the tests of storage."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

from adapters.adapted import Adapted, Media, Note, Part
from adapters.content import Content, Image
from fakes.claiming import claim
from publishers.engine.contract import Identity
from publishers.engine.model import (
    Account,
    Actor,
    Delivery,
    DeliveryStatus,
    Draft,
    DraftStatus,
    Job,
    Move,
    Target,
)
from publishers.engine.ports import Store, Unit

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
ANA = Actor(7, "Ana")
LUIS = Actor(8, "Luis")
CHAT = -100123
HASH = "ab" * 32


def later(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


class Ids:
    """Names in sequence: "account-1", "account-2"…"""

    def __init__(self, word: str = "account") -> None:
        self._word = word
        self._numbers = count(1)

    def __call__(self) -> str:
        return f"{self._word}-{next(self._numbers)}"


def a_content(text: str = "Pan recién hecho 🥖") -> Content:
    return Content(text, (Image(HASH, "image/jpeg", 1200, 800, 90_000, "Una barra"),))


def a_draft(number: int = 1, *, at: datetime = NOON, chat_id: int = CHAT) -> Draft:
    return Draft(
        id=f"draft-{number}",
        chat_id=chat_id,
        source_id=100 + number,
        author=ANA,
        version=1,
        status=DraftStatus.PENDING,
        content=a_content(),
        targets=(Target("account-1"), Target("account-2", on=False, format="story")),
        created_at=at,
    )


def an_adapted(text: str = "Pan recién hecho 🥖") -> Adapted:
    media = Media(HASH, "image/jpeg", 1080, 720, 80_000, "Una barra")
    return Adapted("post", (Part(text, (media,)), Part("2/2")), notes=(Note("shortened", {"by": 3}),))


def a_job(accounts: list[Account], number: int = 1, *, at: datetime = NOON) -> Job:
    """Of draft `number`, one delivery for each account: "job-1-a", "job-1-b"…"""
    job_id = f"job-{number}"
    deliveries = tuple(
        Delivery(
            id=f"{job_id}-{chr(97 + place)}",
            job_id=job_id,
            account_id=account.id,
            platform=account.platform,
            account_name=account.name,
            adapted=an_adapted(),
        )
        for place, account in enumerate(accounts)
    )
    return Job(job_id, f"draft-{number}", CHAT, a_content(), ANA, at, dry_run=False, deliveries=deliveries)


async def add_account(unit: Unit, platform: str = "alpha", external_id: str = "1001", secret: str = "{}") -> Account:
    identity = Identity(external_id, f"@{platform}{external_id}")
    account, _ = await unit.accounts.add(platform, identity, secret, expires_at=None, at=NOON)
    return account


async def open_job(store: Store, platforms: str = "alpha", number: int = 1, *, at: datetime = NOON) -> Job:
    """A draft, its accounts (one per platform, by name) and the job they become."""
    async with store.unit() as unit:
        accounts = [await add_account(unit, platform) for platform in platforms.split()]
        await unit.drafts.add(a_draft(number, at=at))
        job = a_job(accounts, number, at=at)
        await unit.deliveries.open(job)
    return job


async def claim_all(store: Store, at: datetime = NOON) -> list[Delivery]:
    async with store.unit() as unit:
        return await claim(unit, at, {"alpha": 1000, "beta": 1000, "gamma": 1000}, 1000)


async def go(store: Store, delivery: Delivery, move: Move | DeliveryStatus, at: datetime = NOON) -> Delivery:
    """Move and expect to be the first."""
    if isinstance(move, DeliveryStatus):
        move = Move(move, due_at=later(60) if move is DeliveryStatus.WAITING else None)
    async with store.unit() as unit:
        moved = await unit.deliveries.move(delivery, move, actor=ANA, at=at)
    assert moved is not None
    return moved


async def look_up(store: Store, delivery: Delivery) -> Delivery:
    async with store.view() as unit:
        found = await unit.deliveries.delivery(delivery.id)
    assert found is not None
    return replace(found)
