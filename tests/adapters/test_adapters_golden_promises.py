"""Each promise held against a text that keeps it and one that does not."""

from dataclasses import dataclass, replace

import pytest
from golden_texts import promises
from golden_texts.cells import DEAD_LINK, Cell
from golden_texts.networks import NETWORKS, emoji_by_bytes, escaped_length
from golden_texts.posts import Person, Post
from golden_texts.promises import PROMISES, Promise

from adapters.adapted import Adapted, Media, Note, Part
from adapters.content import Content, Mark, Span
from adapters.manners import Manners, Utm
from adapters.profile import Hashtags, Place, Profile

THREAD = Note("thread", {"parts": 2})
REPLACED = Note("link_replaced", {"words": DEAD_LINK})
SHORTENED = Note("shortened", {"cut": 3})
ANA = Person("Ana Bru", {"twitter": "anabru"})
LONG = "Una frase que llena por sí sola más de un tercio de lo que cabe aquí, sin decir nada en particular. " * 2
FAMILY = "👨‍👩‍👧‍👦"


@dataclass(frozen=True, slots=True)
class Case:
    """`good` and `bad`: the parts of a post written as `source`. `place`: where its hashtags were wanted."""

    promise: Promise
    source: str
    good: tuple[str, ...]
    bad: tuple[str, ...]
    network: str = "twitter"
    notes: tuple[Note, ...] = ()
    spans: tuple[Span, ...] = ()
    place: Place | None = None
    comments: tuple[str, str] = ("", "")
    utm: bool = False

    def cell(self, parts: tuple[str, ...], comment: str) -> Cell:
        content = Content(self.source, spans=self.spans)
        post = Post("case", "somebody", "a case", content, {"ana": ANA}, self.place, self.utm)
        utm = Utm(self.network, "social", "noviembre") if self.utm else None
        media = (Media("a" * 64, "image/jpeg", 10, 10, 10, alt=parts[0]),) * NETWORKS[self.network].pictures.required
        adapted = Adapted("post", tuple(Part(text, media) for text in parts), None, self.notes, comment=comment)
        return Cell(post, self.network, self.profile, Manners(DEAD_LINK, utm, place=self.place), adapted)

    @property
    def profile(self) -> Profile:
        """With every place there is: not every network has them all."""
        profile = NETWORKS[self.network]
        return replace(profile, hashtags=Hashtags(profile.hashtags.most, places=tuple(Place)))


def marked(mark: Mark, start: int, end: int, value: str = "") -> tuple[Span, ...]:
    return (Span(start, end, mark, value),)


