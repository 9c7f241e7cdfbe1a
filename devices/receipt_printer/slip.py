"""Paper: what was burnt on it line by line, as a picture and as text."""
from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

CELL = 24  # dots: a Chinese character is 24 x 24, ASCII 12 x 24 [usual for 80 mm printers]
LINE_GAP = 6  # dots between lines (30-dot line spacing)
DOTS_PER_MM = 8  # 203 dpi


@dataclass(frozen=True)
class TextLine:
    text: str
    size: int = 1
    bold: bool = False
    align: int = 0

    @property
    def dots(self) -> int:
        return CELL * self.size + LINE_GAP


@dataclass(frozen=True)
class PictureLine:
    image: Image.Image
    align: int = 0

    @property
    def dots(self) -> int:
        return self.image.height


@dataclass(frozen=True)
class EmptyLine:
    dots: int


Line = TextLine | PictureLine | EmptyLine


@dataclass
class Slip:
    """`cut` False: it still hangs from the machine, or was torn off where it had stopped."""

    lines: list[Line] = field(default_factory=list)
    cut: bool = False

    @property
    def dots(self) -> int:
        return sum(line.dots for line in self.lines)

    def text(self) -> str:
        """What can be read on it; pictures as [picture width x height]."""
        rows = []
        for line in self.lines:
            if isinstance(line, TextLine):
                rows.append(line.text)
            elif isinstance(line, PictureLine):
                rows.append(f"[picture {line.image.width} x {line.image.height}]")
        return "\n".join(rows) + ("\n" if rows else "")

    def render(self, dots_per_line: int, font: Path | str | None) -> Image.Image:
        """Mode L. Without `font` every character is a box of its true size: the layout can be seen, not the words."""
        paper = Image.new("L", (dots_per_line, max(1, self.dots)), 255)
        top = 0
        for line in self.lines:
            if isinstance(line, PictureLine):
                left = _left(line.align, line.image.width, dots_per_line)
                paper.paste(line.image.convert("L"), (left, top))
            elif isinstance(line, TextLine):
                _draw(paper, line, top, font)
            top += line.dots
        return paper

    def save(self, picture: Path | str, text: Path | str | None, dots_per_line: int, font: Path | str | None) -> None:
        """PNG at 203 dpi, and UTF-8 text."""
        self.render(dots_per_line, font).save(picture, "PNG", dpi=(203, 203))
        if text is not None:
            Path(text).write_text(self.text(), encoding="utf-8")


def width_of(char: str) -> int:
    """Dots of a character at size 1."""
    return CELL // 2 if char.isascii() else CELL


def wrapped(text: str, size: int, dots_per_line: int) -> list[str]:
    """As the machine breaks a line that is too long."""
    rows, row, used = [], "", 0
    for char in text:
        if used + width_of(char) * size > dots_per_line:
            rows.append(row)
            row, used = "", 0
        row += char
        used += width_of(char) * size
    return [*rows, row]


def _left(align: int, width: int, dots_per_line: int) -> int:
    return {0: 0, 1: (dots_per_line - width) // 2, 2: dots_per_line - width}[align]


def _draw(paper: Image.Image, line: TextLine, top: int, font: Path | str | None) -> None:
    draw = ImageDraw.Draw(paper)
    face = ImageFont.truetype(str(font), CELL * line.size) if font else None
    x = _left(line.align, sum(width_of(char) for char in line.text) * line.size, paper.width)
    for char in line.text:
        width = width_of(char) * line.size
        if face is not None:
            middle = (x + width / 2, top + CELL * line.size * 0.86)  # every character stands in its own cell
            draw.text(middle, char, 0, font=face, anchor="ms", stroke_width=int(line.bold))
        elif char != " ":
            draw.rectangle((x + 2, top + 2, x + width - 3, top + CELL * line.size - 3), outline=0, width=2 + int(line.bold))
        x += width
