"""A drawn picture put into a box: in its own shape, and in one of few sizes, so that it is nearly always drawn already."""
from __future__ import annotations

from dataclasses import dataclass, field

from kiosk.front import Front
from kiosk.prompts import Slot
from kiosk.ui.boxes import Box
from kiosk.ui.pictures import field_of, picture_rgba
from kiosk.ui.sheet import Sheet
from kiosk.ui.theme import Palette

FREE_PX = 120
"""Up to this height (signs, marks) a picture is as high as its box; a higher one takes steps of STEP_PX."""
STEP_PX = 40


@dataclass(frozen=True)
class Drawing:
    """One picture in one size, to be drawn ahead."""

    name: str
    lit: Slot | None
    front: Front | None = field(compare=False)              # there is one in a process
    palette: Palette
    width: int
    height: int

    def draw(self) -> tuple[tuple[int, int], bytes]:
        """Size in px and RGBA; kept. May run in a thread."""
        return picture_rgba(self.name, self.lit, self.front, self.palette, self.width, self.height)


def put(sheet: Sheet, name: str, box: Box, lit: Slot | None = None, front: Front | None = None) -> None:
    """The picture in the middle of the box. On a sheet that is only rehearsed it is noted, not drawn."""
    across, up = field_of(name)
    scale = min(box.width / across, box.height / up)
    height = scale * up
    if height > FREE_PX:
        height -= height % STEP_PX
    drawing = Drawing(name, lit, front, sheet.palette, max(8, round(height * across / up)), max(8, round(height)))
    if sheet.rehearsed is not None:
        sheet.rehearsed.append(drawing)
        return
    size, rgba = drawing.draw()
    sheet.image(box.middle(*size), size, rgba, f"{name}:{lit}")
