"""Colours of the pictures: warm and few; two in the high-contrast theme."""
from __future__ import annotations

from dataclasses import dataclass

from kiosk.ui.pictures.pen import Ink
from kiosk.ui.theme import Colour, Palette


@dataclass(frozen=True)
class Tints:
    ink: Ink
    paper: Ink
    white: Ink
    steel: Ink          # the machine's housing
    shade: Ink          # its darker side
    glass: Ink          # its screen
    sky: Ink            # quiet ground of a picture
    skin: Ink
    hair: Ink
    green: Ink
    leaf: Ink           # light green
    blue: Ink
    red: Ink
    amber: Ink          # the attention colour
    wood: Ink

    @property
    def on_green(self) -> Ink:
        """What is drawn over green."""
        return self.white if self.white != self.green else self.ink

    @property
    def on_amber(self) -> Ink:
        return self.ink if self.ink != self.amber else self.white

    @property
    def faint(self) -> Ink:
        """Lines of writing that nobody has to read."""
        return self.shade if self.shade != self.white else self.ink


def ink(colour: str | Colour, alpha: int = 255) -> Ink:
    if isinstance(colour, str):
        return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16), alpha
    return round(colour[0] * 255), round(colour[1] * 255), round(colour[2] * 255), alpha


CALM = Tints(
    ink=ink("#16233A"), paper=ink("#FBF8F3"), white=ink("#FFFFFF"), steel=ink("#DCE3EA"), shade=ink("#B4C0CC"),
    glass=ink("#0B3D6B"), sky=ink("#E9F0F2"), skin=ink("#F3C9A2"), hair=ink("#C9CDD3"), green=ink("#0A5A3A"), leaf=ink("#CFE3D5"),
    blue=ink("#2F6FA8"), red=ink("#7A1320"), amber=ink("#FFC93C"), wood=ink("#E3C9A0"))

_GLOW, _NIGHT = ink("#FFE9A8"), ink("#000000")
NIGHT = Tints(
    ink=_GLOW, paper=_NIGHT, white=_NIGHT, steel=_NIGHT, shade=_NIGHT, glass=_NIGHT, sky=_NIGHT, skin=_NIGHT, hair=_NIGHT,
    green=_NIGHT, leaf=_NIGHT, blue=_NIGHT, red=_NIGHT, amber=_GLOW, wood=_NIGHT)


def tints_of(palette: Palette) -> Tints:
    return NIGHT if palette.name == "high_contrast" else CALM


def mixed(part: Ink, ground: Ink, share: float) -> Ink:
    """`share` of `part` over an opaque ground, as one opaque ink."""
    red, green, blue = (round(over * share + under * (1 - share)) for over, under in zip(part[:3], ground[:3], strict=True))
    return red, green, blue, 255
