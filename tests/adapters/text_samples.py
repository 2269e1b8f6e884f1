"""Texts for the tests of cutting, and what they are measured with."""

from collections.abc import Callable

from hypothesis import strategies as st

from adapters.text import code_points, graphemes, normalise, utf8, utf16, weighted

Count = Callable[[str], int]
COUNTERS = [weighted, utf16, code_points, graphemes, utf8]

WORDS = st.sampled_from(
    [
        "pan", "Roscón", "horno.", "¿Vienes?", "¡Sí!", "Sr.", "p.", "ej.", "3.500", "etc.", "…", "a.m.", "café…",
        "https://panaderia.es/hoy?x=1", "example.es", "(pan.es/a_(b)).", "@panaderia", "#MasaMadre", "#uno#dos",
        "👨‍👩‍👧‍👦", "🇪🇸🇫🇷", "👍🏽", "1️⃣", "🥐🥐",
        "e\u0301\u0302\u0303", "नमस्ते", "مرحبا", "שלום", "日本語。", "\u00a0", "-",
        "x" * 40, "🎉" * 30, "日" * 30, "@" + "a" * 50, "#" + "ñ" * 50, "https://pan.es/" + "a" * 60,
    ]
)  # fmt: skip
BLANKS = st.sampled_from([" ", " ", " ", "  ", "\n", "\n\n", "\u00a0", "", " \u0301"])
TEXTS = st.lists(st.tuples(WORDS | st.text(max_size=12), BLANKS), max_size=60).map(
    lambda pairs: normalise("".join(word + blank for word, blank in pairs))
)

BAKERY = """¡Buenos días, vecinos! Hoy el Sr. Pérez ha sacado del horno 3.500 barras, p. ej. de centeno y de maíz. \
¿Te lo vas a perder? 🥐 Abrimos a las 7:30 en la calle Mayor, 12. Más en https://panaderia.es/hoy/horno?x=1.

Mañana toca roscón. Reserva el tuyo con @panaderia antes de las 13 h. y te lo guardamos. \
Estará la Sra. Gómez… y D. Luis.

#pan #roscón #Madrid"""


def packed(text: str) -> str:
    return "".join(text.split())
