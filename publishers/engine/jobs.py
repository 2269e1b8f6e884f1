"""Jobs as the chat asks for them, and what it was told of each. A port, as in ports.py."""

from datetime import datetime
from typing import Protocol

from publishers.engine.model import Job


class Jobs(Protocol):
    async def job(self, job_id: str) -> Job | None: ...

    async def by_message(self, chat_id: int, message_id: int) -> Job | None:
        """The job whose live message or alert this is."""

    async def latest(self, chat_id: int, most: int = 20) -> list[Job]:
        """The newest jobs of a chat, newest first."""

    async def open_jobs(self) -> list[str]:
        """Ids of jobs whose last word in the chat may be out of date: unfinished, or finished but not shown."""

    async def shown(self, job_id: str, *, live_id: int, digest: str) -> None:
        """The live message says what `digest` stands for."""

    async def alerted(self, job_id: str, *, alert_id: int, digest: str) -> None: ...

    async def digests(self, job_id: str) -> tuple[str | None, str | None]:
        """What the live message and the alert said last."""

    async def tapped(self, job_id: str, at: datetime) -> None: ...
