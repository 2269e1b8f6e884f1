"""Addresses as one network gets them: with the marks of a campaign, or with words where nobody could tap them."""

import re
from time import process_time
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters import links
from adapters.adapt import adapt
from adapters.adapted import Note
from adapters.addresses import counted, settle
from adapters.content import Content, Image
from adapters.dead_links import alone, reword, there
from adapters.develop import Prints
from adapters.manners import Manners, Utm
from adapters.profile import Hashtags, Links, Pictures, Profile
from adapters.text import normalise, weighted

WORDS = "enlace en la bio"
LED = "el enlace de la bio"
DEAD = Manners(dead_link=WORDS)
USUAL = Manners(dead_link=WORDS, dead_link_in=LED)
UTM = Utm("plaza", "social", "otoño 2026")
MARKS = "utm_source=plaza&utm_medium=social&utm_campaign=oto%C3%B1o%202026"
COUNTED = Manners(utm=UTM)
PICTURES = Pictures(("image/jpeg",), 4, 10**6, 0.1, 10, 2000, card=(540, 540))
PAGE = Profile(5000, len, Hashtags(10), Links.PREVIEW, PICTURES)

# -- words where nobody could tap --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "settled"),
    [
        ("Reserva en https://x.es", "Reserva (enlace en la bio)"),
        ("Reserva en https://x.es.", "Reserva (enlace en la bio)."),
        ("Entra en https://x.es hoy mismo", "Entra (enlace en la bio) hoy mismo"),
        ("Nuestra tienda https://x.es #pan", "Nuestra tienda (enlace en la bio) #pan"),
        ("¿Has visto pan.es/hoy?", "¿Has visto (enlace en la bio)?"),
        ("Nos vemos. https://x.es", "Nos vemos. (enlace en la bio)"),
        ("Find us at https://x.es!", "Find us (enlace en la bio)!"),
        ("Reserva aquí: https://x.es", "Reserva aquí: enlace en la bio"),
        ("Reserva aquí:https://x.es", "Reserva aquí: enlace en la bio"),
        ("Reserva aquí 👉 https://x.es", "Reserva aquí 👉 enlace en la bio"),
        ("Reserva aquí ➡️https://x.es ¡ya!", "Reserva aquí ➡️ enlace en la bio ¡ya!"),
        ("https://x.es", "enlace en la bio"),
        ("👉 https://x.es", "👉 enlace en la bio"),
        ("¡Ya está!\n\nhttps://x.es\n\n#pan", "¡Ya está!\n\nenlace en la bio\n\n#pan"),
        ("https://x.es es nuestra web", "enlace en la bio es nuestra web"),
        ("(https://x.es)", "(enlace en la bio)"),
        ("Nuestra web (https://x.es) va", "Nuestra web (enlace en la bio) va"),
        ("La «https://x.es» nueva", "La «enlace en la bio» nueva"),
        ("La carta (más en https://x.es) va", "La carta (más: enlace en la bio) va"),
    ],
)
def test_a_dead_link_reads_well_wherever_it_stands(text: str, settled: str) -> None:
    assert settle(text, Links.DEAD, DEAD).text == settled


@pytest.mark.parametrize(
    ("text", "settled"),
    [
        ("Ven a pan.es/hoy o a pan.com", "Ven (enlace en la bio)"),
        ("Mira pan.es, pan.com y pan.cat", "Mira (enlace en la bio)"),
        ("Mira pan.es, pan.com y ven", "Mira (enlace en la bio) y ven"),
        ("La carta en a.es, las reservas en b.es", "La carta (enlace en la bio), las reservas"),
        ("La carta (a.es) y el pan (b.es) de hoy", "La carta (enlace en la bio) y el pan de hoy"),
        ("La carta en a.es/c\nhttps://a.es/r\nAdiós", "La carta (enlace en la bio)\nAdiós"),
        ("- https://a.es\n- https://b.es", "- enlace en la bio"),
        ("Vigo, 22.00 a.es\nLugo, 21.00\nOia, 20.00 b.es", f"Vigo, 22.00 ({WORDS})\nLugo, 21.00\nOia, 20.00 ({WORDS})"),
        ("- Carta a.es\n- Mesa b.es y c.es", f"- Carta ({WORDS})\n- Mesa ({WORDS})"),
        ("Uno en a.es.\n\nDos en b.es.", "Uno (enlace en la bio).\n\nDos (enlace en la bio)."),
        ("Carta: a.es\nReservas: b.es", "Carta: enlace en la bio\nReservas: enlace en la bio"),
        ("1. Carta - a.es\n2. Mesa → b.es", "1. Carta - enlace en la bio\n2. Mesa → enlace en la bio"),
    ],
)
def test_it_is_said_once_in_a_line_and_once_per_label(text: str, settled: str) -> None:
    assert settle(text, Links.DEAD, DEAD).text == settled


