"""What stands in an OFD document: typed, in millimetres, y downwards, as GB/T 33190 has it. Nothing is drawn here."""
from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from print.ofd.geometry import IDENTITY, Box, Matrix
from print.ofd.paths import Segment

ColourModel = Literal["GRAY", "RGB", "CMYK"]
Level = Literal["Background", "Body", "Foreground"]


@dataclass(frozen=True)
class Stop:
    """One colour of a gradient, position 0 to 1."""

    position: float
    colour: Colour


@dataclass(frozen=True)
class Shading:
    """A gradient of colours between two points (`axial`) or circles (`radial`), in the object's own space."""

    kind: Literal["axial", "radial"]
    start: tuple[float, float]
    end: tuple[float, float]
    stops: tuple[Stop, ...]
    extend: bool = False
    start_radius: float = 0.0
    end_radius: float = 0.0
    not_done: tuple[str, ...] = ()
    """What of it is drawn otherwise than asked."""


@dataclass(frozen=True)
class Colour:
    """Parts between 0 and 1 in the model's order; `alpha` 0 (clear) to 1."""

    model: ColourModel = "RGB"
    parts: tuple[float, ...] = (0.0, 0.0, 0.0)
    alpha: float = 1.0
    shading: Shading | None = None
    not_done: str = ""
    """A kind of colour that this reader replaces by `parts`, by its name."""


BLACK = Colour()


@dataclass(frozen=True)
class Pen:
    """Everything of a drawing parameter that may be left to the next level: None means not said here."""

    line_width: float | None = None
    join: str | None = None
    cap: str | None = None
    miter: float | None = None
    dash: tuple[float, ...] | None = None
    dash_offset: float | None = None
    fill: Colour | None = None
    stroke: Colour | None = None

    def over(self, other: Pen) -> Pen:
        """This pen, completed by another."""
        said = {name: value for name, value in vars(self).items() if value is not None}
        return replace(other, **said)


@dataclass(frozen=True)
class Glyphs:
    """A CGTransform: `codes` characters from `position` on are drawn by these glyph numbers of the embedded font."""

    position: int
    codes: int
    glyphs: tuple[int, ...]


@dataclass(frozen=True)
class TextCode:
    """Text from the point (x, y) of the object's space; deltas are the steps between characters."""

    text: str
    x: float
    y: float
    delta_x: tuple[float, ...] | None
    delta_y: tuple[float, ...] | None
    transforms: tuple[Glyphs, ...] = ()


@dataclass(frozen=True)
class Common:
    """What every graphic object has. `where` names it for reports."""

    where: str
    boundary: Box
    ctm: Matrix = IDENTITY
    pen: Pen = Pen()
    alpha: float = 1.0
    clips: tuple[Clip, ...] = ()
    visible: bool = True


@dataclass(frozen=True)
class Text:
    common: Common
    font: str
    size: float
    codes: tuple[TextCode, ...]
    fill: bool = True
    stroke: bool = False
    h_scale: float = 1.0
    turn: int = 0
    """CharDirection: each character turned clockwise by 0, 90, 180 or 270 degrees."""
    weight: int = 400
    italic: bool = False


@dataclass(frozen=True)
class Path:
    common: Common
    segments: tuple[Segment, ...]
    stroke: bool = True
    fill: bool = False
    even_odd: bool = False


@dataclass(frozen=True)
class Image:
    common: Common
    resource: str
    mask: str | None = None
    bordered: bool = False


@dataclass(frozen=True)
class Composite:
    common: Common
    resource: str


@dataclass(frozen=True)
class Block:
    """A PageBlock: objects together, in the space of what holds them."""

    objects: tuple[Object, ...]


@dataclass(frozen=True)
class Unknown:
    """An element that this reader does not know; reported when its page is drawn."""

    name: str
    where: str


Object = Text | Path | Image | Composite | Block | Unknown


@dataclass(frozen=True)
class Clip:
    """Areas that together let an object be seen. A text as an area is not done and is named. `own_space`: the areas move
    with the object's CTM (TransFlag)."""

    areas: tuple[tuple[Matrix, Path | Text], ...]
    own_space: bool = True


@dataclass(frozen=True)
class Layer:
    level: Level
    pen: Pen
    objects: tuple[Object, ...]


@dataclass(frozen=True)
class Annotation:
    kind: str
    boundary: Box | None
    objects: tuple[Object, ...]
    visible: bool = True
    printed: bool = True


@dataclass(frozen=True)
class Page:
    """`box` is the physical page. Layers of the templates stand with the page's own, in the order of drawing."""

    identity: str
    path: str
    box: Box
    layers: tuple[Layer, ...]
    annotations: tuple[Annotation, ...] = ()


@dataclass(frozen=True)
class Font:
    name: str
    family: str = ""
    bold: bool = False
    italic: bool = False
    serif: bool = False
    fixed: bool = False
    file: str | None = None
    """The embedded font's entry in the package."""


@dataclass(frozen=True)
class Media:
    kind: str
    file: str


@dataclass(frozen=True)
class CompositeUnit:
    width: float
    height: float
    objects: tuple[Object, ...]


@dataclass(frozen=True)
class ColourSpace:
    model: ColourModel
    bits: int = 8
    palette: tuple[tuple[float, ...], ...] = ()


@dataclass
class Resources:
    """By ID, which is one number space in a document."""

    fonts: dict[str, Font] = field(default_factory=dict)
    media: dict[str, Media] = field(default_factory=dict)
    composites: dict[str, CompositeUnit] = field(default_factory=dict)
    colour_spaces: dict[str, ColourSpace] = field(default_factory=dict)
    pens: dict[str, Pen] = field(default_factory=dict)
    default_space: str | None = None


@dataclass(frozen=True)
class Stamp:
    """Where a signature shows its seal."""

    page: str
    box: Box
    clip: Box | None


@dataclass(frozen=True)
class Signature:
    """One entry of Signatures.xml with what its Signature.xml says, not verified."""

    identity: str
    kind: Literal["Seal", "Sign"]
    path: str
    """Entry of Signature.xml."""
    value: str | None
    """Entry of SignedValue.dat."""
    seal: str | None
    method: str
    check_method: str
    references: tuple[tuple[str, str], ...]
    """(entry, CheckValue in base64)"""
    stamps: tuple[Stamp, ...]
    problem: str = ""
    """Why it could not be read: it is then reported, never left out."""


@dataclass(frozen=True)
class Info:
    """DocInfo: what the producer says about the document."""

    title: str = ""
    creator: str = ""
    created: str = ""
