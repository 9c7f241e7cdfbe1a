"""The front of the terminal from kiosk.toml."""
from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.front import FrontWrong, Screen, front_from, load_front, reference_front, screen_from
from kiosk.prompts import Slot

FRONT = """
[screen]
width_px = 1080
height_px = 1920
diagonal_in = 21.5

[front]
width_mm = 500
height_mm = 1600
screen = {x_mm = 100, y_mm = 900}

[front.slots.id_reader]
x_mm = 380
y_mm = 700
width_mm = 100
height_mm = 80

[front.slots.card_exit]
x_mm = 20
y_mm = 1000
width_mm = 60
height_mm = 14
light = "#00FF00"
"""


def test_a_27_inch_portrait_screen_is_336_mm_wide() -> None:
    assert Screen().width_mm == pytest.approx(336, abs=1)
    assert Screen(1080, 1920, 21.5).width_mm == pytest.approx(268, abs=1)


def test_a_front_is_read_and_knows_where_its_slots_lie(tmp_path: Path) -> None:
    file = tmp_path / "kiosk.toml"
    file.write_text(FRONT)
    screen, front = load_front(file)
    assert front.slots[Slot.CARD_EXIT].light == "#00FF00"
    right, down = front.towards(Slot.ID_READER)
    assert right > 0 and down < 0
    left, _ = front.towards(Slot.CARD_EXIT)
    assert left < 0
    assert front.towards(Slot.SLIP_EXIT) == (0.0, -1.0)
    assert screen.portrait


def test_without_a_table_the_reference_front_is_used() -> None:
    for screen in (Screen(), Screen(1920, 1080, 27.0), Screen(1080, 1920, 21.5)):
        assert front_from({}, screen) == reference_front(screen)
        assert set(reference_front(screen).slots) == set(Slot)


@pytest.mark.parametrize(("wrong", "says"), [
    ({"width_mm": 100, "height_mm": 100, "screen": {"x_mm": 0, "y_mm": 0}}, "screen is outside"),
    ({"width_mm": 900, "height_mm": 1800}, "screen"),
    ({"width_mm": 900, "height_mm": 1800, "screen": {"x_mm": 90, "y_mm": 900}, "slots": {"mouth": {}}}, "mouth"),
    ({"width_mm": 900, "height_mm": 1800, "screen": {"x_mm": 90, "y_mm": 900},
      "slots": {"card_exit": {"x_mm": 890, "y_mm": 10, "width_mm": 60, "height_mm": 10}}}, "card_exit"),
    ({"width_mm": 900, "height_mm": 1800, "screen": {"x_mm": 90, "y_mm": 900},
      "slots": {"card_exit": {"x_mm": 10, "y_mm": 10, "width_mm": 60, "height_mm": 10, "light": "green"}}}, "#RRGGBB"),
    ({"width_mm": 900, "height_mm": 1800, "screen": {"x_mm": 90, "y_mm": 900}, "slot": {}}, "slot: is not a setting"),
    ({"width_mm": 900, "height_mm": 1800, "screen": {"x_mm": 90, "y_mm": 900, "width_mm": 300}}, "screen width_mm: is not"),
    ({"width_mm": 900, "height_mm": 1800, "screen": {"x_mm": 90, "y_mm": 900},
      "slots": {"card_exit": {"x_mm": 10, "y_mm": 10, "width_mm": 60, "height_mm": 10, "lamp": "#FFFFFF"}}}, "lamp"),
])
def test_a_front_that_cannot_be_is_refused(wrong: dict[str, object], says: str) -> None:
    with pytest.raises(FrontWrong, match=says):
        front_from(wrong, Screen())


def test_a_screen_that_cannot_be_is_refused() -> None:
    with pytest.raises(FrontWrong):
        screen_from({"width_px": 20})


def test_a_small_desktop_gets_the_same_screen_with_fewer_pixels() -> None:
    shown = Screen().fitted(1200, 700)
    assert shown.height_px == 700 and shown.width_px == 394
    assert shown.width_mm == pytest.approx(Screen().width_mm, abs=1)
    assert Screen().fitted(4000, 4000) == Screen()
