"""A no that helps: the reason, the day, the place."""

from __future__ import annotations

from datetime import date

from kiosk.leaflet.choices import OK
from kiosk.prompts import (
    Choice,
    Picture,
    Prompt,
    Tone,
    spoken_date,
)
from remote.messages import Refusal


def refusal(refused: Refusal) -> Prompt:
    """A no that helps. Dates in words; the sentence is the catalogue's, under the refusal's code."""
    params = {key: spoken_date(date.fromisoformat(value)) if is_date(value) else value for key, value in refused.params.items()}
    return Prompt(
        f"refusal_{refused.code}",
        tone=Tone.DONE if refused.code in GOOD_NEWS else Tone.REFUSAL,
        params=params,
        picture=PICTURES.get(refused.code, Picture.PERSON_AT_DESK),
        choices=(OK, Choice("print_slip")),
        fault_code=FAULT_CODES.get(refused.code, "P-200"),
    )


PICTURES = {
    "too_young": Picture.CALENDAR,
    "too_early": Picture.CALENDAR,
    "id_expired": Picture.CALENDAR,
    "wrong_household": Picture.HOUSE,
    "card_kept": Picture.KEPT,
    "already_has_card": Picture.CARD_IS_FINE,
    "past_production": Picture.CARD,
    "open_case": Picture.MATTERS,
    "case_closed": Picture.TICK,
    "settled_already": Picture.TICK,
    "no_photo": Picture.CAMERA,
    "being_served": Picture.OTHER_MACHINE,
    "already_certified": Picture.TICK,
    "too_young_for_allowance": Picture.CALENDAR,
}
"""What the reason looks like; the counter, where somebody there has to help."""

GOOD_NEWS = frozenset({"already_certified"})
"""Nothing has to be done: no red."""

FAULT_CODES = {
    "not_matched": "P-201",
    "id_expired": "P-202",
    "too_young": "P-203",
    "wrong_household": "P-204",
    "needs_staff": "P-206",
    "already_has_card": "P-207",
    "no_live_card": "P-208",
    "too_early": "P-209",
    "open_case": "P-210",
    "too_many_losses": "P-211",
    "no_photo": "P-212",
    "being_served": "P-213",
    "card_kept": "P-214",
    "case_closed": "P-215",
    "identity_check_missing": "P-216",
    "past_production": "P-217",
    "fenced": "P-218",
    "already_certified": "P-222",
    "too_young_for_allowance": "P-223",
}
"""Small at the bottom of the screen, for whoever is telephoned about it."""


def is_date(value: str) -> bool:
    return len(value) == 10 and value[4] == value[7] == "-"
