"""A folder with a configuration, and the commands a person gives there: each a process of its own."""

import asyncio
import hashlib
import json
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from bot.sandbox.telegram import SandboxTelegram
from fakes.stage import CARMEN, free_port

ROOT = Path(__file__).parents[2]
TOKEN = "712345678:AAF-a-token-nobody-gave-away-7Qm2xY1vK0"
"""Of the right shape, and of no bot that the sandbox knows."""


MORTAL = """
import ctypes, os, sys
for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH: what lets root write everything
    ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP: gone after the exec
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""


@dataclass(frozen=True, slots=True)
class Told:
    """How a command ended: its exit code, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.err.splitlines()


@dataclass
class Place:
    folder: Path
    environment: dict[str, str] = field(default_factory=dict)
    telegram: SandboxTelegram | None = None
    taken: int = 0
    """A port somebody else listens on."""

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def configure(self, name: str = "config.yaml", **values: Any) -> Path:
        """Write a configuration file; where nothing else is said all three networks are switched on."""
        stanzas = {"platforms": {"facebook": None, "instagram": None, "twitter": None}}
        told: dict[str, Any] = {"owners": [CARMEN]}
        if self.telegram is not None:
            told |= {"base_url": self.telegram.base_url, "base_file_url": self.telegram.base_file_url}
        usual = {"publishing": stanzas, "telegram": told, "server": {"port": free_port()}}
        return self.write(name, yaml.safe_dump({**usual, **values}))

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def credentials(self, name: str, **values: Any) -> str:
        return str(self.write(f"{name}.json", json.dumps(values)))

    async def command(self, *arguments: str, seconds: float = 30, mortal: bool = False, **environment: str) -> Told:
        """`python -m bot …` in this folder. Raises TimeoutError when it does not end by itself.

        `mortal`: the permission bits of files hold for it, also when root runs the tests.
        """
        running = await asyncio.create_subprocess_exec(
            *(sys.executable, *(("-c", MORTAL) if mortal else ()), "-m", "bot", *arguments),
            cwd=self.folder,
            env=surroundings() | self.environment | environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            async with asyncio.timeout(seconds):
                out, err = await running.communicate()
        finally:
            if running.returncode is None:
                running.kill()
                await running.wait()
        return Told(running.returncode or 0, out.decode(), err.decode())

    def kept(self) -> dict[str, str]:
        """What lies in data_dir and was not made by merely looking: file → hash.

        The lock holds a number only, and the alarms are made anew whenever they are gone.
        """
        passing = {"lock", "vault.lock", "alarms.db"}
        files = [path for path in sorted(self.data.rglob("*")) if path.is_file() and path.name not in passing]
        return {str(path.relative_to(self.data)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def surroundings() -> dict[str, str]:
    """A shell in which nothing of ours is set."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "COVERAGE_PROCESS_START") if name in os.environ}
    return kept | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
