"""A hall in which terminals die: one point after the other, a fresh person and a fresh journal for each."""
from __future__ import annotations

import functools
import json
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import requests
import trio

from card.files import serial_of
from devices.serving import control
from tests.hall.hall import Hall, TerminalPlace
from tests.hall.process import Child, python
from tests.kill.deaths import PAYING
from tests.kill.evidence import (
    Evidence,
    Point,
    ask_centre,
    ask_for_the_money,
    code_to_pay,
    leaks,
    look_at_the_purse,
    pages_printed,
    rows_of,
    rows_of_copy,
    stock_told,
    world_since,
)
from tests.kill.journeys import BEHAVIOURS, ONE_CARD, SOMEBODY, TOP_UP, TORN, Journey, card_number
from tests.kill.kiosk import NOT_REACHED
from tests.kill.nest import Nest, NestGone
from tests.kill.people import Somebody, eligible

KILLED = -9
ENDS_WITHIN_S = 120.0
FEW_BLANKS, MANY_BLANKS = 10, 40
AT_REST_WITHIN_S = 10.0
LOOK_EVERY_S = 0.02


class NotAsMeant(Exception):
    """The point itself did not come about: the harness or the terminal ended as it must not."""


class Bench:
    """One hall with one terminal. `folder` gets one folder for each point."""

    def __init__(self, hall: Hall, folder: Path, journey: Journey) -> None:
        self.hall, self.journey = hall, journey
        self.nest = Nest()
        self.place: TerminalPlace = next(iter(hall.terminals.values()))
        self._folder = folder
        self._centre_db = hall.folder / "centre.db"
        self._people: Iterator[Somebody] = iter(eligible(self._centre_db, hall.today))

    def folder_of_point(self, point: Point) -> Path:
        return self._folder / f"{self.place.id}-{point.number:03d}"

    def new_folder(self, folder: Path) -> Path:
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "tmp").mkdir(parents=True)
        return folder

    async def instants(self, behaviour: str) -> list[str]:
        """Every instant of one visit that nothing interrupts. Raises NotAsMeant."""
        folder = self.new_folder(self._folder / f"{self.place.id}-all-{behaviour}")
        await self.tidy()
        await self._kiosk("visit", folder, next(self._people), behaviour=behaviour)
        told: dict[str, Any] = json.loads((folder / "told.json").read_text())
        if told["trouble"]:
            raise NotAsMeant(f"{behaviour}: {told['trouble']}")
        passed: list[str] = told["instants"]
        return passed

    async def die(self, point: Point, *, fresh: bool) -> tuple[Evidence, Path]:
        """One death, one recovery, and what can be seen afterwards. `fresh`: recovery is a process from its very start,
        with its imports, so that how long they take is known. Raises NotAsMeant."""
        folder = self.new_folder(self.folder_of_point(point))
        person = next(self._people)
        await self.tidy()
        if self.journey.name == TOP_UP:
            await self._new_citizen_card(person)
        before, stock = await self.state(), stock_told(self._centre_db, self.place.id)
        reached = await self._kiosk("visit", folder, person, point, blanks=before["card_printer"]["census"]["hopper"]) == KILLED
        await self._meanwhile(point, person)
        if point.again:
            reached &= await self._kiosk("recover", folder, person, point, dies=True) == KILLED
            await self._meanwhile(point, person)
        rows_at_death = rows_of_copy(folder / "journal", folder / "at_death")
        at_start = await self.state()
        await self._kiosk("recover", folder, person, point, fresh=fresh)
        after = await self._at_rest()
        told = json.loads((folder / "told.json").read_text())
        centre = await ask_centre(
            self._centre_db, self.hall.centre_url, self.place.id, self.place.identity, person, stock
        )  # fmt: skip
        money = await ask_for_the_money(
            self._centre_db, self.hall.centre_url, self.place.id, self.place.identity, person
        )  # fmt: skip
        purse = None
        if self.journey.name == TOP_UP:
            fen = before["citizen_card"]["balance"], after["citizen_card"]["balance"]
            purse, money = look_at_the_purse(self._centre_db, serial_of(card_number(person.person_id)), *fen)
        printer = "card_printer"
        return Evidence(
            point=point, person=person, reached=reached, before=before[printer], at_start=at_start[printer],
            after=after[printer], rows_at_death=rows_at_death, rows=rows_of(folder / "journal"),
            world=world_since(before[printer], after[printer], self._centre_db, person, folder / "journal"),
            centre=centre, told=told, leaks=leaks(folder, person),
            money=money, purse=purse, sides=pages_printed(before["a4_printer"], after["a4_printer"]),
        ), folder  # fmt: skip

    async def _meanwhile(self, point: Point, person: Somebody) -> None:
        """Between a death and the next start."""
        if point.in_the_dark and self.journey.name in ONE_CARD:
            await self.hand(do="take_card")
        elif point.in_the_dark and point.instant.startswith(PAYING):
            await self._pays(person)
        elif point.in_the_dark:
            await self.hand(do="pull_card")
        if point.power:
            await self.hand(do="power", on=True)

    async def _pays(self, person: Somebody) -> None:
        """Her phone still shows the page; the bank says no where she has paid already."""
        serial = serial_of(card_number(person.person_id)) if self.journey.name == TOP_UP else ""
        code = code_to_pay(self._centre_db, person, serial)
        if code is not None:
            await trio.to_thread.run_sync(functools.partial(requests.post, f"{code}/pay", timeout=10))

    async def instants_of_recovery(self, first: str, *, power: bool) -> list[str]:
        """Every instant of the recovery after a death at `first`. Raises NotAsMeant."""
        _, folder = await self.die(Point(0, first, power, next(iter(self.journey.behaviours))), fresh=False)
        passed: list[str] = json.loads((folder / "told.json").read_text())["instants"]
        return passed

    # -- processes ---------------------------------------------------------------------------------------------------

    async def _kiosk(
        self, what: str, folder: Path, person: Somebody, point: Point | None = None, *, behaviour: str = "",
        blanks: int = MANY_BLANKS, fresh: bool = False, dies: bool = False,
    ) -> int:  # fmt: skip
        """Run the terminal to its end, whatever that is. Returns the exit code; raises NotAsMeant for any that is not meant."""
        place, log = self.place, folder / f"{what}.log"
        arguments = [
            what, "--config", place.config, "--journal", folder / "journal", "--machines", place.machines,
            "--network", place.network, "--out", folder, "--told", folder / "told.json",
            "--speed", self.hall.wishes.speed, "--behaviour", point.behaviour if point else behaviour, "--blanks", blanks,
            *_of_the_point(what, point, dies=dies), "--started", time.monotonic(),
        ]  # fmt: skip
        environment = {"PERSON": json.dumps(person.card), "PERSON_ID": str(person.person_id), "TMPDIR": str(folder / "tmp")}
        run = run_fresh if fresh else self.nest.run
        with trio.move_on_after(ENDS_WITHIN_S):
            try:
                code = await run(list(map(str, arguments)), environment, log)
            except NestGone as error:
                raise NotAsMeant(f"{what}: the process that forks terminals ended: {error}") from error
            if code not in _meant(what, point, dies=dies):
                last = log.read_text("utf-8", "replace").strip().splitlines()[-3:]
                raise NotAsMeant(f"{what} ended with {code}: {' / '.join(last)}")
            return code
        self.nest.close()
        raise NotAsMeant(f"{what} did not end within {ENDS_WITHIN_S:g} s")

    # -- the machines ------------------------------------------------------------------------------------------------

    async def hand(self, **request: Any) -> dict[str, Any]:
        return await control(self.place.machines, **request)

    async def state(self) -> dict[str, Any]:
        return await self.hand(do="state")

    async def _at_rest(self) -> dict[str, Any]:
        """When nothing moves any more: a machine goes on although its terminal is dead."""
        state = await self.state()
        with trio.move_on_after(AT_REST_WITHIN_S):
            while state["card_printer"]["moving"] or state["a4_printer"]["jobs"]:
                await trio.sleep(LOOK_EVERY_S)
                state = await self.state()
        return state

    async def _new_citizen_card(self, person: Somebody) -> None:
        """In and out again, so that it is known what is on it."""
        await self.hand(do="insert_card", citizen=SOMEBODY, number=card_number(person.person_id))
        await self.hand(do="pull_card")
        while (await self.state())["citizen_card"]["citizen"]:
            await trio.sleep(LOOK_EVERY_S)

    async def tidy(self) -> None:
        """What the attendant does: no card lies anywhere, enough blanks, ribbon and room."""
        await self.hand(do="power", on=True)
        await self.hand(do="pull_card")
        await self.hand(do="lift")
        await self.hand(machine="a4_printer", do="clear_fault")
        await self.hand(machine="a4_printer", do="load")
        state = await self._at_rest()
        if state["a4_printer"]["output"]:
            await self.hand(machine="a4_printer", do="take_output")
        if state["card_printer"]["exit"]:
            await self.hand(do="take_card")
        if state["card_printer"]["path"]:
            await self.hand(machine="card_printer", do="clear_jam")
        await self.hand(machine="card_printer", do="empty_bins")
        await self.hand(machine="card_printer", do="change_ribbon")
        if state["card_printer"]["census"]["hopper"] < FEW_BLANKS:
            await self.hand(machine="card_printer", do="refill", blanks=MANY_BLANKS)


async def run_fresh(arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> int:
    """A process of its own from its very start."""
    child = Child("kiosk", (*python("-m", "tests.kill.kiosk"), *arguments), log, more=environment)
    child.start()
    try:
        while child.running:
            await trio.sleep(LOOK_EVERY_S)
    finally:
        child.kill()
    assert child.exit_code is not None
    return child.exit_code


def _of_the_point(what: str, point: Point | None, *, dies: bool) -> list[str]:
    if point is None:
        return []
    if what == "recover" and not dies:
        dark = point.in_the_dark and not point.instant.startswith(PAYING)
        away = BEHAVIOURS[point.behaviour].name == TOP_UP and (dark or point.behaviour == TORN)
        return ["--takes-card"] if point.takes_when_called else ["--puts-back"] if away else []
    return ["--die-at", point.again if dies else point.instant, *(["--power"] if point.power else [])]


def _meant(what: str, point: Point | None, *, dies: bool) -> tuple[int, ...]:
    if what == "recover":
        return (KILLED, 0) if dies else (0,)
    return (KILLED, NOT_REACHED) if point else (NOT_REACHED,)
