"""./run probe over real ptys with the simulated machines behind them, and what it does with what it does not know."""
from __future__ import annotations

import json
from pathlib import Path

import pytest
import trio

from devices import probing
from devices.cabinet.simulator import BoardSimulator
from devices.card_dispenser.crt_simulator import CrtSimulator
from devices.card_dispenser.framing import FramingOf591H
from devices.card_dispenser.k720_simulator import K720Simulator
from devices.card_printer.model import CardPrinterModel
from devices.card_printer.simulator import CardPrinterSimulator
from devices.errors import DeviceRefused
from devices.id_reader.simulator import IdReaderSimulator
from devices.probing import Identified, Question
from devices.receipt_printer.model import ReceiptPrinterModel
from devices.receipt_printer.simulator import ReceiptPrinterSimulator
from devices.scanner.simulator import ScannerSimulator
from devices.serving import Simulator, serve_pty
from devices.wire import MemoryWire, Wire, WireGone
from kiosk import probe
from kiosk.probe import UNKNOWN, Found
from tests.devices.ups.private_nut import NAME, private_nut, why_not
from tests.virtual_time import run_in_virtual_time

CHATTER = b"Ubuntu 24.04 login: "


class Chatterbox:
    """Something else at a serial port: it talks whenever it is talked to."""

    async def serve(self, wire: Wire) -> None:
        while True:
            await wire.receive()
            await wire.send(CHATTER)


def machines() -> dict[str, Simulator]:
    return {
        "id_reader": IdReaderSimulator(),
        "receipt": ReceiptPrinterSimulator(ReceiptPrinterModel()),
        "cards": CardPrinterSimulator(CardPrinterModel(blanks=5)),
        "scanner": ScannerSimulator(),
        "crt571": CrtSimulator(),
        "crt591h": CrtSimulator(framing=FramingOf591H()),
        "k720": K720Simulator(),
    }


def test_every_machine_behind_a_pty_is_named_and_none_has_moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probing, "QUESTION_S", 2.5)
    connected = machines()

    async def main() -> list[Found]:
        async with trio.open_nursery() as nursery:
            connected["cabinet"] = BoardSimulator()
            for name, machine in connected.items():
                await nursery.start(serve_pty, machine, tmp_path / name)
            questions, problems = probing.serial_questions()
            assert problems == []
            found: list[Found] = []

            async def ask(name: str) -> None:
                found.append(await probe._serial_port(str(tmp_path / name), "", questions))

            async with trio.open_nursery() as asking:
                for name in connected:
                    asking.start_soon(ask, name)
            nursery.cancel_scope.cancel()
        return found

    found = {Path(one.place).name: one for one in trio.run(main)}
    assert {name: one.fits for name, one in found.items()} == {
        "id_reader": "id_reader sam_v",
        "receipt": "receipt_printer",
        "cards": "card_printer",
        "scanner": "scanner serial",
        "crt571": "card_dispenser crt",
        "crt591h": "card_dispenser crt",
        "k720": "card_dispenser k720",
        "cabinet": "cabinet",
    }
    assert found["id_reader"].settings == (
        "[id_reader]", 'driver = "sam_v"', f'wire = "serial:{tmp_path / "id_reader"}"', "baud = 115200",
    )  # fmt: skip
    assert "05.03-20150101" in found["id_reader"].said
    receipt, cards = connected["receipt"], connected["cards"]
    assert isinstance(receipt, ReceiptPrinterSimulator) and isinstance(cards, CardPrinterSimulator)
    assert not receipt.model.hanging.lines and not receipt.model.slips and not receipt.model.buffer
    assert not {"Si", "Sis", "Sic", "Se", "Ser", "Srs", "Xca", "Xmv"} & set(cards.commands)
    assert len(cards.model.hopper) == 5


async def _ask(machine: Chatterbox | None, questions: list[Question]) -> Identified | None:
    async with trio.open_nursery() as nursery:

        async def open_at(_: int) -> Wire:
            await trio.lowlevel.checkpoint()
            near, far = MemoryWire.pair()

            async def serve() -> None:
                try:
                    if machine is not None:
                        await machine.serve(far)
                except WireGone:
                    return

            nursery.start_soon(serve)
            return near

        identified = await probing.ask(open_at, questions)
        nursery.cancel_scope.cancel()
    return identified


