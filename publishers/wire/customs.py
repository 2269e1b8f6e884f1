"""How a platform's stanza says what becomes of the words that go there, under `words`."""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, StringConstraints

from adapters.profile import Place

_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def _line(words: str) -> str:
    """Raises ValueError for what is more than one line, or turns round what is read."""
    if _UNSEEN.search(words):
        raise ValueError("must be words on one line, without signs that nobody sees")
    return words


Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=100), AfterValidator(_line)]
Tag = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100), AfterValidator(_line)]
"""A value of a campaign, as it stands in an address."""


class Campaign(BaseModel, extra="forbid", frozen=True):
    """`source` null: the name of the network."""

    source: Tag | None = None
    medium: Tag = "social"
    campaign: Tag | None = None


class Customs(BaseModel, extra="forbid", frozen=True):
    """`hashtags` null: where the network has them usually. `dead_link` null: the catalogue's words; "": the address.

    `utm` null: addresses stay as they are.
    """

    hashtags: Place | None = None
    dead_link: Words | None = None
    utm: Campaign | None = None

    @property
    def comments(self) -> bool:
        """Whether something is said below posts, for which networks want a permission of its own."""
        return self.hashtags is Place.COMMENT
