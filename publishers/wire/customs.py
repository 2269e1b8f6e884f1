"""How a platform's stanza says what becomes of the words that go there, under `words`."""

from typing import Annotated

from pydantic import BaseModel, Field

from adapters.profile import Place

Tag = Annotated[str, Field(min_length=1, max_length=100)]
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
    dead_link: Annotated[str, Field(max_length=100)] | None = None
    utm: Campaign | None = None

    @property
    def comments(self) -> bool:
        """Whether something is said below posts, for which networks want a permission of its own."""
        return self.hashtags is Place.COMMENT
