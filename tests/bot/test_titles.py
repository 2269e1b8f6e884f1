"""The title of a page, whatever the page is made of."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.titles import LONGEST, title_of

OG = '<meta property="og:title" content="Pan de masa madre">'
OTHER = '<meta name="plaza:title" content="Para la plaza">'
TITLE = "<title>Panadería | Inicio</title>"


@pytest.mark.parametrize(
    ("page", "title"),
    [
        (TITLE, "Panadería | Inicio"),
        (TITLE + OTHER, "Para la plaza"),
        (TITLE + OTHER + OG, "Pan de masa madre"),
        (OG + TITLE, "Pan de masa madre"),
        ('<meta property="og:title" content="">' + TITLE, "Panadería | Inicio"),
        ("<META CONTENT='Pan y vino' PROPERTY='OG:Title'/>", "Pan y vino"),
        ("<meta property=og:title content=Pan>", "Pan"),
        ('<meta data-content="no" property="og:title" content="1 > 0 &amp; &quot;pan&quot;">', '1 > 0 & "pan"'),
        ("<title\nid=x>\n Pan\n\tde&nbsp;ayer </title>", "Pan de ayer"),
        ("<title>Pan</TITLE ><title>Vino</title>", "Pan"),
        ("<!-- <title>Viejo</title> --><title>Nuevo</title>", "Nuevo"),
        ("<script>'<title>no</title>'</script><title>Sí</title>", "Sí"),
        ("<svg><title>Dibujo</title></svg><title>Pan</title>", "Pan"),
        ("<head></head><title>Pan</title>", ""),
        ("<body><title>Pan</title>", ""),
        ("<title>Pan", ""),
        ("<meta property='og:title' content='Pan", ""),
        ("<titles>Pan</titles><metadata content='x'>", ""),
        ("<title></title>", ""),
        ("", ""),
    ],
)
def test_the_title(page: str, title: str) -> None:
    assert title_of(page.encode()) == title


@pytest.mark.parametrize(
    ("page", "charset", "title"),
    [
        ("<title>Pañería</title>".encode("latin-1"), "iso-8859-1", "Pañería"),
        ('<meta charset="windows-1252"><title>Pañería €</title>'.encode("cp1252"), None, "Pañería €"),
        ("<title>Pañería</title>".encode(), "no-such", "Pañería"),
        ("<title>Pañería</title>".encode(), "unicode_escape", "Pañería"),
        (b"<title>Pan</title>", "iso-8859-99", "Pan"),
        (b"<title>Pa\xff</title>", "utf-8", "Pa\ufffd"),
    ],
)
def test_the_charset_is_that_of_the_server_or_of_the_page(page: bytes, charset: str | None, title: str) -> None:
    assert title_of(page, charset) == title


def test_a_title_has_an_end() -> None:
    assert title_of(b"<title>" + b"Pan " * 100_000 + b"</title>") == ("Pan " * 100)[:LONGEST]
    assert len(title_of(b"<title>" + b"x" * 100_000 + b"</title>")) == LONGEST


HOSTILE = [
    "<",
    "<a ",
    "<!--",
    "<![",
    "<?",
    "</",
    "<a a=",
    "<a '",
    '<meta content="',
    "<meta a='",
    "<meta ",
    "<meta a=b ",
]
HOSTILE += [
    "<title>",
    "<title",
    "<script>",
    "<script></",
    "<svg",
    "&",
    "&#",
    "<meta a=a>",
    "<!-->",
    "-->",
    "=",
    "<meta =",
]


@pytest.mark.parametrize("unit", HOSTILE)
def test_no_page_keeps_its_reader_busy(unit: str) -> None:
    page = (unit * (512 * 1024 // len(unit))).encode()
    begun = process_time()
    title_of(page)
    assert process_time() - begun < 1


@given(st.text(st.sampled_from("<>!-/\"'= metaitlscrop:n&;#x"), max_size=200))
def test_anything_can_be_read(page: str) -> None:
    assert "\n" not in title_of(page.encode())
