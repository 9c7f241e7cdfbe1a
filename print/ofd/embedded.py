"""A font out of the OFD package, put into a PDF as it is and drawn by glyph number (Type 0, Identity-H), with a ToUnicode
map of the characters that the document says the glyphs stand for: paper and copied text are both right."""
from __future__ import annotations

import io
import struct
from typing import Any

from fontTools.cffLib import CFFFontSet
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont, TTLibError
from reportlab.pdfbase import pdfdoc

LARGEST_WHOLE = 1024 * 1024
"""Bytes. A larger font is reduced to the glyphs used."""

FONT_ERRORS = (TTLibError, struct.error, KeyError, IndexError, AssertionError, ValueError, TypeError, AttributeError, OSError,
               EOFError, OverflowError, RecursionError, NotImplementedError)  # fmt: skip
"""What fontTools raises on broken fonts, which is anything."""

_NEEDED = ("head", "hhea", "maxp", "hmtx", "loca", "glyf")


class UnusableFont(Exception):
    """Not a font that can be drawn with; the caller draws with a face of the house and says so."""


class EmbeddedFont:
    """Glyphs by number. `used` collects what was drawn."""

    def __init__(self, data: bytes, name: str) -> None:
        """`name`: a PDF name, unique in its document. Raises UnusableFont."""
        self.name = name
        self.used: dict[int, str] = {}
        self._data = data
        self._cids: dict[int, int] | None = None
        self._empty: set[int] = set()
        try:
            self._open(data)
        except FONT_ERRORS as error:
            raise UnusableFont(f"{type(error).__name__} {error}"[:120]) from error

    def glyph_of(self, char: str) -> int | None:
        """The font's own glyph for a character. Symbol fonts keep theirs at U+F000."""
        return self._by_char.get(ord(char)) or self._by_char.get(0xF000 + ord(char) if ord(char) < 256 else -1)

    def has(self, glyph: int) -> bool:
        return glyph in self._cids if self._cids is not None else 0 <= glyph < int(self.glyph_count)

    def leaves_ink(self, glyph: int) -> bool:
        """False where the outline is empty or lies outside its table (TrueType outlines only)."""
        if self._loca is None:
            return True
        return bool(self._loca[glyph] < self._loca[glyph + 1] <= self._glyf_bytes)

    def advance(self, glyph: int) -> float:
        """Width in ems."""
        return self._widths[glyph] if glyph < len(self._widths) else 1.0

    def code(self, glyph: int, text: str) -> str:
        """The hexadecimal string that draws the glyph; remembers that it was used, and for what."""
        if text or glyph not in self.used:
            self.used[glyph] = text or self.used.get(glyph, "")
        return f"{self._cid(glyph):04X}"

    def write(self, doc: Any) -> None:
        """Put the font and its maps into a reportlab document, under its name on every page."""
        n = pdfdoc.PDFName
        program, key = self._program()
        header = {"Subtype": n("CIDFontType0C")} if key == "FontFile3" else {"Length1": len(program)}
        base = f"{''.join(chr(65 + int(digit, 36) % 26) for digit in (self.name + 'AAAAAA')[:6])}+{self.name}"
        packed = pdfdoc.PDFStream(pdfdoc.PDFDictionary(header), program, [pdfdoc.PDFZCompress])
        stream = doc.Reference(packed, f"{self.name}:file")
        descriptor = doc.Reference(pdfdoc.PDFDictionary({
            "Type": n("FontDescriptor"), "FontName": n(base), "Flags": 4, "ItalicAngle": 0, "StemV": 80,
            "FontBBox": pdfdoc.PDFArray([-500, -300, 1500, 1200]), "Ascent": 880, "Descent": -120, "CapHeight": 700,
            key: stream}), f"{self.name}:descriptor")  # fmt: skip
        system = pdfdoc.PDFDictionary({"Registry": pdfdoc.PDFString("Adobe"), "Ordering": pdfdoc.PDFString("Identity"),
                                       "Supplement": 0})  # fmt: skip
        parts: dict[str, Any] = {"Type": n("Font"), "Subtype": n("CIDFontType0" if key == "FontFile3" else "CIDFontType2"),
                 "BaseFont": n(base), "CIDSystemInfo": system, "FontDescriptor": descriptor, "DW": 1000,
                 "W": self._width_array()}  # fmt: skip
        if key == "FontFile2":
            parts["CIDToGIDMap"] = n("Identity")
        cid_font = doc.Reference(pdfdoc.PDFDictionary(parts), f"{self.name}:cid")
        to_unicode = doc.Reference(pdfdoc.PDFStream(pdfdoc.PDFDictionary({}), self._to_unicode(), [pdfdoc.PDFZCompress]),
                                   f"{self.name}:unicode")  # fmt: skip
        font = pdfdoc.PDFDictionary({"Type": n("Font"), "Subtype": n("Type0"), "BaseFont": n(base), "Encoding": n("Identity-H"),
                                     "DescendantFonts": pdfdoc.PDFArray([cid_font]), "ToUnicode": to_unicode})  # fmt: skip
        doc.idToObject["BasicFonts"].dict[self.name] = doc.Reference(font, self.name)

    def _open(self, data: bytes) -> None:
        self._loca: Any = None
        self._font: Any = None
        if data[:4] == b"\x01\x00\x04\x00" or data[:3] == b"\x01\x00\x04":
            self._open_cff(data, None)
            return
        font: Any = TTFont(io.BytesIO(data), fontNumber=0, lazy=True)
        self._by_char = dict(_cmap(font))
        if font.sfntVersion == "OTTO":
            self._open_cff(font.reader["CFF "], font)
            return
        lacking = [table for table in _NEEDED if table not in font.reader]
        if lacking:
            raise UnusableFont(f"no table {lacking[0]}")
        self.glyph_count = _glyph_count(font.reader)
        self._loca = _locations(font.reader)
        self._glyf_bytes = len(font.reader["glyf"])
        if len(self._loca) <= self.glyph_count:
            raise UnusableFont("a short table loca")
        self._widths = _widths(font.reader)
        self._font = font

    def _open_cff(self, data: bytes, font: Any) -> None:
        fonts: Any = CFFFontSet()
        fonts.decompile(io.BytesIO(data), font)
        top = fonts[0]
        order = top.charset
        self.glyph_count = len(order)
        self._data = data
        if hasattr(top, "ROS"):
            cids = [int(name[3:]) if name.startswith("cid") else 0 for name in order]
            # Documents made from PDF number the glyphs of a bare CFF by CID, as PDF does (seen in two producers' files).
            self._cids = {cid: cid for cid in cids} if font is None else dict(enumerate(cids))
        self._by_char = {} if font is None else self._by_char
        self._widths = _widths(font.reader) if font is not None and "hmtx" in font.reader else []

    def _cid(self, glyph: int) -> int:
        return glyph if self._cids is None else self._cids.get(glyph, 0)

    def _program(self) -> tuple[bytes, str]:
        if self._font is None:
            return self._data, "FontFile3"
        if len(self._data) <= LARGEST_WHOLE and self._data[:4] != b"ttcf":
            return self._data, "FontFile2"
        try:
            return self._reduced(), "FontFile2"
        except UnusableFont:
            if self._data[:4] == b"ttcf":
                raise
            return self._data, "FontFile2"  # whole, where only our tool stumbles over it (a padded `head`)

    def _reduced(self) -> bytes:
        options = Options(retain_gids=True, notdef_outline=True, glyph_names=False, hinting=False, layout_features=[],
                          drop_tables=["GSUB", "GPOS", "GDEF", "DSIG", "name", "post"])  # fmt: skip
        try:
            font = TTFont(io.BytesIO(self._data), fontNumber=0)
            subsetter = Subsetter(options)
            subsetter.populate(gids=sorted(self.used))
            subsetter.subset(font)
            out = io.BytesIO()
            font.save(out)
            return out.getvalue()
        except FONT_ERRORS as error:
            raise UnusableFont(f"cannot be reduced: {error}"[:120]) from error

    def _width_array(self) -> Any:
        items: list[Any] = []
        for glyph in sorted(self.used):
            items += [self._cid(glyph), pdfdoc.PDFArray([round(self.advance(glyph) * 1000)])]
        return pdfdoc.PDFArray(items)

    def _to_unicode(self) -> bytes:
        rows = [f"<{self._cid(glyph):04X}> <{text.encode('utf-16-be', 'replace').hex().upper()}>"
                for glyph, text in sorted(self.used.items()) if text]  # fmt: skip
        lines = ["/CIDInit /ProcSet findresource begin", "12 dict begin", "begincmap", "/CIDSystemInfo",
                 "<< /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def", "/CMapName /Adobe-Identity-UCS def",
                 "/CMapType 2 def", "1 begincodespacerange", "<0000> <FFFF>", "endcodespacerange"]  # fmt: skip
        for start in range(0, len(rows), 100):  # the format allows 100 entries a block
            block = rows[start : start + 100]
            lines += [f"{len(block)} beginbfchar", *block, "endbfchar"]
        lines += ["endcmap", "CMapName currentdict /CMap defineresource pop", "end", "end"]
        return "\n".join(lines).encode("ascii")


