"""A hall in virtual time: the real terminal, its real journal, drivers and simulators over memory wires, and a centre.

Nothing of the product is by-passed. The screen is a list of prompts, each rendered in both languages the moment it is
shown; people touch it by the names of choices and do with their hands what a prompt asks for.
"""
from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import trio

from card.crypto import KeyUse
from card.inprocess import InProcessStation
from card.transport import ChipStation
from card.virtual.card import VirtualCard
from card.virtual.slot import ChipSlot
from devices.cabinet.board import REFERENCE
from devices.cabinet.cabinet import Cabinet
from devices.cabinet.simulator import BoardSimulator
from devices.camera.driver import Camera
from devices.camera.simulator import CameraSimulator
from devices.card_dispenser.crt import CrtDispenser, CrtOptions
from devices.card_dispenser.crt_simulator import CrtSimulator
from devices.card_dispenser.mechanics import MachineTimes as DispenserTimes
from devices.card_dispenser.model import DispenserModel
from devices.card_dispenser.words import Station as DispenserPlace
from devices.card_printer.driver import CardPrinter
from devices.card_printer.model import CardPrinterModel, MachineTimes
from devices.card_printer.simulator import CardPrinterSimulator
from devices.card_printer.status import Station
from devices.id_reader.cards import ResidentCard
from devices.id_reader.driver import IdReader
from devices.id_reader.id_number import Sex
from devices.id_reader.model import CardImage
from devices.id_reader.nations import NATIONS
from devices.id_reader.simulator import IdReaderSimulator
from devices.receipt_printer.driver import ReceiptPrinter
from devices.receipt_printer.model import ReceiptPrinterModel
from devices.receipt_printer.simulator import ReceiptPrinterSimulator
from devices.scanner.commands import Trigger
from devices.scanner.driver import Scanner
from devices.scanner.model import ScannerModel
from devices.scanner.simulator import ScannerSimulator
from devices.ups.driver import Ups
from devices.ups.simulator import UpsdSimulator
from devices.ups.watch import UpsWatch
from devices.wire import MemoryWire, Wire, WireGone
from kiosk.assemble import assemble
from kiosk.citizen_slot import CitizenSlot
from kiosk.code_reader import CodeReader
from kiosk.dispenser_station import DispenserChipStation
from kiosk.dispensing import Dispensing
from kiosk.display import Silence, Voice
from kiosk.ecredentials.opened import OfdReader
from kiosk.face.local import LocalMatcher, LocalSight
from kiosk.parts import Eyes, Limits, Parts
from kiosk.pin import PinHash
from kiosk.prompts import Answer, Idle, Look, Prompt, Tone
from kiosk.stock import Books, Stock
from kiosk.supplies import Supplies
from kiosk.terminal import Ending, House, Terminal
from kiosk.texts import LANGUAGES, catalogue
from kiosk.transaction.journal import Journal
from print.ipp.client import IppClient
from print.ipp.printer import A4Printer
from print.ipp.simulator.machine import PagePrinter
from remote.central import wire
from remote.central.centre import Centre
from remote.central.demo_citizens import DemoCitizen
from remote.central.keys.software import masters_of_seed
from remote.central.store.schema import cards, cases, obligations, persons, reservations
from remote.central.times import BEIJING
from remote.enrolment.signing import Signer
from remote.face_model import THRESHOLD
from remote.messages import IdentityEvidence
from remote.platform import Platform
from remote.transport import READ_TIMEOUT_S, NoAnswer, NotSent
from tests.devices.card_dispenser.chips import VirtualChip
from tests.hall.citizen_cards import white_card
from tests.remote.identities import enrolled, signed
from tests.simulation.drawing import kept_portrait, offload
from tests.virtual_time import run_in_virtual_time

