"""Pictures the page may show, by names that lead nowhere but into memory."""

from bot.sandbox.chats import Message
from bot.sandbox.files import Files
from bot.sandbox.networks import Networks

FOLDER = "/files"
_MAGIC = {b"\xff\xd8\xff": "image/jpeg", b"\x89PNG\r\n\x1a\n": "image/png", b"GIF8": "image/gif"}


def in_chat(message: Message) -> str | None:
    return f"{FOLDER}/chat-{message.photo[-1].id}" if message.photo else None


def on_wall(picture: str) -> str:
    return f"{FOLDER}/wall-{picture}"


def found(name: str, files: Files, networks: Networks) -> bytes | None:
    """The bytes behind a name made here."""
    kind, _, rest = name.partition("-")
    if kind == "wall":
        return networks.pictures.get(rest)
    file = files.file(rest) if kind == "chat" else None
    return file.data if file is not None and file.width else None


def media_type(data: bytes) -> str | None:
    """By the first bytes; None for what is no picture a browser shows."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return next((known for magic, known in _MAGIC.items() if data.startswith(magic)), None)
