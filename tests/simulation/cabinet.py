"""One terminal's cabinet: machines that outlive every process, the journal's folder, and the process that runs now."""
from __future__ import annotations

import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import trio

from card.inprocess import InProcessStation
from card.virtual.card import VirtualCard
from card.virtual.slot import ChipSlot
from devices.camera.driver import Camera
from devices.card_printer.driver import CardPrinter
from devices.card_printer.plastic import Plastic
from devices.card_printer.status import Station
from devices.id_reader.driver import IdReader
from devices.receipt_printer.driver import ReceiptPrinter
from devices.ups.driver import Ups
from devices.ups.watch import UpsWatch
from devices.wire import MemoryWire, OpenWire, Wire
from kiosk.assemble import assemble
from kiosk.citizen_slot import CitizenSlot
from kiosk.display import Silence
from kiosk.parts import Eyes, Parts
from kiosk.pin import HASH_BYTES, SALT_BYTES, PinHash
from kiosk.prompts import Answer, Prompt
from kiosk.stock import Stock
from kiosk.terminal import House, Terminal
from kiosk.transaction.journal import PLAN, Journal
from kiosk.transaction.plan import Facts, Mark
from print.ipp.client import IppClient
from print.ipp.printer import A4Printer
from remote.enrolment.signing import Signer
from remote.messages import IdentityEvidence
from remote.platform import Platform
from tests.simulation import purses
from tests.simulation.drawing import offload
from tests.simulation.faces import Matcher, Sight
from tests.simulation.life import LIFE, Life, MortalJournal, MortalWire
from tests.simulation.machines import Machines, PatientStation
from tests.simulation.network import LossyTransport
from tests.simulation.page_printer import MortalPost
from tests.simulation.screen import Screen

if TYPE_CHECKING:
    from tests.simulation.world import World

PIN = "135790"


class QuickPin(PinHash):
    """Without the 0.1 s that the product's hash takes on purpose."""

    def __init__(self, digits: str) -> None:
        super().__init__(f"scrypt:{bytes(SALT_BYTES).hex()}:{bytes(HASH_BYTES).hex()}")
        self._digits = digits

    def matches(self, pin: str) -> bool:
        return pin == self._digits

HOST_LOOKS_S = 5.0
BETWEEN_VISITS = ("home", "out_of_service", "recovering", "power_back_card_at_exit")
NOT_A_VISIT = ("operator_", "help_called", "volume")
CARD_PIN = "123456"          # of the cards of purses.py
TOP_UP = "top_up"
OFFERED = ("senior_card", "certify_80_plus", "print_certificate", "my_matters")


@dataclass
class VisitRecord:
    """What the people in front of the screen saw of one visit."""

    slips_before: int
    prompts: list[str] = field(default_factory=list)
    plans: list[str] = field(default_factory=list)
    kinds: dict[str, str] = field(default_factory=dict)      # of each plan
    cut: bool = False


@dataclass
class RowSeen:
    """A committed row, as the world remembers it (keys may be destroyed later)."""

    at: float
    plan: str
    act: str
    attempt: int
    mark: Mark
    facts: Facts


