"""The command line of the bot for a process that must not outlive the one that started it.

`python -m bot.sandbox.leash run …` is `python -m bot run …` that stops, as on SIGTERM, when its standard input ends:
the system closes that pipe however the other process dies, on every system alike.
"""

import os
import signal
import sys
import threading

PATIENCE = 40.0
"""Seconds a polite stop may take."""


def watch() -> None:
    """Blocks until standard input ends, then ends this process."""
    while os.read(sys.stdin.fileno(), 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Event().wait(PATIENCE)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    from bot.__main__ import main

    threading.Thread(target=watch, name="leash", daemon=True).start()
    sys.exit(main())
