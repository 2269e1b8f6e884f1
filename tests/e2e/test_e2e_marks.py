"""Bold, links behind words, quotes and code, from the phone to every network, whichever way a draft is made."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.sandbox.chats import Message
from bot.sandbox.markup import read_html
from bot.sandbox.page_html import as_html
from fakes.pictures import jpeg
from fakes.planning import data_of
from fakes.stage import Act, Stage, heard, newer, settled, staged

APPROVE = "✅ Aprobar"
HTML = (
    'Mañana 🥐 <b>pan de <i>espelta</i></b> en <a href="https://panaderia.es/tienda">la tienda</a>.\n'
    "<blockquote>El mejor pan del barrio</blockquote>\n"
    "<tg-spoiler>Habrá sorpresa</tg-spoiler>"
)
PLAIN = (
    "Mañana 🥐 pan de espelta en la tienda (https://panaderia.es/tienda).\n"
    "«El mejor pan del barrio»\nHabrá sorpresa"
)
