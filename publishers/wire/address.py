"""Addresses in the configuration: https, or plain http to this machine only."""

import ipaddress
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator


def checked(url: str) -> str:
    """The address without a slash at its end. Raises ValueError when it is not https (or http to loopback)."""
    parts = urlsplit(url)
    if parts.hostname is None or parts.query or parts.fragment or parts.username or parts.password:
        raise ValueError("must be an address such as https://example.com, without query or credentials")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname)):
        raise ValueError("must begin with https:// (http:// only for localhost, 127.0.0.1 or ::1)")
    return url.rstrip("/")


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


Address = Annotated[str, AfterValidator(checked)]
"""A setting: scheme, host and an optional prefix, no slash at the end."""
