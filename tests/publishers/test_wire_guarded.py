"""Addresses that people write: read from the public internet only, whatever they try."""

import asyncio
import gzip
import socket
import ssl
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import timedelta
from ipaddress import IPv4Address, ip_address
from pathlib import Path

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from fakes.clock import FakeClock
from publishers.wire.guarded import IP, Fetched, Forbidden, Guarded, NotFetched, Unreached, Unusable, public, resolve

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
OUTSIDE = "127.0.0.1"
"""Stands for the public internet; all else of this machine stays private."""
TLS = ssl.create_default_context()
HTML = "text/html"


class Names:
    """Names and what they resolve to, one answer after the other; the last one stays."""

    def __init__(self, **answers: Sequence[Sequence[str]]) -> None:
        self.answers = {name.replace("_", "."): list(each) for name, each in answers.items()}
        self.asked: list[str] = []

    async def __call__(self, host: str) -> Sequence[str]:
        self.asked.append(host)
        known = self.answers.get(host)
        if known is None:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return known.pop(0) if len(known) > 1 else known[0]


def outside(ip: IP) -> bool:
    return ip == IPv4Address(OUTSIDE) or public(ip)


def guarded(names: Names | None = None, tls: ssl.SSLContext = TLS) -> Guarded:
    return Guarded(tls, names or Names(pan_example=[[OUTSIDE]]), outside, frozenset())


@asynccontextmanager
async def served(handler: Handler, host: str = OUTSIDE, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """The port of a server that asks this handler for everything."""
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.01)
    await runner.setup()
    await web.TCPSite(runner, host, 0, ssl_context=tls).start()
    yield runner.addresses[0][1]
    await runner.cleanup()


@asynccontextmanager
async def saying(said: bytes) -> AsyncIterator[int]:
    """The port of a server that says this to whoever asks, and then nothing."""

    idle = asyncio.Event()

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(said)
            await (writer.drain() if said else reader.read())
            writer.close()
            await writer.wait_closed()
        idle.set()

    server = await asyncio.start_server(speak, OUTSIDE, 0)
    yield server.sockets[0].getsockname()[1]
    await idle.wait()
    server.close()
    await server.wait_closed()


def answering(body: bytes = b"<title>Pan</title>", **headers: str) -> Handler:
    async def answer(_: web.Request) -> web.Response:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(body=body, headers={"Content-Type": "text/html; charset=utf-8", **named})

    return answer


async def code(fetching: Awaitable[Fetched], family: type[NotFetched]) -> str:
    with pytest.raises(family) as caught:
        await fetching
    return caught.value.code


# -- which addresses are public ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["93.184.216.34", "1.1.1.1", "8.8.8.8", "2606:2800:220:1::1", "::ffff:93.184.216.34", "64:ff9b::5db8:d822"],
)
def test_what_is_public(text: str) -> None:
    assert public(ip_address(text))


@pytest.mark.parametrize(
    "text",
    [
        *("0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.9.9.9"),
        *("169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1"),
        *("198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"),
        *("::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a00:1"),
        *("64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "2002:5db8:d822::1", "3fff::1"),
        *("fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%1", "2606:2800:220:1::1%1", "fec0::1", "ff02::1", "4000::1"),
    ],
)  # fmt: skip
def test_what_is_not_public(text: str) -> None:
    assert not public(ip_address(text))


# -- what is not asked for -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url",
    [
        "",
        "pan.example",
        "//pan.example/",
        "ftp://pan.example/",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "gopher://pan.example/",
        "http://",
        "http:///a",
        "http://:80/",
        "http://pan.example:99999/",
        "http://pan.example:0/",
        "http://ana@pan.example/",
        "http://ana:secreto@pan.example/",
        "http://:secreto@pan.example/",
        "http://[::1",
        "http://[pan]/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.0.0.1/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://127.0.0.1.1/",
        "http://1e100.0x1/",
        "http://./",
    ],
)
async def test_what_is_no_address_of_the_web_is_not_asked_for(url: str) -> None:
    names = Names()
    assert await code(guarded(names).fetch(url, most=10), Forbidden) == "address"
    assert names.asked == []