@pytest.mark.parametrize(
    ("text", "settled"),
    [
        ("Vota en https://x.es o en papel", "Vota en el enlace de la bio o en papel"),
        ("Las cuentas, en www.x.es/c.pdf", "Las cuentas, en el enlace de la bio"),
        ("Ven a https://x.es.", "Ven al enlace de la bio."),
        ("A https://x.es, ya", "Al enlace de la bio, ya"),
        ("Entra al x.es", "Entra al enlace de la bio"),
        ("La carta de x.es", "La carta del enlace de la bio"),
        ("En https://x.es", "En el enlace de la bio"),
        ("Reserva vía x.es", "Reserva vía el enlace de la bio"),
        ("Mira antes x.es, porque cambia", "Mira antes el enlace de la bio, porque cambia"),
        ("La carta (más en https://x.es) va", "La carta (más en el enlace de la bio) va"),
        ("La carta (en https://x.es)", "La carta (en el enlace de la bio)"),
        ("Está en a.es y lo otro, en b.es. Ven", "Está en el enlace de la bio y lo otro, en el enlace de la bio. Ven"),
        ("Ven a a.es o a b.es", "Ven al enlace de la bio"),
        ("La web https://x.es", "La web (enlace en la bio)"),
        ("Web: https://x.es", "Web: enlace en la bio"),
        ("Entra en 👉 https://x.es", "Entra en 👉 enlace en la bio"),
        ("Entra en\nhttps://x.es", "Entra en\nenlace en la bio"),
        ("Find us at https://x.es!", "Find us (enlace en la bio)!"),
        ("Carta en a.es. La web a.es", "Carta en el enlace de la bio. La web"),
        ("Ven a a.es.\nhttps://b.es", "Ven al enlace de la bio."),
        ("En a.es. Link en bio", "Link en bio"),
    ],
)  # fmt: skip
def test_a_small_word_leads_to_the_words(text: str, settled: str) -> None:
    assert settle(text, Links.DEAD, USUAL).text == settled


@pytest.mark.parametrize(
    ("text", "settled"),
    [
        ("Find us at https://x.es!", "Find us at the link in bio!"),
        ("Vota en https://x.es", "Vota (link in bio)"),
        ("See https://x.es", "See the link in bio"),
    ],
)
def test_each_tongue_has_its_own_small_words(text: str, settled: str) -> None:
    manners = Manners(dead_link="link in bio", dead_link_in="the link in bio")
    assert settle(text, Links.DEAD, manners).text == settled


def test_the_note_says_what_the_text_does() -> None:
    assert settle("Ven a x.es", Links.DEAD, USUAL).notes == (Note("link_replaced", {"words": "enlace de la bio"}),)
    assert settle("En x.es y: x.es", Links.DEAD, USUAL).notes == (Note("link_replaced", {"words": WORDS}),)


@pytest.mark.parametrize(
    ("text", "settled"),
    [
        ("Pan en a.es y las normas de la sala, en b.es. Ven", "Pan (enlace en la bio) y las normas de la sala. Ven"),
        ("Las cuentas, en https://x.es", "Las cuentas (enlace en la bio)"),
        ("Pan en a.es, vino, b.es, queso", "Pan (enlace en la bio), vino, queso"),
        ("Pan en a.es. ¡Ven! b.es.", "Pan (enlace en la bio). ¡Ven!"),
        ("Pan en a.es. Etc. b.es.", "Pan (enlace en la bio). Etc."),
        ("Pan en a.es (b.es, vino)", "Pan (enlace en la bio) (vino)"),
        ("Pan en a.es (vino, b.es)", "Pan (enlace en la bio) (vino)"),
        ("Pan en a.es: vino, o en b.es. Ven", "Pan (enlace en la bio): vino. Ven"),
        ("Pan en a.es: vino, b.es\nVen", "Pan (enlace en la bio): vino\nVen"),
        ("Web: a.es. Link en bio", "Web. Link en bio"),
        ("Web – a.es. Link en bio", "Web. Link en bio"),
    ],
)
def test_no_sign_is_left_over(text: str, settled: str) -> None:
    assert settle(text, Links.DEAD, DEAD).text == settled


