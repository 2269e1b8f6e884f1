"""The parts of linking, put together for the composition root."""

from telegram import Bot

from bot import clock as real
from bot.consents import Consents
from bot.courier import Courier
from bot.herald import Herald
from bot.leaving import Leaving
from bot.linking import Linker
from bot.roles import Guests
from bot.settings import Settings
from bot.settling import Settling
from bot.voices import WordsOf
from publishers.engine.orchestrator import Engine


def assembled(
    settings: Settings, engine: Engine, courier: Courier, words: WordsOf, guests: Guests, *, port: int
) -> Linker:
    """`port`: where our own server listens, for when there is no public address."""
    connections, store = engine.connections, engine.store
    platforms = {name: each.platform for name, each in connections.platforms.items()}
    consents = Consents(connections.platforms, connections.outside, connections.scene, settings.server.public_url, port)
    leaving = Leaving(store, engine.clock, consents, guests, real.new_id, real.new_secret)
    return Linker(leaving, Settling(leaving, engine.poke), Herald(store, courier, words, platforms))


def chat_address(settings: Settings, bot: Bot) -> str | None:
    """Where the chat is, for a page to lead back to; None before Telegram was met."""
    if settings.mode == "sandbox" and settings.simulator.url is not None:
        return f"{settings.simulator.url}/"
    try:
        return f"https://t.me/{bot.username}"
    except RuntimeError:  # the library's word for: not met yet
        return None