@pytest.mark.parametrize("port", ["22", "8080", "6379", "25", "11211"])
async def test_odd_ports_are_not_asked_for(port: str) -> None:
    names = Names(pan_example=[["93.184.216.34"]])
    for scheme in ("http", "https"):
        assert await code(Guarded(TLS, names).fetch(f"{scheme}://pan.example:{port}/", most=10), Forbidden) == "address"
    assert names.asked == []


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "127.0.0.1.", "0.0.0.0", "10.1.2.3", "169.254.169.254", "100.64.0.1", "192.168.0.1", "[::1]"),
        *("[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[fe80::1]", "[fe80::1%25eth0]", "[fd00::1]"),
        *("[2002:7f00:1::]", "[64:ff9b::7f00:1]"),
    ],
)  # fmt: skip
async def test_private_addresses_are_not_asked_for(host: str) -> None:
    assert await code(Guarded(TLS, Names()).fetch(f"http://{host}/", most=10), Forbidden) == "private"


@pytest.mark.parametrize("found", [["10.0.0.1"], ["93.184.216.34", "127.0.0.2"], ["::1"], ["fe80::1%2"], ["0.0.0.0"]])
async def test_a_name_with_one_private_address_is_not_asked_for(found: list[str]) -> None:
    assert await code(guarded(Names(pan_example=[found])).fetch("http://pan.example/", most=10), Forbidden) == "private"


async def test_this_machine_by_its_name_is_not_asked_for() -> None:
    for host in ("localhost", "LOCALHOST", "localhost.", "pan.localhost"):
        assert await code(Guarded(TLS).fetch(f"http://{host}/", most=10), Forbidden) == "private"
    assert OUTSIDE in await resolve("localhost")


async def test_a_name_is_asked_for_in_the_letters_of_the_net() -> None:
    names = Names()
    assert await code(guarded(names).fetch("http://panadería.example/", most=10), Unreached) == "unknown_host"
    assert await code(guarded(names).fetch("http://ⓟan.example./", most=10), Unreached) == "unknown_host"
    assert names.asked == ["xn--panadera-i2a.example", "pan.example."]


async def test_a_name_that_cannot_be_looked_up_now_is_not_called_unknown() -> None:
    async def away(_: str) -> Sequence[str]:
        raise socket.gaierror(socket.EAI_AGAIN, "later")

    async def nothing(_: str) -> Sequence[str]:
        return ()

    async def strange(_: str) -> Sequence[str]:
        raise UnicodeError

    for answer, family, expected in (
        (away, Unreached, "no_resolver"),
        (nothing, Unreached, "unknown_host"),
        (strange, Forbidden, "address"),
    ):
        assert await code(Guarded(TLS, answer).fetch("http://pan.example/", most=10), family) == expected


# -- what is read --------------------------------------------------------------------------------------------------


async def test_a_page_is_read() -> None:
    seen: list[web.Request] = []

    async def answer(request: web.Request) -> web.Response:
        seen.append(request)
        return web.Response(body="<title>Pañería</title>".encode("latin-1"), content_type=HTML, charset="iso-8859-1")

    async with served(answer) as port:
        page = await guarded().fetch(f"http://pan.example:{port}/hoy?x=%20#z", most=100, types=(HTML,))
    assert page == Fetched(
        f"http://pan.example:{port}/hoy?x=%20", 200, HTML, "iso-8859-1", "<title>Pañería</title>".encode("latin-1")
    )
    assert page.ok
    [request] = seen
    assert (request.method, request.raw_path, request.host) == ("GET", "/hoy?x=%20", f"pan.example:{port}")
    assert not {"Cookie", "Authorization", "Referer"} & set(request.headers)


async def test_a_page_that_is_not_there_is_an_answer_without_a_body() -> None:
    async def answer(_: web.Request) -> web.Response:
        return web.Response(status=404, text="No está", content_type="text/plain")

    async with served(answer) as port:
        page = await guarded().fetch(f"http://pan.example:{port}/", most=100, types=(HTML,))
    assert (page.status, page.body, page.ok) == (404, b"", False)


async def test_other_media_types_are_not_read() -> None:
    async with served(answering(Content_Type="application/pdf")) as port:
        fetching = guarded().fetch(f"http://pan.example:{port}/", most=100, types=(HTML,))
        assert await code(fetching, Unusable) == "media_type"
        assert (await guarded().fetch(f"http://pan.example:{port}/", most=100)).media_type == "application/pdf"


