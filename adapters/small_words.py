"""Small words that lead to the next one, in Spanish, English, Catalan and Galician: no text stops behind them."""

import regex

_ARTICLES = """
el la los las lo un una unos unas al del
the an
els les uns unes als dels pel pels l
o os as um unha unhas ao aos á ás do da dos das no na nos nas
"""
_DETERMINERS = """
mi mis tu tus su sus nuestro nuestra nuestros nuestras este esta estos estas ese esa esos esas cada cuyo cuya
my your his her its our their this these those every
meu meva teu teva seu seva aquest aquesta
"""
_PREPOSITIONS = """
a ante bajo con contra de desde durante en entre hacia hasta para por según sin sobre tras vía
of to in on at by for from with without into about between
amb per fins des dins sense
ata sen cara
"""
_CONJUNCTIONS = """
y e o u ni que si pero sino porque pues como cuando donde mientras aunque quien cuyo
and or but that which who because if than as when where while
i però perquè quan on mentre
ou mais porque se
"""
_UNSTRESSED = """
se me te le les nos no muy más tan es son está están ha han
is are was were be not very
"""
_TITLES = """
sr sra srta sres sras d dª dña d.ª dr dra prof profª excmo excma ilmo ilma fdo sto sta mª m.ª mr mrs ms
art arts artículo núm n.º nº pág p págs tel tfno c/ c avda av ctra pl plza
"""
_SMALL = frozenset(f"{_ARTICLES} {_DETERMINERS} {_PREPOSITIONS} {_CONJUNCTIONS} {_UNSTRESSED}".split())
_ABBREVIATED = frozenset(_TITLES.split())
_ORDINALS = """
primero primera segundo segunda tercero tercera cuarto cuarta quinto quinta sexto sexta séptimo séptima octavo octava
noveno novena décimo décima undécimo undécima duodécimo duodécima único única
first second third fourth fifth sixth seventh eighth ninth tenth
primer segon segona tercer quart quarta cinquè cinquena sisè sisena
primeiro primeira terceiro terceira
"""
_ORDINAL = rf"(?i:{'|'.join(_ORDINALS.split())})"
_SECTION = r"(?i:art(?:\.|ículo|icle)?|cap(?:\.|ítulo|ítol)?|base|cláusula|punto|apartado|section)[ ]"
_NUMBER = rf"(?:{_SECTION})?(?:\d{{1,3}}(?:\.\d{{1,3}})*|[IVXLC]{{1,6}}|\p{{L}}|{_ORDINAL})[.):ºª–-]+"
_HOUR = r"(?:[^\s\p{L}\p{N}]+[ ]*)?\d{1,2}[.:]\d{2}(?:[ ]?(?:h|hs|horas)\b)?[.:–-]*"
_LEAD = regex.compile(rf"(?:{_HOUR}|{_NUMBER})(?=\s|$)")
_COUNTED = regex.compile(rf"{_ORDINAL}\.-?")
_INITIAL = regex.compile(r"(?:\p{Lu}\.){1,2}")
_DIGITS = regex.compile(r"[\d.,]*\d")
_UNIT = regex.compile(r"(?:[€%$£]|[°º]C?|€/mes|euros?|[kc]?m|mm|m²|km/h|k?g|mg|[cm]?l|h|min|[ap]\.)(?![\p{L}\p{N}])")


def leads(word: str, after: str) -> bool:
    """Whether this word, which ends no sentence, belongs to the one behind it."""
    small = word.casefold()
    if small in _SMALL or small.rstrip(".") in _ABBREVIATED:
        return True
    if _DIGITS.fullmatch(word):
        return _UNIT.match(after) is not None
    return _INITIAL.fullmatch(word) is not None or _COUNTED.fullmatch(word) is not None


def counted(word: str) -> bool:
    """Whether it is an ordinal that numbers what follows, as in "Primero. Se abre"."""
    return _COUNTED.fullmatch(word) is not None and word[0].isupper()


def lead(text: str, start: int) -> int:
    """Where the number or the hour ends that a line begins with: `start`, where it begins with none."""
    found = _LEAD.match(text, start)
    return found.end() if found else start