@pytest.mark.parametrize(
    ("text", "only"),
    [
        ("https://x.es/carta", True),
        ("👉 x.es", True),
        ("https://x.es\n\n#pan #vino", True),
        ("x.es y y.com", False),
        ("Pan x.es", False),
        ("#pan", False),
        ("https://x.es/a_(b_(c_(d)))", True),
    ],
)
def test_a_post_that_is_only_an_address_is_told(text: str, only: bool) -> None:
    assert alone(text) == only
    for manners in (DEAD, USUAL, Manners()):
        assert (Note("only_link_dead") in settle(text, Links.DEAD, manners).notes) == only
    assert settle(text, Links.INLINE, DEAD).notes == ()


@pytest.mark.parametrize(
    ("text", "settled"),
    [
        ("Reservas en https://x.es. Link en bio", "Reservas. Link en bio"),
        ("Reservas: https://x.es (link en bio)", "Reservas: (link en bio)"),
        ("https://x.es\n\nEnlace en nuestra bio", "Enlace en nuestra bio"),
        ("Menú (https://x.es), enlace en el perfil", "Menú, enlace en el perfil"),
        ("Menu at https://x.es, link in the bio", "Menu, link in the bio"),
        ("Menú 👇\nhttps://x.es\nLINK EN LA BIOGRAFÍA", "Menú 👇\nLINK EN LA BIOGRAFÍA"),
    ],
)
def test_who_says_where_the_link_is_needs_no_other_words(text: str, settled: str) -> None:
    told = settle(text, Links.DEAD, DEAD)
    assert (told.text, told.notes) == (settled, (Note("link_left_out"),))


@pytest.mark.parametrize(
    "text", ["El fin.De veras", "Escribe a ana@pan.es", "En Booking.com nos quieren", "A las 10.30h en S.A.", "@pan.es"]
)
def test_what_was_not_meant_as_a_link_stays(text: str) -> None:
    told = settle(text, Links.DEAD, DEAD)
    assert (told.text, told.notes) == (text, ())


@pytest.mark.parametrize(
    "text",
    [
        "Ven a https://pan.es:80",
        "Ven a https://pan.es:8080/carta",
        "Ven a pan.es?mesa=2",
        "Ven a pan.es#horno",
        "Ven a pan.es/ñandú?q=ñandú",
        "Ven a https://pan.es/a_(b_(c_(d)))",
    ],
)
def test_nothing_of_an_address_is_left_behind(text: str) -> None:
    assert settle(f"{text}, ya", Links.DEAD, DEAD).text == "Ven (enlace en la bio), ya"


def test_the_words_are_those_that_were_chosen_and_none_keep_the_address() -> None:
    told = settle("Ven a pan.es", Links.DEAD, Manners(dead_link="toca el perfil"))
    assert (told.text, told.notes) == ("Ven (toca el perfil)", (Note("link_replaced", {"words": "toca el perfil"}),))
    assert settle("Ven a pan.es", Links.DEAD, Manners(dead_link="(link en bio)")).text == "Ven (link en bio)"
    told = settle("Ven a pan.es", Links.DEAD, Manners(dead_link="", utm=UTM))
    assert (told.text, told.notes) == ("Ven a pan.es", (Note("link_dead"),))


PIECES = "Pan|Hoy|Vino|https://pan.es/a|pan.com|(pan.cat)|en|y|,|.|:|(|)|👉|-|\n|\n\n"
TOKENS = st.sampled_from(PIECES.split("|"))


@given(st.lists(TOKENS, max_size=14), st.sampled_from([WORDS, "mira a.es"]))
def test_no_other_word_is_lost_or_turned_round(tokens: list[str], words: str) -> None:
    text = normalise(" ".join(tokens))
    settled = reword(text, words)
    kept = re.compile(r"Pan|Hoy|Vino")
    assert kept.findall(settled) == kept.findall(text)
    assert there(settled) == (there(text) and words != WORDS)
    assert (words in settled) == there(text)
    assert settled == normalise(settled)
    assert "  " not in settled


SAID = st.sampled_from(
    [
        "Pan,", "Hoy", "Vino.", "¿Ven?", "¡Sí!", "mesa:", "higo;", "en", "o", "y", "ya)",
        "a.es", "a.es.", "a.es,", "a.es:", "a.es?", "(a.es).", "(a.es,",
    ]
)  # fmt: skip
ROUGH = re.compile(r"[,;:] ?[.,;:!?…)]|[.!?] ?[.,;:]|\( |[(][.,;:]|[ ][.,;:!?)]|\(\)")


@given(st.lists(SAID, max_size=14), st.sampled_from(["", LED]), st.sampled_from(["", "link en bio"]))
def test_signs_never_double(tokens: list[str], led: str, own: str) -> None:
    text = normalise(" ".join([*tokens, own]))
    settled = reword(text, WORDS, led)
    assert len(ROUGH.findall(settled)) <= len(ROUGH.findall(text)), settled


