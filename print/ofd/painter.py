"""One OFD page onto a reportlab canvas: objects in their order, each in its own space. Findings name what is not done.

A path or picture is cut at its Boundary as the standard says; text is not, since substituted characters may be wider and
a letter too much is better than a word too few.
"""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from print.ofd import ink
from print.ofd.errors import Damaged, TooBig
from print.ofd.findings import Findings
from print.ofd.geometry import IDENTITY, Box, Matrix
from print.ofd.model import (
    Annotation,
    Block,
    Clip,
    Common,
    Composite,
    Image,
    Object,
    Page,
    Path,
    Pen,
    Resources,
    Text,
    Unknown,
)
from print.ofd.package import Package
from print.ofd.pictures import Picture, UnusablePicture, kind_named
from print.ofd.typesetter import Fonts, set_text

MOST_OBJECTS = 60_000
"""On one page, composites counted as often as they are used."""
MOST_PICTURE_PIXELS = 200_000_000
"""Decoded for one document."""
DEEPEST = 12
"""Composites inside one another."""


class Store:
    """What the pages of one document share: the package, its fonts in this PDF, its decoded pictures."""

    def __init__(self, package: Package, resources: Resources, canvas: Any, prefix: str) -> None:
        self.package, self.resources = package, resources
        self.fonts = Fonts(package, resources.fonts, canvas, prefix)
        self._pictures: dict[tuple[str, str | None], Picture | str] = {}
        self._pixels = 0

    def picture(self, resource: str, mask: str | None = None) -> Picture:
        """Raises UnusablePicture, TooBig."""
        key = (resource, mask)
        if key not in self._pictures:
            try:
                self._pictures[key] = self._load(resource, mask)
            except UnusablePicture as error:
                self._pictures[key] = str(error)
        found = self._pictures[key]
        if isinstance(found, str):
            raise UnusablePicture(found)
        return found

    def _load(self, resource: str, mask: str | None) -> Picture:
        media = self.resources.media.get(resource)
        if media is None:
            raise UnusablePicture("picture that is not among the resources")
        if media.kind != "Image":
            raise UnusablePicture(f"{media.kind[:20]} in place of a picture")
        shade = self.resources.media.get(mask) if mask is not None else None
        try:
            picture = Picture(self.package.read(media.file), self.package.read(shade.file) if shade is not None else None)
        except Damaged as error:
            raise UnusablePicture("picture whose file is not in the package") from error
        except UnusablePicture as error:
            raise UnusablePicture(kind_named(media.file) or str(error)) from error
        self._pixels += picture.pixels
        if self._pixels > MOST_PICTURE_PIXELS:
            raise TooBig("pixels of all pictures")
        return picture


class Painter:
    """Draws with the canvas already in page space: millimetres, y downwards."""

    def __init__(self, canvas: Any, store: Store, findings: Findings) -> None:
        self._canvas, self._store, self._findings = canvas, store, findings
        self._left = MOST_OBJECTS

    def page(self, page: Page, *, printing: bool) -> None:
        for layer in page.layers:
            self._objects(layer.objects, layer.pen, 1.0, 0)
        for annotation in page.annotations:
            if annotation.visible and (annotation.printed or not printing):
                self._annotation(annotation)

    def objects(self, objects: Sequence[Object]) -> None:
        self._objects(objects, Pen(), 1.0, 0)

    def _annotation(self, annotation: Annotation) -> None:
        if annotation.boundary is None:
            if annotation.kind != "Link":
                self._findings.add(f"annotation {annotation.kind[:20]} without an appearance")
            return
        self._canvas.saveState()
        self._canvas.translate(annotation.boundary.x, annotation.boundary.y)
        self._objects(annotation.objects, Pen(), 1.0, 0)
        self._canvas.restoreState()

    def _objects(self, objects: Sequence[Object], pen: Pen, alpha: float, depth: int) -> None:
        if depth > DEEPEST:
            raise TooBig("composites inside composites")
        for item in objects:
            self._left -= 1
            if self._left < 0:
                raise TooBig(f"{self._findings.where}: objects")
            if isinstance(item, Block):
                self._objects(item.objects, pen, alpha, depth + 1)
            elif isinstance(item, Unknown):
                self._findings.add(f"element {item.name}")
            elif item.common.visible:
                self._one(item, pen, alpha, depth)

    def _one(self, item: Text | Path | Image | Composite, pen: Pen, alpha: float, depth: int) -> None:
        common = item.common
        own = common.pen.over(pen)
        if common.ctm.flat:
            self._findings.add("object turned flat by its matrix", drawn=True)
            return
        self._canvas.saveState()
        self._canvas.translate(common.boundary.x, common.boundary.y)
        self._cut(item, own)
        if isinstance(item, Image):
            self._image(item, alpha * common.alpha)
        else:
            self._canvas.transform(*common.ctm)
            if isinstance(item, Path):
                ink.paint(self._canvas, item, own, alpha * common.alpha, self._findings)
            elif isinstance(item, Text):
                self._left -= set_text(self._canvas, self._store.fonts, item, own, alpha * common.alpha, self._findings)
            else:
                self._composite(item, own, alpha * common.alpha, depth)
        self._canvas.restoreState()

    def _cut(self, item: Text | Path | Image | Composite, pen: Pen) -> None:
        """Clip to the Boundary and the object's own Clips, in the space of its parent moved to the Boundary's corner."""
        common = item.common
        if not isinstance(item, Text) and (common.boundary.width or common.boundary.height):
            rim = ink.line_width(pen) if isinstance(item, Path) and item.stroke else 0.0
            box = Box(-rim / 2, -rim / 2, common.boundary.width + rim, common.boundary.height + rim)
            ink.clip_box(self._canvas, box)
        for clip in common.clips:
            self._clip(clip, common)

    def _clip(self, clip: Clip, common: Common) -> None:
        paths = [(matrix, area) for matrix, area in clip.areas if isinstance(area, Path)]
        if len(paths) < len(clip.areas):
            self._findings.add("clip by text", drawn=True)
            return
        if any(area.even_odd for _, area in paths) and len(paths) > 1:
            self._findings.add("clip by several even-odd paths", drawn=True)
        placed = []
        for matrix, area in paths:
            inside = area.common.ctm.then(Matrix(e=area.common.boundary.x, f=area.common.boundary.y)).then(matrix)
            placed.append((area.segments, inside.then(common.ctm) if clip.own_space else inside))
        if placed:
            ink.clip_paths(self._canvas, placed, even_odd=len(paths) == 1 and paths[0][1].even_odd)

    def _image(self, item: Image, alpha: float) -> None:
        box = item.common.boundary
        matrix = item.common.ctm if item.common.ctm != IDENTITY else Matrix(box.width, 0, 0, box.height, 0, 0)
        if item.mask is not None:
            self._findings.add("picture under a mask", drawn=True)
        if item.bordered:
            self._findings.add("border of a picture")
        try:
            picture = self._store.picture(item.resource, item.mask)
        except UnusablePicture as error:
            self._findings.add(str(error))
            return
        self._canvas.transform(*matrix)
        ink.picture(self._canvas, picture, alpha)

    def _composite(self, item: Composite, pen: Pen, alpha: float, depth: int) -> None:
        unit = self._store.resources.composites.get(item.resource)
        if unit is None:
            self._findings.add("composite that is not among the resources")
            return
        self._objects(unit.objects, pen, alpha, depth + 1)
