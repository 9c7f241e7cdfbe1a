"""PublicRes, DocumentRes and PageRes: fonts, pictures, colours, pens and composites by their ID."""
from __future__ import annotations

from print.ofd.colours import read_space
from print.ofd.model import CompositeUnit, Font, Media, Pen, Resources
from print.ofd.objects import read_objects, read_pen
from print.ofd.package import Package, resolve
from print.ofd.xml import Node, parse

DEEPEST_PEN = 8
"""DrawParams that complete one another by Relative."""


def read_resources(package: Package, path: str, into: Resources) -> None:
    """Add what the resource file at `path` defines. Raises Damaged, TooBig."""
    root = parse(package, path)
    folder = resolve(path, root.get("BaseLoc") or ".") if (root.get("BaseLoc") or ".").strip(". /") else None
    base = f"{folder}/" if folder is not None else path
    for spaces in root.children("ColorSpaces"):
        for node in spaces.children("ColorSpace"):
            into.colour_spaces[node.get("ID") or ""] = read_space(node)
    for params in root.children("DrawParams"):
        _pens({node.get("ID") or "": node for node in params.children("DrawParam")}, into)
    for fonts in root.children("Fonts"):
        for node in fonts.children("Font"):
            into.fonts[node.get("ID") or ""] = _font(node, package, path, base)
    for medias in root.children("MultiMedias"):
        for node in medias.children("MultiMedia"):
            file = node.value("MediaFile")
            if file is not None:
                into.media[node.get("ID") or ""] = Media(node.get("Type") or "Image", _place(package, path, base, file))
    for units in root.children("CompositeGraphicUnits"):
        for node in units.children("CompositeGraphicUnit"):
            content = node.child("Content")
            objects = read_objects(content, into) if content is not None else ()
            into.composites[node.get("ID") or ""] = CompositeUnit(node.number("Width", 0), node.number("Height", 0), objects)


def _place(package: Package, path: str, base: str, file: str) -> str:
    """Where a file stands: under BaseLoc as the standard says, or beside the resource file as some producers write."""
    wanted = resolve(base, file)
    beside = resolve(path, file)
    return beside if package.find(wanted) is None and package.find(beside) is not None else wanted


def _font(node: Node, package: Package, path: str, base: str) -> Font:
    file = node.value("FontFile")
    return Font(node.get("FontName") or "", node.get("FamilyName") or "", node.flag("Bold", False), node.flag("Italic", False),
                node.flag("Serif", False), node.flag("FixedWidth", False),
                _place(package, path, base, file) if file is not None else None)  # fmt: skip


def _pens(nodes: dict[str, Node], into: Resources) -> None:
    for identity, node in nodes.items():
        pen: Pen = read_pen(node, into)
        seen = 0
        parent = node.get("Relative")
        while parent is not None and seen < DEEPEST_PEN:
            seen += 1
            if parent in nodes:
                pen = pen.over(read_pen(nodes[parent], into))
                parent = nodes[parent].get("Relative")
            else:
                pen = pen.over(into.pens.get(parent, Pen()))
                parent = None
        into.pens[identity] = pen
