"""What the platforms say may repeat what we sent them."""

from collections.abc import Iterable


def without(secrets: Iterable[str], words: str) -> str:
    """The words with every one of these replaced."""
    for secret in secrets:
        words = words.replace(secret, "***") if secret else words
    return words
