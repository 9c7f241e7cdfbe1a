"""A card face as colours <-> the ribbon panels Y, M, C, K, O that print it.

The landscape picture (1016 x 648 dots, 300 dpi) is turned by 270 degrees for the head, which lies across the card
(facts/devices.md 5.2, netpbm -rotate270). Yellow, magenta and cyan in 64 levels, resin black and overlay in 2.
Measured on 2 cores: 12 ms to separate a face, 14 ms to render one.
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PIL import Image, ImageChops

from devices.card_printer.codec import BITS_OF_LEVELS, DOTS_PER_LINE, LINES, pack, panel_size, unpack

FACE_SIZE = (LINES, DOTS_PER_LINE)  # landscape, dots
HEAD_SIZE = (DOTS_PER_LINE, LINES)
COLOUR_LEVELS = 64
DOTS_PER_MM = 300 / 25.4
CONTACT_WINDOW_MM = (8.5, 17.5, 21.5, 30.5)  # around the contacts of ISO/IEC 7816-2, from the left and upper edge [uncertain]
_CHANNEL_OF_PANEL = {"y": 2, "m": 1, "c": 0}  # yellow ink takes away blue, magenta green, cyan red


@dataclass(frozen=True)
class Panel:
    """What one panel of the ribbon prints: `levels` 2, 32, 64 or 128, `data` packed dots (codec.pack)."""

    name: str
    levels: int
    data: bytes


@dataclass(frozen=True)
class CardImage:
    """One face, landscape 1016 x 648. `rgb`: the colours. `black`: dark dots are printed in resin black (text, codes);
    None = the purely black dots of `rgb`. `overlay`: dark dots are varnished; None = the whole face."""

    rgb: Image.Image
    black: Image.Image | None = None
    overlay: Image.Image | None = None

    @classmethod
    def centred(cls, rgb: Image.Image, black: Image.Image | None = None, overlay: Image.Image | None = None) -> CardImage:
        """From pictures of up to 1016 x 648 (a CR80 page at 300 dpi is 1012 x 638): laid in the middle of the face."""
        return cls(*(None if layer is None else _centre(layer) for layer in (rgb, black, overlay)))  # type: ignore[arg-type]

    def __post_init__(self) -> None:
        for layer in (self.rgb, self.black, self.overlay):
            if layer is not None and layer.size != FACE_SIZE:
                raise ValueError(f"a face is {FACE_SIZE} dots, not {layer.size}: use CardImage.centred")


def overlay_sparing_contacts() -> Image.Image:
    """Varnish everywhere but on the chip's contacts: for the front of a contact card."""
    overlay = Image.new("L", FACE_SIZE, 0)
    left, upper, right, lower = (round(mm * DOTS_PER_MM) for mm in CONTACT_WINDOW_MM)
    overlay.paste(255, (left, upper, right, lower))
    return overlay


def separate(face: CardImage) -> list[Panel]:
    """The five panels of a face, in the order of the ribbon. Where black prints, no colour is laid under it."""
    rgb = face.rgb.convert("RGB").transpose(Image.Transpose.ROTATE_270)
    black = _pure_black(rgb) if face.black is None else _dark(face.black.transpose(Image.Transpose.ROTATE_270))
    rgb.paste((255, 255, 255), mask=black)
    channels = rgb.split()
    ink = bytes((255 - value) >> (8 - BITS_OF_LEVELS[COLOUR_LEVELS]) for value in range(256))
    colours = [
        Panel(name, COLOUR_LEVELS, pack(channels[channel].tobytes().translate(ink), COLOUR_LEVELS))
        for name, channel in _CHANNEL_OF_PANEL.items()
    ]
    if face.overlay is None:
        varnish = b"\xff" * panel_size(2)
    else:
        varnish = _dark(face.overlay.transpose(Image.Transpose.ROTATE_270)).tobytes()
    return [*colours, Panel("k", 2, black.tobytes()), Panel("o", 2, varnish)]


def render(panels: Mapping[str, Panel]) -> CardImage:
    """What a card looks like after these panels were printed on it (any of them may be missing)."""
    channels = [Image.new("L", HEAD_SIZE, 255) for _ in range(3)]
    for name, channel in _CHANNEL_OF_PANEL.items():
        if panel := panels.get(name):
            top = panel.levels - 1
            paper = bytes(255 - min(value, top) * 255 // top for value in range(256))
            channels[channel] = Image.frombytes("L", HEAD_SIZE, unpack(panel.data, panel.levels).translate(paper))
    rgb = Image.merge("RGB", channels)
    black, overlay = (_printed(panels.get(name)) for name in ("k", "o"))
    rgb.paste((0, 0, 0), mask=black)
    return CardImage(*(layer.transpose(Image.Transpose.ROTATE_90)
                       for layer in (rgb, ImageChops.invert(black.convert("L")), ImageChops.invert(overlay.convert("L")))))


def _printed(panel: Panel | None) -> Image.Image:
    """Mode 1, white where the panel prints."""
    if panel is None:
        return Image.new("1", HEAD_SIZE, 0)
    if panel.levels == 2:
        return Image.frombytes("1", HEAD_SIZE, panel.data)
    half = panel.levels // 2
    on = bytes(255 if value >= half else 0 for value in range(256))
    return Image.frombytes("L", HEAD_SIZE, unpack(panel.data, panel.levels).translate(on)).convert("1")


def _dark(layer: Image.Image) -> Image.Image:
    """Mode 1, white where `layer` is darker than middle grey."""
    return layer.convert("L").point([255] * 128 + [0] * 128, "1")


def _pure_black(rgb: Image.Image) -> Image.Image:
    red, green, blue = rgb.split()
    return ImageChops.lighter(ImageChops.lighter(red, green), blue).point([255] + [0] * 255, "1")


def _centre(layer: Image.Image) -> Image.Image:
    if layer.size == FACE_SIZE:
        return layer
    if layer.width > FACE_SIZE[0] or layer.height > FACE_SIZE[1]:
        raise ValueError(f"{layer.size} is larger than a face of {FACE_SIZE}")
    layer = layer.convert("RGB") if layer.mode not in ("L", "RGB") else layer
    face = Image.new(layer.mode, FACE_SIZE, 255 if layer.mode == "L" else (255, 255, 255))
    face.paste(layer, ((FACE_SIZE[0] - layer.width) // 2, (FACE_SIZE[1] - layer.height) // 2))
    return face