@given(st.text(st.sampled_from("aé.es/com:()?#@-_日 ,\n👉"), max_size=60))
def test_any_text_can_be_reworded_and_stays_as_it_is_without_a_link(text: str) -> None:
    text = normalise(text)
    settled = settle(text, Links.DEAD, DEAD)
    if not there(text):
        assert settled.text == text
    else:
        assert WORDS in settled.text


@pytest.mark.parametrize(
    "text", ["a.es " * 2_000, "a.es," * 2_000, "(a.es) y " * 2_000, "x.com/(" * 2_000, "a.es\n" * 2_000]
)
def test_many_links_take_no_time(text: str) -> None:
    begun = process_time()
    settle(normalise(text), Links.DEAD, DEAD)
    settle(normalise(text), Links.PREVIEW, COUNTED)
    assert process_time() - begun < 1


def test_a_drawn_picture_shows_no_dead_address() -> None:
    gallery = Profile(2200, len, Hashtags(30), Links.DEAD, Pictures(
        ("image/jpeg",), 10, 10**6, 0.8, 1.91, 1440, required=True, card=(540, 540)
    ))  # fmt: skip
    adapted = adapt(Content("Hoy hay roscón. Reserva en https://pan.es"), gallery, manners=DEAD)
    assert adapted.parts[0].text == "Hoy hay roscón. Reserva (enlace en la bio)"
    assert adapted.parts[0].media[0].alt == adapted.parts[0].text
    assert adapted.notes == (Note("link_replaced", {"words": WORDS}), Note("drawn"))
    assert adapted.link is None


def gallery(limit: int) -> Profile:
    required = Pictures(("image/jpeg",), 10, 10**6, 0.8, 1.91, 1440, required=True, card=(540, 540))
    return Profile(limit, len, Hashtags(30), Links.DEAD, required)


def codes(content: Content, limit: int, prints: Prints | None = None) -> list[tuple[str, str | int]]:
    notes = adapt(content, gallery(limit), prints=prints, manners=USUAL).notes
    return [(note.code, note.params.get("words", "")) for note in notes]


def test_a_note_on_words_is_made_where_they_are_said() -> None:
    long = Content("Hoy hay roscón de nata y de crema en la tienda. Reserva en https://pan.es antes de las dos")
    assert (
        adapt(long, gallery(60), manners=USUAL).parts[0].text == "Hoy hay roscón de nata y de crema… (enlace en la bio)"
    )
    assert codes(long, 200) == [("link_replaced", LED), ("drawn", "")]
    assert codes(long, 60) == [("link_replaced", WORDS), ("shortened", ""), ("drawn", "")]
    assert codes(long, 30) == [("link_left_out", ""), ("shortened", ""), ("drawn", "")]


def test_an_address_alone_is_told_unless_pictures_speak() -> None:
    only = Content("https://pan.es")
    assert codes(only, 200) == [("link_replaced", WORDS), ("only_link_dead", ""), ("drawn", "")]
    pictured = Content("https://pan.es", (Image("0" * 64, "image/jpeg", 10, 10, 10),))
    assert codes(pictured, 200, Prints()) == [("link_replaced", WORDS), ("pictures_capped", "")]


def test_a_story_of_a_text_says_what_became_of_its_link_and_one_of_a_picture_does_not() -> None:
    story = Profile(0, len, Hashtags(30), Links.DEAD, Pictures(
        ("image/jpeg",), 1, 10**6, 0.56, 0.5635, 1080, required=True, card=(540, 960)
    ))  # fmt: skip
    story = Profile(2200, len, Hashtags(30), Links.DEAD, PICTURES, others={"story": story})
    drawn = adapt(Content("Reserva: pan.es"), story, "story", manners=DEAD)
    assert [note.code for note in drawn.notes] == ["link_replaced", "drawn"]
    pictured = Content("Reserva: pan.es", (Image("0" * 64, "image/jpeg", 10, 10, 10),))
    assert [note.code for note in adapt(pictured, story, "story", Prints(), DEAD).notes] == [
        "text_dropped",
        "pictures_capped",
    ]


