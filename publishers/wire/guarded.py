"""Reading an address that somebody wrote: from the public internet only, a little, for a while, giving nothing away.

The name is resolved here, every address it has must be public, and the connection goes to the very ones that were
checked: what the name says a moment later does not count. Each redirect is such an address anew.
"""

import asyncio
import socket
import ssl
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final, NamedTuple

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

IP = IPv4Address | IPv6Address
Resolve = Callable[[str], Awaitable[Sequence[str]]]
"""The addresses of a name, as text. Raises OSError as socket.getaddrinfo does."""

PORTS: Final = {"http": 80, "https": 443}
MOST_REDIRECTS = 3
PIECE = 16_384
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_GLOBAL = IPv6Network("2000::/3")
_CLOSED: Final = (
    IPv4Network("192.0.0.0/24"),
    IPv4Network("192.88.99.0/24"),
    IPv6Network("2002::/16"),
    IPv6Network("3fff::/20"),
)
"""Reserved for protocols, tunnels and books, though some tables call them global."""
_NAT64 = IPv6Network("64:ff9b::/96")
_HEADERS = {"User-Agent": "Mozilla/5.0 (compatible; pregonero)", "Accept-Encoding": "gzip, deflate"}


class NotFetched(Exception):
    """Why an address was not read; the text of it names no address. Its families say what that means."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class Forbidden(NotFetched):
    """It is not asked for at all: `address` (no web address, or with a password or an odd port) · `private`."""


class Unreached(NotFetched):
    """Nothing answered: `unknown_host` · `no_resolver` (names cannot be looked up now) · `silent` · `insecure`."""


class Unusable(NotFetched):
    """Something answered that is of no use: `redirects` · `media_type` · `encoding`."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was read. `url`: where it was found in the end; `body`: empty unless `ok`; `whole`: nothing was cut off."""

    url: str
    status: int
    media_type: str
    charset: str | None
    body: bytes
    whole: bool = True

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300  # noqa: PLR2004 -- what HTTP calls a success


def public(ip: IP) -> bool:
    """Whether anybody on the internet may reach this address, whichever way it is written or wrapped."""
    if isinstance(ip, IPv6Address):
        inner = ip.ipv4_mapped or (IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None)
        if inner is not None:
            return public(inner)
        if ip not in _GLOBAL or ip.teredo is not None or ip.scope_id is not None:
            return False
    closed = ip.is_multicast or ip.is_reserved or ip.is_unspecified or any(ip in network for network in _CLOSED)
    return ip.is_global and not closed


async def resolve(host: str) -> Sequence[str]:
    """As this machine resolves names."""
    found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return [str(each[4][0]) for each in found]


class _Goal(NamedTuple):
    url: URL
    addresses: tuple[IP, ...]


@dataclass(frozen=True, slots=True)
class Guarded:
    """`tls`: how servers prove who they are. `resolve`, `public` and `ports` (empty: any) differ in tests only."""

    tls: ssl.SSLContext
    resolve: Resolve = resolve
    public: Callable[[IP], bool] = public
    ports: frozenset[int] = frozenset(PORTS.values())

    async def fetch(
        self,
        url: str,
        *,
        most: int,
        types: Sequence[str] = (),
        seconds: float = 10.0,
        follow: bool = False,
    ) -> Fetched:
        """One GET: its answer of any status, with at most `most` bytes of its body as they are unpacked.

        `types`: media types that are wanted, all when none is named; `seconds`: for everything together; `follow`:
        redirects, a few. Raises NotFetched.
        """
        try:
            async with asyncio.timeout(seconds):
                return await self._follow(_parsed(url), most, types, MOST_REDIRECTS if follow else 0)
        except aiohttp.ClientSSLError:
            raise Unreached("insecure") from None
        except (aiohttp.ClientError, OSError, TimeoutError, zlib.error):
            raise Unreached("silent") from None

    async def _follow(self, url: URL, most: int, types: Sequence[str], redirects: int) -> Fetched:
        for _ in range(1 + redirects):
            async with self._asked(await self._goal(url)) as response:
                location = response.headers.get("Location")
                if not redirects or location is None or response.status not in _REDIRECTS:
                    return await _read(response, most, types)
            url = _parsed(location, url)
        raise Unusable("redirects")

    async def _goal(self, url: URL) -> _Goal:
        """An address that may be asked for, with where it is. Raises Forbidden, Unreached."""
        if self.ports and url.port not in self.ports:
            raise Forbidden("address")
        if _here(url):
            raise Forbidden("private")
        written = _written(url)
        addresses = (written,) if written is not None else await self._resolved(url.raw_host or "")
        if not all(self.public(ip) for ip in addresses):
            raise Forbidden("private")
        return _Goal(url, addresses)

    async def _resolved(self, host: str) -> tuple[IP, ...]:
        try:
            found = await self.resolve(host)
        except (UnicodeError, ValueError):
            raise Forbidden("address") from None
        except OSError as fault:
            unsure = isinstance(fault, socket.gaierror) and fault.errno == socket.EAI_AGAIN
            raise Unreached("no_resolver" if unsure else "unknown_host") from None
        if not found:
            raise Unreached("unknown_host")
        return tuple(dict.fromkeys(ip_address(each) for each in found))

    @asynccontextmanager
    async def _asked(self, goal: _Goal) -> AsyncIterator[aiohttp.ClientResponse]:
        """On a connection of its own, to one of the addresses that were checked."""
        connector = aiohttp.TCPConnector(
            resolver=_Pinned(goal.addresses), use_dns_cache=False, force_close=True, ssl=self.tls
        )
        session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            headers=_HEADERS,
            auto_decompress=False,
            trust_env=False,
        )
        async with session, session.get(goal.url, allow_redirects=False) as response:
            yield response


