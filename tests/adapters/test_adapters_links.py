from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.links import find, first, taken


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("Más en https://panaderia.es/hoy?x=1&y=2#z.", ["https://panaderia.es/hoy?x=1&y=2#z"]),
        ("HTTPS://Panaderia.ES/Hoy", ["HTTPS://Panaderia.ES/Hoy"]),
        ("(https://es.wikipedia.org/wiki/Pan_(alimento))", ["https://es.wikipedia.org/wiki/Pan_(alimento)"]),
        ("(mira pan.es/hoy).", ["pan.es/hoy"]),
        ("pan.es/a(b", ["pan.es/a"]),
        ("pan.es/a((", ["pan.es/a"]),
        ("pan.es, pan.com; pan.cat: ¡pan.org! ¿pan.net?", ["pan.es", "pan.com", "pan.cat", "pan.org", "pan.net"]),
        ("«pan.es»", ["pan.es"]),
        ("pan.es:8080/carta", ["pan.es:8080/carta"]),
        ("pan.es?mesa=2 pan.es:80", ["pan.es", "pan.es"]),
        ("https://pan.es?mesa=2. https://pan.es:80", ["https://pan.es?mesa=2", "https://pan.es:80"]),
        ("https://pan.es? https://pan.es/?", ["https://pan.es", "https://pan.es/"]),
        ("pan.es/a_(b_(c)) pan.es/a_(b_(c_(d)))", ["pan.es/a_(b_(c))", "pan.es/a_"]),
        ("pan.es/ñandú?q=ñ", ["pan.es/ñandú?q="]),
        ("pan.es#horno", ["pan.es"]),
        ("tienda.pan.co.uk", ["tienda.pan.co.uk"]),
        ("pan.es.Pero no", ["pan.es"]),
        ("panadería-sol.es", ["panadería-sol.es"]),
        ("web.archive.org/web/https://pan.es/a", ["web.archive.org/web/https://pan.es/a"]),
        ("https://localhost no", []),
        ("https://a.interno_/x", ["https://a.interno"]),
        ("ana@pan.es ana.es@pan.com", []),
        ("@pan.es #pan.es $pan.es", []),
        ("-pan.es _pan.es /pan.es", []),
        ("Sr.Pérez etc.Pero p.ej. 3.500 10.30h S.A. a.m. n.º", []),
        ("pan..es pan.es.", ["pan.es"]),
        ("xhttps://", []),
        ("pan.esá pan.esx", []),
    ],
)
def test_what_is_a_link(text: str, links: list[str]) -> None:
    assert [link.text for link in find(text)] == links


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("Mira.https://pan.es", ["https://pan.es"]),
        ("https://panadería.es y https://хлеб.рф/a", ["https://panadería.es", "https://хлеб.рф/a"]),
        ("«https://パン屋.com»", ["https://パン屋.com"]),
        ("pan.みんな", ["pan.みんな"]),
        ("xn--pn-0ia.es", ["xn--pn-0ia.es"]),
        ("pan.barcelona pan.zara pan.roma", ["pan.barcelona", "pan.zara", "pan.roma"]),
        ("fin.Señor mal.señal", []),
        ("@panadería.es", []),
        ("a" * 64 + ".es", []),
        ("https://t.co/Ab1's https://t.co/Ab1?a=b.", ["https://t.co/Ab1", "https://t.co/Ab1?a=b"]),
        ("https://intranet.oficina/carta, ya", ["https://intranet.oficina/carta"]),
        ("https://192.168.0.1/carta", ["https://192.168.0.1/carta"]),
        ("https://-pan.es", []),
    ],
)
def test_links_of_all_alphabets_and_endings(text: str, links: list[str]) -> None:
    assert [link.text for link in find(text)] == links


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("pan.es", ["pan.es"]),
        ("fin.Señor", ["fin.Se"]),
        ("@panadería.es", ["a.es"]),
        ("https://sin.dominioconocido", ["https://sin.dominioconocido"]),
        ("https://192.168.0.1 https://pan_.es https://a.b", []),
        ("https://" + "a" * 64 + ".es", []),
        ("https://t.co/" + "a" * 41, []),
    ],
)
def test_what_may_be_taken_for_a_link(text: str, links: list[str]) -> None:
    assert [link.text for link in taken(text)] == links


@pytest.mark.parametrize(
    ("text", "known"),
    [("pan.es", True), ("pan.roma", False), ("https://pan.dominioconocido", False), ("https://pan_.es", False)],
)
def test_which_endings_are_surely_known(text: str, known: bool) -> None:
    (link,) = find(text)
    assert link.known is known


def test_a_link_knows_its_place() -> None:
    (link,) = find("Ven a pan.es/hoy, ya")
    assert (link.start, link.end, link.host, link.known, link.url) == (6, 16, "pan.es", True, "https://pan.es/hoy")


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("nada", None),
        ("Llegó el fin.De veras", None),
        ("fin.De y luego pan.es", "https://pan.es"),
        ("https://Pan.ES", "https://Pan.ES"),
        ("primero pan.es, luego pan.com", "https://pan.es"),
        ("web.archive.org/web/https://pan.es", "https://web.archive.org/web/https://pan.es"),
    ],
)
def test_the_first_link_that_was_meant(text: str, url: str | None) -> None:
    assert first(text) == url


@given(st.text(st.sampled_from("aé.es/com:()?#@-_日 ,")))
def test_links_are_in_order_and_hold_no_blank(text: str) -> None:
    edge = 0
    for link in find(text):
        assert edge <= link.start < link.end
        assert link.text == text[link.start : link.end]
        assert not any(sign.isspace() for sign in link.text)
        edge = link.end


@pytest.mark.parametrize("text", ["a." * 50_000, "x.com/(" * 14_000, "http://" * 14_000, "a.es/" + ")" * 100_000])
def test_long_texts_take_no_time(text: str) -> None:
    begun = process_time()
    find(text)
    assert process_time() - begun < 1