async def test_an_endless_body_is_left_after_the_most() -> None:
    written = 0

    async def pour(request: web.Request) -> web.StreamResponse:
        nonlocal written
        response = web.StreamResponse(headers={"Content-Type": HTML})
        await response.prepare(request)
        while True:
            await response.write(b"x" * 65_536)
            written += 65_536

    async with served(pour) as port:
        page = await guarded().fetch(f"http://pan.example:{port}/", most=100_000)
    assert (len(page.body), page.whole) == (100_000, False)
    assert written < 20_000_000


@pytest.mark.parametrize("size", [99, 100, 101])
async def test_a_body_is_whole_up_to_the_very_most(size: int) -> None:
    async with served(answering(b"x" * size)) as port:
        page = await guarded().fetch(f"http://pan.example:{port}/", most=100)
    assert (len(page.body), page.whole) == (min(size, 100), size <= 100)


@pytest.mark.parametrize(
    ("encoding", "packed"), [("gzip", gzip.compress), ("deflate", zlib.compress), ("X-GZIP", gzip.compress)]
)
async def test_what_is_packed_is_unpacked_up_to_the_most(encoding: str, packed: Callable[[bytes], bytes]) -> None:
    bomb = packed(b"\0" * 50_000_000)
    async with served(answering(bomb, Content_Encoding=encoding)) as port:
        page = await guarded().fetch(f"http://pan.example:{port}/", most=1_000)
    assert (page.body, page.whole) == (b"\0" * 1_000, False)
    async with served(answering(packed(b"Pan"), Content_Encoding=encoding)) as port:
        page = await guarded().fetch(f"http://pan.example:{port}/", most=1_000)
    assert (page.body, page.whole) == (b"Pan", True)


async def test_what_was_packed_otherwise_or_badly_is_refused() -> None:
    async with served(answering(b"Pan", Content_Encoding="br")) as port:
        assert await code(guarded().fetch(f"http://pan.example:{port}/", most=10), Unusable) == "encoding"
    async with served(answering(b"Pan", Content_Encoding="gzip")) as port:
        assert await code(guarded().fetch(f"http://pan.example:{port}/", most=10), Unreached) == "silent"


