"""Was it done? Answers for a movement whose answer was lost, from sensors and counters before and after. Pure; never guesses.

Cards do not vanish: a card that was inside and is neither inside, nor at the gate, nor counted in the bin has left by the
gate. Where a count is missing that this needs, the judgement is UNKNOWN.
"""
from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from devices.card_dispenser.words import Media, PathMedia


class Act(Enum):
    FEED = "feed"  # done: a card has left the hopper and is inside, wherever (`Evidence.path` of afterwards tells)
    PRESENT = "present"  # done: the card came out of the machine
    TAKE = "take"  # done: somebody took it from the gate
    CAPTURE = "capture"  # done: the card at the gate lies in the bin
    REJECT = "reject"  # done: the card inside lies in the bin
    ACCEPT = "accept"  # done: a card from outside is inside


class Verdict(Enum):
    DONE = "done"
    NOT_DONE = "not_done"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Judgement:
    verdict: Verdict
    because: str
    after: Evidence


@dataclass(frozen=True)
class Evidence:
    """`retained`: cards the machine counted into its bin. `epoch` changes whenever the machine may have lost that count;
    `durable`: it is known to keep it without power, so that counts of different epochs can be compared."""

    path: PathMedia
    gate: Media
    retained: int | None = None
    epoch: str = ""
    durable: bool = False

    def as_json(self) -> dict[str, Any]:
        """For a journal."""
        return {
            "path": self.path.value,
            "gate": self.gate.value,
            "retained": self.retained,
            "epoch": self.epoch,
            "durable": self.durable,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Evidence:
        """Raises KeyError or ValueError for what `as_json` did not write."""
        return cls(PathMedia(kept["path"]), Media(kept["gate"]), kept["retained"], kept["epoch"], kept["durable"])

    def fallen_since(self, earlier: Evidence) -> int | None:
        """Cards that fell into the bin since `earlier`; None where the counts cannot be compared (a bin emptied meanwhile
        and set to 0 counts backwards)."""
        if self.retained is None or earlier.retained is None:
            return None
        if self.epoch != earlier.epoch and not (self.durable and earlier.durable):
            return None
        fallen = self.retained - earlier.retained
        return fallen if fallen >= 0 else None


_Rule = Callable[[Evidence, Evidence], tuple[Verdict, str]]
_GONE = (PathMedia.NOT_PRESENT, Media.NOT_PRESENT)


def judge(act: Act, before: Evidence, after: Evidence) -> Judgement:
    """Was `act` done between the two? UNKNOWN too where `before` is no state in which the act makes sense."""
    if after.path is PathMedia.UNKNOWN or after.gate is Media.UNKNOWN:
        return Judgement(Verdict.UNKNOWN, "the machine does not tell where cards are", after)
    starts: dict[Act, bool] = {
        Act.FEED: (before.path, before.gate) == _GONE,
        Act.ACCEPT: (before.path, before.gate) == _GONE,
        Act.PRESENT: before.path.inside and before.gate is Media.NOT_PRESENT,
        Act.REJECT: before.path.inside and before.gate is Media.NOT_PRESENT,
        Act.TAKE: before.gate is Media.PRESENT and before.path is PathMedia.NOT_PRESENT,
        Act.CAPTURE: before.gate is Media.PRESENT and before.path is PathMedia.NOT_PRESENT,
    }
    if not starts[act]:
        return Judgement(Verdict.UNKNOWN, f"before it: {before.path.value} inside, {before.gate.value} at the gate", after)
    verdict, because = _RULES[act](before, after)
    return Judgement(verdict, because, after)


def _feed(before: Evidence, after: Evidence) -> tuple[Verdict, str]:
    if after.path.inside:
        return Verdict.DONE, f"a card is inside ({after.path.value})"
    if after.gate is Media.PRESENT:
        return Verdict.UNKNOWN, "a card is at the gate, and it may have come from either side"
    if after.fallen_since(before):
        return Verdict.UNKNOWN, "nothing is inside, and a card fell into the bin"
    return Verdict.NOT_DONE, "nothing is inside"


def _accept(before: Evidence, after: Evidence) -> tuple[Verdict, str]:
    if after.path.inside:
        return Verdict.DONE, f"a card is inside ({after.path.value})"
    if after.fallen_since(before):
        return Verdict.UNKNOWN, "nothing is inside, and a card fell into the bin"
    return Verdict.NOT_DONE, "nothing is inside"


def _present(before: Evidence, after: Evidence) -> tuple[Verdict, str]:
    if after.path.inside:
        return Verdict.NOT_DONE, f"it is still inside ({after.path.value})"
    if after.gate is Media.PRESENT:
        return Verdict.DONE, "it is at the gate"
    return _left(before, after)


def _take(before: Evidence, after: Evidence) -> tuple[Verdict, str]:
    if after.gate is Media.PRESENT:
        return Verdict.NOT_DONE, "it is still at the gate"
    if after.path.inside:
        return Verdict.NOT_DONE, f"it is inside again ({after.path.value})"
    return _left(before, after)


def _left(before: Evidence, after: Evidence) -> tuple[Verdict, str]:
    match after.fallen_since(before):
        case None:
            return Verdict.UNKNOWN, "it is nowhere, and nobody knows whether one fell into the bin"
        case 0:
            return Verdict.DONE, "it is neither inside nor in the bin: it left by the gate"
        case _:
            return Verdict.NOT_DONE, "it lies in the bin"


def _into_bin(before: Evidence, after: Evidence) -> tuple[Verdict, str]:
    fallen = after.fallen_since(before)
    if fallen:
        return Verdict.DONE, "a card fell into the bin"
    if after.path.inside or after.gate is Media.PRESENT:
        return Verdict.NOT_DONE, "it is still there"
    if fallen is None:
        return Verdict.UNKNOWN, "it is nowhere, and nobody knows whether one fell into the bin"
    return Verdict.NOT_DONE, "no card fell into the bin: it left by the gate"


_RULES: dict[Act, _Rule] = {
    Act.FEED: _feed,
    Act.ACCEPT: _accept,
    Act.PRESENT: _present,
    Act.TAKE: _take,
    Act.CAPTURE: _into_bin,
    Act.REJECT: _into_bin,
}
