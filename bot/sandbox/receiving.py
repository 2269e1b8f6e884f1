"""How the bot gets its updates: it asks, or it is told."""

import re
from typing import Any
from urllib.parse import urlsplit

from bot.sandbox.links import reachable
from bot.sandbox.parameters import Given
from bot.sandbox.refusal import bad_request, conflict
from bot.sandbox.shapes import Json, seconds
from bot.sandbox.state import State, Webhook
from bot.sandbox.updates import BY_DEFAULT, MOST_AT_ONCE, Update

LONGEST_POLL = 50
MOST_SECRET = 256
_PORTS = {None, 80, 88, 443, 8443}
_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


async def get_updates(state: State, given: Given) -> list[Json]:
    """Confirms what lies before `offset`, then waits up to `timeout` seconds for something to deliver."""
    if state.webhook.url:
        raise conflict(_ACTIVE)
    if "allowed_updates" in given.values:
        state.updates.allow(given.get("allowed_updates"))
    poll = state.updates.begin_poll()
    if "offset" in given.values:
        state.updates.confirm(given.get("offset"))
    limit = given.get("limit", MOST_AT_ONCE)
    most = limit if 0 < limit <= MOST_AT_ONCE else MOST_AT_ONCE

    def something() -> bool:
        return poll.ended is not None or bool(state.updates.peek(most))

    wait = min(max(given.get("timeout", 0), 0), LONGEST_POLL)
    try:
        await state.changes.until(something, wait)
    except TimeoutError:
        return []
    finally:
        state.updates.leave_poll(poll)
    if poll.ended is not None:
        raise conflict(poll.ended)
    return [_delivered(update) for update in state.updates.peek(most)]


def _delivered(update: Update) -> Json:
    update.again = False
    return update.body


async def set_webhook(state: State, given: Given) -> bool:
    """An empty url removes it. Plain HTTP to this machine is allowed, as a Bot API server of one's own allows it."""
    url = given.get("url", "")
    if not url:
        return await delete_webhook(state, given)
    _check_address(url)
    secret = given.get("secret_token")
    if secret is not None:
        _check_secret(secret)
    if "allowed_updates" in given.values:
        state.updates.allow(given.get("allowed_updates"))
    if given.get("drop_pending_updates", False):
        state.updates.drop()
    state.webhook = Webhook(url, secret, given.get("max_connections", 40))
    state.updates.end_poll("terminated by setWebhook request")
    return True


async def delete_webhook(state: State, given: Given) -> bool:
    state.webhook = Webhook()
    if given.get("drop_pending_updates", False):
        state.updates.drop()
    state.changes.happened()
    return True


async def get_webhook_info(state: State, _: Given) -> Json:
    hook = state.webhook
    info: dict[str, Any] = {
        "url": hook.url,
        "has_custom_certificate": False,
        "pending_update_count": len(state.updates.peek(len(state.updates.pending))),
    }
    if hook.url:
        info["max_connections"] = hook.max_connections
    if hook.failed_at:
        info.update(last_error_date=seconds(hook.failed_at), last_error_message=hook.failure)
    if state.updates.allowed != BY_DEFAULT:
        info["allowed_updates"] = sorted(state.updates.allowed)
    return info


def _check_address(url: str) -> None:
    parts = urlsplit(url)
    if not parts.hostname or parts.scheme not in {"http", "https"}:
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if not reachable(parts.hostname):
        return
    if parts.scheme == "http":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if parts.port not in _PORTS:
        raise bad_request("bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443")
    raise bad_request("bad webhook: the sandbox delivers to this machine only")


def _check_secret(secret: str) -> None:
    if len(secret) > MOST_SECRET:
        raise bad_request("secret token is too long")
    if not re.fullmatch(r"[A-Za-z0-9_-]+", secret):
        raise bad_request("secret token contains unallowed characters")
