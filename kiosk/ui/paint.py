"""A sheet onto a Kivy canvas, and fingers back to targets. One widget for everything: nothing on the screen has a state of
its own that a wipe could forget."""
from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable

from kivy.core.window import Window
from kivy.graphics import BorderImage, Color, InstructionGroup, Line, Rectangle
from kivy.graphics.texture import Texture
from kivy.uix.widget import Widget

from kiosk.ui.boxes import Box
from kiosk.ui.corners import corner_rgba
from kiosk.ui.letters import Letters
from kiosk.ui.sheet import Element, Image, Shape, Sheet, Target, TextLine
from kiosk.ui.theme import CALM, Colour

IDEOGRAPH_CENTRE = 0.38
"""Noto Sans SC: an ideograph spans -0.12..0.88 em, so its middle is 0.38 em above the base line."""

MOST_PICTURES = 96


class Stage(Widget):
    """Draws sheets. Kivy calls for touch are in window.py."""

    def __init__(self, letters: Letters, paper: Colour = CALM.plain.ground) -> None:
        super().__init__(size_hint=(None, None))
        self._letters = letters
        self._paper = paper
        self._pictures: OrderedDict[tuple[str, tuple[int, int], str], Texture] = OrderedDict()
        self._corners: dict[int, Texture] = {}
        self._still = InstructionGroup()
        self._live = InstructionGroup()
        self._press = InstructionGroup()
        self._veil = InstructionGroup()
        self._veil_colour: Color | None = None
        for group in (self._still, self._live, self._press, self._veil):
            self.canvas.add(group)
        self.sheet: Sheet | None = None

    def paint(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.size = sheet.box.width, sheet.box.height
        for group in (self._still, self._live, self._press, self._veil):
            group.clear()
        Window.clearcolor = sheet.palette.plain.ground
        self._draw(self._still, sheet.elements)
        self.paint_live(0.0)

    def paint_live(self, elapsed_s: float) -> None:
        self._live.clear()
        if self.sheet is not None:
            for live in self.sheet.lives:
                self._draw(self._live, live.draw(elapsed_s))

    def press(self, target: Target | None) -> None:
        self._press.clear()
        if target is not None and self.sheet is not None:
            self._press.add(Color(*self.sheet.palette.pressed))
            self._press.add(self._rounded(target.box, target.radius))

    def veil(self, alpha: float) -> None:
        """Paper laid over the screen, for the fade."""
        if self._veil_colour is None or alpha <= 0 or not self._veil.children:
            self._veil.clear()
            self._veil_colour = None
            if alpha <= 0 or self.sheet is None:
                return
            red, green, blue, _ = self.sheet.palette.plain.ground
            self._veil_colour = Color(red, green, blue, alpha)
            self._veil.add(self._veil_colour)
            self._veil.add(Rectangle(pos=(0, 0), size=self.size))
        else:
            self._veil_colour.a = alpha

    def wipe(self) -> None:
        """No sheet, no texture, no instruction of the visit is left."""
        self.sheet = None
        self._veil_colour = None
        Window.clearcolor = self._paper
        for group in (self._still, self._live, self._press, self._veil):
            group.clear()

    def at(self, x: float, y: float) -> Target | None:
        if self.sheet is None:
            return None
        return next((target for target in reversed(self.sheet.targets) if target.enabled and target.box.holds(x, y)), None)

    def _draw(self, group: InstructionGroup, elements: Iterable[Element]) -> None:
        for element in elements:
            if isinstance(element, Shape):
                group.add(Color(*element.colour))
                group.add(_outline(element) if element.line else self._rounded(element.box, element.radius))
            elif isinstance(element, Image):
                group.add(Color(1, 1, 1, 1))
                texture = self._texture(element)
                group.add(Rectangle(texture=texture, pos=(round(element.box.x), round(element.box.y)),
                                    size=(round(element.box.width), round(element.box.height))))
            else:
                self._text(group, element)

    def _text(self, group: InstructionGroup, line: TextLine) -> None:
        assert self.sheet is not None
        em = self.sheet.sizes.em(line.role)
        drawn = self._letters.line(line.text, em, line.bold)
        free = line.box.width - sum(run.width for run in drawn)
        x = round(line.box.x + free * line.align.value)
        base = round(line.box.centre[1] - IDEOGRAPH_CENTRE * em)
        group.add(Color(*line.colour))
        for run in drawn:
            y = round(base - (run.height - run.ascent))
            group.add(Rectangle(texture=run.texture, pos=(x, y), size=(run.width, run.height)))
            x += run.width

    def _rounded(self, box: Box, radius: float) -> BorderImage | Rectangle:
        """A filled box with smooth corners, as nine pieces of one small picture: without a graphics card a polygon of the
        same size takes three times as long (9 against 3 ms for a tile at 1080 x 1920)."""
        corner = int(min(radius, box.width / 2, box.height / 2))
        if corner < 1:
            return Rectangle(pos=(box.x, box.y), size=(box.width, box.height))
        if corner not in self._corners:
            size, rgba = corner_rgba(corner)
            self._corners[corner] = texture = Texture.create(size=size, colorfmt="rgba")
            texture.blit_buffer(rgba, colorfmt="rgba", bufferfmt="ubyte")
        place, far = (round(box.x), round(box.y)), (round(box.right), round(box.top))
        return BorderImage(texture=self._corners[corner], border=(corner,) * 4, auto_scale="off", pos=place,
                           size=(far[0] - place[0], far[1] - place[1]))

    def _texture(self, image: Image) -> Texture:
        key = (image.key, image.size, self.sheet.palette.name if self.sheet else "")
        if image.key and key in self._pictures:
            self._pictures.move_to_end(key)
            return self._pictures[key]
        texture = Texture.create(size=image.size, colorfmt="rgba")
        if image.box.width > 2 * image.size[0]:
            texture.mag_filter = "nearest"                  # QR modules stay square
        texture.blit_buffer(image.rgba, colorfmt="rgba", bufferfmt="ubyte")
        texture.flip_vertical()
        if image.key:
            self._pictures[key] = texture
            while len(self._pictures) > MOST_PICTURES:
                self._pictures.popitem(last=False)
        return texture


def _outline(shape: Shape) -> object:
    half = shape.line / 2
    box = shape.box
    return Line(rounded_rectangle=(box.x + half, box.y + half, box.width - shape.line, box.height - shape.line,
                                   max(0.1, shape.radius - half)), width=max(1.0, half))
