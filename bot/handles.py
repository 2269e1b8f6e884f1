"""What a person gives as somebody's name on a network: with or without @, or the address of the profile."""

import re
from urllib.parse import unquote, urlsplit

LONGEST = 100
_HANDLE = re.compile(rf"(?=.*[^\W_])[\w.-]{{1,{LONGEST}}}")
_ADDRESS = re.compile(r"(?:https?://|www\.|[\w-]+(?:\.[\w-]+)+/)", re.IGNORECASE)
_SHELVES = frozenset({"in", "company", "user", "users", "c", "channel", "people"})
"""Under which some networks keep their profiles."""


def handle(said: str) -> str | None:
    """Without @; None for what cannot be one."""
    said = said.strip()
    if _ADDRESS.match(said):
        said = _of_profile(said)
    bare = said.removeprefix("@").removeprefix("＠").rstrip(".")
    return bare if _HANDLE.fullmatch(bare) else None


def _of_profile(address: str) -> str:
    """The part of an address that names somebody; "" when that is not plain."""
    try:
        path = urlsplit(address if "://" in address else f"https://{address}").path
    except ValueError:
        return ""
    steps = [unquote(step) for step in path.split("/") if step]
    named = [step for step in steps if step.startswith("@")]
    if named:
        return named[0]
    if len(steps) == len(("shelf", "name")) and steps[0].lower() in _SHELVES:
        return steps[1]
    return steps[0] if len(steps) == 1 else ""