class _Pinned(AbstractResolver):
    """Knows one name only, whatever it is asked for."""

    def __init__(self, addresses: Sequence[IP]) -> None:
        self._addresses = addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = [(ip, socket.AF_INET if isinstance(ip, IPv4Address) else socket.AF_INET6) for ip in self._addresses]
        return [
            ResolveResult(
                hostname=host,
                host=str(ip),
                port=port,
                family=of,
                proto=socket.IPPROTO_TCP,
                flags=socket.AI_NUMERICHOST,
            )
            for ip, of in found
            if family in {socket.AF_UNSPEC, of}
        ]

    async def close(self) -> None:
        """Holds nothing."""


def _parsed(text: str, beside: URL | None = None) -> URL:
    """Raises Forbidden for what is no address of the web, or carries a name and a password."""
    try:
        url = URL(text) if beside is None else beside.join(URL(text))
        usable = url.scheme in PORTS and bool(url.raw_host) and url.port not in {None, 0}
    except ValueError:
        raise Forbidden("address") from None
    if not usable or url.raw_user is not None or url.raw_password is not None:
        raise Forbidden("address")
    return url.with_fragment(None)


def _here(url: URL) -> bool:
    """Names that mean this machine, whatever a resolver says: https://www.rfc-editor.org/rfc/rfc6761#section-6.3"""
    return f".{url.raw_host or ''}".rstrip(".").lower().endswith(".localhost")


def _written(url: URL) -> IP | None:
    """The host where it is an address itself. Raises Forbidden for numbers that only some read as one (0x7f.1)."""
    host = (url.raw_host or "").rstrip(".")
    try:
        return ip_address(host)
    except ValueError:
        last = host.rpartition(".")[2]
        if not last or last.isdigit() or last[:2].lower() == "0x":
            raise Forbidden("address") from None
    return None


async def _read(response: aiohttp.ClientResponse, most: int, types: Sequence[str]) -> Fetched:
    media_type = response.content_type.casefold()
    ok = 200 <= response.status < 300  # noqa: PLR2004 -- what HTTP calls a success
    if ok and types and media_type not in types:
        raise Unusable("media_type")
    body, whole = await _body(response, most) if ok else (b"", True)
    return Fetched(str(response.url), response.status, media_type, response.charset, body, whole)


async def _body(response: aiohttp.ClientResponse, most: int) -> tuple[bytes, bool]:
    """Not a byte more than `most` is kept, packed or unpacked; what is left is never read."""
    unpacked = _unpacking(response.headers.get("Content-Encoding", ""))
    body = bytearray()
    async for piece in response.content.iter_chunked(PIECE):
        body += unpacked(piece, most + 1 - len(body))
        if len(body) > most:
            return bytes(body[:most]), False
    return bytes(body), True


def _unpacking(encoding: str) -> Callable[[bytes, int], bytes]:
    """Piece by piece, with the most that may come out. Raises Unusable for what we did not ask for."""
    name = encoding.strip().casefold()
    if name in {"", "identity"}:
        return lambda piece, most: piece[:most]
    if name not in {"gzip", "x-gzip", "deflate"}:
        raise Unusable("encoding")
    return zlib.decompressobj(zlib.MAX_WBITS | 32).decompress
