"""What comes of every fault, on every driver: in which act it shows, how that act ends, and what a probe says afterwards.

The facts behind the house's table of faults (citizen's screen, spoken sentence, technician's incident). The tests turn each fault
on and hold the machine to its row.
"""
from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from devices.card_dispenser.judging import Verdict


class When(Enum):
    """The act during which the fault shows."""

    STATUS = "status"
    FEED = "feed"
    PRESENT = "present"
    TAKE = "take"
    CAPTURE = "capture"
    REJECT = "reject"
    ACCEPT = "accept"
    CHIP = "chip"


class End(Enum):
    """DONE: as if nothing were wrong, or with a result that says so (`code`: TakenEnd, AcceptEnd or RejectEnd)."""

    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    UNKNOWN = "unknown"
    GONE = "gone"


@dataclass(frozen=True)
class Expected:
    """`code`: of the refusal or failure (errors.REASONS), or the result of an act that has one. `then`: what a probe answers
    when the fault is over and the machine runs again; None where there is nothing to ask. `times`: how often the fault strikes,
    None for ever. `beside`: another fault that has to be on for this one to show."""

    when: When
    end: End
    code: str = ""
    then: Verdict | None = None
    times: int | None = None
    beside: str = ""


def _done(when: When, code: str = "", then: Verdict | None = None, times: int | None = None) -> Expected:
    return Expected(when, End.DONE, code, then, times)


def _refused(when: When, code: str) -> Expected:
    return Expected(when, End.REFUSED, code, NO)


def _failed(when: When, code: str, then: Verdict | None) -> Expected:
    return Expected(when, End.FAILED, code, then)


def _unknown(when: When, then: Verdict | None, times: int | None = 1) -> Expected:
    return Expected(when, End.UNKNOWN, then=then, times=times)


def _gone(when: When, then: Verdict | None = None) -> Expected:
    return Expected(when, End.GONE, then=then)


YES, NO, OPEN = Verdict.DONE, Verdict.NOT_DONE, Verdict.UNKNOWN
_FEED, _PRESENT, _TAKE, _CAPTURE, _REJECT, _ACCEPT = (
    When.FEED,
    When.PRESENT,
    When.TAKE,
    When.CAPTURE,
    When.REJECT,
    When.ACCEPT,
)
Rows = tuple[Expected, ...]

_OVERCOME: Rows = (_done(_FEED, then=YES, times=1), _done(_PRESENT, then=YES, times=1))
"""A disturbance that comes once is overcome."""

_METAL: dict[str, Rows] = {
    "hopper_empty": (_refused(_FEED, "HOPPER_EMPTY"),),
    "feed_jam": (_failed(_FEED, "JAM", YES),),
    "path_jam": (_failed(_FEED, "JAM", YES), _failed(_PRESENT, "JAM", NO)),
    "bin_full": (_refused(_CAPTURE, "BIN_FULL"), _refused(_REJECT, "BIN_FULL")),
    "path_sensor_blind": (_failed(_FEED, "CONTRADICTION", YES), _refused(_PRESENT, "NO_MEDIA")),
    "slipping": (
        _failed(_FEED, "CONTRADICTION", NO),
        _failed(_PRESENT, "CONTRADICTION", NO),
        _failed(_CAPTURE, "CONTRADICTION", NO),
        _failed(_REJECT, "CONTRADICTION", NO),
    ),
    "slow": (_done(_FEED, then=YES), _done(_PRESENT, then=YES), _done(_ACCEPT, "CARD_INSIDE", YES)),
    "slot_stuck": (_done(_ACCEPT, "NOTHING_CAME", NO),),
}