# -- counted visits ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "settled"),
    [
        ("Ven: https://pan.es/hoy", f"Ven: https://pan.es/hoy?{MARKS}"),
        ("Ven: https://pan.es", f"Ven: https://pan.es/?{MARKS}"),
        ("Ven: http://pan.es/?b=2&a=%20x#z.", f"Ven: http://pan.es/?b=2&a=%20x&{MARKS}#z."),
        ("Ven: https://pan.es/#/carta ya", f"Ven: https://pan.es/?{MARKS}#/carta ya"),
        ("Ven: https://pan.es:8080", f"Ven: https://pan.es:8080/?{MARKS}"),
        ("Ven: https://pan.es#horno", f"Ven: https://pan.es/?{MARKS}#horno"),
        ("pan.es/hoy, ¡ya!", f"pan.es/hoy?{MARKS}, ¡ya!"),
        ("(pan.es/hoy).", f"(pan.es/hoy?{MARKS})."),
        ("texto (https://pan.es/a_(b))", f"texto (https://pan.es/a_(b)?{MARKS})"),
        ("[pan](https://pan.es/a)[vino](https://vin.es/)", f"[pan](https://pan.es/a?{MARKS})[vino](https://vin.es/?{MARKS})"),
        ("[https://pan.es/a](https://pan.es/a)", f"[https://pan.es/a](https://pan.es/a?{MARKS})"),
        ("<https://pan.es/a> **https://pan.es/b**", f"<https://pan.es/a?{MARKS}> **https://pan.es/b?{MARKS}**"),
    ],
)  # fmt: skip
def test_links_are_counted(text: str, settled: str) -> None:
    told = settle(text, Links.PREVIEW, COUNTED)
    assert (told.text, told.notes) == (settled, (Note("link_counted"),))


@pytest.mark.parametrize(
    "text",
    [
        "Ven a pan.es y a ana@pan.es",
        "https://pan.es/?utm_source=boletin",
        "https://pan.es/?a=1&UTM_Campaign=x#y",
        "https://pan.es:80@",
        "https://pan.es/ñandú?q=ñandú",
        "https://pan.es/a(b",
        "mailto:ana@pan.es ftp://pan.es",
        "fin.De/otra",
    ],
)
def test_what_is_not_counted_stays_as_it_is(text: str) -> None:
    told = settle(text, Links.INLINE, COUNTED)
    assert (told.text, told.notes) == (text, ())


def test_nothing_is_counted_unless_it_is_wanted() -> None:
    assert settle("https://pan.es/hoy", Links.PREVIEW, Manners()).text == "https://pan.es/hoy"


def test_the_link_that_is_previewed_is_the_counted_one() -> None:
    adapted = adapt(Content("Ven: https://pan.es/hoy"), PAGE, manners=COUNTED)
    assert adapted.link == f"https://pan.es/hoy?{MARKS}"
    assert [note.code for note in adapted.notes] == ["link_counted", "link_preview"]
    bare = adapt(Content("Ven a pan.es"), PAGE, manners=COUNTED)
    assert (bare.parts[0].text, bare.link) == ("Ven a pan.es", f"https://pan.es/?{MARKS}")


def test_a_weighed_link_weighs_the_same() -> None:
    text = "Ven: https://pan.es/hoy, ya"
    assert weighted(settle(text, Links.PREVIEW, COUNTED).text) == weighted(text)


def test_an_empty_campaign_is_left_out() -> None:
    assert counted("https://pan.es/a", Utm("x", "social")) == "https://pan.es/a?utm_source=x&utm_medium=social"


VALUES = st.text(min_size=1, max_size=12).filter(lambda value: max(value) < "\ud800" or min(value) > "\udfff")
QUERIES = st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from(["", "1", "%20", "a+b", "%C3%B1"])), max_size=3)


@given(VALUES, VALUES, VALUES, QUERIES, st.sampled_from(["", "#z", "#!/a"]), st.sampled_from(["", ".", ")", ", ya"]))
def test_marks_are_read_back_as_they_were_given(
    source: str, medium: str, campaign: str, query: list[tuple[str, str]], fragment: str, behind: str
) -> None:
    before = "&".join(f"{name}={value}" for name, value in query)
    url = f"https://pan.es/hoy{'?' * bool(before)}{before}{fragment}"
    told = settle(f"Ven: {url}{behind}", Links.PREVIEW, Manners(utm=Utm(source, medium, campaign)))
    [link] = links.find(told.text)
    parts = urlsplit(link.url)
    assert (parts.netloc, parts.path, parts.fragment) == ("pan.es", "/hoy", fragment.removeprefix("#"))
    assert parts.query.startswith(before)
    given_back = dict(parse_qsl(parts.query))
    assert [given_back[f"utm_{name}"] for name in ("source", "medium", "campaign")] == [source, medium, campaign]
    assert told.text.endswith(behind)
    assert settle(told.text, Links.PREVIEW, COUNTED).text == told.text
