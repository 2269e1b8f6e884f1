"""A cell: one post as one network gets it, and how it is written down to be read by eye."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from unittest.mock import patch

from golden_texts.networks import NETWORKS
from golden_texts.posts import Post, posts

from adapters import card
from adapters.adapt import adapt, order
from adapters.adapted import Adapted, Media
from adapters.content import Content
from adapters.develop import Prints
from adapters.manners import Manners, Named, Utm
from adapters.profile import POST, Links, Profile

DEAD_LINK = "enlace en la bio"
DEAD_LINK_IN = "el enlace de la bio"
STAND_INS = (DEAD_LINK, "enlace de la bio")
"""What stands for an address nobody could tap, in both forms."""
CAMPAIGN = Utm("", "social", "noviembre")


@dataclass(frozen=True, slots=True)
class Cell:
    post: Post
    network: str
    profile: Profile
    manners: Manners
    adapted: Adapted

    @property
    def noted(self) -> frozenset[str]:
        """The codes of its notes."""
        return frozenset(note.code for note in self.adapted.notes)

    @property
    def live(self) -> bool:
        return self.profile.links is not Links.DEAD

    @property
    def bodies(self) -> list[str]:
        """The texts of the parts without their numbers."""
        texts = [part.text for part in self.adapted.parts]
        if len(texts) == 1:
            return texts
        return [text.removesuffix(f" ({at}/{len(texts)})") for at, text in enumerate(texts, 1)]

    @property
    def said(self) -> str:
        """All of the words, the comment's too."""
        return "\n\n".join([*self.bodies, self.adapted.comment])


@cache
def cell(post_id: str, network: str) -> Cell:
    post, profile = posts()[post_id], NETWORKS[network]
    manners = _manners(post, network, profile)
    # what a card looks like has golden pictures of its own
    with patch.object(card, "draw", return_value=b"a picture"):
        adapted = adapt(post.content, profile, POST, _prints(post.content, profile, manners), manners)
    return Cell(post, network, profile, manners, adapted)


def row(post_id: str) -> list[Cell]:
    """The cells of one post."""
    return [cell(post_id, network) for network in NETWORKS]


def _manners(post: Post, network: str, profile: Profile) -> Manners:
    names = {key: Named(person.name, person.handles.get(network)) for key, person in post.people.items()}
    utm = Utm(network, CAMPAIGN.medium, CAMPAIGN.campaign) if post.utm else None
    place = post.place if post.place in profile.hashtags.places else None
    return Manners(DEAD_LINK, utm, names, place, dead_link_in=DEAD_LINK_IN)


def _prints(content: Content, profile: Profile, manners: Manners) -> Prints | None:
    if not content.images:
        return None
    taken = content.images[: order(content, profile, POST, manners).most]
    return Prints(tuple(Media(each.sha256, each.media_type, each.width, each.height, each.size) for each in taken))


# -- on paper --------------------------------------------------------------------------------------------------------


def sheet(post: Post) -> str:
    """The file of one post."""
    return "\n".join([*_source(post), *_cells(post)])


def _source(post: Post) -> Iterator[str]:
    content = post.content
    yield f"# {post.id}\n\n{post.author}: {post.about}.\n"
    yield f"## Source · {len(content.text)} characters\n\n{_fenced(content.text)}\n"
    for span in content.spans:
        words = content.text[span.start : span.end].replace("\n", " / ")
        yield f"- {span.mark}: «{words}»{' → ' * bool(span.value)}{span.value}"
    for key, person in post.people.items():
        known = ", ".join(f"{network} @{person.handles[network]}" for network in NETWORKS if network in person.handles)
        yield f"- @{key}: {person.name}, {known}"
    if content.images:
        yield f"- pictures: {len(content.images)}"
    if post.place:
        yield f"- hashtags: {post.place}"
    if post.utm:
        yield "- visits counted"
    yield ""


def _cells(post: Post) -> Iterator[str]:
    shown: dict[tuple[str, ...], str] = {(post.content.text,): "source"}
    for each in row(post.id):
        texts = tuple(part.text for part in each.adapted.parts)
        yield f"## {each.network}\n"
        yield from _parts(each, shown.get(texts))
        yield from _beside(each)
        shown.setdefault(texts, each.network)


def _parts(cell: Cell, alike: str | None) -> Iterator[str]:
    for number, part in enumerate(cell.adapted.parts, 1):
        pictures = f" · pictures: {len(part.media)}" * bool(part.media)
        room = f"{cell.profile.count(part.text)}/{cell.profile.limit}"
        yield f"**{number}** · {room}{pictures}{f' · text: as {alike}' * bool(alike)}\n"
        if not alike:
            yield f"{_fenced(part.text)}\n"


def _beside(cell: Cell) -> Iterator[str]:
    if cell.adapted.comment:
        yield f"First comment:\n\n{_fenced(cell.adapted.comment)}\n"
    if cell.adapted.link:
        yield f"- link: {cell.adapted.link}"
    for note in cell.adapted.notes:
        params = ", ".join(f"{key}: {value}" for key, value in note.params.items())
        yield f"- note: {note.code}{f' ({params})' * bool(params)}{' BLOCKS' * note.blocks}"
    if cell.adapted.link or cell.adapted.notes:
        yield ""


def _fenced(text: str) -> str:
    fence = "~~~"
    while fence in text:
        fence += "~"
    return f"{fence}text\n{text}\n{fence}"
