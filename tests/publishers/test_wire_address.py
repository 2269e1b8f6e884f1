"""Addresses of the configuration."""

import pytest
from pydantic import BaseModel, ValidationError

from publishers.wire.address import Address


class Stanza(BaseModel):
    url: Address


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://graph.facebook.com", "https://graph.facebook.com"),
        ("https://graph.facebook.com/", "https://graph.facebook.com"),
        ("https://proxy.example/graph/", "https://proxy.example/graph"),
        ("http://127.0.0.1:8080/graph", "http://127.0.0.1:8080/graph"),
        ("http://127.9.9.9:1", "http://127.9.9.9:1"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_https_anywhere_and_http_to_this_machine(given: str, kept: str) -> None:
    assert Stanza(url=given).url == kept


@pytest.mark.parametrize(
    "given",
    [
        "http://graph.facebook.com",
        "http://127.0.0.1.example.com",
        "http://localhost.example.com",
        "http://192.168.1.10",
        "ftp://127.0.0.1",
        "graph.facebook.com",
        "",
        "https://",
        "https://user:password@example.com",
        "https://example.com?token=1",
        "https://example.com#here",
    ],
)
def test_all_else_is_refused(given: str) -> None:
    with pytest.raises(ValidationError, match="https://"):
        Stanza(url=given)
