"""Where the world reaches us: an address that others compare sign by sign."""

import pytest
from pydantic import ValidationError

from bot.sections import Server


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (None, None),
        ("https://bot.example.org", "https://bot.example.org"),
        ("https://bot.example.org/", "https://bot.example.org"),
        ("https://bot.example.org:8443", "https://bot.example.org:8443"),
        ("https://example.org/pregonero/bot-1", "https://example.org/pregonero/bot-1"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_a_plain_address_is_taken(given: str | None, kept: str | None) -> None:
    assert Server(public_url=given).public_url == kept


@pytest.mark.parametrize(
    "given",
    [
        "",
        "bot.example.org",
        "http://bot.example.org",
        "ftp://bot.example.org",
        "javascript:alert(1)",
        "https://",
        "https://bot.example.org?x=1",
        "https://bot.example.org#x",
        "https://me:secret@bot.example.org",
        "https://bot.example.org:99999",
        "https://bot.example.org:port",
        "https://bot.example.org/a//b",
        "https://bot.example.org/../x",
        "https://bot.example.org/a b",
        "https://bot.example.org/%2e%2e/x",
        "https://bot.example.org/a;b",
        "https://bot.example.org\\evil.example",
        "https://panadería.example",
        "https://bot example.org",
    ],
)
def test_an_address_with_surprises_is_refused(given: str) -> None:
    with pytest.raises(ValidationError):
        Server(public_url=given)
