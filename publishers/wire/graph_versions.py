"""Which versions of Meta's Graph API still answer. A call to an ended one is silently served by another version.

Source: https://developers.facebook.com/docs/graph-api/changelog/versions
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, ValidationInfo

CURRENT = "v26.0"
REVIEWED = date(2026, 11, 21)
"""When this table was last compared with the source: the day taken for today when nobody says another."""
ENDS: Mapping[str, date] = {
    "v18.0": date(2026, 1, 26),
    "v19.0": date(2026, 5, 21),
    "v20.0": date(2026, 9, 24),
    "v21.0": date(2027, 1, 21),
    "v22.0": date(2027, 5, 20),
    "v23.0": date(2027, 10, 8),
    "v24.0": date(2028, 2, 18),
    "v25.0": date(2028, 7, 29),
}
OLDEST_KNOWN = 18


def checked(version: str, today: date) -> str:
    """The version as given. Raises ValueError when it is none, or has ended: with the reason and the replacement."""
    shape = re.fullmatch(r"v(\d{1,3})\.(\d{1,2})", version)
    if shape is None:
        raise ValueError(f"must look like {CURRENT}")
    if int(shape[1]) < OLDEST_KNOWN:
        raise ValueError(f"{version} ended before {ENDS[f'v{OLDEST_KNOWN}.0']}; use {CURRENT}")
    end = ENDS.get(version)
    if end is not None and end <= today:
        raise ValueError(f"{version} ended on {end}; use {CURRENT}")
    return version


def _valid(version: str, info: ValidationInfo) -> str:
    return checked(version, (info.context or {}).get("today", REVIEWED))


GraphVersion = Annotated[str, AfterValidator(_valid)]
"""A setting. Validate with `context={"today": date}` to hold it against the real day."""


def living(api_type: Any) -> Any:
    """Raises ValueError for the way to Instagram that has ended."""
    if api_type == "basic_display":
        raise ValueError(
            "basic_display was shut down on 2024-12-04 and never could publish; use facebook_login or instagram_login"
        )
    return api_type


ApiType = Annotated[Literal["facebook_login", "instagram_login"], BeforeValidator(living)]
