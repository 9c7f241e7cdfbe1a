"""Page objects out of XML: text, path, image, composite, block. An element nobody knows is kept as Unknown."""
from __future__ import annotations

from dataclasses import replace

from print.ofd.colours import read_colour
from print.ofd.errors import Damaged, TooBig
from print.ofd.geometry import IDENTITY, Box, Matrix
from print.ofd.model import (
    Block,
    Clip,
    Common,
    Composite,
    Glyphs,
    Image,
    Object,
    Path,
    Pen,
    Resources,
    Text,
    TextCode,
    Unknown,
)
from print.ofd.paths import parse_path
from print.ofd.xml import Node

DEEPEST = 24
"""Blocks in blocks."""


def read_objects(node: Node, resources: Resources, depth: int = 0) -> tuple[Object, ...]:
    """Raises Damaged, TooBig."""
    if depth > DEEPEST:
        raise TooBig(f"{node.where}: blocks inside blocks")
    return tuple(_object(child, resources, depth) for child in node.children())


def read_pen(node: Node, resources: Resources) -> Pen:
    """The drawing attributes of an object or a DrawParam, with the DrawParam it names behind them."""
    dash = node.numbers("DashPattern")
    own = Pen(
        node.number("LineWidth", 0) if node.get("LineWidth") is not None else None,
        node.get("Join"), node.get("Cap"),
        node.number("MiterLimit", 0) if node.get("MiterLimit") is not None else None,
        dash, node.number("DashOffset", 0) if node.get("DashOffset") is not None else None,
        read_colour(node.child("FillColor"), resources), read_colour(node.child("StrokeColor"), resources),
    )  # fmt: skip
    named = resources.pens.get(node.get("DrawParam") or "")
    return own.over(named) if named is not None else own


def read_box(node: Node, text: str | None) -> Box | None:
    """`x y width height`. Raises Damaged for anything else that is there."""
    if text is None:
        return None
    numbers = node.parse_numbers(text)
    if len(numbers) != 4:
        raise Damaged(node.where, f"{text.strip()[:60]!r} is no box")
    x, y, width, height = numbers
    return Box(x, y, max(0.0, width), max(0.0, height))  # producers write -3 where they mean that nothing is said


def read_matrix(node: Node, name: str) -> Matrix | None:
    numbers = node.numbers(name)
    if numbers is None:
        return None
    if len(numbers) != 6:
        raise Damaged(node.where, f"{name} of {len(numbers)} numbers in {node.name}")
    return Matrix(*numbers)


def _object(node: Node, resources: Resources, depth: int) -> Object:
    if node.name == "PageBlock":
        return Block(read_objects(node, resources, depth + 1))
    if node.name == "TextObject":
        return _text(node, resources)
    if node.name == "PathObject":
        return _path(node, resources)
    if node.name == "ImageObject":
        bordered = node.child("Border") is not None
        return Image(_common(node, resources), node.get("ResourceID") or "", node.get("ImageMask"), bordered)
    if node.name in ("CompositeObject", "CompositeGraphicUnit"):
        return Composite(_common(node, resources), node.get("ResourceID") or "")
    return Unknown(node.name[:40], _where(node))


def _where(node: Node) -> str:
    identity = node.get("ID")
    return f"{node.where} object {identity[:20]}" if identity else node.where


def _common(node: Node, resources: Resources) -> Common:
    boundary = read_box(node, node.get("Boundary")) or Box(0, 0, 0, 0)
    alpha = min(255.0, max(0.0, node.number("Alpha", 255))) / 255
    return Common(_where(node), boundary, read_matrix(node, "CTM") or IDENTITY, read_pen(node, resources), alpha,
                  _clips(node, resources), node.flag("Visible", True))  # fmt: skip


def _clips(node: Node, resources: Resources) -> tuple[Clip, ...]:
    clips = node.child("Clips")
    if clips is None:
        return ()
    found = []
    for clip in clips.children("Clip"):
        areas: list[tuple[Matrix, Path | Text]] = []
        for area in clip.children("Area"):
            matrix = read_matrix(area, "CTM") or IDENTITY
            for child in area.children():
                if child.name == "Path":
                    areas.append((matrix, _path(child, resources)))
                elif child.name == "Text":
                    areas.append((matrix, _text(child, resources)))
        found.append(Clip(tuple(areas), clips.flag("TransFlag", True)))
    return tuple(found)


def _path(node: Node, resources: Resources) -> Path:
    data = node.child("AbbreviatedData")
    segments = parse_path(data.text, node.where) if data is not None else ()
    return Path(_common(node, resources), segments, node.flag("Stroke", True), node.flag("Fill", False),
                (node.get("Rule") or "").lower() == "even-odd")  # fmt: skip


def _text(node: Node, resources: Resources) -> Text:
    codes: list[TextCode] = []
    waiting: list[Glyphs] = []
    x = y = 0.0
    for child in node.children():
        if child.name == "CGTransform":
            waiting.append(_glyphs(child))  # of the TextCode that follows (GB/T 33190, the sequence in CT_Text)
        elif child.name == "TextCode":
            x, y = child.number("X", x), child.number("Y", y)
            count = max(len(child.text), sum(len(glyphs.glyphs) for glyphs in waiting))
            codes.append(TextCode(child.text, x, y, deltas(child, "DeltaX", count), deltas(child, "DeltaY", count),
                                  tuple(waiting)))  # fmt: skip
            waiting = []
    if waiting and codes and not codes[-1].transforms:
        codes[-1] = replace(codes[-1], transforms=tuple(waiting))
    return Text(_common(node, resources), node.get("Font") or "", node.number("Size", 0), tuple(codes),
                node.flag("Fill", True), node.flag("Stroke", False), node.number("HScale", 1.0),
                node.integer("CharDirection", 0) % 360, node.integer("Weight", 400), node.flag("Italic", False))  # fmt: skip


def _glyphs(node: Node) -> Glyphs:
    listed = node.child("Glyphs")
    numbers = node.parse_numbers(listed.text) if listed is not None else ()
    glyphs = tuple(int(number) for number in numbers)
    if any(not 0 <= glyph <= 0xFFFF for glyph in glyphs):
        raise Damaged(node.where, "a glyph number beyond 65535")
    return Glyphs(node.integer("CodePosition", 0), node.integer("CodeCount", 1), glyphs)


def deltas(node: Node, name: str, count: int) -> tuple[float, ...] | None:
    """The steps between `count` characters. `g n v` stands for n times v (facts/print.md 6.5); more than can be used
    are not unfolded. Raises Damaged."""
    text = node.get(name)
    if text is None:
        return None
    parts = text.replace(",", " ").split()
    steps: list[float] = []
    at = 0
    while at < len(parts) and len(steps) < count:
        if parts[at] == "g":
            if at + 2 >= len(parts):
                raise Damaged(node.where, f"an unfinished run in {name}")
            times = int(node.parse_numbers(parts[at + 1])[0])
            steps += [node.parse_numbers(parts[at + 2])[0]] * max(0, min(times, count - len(steps)))
            at += 3
        else:
            steps.append(node.parse_numbers(parts[at])[0])
            at += 1
    return tuple(steps) or None
