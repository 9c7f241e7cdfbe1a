"""The large arrow on the screen that points to the real slot, where the screen has no decision to offer."""
from __future__ import annotations

import math

from kiosk.front import Front
from kiosk.prompts import Prompt, Tone
from kiosk.ui.boxes import Box
from kiosk.ui.pictured import put
from kiosk.ui.sheet import Sheet

MOST_MM = 130.0
TURN_DEGREES = 15


def wanted(prompt: Prompt, front: Front) -> bool:
    return prompt.tone is Tone.ATTENTION and prompt.lit is not None and prompt.lit in front.slots


def draw(sheet: Sheet, prompt: Prompt, front: Front, box: Box) -> None:
    """Inside the box, as near to the slot as it goes, turned towards it."""
    assert prompt.lit is not None
    side = min(box.height, box.width, sheet.mm(MOST_MM))
    slot_x, slot_y = front.slots[prompt.lit].rect.centre
    x = min(max(sheet.mm(slot_x - front.screen.x), box.x + side / 2), box.right - side / 2)
    y = min(max(sheet.mm(slot_y - front.screen.y), box.y + side / 2), box.top - side / 2)
    across, up = sheet.mm(slot_x - front.screen.x) - x, sheet.mm(slot_y - front.screen.y) - y
    degrees = math.degrees(math.atan2(-across, -up))
    name = f"pointer_{round(degrees / TURN_DEGREES) * TURN_DEGREES}"
    put(sheet, name, Box(x - side / 2, y - side / 2, side, side), prompt.lit, front)
