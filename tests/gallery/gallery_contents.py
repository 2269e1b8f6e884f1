"""What the gallery shows: texts and pictures of the kinds people send, all of them made here."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

from adapters import images
from adapters.content import Content, Fit
from adapters.content import Image as Sent

SHORT = "Mañana sábado abrimos a las 8 con pan de espelta recién hecho 🥖 ¡Os esperamos en la plaza! #panadería"
LONG = (
    "Hoy os contamos cómo hacemos nuestro pan de masa madre.\n\n"
    "Todo empieza la noche anterior: harina de trigo de la comarca, agua de la sierra y una masa madre que cumple "
    "once años. La dejamos fermentar dieciocho horas, sin prisa. ¿Por qué tanto? Porque así el pan sabe a pan, se "
    "digiere mejor y aguanta tierno cuatro días.\n\n"
    "A las cinco formamos las hogazas a mano y a las siete entran en el horno de leña. El Sr. Pérez, nuestro primer "
    "cliente, dice que lo huele desde la plaza.\n\n"
    "Esta semana: centeno con nueces (4,50 €), espelta integral (3,90 €) y hogaza de pueblo (3,20 €). Encargos en "
    "https://panaderia.example/encargos antes de las 20:00.\n\n#panadería #masamadre #espelta #pandepueblo #comercio"
)
LINK = "Ya está abierta la inscripción a la San Silvestre: https://ayuntamiento.example/san-silvestre"
TAGS = "Nuevo disco el viernes. " + " ".join(f"#etiqueta{number}" for number in range(1, 36))


class Shelf:
    """Pictures as files in a folder, by hash."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load(self, sha256: str) -> bytes:
        return (self.folder / sha256).read_bytes()

    def keep(self, data: bytes) -> str:
        name = hashlib.sha256(data).hexdigest()
        (self.folder / name).write_bytes(data)
        return name


def scene(width: int, height: int, *, hour: int = 0) -> Image.Image:
    """A village at some hour: a sky, hills, a church to the right, a loaf on a board in front."""
    skies = (((255, 214, 150), (122, 178, 220)), ((250, 150, 110), (80, 70, 130)), ((190, 220, 240), (60, 130, 200)))
    low, high = skies[hour % len(skies)]
    fade = Image.linear_gradient("L").resize((width, height))
    image = Image.composite(Image.new("RGB", (width, height), low), Image.new("RGB", (width, height), high), fade)
    pen = ImageDraw.Draw(image)
    for number, colour in enumerate(((120, 150, 110), (92, 126, 84), (64, 98, 62))):
        top = height * (0.45 + 0.1 * number)
        middle = width * (0.2 + 0.3 * number)
        pen.ellipse((middle - width * 0.55, top, middle + width * 0.55, top + height), colour)
    _church(pen, (width * 0.74, height * 0.62), min(width, height))
    _loaf(pen, (width * 0.5, height * 0.72), min(width, height))
    return image.filter(ImageFilter.GaussianBlur(min(width, height) / 900))


def _church(pen: ImageDraw.ImageDraw, foot: tuple[float, float], side: float) -> None:
    left, bottom = foot
    roof = bottom - side * 0.3
    pen.rectangle((left, roof, left + side * 0.1, bottom), (226, 208, 180))
    pen.polygon(((left, roof), (left + side * 0.05, roof - side * 0.12), (left + side * 0.1, roof)), (170, 80, 50))


def _loaf(pen: ImageDraw.ImageDraw, top: tuple[float, float], side: float) -> None:
    left, right, bottom, edge = top[0] - side * 0.3, top[0] + side * 0.3, top[1] + side * 0.22, side * 0.05
    board = (left - edge, bottom - side * 0.03, right + edge, bottom + side * 0.03)
    pen.rounded_rectangle(board, side * 0.02, (110, 74, 46))
    pen.ellipse((left, top[1], right, bottom), (196, 132, 66))
    for cut in range(4):
        at = left + side * (0.12 + 0.11 * cut)
        line = (at, top[1] + edge, at + edge, top[1] + side * 0.13)
        pen.line(line, (246, 214, 158), max(2, int(side * 0.014)))


def logo() -> Image.Image:
    """A drawing on nothing."""
    image = Image.new("RGBA", (900, 600))
    pen = ImageDraw.Draw(image)
    pen.ellipse((150, 0, 750, 600), (226, 106, 44, 255))
    pen.rounded_rectangle((300, 220, 600, 380), 80, (255, 255, 255, 200))
    return image


def sent(shelf: Shelf, image: Image.Image, kind: str = "JPEG", alt: str = "") -> Sent:
    out = BytesIO()
    image.save(out, kind, quality=92)
    return replace(images.inspect(shelf.load(shelf.keep(out.getvalue()))), alt=alt)


def CONTENTS(shelf: Shelf) -> Iterator[tuple[str, Content]]:  # noqa: N802 - read as the table it is
    photo = sent(shelf, scene(1600, 1200), alt="Una hogaza ante el pueblo")
    tall, wide = sent(shelf, scene(1200, 2000, hour=1)), sent(shelf, scene(2400, 700, hour=2))
    square, small = sent(shelf, scene(1080, 1080, hour=1)), sent(shelf, scene(240, 180))
    album = tuple(sent(shelf, scene(1200, 900 + 150 * number, hour=number)) for number in range(6))
    yield "Texto corto", Content(SHORT)
    yield "Texto largo", Content(LONG)
    yield "Con enlace", Content(LINK)
    yield "Muchos hashtags", Content(TAGS)
    yield "Solo emoji", Content("🎉🥖🎉")
    yield "Foto", Content(SHORT, (photo,))
    yield "Foto sin texto", Content("", (photo,))
    yield "Foto alta", Content(SHORT, (tall,))
    yield "Foto panorámica", Content(SHORT, (wide,))
    yield "Foto panorámica, recortada", Content(SHORT, (wide,), Fit.CROP)
    yield "Foto alta, entera sobre fondo liso", Content(SHORT, (tall,), Fit.PLAIN)
    yield "Foto cuadrada", Content(SHORT, (square,))
    yield "Foto muy pequeña", Content(SHORT, (small,))
    yield "Dibujo transparente (PNG)", Content(SHORT, (sent(shelf, logo(), "PNG"),))
    yield "Álbum de 6", Content(SHORT, album)
    yield "Álbum de 6 con texto largo", Content(LONG, album)
    yield "Álbum mezclado: panorámica primero", Content(SHORT, (wide, tall, square))
