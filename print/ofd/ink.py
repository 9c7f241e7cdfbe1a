"""Lines, fills, gradients, clips and pictures of one object, on a reportlab canvas in the object's own space."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reportlab.lib.colors import Color

from print.ofd.findings import Findings
from print.ofd.geometry import IDENTITY, Box, Matrix
from print.ofd.model import BLACK, Colour, Path, Pen, Shading, Stop
from print.ofd.paths import Segment
from print.ofd.pictures import Picture

LINE_WIDTH_MM = 0.353
"""GB/T 33190, default of LineWidth: one point."""
MITER = 3.528
"""GB/T 33190, default of MiterLimit."""
_CAPS = {"Butt": 0, "Round": 1, "Square": 2}
_JOINS = {"Miter": 0, "Round": 1, "Bevel": 2}


def line_width(pen: Pen) -> float:
    return LINE_WIDTH_MM if pen.line_width is None else abs(pen.line_width)


def paint(canvas: Any, item: Path, pen: Pen, alpha: float, findings: Findings) -> None:
    """Fill, then line. A fill without a colour is clear and a line without one black (GB/T 33190, CT_Path)."""
    if not item.segments:
        return
    fill = pen.fill if item.fill else None
    if fill is not None:
        name_missing(fill, findings)
        if fill.shading is not None:
            canvas.saveState()
            clip_paths(canvas, [(item.segments, IDENTITY)], even_odd=item.even_odd)
            set_alpha(canvas, fill.alpha * alpha)
            _gradient(canvas, fill.shading)
            canvas.restoreState()
            fill = None
        else:
            set_fill(canvas, fill, alpha)
    if item.stroke:
        use_line(canvas, pen, alpha, findings)
    if fill is not None or item.stroke:
        canvas.drawPath(outline(canvas, item.segments, IDENTITY), stroke=int(item.stroke), fill=int(fill is not None),
                        fillMode=0 if item.even_odd else 1)  # fmt: skip


def use_line(canvas: Any, pen: Pen, alpha: float, findings: Findings) -> None:
    stroke = pen.stroke or BLACK
    name_missing(stroke, findings)
    if stroke.shading is not None:
        findings.add("line coloured by a gradient", drawn=True)
    canvas.setLineWidth(line_width(pen))
    canvas.setLineCap(_CAPS.get(pen.cap or "Butt", 0))
    canvas.setLineJoin(_JOINS.get(pen.join or "Miter", 0))
    canvas.setMiterLimit(max(1.0, pen.miter if pen.miter is not None else MITER))
    dash = [abs(length) for length in pen.dash or ()]
    canvas.setDash(dash if sum(dash) > 0.01 else [], pen.dash_offset or 0)
    set_stroke(canvas, stroke, alpha)


def set_fill(canvas: Any, colour: Colour, alpha: float) -> None:
    {"GRAY": canvas.setFillGray, "RGB": canvas.setFillColorRGB, "CMYK": canvas.setFillColorCMYK}[colour.model](*colour.parts)
    canvas.setFillAlpha(colour.alpha * alpha)


def set_stroke(canvas: Any, colour: Colour, alpha: float) -> None:
    set_colour = {"GRAY": canvas.setStrokeGray, "RGB": canvas.setStrokeColorRGB, "CMYK": canvas.setStrokeColorCMYK}
    set_colour[colour.model](*colour.parts)
    canvas.setStrokeAlpha(colour.alpha * alpha)


def set_alpha(canvas: Any, alpha: float) -> None:
    canvas.setFillAlpha(alpha)
    canvas.setStrokeAlpha(alpha)


def name_missing(colour: Colour, findings: Findings) -> None:
    if colour.not_done:
        findings.add(colour.not_done, drawn=True)
    for what in colour.shading.not_done if colour.shading is not None else ():
        findings.add(what, drawn=True)


def picture(canvas: Any, drawn: Picture, alpha: float) -> None:
    """Into the unit square, upright in a space whose y runs downwards."""
    set_alpha(canvas, alpha)
    canvas.transform(1, 0, 0, -1, 0, 1)
    canvas.drawImage(drawn.reader, 0, 0, 1, 1, mask="auto")


def clip_box(canvas: Any, box: Box) -> None:
    path = canvas.beginPath()
    path.rect(box.x, box.y, box.width, box.height)
    canvas.clipPath(path, stroke=0, fill=0)


def clip_paths(canvas: Any, paths: Sequence[tuple[Sequence[Segment], Matrix]], *, even_odd: bool = False) -> None:
    path = canvas.beginPath()
    for segments, matrix in paths:
        outline(canvas, segments, matrix, path)
    canvas.clipPath(path, stroke=0, fill=0, fillMode=0 if even_odd else 1)


def outline(canvas: Any, segments: Sequence[Segment], matrix: Matrix, onto: Any = None) -> Any:
    """A reportlab path. Lines before the first move begin at the origin."""
    path = canvas.beginPath() if onto is None else onto
    begun = False
    for segment in segments:
        points = [number for x, y in segment.points for number in _through(matrix, x, y)]
        if not begun and segment.op != "M":
            path.moveTo(*_through(matrix, 0, 0))
        begun = True
        if segment.op == "M":
            path.moveTo(*points)
        elif segment.op == "L":
            path.lineTo(*points)
        elif segment.op == "B":
            path.curveTo(*points)
        else:
            path.close()
    return path


def _through(m: Matrix, x: float, y: float) -> tuple[float, float]:
    return m.a * x + m.c * y + m.e, m.b * x + m.d * y + m.f


def _gradient(canvas: Any, shading: Shading) -> None:
    stops = list(shading.stops)
    if stops[0].position > 0:
        stops.insert(0, Stop(0.0, stops[0].colour))
    if stops[-1].position < 1:
        stops.append(Stop(1.0, stops[-1].colour))
    colours = [_rgb(stop.colour) for stop in stops]
    positions = [stop.position for stop in stops]
    if shading.kind == "axial":
        canvas.linearGradient(*shading.start, *shading.end, colours, positions, extend=shading.extend)
    else:
        canvas.radialGradient(*shading.end, max(shading.end_radius, 0.001), colours, positions, extend=shading.extend)


def _rgb(colour: Colour) -> Color:
    if colour.model == "RGB":
        return Color(*colour.parts)
    if colour.model == "GRAY":
        return Color(*(colour.parts * 3))
    cyan, magenta, yellow, black = colour.parts
    return Color((1 - cyan) * (1 - black), (1 - magenta) * (1 - black), (1 - yellow) * (1 - black))
