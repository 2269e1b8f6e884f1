"""Telling the bot: each update is posted, oldest first, until it is accepted."""

import asyncio

import aiohttp

from bot.sandbox.state import State, Webhook
from bot.sandbox.updates import Update

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of a header, not a secret
LONGEST_PAUSE = 5.0
PATIENCE = aiohttp.ClientTimeout(total=10)


async def deliver(state: State, session: aiohttp.ClientSession, first_pause: float) -> None:
    """Runs until cancelled. The pause between tries of one update doubles."""
    pause = first_pause
    while True:
        await state.changes.until(lambda: state.webhook.url and state.updates.peek(1), None)
        hook, update = state.webhook, state.updates.peek(1)[0]
        failure = await _refusal(session, hook, update)
        if failure is None:
            state.updates.confirm_one(update)
            pause = first_pause
            continue
        hook.failed_at, hook.failure = state.now(), failure
        state.changes.happened()
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


async def _refusal(session: aiohttp.ClientSession, hook: Webhook, update: Update) -> str | None:
    headers = {SECRET_HEADER: hook.secret} if hook.secret else {}
    try:
        async with session.post(
            hook.url, json=update.body, headers=headers, timeout=PATIENCE, allow_redirects=False
        ) as answer:
            if answer.ok and answer.status < 300:  # noqa: PLR2004 - the end of the 2xx range
                return None
            return f"Wrong response from the webhook: {answer.status} {answer.reason}"
    except TimeoutError:
        return "Read timeout expired"
    except aiohttp.ClientError:
        return "Connection refused"
