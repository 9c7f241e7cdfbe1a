"""How long things take in the machine, what can break, and how a movement says that it stopped."""
from __future__ import annotations

from dataclasses import dataclass

FAULTS = {
    "hopper_empty": "the hopper says empty, whatever lies in it",
    "feed_jam": "the next card sticks half out of the hopper",
    "double_feed": "the next feed takes two cards, which jam",
    "path_jam": "the next card that moves inside jams",
    "gate_jam": "the card at the gate can neither be pulled nor drawn in",
    "bin_full": "the bin says full",
    "capture_misses": "the rollers lose the card at the gate while they draw it in, and it falls out",
    "moved_by_hand": "somebody pulls at the card while it comes out",
    "taken_during_capture": "the card is taken from the gate as the rollers begin to draw it in",
    "gate_sensor_blind": "the gate sensor never sees a card",
    "gate_sensor_covered": "the gate sensor always sees a card",
    "path_sensor_blind": "the sensors inside see no card",
    "motor_dead": "the motor does not turn",
    "slipping": "rollers slip: a movement is reported as done and nothing moved",
    "slow": "every movement takes three times as long",
    "slot_stuck": "the slot stays shut: no card can be put in",
}
"""Faults of the metal, the same for every make."""

CHIP_FAULTS = {
    "chip_contacts_worn": "no chip answers at the contacts",
    "antenna_dead": "no chip answers at the antenna",
    "chip_lost_in_command": "the chip loses power in the middle of the next command",
    "chip_hangs": "the chip does not answer the next command",
}

SLOW_FACTOR = 3
CHIP_PATIENCE_S = 5.0  # how long the machine waits for a chip's answer [assumed]


@dataclass(frozen=True)
class MachineTimes:
    """Seconds; `speed` divides them all. [assumed, from 0.1 to 0.3 m/s in a relative's data sheet]"""

    feed: float = 1.5
    move: float = 1.0
    eject: float = 1.0
    capture: float = 1.5
    draw_in: float = 1.5
    reset: float = 2.0
    speed: float = 1.0


class Stopped(Exception):
    """A movement was refused (`moved` False) or stopped on the way. `reason`: a key of errors.REASONS."""

    def __init__(self, reason: str, *, moved: bool) -> None:
        super().__init__(reason)
        self.reason, self.moved = reason, moved
