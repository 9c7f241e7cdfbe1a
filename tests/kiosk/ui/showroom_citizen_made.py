"""Samples of what is shown when a citizen card is made."""
from __future__ import annotations

from datetime import date

from kiosk import leaflet
from kiosk.journeys.claims import claim_of
from kiosk.leaflet import citizen_card_made as words
from kiosk.prompts import PersonShown, Picture, Progress, Prompt, SlipShown, StageState

CLAIM = claim_of("6e" * 16)
STAGES = (("reserve", StageState.DONE), ("feed", StageState.RUNNING), ("write", StageState.WAITING))


def citizen_made_prompts(slip: bytes) -> list[Prompt]:
    person = PersonShown("曹秀兰", "3416************03", 64, "", None, None)
    own = (
        leaflet.progress(Progress(STAGES, 50.0, 0.3), CLAIM, may_cancel=True),
        leaflet.take_card(),
        leaflet.keeping(),
        leaflet.registering(),
        leaflet.done("done", SlipShown(slip)),
        leaflet.done("done_registering", SlipShown(slip)),
        leaflet.with_claim("kept", CLAIM, picture=Picture.KEPT),
        leaflet.with_claim("cancelled", CLAIM),
        leaflet.with_claim("in_doubt", CLAIM, fault_code="P-403"),
        leaflet.not_made_choose(again=True, spoiled=True, mail=False),
        leaflet.not_made_choose(again=True, spoiled=False, mail=False),
    )
    elsewhere = ("citizen_kept_elsewhere", "citizen_in_doubt_elsewhere", "citizen_produced_elsewhere")
    return [
        words.has_card("7485", ["lost", "damaged", "renew"]),
        words.confirm(person, fee="20.00", note=""),
        words.loss_statement("7485", "20.00"),
        words.start(None, fee="20.00", minutes=2),
        words.start(None, fee="20.00", minutes=1, printed=False),
        words.not_here_now(),
        *(words.worded(prompt) for prompt in own),
        words.money_moves(date(2027, 12, 28)),
        words.money_is_here("12.30", "7485"),
        words.unfinished(date(2027, 12, 28), here=True, can_withdraw=True),
        words.unfinished(date(2027, 12, 28), here=False, can_withdraw=True),
        *(words.elsewhere(name, "药都大厅") for name in elsewhere),
    ]
