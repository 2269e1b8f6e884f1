"""Pictures of posts: kept beside the tables, and now and then one is gone."""

from dataclasses import dataclass, field, replace
from hashlib import sha256
from random import Random

from adapters.adapted import Adapted, Media
from publishers.engine.outside import MediaMissing


@dataclass
class Shelf:
    """It outlives every life. `gone`: the first texts of the posts whose picture is gone."""

    chance: Random
    kept: dict[str, str] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)

    def illustrate(self, post: Adapted) -> Adapted:
        """Some posts have a picture with their first part."""
        if self.chance.random() < 0.7:
            return post
        first, *others = post.parts
        name = sha256(first.text.encode()).hexdigest()
        self.kept[name] = first.text
        pictured = replace(first, media=(Media(name, "image/jpeg", 800, 600, 1000),))
        return replace(post, parts=(pictured, *others))

    def lose(self) -> str | None:
        """The text of the post whose picture is lost, when there is one and it is its hour."""
        left = [text for text in self.kept.values() if text not in self.gone]
        if not left or self.chance.random() < 0.7:
            return None
        lost = self.chance.choice(left)
        self.gone.add(lost)
        return lost

    async def read(self, name: str) -> bytes:
        if self.kept[name] in self.gone:
            raise MediaMissing(name)
        return b"picture"

    def address(self, media: Media) -> str | None:
        """We have none."""
