"""Tokens: colours and millimetres, all of them, in one file. A city may change the values, not the rules (look.md)."""
from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

Colour = tuple[float, float, float, float]


def rgb(hexadecimal: str) -> Colour:
    """'#RRGGBB' -> r, g, b, 1 in 0..1."""
    red, green, blue = (int(hexadecimal[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue, 1.0


def contrast(one: Colour, other: Colour) -> float:
    """WCAG 2.1 contrast ratio of two opaque colours, 1..21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Colour) -> float:
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@dataclass(frozen=True)
class Pair:
    """Ink and the ground it stands on; every pair is measured at 7:1 or more (tests/kiosk/ui/test_contrast.py)."""

    ink: Colour
    ground: Colour


@dataclass(frozen=True)
class Palette:
    """Colours by what they say."""

    name: str
    plain: Pair
    quiet: Pair
    primary: Pair
    secondary: Pair
    attention: Pair
    refusal: Pair
    refusal_mark: Colour
    information: Pair
    done: Pair
    bar: Pair
    bar_ground: Colour
    sheet: Pair           # white card on paper: photos, slips, tables
    hairline: Colour
    track: Colour         # the part of the progress bar that is still to come
    pressed: Colour       # laid over what is touched


CALM = Palette(
    name="calm",
    plain=Pair(rgb("#16233A"), rgb("#FBF8F3")),
    quiet=Pair(rgb("#46536B"), rgb("#FBF8F3")),
    primary=Pair(rgb("#FFFFFF"), rgb("#0A5A3A")),
    secondary=Pair(rgb("#16233A"), rgb("#FBF8F3")),
    attention=Pair(rgb("#16233A"), rgb("#FFC93C")),
    refusal=Pair(rgb("#7A1320"), rgb("#FBF8F3")),
    refusal_mark=rgb("#7A1320"),
    information=Pair(rgb("#FFFFFF"), rgb("#0B3D6B")),
    done=Pair(rgb("#16233A"), rgb("#E4EFE7")),
    bar=Pair(rgb("#16233A"), rgb("#FFFFFF")),
    bar_ground=rgb("#EAE3D6"),
    sheet=Pair(rgb("#16233A"), rgb("#FFFFFF")),
    hairline=rgb("#D9D0BF"),
    track=rgb("#FFFFFF"),
    pressed=(0.09, 0.14, 0.23, 0.22),
)

_NIGHT, _GLOW = rgb("#000000"), rgb("#FFE9A8")
HIGH_CONTRAST = Palette(
    name="high_contrast",
    plain=Pair(_GLOW, _NIGHT),
    quiet=Pair(_GLOW, _NIGHT),
    primary=Pair(_NIGHT, _GLOW),
    secondary=Pair(_GLOW, _NIGHT),
    attention=Pair(_NIGHT, _GLOW),
    refusal=Pair(_GLOW, _NIGHT),
    refusal_mark=_GLOW,
    information=Pair(_GLOW, _NIGHT),
    done=Pair(_GLOW, _NIGHT),
    bar=Pair(_GLOW, _NIGHT),
    bar_ground=_NIGHT,
    sheet=Pair(_GLOW, _NIGHT),
    hairline=_GLOW,
    track=_NIGHT,
    pressed=(1.0, 0.91, 0.66, 0.35),
)


class Type(Enum):
    """Glyph height in mm of each role; nothing on the screen is smaller than SMALL. FIGURE is for numbers alone."""

    FIGURE = 26.0
    TITLE = 13.0
    BODY = 9.0
    SMALL = 7.0


GLYPH_OF_EM = 0.92
"""A Noto Sans SC ideograph fills this part of its em square."""

LINE = 1.35
"""Line pitch over the em size."""

ELDER_SCALE = 1.35

GRID_MM = 6.0
MARGIN_MM = 12.0
CORNER_MM = 4.0
GAP_MM = 6.0
OUTLINE_MM = 0.6

PRIMARY_MM = {False: 20.0, True: 26.0}
"""Least height of the primary touch target, standard and elder."""
OTHER_MM = {False: 15.0, True: 22.0}
"""Least height and width of every other touch target."""
LEAST_GAP_MM = 5.0
"""inclusion.md 2; the grid gives 6."""

SEATED_PART = 0.45
"""Portrait, seated: controls stay in this lowest part of the screen (inclusion.md 4)."""

FADE_S = 0.15


@dataclass(frozen=True)
class Sizes:
    """Millimetres turned into pixels once, for one screen and one type size."""

    px_per_mm: float
    elder: bool

    def mm(self, millimetres: float) -> float:
        return millimetres * self.px_per_mm

    def em(self, role: Type) -> int:
        """Font size in pixels."""
        scale = ELDER_SCALE if self.elder and role is not Type.FIGURE else 1.0
        return round(self.mm(role.value) * scale / GLYPH_OF_EM)

    def line(self, role: Type) -> float:
        return self.em(role) * LINE

    @property
    def primary(self) -> float:
        """Height the primary button is drawn with: its title-sized label and air, never below the token."""
        return max(self.mm(PRIMARY_MM[self.elder]), self.line(Type.TITLE) + self.mm(6))

    @property
    def least(self) -> float:
        """Least height of a touch target that is not the primary one."""
        return self.mm(OTHER_MM[self.elder])

    @property
    def other(self) -> float:
        return max(self.mm(OTHER_MM[self.elder]), self.line(Type.BODY) + self.mm(6))