async def test_who_drips_is_left_at_the_deadline() -> None:
    async def drip(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": HTML})
        await response.prepare(request)
        while True:
            await response.write(b"x")
            await asyncio.sleep(0.01)

    async with served(drip) as port:
        fetching = guarded().fetch(f"http://pan.example:{port}/", most=10_000, seconds=0.1)
        assert await code(fetching, Unreached) == "silent"
    async with saying(b"") as port:
        fetching = guarded().fetch(f"http://pan.example:{port}/", most=10, seconds=0.05)
        assert await code(fetching, Unreached) == "silent"


async def test_a_name_that_takes_for_ever_is_left_at_the_deadline() -> None:
    async def forever(_: str) -> Sequence[str]:
        await asyncio.Event().wait()
        return ()

    assert await code(Guarded(TLS, forever).fetch("http://pan.example/", most=1, seconds=0.01), Unreached) == "silent"


async def test_nobody_there_nonsense_and_endless_headers_are_no_answer() -> None:
    with socket.socket() as placeholder:
        placeholder.bind((OUTSIDE, 0))
        port = placeholder.getsockname()[1]
        assert await code(guarded().fetch(f"http://pan.example:{port}/", most=1), Unreached) == "silent"
    for said in (b"SSH-2.0-OpenSSH\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: " + b"y" * 100_000):
        async with saying(said) as port:
            assert await code(guarded().fetch(f"http://pan.example:{port}/", most=1), Unreached) == "silent"


async def test_a_proxy_of_the_environment_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.9:1")
    async with served(answering()) as port:
        assert (await guarded().fetch(f"http://pan.example:{port}/", most=100)).ok


# -- where it goes: names that change, redirects ---------------------------------------------------------------------


async def test_the_connection_goes_to_what_was_checked_though_the_name_changes() -> None:
    """Public when it is checked, private a moment later: nobody asks a second time."""
    private: list[str] = []

    async def secret(request: web.Request) -> web.Response:
        private.append(request.path)
        return web.Response(text="secreto")

    async with AsyncExitStack() as stack:
        port = await stack.enter_async_context(served(answering(b"Pan")))
        runner = web.AppRunner(_app(secret), access_log=None, shutdown_timeout=0.01)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.2", port).start()
        names = Names(pan_example=[[OUTSIDE], ["127.0.0.2"]])
        page = await guarded(names).fetch(f"http://pan.example:{port}/", most=100)
        assert (page.body, names.asked, private) == (b"Pan", ["pan.example"], [])
        fetching = guarded(names).fetch(f"http://pan.example:{port}/", most=100)
        assert (await code(fetching, Forbidden), private) == ("private", [])


def _app(handler: Handler) -> web.Application:
    app = web.Application()
    app.router.add_get("/", handler)
    return app


def redirecting(*targets: str) -> Handler:
    """/ → the first, /1 → the second, …; behind the last there is a page."""

    async def answer(request: web.Request) -> web.Response:
        at = int(request.path[1:] or 0)
        if at < len(targets):
            status = (301, 302, 303, 307, 308)[at % 5]
            return web.Response(status=status, headers={"Location": targets[at], "Set-Cookie": "a=1"})
        assert not request.cookies
        return web.Response(text=f"Pan {at}", content_type=HTML)

    return answer


async def test_redirects_are_followed_when_wanted_and_three_at_most() -> None:
    async with served(redirecting("/1", "2", "//pan.example:{port}/3")) as port:
        page = await guarded().fetch(f"http://pan.example:{port}/1", most=100)
        assert (page.status, page.body) == (302, b"")
    async with served(redirecting("/1", "2", "3#aquí")) as port:
        page = await guarded().fetch(f"http://pan.example:{port}/", most=100, follow=True)
        assert (page.url, page.body) == (f"http://pan.example:{port}/3", b"Pan 3")
    async with served(redirecting("/1", "/2", "/3", "/4")) as port:
        assert await code(guarded().fetch(f"http://pan.example:{port}/", most=1, follow=True), Unusable) == "redirects"
    async with served(redirecting("/0")) as port:
        assert await code(guarded().fetch(f"http://pan.example:{port}/", most=1, follow=True), Unusable) == "redirects"


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("http://127.0.0.2/", "private"),
        ("http://169.254.169.254/latest/meta-data/", "private"),
        ("http://[::ffff:127.0.0.2]/", "private"),
        ("http://dentro.example/", "private"),
        ("//dentro.example/", "private"),
        ("http://0x7f000002/", "address"),
        ("http://ana:secreto@pan.example/", "address"),
        ("file:///etc/passwd", "address"),
        ("gopher://pan.example/", "address"),
        ("http://[::1", "address"),
    ],
)
async def test_a_redirect_is_checked_as_any_address(target: str, expected: str) -> None:
    names = Names(pan_example=[[OUTSIDE]], dentro_example=[["10.0.0.1"]])
    async with served(redirecting(target)) as port:
        fetching = guarded(names).fetch(f"http://pan.example:{port}/", most=10, follow=True)
        assert await code(fetching, Forbidden) == expected


async def test_a_redirect_to_an_odd_port_is_refused() -> None:
    async with served(redirecting("http://pan.example:22/")) as port:
        guard = Guarded(TLS, Names(pan_example=[[OUTSIDE]]), outside, frozenset({port}))
        assert await code(guard.fetch(f"http://pan.example:{port}/", most=10, follow=True), Forbidden) == "address"


# -- who it is -------------------------------------------------------------------------------------------------------


def certified(folder: Path, name: str) -> tuple[ssl.SSLContext, Path]:
    """A server's TLS with a certificate it made itself, and that certificate."""
    key, at = ec.generate_private_key(ec.SECP256R1()), FakeClock().now()
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(at - timedelta(days=3650))
        .not_valid_after(at + timedelta(days=3650))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "server.pem").write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "server.pem")
    return context, folder / "server.pem"


async def test_a_server_must_prove_who_it_is(tmp_path: Path) -> None:
    context, certificate = certified(tmp_path, "pan.example")
    trusting = ssl.create_default_context(cafile=str(certificate))
    names = Names(pan_example=[[OUTSIDE]], otro_example=[[OUTSIDE]])
    async with served(answering(), tls=context) as port:
        assert (await guarded(names, trusting).fetch(f"https://pan.example:{port}/", most=100)).ok
        for tls, host in ((TLS, "pan.example"), (trusting, "otro.example")):
            fetching = guarded(names, tls).fetch(f"https://{host}:{port}/", most=100)
            assert await code(fetching, Unreached) == "insecure"


async def test_what_failed_names_no_address() -> None:
    with pytest.raises(NotFetched) as caught:
        await guarded().fetch("http://ana:secreto@pan.example/?token=abc", most=1)
    assert (str(caught.value), caught.value.__cause__) == ("address", None)