CRT: dict[str, Rows] = {
    **_METAL,
    "double_feed": (_failed(_FEED, "JAM", YES),),
    "gate_jam": (_done(_TAKE, "STILL_THERE", NO), _failed(_CAPTURE, "JAM", NO)),
    "capture_misses": (_failed(_CAPTURE, "CONTRADICTION", NO),),
    "moved_by_hand": (_failed(_PRESENT, "MOVED_BY_HAND", NO),),
    "taken_during_capture": (_failed(_CAPTURE, "MOVED_BY_HAND", NO),),
    # A gate sensor that goes blind while a card lies there looks like a card that was taken: the one thing nobody can know.
    "gate_sensor_blind": (_unknown(_PRESENT, YES, times=None), _refused(_CAPTURE, "NO_MEDIA"), _done(_TAKE, "TAKEN", YES)),
    "gate_sensor_covered": (_refused(_FEED, "OCCUPIED"), _refused(_PRESENT, "SEQUENCE"), _done(_TAKE, "STILL_THERE", YES)),
    "motor_dead": (
        _failed(_FEED, "MOTOR", NO),
        _failed(_PRESENT, "MOTOR", NO),
        _failed(_CAPTURE, "MOTOR", NO),
        _failed(_REJECT, "MOTOR", NO),
        _done(_ACCEPT, "NOTHING_CAME", NO),
    ),
    "chip_contacts_worn": (Expected(When.CHIP, End.REFUSED, "CHIP_MUTE"),),
    "antenna_dead": (Expected(When.CHIP, End.REFUSED, "CHIP_MUTE"),),
    "chip_lost_in_command": (_unknown(When.CHIP, None),),
    "chip_hangs": (_unknown(When.CHIP, None),),
    "silent": (_gone(When.STATUS), _gone(_FEED, NO), *_OVERCOME),
    "ack_lost": (_done(_FEED, then=YES), _done(_PRESENT, then=YES)),
    "not_understood": (_gone(When.STATUS), _gone(_FEED, NO), *_OVERCOME),
    "answer_lost": (
        _unknown(_FEED, YES),
        _unknown(_PRESENT, YES),
        _unknown(_CAPTURE, YES),
        _unknown(_REJECT, YES),
        _unknown(When.CHIP, None),
    ),
    "answer_late": (_unknown(_FEED, YES), _unknown(_PRESENT, YES), _unknown(_CAPTURE, YES), _unknown(When.CHIP, None)),
    "answer_damaged": (_gone(When.STATUS), _gone(_FEED, NO), *_OVERCOME),
    "answer_cut_short": (_gone(When.STATUS), *_OVERCOME),
    "answer_too_long": (_gone(When.STATUS), *_OVERCOME),
    "garbage_answer": (_gone(When.STATUS), *_OVERCOME),
    "answer_twice": (_done(_FEED, then=YES), _done(_PRESENT, then=YES)),
    "noise_before": (_done(_FEED, then=YES), _done(_PRESENT, then=YES)),
    "echo": (_done(_FEED, then=YES), _done(_PRESENT, then=YES)),
    "old_answer": (_done(_FEED, then=YES), _done(_PRESENT, then=YES)),
    "baud_mismatch": (_gone(When.STATUS), _gone(_FEED, NO), *_OVERCOME),
    "unplugged": (_unknown(_FEED, YES), _unknown(_PRESENT, YES), _unknown(_CAPTURE, YES), _unknown(When.CHIP, None)),
    "movement_unheard": (_unknown(_FEED, NO), _unknown(_PRESENT, NO), _unknown(_CAPTURE, NO), _unknown(_REJECT, NO)),
    # After a restart of its own the count cannot be compared unless the machine is known to keep it.
    "not_initialised": (_done(_FEED, then=YES, times=1), _done(_CAPTURE, then=OPEN, times=1)),
    "counter_overflow": (_failed(_CAPTURE, "COUNTER_OVERFLOW", NO),),
    "no_counter": (
        _done(_TAKE, "TAKEN", OPEN),
        _done(_CAPTURE, then=OPEN),
        _done(_REJECT, "CARD_REJECTED", OPEN),
        _done(_FEED, then=YES),
    ),
    "sensor_error": (_failed(_FEED, "SENSOR", NO), _failed(_PRESENT, "SENSOR", NO)),
    "undefined_status": (_refused(_FEED, "PLACE_UNKNOWN"), _refused(_PRESENT, "PLACE_UNKNOWN"), _done(_TAKE, "STILL_THERE", YES)),
    "old_failure_letter": (Expected(_FEED, End.REFUSED, "HOPPER_EMPTY", NO, beside="hopper_empty"),),
}