class Cabinet(Machines):
    def __init__(self, world: World, name: str, folder: Path, rng: Random) -> None:
        self.world, self.name, self.folder, self.rng = world, name, folder, rng
        self.place = f"{name}号大厅"
        super().__init__(world.setting.blanks, world.setting.forgets, rng)
        self.card_slot = ChipSlot()              # for people's own chip cards
        self.module = purses.module(world, int(name[-1:])) if world.setting.modules else None
        self.tops_up = any(wish == TOP_UP for wish, _ in world.setting.wishes)
        self.on = True
        self.life: Life | None = None
        self.terminal: Terminal | None = None
        self.screen: Screen | None = None
        self.prompt: Prompt | None = None
        self.changed = trio.Event()
        self.visit: VisitRecord | None = None
        self.visits = self.cuts = self.crashes = 0
        self.rows: list[RowSeen] = []
        self.signer: Signer | None = None        # once this terminal is enrolled
        self.with_staff: list[Plastic] = []      # taken from the exit by a technician, for the two people at the counter
        self.slipped = False                     # no sensor of this machine sees which side of a card lies up after a turn
        self.somebody = False                    # stands before the camera
        self._life_rng, self._net_rng, self._face_rng = Random(rng.random()), Random(rng.random()), Random(rng.random())

    # -- setting up --------------------------------------------------------------------------------------------------

    def load_first_blanks(self) -> None:
        """The technician's first count, before anybody comes."""
        journal = Journal(self.folder, self.world.now)
        Stock(journal).load(self.printer.model.loaded)
        journal.close()

    def _assembled(self, life: Life) -> Terminal:
        transport = LossyTransport(life, self.world.watch, self.world.weather, self.world.nursery, self._net_rng, self.signer)
        platform = Platform(transport, self.name, random=Random(self.rng.random()))
        client = IppClient(MortalPost(life, self.pages), "ipp://printer.hall/ipp/print")
        camera, setting = Camera(self._opener(life, self.camera.serve), self.world.now), self.world.setting
        parts = Parts(
            terminal=self.name,
            hall=self.place,
            place=self.name,
            platform=platform,
            id_reader=IdReader(self._opener(life, self.reader.serve)),
            card_printer=CardPrinter(self._opener(life, self.printer.serve)),
            chip=PatientStation(InProcessStation(lambda: self._at_contacts(life))),
            chip_at=Station.CONTACT,
            receipt_printer=ReceiptPrinter(self._opener(life, self.slips.serve)),
            now=self.world.now,
            offload=offload,
            photo_is_drawn=True,
            a4_printer=A4Printer(client, client),
            ups=UpsWatch(Ups(self._opener(life, self.upsd.serve))) if setting.ups else None,
            citizen_card=self._citizen_slot(life) if self.tops_up or self.module is not None else None,
            eyes=Eyes(camera, Sight(self._somebody, self._face_rng), Matcher(self._face_rng)),
        )
        self.screen = Screen(life, self._shown)
        journal = MortalJournal(self.folder, self.world.now, life, self._told)
        return assemble(
            parts, journal, self.screen, Silence(),
            house=House(
                (*OFFERED, TOP_UP) if self.tops_up else OFFERED,
                IdentityEvidence.CARD_ALONE if setting.card_alone else None, setting.evidence,
                erase_after=timedelta(seconds=setting.erase_after_s),
            ),
            pin=QuickPin(PIN), new_id=lambda: f"{self.rng.getrandbits(128):032x}", random=Random(self.rng.random()),
        )  # fmt: skip

    def _opener(self, life: Life, serve: Callable[[Wire], Awaitable[None]]) -> OpenWire:
        async def open_wire() -> Wire:
            await trio.lowlevel.checkpoint()
            life.check()
            near, far = MemoryWire.pair()
            life.wires.append(near)
            self.world.nursery.start_soon(serve, far)
            return MortalWire(life, near)

        return open_wire

    def _citizen_slot(self, life: Life) -> CitizenSlot:
        def card() -> VirtualCard | None:
            life.check()
            return self.card_slot.card

        def module() -> VirtualCard | None:
            life.check()
            return self.module

        number = bytes.fromhex("3416000000") + self.name[-1:].encode()
        return CitizenSlot(
            InProcessStation(card), number, CARD_PIN, module=InProcessStation(module) if self.module is not None else None
        )

    def _somebody(self) -> bool:
        return self.somebody

    def side_came_out(self, job: str) -> None:
        self.world.trace(self.name, f"a side of {job[:7]}")
        self.world.judge.side_came_out(self, job)

    def _at_contacts(self, life: Life) -> VirtualCard | None:
        life.check()
        return self.at_contacts()

    # -- one process after the other ---------------------------------------------------------------------------------

    async def run(self) -> None:
        while self.on:
            life = Life(self.name, self._life_rng, self.world.hazard, self._hot, self._died)
            terminal = self._assembled(life)
            self.life, self.terminal = life, terminal
            async with trio.open_nursery() as process:
                process.start_soon(self._process, life, terminal)
            self._after_death(life, terminal)
            if self.on:
                await self._boot()

    async def _process(self, life: Life, terminal: Terminal) -> None:
        LIFE.set(life)
        try:
            with life.scope:
                await terminal.run()
        except trio.Cancelled:
            raise
        except BaseException as error:  # noqa: BLE001  (whatever a process dies of, the world goes on)
            if life.dead:
                return
            self.crashes += 1
            told = "".join(traceback.format_exception(error))
            self.world.trace(self.name, "crash")
            self.world.wrong(f"0 the terminal crashed: {_innermost(error)!r}", told)

    def _after_death(self, life: Life, terminal: Terminal) -> None:
        life.dead = True
        for wire in life.wires:
            wire.cut()
        self.release_chip()
        if self.card_slot.card is not None:
            self.card_slot.card.power_off()
        if self.module is not None:
            self.module.power_off()
        terminal.heart.journal.close()
        self.screen = self.terminal = None
        if self.visit is not None:
            self.visit.cut = True
            self._visit_over()
        self._shown(None)

    def mains(self, on: bool) -> None:
        """In the hall. A cabinet with a UPS goes on for as long as its battery lasts."""
        if self.upsd.model.mains is not on:
            self.world.trace(self.name, f"the mains {'are back' if on else 'are gone'}")
            self.upsd.model.mains = on

    async def _boot(self) -> None:
        setting = self.world.setting
        if not self.upsd.model.mains:
            await self._dark_until_the_mains_are_back()
            return
        power = self.rng.random() < setting.power_goes and self.world.faults_allowed and not setting.ups
        if power:
            self.world.trace(self.name, "the mains goes")
            self.power(False)
        await trio.sleep(self.rng.choice((0.5, 5.0, 30.0, 120.0)) * self.rng.random() + 0.1)
        if power:
            self.power(True)

    async def _dark_until_the_mains_are_back(self) -> None:
        """The terminal has parked itself, or died on battery: the host is off, and the UPS after it."""
        self.power(False)
        while not self.upsd.model.mains:
            await trio.sleep(HOST_LOOKS_S)
        self.upsd.model.charge = 100.0
        self.power(True)

    def _hot(self) -> bool:
        return self.terminal is None or self.terminal.heart.busy or self.prompt is None or self.prompt.name == "recovering"

    def _died(self, where: str) -> None:
        self.cuts += 1
        self.world.trace(self.name, f"cut {where}")

    # -- what is seen of it ------------------------------------------------------------------------------------------

    def _told(self, plan: str, act: str, attempt: int, mark: Mark, facts: Facts) -> None:
        self.rows.append(RowSeen(trio.current_time(), plan, act, attempt, mark, facts))
        self.world.trace(self.name, f"row {plan[:4]} {act} {attempt} {mark}")
        if act == PLAN and mark is Mark.OPENED and self.visit is not None:
            self.visit.plans.append(plan)
            self.visit.kinds[plan] = str((facts or {}).get("kind", ""))

    def _shown(self, prompt: Prompt | None) -> None:
        self.prompt = prompt
        self.changed.set()
        self.changed = trio.Event()
        if prompt is None:
            return
        if prompt.name != "progress":
            self.world.trace(self.name, f"shows {prompt.name}")
        if prompt.name in BETWEEN_VISITS:
            if self.visit is not None:
                self._visit_over()
            return
        if self.visit is None:
            if prompt.name.startswith(NOT_A_VISIT):
                return
            self.visit = VisitRecord(len(self.slips.model.slips))
            self.visits += 1
        if self.visit.prompts[-1:] != [prompt.name]:
            self.visit.prompts.append(prompt.name)
            self.world.judge.shown(self, prompt)

    def _visit_over(self) -> None:
        over, self.visit = self.visit, None
        if over is not None:
            self.world.judge.visit_over(self, over)

    async def changes(self, at_most_s: float) -> None:
        """Until something else is shown, or the time is up."""
        with trio.move_on_after(at_most_s):
            await self.changed.wait()

    async def shows(self, names: tuple[str, ...], at_most_s: float) -> bool:
        with trio.move_on_after(at_most_s):
            while self.prompt is None or self.prompt.name not in names:
                await self.changed.wait()
            return True
        return False

    def touch(self, answer: Answer) -> None:
        if self.screen is not None:
            self.world.trace(self.name, f"touch {answer.choice} {answer.value or ''}")
            self.screen.touch(answer)


def _innermost(error: BaseException) -> BaseException:
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    return error