def _cmap(font: Any) -> dict[int, int]:
    """Characters to glyph numbers, from whatever table the subset kept; none at all is usual."""
    if "cmap" not in font.reader:
        return {}
    found: dict[int, int] = {}
    try:
        for table in font["cmap"].tables:
            if table.format != 14 and (table.platformID in (0, 3) or not found):
                found.update({char: font.getGlyphID(name) for char, name in table.cmap.items()})
    except FONT_ERRORS:
        return {}
    return found


# The tables below are read here, not by fontTools: it refuses a `head` padded to 56 bytes, as a producer writes it.


def _glyph_count(tables: Any) -> int:
    return int(struct.unpack_from(">H", tables["maxp"], 4)[0])


def _locations(tables: Any) -> tuple[int, ...]:
    data = tables["loca"]
    if struct.unpack_from(">h", tables["head"], 50)[0]:
        return struct.unpack(f">{len(data) // 4}I", data[: len(data) // 4 * 4])
    return tuple(2 * half for half in struct.unpack(f">{len(data) // 2}H", data[: len(data) // 2 * 2]))


def _widths(tables: Any) -> list[float]:
    """Advance widths in ems; the last one stands for the rest (OpenType, hmtx)."""
    unit = struct.unpack_from(">H", tables["head"], 18)[0] or 1000
    count = struct.unpack_from(">H", tables["hhea"], 34)[0]
    data = tables["hmtx"]
    known = [struct.unpack_from(">H", data, 4 * at)[0] / unit for at in range(min(count, len(data) // 4))]
    return known + [known[-1] if known else 1.0] * (_glyph_count(tables) - len(known))
