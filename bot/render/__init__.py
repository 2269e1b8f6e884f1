"""State → Screen, pure: what each message of the bot says and which buttons it has. No words live here."""

from bot.render import own_words, rest, rewording
from bot.render.card import CardLine, card, confirm
from bot.render.linked import connected, linked
from bot.render.lists import choose, pending, status
from bot.render.live import live
from bot.render.needs import alert, doubt
from bot.render.networks import Network, Networks
from bot.render.permissions import accounts
from bot.render.preview import pictured, preview
from bot.render.replies import COMMANDS, describing, editing, help_text, is_draft, languages, refused, say

__all__ = [
    "COMMANDS",
    "CardLine",
    "Network",
    "Networks",
    "accounts",
    "alert",
    "card",
    "choose",
    "confirm",
    "connected",
    "describing",
    "doubt",
    "editing",
    "help_text",
    "is_draft",
    "languages",
    "linked",
    "live",
    "own_words",
    "pending",
    "pictured",
    "preview",
    "refused",
    "rest",
    "rewording",
    "say",
    "status",
]