CASES = [
    Case(promises.fits, "Hola", ("a" * 280,), ("a" * 281,)),
    Case(promises.fits, "Hola", ("😀" * 125,), ("😀" * 125 + "a",), "threads"),
    Case(promises.fits, "Hola", ("(" * 1500,), ("(" * 1500 + "a",), "linkedin"),
    Case(promises.says_something, "Hola. Adiós", ("Hola. (1/2)", "Adiós (2/2)"), ("Hola. Adiós (1/2)", " (2/2)")),
    Case(promises.keeps_words, "Hola, hija mía", ("Hola, hija mía",), ("Hola, mía",)),
    Case(promises.keeps_words, "Hola, hija mía", ("Hola, hija mía",), ("Hija, hola mía",)),
    Case(promises.keeps_words, "Uno dos tres", ("Uno dos…",), ("Uno tres…",), "facebook", (SHORTENED,)),
    Case(promises.keeps_words, "Uno\n\nVe a https://a.es", ("Uno\n\nVe",), ("Ve a Uno",), "tiktok"),
    Case(promises.keeps_words, "o" * 290, (f"{'o' * 270} (1/2)", f"{'o' * 20} (2/2)"), (f"{'o' * 270}",)),
    Case(promises.adds_nothing, "Hola", ("Hola",), ("Hola Hola",)),
    Case(promises.adds_nothing, "Ve a https://a.es", (f"Ve ({DEAD_LINK})",), ("Ve a otra cosa",), "tiktok"),
    Case(promises.keeps_amounts, "Son 3.500 €.", ("Son 3.500 €.",), ("Son 3.500 (1/2)", "€. (2/2)")),
    Case(promises.keeps_amounts, "El 978 60 12 34", ("El 978 60 12 34",), ("El 978 60 (1/2)", "12 34 (2/2)")),
    Case(promises.keeps_amounts, "A las 9.30 h", ("A las 9.30 h",), ("A las 9. (1/2)", "30 h (2/2)")),
    Case(promises.keeps_amounts, "Son 3.500 €", ("Son…",), ("Son 3.500…",), "facebook", (SHORTENED,)),
    Case(promises.keeps_emoji, f"Hola {FAMILY}", (f"Hola {FAMILY}",), ("Hola 👨‍👩 (1/2)", "👧‍👦 (2/2)")),
    Case(promises.leaks_no_markup, "Hola", ("Hola",), ("**Hola**",)),
    Case(promises.leaks_no_markup, "Hola", ("Hola",), ("> Hola",)),
    Case(promises.leaks_no_markup, "2 * 3", ("2 * 3",), (r"2 \* 3",), "linkedin"),
    Case(promises.shows_marks, "Hola", ("**Hola**",), ("Hola",), "devto", spans=marked(Mark.BOLD, 0, 4)),
    Case(promises.keeps_addresses, "Ve a https://a.es/x", ("Ve a https://a.es/x",), ("Ve a",)),
    Case(promises.keeps_addresses, "Ve a a.es, y ya", ("Ve a a.es…",), ("Ve a…",), "facebook", (SHORTENED,)),
    Case(
        promises.keeps_addresses, "Mira", ("Mira (https://a.es)",), ("Mira",),
        spans=marked(Mark.LINK, 0, 4, "https://a.es"),
    ),
    Case(
        promises.keeps_addresses, "https://a.es/x", ("https://a.es/x?utm_source=twitter",), ("https://a.es/x",),
        utm=True,
    ),
    Case(promises.previews, "Ve a https://a.es/x", ("Ve",), ("Ve a https://a.es/x",)),
    Case(promises.shows_no_dead_address, "Ve a a.es/x", ("Ve",), ("Ve a a.es/x",), "instagram"),
    Case(promises.caps_hashtags, "#a #b", ("#a b",), ("#a #b",), "threads", (Note("hashtags_capped"),)),
    Case(promises.caps_hashtags, "#a #b", ("#a #b",), ("#a",)),
    Case(promises.places_hashtags, "#a\nHola", ("Hola\n\n#a",), ("#a\nHola",), place=Place.END),
    Case(
        promises.places_hashtags, "Hola\n#a", ("Hola",), ("Hola\n#a",), place=Place.COMMENT, comments=("#a", ""),
    ),
    Case(promises.places_hashtags, "Hola\n#a", ("Hola\n#a",), ("Hola",), comments=("", "#a")),
    Case(promises.names_people, "Con @ana y @pepe", ("Con @anabru y @pepe",), ("Con @ana y @pepe",)),
    Case(promises.names_people, "Con @ana", ("Con Ana Bru",), ("Con @ana",), "linkedin"),
    Case(promises.names_people, "Con @pepe", ("Con pepe",), ("Con nadie",), "facebook"),
    Case(promises.numbers_parts, "A B", ("A (1/2)", "B (2/2)"), ("A (1/2)", "B (2/3)"), notes=(THREAD,)),
    Case(promises.numbers_parts, "A B", ("A B",), ("A B (1/1)",)),
    Case(promises.fills_parts, f"Hola. {LONG}", (f"{LONG} (1/2)", "Hola. (2/2)"), ("Hola. (1/2)", f"{LONG} (2/2)")),
    Case(
        promises.obeys_breaks, "Hola\n---\nAdiós", ("Hola (1/2)", "Adiós (2/2)"), ("Hola Adiós",), notes=(THREAD,),
    ),
    Case(promises.obeys_breaks, "Hola\n—\nAdiós", ("Hola\n\nAdiós",), ("Hola\n—\nAdiós",), "facebook"),
    Case(promises.breaks_well, "El Sr. Pérez", ("El (1/2)", "Sr. Pérez (2/2)"), ("El Sr. (1/2)", "Pérez (2/2)")),
    Case(promises.breaks_well, "Casa y pan", ("Casa (1/2)", "y pan (2/2)"), ("Casa y (1/2)", "pan (2/2)")),
    Case(promises.breaks_well, "Mira la casa… y pan", ("Mira la casa…",), ("Mira la…",), "facebook", (SHORTENED,)),
    Case(promises.breaks_well, "¿Vas? Sí", ("¿Vas? (1/2)", "Sí (2/2)"), ("¿Vas (1/2)", "? Sí (2/2)")),
    Case(
        promises.leaves_no_heading, "Uno.\n\nPROGRAMA\nDos y tres", ("Uno. (1/2)", "PROGRAMA\nDos y tres (2/2)"),
        ("Uno.\n\nPROGRAMA (1/2)", "Dos y tres (2/2)"),
    ),
    Case(
        promises.leaves_no_heading, "Uno.\n🔔 12.00 h. Volteo de campanas.", ("Uno. (1/2)", "🔔 12.00 h. Volteo (2/2)"),
        ("Uno.\n🔔 12.00 h. (1/2)", "Volteo de campanas. (2/2)"),
    ),
    Case(
        promises.leaves_no_heading, "Uno.\nPrimero. Dos y tres.", ("Uno…",), ("Uno.\nPrimero…",), "facebook",
        (SHORTENED,),
    ),
    Case(
        promises.notes_what_is_there, "Uno a.es", (DEAD_LINK,), ("Uno…",), "tiktok", (REPLACED,),
    ),
    Case(
        promises.notes_what_is_there, "Uno a.es/x", ("a.es/x?utm_source=twitter",), ("a.es/x",),
        notes=(Note("link_counted"),),
    ),
    Case(promises.reads_smoothly, "Ve a a.es.", ("Ve.",), ("Ve .",), "tiktok"),
    Case(promises.reads_smoothly, "Ve (a.es) ya", ("Ve ya",), ("Ve () ya",), "tiktok"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.promise.__name__)
def test_a_promise_tells_a_text_that_keeps_it_from_one_that_does_not(case: Case) -> None:
    assert list(case.promise(case.cell(case.good, case.comments[0]))) == []
    assert list(case.promise(case.cell(case.bad, case.comments[1]))) != []


def test_every_promise_has_a_case() -> None:
    assert {case.promise for case in CASES} == set(PROMISES)


def test_how_the_networks_without_a_module_count() -> None:
    assert escaped_length("(pan) #pan_es https://a.es/x_(y)") == 34
    assert emoji_by_bytes("año") == 3
    assert emoji_by_bytes(f"{FAMILY}€") == 26
