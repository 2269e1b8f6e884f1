"""Writes the golden texts anew; read what changed before you commit.

From the checkout: python tests/adapters/remake_golden_texts.py
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from golden_texts.cells import sheet
from golden_texts.posts import FOLDER, posts


def main() -> None:
    for old in FOLDER.glob("*.md"):
        old.unlink()
    for post in posts().values():
        post.path.write_text(sheet(post), encoding="utf-8")


if __name__ == "__main__":
    main()
