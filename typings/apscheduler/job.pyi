# APScheduler 3.11: what we use of it.

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

class Job:
    id: str
    func: Callable[..., object]
    args: Sequence[Any]
    kwargs: Mapping[str, Any]
    next_run_time: datetime
    def __init__(self, scheduler: object, name: str, /, **kwargs: Any) -> None: ...
    def __getstate__(self) -> dict[str, Any]: ...
