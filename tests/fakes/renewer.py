"""A process that needs an account's credentials many times at once.

`python -m fakes.renewer CONFIG ACCOUNT TIMES [dies]` waits for a line and prints what it was given: version and
fingerprint of the token, one line each. With `dies` it is killed between the platform's answer and the store.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path
from typing import Any

from adapters.content import fingerprint
from bot.clock import SystemClock
from bot.records import open_outside, open_records
from bot.settings import load
from publishers.engine.connections import Connections
from publishers.engine.loading import load_platforms
from storage.renewing import Renewing


async def die(*_: Any, **__: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


async def main(config: str, account_id: str, times: int) -> None:
    settings, clock = load(Path(config)), SystemClock()
    async with open_records(settings, clock) as records, open_outside(records, clock) as outside:
        connections = Connections(load_platforms(settings.publishing.platforms), records.store, outside)
        print("here", flush=True)  # noqa: T201 - how it speaks to the test
        await asyncio.to_thread(sys.stdin.readline)
        given = await asyncio.gather(*(connections.connect(account_id) for _ in range(times)))
        for each in given:
            publisher: Any = each.publisher
            token = publisher.credentials.access_token.get_secret_value()
            print("given", each.account.credentials_version, fingerprint(token), flush=True)  # noqa: T201 - as above


if __name__ == "__main__":
    if sys.argv[4:] == ["dies"]:
        Renewing.renewed = die  # type: ignore[method-assign,assignment] # where it is to die
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
