"""What the page may have to show: pictures, messages, posts, and whole states of the story."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

from PIL import Image, ImageDraw

Json = dict[str, Any]
NOW = datetime.now(UTC).replace(microsecond=0)
COMMANDS = [
    {"command": "aprobar", "description": "aprueba el borrador pendiente, o aquel al que respondes"},
    {"command": "pendientes", "description": "lo que te necesita y los borradores por decidir"},
    {"command": "borrador", "description": "el texto que escribas detrás es un borrador seguro"},
    {"command": "estado", "description": "qué se está publicando ahora"},
    {"command": "reintentar", "description": "intenta otra vez lo que falló"},
    {"command": "reautorizar", "description": "renueva el permiso de una red"},
    {"command": "omitir", "description": "deja una red sin publicar"},
    {"command": "ayuda", "description": "esta ayuda"},
]
TEXT = (
    "Mañana sábado abrimos a las 8 con pan de espelta recién hecho 🥖\n\n"
    "Los diez primeros se llevan una barra de regalo. ¡Os esperamos en la plaza!\n\n#panadería #espelta"
)
SIZES = [(1600, 1200), (1200, 1500), (1400, 1400), (1600, 900), (900, 1600)]
LIGHTS = ["#e9c9a0", "#c8d2bb", "#e8b79d", "#b9cfd8", "#d9c2d6"]


def photo(number: int, size: tuple[int, int] | None = None) -> bytes:
    """A loaf on a table; each number in its own light and shape."""
    width, height = size or SIZES[number % len(SIZES)]
    image = Image.new("RGB", (width // 2, height // 2), LIGHTS[number % len(LIGHTS)])
    pen = ImageDraw.Draw(image)
    w, h = image.size
    pen.rectangle((0, h * 0.72, w, h), fill="#7a5233")
    pen.ellipse((w * 0.16, h * 0.36, w * 0.84, h * 0.84), fill="#a8642f")
    pen.ellipse((w * 0.19, h * 0.37, w * 0.81, h * 0.76), fill="#cd8845")
    for step in range(4):
        x = w * (0.32 + step * 0.12)
        pen.line((x, h * 0.45, x + w * 0.05, h * 0.66), fill="#f6dfb6", width=max(4, w // 60))
    written = io.BytesIO()
    image.save(written, "JPEG", quality=82)
    return written.getvalue()


def files(count: int = 10) -> dict[str, tuple[bytes, str]]:
    return {f"{number}.jpg": (photo(number), "image/jpeg") for number in range(count)}


def shape(number: int) -> Json:
    width, height = SIZES[number % len(SIZES)]
    return {"width": width, "height": height}


def message(number: int, html: str = "", *, mine: bool = False, at: datetime | None = None, **facts: Any) -> Json:
    moment = at or NOW - timedelta(minutes=30) + timedelta(seconds=20 * number)
    nothing: Json = {"photo": None, "width": None, "height": None, "document": None, "album": None, "reply_to": None}
    said: Json = {"id": number, "mine": mine, "html": html, "edited": False, "silent": False, "buttons": []}
    return {**said, **nothing, "at": moment.isoformat().replace("+00:00", "Z"), **facts}


def pictured(number: int, picture: int, html: str = "", **facts: Any) -> Json:
    return message(number, html, photo=f"/files/{picture}.jpg", **shape(picture), **facts)


def rows(*lines: str) -> list[list[Json]]:
    """ "Aprobar=approve:1 | Editar=edit:1", one line per row."""
    return [
        [dict(zip(("text", "data"), each.strip().split("=", 1), strict=True), url=None) for each in line.split("|")]
        for line in lines
    ]


def post(key: str, text: str = "", *pictures: int, ago: int = 60, alt: str = "", **facts: Any) -> Json:
    at = (NOW - timedelta(seconds=ago)).isoformat().replace("+00:00", "Z")
    shown = [{"url": f"/files/{number}.jpg", "alt": alt, **shape(number)} for number in pictures]
    base: Json = {"id": key, "format": "post", "text": text, "pictures": shown, "link": None, "reply_to": None}
    return {**base, "author": "@panaderia", "permalink": f"https://red.example/panaderia/{key}", "at": at, **facts}


LAYOUTS = {"facebook": "page", "instagram": "photos", "twitter": "thread"}


def network(key: str, title: str, icon: str, *posts: Json, **facts: Any) -> Json:
    layout = LAYOUTS.get(key, "plain")
    return {"key": key, "title": title, "icon": icon, "layout": layout, "faults": [], "posts": list(posts), **facts}


def photos(*posts: Json, **facts: Any) -> Json:
    return network("instagram", "Instagram", "📸", *posts, **facts)


def page(*posts: Json, **facts: Any) -> Json:
    return network("facebook", "Facebook", "📘", *posts, **facts)


def short(*posts: Json, **facts: Any) -> Json:
    return network("twitter", "X", "𝕏", *posts, **facts)


def chat(*messages: Json) -> Json:
    return {
        "me": {"name": "Carmen"},
        "bot": {"name": "Pregonero", "username": "pregonero_bot"},
        "commands": COMMANDS,
        "messages": list(messages),
    }


def thread(count: int = 5) -> list[Json]:
    """Newest first, as the server gives them."""
    words = [
        "Hoy cumplimos diez años y queremos contaros cómo empezó todo. Cogimos un horno que llevaba años cerrado.",
        "Había que cambiar la chimenea, el suelo y hasta la puerta. Los vecinos pensaban que estábamos un poco locos.",
        "El primer día vendimos catorce barras. El segundo, nueve. El tercero llovió y no vino nadie.",
        "Así que repartimos el pan por los portales con una nota: «Somos los nuevos. Mañana también abrimos».",
        "El sábado lo celebramos con chocolate y roscón para todo el que venga. ¡Os esperamos! 🥖 #panadería",
    ]
    parts = [
        post(
            f"t{n}",
            f"{words[n]} {n + 1}/{count}",
            *((1, 2) if n == 0 else ()),
            ago=200 - n,
            reply_to=f"t{n - 1}" if n else None,
            alt="Hogaza sobre la mesa",
        )
        for n in range(count)
    ]
    return parts[::-1]


CARD_BUTTONS = rows(
    "✅ Aprobar=approve:1:1",
    "✅ Facebook=toggle:1:1:0 | ✅ Instagram=toggle:1:1:1",
    "✅ X=toggle:1:1:2",
    "✏️ Editar=edit:1 | 👀 Ver por red=preview:1:1",
    "🗑 Descartar=discard:1:1",
)
QUOTED = TEXT.replace("&", "&amp;")
CARD = (
    f"📝 <b>Borrador</b> · 🧪 ENSAYO: nada saldrá de verdad\n\n<blockquote>{QUOTED}</blockquote>\n\n"
    "🖼 Con 3 imágenes\n\n📤 <b>Va a:</b>\n✅ 📘 Facebook · @panaderia: tal cual\n"
    "✅ 📸 Instagram · @panaderia: solo 1 de 3 imágenes\n✅ 𝕏 X · @panaderia: tal cual"
)
SENT = [
    pictured(101, 0, QUOTED, mine=True, album="a1"),
    pictured(102, 1, mine=True, album="a1"),
    pictured(103, 2, mine=True, album="a1"),
]


def live(*lines: str, head: str, foot: str = "") -> str:
    return (
        f"{head}\n🧪 Es un ensayo: nada sale de verdad\n\n📤 Publicando en:\n"
        + "\n".join(f"• {line}" for line in lines)
        + foot
    )


CARDED = [
    *SENT,
    message(
        104,
        CARD,
        buttons=CARD_BUTTONS,
        reply_to={"id": 101, "excerpt": "Mañana sábado abrimos a las 8 con pan de espelta"},
    ),
]
PUBLISHING = [
    *SENT,
    message(
        104,
        live(
            '📘 Facebook 🧪 simulado · <a href="https://red.example/panaderia/f1">ver</a>',
            "📸 Instagram ⏳",
            "𝕏 X 🔁 intento 2 de 4, a las 10:05",
            head="✅ ¡Perfecto! Publicando…",
        ),
        edited=True,
    ),
]
FAILED = [
    *SENT,
    message(
        104,
        live(
            '📘 Facebook 🧪 simulado <a href="https://red.example/panaderia/f1">ver</a>',
            '📸 Instagram 🧪 simulado <a href="https://red.example/panaderia/i1">ver</a>',
            "𝕏 X ⚠️ El permiso ha caducado",
            head="⚠️ Publicación parcialmente exitosa",
            foot="\n\n<b>Qué puedes hacer:</b>\n🔗 /reautorizar: renuevas el permiso y lo demás sale solo\n"
            "⏭ /omitir: no se publica ahí\n💾 El contenido queda guardado: se puede volver a publicar más tarde.",
        ),
        edited=True,
        buttons=rows("🔗 Reautorizar=reauth:3 | ⏭ Omitir=skip:3"),
    ),
    message(
        105,
        "🙋 <b>Te necesito un momento</b>\n«Mañana sábado abrimos a las 8 con pan de espelta…»\n\n"
        "⚠️ <b>X</b>: el permiso ha caducado\n👉 Toca Reautorizar y lo que esperaba sale solo.",
        reply_to={"id": 104, "excerpt": "⚠️ Publicación parcialmente exitosa"},
        buttons=[
            [
                {"text": "🔗 Autoriza X", "data": None, "url": "https://red.example/consent/x"},
                {"text": "⏭ Omitir", "data": "skip:3", "url": None},
            ]
        ],
    ),
]
FINISHED = [
    *SENT,
    message(
        104,
        live(
            '📘 Facebook 🧪 simulado <a href="https://red.example/panaderia/f1">ver</a>',
            '📸 Instagram 🧪 simulado <a href="https://red.example/panaderia/i1">ver</a>',
            '𝕏 X 🧪 simulado <a href="https://red.example/panaderia/x1">ver</a>',
            head="🎉 ¡El ensayo ha salido bien!",
            foot="\n\n📅 El próximo borrador se genera mañana a las 9:00",
        ),
        edited=True,
        silent=True,
    ),
    message(105, "✅ Resuelto, ya no tienes que hacer nada: «Mañana sábado abrimos…»", silent=True),
    message(106, "/estado", mine=True),
    message(
        107, "😌 No hay nada en marcha ahora mismo.\n\n📝 Ningún borrador pendiente. Envíame un texto y lo preparo."
    ),
]
ALT = "Una hogaza de espelta con cortes, sobre una tabla de madera."
F1 = post("f1", TEXT, 0, 1, 2, alt=ALT)
I1 = post("i1", TEXT, 0, alt=ALT)
X1 = post("x1", TEXT, 0, 1, 2, alt=ALT)
LINKED = post(
    "f2",
    "Ya se puede reservar el roscón de este año en la web. Corred, que vuelan: https://panaderia.example/roscon-de-reyes",
    link="https://panaderia.example/roscon-de-reyes",
    ago=4000,
)
STORY = post("s1", "¡Hoy abrimos!", 4, format="story", alt=ALT)
STORY2 = post("s2", "", 3, format="story", ago=500)