TRANSPORT_MASTER = masters_of_seed(1)[0, 1][KeyUse.TRANSPORT]      # of the rig's centre
MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=BEIJING)
PIN = "135790"
PIN_HASH = PinHash(PinHash.make(PIN))
CARD_PIN = "123456"
PATIENT_S = 1_000.0          # nobody waits longer for a screen
OF_THE_STACKER = 500_000     # chip serials of a dispenser's cards begin here
SPEED = 4.0                  # of the card printer: only how many polls a test takes
BLANKS = 5
NO_WAY_ON = ("home", "out_of_service")
STANDS_BY_ITSELF = ("recovering", "goodbye", "take_id_back", "power_back_card_at_exit", "take_card", "lay_id", "card_too_early")


class Network:
    """The line to the centre. `fate` is asked for each request: ok | not_sent | lost_there | lost_back | slow."""

    def __init__(self, centre: Centre) -> None:
        self.centre = centre
        self.signer: Signer | None = None           # once the hall has enrolled this terminal
        self.away = False
        self.fates: dict[str, str] = {}             # by a word in the path
        self.asked: list[str] = []
        self.slow_s = 12.0

    async def call(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        self.asked.append(path.rpartition("/")[2])
        await trio.sleep(0.02)
        fate = next((fate for word, fate in self.fates.items() if word in path), "ok")
        if self.away or fate == "not_sent":
            raise NotSent("refused")
        if fate == "lost_there":
            await self._silence()
        if fate == "slow":
            await trio.sleep(self.slow_s)
        assert self.signer is not None
        answer = wire.respond(self.centre, path, body, signed(self.signer, path, body, headers))
        if fate == "lost_back":
            await self._silence()
        return answer

    async def _silence(self) -> None:
        await trio.sleep(READ_TIMEOUT_S)
        raise NoAnswer("timeout")


class Screen:
    """`kiosk.display.Display`: everything that was shown, rendered at once in both languages."""

    def __init__(self) -> None:
        self._send, self.answers = trio.open_memory_channel[tuple[int, Answer]](64)
        self.showing, self.prompt, self.look = 0, None, Look()
        self.names: list[str] = []
        self.dead_ends: list[str] = []
        self.changed = trio.Event()

    prompt: Prompt | None

    def present(self, showing: int, prompt: Prompt, look: Look) -> None:
        self.showing, self.prompt, self.look = showing, prompt, look
        for language in LANGUAGES:
            catalogue().render(prompt, language)
        if not says_what_next(prompt):
            self.dead_ends.append(prompt.name)
        if self.names[-1:] != [prompt.name]:
            self.names.append(prompt.name)
        self._tell()

    def wipe(self) -> None:
        self.prompt = None
        self._tell()

    def _tell(self) -> None:
        self.changed.set()
        self.changed = trio.Event()

    def touch(self, name: str, value: str | None = None, *, showing: int | None = None) -> None:
        self._send.send_nowait((self.showing if showing is None else showing, Answer(name, value)))


def says_what_next(prompt: Prompt) -> bool:
    """Something to touch, a way back, a slot that is lit, a time after which it goes by itself, or the machine at work."""
    at_work = prompt.idle is Idle.MACHINE and prompt.tone in (Tone.BUSY, Tone.DONE) or prompt.name in STANDS_BY_ITSELF
    return bool(prompt.choices or prompt.back or prompt.lit or at_work or prompt.idle is Idle.FIXED or prompt.name in NO_WAY_ON)


@dataclass
class Settings:
    chip: bool = True
    forgets: bool = True
    cabinet: bool = False
    ups: bool = False
    pages: bool = False                                     # an A4 printer
    camera: bool = False
    scanner: bool = False                                   # a scanner that is triggered
    citizen_card: bool = False                              # a slot for people's own chip cards
    dispenser: bool = False                                 # citizen cards come out of one
    ofd: Callable[[Path], OfdReader] | None = None          # from the folder of the centre's roots; electronic credentials
    limits: Limits = field(default_factory=Limits)
    house: House = field(default_factory=lambda: House(identity=IdentityEvidence.CARD_ALONE))
    more: dict[str, Any] = field(default_factory=dict)      # for kiosk.assemble.assemble


class Post:
    """One terminal's place: machines and journal that outlive every process, and the process that runs now."""

    def __init__(self, hall: Hall, name: str, folder: Path, settings: Settings) -> None:
        self.hall, self.name, self.folder, self.settings = hall, name, folder, settings
        self.reader = IdReaderSimulator(seed=1)
        model = CardPrinterModel(
            blanks=BLANKS, times=MachineTimes(speed=SPEED), forgets=settings.forgets,
            new_chip=lambda serial: white_card(int(serial.removeprefix("B")), TRANSPORT_MASTER),
        )  # fmt: skip
        self.printer = CardPrinterSimulator(model)
        self.slips = ReceiptPrinterSimulator(ReceiptPrinterModel())
        self.dispenser = CrtSimulator(DispenserModel(
            cards=BLANKS if settings.dispenser else 0, low_at=2, times=DispenserTimes(speed=SPEED), forgets=settings.forgets,
            new_chip=lambda serial: VirtualChip(white_card(OF_THE_STACKER + int(serial.removeprefix("D")), TRANSPORT_MASTER)),
        ), seed=1)  # fmt: skip
        self.camera = CameraSimulator(seed=1)
        self.pages = PagePrinter() if settings.pages else None
        self.card_slot = ChipSlot()
        self.card_station: ChipStation = InProcessStation(lambda: self.card_slot.card)
        self.module: VirtualCard | None = None              # a purchase module, where a test puts one in before the start
        self.codes = ScannerSimulator(ScannerModel(auto_sense=False), seed=1)
        self.board, self.upsd = BoardSimulator(), UpsdSimulator()
        names = ("reader", "printer", "slips", "board", "upsd", "camera", "codes", "dispenser")
        self.plugged = dict.fromkeys(names, True)
        self.ending: Ending | None = None
        self._wires: list[MemoryWire] = []
        self._process: trio.CancelScope | None = None
        self.over: trio.Event = trio.Event()
        self.clock_off_s = 0.0
        self.voice: Voice = Silence()
        self.network = Network(hall.centre)
        self.terminal: Terminal
        self.screen: Screen

    @property
    def machine(self) -> CardPrinterModel:
        return self.printer.model

    def _now(self) -> datetime:
        return self.hall.now() + timedelta(seconds=self.clock_off_s)

    def _opener(self, name: str, serve: Callable[[Wire], Awaitable[None]]) -> Callable[[], Awaitable[Wire]]:
        async def open_wire() -> Wire:
            await trio.lowlevel.checkpoint()
            if not self.plugged[name]:
                raise WireGone(f"no {name}")
            near, far = MemoryWire.pair()
            self._wires.append(near)
            self.hall.nursery.start_soon(serve, far)
            return near

        return open_wire

    def unplug(self, name: str) -> None:
        self.plugged[name] = False
        for end in self._wires:
            end.cut()

    def _at_contacts(self) -> VirtualCard | None:
        chip = self.machine.chip_at_station
        return chip if isinstance(chip, VirtualCard) else None

    def _a4(self) -> A4Printer | None:
        if self.pages is None:
            return None
        client = IppClient(self.pages.post, "ipp://printer.test/ipp/print")
        return A4Printer(client, client)

    def _ofd(self) -> OfdReader | None:
        if self.settings.ofd is None:
            return None
        assert self.hall.centre.service.ecredentials is not None
        for path, content in self.hall.centre.service.ecredentials().trust_files.items():
            target = self.folder / "trust" / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        return self.settings.ofd(self.folder / "trust")

    def parts(self) -> Parts:
        return Parts(
            terminal=self.name, hall="亳州市政务服务中心", place=f"{self.name}号大厅",
            platform=Platform(self.network, self.name),
            id_reader=IdReader(self._opener("reader", self.reader.serve)),
            card_printer=CardPrinter(self._opener("printer", self.printer.serve)),
            chip=InProcessStation(self._at_contacts) if self.settings.chip else None, chip_at=Station.CONTACT,
            receipt_printer=ReceiptPrinter(self._opener("slips", self.slips.serve)),
            now=self._now, offload=offload, limits=self.settings.limits, photo_is_drawn=True, a4_printer=self._a4(),
            codes=self._code_reader(), ofd=self._ofd(), citizen_card=self._citizen_slot(), dispensing=self._dispensing(),
            cabinet=Cabinet(self._opener("board", self.board.serve), REFERENCE) if self.settings.cabinet else None,
            ups=UpsWatch(Ups(self._opener("upsd", self.upsd.serve))) if self.settings.ups else None,
            eyes=self._eyes() if self.settings.camera else None,
        )  # fmt: skip

    def _citizen_slot(self) -> CitizenSlot | None:
        if not self.settings.citizen_card:
            return None
        number = bytes.fromhex("3416000000") + bytes((int(self.name.removeprefix("T")),))
        module = InProcessStation(lambda: self.module) if self.module is not None else None
        return CitizenSlot(self.card_station, number, CARD_PIN, module=module)

    def _dispensing(self) -> Dispensing | None:
        if not self.settings.dispenser:
            return None
        options = CrtOptions(counter_survives_power=not self.settings.forgets)
        machine = CrtDispenser(self._opener("dispenser", self.dispenser.serve), options=options)
        return Dispensing(machine, DispenserChipStation(machine.station(DispenserPlace.CONTACT)), DispenserPlace.CONTACT)

    def _code_reader(self) -> CodeReader | None:
        return CodeReader(Scanner(self._opener("codes", self.codes.serve), trigger=Trigger())) if self.settings.scanner else None

    def _eyes(self) -> Eyes:
        """Faces are looked at on the spot: nothing runs beside the virtual clock."""
        from kiosk.face.on_the_spot import OnTheSpot

        worker = OnTheSpot()
        camera = Camera(self._opener("camera", self.camera.serve), self._now)
        return Eyes(camera, LocalSight(worker), LocalMatcher(worker, THRESHOLD))

    def count_blanks(self) -> None:
        journal = Journal(self.folder, self.hall.now)
        Stock(journal).load(self.machine.loaded)
        if self.settings.dispenser:
            Supplies(journal, Stock(journal)).loaded("card_stacker", self.dispenser.model.came)
        journal.close()

    def assemble(self) -> Terminal:
        self.screen = Screen()
        journal = Journal(self.folder, self._now)
        return assemble(
            self.parts(), journal, self.screen, self.voice, house=self.settings.house, pin=PIN_HASH, **self.settings.more
        )

    async def start(self) -> None:
        """Power on: a new process on the same journal."""
        self.terminal = self.assemble()
        self.over = trio.Event()
        self._process = trio.CancelScope()
        self.hall.nursery.start_soon(self._live, self.terminal, self._process)

    async def _live(self, terminal: Terminal, scope: trio.CancelScope) -> None:
        with scope:
            self.ending = await terminal.run()
        terminal.heart.journal.close()
        self.over.set()

    def cut_off(self) -> None:
        """The process dies at this instant: nothing of it goes on after its next await. The machines do."""
        assert self._process is not None
        for end in self._wires:
            end.cut()
        self._process.cancel()

    async def kill(self) -> None:
        self.cut_off()
        await self.over.wait()

    async def restart(self) -> None:
        await self.kill()
        await self.start()

    def power(self, on: bool) -> None:
        for machine in (self.reader, self.machine, self.slips.model, self.dispenser.model):
            (machine.power_on if on else machine.power_off)()

    # -- what people see and do --------------------------------------------------------------------------------------

    async def shows(self, *names: str, within_s: float = PATIENT_S) -> Prompt:
        with trio.move_on_after(within_s):
            while True:
                prompt = self.screen.prompt
                if prompt is not None and prompt.name in names:
                    return prompt
                await self.screen.changed.wait()
        shown = self.screen.prompt.name if self.screen.prompt else None
        raise AssertionError(f"waited for {names}, shown are {self.screen.names[-6:]}, now {shown}")

    async def until(self, true: Callable[[], object], within_s: float = PATIENT_S) -> None:
        with trio.move_on_after(within_s):
            while not true():
                await trio.sleep(0.25)
            return
        raise AssertionError(f"it did not come about; shown were {self.screen.names[-6:]}")

    def touch(self, name: str, value: str | None = None) -> None:
        self.screen.touch(name, value)

    @property
    def books(self) -> Books:
        return self.terminal.stock.books

    @property
    def slips_out(self) -> list[str]:
        return [slip.text() for slip in self.slips.model.slips]

    def stacker_agrees(self) -> None:
        """The books of the dispenser agree with it while no plan is open."""
        assert self.terminal.heart.journal.open_plans() == []
        census, books = self.dispenser.model.census(), self.terminal.stock.stacker
        told = (books.left, books.issued, books.kept + books.spoiled, books.in_doubt, books.moving)
        assert told == (census.hopper, census.taken, census.binned, 0, 0), (books, census)

    def agree(self) -> None:
        """The books agree with the machine while no plan is open."""
        assert self.terminal.heart.journal.open_plans() == []
        census, books = self.machine.census(), self.books
        told = (books.left, books.issued, books.kept, books.spoiled, books.in_doubt, books.moving)
        assert told == (census.hopper, census.taken, census.captured, census.rejected, 0, 0)


Hand = Callable[["Person"], Awaitable[None] | None]


class Person:
    """Somebody with an ID card in her hand."""

    def __init__(self, post: Post, key: str = "senior_card_new", **answers: str | Hand) -> None:
        self.post, self.citizen = post, post.hall.citizens[key]
        self.answers: dict[str, str | Hand] = {**USUAL, **answers}
        self.card_taken = False

    async def goes(self, *until: str, service: str = "senior_card") -> Prompt:
        """From home until one of `until` is shown."""
        await self.post.shows("home")
        self.post.touch(service)
        return await self.goes_on(*until)

    async def goes_on(self, *until: str) -> Prompt:
        """Answers what is shown until one of `until` is."""
        screen, answered = self.post.screen, 0
        with trio.fail_after(PATIENT_S * 3):
            while True:
                prompt = screen.prompt
                if prompt is not None and prompt.name in until:
                    return prompt
                if prompt is not None and screen.showing != answered:
                    answered = screen.showing
                    await self.answers_to(prompt)
                with trio.move_on_after(1):
                    await screen.changed.wait()

    async def answers_to(self, prompt: Prompt) -> None:
        act = self.answers.get(prompt.name)
        if isinstance(act, str):
            await trio.sleep(0.5)
            if self.post.screen.prompt is prompt:
                self.post.touch(act)
        elif act is not None:
            done = act(self)
            if done is not None:
                await done
        elif prompt.choices and prompt.idle is not Idle.MACHINE:        # told, not asked: the machine is at work
            raise AssertionError(f"nobody told her what to do at {prompt.name}, after {self.post.screen.names[-8:]}")

    def lays(self) -> None:
        model = self.post.reader.model
        if model.card_lies_there:
            model.lift()
        model.lay(id_card(self.citizen))

    def lifts(self) -> None:
        self.post.reader.model.lift()

    def takes(self) -> None:
        if self.post.machine.take_card() is not None:
            self.card_taken = True


async def takes_it(person: Person) -> None:
    await trio.sleep(2)
    person.takes()


USUAL: Mapping[str, str | Hand] = {
    "privacy": "agree", "lay_id": Person.lays, "card_too_early": Person.lays, "take_id_back": Person.lifts,
    "confirm_person": "yes_me", "choose_delivery": "now", "take_card": takes_it, "done": "finish", "done_registering": "finish",
    "renew_offer": "renew", "class_offer": "renew", "renew_expired": "renew", "loss_statement": "i_state", "owed": "produce_here",
    "slip_no_paper": "remembered", "failed_claim": "finish", "kept": "finish", "in_doubt": "finish", "cancelled": "finish",
    "spoiled_choose": "later", "not_made_choose": "later",
    "matter_or_payments": "open_matter", "submit_unknown": "finish", "submit_failed": "understood", "mailed": "finish",
}  # fmt: skip


class Hall:
    def __init__(self, folder: Path, terminals: int, settings: Settings) -> None:
        self.centre = Centre.in_memory(1, 4, self.now, draw_photo=kept_portrait)
        self.citizens = self.centre.demo_citizens()
        self.posts = [Post(self, f"T{number + 1}", folder / f"T{number + 1}", settings) for number in range(terminals)]
        for post in self.posts:
            post.network.signer = enrolled(self.centre, post.name, f"{post.name}号大厅")
        self.nursery: trio.Nursery
        self.bank_rests = False

    @property
    def post(self) -> Post:
        return self.posts[0]

    def now(self) -> datetime:
        try:
            return MORNING + timedelta(seconds=trio.current_time())
        except RuntimeError:
            return MORNING

    async def bank_works(self) -> None:
        while not self.bank_rests:
            self.centre.payment.round()
            await trio.sleep(1.0)

    # -- the centre's books ------------------------------------------------------------------------------------------

    def _of(self, table: sa.Table, key: str) -> list[Any]:
        who = sa.select(persons.c.person_id).where(persons.c.id_number == self.citizens[key].id_number).scalar_subquery()
        with self.centre.engine.connect() as connection:
            return list(connection.execute(sa.select(table).where(table.c.person_id == who)).all())

    def cases(self, key: str = "senior_card_new") -> list[Any]:
        return self._of(cases, key)

    def case(self, key: str = "senior_card_new") -> Any:
        """Her newest case."""
        return max(self.cases(key), key=lambda row: row.submitted_at)

    def numbers(self, key: str = "senior_card_new") -> list[str]:
        """The state of each number she ever had, oldest first."""
        return [row.state for row in sorted(self._of(cards, key), key=lambda row: row.number)]

    def reserved(self, key: str = "senior_card_new") -> list[str]:
        return [row.state for row in self._of(reservations, key)]

    def owed(self, key: str = "senior_card_new") -> list[Any]:
        return [row for row in self._of(obligations, key) if row.settled_at is None]


def in_hall(
    folder: Path,
    story: Callable[[Hall], Awaitable[None]],
    *,
    terminals: int = 1,
    settings: Settings | None = None,
    start: bool = True,
) -> Hall:
    """Run a story. Afterwards: no screen was a dead end, and every process is gone."""

    async def world() -> Hall:
        hall = Hall(folder, terminals, settings or Settings())
        async with trio.open_nursery() as hall.nursery:
            hall.nursery.start_soon(hall.bank_works)
            for post in hall.posts:
                if post.pages is not None:
                    hall.nursery.start_soon(post.pages.model.work)
                post.count_blanks()
                if start:
                    await post.start()
            await story(hall)
            for post in hall.posts:
                if hasattr(post, "screen"):
                    assert not post.screen.dead_ends, f"screens that do not say what to do: {post.screen.dead_ends}"
                if hasattr(post, "terminal"):
                    await post.kill()
            hall.nursery.cancel_scope.cancel()
        return hall

    return run_in_virtual_time(world)


def id_card(citizen: DemoCitizen, **changed: Any) -> CardImage:
    codes = {name: code for code, name in NATIONS.items()}
    card: dict[str, Any] = {
        "name": citizen.name, "sex": Sex.FEMALE if citizen.sex == "女" else Sex.MALE, "nation": codes[citizen.nation],
        "birth": citizen.birth, "address": citizen.address, "id_number": citizen.id_number, "issuer": citizen.id_issuer,
        "valid_from": citizen.valid_from, "valid_to": citizen.valid_to,
    }  # fmt: skip
    return CardImage.of(ResidentCard(**(card | changed)))
