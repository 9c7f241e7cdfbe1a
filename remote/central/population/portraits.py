"""Drawn portraits for people who do not exist: white ground, face to the front, 300x420 px, the same person always alike.

Plain shapes, drawn twice as large and scaled down. Age shows in the hair and in a few lines; nobody is a caricature.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from random import Random

from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 300, 420  # px, facts/domain.md 3.2 asks for at least 300x375
SCALE = 2
Colour = tuple[int, int, int]
Point = tuple[float, float]

SKIN: tuple[Colour, ...] = ((244, 213, 186), (238, 203, 172), (229, 190, 156), (221, 180, 146))
BLACK_HAIR: tuple[Colour, ...] = ((38, 34, 34), (48, 40, 37), (30, 30, 34))
GREY_HAIR: tuple[Colour, ...] = ((120, 118, 118), (146, 144, 144), (104, 100, 98))
WHITE_HAIR: tuple[Colour, ...] = ((205, 204, 203), (190, 189, 190), (216, 214, 211))
CLOTHES: tuple[Colour, ...] = (
    (52, 73, 94),
    (66, 90, 78),
    (110, 58, 62),
    (84, 74, 104),
    (60, 60, 66),
    (92, 82, 66),
    (44, 88, 110),
    (128, 84, 60),
)


@dataclass(frozen=True)
class Looks:
    woman: bool
    age: int
    skin: Colour
    hair: Colour
    clothes: Colour
    face_width: float
    face_height: float
    eye_gap: float
    brow_tilt: float
    glasses: bool
    hairline: int  # 0 full, 1 receding, 2 thin on top (men)
    style: int
    smile: float


def looks(seed: int, sex: str, age: int) -> Looks:
    random = Random(seed)
    woman = sex == "女"
    greyness = age + random.randint(-8, 8)
    hair = random.choice(BLACK_HAIR if greyness < 58 else GREY_HAIR if greyness < 72 else WHITE_HAIR)
    return Looks(
        woman=woman,
        age=age,
        skin=random.choice(SKIN),
        hair=hair,
        clothes=random.choice(CLOTHES),
        face_width=random.uniform(60, 67) - (3 if woman else 0),
        face_height=random.uniform(80, 88) - (3 if woman else 0),
        eye_gap=random.uniform(25, 28),
        brow_tilt=random.uniform(-1.5, 1.5),
        glasses=random.random() < (0.3 if age > 45 else 0.15),
        hairline=0 if woman or age < 45 else random.choice((0, 0, 1, 2)),
        style=random.randrange(3),
        smile=random.uniform(3, 7),
    )


def shade(colour: Colour, factor: float) -> Colour:
    red, green, blue = (max(0, min(255, round(part * factor))) for part in colour)
    return red, green, blue


class Sketch:
    """Drawing in portrait pixels on a larger canvas."""

    def __init__(self) -> None:
        self.image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), (255, 255, 255))
        self.draw = ImageDraw.Draw(self.image)

    def oval(self, x: float, y: float, half_width: float, half_height: float, fill: Colour) -> None:
        self.draw.ellipse(
            ((x - half_width) * SCALE, (y - half_height) * SCALE, (x + half_width) * SCALE, (y + half_height) * SCALE), fill=fill
        )

    def polygon(self, points: list[Point], fill: Colour) -> None:
        self.draw.polygon([(x * SCALE, y * SCALE) for x, y in points], fill=fill)

    def curve(self, points: list[Point], fill: Colour, width: float) -> None:
        """A smooth line through a quadratic Bezier of three points."""
        (x0, y0), (x1, y1), (x2, y2) = points
        path = [
            ((1 - t) ** 2 * x0 + 2 * t * (1 - t) * x1 + t * t * x2, (1 - t) ** 2 * y0 + 2 * t * (1 - t) * y1 + t * t * y2)
            for t in (step / 24 for step in range(25))
        ]
        for x, y in path:
            self.oval(x, y, width / 2, width / 2, fill)

    def arc(self, x: float, y: float, half_width: float, half_height: float, start: float, end: float, fill: Colour) -> None:
        self.draw.pieslice(
            ((x - half_width) * SCALE, (y - half_height) * SCALE, (x + half_width) * SCALE, (y + half_height) * SCALE),
            start,
            end,
            fill=fill,
        )

    def ring(self, x: float, y: float, half_width: float, half_height: float, colour: Colour, width: float) -> None:
        self.draw.rounded_rectangle(
            ((x - half_width) * SCALE, (y - half_height) * SCALE, (x + half_width) * SCALE, (y + half_height) * SCALE),
            radius=half_height * 0.8 * SCALE,
            outline=colour,
            width=round(width * SCALE),
        )


CENTRE_X = WIDTH / 2
FACE_Y = 186.0


def draw_portrait(seed: int, sex: str, age: int) -> bytes:
    """PNG bytes, 300x420, RGB."""
    person, sketch = looks(seed, sex, age), Sketch()
    _hair_behind(sketch, person)
    _shoulders(sketch, person)
    _head(sketch, person)
    _features(sketch, person)
    _lines_of_age(sketch, person)
    _hair_in_front(sketch, person)
    if person.glasses:
        _glasses(sketch, person)
    soft = sketch.image.filter(ImageFilter.GaussianBlur(0.6))
    out = io.BytesIO()
    soft.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).save(out, "PNG", optimize=False, compress_level=6)
    return out.getvalue()


def _shoulders(sketch: Sketch, person: Looks) -> None:
    broad = 112 if person.woman else 126
    top = 318.0
    sketch.polygon(
        [(CENTRE_X - 24, 250), (CENTRE_X + 24, 250), (CENTRE_X + 30, 330), (CENTRE_X - 30, 330)], shade(person.skin, 0.86)
    )
    sketch.oval(CENTRE_X, top + 62, broad, 72, person.clothes)
    sketch.polygon(
        [(CENTRE_X - broad, top + 60), (CENTRE_X + broad, top + 60), (CENTRE_X + broad + 6, 425), (CENTRE_X - broad - 6, 425)],
        person.clothes,
    )
    dark, light = shade(person.clothes, 0.78), (238, 236, 232)
    if person.style == 0:  # shirt and jacket
        sketch.polygon([(CENTRE_X - 34, 306), (CENTRE_X + 34, 306), (CENTRE_X, 388)], light)
        sketch.polygon([(CENTRE_X - 40, 300), (CENTRE_X - 26, 296), (CENTRE_X - 2, 392), (CENTRE_X - 16, 424)], dark)
        sketch.polygon([(CENTRE_X + 40, 300), (CENTRE_X + 26, 296), (CENTRE_X + 2, 392), (CENTRE_X + 16, 424)], dark)
        sketch.polygon([(CENTRE_X - 25, 300), (CENTRE_X + 25, 300), (CENTRE_X, 330)], shade(person.skin, 0.9))
    elif person.style == 1:  # round neck
        sketch.oval(CENTRE_X, 312, 38, 20, dark)
        sketch.oval(CENTRE_X, 307, 33, 18, shade(person.skin, 0.92))
    else:  # stand-up collar
        sketch.polygon([(CENTRE_X - 38, 322), (CENTRE_X - 30, 292), (CENTRE_X, 316), (CENTRE_X, 346)], dark)
        sketch.polygon([(CENTRE_X + 38, 322), (CENTRE_X + 30, 292), (CENTRE_X, 316), (CENTRE_X, 346)], shade(dark, 1.12))
        for button in (356, 386, 414):
            sketch.oval(CENTRE_X, button, 3.2, 3.2, shade(person.clothes, 0.6))


def _head(sketch: Sketch, person: Looks) -> None:
    wide, high = person.face_width, person.face_height
    for side in (-1, 1):
        sketch.oval(CENTRE_X + side * (wide - 1), FACE_Y + 6, 10, 18, shade(person.skin, 0.93))
        sketch.oval(CENTRE_X + side * wide, FACE_Y + 7, 5, 11, shade(person.skin, 0.84))
    sketch.oval(CENTRE_X, FACE_Y + 6, wide, high, person.skin)
    sketch.oval(CENTRE_X, FACE_Y + 42, wide * 0.80, high * 0.60, person.skin)
    for side in (-1, 1):
        sketch.oval(
            CENTRE_X + side * wide * 0.55,
            FACE_Y + 32,
            13,
            8,
            _blend(person.skin, (232, 150, 130), 0.16 if person.woman else 0.08),
        )


def _blend(one: Colour, other: Colour, part: float) -> Colour:
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _features(sketch: Sketch, person: Looks) -> None:
    brow = shade(person.hair, 0.8) if person.age < 75 else shade(person.hair, 0.72)
    ink = (52, 40, 36)
    for side in (-1, 1):
        x = CENTRE_X + side * person.eye_gap
        thick = 3.2 if person.woman else 4.4
        sketch.curve(
            [(x - 13, FACE_Y - 20 + side * person.brow_tilt), (x, FACE_Y - 26), (x + 13, FACE_Y - 20 - side * person.brow_tilt)],
            brow,
            thick,
        )
        sketch.oval(x, FACE_Y, 11.5, 5.6, (252, 250, 247))
        sketch.oval(x, FACE_Y, 5.4, 5.4, (66, 46, 36))
        sketch.oval(x, FACE_Y, 2.7, 2.7, (18, 14, 14))
        sketch.oval(x - 1.8, FACE_Y - 1.8, 1.3, 1.3, (255, 255, 255))
        sketch.curve([(x - 12.5, FACE_Y + 0.5), (x, FACE_Y - 9.5), (x + 12.5, FACE_Y + 0.5)], ink, 2.4 if person.woman else 1.9)
        sketch.curve([(x - 10, FACE_Y + 3.5), (x, FACE_Y + 8), (x + 10, FACE_Y + 3.5)], shade(person.skin, 0.82), 1.1)
    nose = shade(person.skin, 0.83)
    sketch.curve(
        [(CENTRE_X - 3, FACE_Y + 4), (CENTRE_X - 7, FACE_Y + 22), (CENTRE_X - 11, FACE_Y + 30)], shade(person.skin, 0.91), 1.5
    )
    sketch.curve([(CENTRE_X - 11, FACE_Y + 31), (CENTRE_X, FACE_Y + 38), (CENTRE_X + 11, FACE_Y + 31)], nose, 2.2)
    lip = _blend(person.skin, (190, 84, 84), 0.62 if person.woman else 0.40)
    y = FACE_Y + 56
    sketch.curve([(CENTRE_X - 18, y), (CENTRE_X, y + 2 * person.smile), (CENTRE_X + 18, y)], lip, 5.2)
    sketch.curve([(CENTRE_X - 20, y - 1), (CENTRE_X, y + 1.3 * person.smile - 1), (CENTRE_X + 20, y - 1)], shade(lip, 0.72), 1.6)


def _hair_behind(sketch: Sketch, person: Looks) -> None:
    wide, high = person.face_width, person.face_height
    sketch.oval(CENTRE_X, FACE_Y - 14, wide + (13 if person.woman else 7), high + (6 if person.woman else 1), person.hair)
    if person.woman and person.style != 1:  # to the jaw, or to the shoulders when young
        length = 118 if person.age < 50 and person.style == 2 else 66
        sketch.polygon(
            [
                (CENTRE_X - wide - 12, FACE_Y - 10),
                (CENTRE_X + wide + 12, FACE_Y - 10),
                (CENTRE_X + wide + 9, FACE_Y + length),
                (CENTRE_X - wide - 9, FACE_Y + length),
            ],
            person.hair,
        )
        for side in (-1, 1):
            sketch.oval(CENTRE_X + side * (wide - 4), FACE_Y + length - 2, 14, 14, person.hair)


def _hair_in_front(sketch: Sketch, person: Looks) -> None:
    wide, top = person.face_width, FACE_Y - person.face_height
    light = shade(person.hair, 1.10)
    if person.woman:
        parting = CENTRE_X + (-14, 10, 0)[person.style]
        for side, edge in ((-1, CENTRE_X - wide - 6), (1, CENTRE_X + wide + 6)):
            sketch.polygon(
                [
                    (parting, top - 4),
                    (parting + side * 8, top + 26),
                    (CENTRE_X + side * wide * 0.78, FACE_Y - 34),
                    (CENTRE_X + side * wide * 0.97, FACE_Y + 4),
                    (edge, FACE_Y + 2),
                    (edge - side * 1, FACE_Y - 42),
                    (CENTRE_X + side * wide * 0.72, top + 2),
                ],
                person.hair,
            )
        sketch.curve([(parting, top + 2), (CENTRE_X + wide * 0.5, top + 10), (CENTRE_X + wide * 0.92, FACE_Y - 28)], light, 1.6)
        sketch.curve([(parting, top + 2), (CENTRE_X - wide * 0.5, top + 10), (CENTRE_X - wide * 0.92, FACE_Y - 28)], light, 1.6)
        return
    crown = top - 8
    line = (top + 34, top + 20, top + 12)[person.hairline]
    temples = FACE_Y - 26
    for side in (-1, 1):
        sketch.polygon(
            [
                (CENTRE_X + side * (wide + 6), FACE_Y - 40),
                (CENTRE_X + side * (wide + 4), FACE_Y + 6),
                (CENTRE_X + side * (wide - 5), FACE_Y + 4),
                (CENTRE_X + side * (wide - 9), temples - 8),
                (CENTRE_X + side * (wide - 12), line + 6),
                (CENTRE_X + side * (wide - 16), line - 6),
            ],
            person.hair,
        )
    if person.hairline < 2:
        sketch.arc(CENTRE_X, top + 52, wide + 3, 62, 196, 344, person.hair)
        sketch.polygon(
            [
                (CENTRE_X - wide + 10, line + 4),
                (CENTRE_X - 14, line - 7),
                (CENTRE_X + wide * 0.55, line - 3),
                (CENTRE_X + wide - 10, line + 4),
                (CENTRE_X + wide * 0.5, crown + 8),
                (CENTRE_X - wide * 0.5, crown + 8),
            ],
            person.hair,
        )
        sketch.curve([(CENTRE_X - 22, line - 6), (CENTRE_X + 8, crown + 14), (CENTRE_X + wide * 0.66, line - 10)], light, 1.6)
    else:
        sketch.oval(CENTRE_X, top + 22, wide * 0.76, 26, person.skin)
        sketch.curve(
            [(CENTRE_X - 24, top + 6), (CENTRE_X, top - 4), (CENTRE_X + 28, top + 6)], _blend(person.skin, person.hair, 0.5), 2
        )


def _lines_of_age(sketch: Sketch, person: Looks) -> None:
    if person.age < 50:
        return
    line = shade(person.skin, 0.88 if person.age < 68 else 0.84)
    for side in (-1, 1):
        sketch.curve(
            [(CENTRE_X + side * 17, FACE_Y + 30), (CENTRE_X + side * 27, FACE_Y + 42), (CENTRE_X + side * 27, FACE_Y + 56)],
            line,
            1.3,
        )
        if person.age >= 62:
            eye = CENTRE_X + side * (person.eye_gap + 15)
            for rise in (-4, 1, 6):
                sketch.curve(
                    [(eye, FACE_Y + rise * 0.4), (eye + side * 4, FACE_Y + rise * 0.8), (eye + side * 8, FACE_Y + rise * 1.5)],
                    line,
                    1.0,
                )
    if person.age >= 68:
        for step in range(2):
            y = FACE_Y - 44 - step * 9
            sketch.curve([(CENTRE_X - 24, y), (CENTRE_X, y - 3), (CENTRE_X + 24, y)], line, 1.1)


def _glasses(sketch: Sketch, person: Looks) -> None:
    frame = (70, 62, 58)
    for side in (-1, 1):
        sketch.ring(CENTRE_X + side * person.eye_gap, FACE_Y + 1, 19, 14, frame, 1.9)
        sketch.curve(
            [
                (CENTRE_X + side * (person.eye_gap + 19), FACE_Y - 3),
                (CENTRE_X + side * 54, FACE_Y - 5),
                (CENTRE_X + side * (person.face_width - 2), FACE_Y - 3),
            ],
            frame,
            1.8,
        )
    sketch.curve(
        [(CENTRE_X - person.eye_gap + 19, FACE_Y - 1), (CENTRE_X, FACE_Y - 6), (CENTRE_X + person.eye_gap - 19, FACE_Y - 1)],
        frame,
        1.9,
    )
