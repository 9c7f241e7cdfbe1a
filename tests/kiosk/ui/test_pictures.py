"""The pictures: all there, this machine's own front, the lit slot in the colour of its light."""
from __future__ import annotations

import pytest
from PIL import Image

from kiosk.front import Front, Rect, Screen, SlotPlace, reference_front
from kiosk.prompts import Picture, Slot
from kiosk.ui.pictures import machine, picture_rgba
from kiosk.ui.pictures.scenes import SCENES
from kiosk.ui.seen import WORK
from kiosk.ui.theme import CALM, HIGH_CONTRAST

SCREEN = Screen()
FRONT = reference_front(SCREEN)
SIZE = 860, 500
AMBER = (255, 201, 60)


def picture(name: str, lit: Slot | None = None, front: Front = FRONT, palette=CALM) -> Image.Image:
    size, rgba = picture_rgba(name, lit, front, palette, *SIZE)
    return Image.frombytes("RGBA", size, rgba)


@pytest.mark.parametrize("palette", [CALM, HIGH_CONTRAST], ids=["calm", "high contrast"])
def test_every_picture_of_a_prompt_can_be_drawn(palette) -> None:
    for name in Picture:
        if name is not Picture.NONE:
            for lit in (None, *Slot):
                drawn = picture(name.value, lit, palette=palette)
                assert drawn.getbbox() is not None, name
                assert len(drawn.getcolors(100_000)) > 3, name


def test_an_unknown_picture_is_an_error() -> None:
    with pytest.raises(KeyError):
        picture("no_such_picture")


def test_what_the_machine_does_has_a_picture() -> None:
    assert set(WORK.values()) <= set(SCENES)


def at_slot(drawn: Image.Image, front: Front, slot: Slot) -> tuple[int, ...]:
    """Colour just inside the slot's upper left corner in the drawn front."""
    view = machine._View(front)
    x, y, width, height = view.box(front.slots[slot].rect)
    scale = min(SIZE[0] / machine.FIELD[0], SIZE[1] / machine.FIELD[1])
    left, top = (SIZE[0] - machine.FIELD[0] * scale) / 2, (SIZE[1] - machine.FIELD[1] * scale) / 2
    return drawn.getpixel((round(left + (x + width * 0.12) * scale), round(top + (y + height * 0.5) * scale)))[:3]


@pytest.mark.parametrize("lit", list(Slot))
def test_the_lit_slot_and_only_it_has_the_attention_colour(lit: Slot) -> None:
    drawn = picture("terminal", lit)
    for slot in Slot:
        assert (at_slot(drawn, FRONT, slot) == AMBER) == (slot is lit), slot


def test_a_slot_is_drawn_in_the_colour_of_its_real_light() -> None:
    slots = {**FRONT.slots, Slot.CARD_EXIT: SlotPlace(FRONT.slots[Slot.CARD_EXIT].rect, "#12AB34")}
    front = Front(FRONT.width, FRONT.height, FRONT.screen, slots)
    assert at_slot(picture("card_out", Slot.CARD_EXIT, front), front, Slot.CARD_EXIT) == (0x12, 0xAB, 0x34)


def test_another_terminal_is_drawn_with_its_own_slots() -> None:
    slots = {slot: SlotPlace(Rect(20, 300 + at * 60, 80, 20)) for at, slot in enumerate(Slot)}
    other = Front(FRONT.width, FRONT.height, FRONT.screen, slots)
    drawn = picture("terminal", Slot.ID_READER, other)
    assert at_slot(drawn, other, Slot.ID_READER) == AMBER
    assert drawn.tobytes() != picture("terminal", Slot.ID_READER).tobytes()


def test_the_large_arrow_stands_over_the_real_slot() -> None:
    from kiosk.prompts import Look
    from kiosk.texts import catalogue
    from kiosk.ui.compose import Frame, compose
    from kiosk.ui.letters import Letters
    from kiosk.ui.sheet import Image as Drawn
    from kiosk.ui.sheet import Local
    from tests.kiosk.ui.showroom import SAMPLES

    frame = Frame(SCREEN, FRONT, catalogue(), Letters())
    for name, slot in (("lay_id", Slot.ID_READER), ("take_card", Slot.CARD_EXIT)):
        sheet = compose(frame, SAMPLES[name], catalogue().render(SAMPLES[name], "zh_CN"), Look(), Local())
        arrow = next(element for element in sheet.elements if isinstance(element, Drawn) and element.key.startswith("pointer_"))
        wanted = sheet.mm(FRONT.slots[slot].rect.centre[0] - FRONT.screen.x)
        assert abs(arrow.box.centre[0] - wanted) < sheet.mm(45), name
        assert arrow.box.centre[1] < sheet.box.height / 2, name
