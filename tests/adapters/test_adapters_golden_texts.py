"""Forty posts on nine networks, as last read by eye. They are written anew by remake_golden_texts.py beside this."""

import pytest
from golden_texts.cells import row, sheet
from golden_texts.networks import NETWORKS
from golden_texts.posts import FOLDER, posts
from golden_texts.promises import PROMISES, Promise


@pytest.mark.parametrize("post", posts())
def test_a_post_reads_as_it_did_when_last_read(post: str) -> None:
    kept = posts()[post]
    assert sheet(kept) == kept.path.read_text(encoding="utf-8")


def test_there_are_forty_posts_ten_of_each_author_and_a_sheet_for_each() -> None:
    authors = [post.author for post in posts().values()]
    assert sorted(map(authors.count, set(authors))) == [10, 10, 10, 10]
    assert set(FOLDER.glob("*.md")) == {post.path for post in posts().values()}
    assert len(NETWORKS) == 9


@pytest.mark.parametrize("promise", PROMISES, ids=lambda promise: promise.__name__)
@pytest.mark.parametrize("post", posts())
def test_whatever_the_text_and_the_network(post: str, promise: Promise) -> None:
    assert [f"{cell.network}: {fault}" for cell in row(post) for fault in promise(cell)] == []
