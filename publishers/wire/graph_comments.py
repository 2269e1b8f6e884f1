"""What is said below a post of ours, on Pages and on Instagram.

API: https://developers.facebook.com/docs/graph-api/reference/object/comments
https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-media/comments
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

from publishers.engine.contract import COMMENT, Absent, Act, Attempt, Receipt, Seen, Steps
from publishers.engine.errors import Duplicate, NotPermitted, PublishingError, Rejected, Unavailable
from publishers.wire.graph import Graph, moment
from publishers.wire.http import identified

MOST_LISTED = 50
"""The newest: ours is looked for within minutes."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a network lists comments: `text` and `at` name the fields, `order` asks for the newest first.

    `ours`: whether a comment may be the account's own, by its id and by its name (None: not known).
    """

    text: str
    at: str
    author: str
    ours: Callable[[Mapping[str, Any], str, str | None], bool]
    order: Mapping[str, str]

    @property
    def fields(self) -> str:
        return f"id,{self.text},{self.at},{self.author}"


def by_page(comment: Mapping[str, Any], account: str, _: str | None) -> bool:
    """Who wrote it is told only of some."""
    author = comment.get("from") or {}
    return bool(author.get("id", account) == account)


def by_name(comment: Mapping[str, Any], _: str, name: str | None) -> bool:
    return name is None or comment.get("username", name) == name


PAGES = Manner("message", "created_time", "from", by_page, {"order": "reverse_chronological"})
PROFESSIONALS = Manner("text", "timestamp", "username", by_name, {})


class FirstComment(Act):
    """Whether the list lags or hides what waits for moderation is not told: an empty one never means no."""

    silence: ClassVar[timedelta | None] = None

    def __init__(self, comments: "Comments", post_id: str, text: str) -> None:
        self.comments = comments
        self.post_id = post_id
        self.text = text
        self.reply_to = post_id

    async def perform(self) -> Receipt:
        try:
            made = await self.comments.graph.commits.put_object(self.post_id, "comments", message=self.text)
        except PublishingError as error:
            raise self.comments.meant(error) from error
        return Receipt(identified(made, commit=True))

    async def find(self, attempt: Attempt) -> Receipt | Absent | None:
        listed, skew = await self.comments.below(self.post_id)
        return attempt.match(listed, self.text, reply_to=self.post_id, skew=skew)


@dataclass(frozen=True, slots=True)
class Comments:
    """Those of one account. `scope`: the permission without which it may make none."""

    graph: Graph
    account: str
    manner: Manner
    scope: str

    async def say(self, text: str, receipt: Receipt, steps: Steps) -> None:
        """Below the post of this receipt, with its permalink: it is public, whatever becomes of the comment."""
        if not text:
            return
        await steps.link(receipt)
        if receipt.id is None:
            raise Rejected("the post to comment on is not known by its id", code="comment_astray")
        await steps.commit(COMMENT, FirstComment(self, receipt.id, text))

    async def below(self, post_id: str) -> tuple[list[Seen], timedelta]:
        """The newest comments there that may be ours."""
        manner, name = self.manner, await self._name()
        query = {"fields": manner.fields, "limit": MOST_LISTED, **manner.order}
        listed, skew = await self.graph.list(post_id, "comments", **query)
        ours = [each for each in listed if manner.ours(each, self.account, name)]
        return [self._seen(each, post_id) for each in ours], skew

    async def _name(self) -> str | None:
        if self.manner.author != "username":
            return None
        found = await self.graph.reads.get_object(self.account, fields="username")
        return str(found["username"]) if "username" in found else None

    def _seen(self, comment: Mapping[str, Any], post_id: str) -> Seen:
        at, text = moment(comment[self.manner.at]), str(comment.get(self.manner.text) or "")
        return Seen(str(comment["id"]), at, text, reply_to=post_id)

    def meant(self, error: PublishingError) -> PublishingError:
        """A refusal of a comment says less of the account, or of the words, than one of a post does."""
        if error.code == "not_permitted":
            return NotPermitted(error.detail, code="comment_scope", params={"scopes": self.scope})
        if error.code == "not_found":
            return Unavailable(error.detail, code="comment_too_soon")
        if isinstance(error, Rejected) and not isinstance(error, Duplicate):
            return Rejected(error.detail, code="comment_refused", params=error.params)
        return error
