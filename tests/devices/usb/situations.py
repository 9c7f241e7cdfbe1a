"""Runs in a process of its own (hall.py): `python -m tests.devices.usb.situations HAND`. Says in one line of JSON how each
situation went."""
from __future__ import annotations

import json
import sys
import traceback
from functools import partial
from pathlib import Path

import pytest
import trio
import trio.testing

from devices import usb_wire
from devices.errors import DeviceGone
from devices.id_reader import codec
from devices.id_reader.cards import IdCard
from devices.id_reader.codec import Command, Frame, FrameParser, Status
from devices.id_reader.driver import IdReader
from devices.id_reader.errors import ReaderSilent
from devices.serving import control
from devices.usb_wire import UsbWire
from devices.wire import WireGone
from tests.devices.id_reader.contract import CONTRACT
from tests.devices.id_reader.people import OLD_LADY

READ_FRAME_BYTES = 1_295  # facts/devices.md 2.4
FOREVER_MS = 3_600_000
LINE_FAULTS = ("wrong_checksum", "wrong_length", "short_length", "garbage", "noise_before", "echo", "twice", "cut_short")
open_wire = partial(UsbWire.open, 0x0400, 0xC35A)


class Rig:
    person: IdCard | None = OLD_LADY

    def __init__(self, hand: Path) -> None:
        self.hand = partial(control, hand)
        self.reader = IdReader(open_wire)

    async def lay(self) -> None:
        await self.hand(do="lay")

    async def lift(self) -> None:
        await self.hand(do="lift")


async def the_reader_keeps_its_contract(rig: Rig) -> None:
    for rule in CONTRACT:
        await rule(rig)


async def the_longest_usual_answer_comes_whole(rig: Rig) -> None:
    await rig.lay()
    wire = await open_wire()
    await ask(wire, Command.FIND_CARD, 15)
    await ask(wire, Command.SELECT_CARD, 19)
    answer = await ask(wire, Command.READ, READ_FRAME_BYTES)
    (frame,) = FrameParser().feed(answer)
    assert isinstance(frame, Frame)
    response = codec.as_response(frame)
    assert response is not None and response.sw3 == Status.OK
    await wire.aclose()


async def a_silent_reader_is_noticed_and_the_line_goes_on(rig: Rig) -> None:
    reader = IdReader(open_wire, find_timeout_s=0.15, read_timeout_s=0.15)
    await rig.hand(do="fault", name="silent", count=4)
    with pytest.raises(ReaderSilent):
        await reader.sam_number()
    await rig.hand(do="clear")
    await reader.sam_number()
    await reader.aclose()


async def spoilt_answers_are_got_over(rig: Rig) -> None:
    number = await rig.reader.sam_number()
    for fault in LINE_FAULTS:
        await rig.hand(do="fault", name=fault, count=1)
        assert await rig.reader.sam_number() == number, fault


async def the_plug_is_pulled_in_mid_read_and_put_back(rig: Rig) -> None:
    await rig.lay()
    await rig.hand(do="fault", name="unplugged", count=1)
    with pytest.raises(DeviceGone):
        await rig.reader.read()
    with pytest.raises(WireGone, match="no such machine"):
        await open_wire()
    for _ in range(2):
        await rig.hand(do="replug")
        await back(rig.reader)
        await rig.lift()
        await rig.lay()
        assert (await rig.reader.wait_for_card()).card == OLD_LADY
        await rig.hand(do="unplug")
        with pytest.raises(DeviceGone):
            await rig.reader.sam_number()


async def the_plug_is_pulled_while_somebody_waits(rig: Rig) -> None:
    wire = await open_wire()
    async with trio.open_nursery() as nursery:
        nursery.start_soon(partial(rig.hand, do="unplug"))
        with pytest.raises(WireGone):
            await wire.receive()
    with pytest.raises(WireGone):
        await wire.send(b"x")
    await wire.aclose()
    with pytest.raises(WireGone):
        await wire.receive()


async def giving_up_waiting_is_at_once_and_loses_no_byte(rig: Rig) -> None:
    wire = await open_wire()
    usb_wire.READ_MS = FOREVER_MS  # a read that had to end first would outlast the test
    with trio.move_on_after(0.01):
        await wire.receive()
    usb_wire.READ_MS = 100
    number = await ask(wire, Command.SAM_NUMBER, 27)
    for pause_s in (0.0, 0.0005, 0.001, 0.002, 0.004, 0.008):
        await wire.send(codec.encode_request(Command.SAM_NUMBER))
        early = b""
        with trio.move_on_after(pause_s):
            early = await wire.receive(9)
        assert early + await exactly(wire, 27 - len(early)) == number
    await wire.aclose()


