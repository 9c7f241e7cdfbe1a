"""The card's conformance suite at every station: in-process, over TCP, through the real pcscd, at the dispenser's contacts
and under its antenna. Then the published vectors. The last line is `C commands, V published vectors, 0 failed`: commands that a
card answered, published values that were computed anew. Exit code 1 on any failure, 3 where a station cannot be had here.
"""
from __future__ import annotations

import argparse
import sys
import time
import traceback
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, ExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial

import outcome
import trio

from card.apdu import Command
from card.log_file import LogFile
from card.transport import CardTransport, ChipStation, KnowsAtr
from devices.card_dispenser.words import Station
from tests.card import benches
from tests.card.benches import Bench
from tests.card.conformance import CASES, IMPATIENT_CASES, Case
from tests.card.private_pcscd import private_pcscd, why_not
from tests.card.side_by_side import Outcomes, side_by_side
from tests.card.vectors import PUBLISHED
from tests.devices.card_dispenser.rig import CRT
from tests.kiosk.test_dispenser_station import at
from tests.virtual_time import run_in_virtual_time

STUCK_S = 30.0
ANSWERED_NOTHING = ("a_card_whose_chip_cannot_be_read",)  # under an antenna such a card is no card at all
SEEN_SOON_S = 0.7  # longer than a card needs to be seen
OpenBench = Callable[[], AbstractAsyncContextManager[Bench]]


class Counting:
    """A station that counts what its chips answered."""

    def __init__(self, inner: ChipStation, answered: Counter[tuple[int, int]]) -> None:
        self._inner = inner
        self._answered = answered

    @asynccontextmanager
    async def power_up(self) -> AsyncIterator[CardTransport]:
        async with self._inner.power_up() as chip:
            counting = _CountingTransport(chip, self._answered)
            if isinstance(chip, KnowsAtr):
                counting.atr = chip.atr
            yield counting


class _CountingTransport:
    atr: bytes

    def __init__(self, inner: CardTransport, answered: Counter[tuple[int, int]]) -> None:
        self._inner = inner
        self._answered = answered

    async def transmit(self, apdu: bytes) -> bytes:
        answer = await self._inner.transmit(apdu)
        command = Command.decode(apdu)
        self._answered[command.cla, command.ins] += 1
        return answer


@dataclass
class Place:
    """One station: `run` drives one case in the kind of time it lives in. `at_once`: so many cases side by side, in real time."""

    name: str
    open: OpenBench
    run: Callable[..., object]
    cases: dict[str, Case]
    at_once: int = 0
    open_impatient: OpenBench | None = None
    answered: Counter[tuple[int, int]] = field(default_factory=Counter)
    failed: int = 0

    async def one(self, name: str) -> None:
        opened = self.open_impatient if self.open_impatient is not None and name in IMPATIENT_CASES else self.open
        with trio.fail_after(STUCK_S):
            async with opened() as bench:
                counted = [Counting(station, self.answered) for station in (bench.station, bench.sam)]
                await self.cases[name](replace(bench, station=counted[0], own_sam=counted[1]))

    def outcomes(self) -> Outcomes:
        if self.at_once:
            return side_by_side({name: partial(self.one, name) for name in self.cases}, self.at_once)
        return {name: outcome.capture(self._done, name) for name in self.cases}

    def _done(self, name: str) -> None:
        self.run(self.one, name)

    def all(self) -> None:
        began = time.monotonic()
        for name, found in self.outcomes().items():
            if isinstance(found, outcome.Error):
                if isinstance(found.error, KeyboardInterrupt):
                    raise found.error
                self.failed += 1
                say(f"FAILED {name}, {self.name}\n{''.join(traceback.format_exception(found.error))}")
        done = f"{len(self.cases):>3} cases {self.answered.total():>5} commands {self.failed} failed"
        say(f"{self.name:<24} {done} {time.monotonic() - began:>6.1f} s")


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


@asynccontextmanager
async def _dispenser(station: Station) -> AsyncIterator[Bench]:
    async with at(CRT, station) as (_, bench):
        yield bench


def places(stack: ExitStack, wanted: str | None) -> list[Place]:
    """Raises LookupError where a station cannot be had."""
    whole = {**CASES, **IMPATIENT_CASES}
    seen = {name: case for name, case in whole.items() if name not in ANSWERED_NOTHING}
    found = [
        Place("in process", benches.in_process, run_in_virtual_time, whole),
        Place("over TCP", benches.over_tcp, trio.run, whole),
        Place("dispenser, contacts", partial(_dispenser, Station.CONTACT), run_in_virtual_time, whole),
        Place("dispenser, antenna", partial(_dispenser, Station.CONTACTLESS), run_in_virtual_time, seen),
    ]
    if wanted in (None, "pcscd"):
        reason = why_not()
        if reason is not None:
            raise LookupError(reason)
        daemon = stack.enter_context(private_pcscd())
        opened = partial(benches.over_pcscd, daemon)
        found.append(Place("pcscd", opened, trio.run, whole, len(daemon.pairs), partial(opened, seen_within_s=SEEN_SOON_S)))
    return [place for place in found if wanted in (None, place.name)]


def published() -> tuple[int, int]:
    """(how many published values there are, how many did not come out)."""
    wrong = [known.what for known in PUBLISHED if known.compute() != known.result]
    record = LogFile.vectors()[0]  # a real card's
    if LogFile.decode(record.data) != record.value or LogFile.encode(record.value) != record.data:
        wrong.append("log record")
    for what in wrong:
        say(f"FAILED published value: {what}")
    return len(PUBLISHED) + 1, len(wrong)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run conformance", description=__doc__)
    parser.add_argument("--at", metavar="STATION", help="only one: in process, over TCP, dispenser, contacts ... pcscd")
    asked = parser.parse_args(arguments)
    with ExitStack() as stack:
        try:
            chosen = places(stack, asked.at)
        except LookupError as error:
            say(f"conformance: cannot run through pcscd: {error}")
            return 3
        if not chosen:
            parser.error(f"no such station: {asked.at}")
        for place in chosen:
            place.all()
    vectors, failed = published()
    failed += sum(place.failed for place in chosen)
    kinds = {key for place in chosen for key in place.answered}
    say(f"different commands: {', '.join(f'{cla:02X} {ins:02X}' for cla, ins in sorted(kinds))}")
    say(f"{sum(place.answered.total() for place in chosen)} commands, {vectors} published vectors, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
