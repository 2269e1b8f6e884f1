"""OAuth 1.0a as X checks it: HMAC-SHA1 over method, address as received, query and oauth parameters (RFC 5849)."""

import base64
import hashlib
import hmac
import re
from urllib.parse import quote, unquote

from fakes.call import Call, Refusal, Reply
from fakes.x_wire import legacy

NEEDED = frozenset(
    ("oauth_consumer_key", "oauth_token", "oauth_signature_method", "oauth_timestamp", "oauth_nonce", "oauth_signature")
)
ALLOWED = NEEDED | {"oauth_version", "realm"}


def not_authenticated() -> Refusal:
    return Refusal(Reply(401, legacy(32, "Could not authenticate you.")))


def read_header(header: str) -> dict[str, str]:
    """The parameters of an `OAuth …` header, decoded. Refuses what is missing, unknown or given twice."""
    pairs = [(name, unquote(value)) for name, value in re.findall(r'(\w+)="([^"]*)"', header.partition(" ")[2])]
    oauth = dict(pairs)
    if len(oauth) < len(pairs) or not oauth.keys() >= NEEDED or not oauth.keys() <= ALLOWED:
        raise not_authenticated()
    if oauth["oauth_signature_method"] != "HMAC-SHA1" or not oauth["oauth_timestamp"].isdigit():
        raise not_authenticated()
    return oauth


def check_signature(call: Call, oauth: dict[str, str], consumer_secret: str, token_secret: str) -> None:
    given = oauth["oauth_signature"]
    key = f"{_encoded(consumer_secret)}&{_encoded(token_secret)}"
    digest = hmac.new(key.encode(), base_string(call, oauth).encode(), hashlib.sha1).digest()
    if not hmac.compare_digest(base64.b64encode(digest).decode(), given):
        raise not_authenticated()


def base_string(call: Call, oauth: dict[str, str]) -> str:
    """A form body is signed too; JSON and multipart bodies are not."""
    signed = [(name, value) for name, value in oauth.items() if name not in {"oauth_signature", "realm"}]
    signed += call.query + (call.fields if call.kind == "form" else [])
    pairs = sorted((_encoded(name), _encoded(value)) for name, value in signed)
    normalized = "&".join(f"{name}={value}" for name, value in pairs)
    return "&".join((call.method.upper(), _encoded(call.url), _encoded(normalized)))


def _encoded(text: str) -> str:
    return quote(text, safe="-._~")