K720: dict[str, Rows] = {
    **_METAL,
    "double_feed": (_failed(_FEED, "DOUBLE_FEED", YES),),
    "gate_jam": (_done(_TAKE, "STILL_THERE", NO), _failed(_CAPTURE, "CAPTURE_FAILED", NO)),
    # Without a counter a card that falls to the floor is a captured one to everybody but the probe.
    "capture_misses": (_done(_CAPTURE, then=OPEN),),
    "moved_by_hand": (_failed(_PRESENT, "FEED_FAILED", NO),),
    "taken_during_capture": (_failed(_CAPTURE, "CAPTURE_FAILED", OPEN),),
    "gate_sensor_blind": (_failed(_PRESENT, "CONTRADICTION", YES), _refused(_CAPTURE, "NO_MEDIA"), _done(_TAKE, "TAKEN", OPEN)),
    "gate_sensor_covered": (_refused(_FEED, "OCCUPIED"), _refused(_PRESENT, "OCCUPIED"), _done(_TAKE, "STILL_THERE", OPEN)),
    "motor_dead": (
        _failed(_FEED, "FEED_FAILED", NO),
        _failed(_PRESENT, "FEED_FAILED", NO),
        _failed(_CAPTURE, "CAPTURE_FAILED", NO),
        _done(_ACCEPT, "NOTHING_CAME", NO),
    ),
    "silent": (_gone(When.STATUS), _gone(_FEED, NO), *_OVERCOME),
    "ack_lost": (_gone(When.STATUS), _gone(_FEED, NO), *_OVERCOME),
    "not_understood": (_gone(When.STATUS), _gone(_FEED, NO), *_OVERCOME),
    "answer_lost": (_gone(When.STATUS), _gone(_FEED, NO), *_OVERCOME),
    "answer_late": (_gone(When.STATUS), _gone(_FEED, NO)),
    "answer_damaged": (_gone(When.STATUS), _gone(_FEED, NO), *_OVERCOME),
    "answer_cut_short": (_gone(When.STATUS), *_OVERCOME),
    "answer_too_long": (_gone(When.STATUS), *_OVERCOME),
    "garbage_answer": (_gone(When.STATUS), *_OVERCOME),
    "answer_twice": (_done(_FEED, then=YES), _done(_PRESENT, then=YES)),
    "noise_before": (_done(_FEED, then=YES), _done(_PRESENT, then=YES)),
    "echo": (_done(_FEED, then=YES), _done(_PRESENT, then=YES)),
    "old_answer": (_done(_FEED, then=YES), _done(_PRESENT, then=YES)),
    "baud_mismatch": (_gone(When.STATUS), _gone(_FEED, NO), *_OVERCOME),
    "unplugged": (_gone(When.STATUS), _gone(_FEED, NO), *_OVERCOME),
    "enquiry_lost": (_unknown(_FEED, NO), _unknown(_PRESENT, NO), _unknown(_CAPTURE, NO), _unknown(_REJECT, NO)),
    "prepare_fails": (_failed(_FEED, "FEED_FAILED", NO),),
    "wrong_address": (_gone(When.STATUS), *_OVERCOME),
    "digits_beyond_9": (_done(_FEED, then=YES), _done(_PRESENT, then=YES)),
    "moves_for_ever": (_gone(_FEED, NO), _gone(_PRESENT, NO), _gone(_REJECT, NO)),
}

EXPECTED: dict[str, dict[str, Rows]] = {"crt": CRT, "k720": K720}
"""Driver -> fault -> rows. The 591H form of the CRT has the CRT's rows."""
