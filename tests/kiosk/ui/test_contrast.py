"""Contrast: of the tokens, and of what really came out as pixels."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields

import pytest

from kiosk.prompts import Look
from kiosk.ui.sheet import TextLine
from kiosk.ui.shots import image_of
from kiosk.ui.theme import CALM, HIGH_CONTRAST, Colour, Pair, Palette, contrast
from kiosk.ui.window import KioskWindow
from tests.kiosk.ui.showroom import SAMPLES

LEAST = 7.0  # inclusion.md 2
LEAST_SHAPE = 3.0  # WCAG 1.4.11: what is not text
LOOKED_AT = (
    "home",
    "lay_id",
    "take_card",
    "confirm_person",
    "choose_service",
    "progress",
    "refusal_too_young",
    "done",
    "house_number",
    "still_there",
    "kept",
    "volume",
    "operator_menu",
    "pick_township",
    "withdrawn",
)


def pairs(palette: Palette) -> list[tuple[str, Pair]]:
    return [(field.name, value) for field in fields(palette) if isinstance(value := getattr(palette, field.name), Pair)]


@pytest.mark.parametrize("palette", [CALM, HIGH_CONTRAST], ids=["calm", "high contrast"])
def test_every_pair_of_tokens_has_seven_to_one(palette: Palette) -> None:
    for name, pair in pairs(palette):
        assert contrast(pair.ink, pair.ground) >= LEAST, name


def test_what_can_be_touched_stands_out_from_its_ground() -> None:
    for palette in (CALM, HIGH_CONTRAST):
        assert contrast(palette.primary.ground, palette.plain.ground) >= LEAST_SHAPE
        assert contrast(palette.secondary.ink, palette.plain.ground) >= LEAST_SHAPE


@pytest.mark.parametrize(
    "look", [Look(), Look(elder=False), Look(high_contrast=True)], ids=["elder", "standard", "high contrast"]
)
@pytest.mark.parametrize("name", LOOKED_AT)
def test_the_pixels_of_every_line_of_text(window: KioskWindow, name: str, look: Look) -> None:
    window.present(1, SAMPLES[name], look)
    window.stage.veil(0.0)
    picture = image_of(window.stage)
    assert window.sheet is not None
    for line in (element for element in window.sheet.elements if isinstance(element, TextLine)):
        em = window.sheet.sizes.em(line.role)
        wide = window.sheet.letters.width(line.text, em, line.bold)
        left = line.box.x + (line.box.width - wide) * line.align.value
        middle = picture.height - line.box.centre[1]
        box = tuple(round(edge) for edge in (left, middle - em * 0.46, left + wide, middle + em * 0.46))
        assert measured(picture.crop(box)) >= LEAST - 0.3, f"{name}: {line.text}"  # the edges of letters are soft


def measured(crop: object) -> float:
    """Contrast of the commonest colour with the one furthest from it."""
    counted = Counter(crop.get_flattened_data() if hasattr(crop, "get_flattened_data") else crop.getdata())
    ground: Colour = tuple(part / 255 for part in counted.most_common(1)[0][0])
    return max(contrast(ground, tuple(part / 255 for part in colour)) for colour in counted)
