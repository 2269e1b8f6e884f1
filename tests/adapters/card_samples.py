"""Texts and pictures for the tests of cards."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from unittest.mock import patch

from PIL import Image

from adapters import card
from adapters.card_box import Box
from adapters.card_style import Style

GOLDEN = Path(__file__).parent / "golden"
GOLDEN_WIDTH = 270
SIZES = [(1080, 1080), (1080, 1350), (1200, 630), (1200, 675), (1080, 1920), (1000, 1500)]
"""Those the networks ask for."""

BAKERY = (
    "¡Buenos días, vecinos! Hoy sacamos pan de espelta y roscón recién hecho. "
    "Os esperamos hasta las 14 h. 🥐☕\n\n#panadería #Madrid"
)
TOWN = (
    "Corte de agua el miércoles 25 de noviembre.\n\nEl Ayuntamiento informa de que se interrumpirá el suministro en la "
    "calle Mayor entre las 9:00 y las 14:00 por obras de mejora.\n• Más: https://www.villanueva.es/agua"
)
GYM = (
    "Nuevo horario 🚴‍♀️\n\n📅 Lunes y miércoles\n⏰ 7:00, 19:30\n📍 Sala 2\n\nhttps://gimnasio.es/reservas\n\n"
    "#fitness #salud"
)
SONG = "«La música es lo que queda cuando se apaga la luz»"
SHORT = "Hoy toca roscón 🎉"
STORY = "La panadería abrió en 1952. " + "Mi abuela encendió el horno por primera vez, en la calle de tierra. " * 60
BREATHLESS = "Este sábado, si el tiempo acompaña y los músicos llegan a la hora, tocaremos en la plaza " * 3
WORD = "Electroencefalografista" * 20
TEXTS = {
    "bakery": BAKERY, "town": TOWN, "gym": GYM, "song": SONG, "short": SHORT, "story": STORY, "breathless": BREATHLESS,
    "word": WORD, "tags": "#panadería #Madrid #horno", "emoji": "🥖🥐❤️", "many_emoji": "🥖" * 60,
    "letter": "ñ", "empty": "",
    "blank": " \n \t", "link": "https://pan.es/" + "a" * 300,
    "many_tags": "Pan\n\n" + " ".join(f"#pan{n}" for n in range(60)),
    "cyrillic": "Вино и хлеб\n\nΟίνος", "lines": "\n".join(f"• Línea {n}" for n in range(40)),
}  # fmt: skip

LETTERS = (
    "aábcdeéfghiíjklmnñoópqrstuúüvwxyz AÁBCDEÉFGHIÍJKLMNÑOÓPQRSTUÚÜVWXYZ 0123456789 "
    "¿¡«»“”‘’„–—…·•€$£%‰ªº°½¼¾²³×÷±=+<>§©®™@#&*/\\|_()[]{}!?.,;:'\" "
    "ÀÈÌÒÙàèìòù ÂÊÎÔÛâêîôû ÃÕãõ ÄËÏÖÜäëïöü ÇçŀĿ Ææ Øø Åå ß Ææ Œœ Þþ Ðð Łł Šš Žž Čč Ćć Đđ Ğğ İı Şş Ţţ Őő Űű"
)
EMOJI = (
    "🐣🍉🏏🫛😍⚫🈶😴🪪🤍🪮🧯🙂🌘⚪😎💩🐶😆🐬🚩🏄🈯🎂🦆👼👨🛫👘😻🙋🧾🛻🏉👑🥞🎏😠🔮🍓🥛🧊🤜🦝"
    "📆🤾🚔🔓🍿💗🌚🧮🍃🥚🐁⌚🪀🏁😦🦘💡🍚🧢🥎✨🌯📓🖤🥔🔛📢🥨🪙🚼👈🙇🎼🌜🚕🐹🕎🆓🥣🥢🧛⏰🔦🏤"
    "🪘🔣🐉👶🚳🪖🦉➰🚴🌾🪥🧕💹😗🔺🤝🫸🚜👞♿🥷🈚🚐🤞🫑📛🕕🕐🏅🆘🔕♓⌨️✉️☺️🗝️🖼️🛰️"
    "☘️🛠️🕹️🖍️⚒️⬆️☯️✂️♀️▫️⏮️⛓️🅾️➡️⏱️🗜️⚙️🕴️‼️🕷️⛴️🇰🇮"
    "🇳🇫🇬🇵🇸🇹🇨🇽🇨🇴🇳🇪🇲🇵🇮🇱🇹🇯🇬🇦🇮🇨🇴🇲🇮🇶🇹🇴🇲🇾🇮🇹🇨🇾🇧🇭🇬🇹#️⃣*️⃣"
    "0️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣9️⃣🧍🏿‍♂️👩🏻‍✈️👨🏿‍🦱"
    "🚵🏽‍♂️💁🏼‍♂️👩‍🦳🧑🏼‍🌾🏄🏻‍♀️🚶🏾‍♂️🙋🏻‍♀️👩🏿‍❤️‍💋‍👨🏾🧑🏻‍🔬"
    "👮🏻‍♂️💂‍♀️👱🏼‍♂️🧗‍♀️🚶🏽‍♂️🧛🏻‍♀️🧑🏻‍✈️🤽🏽‍♂️🏳️‍🌈🚵‍♀️"
    "🧑🏼‍🦳👩‍❤️‍👨🧑🏿‍🦯👨🏽‍🎨👨‍🌾🧑🏾‍🎨🕵🏿‍♀️🏊🏾‍♀️💇🏿‍♀️🧑🏼‍💻"
    "👩🏽‍🔧💆🏾‍♂️🧑🏼‍❤️‍🧑🏾⛹🏻‍♀️👸🏻⛹🏿🤜🏻🏌🏻🖕🏾👏🏽👍🏾🚴🏼🙏🏾👴🏿👦🏻"
    "👉🏿🤰🏽🤟🏼🤷🏿🦹🏿"
)
"""Families, professions, flags, keycaps, skin tones, old signs made emoji."""
FOREIGN = "مرحبا 日本語 שלום हिन्दी 한국어 ไทย"


def opened(data: bytes) -> Image.Image:
    image = Image.open(BytesIO(data))
    image.load()
    return image


def picture(text: str, size: tuple[int, int], style: Style) -> Image.Image:
    """As it is drawn, before it becomes a JPEG."""
    return card._picture(text, Box(*size), style.look, style.palette)


@contextmanager
def unwritten() -> Iterator[None]:
    """Cards without their text: the ground, with all that is painted on it."""
    with patch.object(card, "_put"):
        yield


def golden(template: str, text: str, size: tuple[int, int]) -> tuple[Path, Image.Image]:
    """Where the small picture is kept, and what it is now."""
    image = opened(card.draw(TEXTS[text], size, Style(template)))
    name = f"{template}-{text}-{size[0]}x{size[1]}.png"
    return GOLDEN / name, image.resize((GOLDEN_WIDTH, round(GOLDEN_WIDTH * size[1] / size[0])), Image.Resampling.BOX)


GOLDENS = [
    (template, text, size)
    for template in card.TEMPLATES
    for text in ("bakery", "song")
    for size in ((1080, 1080), (1080, 1920))
]
