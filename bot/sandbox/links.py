"""Which URLs Telegram accepts behind a button or a word."""

import ipaddress
import re
from urllib.parse import urlsplit

_SCHEME = re.compile(r"^([a-z][a-z0-9+.-]*)://", re.IGNORECASE)


def link_fault(url: str) -> str | None:
    """Telegram's reason to refuse this URL; None when it is accepted."""
    scheme = _SCHEME.match(url)
    if scheme and scheme[1].lower() in {"tg", "ton", "tonsite"}:
        return None
    if scheme and scheme[1].lower() not in {"http", "https"}:
        return "Unsupported URL protocol"
    if re.search(r"\s", url):
        return "Wrong HTTP URL"
    try:
        parts = urlsplit(url if scheme else f"http://{url}")
        _ = parts.port  # raises for what is not a port
    except ValueError:
        return "Wrong port number specified in the URL"
    if not parts.hostname:
        return "URL host is empty"
    return None if reachable(parts.hostname) else "Wrong HTTP URL"


def reachable(host: str) -> bool:
    """Whether the host could be somewhere else than on the machine that asks."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "." in host and not host.endswith(".localhost")
    return not (address.is_loopback or address.is_unspecified)
