"""How limits are written in a platform's stanza."""

from typing import Annotated

from pydantic import BaseModel, Field

Most = Annotated[int, Field(gt=0)] | None
"""Null: no limit."""


class Limits(BaseModel, extra="allow", frozen=True):
    """Each key names a window: `posts_per_hour: 25`, `tweets_per_15min: 300`. More may be added to a platform's own."""

    __pydantic_extra__: dict[str, Most] = Field(init=False)
