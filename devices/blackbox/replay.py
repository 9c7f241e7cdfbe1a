"""Every recorded call made again, on the driver of today, against the machine's own words of then.

Time is virtual: a machine that was silent for six seconds is silent for six seconds of the replay's clock.
"""
from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import trio
from PIL import Image

from devices import drivers
from devices.blackbox.machine import ReplayMachine
from devices.blackbox.recorder import Entry, Happened, answer_of
from devices.card_printer.driver import CardPrinter
from devices.card_printer.panels import FACE_SIZE, CardImage
from devices.card_printer.status import Station
from devices.errors import DeviceError
from devices.receipt_printer.driver import ReceiptPrinter
from devices.receipt_printer.items import Text
from devices.wire import OpenWire

CALL_ENDS_WITHIN_S = 600.0
BEGINS_LATER = "it asked what does not stand in the recording"
"""A driver asks some things once, at its start: the minutes in which it did are gone."""


class NotReplayable(Exception):
    """This machine's driver, or this argument of a call, cannot be made here; says which."""


@dataclass(frozen=True)
class Call:
    """`first`: how many things had been sent to the machine before it."""

    at: float
    device: str
    name: str
    arguments: tuple[str, ...]
    answer: str                       # "" where the recording ends before it did
    took: float                       # seconds
    first: int


@dataclass(frozen=True)
class Replayed:
    call: Call
    now: str

    left_out: str = ""                # why nothing can be said of it

    @property
    def same(self) -> bool:
        return not self.left_out and self.now == self.call.answer


def calls(entries: Sequence[Entry]) -> list[Call]:
    """Of one machine; a call that was cancelled, or had not ended, is left out: nobody knows how it would have ended."""
    found: list[Call] = []
    begun: list[tuple[Entry, int]] = []
    sent = 0
    for entry in entries:
        if entry.happened is Happened.SENT:
            sent += 1
        elif entry.happened is Happened.CALL:
            begun.append((entry, sent))
        elif entry.happened is Happened.ENDED:
            at = next((n for n, (call, _) in enumerate(begun) if call.words[0] == entry.words[0]), None)
            if at is None:
                continue
            call, first = begun.pop(at)
            if entry.words[1] != "cancelled":
                found.append(
                    Call(call.at, call.device, call.words[0], call.words[1:], entry.words[1], entry.at - call.at, first)
                )
    return found


def driver_of(device: str, name: str, open_wire: OpenWire) -> Any:
    """Raises NotReplayable."""
    if device == "card_printer":
        return CardPrinter(open_wire)
    if device == "receipt_printer":
        return ReceiptPrinter(open_wire)
    if device in drivers.GROUPS:
        try:
            return drivers.driver(device, name).bind({})(open_wire)
        except (drivers.DriverProblem, ValueError) as error:
            raise NotReplayable(f"{device}: {error}") from error
    raise NotReplayable(f"{device}: no driver of this kind is replayed")


A_SLIP = Text("·" * 40)
"""Long enough to be taken for a slip by the mask."""
STANDS_FOR: Mapping[str, Callable[[], Any]] = {
    "CardImage": lambda: CardImage(Image.new("RGB", FACE_SIZE, "white")),
    "list": lambda: [A_SLIP],
    "tuple": lambda: (A_SLIP,),
}
"""Instead of what was withheld: a white card, a slip of dots."""


def argument(words: str) -> Any:
    """Raises NotReplayable."""
    if words.startswith("Station."):
        return Station[words.removeprefix("Station.")]
    if words.startswith("withheld:"):
        made = STANDS_FOR.get(words.removeprefix("withheld:"))
        if made is None:
            raise NotReplayable(f"an argument of kind {words.removeprefix('withheld:')} was withheld")
        return made()
    known = {"None": None, "True": True, "False": False}
    return known[words] if words in known else float(words)


async def replay(device: str, name: str, entries: Sequence[Entry]) -> list[Replayed]:
    """All calls of one machine, in order, on one driver. Raises NotReplayable where there is no such driver."""
    done: list[Replayed] = []
    async with trio.open_nursery() as nursery:
        machine = ReplayMachine(device, entries, nursery)
        driver = driver_of(device, name, machine.open_wire)
        for call in calls(entries):
            machine.begin_at(call.first)
            before = len(machine.unknown)
            try:
                now = await _made(driver, call)
                left_out = BEGINS_LATER if len(machine.unknown) > before else ""
            except NotReplayable as error:
                now, left_out = "", str(error)
            done.append(Replayed(call, now, left_out))
        nursery.cancel_scope.cancel()
    return done


async def _made(driver: Any, call: Call) -> str:
    """Raises NotReplayable."""
    work = getattr(driver, call.name, None)
    if work is None:
        return "the driver of today has no such call"
    named = {key: argument(words) for key, equals, words in (one.partition("=") for one in call.arguments) if equals}
    plain = [argument(words) for words in call.arguments if "=" not in words]
    try:
        with trio.fail_after(CALL_ENDS_WITHIN_S):
            return answer_of(call.name, await work(*plain, **named))
    except DeviceError as error:
        return f"{type(error).__name__}: {error}"
    except trio.TooSlowError:
        return f"did not end within {CALL_ENDS_WITHIN_S:.0f} s"
