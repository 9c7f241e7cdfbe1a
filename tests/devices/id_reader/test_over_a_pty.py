"""pyserial on a real pty, with the plug pulled and the speed set wrong; and the machine in a process of its own."""
from __future__ import annotations

import dataclasses
import json
import signal
import sys
from pathlib import Path
from typing import Any

import pytest
import trio

from devices.errors import DeviceGone
from devices.id_reader import bench
from devices.id_reader.cards import IdCard
from devices.id_reader.codec import Command, encode_request
from devices.id_reader.driver import IdReader
from devices.id_reader.errors import ReaderSilent, SamNotAuthorised
from devices.id_reader.model import ReaderModel
from devices.id_reader.photo import SimulatedDecoder
from devices.id_reader.simulator import IdReaderSimulator
from devices.id_reader.speed import find_speed
from devices.serving import ControlRefused, SimulatorInProduction, control, serve_pty
from devices.wire import SerialWire, WireGone
from tests.devices.id_reader.people import EVERYONE, OLD_LADY, OLD_LADY_CARD, YOUNG_MAN


def as_json(card: IdCard) -> dict[str, Any]:
    values = {field.name: getattr(card, field.name) for field in dataclasses.fields(card)}
    text: dict[str, Any] = json.loads(json.dumps(values, default=str))
    return text


def test_the_plug_is_pulled_in_mid_answer_and_put_back(tmp_path: Path) -> None:
    async def main() -> None:
        simulator = IdReaderSimulator(ReaderModel(speed=50))
        async with trio.open_nursery() as nursery:
            port = await nursery.start(serve_pty, simulator, tmp_path / "reader")
            simulator.line = port
            reader = IdReader(lambda: SerialWire.open(str(port.path)))
            await reader.sam_number()
            simulator.model.lay(OLD_LADY_CARD)
            simulator.faults.set("unplugged", 1)
            with trio.fail_after(10):
                for _ in range(2):  # in mid-answer, and while there is no port
                    with pytest.raises(WireGone):
                        await reader.read()
                port.replug()
                simulator.model.lift()  # the machine kept its power, and the card its silence: lay it down anew
                simulator.model.lay(OLD_LADY_CARD)
                assert (await reader.wait_for_card()).card == OLD_LADY
            await reader.aclose()
            nursery.cancel_scope.cancel()

    trio.run(main)


def test_a_reader_left_at_another_speed_is_found(tmp_path: Path) -> None:
    async def main() -> None:
        simulator = IdReaderSimulator(ReaderModel(speed=50))
        async with trio.open_nursery() as nursery:
            port = await nursery.start(serve_pty, simulator, tmp_path / "reader", 115_200)
            simulator.line = port
            wire = await SerialWire.open(str(port.path), 115_200)
            await wire.send(encode_request(Command.SET_BAUD_57600))
            with trio.fail_after(10):
                assert await wire.receive() != b""
                await wire.aclose()
                reader = IdReader(lambda: SerialWire.open(str(port.path), 115_200), read_timeout_s=0.2)
                with pytest.raises(ReaderSilent):
                    await reader.sam_number()
                assert await find_speed(lambda speed: SerialWire.open(str(port.path), speed)) == 57_600
                port.unplug()
                with pytest.raises(WireGone):
                    await find_speed(lambda speed: SerialWire.open(str(port.path), speed))
            nursery.cancel_scope.cancel()

    trio.run(main)


BROKEN_AND_MENDED: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"do": "power", "on": False}, {"do": "power", "on": True}),
    ({"do": "unplug"}, {"do": "replug"}),
    ({"do": "fault", "name": "silent"}, {"do": "clear"}),
]
REFUSED: list[dict[str, Any]] = [
    {"do": "fault", "name": "no such fault"},
    {"do": "dance"},
    {"do": "lay", "card": {}},
    {"do": "lay", "kind": "dog", "card": {}},
    {"do": "speed", "times": 0},
    {"do": "sam", "state": "drunk"},
]


