"""How long things take in the machine, what can break, and how a movement says that it stopped."""
from __future__ import annotations

from dataclasses import dataclass

FAULTS = {
    "hopper_empty": "the feeder says empty, whatever lies in it",
    "feed_jam": "the next blank sticks half out of the hopper",
    "double_feed": "the next feed takes two blanks, which jam",
    "path_jam": "the next card that moves between stations jams",
    "print_jam": "the card jams under the head in mid-panel",
    "ribbon_out": "the ribbon is at its end mark",
    "ribbon_torn": "the ribbon tears in mid-panel",
    "reject_bin_full": "the reject bin says full",
    "capture_bin_full": "the capture bin says full",
    "exit_sensor_covered": "the exit sensor always sees a card",
    "exit_sensor_blind": "the exit sensor never sees a card",
    "path_sensor_blind": "the sensors inside see no card",
    "card_stuck_at_exit": "the card at the bezel can neither be pulled nor drawn in",
    "chip_contacts_worn": "no chip answers at the contact station",
    "slow": "every movement takes three times as long",
    "slipping": "rollers slip: a movement is acknowledged and nothing moved",
    "silent": "commands are neither carried out nor answered",
    "answer_lost": "a movement is made and its answer is lost",
    "answer_late": "the answer to a movement comes a minute late",
    "garbage_answer": "an answer arrives as noise",
    "wrong_answer": "a query gets the answer to another one",
}
"""Faults that can be turned on while the machine runs."""

SLOW_FACTOR = 3


@dataclass(frozen=True)
class MachineTimes:
    """Seconds; `speed` divides them all. [assumed: 18 s a colour side and 2 s a turn are usual data-sheet values]"""

    feed: float = 2.0
    move: float = 1.5
    panel: float = 3.6
    turn: float = 2.0
    eject: float = 1.5
    capture: float = 1.5
    reject: float = 2.0
    reset: float = 3.0
    speed: float = 1.0


class Stopped(Exception):
    """A movement was refused (`moved` False) or stopped on the way. `letter` and `reason`: extension.NACK_LETTERS, REASONS."""

    def __init__(self, letter: str, reason: str, moved: bool) -> None:
        super().__init__(reason)
        self.letter, self.reason, self.moved = letter, reason, moved
