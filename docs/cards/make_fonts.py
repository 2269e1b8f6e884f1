# ruff: noqa: INP001  # a script, run by itself
"""Makes the fonts of the cards from their published originals: python make_fonts.py ORIGINALS TARGET (needs fonttools).

ORIGINALS holds InterDisplay-ExtraBold.otf and Inter-Medium.otf (Inter 4.1), Fraunces_600SemiBold.ttf,
Anton_400Regular.ttf and NotoEmoji_700Bold.ttf (npm: @expo-google-fonts/fraunces 0.4.1, anton 0.4.2, noto-emoji 0.4.7).
What the originals say in layout tables comes out as plain data, so that a card looks the same whether or not the
machine has the libraries that read such tables: pairs of letters that stand closer in kerning.json, and the emoji made
of several characters, each at a private code point, in emoji.json.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._c_m_a_p import CmapSubtable

LETTERS = {
    "InterDisplay-ExtraBold.otf": "strong.otf",
    "Inter-Medium.otf": "even.otf",
    "Fraunces_600SemiBold.ttf": "serif.ttf",
    "Anton_400Regular.ttf": "poster.ttf",
}
EMOJI = "NotoEmoji_700Bold.ttf"
KERNED = (
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789ÁÉÍÓÚÜÑÇÀÈÒÂÊÔÃÕáéíóúüñçàèòâêôãõïöŀ"
    ".,:;!?¡¿«»“”‘’'\"-–—()/%€ªº…·@#&"
)
LEAST = 8  # thousandths of the size: a smaller shift is not seen
BLOCKS = [
    (0x20, 0x24F), (0x2B0, 0x2FF), (0x370, 0x52F), (0x1E00, 0x1EFF), (0x2000, 0x206F), (0x2070, 0x20CF),
    (0x2100, 0x215F), (0x2190, 0x21FF), (0x2212, 0x22FF), (0x25A0, 0x26FF), (0x2713, 0x2718),
]  # fmt: skip
SOLID_HEART = 0x2665
HEARTS = [0x2764, 0x1F5A4, 0x1F499, 0x1F49A, 0x1F49B, 0x1F49C, 0x1F90E, 0x1F9E1, 0x1FA75, 0x1FA76, 0x1FA77]
"""Hatched in the original, each colour its own way, which no reader knows: all solid here."""
SIGNS = {*range(0x20, 0x7F), 0xA0, 0x200C, 0x200D, 0x20E3, *range(0x1F1E6, 0x1F200), *range(0x1F3FB, 0x1F400)}
SIGNS |= {*range(0xFE00, 0xFE10), *range(0xE0000, 0xE0100), *range(0xFE4E0, 0xFE900)}
"""What an emoji is made of, but is none alone."""
VARIATIONS = {0xFE0F, *range(0x1F3FB, 0x1F400)}
PRIVATE = 0xF0000


def subset(font: TTFont, code_points: set[int]) -> None:
    options = Options(layout_features=[], notdef_outline=True, name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14], hinting=False)
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "kern", "DSIG", "STAT", "meta"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=code_points)
    subsetter.subset(font)
    map_long(font, font.getBestCmap())


def map_long(font: TTFont, glyphs: dict[int, str]) -> None:
    """One character map in the form that holds every code point (format 12), which is the one we read."""
    table = CmapSubtable.newSubtable(12)
    table.platformID, table.platEncID, table.language, table.cmap = 3, 10, 0, glyphs
    font["cmap"].tables = [table]


def pair_tables(font: TTFont) -> Iterator[list]:
    table = font["GPOS"].table
    lookups = {
        at
        for each in table.FeatureList.FeatureRecord
        if each.FeatureTag == "kern"
        for at in each.Feature.LookupListIndex
    }
    for at in sorted(lookups):
        yield [getattr(each, "ExtSubTable", each) for each in table.LookupList.Lookup[at].SubTable]


def shift(table: object, left: str, right: str) -> int | None:
    """What one table says of a pair; None: nothing, the next one may."""
    if left not in table.Coverage.glyphs:
        return None
    if table.Format == 1:
        pairs = table.PairSet[table.Coverage.glyphs.index(left)].PairValueRecord
        return next((pair.Value1.XAdvance for pair in pairs if pair.SecondGlyph == right), None)
    first, second = table.ClassDef1.classDefs.get(left, 0), table.ClassDef2.classDefs.get(right, 0)
    return getattr(table.Class1Record[first].Class2Record[second].Value1, "XAdvance", 0)


def kerning(font: TTFont) -> dict[str, int]:
    """Thousandths of the size by which the second letter of a pair moves."""
    names, size = font.getBestCmap(), font["head"].unitsPerEm
    found = {}
    for tables in pair_tables(font):
        for left in KERNED:
            for right in KERNED:
                shifts = (shift(table, names[ord(left)], names[ord(right)]) for table in tables)
                by = next((each for each in shifts if each is not None), 0)
                found[left + right] = found.get(left + right, 0) + by
    rounded = {pair: round(1000 * by / size) for pair, by in found.items()}
    return {pair: by for pair, by in rounded.items() if abs(by) >= LEAST}


def sequences(font: TTFont) -> Iterator[tuple[str, str]]:
    """Emoji of several characters, without skin tones and variation selectors, and their glyphs."""
    characters = {glyph: chr(code_point) for code_point, glyph in font.getBestCmap().items()}
    table = font["GSUB"].table
    for lookup in (0, 4):
        for each in table.LookupList.Lookup[lookup].SubTable:
            for first, ligatures in getattr(each, "ExtSubTable", each).ligatures.items():
                for ligature in ligatures:
                    parts = [first, *ligature.Component]
                    if all(part in characters for part in parts):
                        text = "".join(characters[part] for part in parts)
                        yield "".join(sign for sign in text if ord(sign) not in VARIATIONS), ligature.LigGlyph


def map_emoji(font: TTFont) -> dict[str, str]:
    """Gives every sequence's glyph a code point and says which."""
    glyphs = {text: glyph for text, glyph in sorted(sequences(font)) if len(text) > 1}
    places = {glyph: PRIVATE + at for at, glyph in enumerate(dict.fromkeys(glyphs.values()))}
    single = {code_point: glyph for code_point, glyph in font.getBestCmap().items() if code_point not in SIGNS}
    for heart in HEARTS:
        single[heart] = single[SOLID_HEART]
    map_long(font, single | {place: glyph for glyph, place in places.items()})
    return {text: chr(places[glyph]) for text, glyph in glyphs.items()}


def make(originals: Path, target: Path) -> None:
    kerned = {}
    for source, name in LETTERS.items():
        font = TTFont(originals / source, recalcTimestamp=False)
        kerned[Path(name).stem] = kerning(font)
        subset(font, {code_point for first, last in BLOCKS for code_point in range(first, last + 1)})
        font.save(target / name)
    font = TTFont(originals / EMOJI, recalcTimestamp=False)
    sequences_at = map_emoji(font)
    subset(font, set(font.getBestCmap()))
    font.save(target / "emoji.ttf")
    for name, data in (("kerning", kerned), ("emoji", sequences_at)):
        (target / f"{name}.json").write_text(
            f"{json.dumps(data, ensure_ascii=False, separators=(',', ':'), sort_keys=True)}\n"
        )


if __name__ == "__main__":
    make(Path(sys.argv[1]), Path(sys.argv[2]))