def test_the_bench_lays_cards_and_breaks_the_machine_while_it_runs(tmp_path: Path) -> None:
    async def main() -> None:
        port, hand = tmp_path / "reader", tmp_path / "hand"
        async with trio.open_nursery() as nursery:
            await nursery.start(_serve_bench, port, hand)
            reader = IdReader(lambda: SerialWire.open(str(port)))
            impatient = IdReader(lambda: SerialWire.open(str(port)), find_timeout_s=0.1, read_timeout_s=0.1)
            with trio.fail_after(20):
                kinds = ("resident", "resident", *list(bench.KINDS)[1:])
                for kind, card in zip(kinds, EVERYONE, strict=True):
                    state = await control(hand, do="lay", kind=kind, card=as_json(card), appended_address="新址")
                    assert state["card_lies_there"]
                    reading = await reader.wait_for_card(address=True)
                    assert (reading.card, reading.appended_address) == (card, "新址")
                    await SimulatedDecoder().decode(reading.photo)
                    assert not (await control(hand, do="lift"))["card_lies_there"]
                assert (await control(hand, do="sam", state="not authorised"))["sam"] == "not authorised"
                with pytest.raises(SamNotAuthorised):
                    await reader.sam_status()
                await control(hand, do="sam", state="ready")
                assert (await control(hand, do="fault", name="wrong_checksum", count=1))["faults"] == {"wrong_checksum": 1}
                await reader.sam_status()
                assert (await control(hand, do="state"))["faults"] == {}
                for breaking, mending in BROKEN_AND_MENDED:
                    await reader.aclose()
                    await control(hand, **breaking)
                    with pytest.raises(DeviceGone):
                        await impatient.sam_status()
                    await control(hand, **mending)
                    await reader.sam_status()
                for refused in REFUSED:
                    with pytest.raises(ControlRefused):
                        await control(hand, **refused)
            await reader.aclose()
            nursery.cancel_scope.cancel()

    trio.run(main)


async def _serve_bench(port: Path, hand: Path, *, task_status: trio.TaskStatus[object]) -> None:
    await bench.serve_bench(port, hand, mode="test", speed=50, task_status=task_status)


def test_the_bench_does_not_start_in_production(tmp_path: Path) -> None:
    async def main() -> None:
        await bench.serve_bench(tmp_path / "reader", tmp_path / "hand", mode="production")

    with pytest.raises(SimulatorInProduction):
        trio.run(main)
    assert list(tmp_path.iterdir()) == []


MACHINE = """
import sys, trio
from devices.id_reader.bench import serve_bench
async def main():
    async with trio.open_nursery() as nursery:
        async def started(task_status=trio.TASK_STATUS_IGNORED):
            await serve_bench(sys.argv[1], sys.argv[2], mode="test", speed=50, task_status=task_status)
        await nursery.start(started)
        print("ready", flush=True)
trio.run(main)
"""


def test_the_machine_in_another_process_survives_its_client_and_its_own_death_is_noticed(tmp_path: Path) -> None:
    async def main() -> None:
        port, hand = tmp_path / "reader", tmp_path / "hand"
        root = str(Path(bench.__file__).parents[2])
        async with trio.open_nursery() as nursery:
            process: trio.Process = await nursery.start(_run, [sys.executable, "-c", MACHINE, str(port), str(hand)], root)
            assert process.stdout is not None
            with trio.fail_after(20):
                said = b""
                while not said.endswith(b"\n"):
                    said += await process.stdout.receive_some()
                assert said == b"ready\n"
                for card in (OLD_LADY, YOUNG_MAN):  # a client that goes without a word, and the next one
                    reader = IdReader(lambda: SerialWire.open(str(port)))
                    await control(hand, do="lay", card=as_json(card))
                    assert (await reader.wait_for_card()).card == card
                    await control(hand, do="lift")
                    await reader.aclose()
                await reader.sam_number()
                process.send_signal(signal.SIGKILL)
                with pytest.raises(WireGone):
                    await reader.wait_for_card()
                await process.wait()

    trio.run(main)


async def _run(command: list[str], root: str, *, task_status: trio.TaskStatus[trio.Process]) -> None:
    process = await trio.lowlevel.open_process(command, stdout=-1, cwd=root)
    try:
        task_status.started(process)
        await process.wait()
    finally:
        with trio.CancelScope(shield=True):
            process.kill()
            await process.wait()
