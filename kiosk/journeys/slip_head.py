"""The head of a slip where all that is known of her is her citizen card."""
from __future__ import annotations

from kiosk.visit import Visit
from print.layouts import slip as paper
from print.layouts.slip_texts import Language

TAIL = 4


def card_head(visit: Visit, serial: str) -> paper.SlipHead:
    language: Language = "en" if visit.talk.look.language == "en" else "zh_CN"
    return paper.SlipHead(
        hall=visit.parts.hall, terminal=visit.parts.terminal, at=visit.now, name="", id_number="", language=language,
        card_tail=serial[-TAIL:],
    )  # fmt: skip
