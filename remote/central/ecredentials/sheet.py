"""One page of an OFD document drawn with embedded fonts: text by glyph number, lines, pictures. Millimetres, y downwards."""
from __future__ import annotations

import math
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from print.layouts.embedded_face import Cut, Piece, cut, pieces
from remote.central.ecredentials import package
from remote.central.ecredentials.package import Entries

INK, QUIET, RED = "22 35 58", "84 97 120", "200 16 16"
"""RGB, 0 to 255."""
FIRST_FONT, FIRST_PICTURE = 11, 31
"""Their IDs in the document."""


@dataclass(frozen=True)
class _Text:
    piece: Piece
    x: float
    y: float
    size: float
    turn: float
    colour: str

    def xml(self, font: int, glyphs: dict[str, int]) -> str:
        """Its Boundary begins at the left end of the baseline, one size above it, before it is turned."""
        size, words = self.size, self.piece.text
        cos, sin = math.cos(self.turn), math.sin(self.turn)
        long = round(sum(self.piece.advances) * size + size, 3)
        turned = f'CTM="{cos:.5f} {sin:.5f} {-sin:.5f} {cos:.5f} 0 0"' if self.turn else ""
        box = f"{self.x:.3f} {self.y:.3f} {long} {size * 1.4:.3f}" if self.turn else (
            f"{self.x:.3f} {self.y - size:.3f} {long} {size * 1.4:.3f}")  # fmt: skip
        steps = " ".join(f"{advance * size:.3f}" for advance in self.piece.advances[:-1])
        listed = " ".join(str(glyphs[char]) for char in words)
        return (f'<ofd:TextObject ID="9" Boundary="{box}" Font="{font}" Size="{size}" {turned}>'
                f'<ofd:FillColor Value="{self.colour}"/><ofd:CGTransform CodePosition="0" CodeCount="{len(words)}" '
                f'GlyphCount="{len(words)}"><ofd:Glyphs>{listed}</ofd:Glyphs></ofd:CGTransform>'
                f'<ofd:TextCode X="0" Y="{0 if self.turn else size}"{f" DeltaX={steps!r}" if steps else ""}>{escape(words)}'
                "</ofd:TextCode></ofd:TextObject>")  # fmt: skip


@dataclass
class OfdSheet:
    width: float
    height: float
    _objects: list[_Text | str] = field(default_factory=list)
    _pictures: list[bytes] = field(default_factory=list)

    def text(self, x: float, y: float, words: str, size: float, *, bold: bool = False, colour: str = INK,
             turn: float = 0.0) -> None:  # fmt: skip
        """The baseline begins at (x, y); `turn` clockwise, in radians. Raises NoGlyph, FontsMissing."""
        along = 0.0
        for piece in pieces(words, "bold" if bold else "regular"):
            place = (x + along * math.cos(turn), y + along * math.sin(turn))
            self._objects.append(_Text(piece, *place, size, turn, colour))
            along += sum(piece.advances) * size

    def centred(self, x: float, y: float, words: str, size: float, *, bold: bool = False, colour: str = INK) -> None:
        self.text(x - width(words, size, bold=bold) / 2, y, words, size, bold=bold, colour=colour)

    def path(self, data: str, *, fill: str = "", stroke: str = "", line: float = 0.3) -> None:
        """AbbreviatedData in the page's own space."""
        painted = f'Fill="{str(bool(fill)).lower()}" Stroke="{str(bool(stroke)).lower()}" LineWidth="{line}"'
        inside = (f'<ofd:FillColor Value="{fill}"/>' if fill else "") + (f'<ofd:StrokeColor Value="{stroke}"/>' if stroke else "")
        self._objects.append(package.path(data, f"0 0 {self.width} {self.height}", painted, inside))

    def box(self, x: float, y: float, wide: float, high: float, *, fill: str = "", stroke: str = "", line: float = 0.3) -> None:
        corners = f"M {x} {y} L {x + wide} {y} L {x + wide} {y + high} L {x} {y + high} C"
        self.path(corners, fill=fill, stroke=stroke, line=line)

    def picture(self, png: bytes, x: float, y: float, wide: float, high: float) -> None:
        self._pictures.append(png)
        self._objects.append(package.picture(str(FIRST_PICTURE + len(self._pictures) - 1), f"{x} {y} {wide} {high}"))

    def document(self, title: str) -> Entries:
        """A package with this one page; equal sheets give equal bytes."""
        faces = self._faces()
        numbers = {face: FIRST_FONT + at for at, face in enumerate(faces)}
        drawn = [one if isinstance(one, str) else one.xml(numbers[one.piece.face], faces[one.piece.face].glyphs)
                 for one in self._objects]  # fmt: skip
        fonts = "".join(f'<ofd:Font ID="{number}" FontName="{face}"><ofd:FontFile>{face}.ttf</ofd:FontFile></ofd:Font>'
                        for face, number in numbers.items())  # fmt: skip
        medias = "".join(f'<ofd:MultiMedia ID="{FIRST_PICTURE + at}" Type="Image" Format="PNG"><ofd:MediaFile>{at}.png'
                         "</ofd:MediaFile></ofd:MultiMedia>" for at in range(len(self._pictures)))  # fmt: skip
        files = {f"Doc_0/Res/{face}.ttf": made.data for face, made in faces.items()}
        files |= {f"Doc_0/Res/{at}.png": png for at, png in enumerate(self._pictures)}
        return package.document(
            [package.page("".join(drawn))], title=title, size=f"0 0 {self.width} {self.height}", fonts=fonts, extra=files,
            resources=f"<ofd:MultiMedias>{medias}</ofd:MultiMedias>" if medias else "",
        )  # fmt: skip

    def _faces(self) -> dict[str, Cut]:
        used: dict[str, str] = {}
        for one in self._objects:
            if isinstance(one, _Text):
                used[one.piece.face] = used.get(one.piece.face, "") + one.piece.text
        return {face: cut(face, "".join(sorted(set(characters)))) for face, characters in used.items()}


def width(words: str, size: float, *, bold: bool = False) -> float:
    """Millimetres. Raises NoGlyph, FontsMissing."""
    return sum(sum(piece.advances) for piece in pieces(words, "bold" if bold else "regular")) * size
