"""What stands before the lens: people at a distance, the light, and what they wear or hold up."""
from __future__ import annotations

import math
import random
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache

from PIL import Image, ImageChops, ImageDraw, ImageFilter

WIDTH, HEIGHT = 640, 480             # a usual mode of a usual camera
FACE_PX = 170                        # width of a face at arm's length from the screen
FAR_PX = 46                          # somebody two and a half metres away
BACKGROUND = (176, 182, 188)
SKIN_OF_A_MASK, RIM = (160, 196, 214), (22, 22, 24)
SWAY_PX = 3.0                        # a person who stands still moves so much
NOISE = 3                            # of 255: the sensor's

Point = tuple[float, float]


_GRAIN = [value * 2 * NOISE // 255 for value in range(256)]


class Wearing(StrEnum):
    NOTHING = "nothing"
    MASK = "mask"
    SUNGLASSES = "sunglasses"


class HeldUp(StrEnum):
    """Instead of standing there herself, somebody holds up a picture of her."""

    NOTHING = "nothing"
    SCREEN = "screen"                # a telephone: its dots beat with the sensor's
    PRINT = "print"                  # paper: it hangs quite still or moves as a whole


@dataclass(frozen=True)
class Subject:
    """A person as a photograph shows her. Coordinates in the photograph's pixels."""

    picture: Image.Image = field(repr=False)
    face: tuple[float, float, float, float]          # x, y, width, height
    right_eye: Point                                 # hers: on the left of the picture
    left_eye: Point
    nose: Point
    mouth_right: Point
    mouth_left: Point

    def dressed(self, wearing: Wearing) -> Image.Image:
        picture = self.picture.convert("RGB").copy()
        draw = ImageDraw.Draw(picture)
        x, y, width, height = self.face
        if wearing is Wearing.MASK:
            over = self.nose[1] - 0.06 * height
            side = over + 0.05 * height
            draw.polygon([(x - 0.02 * width, side), (self.nose[0], over), (x + 1.02 * width, side),
                          (x + 0.86 * width, y + 0.96 * height), (x + 0.5 * width, y + 1.06 * height),
                          (x + 0.14 * width, y + 0.96 * height)], fill=SKIN_OF_A_MASK)  # fmt: skip
        elif wearing is Wearing.SUNGLASSES:
            for eye in (self.right_eye, self.left_eye):
                across, up, down = 0.21 * width, 0.12 * height, 0.13 * height
                draw.ellipse([eye[0] - across, eye[1] - up, eye[0] + across, eye[1] + down], fill=RIM)
            draw.line([self.right_eye, self.left_eye], fill=RIM, width=max(2, round(0.03 * width)))
        return picture


@dataclass(frozen=True)
class Scene:
    people: tuple[Subject, ...] = ()
    wearing: Wearing = Wearing.NOTHING
    held_up: HeldUp = HeldUp.NOTHING
    face_px: float = FACE_PX
    light: float = 1.0                               # 1 = a lit hall; 0.1 = the lamps are off


class CameraModel:
    """The lens and the sensor. Pictures are made when they are asked for; `number` counts them."""

    def __init__(self, seed: int = 0) -> None:
        self._noise = random.Random(seed)
        self._drawn: tuple[Scene, Image.Image] | None = None
        self.scene = Scene()
        self.number = 0

    def stand(self, *people: Subject) -> None:
        """Who stands there from now on; nothing else of the scene changes."""
        self.scene = replace(self.scene, people=people)

    def expose(self, *, blurred: bool = False, dark: bool = False, covered: bool = False) -> Image.Image:
        """One picture of the scene as it is, RGB."""
        self.number += 1
        picture = Image.new("RGB", (WIDTH, HEIGHT)) if covered else self._swaying(self._painted())
        light = self.scene.light * (0.08 if dark else 1.0)
        if light != 1.0:
            picture = picture.point([min(255, round(value * light)) for value in range(256)] * 3)
        if blurred:
            picture = picture.filter(ImageFilter.GaussianBlur(9))
        return self._with_noise(picture)

    def _painted(self) -> Image.Image:
        if self._drawn is None or self._drawn[0] != self.scene:
            self._drawn = (self.scene, _paint(self.scene))
        return self._drawn[1]

    def _swaying(self, painted: Image.Image) -> Image.Image:
        if not self.scene.people or self.scene.held_up is HeldUp.PRINT:
            return painted
        dx = SWAY_PX * math.sin(self.number * 0.9)
        dy = SWAY_PX * math.cos(self.number * 0.53)
        zoom = 1 + 0.012 * math.sin(self.number * 0.37)
        shear = 0.012 * math.sin(self.number * 0.71)          # a head that turns a little
        return painted.transform((WIDTH, HEIGHT), Image.Transform.AFFINE, (zoom, shear, dx, 0, 1, dy), Image.Resampling.BILINEAR)

    def _with_noise(self, picture: Image.Image) -> Image.Image:
        grain = Image.frombytes("L", (WIDTH, HEIGHT), self._noise.randbytes(WIDTH * HEIGHT)).point(_GRAIN)
        return ImageChops.add(picture, Image.merge("RGB", (grain, grain, grain)), 1, -NOISE)


def _paint(scene: Scene) -> Image.Image:
    picture = Image.new("RGB", (WIDTH, HEIGHT), BACKGROUND)
    slots = max(1, len(scene.people))
    for index, subject in enumerate(scene.people):
        strip = Image.new("RGB", (WIDTH // slots, HEIGHT), BACKGROUND)
        _place(strip, subject, scene)
        picture.paste(strip, (index * (WIDTH // slots), 0))
    if scene.held_up is HeldUp.SCREEN:
        picture = _beating(picture)
    return picture


def _place(strip: Image.Image, subject: Subject, scene: Scene) -> None:
    """The photograph scaled so that the face has its width, its middle a little over the middle of the strip."""
    x, y, width, height = subject.face
    scale = min(scene.face_px, strip.width * 0.6) / width
    dressed = subject.dressed(scene.wearing)
    scaled = dressed.resize((round(dressed.width * scale), round(dressed.height * scale)), Image.Resampling.LANCZOS)
    strip.paste(scaled, (round(strip.width / 2 - (x + width / 2) * scale), round(strip.height * 0.46 - (y + height / 2) * scale)))


@cache
def _grid() -> Image.Image:
    """Two fine grids, a little askew."""
    grid = Image.new("L", (WIDTH, HEIGHT))
    grid.putdata([
        round(22 + 11 * (math.sin(2.2 * px + 0.05 * py) + math.sin(2.05 * py - 0.04 * px)))
        for py in range(HEIGHT) for px in range(WIDTH)
    ])  # fmt: skip
    return grid


def _beating(picture: Image.Image) -> Image.Image:
    """The pattern of a screen photographed."""
    grid = _grid()
    return ImageChops.add(picture, Image.merge("RGB", (grid, grid, grid)), 1, -22)
