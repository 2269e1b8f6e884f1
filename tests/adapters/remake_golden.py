"""Draws the golden pictures of the cards anew; look at them before you commit.

From the checkout: python tests/adapters/remake_golden.py
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from card_samples import GOLDEN, GOLDENS, golden


def main() -> None:
    GOLDEN.mkdir(exist_ok=True)
    for old in GOLDEN.glob("*.png"):
        old.unlink()
    for case in GOLDENS:
        path, image = golden(*case)
        image.save(path, optimize=True)


if __name__ == "__main__":
    main()