@pytest.mark.parametrize("machine", [None, Chatterbox()], ids=["silent", "something else"])
def test_what_does_not_answer_as_a_machine_of_ours_is_unknown_within_a_minute(machine: Chatterbox | None) -> None:
    async def main() -> None:
        assert await _ask(machine, probing.serial_questions()[0]) is None
        assert trio.current_time() < 60

    run_in_virtual_time(main)


def test_a_question_without_an_answer_gives_the_port_back_to_the_next_one() -> None:
    async def never(open_wire: object) -> str:
        await (await open_wire()).receive()  # type: ignore[operator]
        return "never"

    closed: list[str] = []

    class Watched:
        async def send(self, data: bytes) -> None: ...

        async def receive(self, at_most: int = 4096) -> bytes:
            await trio.sleep_forever()
            raise AssertionError

        async def aclose(self) -> None:
            await trio.lowlevel.checkpoint()
            closed.append("closed")

    async def open_at(_: int) -> Wire:
        await trio.lowlevel.checkpoint()
        return Watched()

    async def main() -> None:
        assert await probing.ask(open_at, [Question("lamp", "led", (9_600, 115_200), never)]) is None
        assert closed == ["closed", "closed"]

    run_in_virtual_time(main)


def test_a_receipt_printer_is_asked_before_anybody_whose_question_it_would_print() -> None:
    assert probing.serial_questions()[0][0].device_class == "receipt_printer"


def test_a_port_that_cannot_be_opened_is_said_to_be_so(tmp_path: Path) -> None:
    found = trio.run(probe._serial_port, str(tmp_path / "nothing"), "", probing.serial_questions()[0])
    assert found.fits == UNKNOWN and "cannot be asked" in found.said


async def _upses_of(answer: bytes) -> list[str]:
    near, far = MemoryWire.pair()
    await far.send(answer)

    async def open_wire() -> Wire:
        await trio.lowlevel.checkpoint()
        return near

    names = await probing.upsd(open_wire)
    assert await far.receive() == b"LIST UPS\n"
    return names


def test_the_upses_upsd_knows() -> None:
    listed = b'BEGIN LIST UPS\nUPS ups "a desk \\"UPS\\""\nUPS second "Description unavailable"\nEND LIST UPS\n'
    assert trio.run(_upses_of, listed) == ["ups", "second"]
    with pytest.raises(DeviceRefused, match="ACCESS-DENIED"):
        trio.run(_upses_of, b"ERR ACCESS-DENIED\n")


@pytest.mark.skipif(why_not() is not None, reason=str(why_not()))
def test_the_upses_a_real_upsd_knows() -> None:
    with private_nut() as nut:
        (found,) = trio.run(probe._upses, f"127.0.0.1:{nut.port}")
    assert (found.place, found.fits) == (f"nut:{NAME}@127.0.0.1:{nut.port}", "ups")


def test_two_of_a_kind_are_both_shown_and_the_second_is_commented_out() -> None:
    found = [Found(place, "chip", "PC/SC reader", ("[chip]", f'station = "pcsc:{place}"')) for place in ("A", "B")]
    assert probe.settings(found) == '[chip]\nstation = "pcsc:A"\n\n# [chip]\n# station = "pcsc:B"\n'
    assert probe.table([]) == "WHERE  DRIVER  WHAT IT SAYS\n"


def test_printers_are_looked_for_wherever_the_configuration_names_them() -> None:
    config = {"a4_printer": {"uri": "ipp://10.0.0.9/ipp/print", "n": 3}, "more": ["ipps://b/ipp", "http://c"]}
    assert list(probe.printers_in(config)) == ["ipp://10.0.0.9/ipp/print", "ipps://b/ipp"]


def test_for_programs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    async def nothing(*_: object) -> list[Found]:
        await trio.lowlevel.checkpoint()
        return [Found("/dev/ttyS0", UNKNOWN, "answers no question we know")]

    monkeypatch.setattr(probe, "probe", nothing)
    assert probe.main(["--json"]) == 0
    (one,) = json.loads(capsys.readouterr().out)
    assert one == {"place": "/dev/ttyS0", "fits": UNKNOWN, "said": "answers no question we know", "settings": []}
    assert probe.main([]) == 0
    assert "/dev/ttyS0  unknown" in capsys.readouterr().out


