"""What the console says when something cannot be done: one clear sentence, never a stack trace."""

import errno
import sys
from typing import ClassVar

from publishers.engine.faults import Misconfigured


class ConsoleError(Exception):
    """Ends the command: its text goes to stderr, `exit_code` to the shell. 2: input or surroundings are wrong."""

    exit_code: ClassVar[int] = 2


class Failed(ConsoleError):
    """The command was right, but what it tried did not succeed."""

    exit_code: ClassVar[int] = 1


def explain(error: Exception) -> ConsoleError | None:
    """The sentence for an error a person can do something about; None for a mistake of ours."""
    if isinstance(error, ExceptionGroup):
        said = [explain(one) for one in error.exceptions]
        return said[0] if None not in said else None
    if isinstance(error, ConsoleError):
        return error
    if isinstance(error, Misconfigured):
        return ConsoleError(str(error))
    if isinstance(error, OSError):
        return _explain_system(error)
    return _explain_kept(error) or _explain_telegram(error)


def _explain_system(error: OSError) -> ConsoleError | None:
    words = {
        errno.EADDRINUSE: "The server's address is already in use: set server.port to a free one.",
        errno.EADDRNOTAVAIL: "The server's address is not one of this machine: check server.host.",
        errno.ENOSPC: "The disk is full.",
        errno.EROFS: f"Cannot write {error.filename or 'there'}: the file system is read-only.",
        errno.EACCES: f"No permission for {error.filename or 'that address'}.",
        errno.EPERM: f"No permission for {error.filename or 'that'}.",
        errno.ENOTDIR: f"{error.filename or 'data_dir'} is not a directory.",
        errno.EEXIST: f"{error.filename or 'data_dir'} is not a directory.",
    }
    named = f"Cannot use {error.filename}: {error.strerror}." if error.filename and error.strerror else None
    sentence = words.get(error.errno or 0, named)
    return ConsoleError(sentence) if sentence else None


def _explain_kept(error: Exception) -> ConsoleError | None:
    from publishers.engine.ports import StoreUnavailable, VaultError
    from storage.lock import DataDirFault

    if isinstance(error, DataDirFault | VaultError):
        return ConsoleError(str(error))
    if isinstance(error, StoreUnavailable):
        text = str(error)
        return ConsoleError(text if text.startswith("The ") else f"The database cannot be used now: {text}.")
    return None


def _explain_telegram(error: Exception) -> ConsoleError | None:
    """Only when the library was loaded by somebody: it takes half a second."""
    telegram = sys.modules.get("telegram.error")
    if telegram is None or not isinstance(error, telegram.TelegramError):
        return None
    if isinstance(error, telegram.InvalidToken | telegram.Forbidden):
        return ConsoleError("Telegram does not know this bot token: check TELEGRAM_BOT_TOKEN with @BotFather.")
    if isinstance(error, telegram.Conflict):
        return ConsoleError("Another process is taking this bot's updates: stop it, or use another token.")
    if isinstance(error, telegram.NetworkError):
        return ConsoleError("Telegram cannot be reached: check the network and telegram.base_url.")
    return None
