"""Where sentences end, in Spanish as it is written: a | stands where a text may be broken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.text import normalise
from adapters.words import Break, words

SENTENCES = [
    "Hoy hay pan.| Mañana hay vino.",
    "¿Vienes?| Sí.",
    "¡Hoy!| ¡Mañana!",
    "¡Hoy!… mañana también",
    "¿De verdad?!| Claro.",
    "El Sr. Pérez y la Sra. Gómez abren hoy.| Venid.",
    "Vino el Dr. Ruiz con la Dra. Vega.| Se van.",
    "D. Luis y D.ª Ana, con Dª Pilar y Dña. Rosa.| Todos.",
    "Pan de centeno, p. ej. Borodinski.| Está rico.",
    "Pan, p.ej. de maíz.| Está rico.",
    "Viajó a EE. UU. con su hermana.| Volvió.",
    "Viajó a EE. UU.| Volvió ayer.",
    "Viajó a EE.UU.| Volvió ayer.",
    "Las CC. AA. del norte.| Y las del sur.",
    "Abrimos a las 9 a. m. y cerramos a las 8 p. m.| Os esperamos.",
    "Abrimos a las 9 a.m.| Os esperamos.",
    "Cuesta 3.500 €.| Es caro.",
    "Cuesta 3.500 € al mes",
    "Vale 12,50 €.| Vale la pena.",
    "A las 12.30 h en la plaza.| Ven.",
    "A las 12.30 h. en la plaza",
    "A las 9.30 abre el horno.| Ven.",
    "Nos vemos a las 9.30.| No faltes.",
    "El 3.14 es casi pi",
    "Pan, vino, aceite, etc. y queso",
    "Pan, vino, aceite, etc.| Luego, queso.",
    "Pan, etc. 3 kilos",
    "«Hoy toca roscón».| Y mañana también.",
    "«Hoy toca roscón.»| Y mañana también.",
    "«¿Vienes?»| Dijo que sí.",
    "“Ven.”| “Voy.”",
    "(Esto va entre paréntesis.)| Esto no.",
    "Esto va (entre paréntesis).| Esto no.",
    "Lo escribió J. R. R. Tolkien en Oxford.| Lo leí.",
    "Lo escribió J.R.R. Tolkien en Oxford.| Lo leí.",
    "La firma M. Á. García.| Gracias.",
    "El 1.º de mayo cerramos.| Volvemos el 2.",
    "La 3.ª planta, n.º 5.| Llama.",
    "El n.º 1.| Abierto.",
    "Primero. Se abre el horno.| Segundo. Se cierra.",
    "Tercera.- Hay pan.| Venid.",
    "Dispongo: Primero. Se abre.| Segundo. Se cierra.",
    "Ana llegó primero.| Luego, Luis.",
    "Art. 3. Se abre el horno.| Se cierra.",
    "Artículo 3.1. Se abre el horno.| Se cierra.",
    "Véase el art. 3.| Se cierra.",
    "IV. Pan de hoy.| Venid.",
    "a. Pan de hoy.| Venid.",
    "🔔 12.00 h. Volteo de campanas.| Venid.",
    "Mira https://pan.es/hoy.| Te gustará.",
    "Mira pan.es.| Te gustará.",
    "Mira pan.es hoy.| Ven.",
    "Abre pan.es/hoy?x=1 y mira.| Ya.",
    "¿vienes?, dijo Ana.| Sí.",
    "¿Vienes? preguntó Ana.| Sí.",
    "¡Qué bien! dijo Ana.| Sí.",
    "—¿Vienes? —preguntó Ana.| Sí.",
    "No sé… quizá mañana.| Ya veré.",
    "No sé...| Ya veré.",
    "No sé…| Ya veré.",
    "Bueno... pues vale",
    "Vive en la Avda. América, núm. 5.| Llama.",
    "Vive en la C. Mayor, pág. 3.| Llama.",
    "Ver art. 14 y cap. 3.| Es claro.",
    "Tel. 600 100 200.| Llama.",
    "Son aprox. 300 personas.| Muchas.",
    "Son 300, aprox.| Muchas.",
    "Pan y Vino S.A.| Calle Mayor.",
    "Pan y Vino S. L.| Calle Mayor.",
    "Panadería Hnos. García.| Desde 1952.",
    "En el año 44 a. C. murió César.| Luego, Augusto.",
    "En el año 44 a. C.| Luego, Augusto.",
    "1. Pan\n2. Vino",
    "1. Pan de hoy.| Rico.\n|2. Vino.",
    "Corre el km. 5 de la ruta",
    "Ya está.| 3 barras quedan.",
    "Ya está. 🥐🥐| Ven hoy.",
    "Ya está 🥐.| Ven hoy.",
    "Ya está. 🥐 ven hoy",
    "Ven hoy.| #pan #vino",
    "Ven hoy.| @ana te espera.",
    "Ven hoy.| https://pan.es",
    "Ven hoy. pan.es",
    "Felipe VI.| Rey.",
    "Sale el 5 de ene. 2027.| Apunta.",
    "De lun. a vie. 9-14.| Ven.",
    "Uds. verán.| Vds. también.",
    "Sto. Domingo y Sta. Cruz.| Y St. Pau.",
    "El Excmo. Sr. D. Juan Ruiz.| Alcalde.",
    "La SS. MM. los Reyes.| Llegan hoy.",
    "Es así: pan.| Y vino.",
    "Pan; vino. queso",
    "¡¡¡Rebajas!!!| Hasta el 50 %.",
    "Hasta el 50 %.| Solo hoy.",
    "Ganó el Prof. Marín (Univ. Sevilla).| Bravo.",
    "Llegó en 2.º lugar.| Bien.",
    "Yo vs. Tú.| Empate.",
    "Versión 2.0.1 ya disponible.| Descárgala.",
    "Le dijo: «No.»| Y se fue.",
    "Así fue [...] y así será",
    "Ojo.| ¿Y tú?| ¡Yo no!| Vale.",
    "Fdo.: Ana.| Madrid.",
    "El Sr. D. J. Ruiz y los Sres. Vega.| Saludos.",
]


def broken(text: str) -> str:
    """The text with a | wherever a sentence ends within a paragraph."""
    found, at = "", 0
    for word in words(text)[:-1]:
        found += text[at : word.end] + ("|" if word.ends is Break.SENTENCE else "")
        at = word.end
    return found + text[at:]


def plain(marked: str) -> str:
    return marked.replace("|", "")


@pytest.mark.parametrize("marked", SENTENCES)
def test_where_a_sentence_ends(marked: str) -> None:
    # the end of a line is as good as that of a sentence
    expected = marked.replace("\n|", "\n").replace("|\n", "\n").replace("\n", "|\n")
    assert broken(plain(marked)) == expected


TEXTS = st.text(st.sampled_from("aáB1.?!…¿»)«( \n🥐#@") | st.characters(), max_size=80).map(normalise)


@given(TEXTS)
def test_words_cover_a_text_in_order(text: str) -> None:
    at = 0
    for word in words(text):
        assert at <= word.start < word.end
        assert not text[at : word.start].strip()
        at = word.end
    assert at == len(text)


@given(TEXTS)
def test_a_line_ends_where_it_ends(text: str) -> None:
    for word in words(text)[:-1]:
        gap = text[word.end :][: len(text[word.end :]) - len(text[word.end :].lstrip())]
        assert (word.ends is Break.PARAGRAPH) == ("\n\n" in gap)
        assert word.ends >= Break.SENTENCE or "\n" not in gap


@given(st.lists(st.sampled_from([plain(marked) for marked in SENTENCES if "\n" not in marked]), min_size=1, max_size=4))
def test_sentences_end_alike_in_any_company(texts: list[str]) -> None:
    assert broken("\n\n".join(texts)).split("\n\n") == [broken(text) for text in texts]
