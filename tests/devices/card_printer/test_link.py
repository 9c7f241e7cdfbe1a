"""Late and foreign answers on the line, from a scripted machine."""
from __future__ import annotations

from collections.abc import Callable

import pytest
import trio

from devices.card_printer.codec import Command, CommandParser
from devices.card_printer.extension import Acknowledgement, seal
from devices.card_printer.link import Link, Patience
from devices.errors import DeviceGone, OutcomeUnknown
from devices.wire import MemoryWire, Wire
from tests.virtual_time import run_in_virtual_time


def with_machine(answers: Callable[[Command, int], list[bytes]], test: Callable[[Link], object]) -> list[Command]:
    """Run `test` against a machine that answers its n-th command (from 0, synchronising not counted) as told."""
    heard: list[Command] = []

    async def machine(wire: Wire) -> None:
        parser = CommandParser()
        while True:
            for command in parser.feed(await wire.receive()):
                assert isinstance(command, Command)
                if command.name == "Xsy":
                    await wire.send(seal("Xsy", command.parameters[0]) + b"\0")
                    continue
                heard.append(command)
                for answer in answers(command, len(heard) - 1):
                    await wire.send(answer + b"\0")

    async def main() -> None:
        near, far = MemoryWire.pair()

        async def open_wire() -> Wire:
            await trio.lowlevel.checkpoint()
            return near

        async with trio.open_nursery() as nursery:
            nursery.start_soon(machine, far)
            await test(Link(open_wire, Patience()))  # type: ignore[misc]
            nursery.cancel_scope.cancel()

    run_in_virtual_time(main)
    return heard


def test_a_late_status_is_not_taken_for_a_newer_one() -> None:
    earlier: list[bytes] = []

    def answers(command: Command, number: int) -> list[bytes]:
        token = command.parameters[0]
        earlier.append(seal("Xst", token, {"path": "at_contact" if number == 0 else "not_present"}))
        return [] if number == 0 else earlier

    async def test(link: Link) -> None:
        assert (await link.question("Xst"))["path"] == "not_present"

    with_machine(answers, test)


def test_a_late_status_before_the_acknowledgement_is_passed_over() -> None:
    async def test(link: Link) -> None:
        await link.synchronise()
        assert (await link.movement(Command("Se"), 5)).done

    with_machine(lambda _c, _n: [seal("Xst", "old", {}), Acknowledgement(True, moved=True).encode(True)], test)


@pytest.mark.parametrize("answer", [b"OK", b"ACKN", b"NACK", b"NACK Z", b"ACK;2", b"\xff\xfe", b"NACK T;1"])
def test_anything_but_an_acknowledgement_leaves_a_movement_unknown(answer: bytes) -> None:
    async def test(link: Link) -> None:
        await link.synchronise()
        with pytest.raises(OutcomeUnknown):
            await link.movement(Command("Se"), 5)
        with pytest.raises(DeviceGone):
            await link.movement(Command("Se"), 5)  # out of step: not even sent

    assert [command.name for command in with_machine(lambda _c, _n: [answer], test)] == ["Se"]


def test_a_machine_that_moves_for_ever_is_given_up() -> None:
    async def test(link: Link) -> None:
        begun = trio.current_time()
        with pytest.raises(DeviceGone, match="rest"):
            await link.wait_until_still()
        assert trio.current_time() - begun <= Patience().idle + 1

    with_machine(lambda command, _n: [seal("Xst", command.parameters[0], {"moving": "1"})], test)


def test_a_setting_given_up_before_its_answer_puts_the_line_out_of_step() -> None:
    """Its acknowledgement may still come, and must not be taken for that of the next movement."""

    async def test(link: Link) -> None:
        with trio.move_on_after(0.1):
            await link.setting(Command("Pem", ("4",)))
        with pytest.raises(DeviceGone):
            await link.movement(Command("Se"), 5)

    assert [command.name for command in with_machine(lambda _c, _n: [], test)] == ["Pem"]
