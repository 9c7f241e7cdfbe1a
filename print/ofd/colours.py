"""Colours of fills and lines: values, palettes, gradients. What is not done (patterns, Gouraud meshes) keeps its name."""
from __future__ import annotations

from print.ofd.errors import Damaged
from print.ofd.model import BLACK, Colour, ColourModel, ColourSpace, Resources, Shading, Stop
from print.ofd.xml import Node

PARTS: dict[ColourModel, int] = {"GRAY": 1, "RGB": 3, "CMYK": 4}
RGB = ColourSpace("RGB")
DEEPEST = 2
"""A gradient's stops are plain colours; a gradient inside a gradient has no meaning."""


def read_space(node: Node) -> ColourSpace:
    """A ColorSpace resource; an ICC profile is not used, its Type is. Raises Damaged."""
    kind = (node.get("Type") or "RGB").upper()
    model: ColourModel = "GRAY" if kind == "GRAY" else "CMYK" if kind == "CMYK" else "RGB"
    bits = node.integer("BitsPerComponent", 8)
    bits = bits if bits in (1, 2, 4, 8, 16) else 8
    palette = node.child("Palette")
    rows = tuple(_values(cv, cv.text, bits) for cv in palette.children("CV")) if palette is not None else ()
    return ColourSpace(model, bits, rows)


def read_colour(node: Node | None, resources: Resources, depth: int = 0) -> Colour | None:
    """None where there is no such element: the next level decides. Raises Damaged."""
    if node is None:
        return None
    alpha = min(255.0, max(0.0, node.number("Alpha", 255))) / 255
    space = resources.colour_spaces.get(node.get("ColorSpace") or resources.default_space or "", RGB)
    for child in node.children():
        if depth >= DEEPEST:
            break
        if child.name in ("AxialShd", "RadialShd"):
            shading = _shading(child, resources, depth)
            first = shading.stops[0].colour if shading.stops else BLACK
            return Colour(first.model, first.parts, alpha, shading if len(shading.stops) > 1 else None)
        if child.name in ("Pattern", "GouraudShd", "LaGourandShd", "LaGouraudShd"):
            return Colour("GRAY", (0.75,), alpha, None, f"colour by {child.name}")
    return Colour(space.model, _parts(node, space), alpha)


def _parts(node: Node, space: ColourSpace) -> tuple[float, ...]:
    wanted = PARTS[space.model]
    value = node.get("Value")
    if value is None:
        index = node.integer("Index", 0)
        if node.get("Index") is not None and 0 <= index < len(space.palette) and len(space.palette[index]) == wanted:
            return space.palette[index]
        return (0.0,) * (wanted - 1) + (1.0 if space.model == "CMYK" else 0.0,)
    parts = _values(node, value, space.bits)
    if len(parts) != wanted:
        raise Damaged(node.where, f"a colour of {len(parts)} parts where {space.model} has {wanted}")
    return parts


def _values(node: Node, text: str, bits: int) -> tuple[float, ...]:
    largest = float(2**bits - 1)
    return tuple(min(1.0, max(0.0, _value(node, part) / largest)) for part in text.replace(",", " ").split())


def _value(node: Node, text: str) -> float:
    if text.startswith("#"):
        try:
            return float(int(text[1:5], 16))
        except ValueError as error:
            raise Damaged(node.where, f"{text[:20]!r} is no colour") from error
    return node.parse_numbers(text)[0]


def _shading(node: Node, resources: Resources, depth: int) -> Shading:
    start, end = _point(node, "StartPoint"), _point(node, "EndPoint")
    segments = list(node.children("Segment"))
    stops = []
    for index, segment in enumerate(segments):
        colour = read_colour(segment.child("Color"), resources, depth + 1) or BLACK
        even = index / (len(segments) - 1) if len(segments) > 1 else 0.0
        stops.append(Stop(min(1.0, max(0.0, segment.number("Position", even))), colour))
    stops.sort(key=lambda stop: stop.position)
    not_done = []
    if (node.get("MapType") or "Direct") != "Direct":
        not_done.append(f"gradient repeated by MapType {(node.get('MapType') or '')[:10]}")
    if any(stop.colour.alpha < 1 for stop in stops):
        not_done.append("gradient with transparent stops")
    radial = node.name == "RadialShd"
    if radial and (start != end or node.number("StartRadius", 0) or node.number("Eccentricity", 0)):
        not_done.append("radial gradient between different circles or ellipses")
    return Shading("radial" if radial else "axial", start, end, tuple(stops), node.integer("Extend", 0) == 3,
                   node.number("StartRadius", 0), node.number("EndRadius", 0), tuple(not_done))  # fmt: skip


def _point(node: Node, name: str) -> tuple[float, float]:
    numbers = node.numbers(name)
    if numbers is None or len(numbers) < 2:
        raise Damaged(node.where, f"{node.name} without {name}")
    return numbers[0], numbers[1]
