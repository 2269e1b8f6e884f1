"""What a person does about permission: consent anew, and hand over what came of it."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from publishers.engine.contract import Identity
from publishers.engine.model import Account, Actor
from publishers.engine.ports import Unit

if TYPE_CHECKING:
    from simulation_world import Life, World


def renewal(world: "World", account: Account) -> "Callable[[Life, Unit, Actor], Awaitable[str | None]]":
    """What `account add` does with the token the network honours now, or with those that it gives for a consent."""
    networks, external_id = world.networks, account.external_id

    async def act(life: "Life", unit: Unit, who: Actor) -> str | None:
        if networks.office is not None and external_id in networks.office.accounts:
            secret, until = networks.office.consent(external_id, life.clock.now())
        else:
            secret, until = secret_of(external_id, networks.tokens[external_id]), networks.renewed(external_id)
        identity = Identity(external_id, account.name)
        await unit.accounts.add(account.platform, identity, secret, expires_at=until, at=life.clock.now())
        return external_id

    return act


def secret_of(external_id: str, token: str) -> str:
    return f'{{"user_id": "{external_id}", "access_token": "{token}"}}'