async def sending_is_given_up_only_between_frames(rig: Rig) -> None:
    wire = await open_wire()
    number = await ask(wire, Command.SAM_NUMBER, 27)
    with trio.CancelScope() as scope:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(wire.send, codec.encode_request(Command.SAM_NUMBER))
            await trio.testing.wait_all_tasks_blocked()
            scope.cancel()
    assert await exactly(wire, 27) == number
    await wire.aclose()


async def a_reader_that_takes_no_byte_is_gone(rig: Rig) -> None:
    wire = await open_wire()
    await rig.hand(do="deaf", deaf=True)
    usb_wire.WRITE_MS = 10
    with pytest.raises(WireGone, match="takes no bytes"):
        await wire.send(codec.encode_request(Command.SAM_NUMBER))
    await rig.hand(do="deaf", deaf=False)
    await wire.aclose()


async def what_an_earlier_program_did_not_fetch_is_thrown_away(rig: Rig) -> None:
    wire = await open_wire()
    await rig.hand(do="fault", name="twice", count=1)
    await ask(wire, Command.SAM_NUMBER, 27)
    await wire.aclose()
    wire = await open_wire()
    refused = await ask(wire, Command.FIND_CARD, 11)
    assert refused[9] == Status.FIND_FAILED
    await wire.aclose()


async def one_program_holds_the_reader(rig: Rig) -> None:
    first = await open_wire()
    with pytest.raises(WireGone, match="busy"):
        await open_wire()
    await first.aclose()
    await first.aclose()
    await (await open_wire()).aclose()


async def which_of_two_readers_is_never_guessed(rig: Rig) -> None:
    await rig.hand(do="twin", plugged=True)
    with trio.fail_after(5):
        while True:
            try:
                await (await open_wire("0002")).aclose()
                break
            except WireGone:  # the news of it is on its way
                await trio.sleep(0.01)
    with pytest.raises(WireGone, match="2 such machines"):
        await open_wire()
    with pytest.raises(WireGone, match="no such machine among 2"):
        await open_wire("0003")
    wire = await open_wire("0001")
    await ask(wire, Command.SAM_NUMBER, 27)
    await wire.aclose()


async def ask(wire: UsbWire, command: Command, length: int) -> bytes:
    await wire.send(codec.encode_request(command))
    return await exactly(wire, length)


async def exactly(wire: UsbWire, length: int) -> bytes:
    """So many bytes, and none after them."""
    came = b""
    with trio.fail_after(5):
        while len(came) < length:
            came += await wire.receive()
    assert len(came) == length
    return came


async def back(reader: IdReader) -> None:
    with trio.fail_after(5):
        while True:
            try:
                await reader.sam_number()
                return
            except WireGone:
                await trio.sleep(0.01)


SITUATIONS = (
    the_reader_keeps_its_contract,
    the_longest_usual_answer_comes_whole,
    a_silent_reader_is_noticed_and_the_line_goes_on,
    spoilt_answers_are_got_over,
    the_plug_is_pulled_in_mid_read_and_put_back,
    the_plug_is_pulled_while_somebody_waits,
    giving_up_waiting_is_at_once_and_loses_no_byte,
    sending_is_given_up_only_between_frames,
    a_reader_that_takes_no_byte_is_gone,
    what_an_earlier_program_did_not_fetch_is_thrown_away,
    one_program_holds_the_reader,
    which_of_two_readers_is_never_guessed,
)


async def main(hand: Path) -> None:
    said = {}
    for situation in SITUATIONS:
        rig = Rig(hand)
        for done in ({"do": "clear"}, {"do": "lift"}, {"do": "replug"}):
            await rig.hand(**done)
        try:
            with trio.fail_after(15):
                await back(rig.reader)
                await rig.reader.aclose()
                await situation(rig)
            said[situation.__name__] = ""
        except (Exception, pytest.fail.Exception):  # noqa: BLE001 - told to the test, which fails with it
            said[situation.__name__] = traceback.format_exc()
        usb_wire.READ_MS, usb_wire.WRITE_MS = 100, 200
        await rig.reader.aclose()
    print(json.dumps(said))


if __name__ == "__main__":
    trio.run(main, Path(sys.argv[1]))
