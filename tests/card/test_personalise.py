"""Writing a blank: what is proven, what is refused, and what is called unknown."""
from __future__ import annotations

import traceback

import pytest

from card.apdu import Command
from card.elementary_file import FileMalformed
from card.files import HolderFile, PublicInformationFile
from card.inprocess import InProcessStation
from card.personalise import (
    WRITE_FILES,
    ChipContent,
    ReadBackDiffers,
    compare,
    is_blank,
    read_back,
    serial,
    write,
    write_and_verify,
)
from card.session import EP_BY_NUMBER, T_UNION_EP, Application, ApplicationMissing, CitizenCard
from card.transport import CardOutcomeUnknown, CardRemoved, CardTransport, ServiceDown
from card.virtual.card import VirtualCard
from card.virtual.commands import CPLC_CELL
from card.virtual.eeprom import Eeprom
from card.virtual.tree import CITIZEN_EP
from tests.card.conformance import HOLDER, PUBLIC
from tests.virtual_time import run_in_virtual_time

UPDATE = 0xD6
READ = 0xB0


class Interposed:
    """A transport that does something of its own at the nth command with an instruction byte."""

    def __init__(self, inner: CardTransport, ins: int, nth: int, answer: bytes | Exception) -> None:
        self._inner = inner
        self._ins = ins
        self._left = nth
        self._answer = answer

    async def transmit(self, apdu: bytes) -> bytes:
        if Command.decode(apdu).ins == self._ins:
            self._left -= 1
            if self._left == 0:
                if isinstance(self._answer, Exception):
                    raise self._answer
                return self._answer
        return await self._inner.transmit(apdu)


def test_a_chip_that_says_ok_and_keeps_nothing_is_found_out() -> None:
    async def main() -> None:
        card = VirtualCard.blank()
        async with InProcessStation(lambda: card).power_up() as chip:
            with pytest.raises(ReadBackDiffers) as differs:
                await write_and_verify(Interposed(chip, UPDATE, 1, b"\x90\x00"), PUBLIC, HOLDER)
        assert differs.value.file == "EF 0016"
        assert differs.value.expected == HolderFile.encode(HOLDER) and differs.value.found == bytes(55)
        shown = "".join(traceback.format_exception(differs.value))
        assert "3416" not in shown and "王" not in shown and HOLDER.name.encode("gb18030").hex() not in shown

    run_in_virtual_time(main)


def test_one_wrong_byte_on_the_chip_is_found_out() -> None:
    async def main() -> None:
        card = VirtualCard.blank()
        wrong = bytearray(PublicInformationFile.encode(PUBLIC))
        wrong[29] ^= 1
        async with InProcessStation(lambda: card).power_up() as chip:
            with pytest.raises(ReadBackDiffers, match="EF 0015 reads back differently, first at offset 29"):
                await write_and_verify(Interposed(chip, READ, 1, bytes(wrong) + b"\x90\x00"), PUBLIC, HOLDER)

    run_in_virtual_time(main)


def test_a_file_that_reads_back_shorter_is_neither_written_nor_blank() -> None:
    async def main() -> None:
        card = VirtualCard.blank()
        async with InProcessStation(lambda: card).power_up() as chip:
            assert not await is_blank(Interposed(chip, READ, 1, b"\x90\x00"))
            assert await compare(Interposed(chip, READ, 2, b"\x00\x90\x00"), PUBLIC, HOLDER) is ChipContent.OTHER
            with pytest.raises(ReadBackDiffers, match="54 bytes, not 55"):
                short = HolderFile.encode(HOLDER)[:-1] + b"\x90\x00"
                await write_and_verify(Interposed(chip, READ, 2, short), PUBLIC, HOLDER)

    run_in_virtual_time(main)


@pytest.mark.parametrize("lost", [CardRemoved("x"), ServiceDown("x")])
@pytest.mark.parametrize(("ins", "nth"), [(UPDATE, 2), (0xA4, 2), (READ, 1), (READ, 2)])
def test_a_chip_lost_after_the_first_write_is_an_unknown_outcome(lost: Exception, ins: int, nth: int) -> None:
    async def main() -> None:
        card = VirtualCard.blank()
        async with InProcessStation(lambda: card).power_up() as chip:
            with pytest.raises(CardOutcomeUnknown):
                await write_and_verify(Interposed(chip, ins, nth, lost), PUBLIC, HOLDER)

    run_in_virtual_time(main)


@pytest.mark.parametrize(("ins", "nth"), [(0xA4, 1), (UPDATE, 1)])
def test_a_chip_lost_before_the_first_write_is_as_it_was(ins: int, nth: int) -> None:
    async def main() -> None:
        card = VirtualCard.blank()
        async with InProcessStation(lambda: card).power_up() as chip:
            with pytest.raises(CardRemoved):
                await write_and_verify(Interposed(chip, ins, nth, CardRemoved("x")), PUBLIC, HOLDER)
            assert await is_blank(chip)

    run_in_virtual_time(main)


def test_a_blank_holds_no_card() -> None:
    async def main() -> None:
        card = VirtualCard.blank()
        async with InProcessStation(lambda: card).power_up() as chip:
            with pytest.raises(FileMalformed):
                await read_back(chip)

    run_in_virtual_time(main)


def test_the_holder_is_written_before_the_card_number() -> None:
    assert [step.field for step in WRITE_FILES] == ["holder", "public"]


@pytest.mark.parametrize("application", [EP_BY_NUMBER, Application.named(CITIZEN_EP.name[:5])])
def test_the_application_can_be_found_in_other_ways(application: Application) -> None:
    async def main() -> None:
        card = VirtualCard.blank()
        async with InProcessStation(lambda: card).power_up() as chip:
            await write_and_verify(chip, PUBLIC, HOLDER, application=application)
            assert await compare(chip, PUBLIC, HOLDER, application=application) is ChipContent.WRITTEN
            with pytest.raises(ApplicationMissing):
                await write(chip, PUBLIC, HOLDER, application=T_UNION_EP)

    run_in_virtual_time(main)


def test_the_chips_own_serial_is_told_or_not_known() -> None:
    async def main(card: VirtualCard) -> bytes | None:
        async with InProcessStation(lambda: card).power_up() as chip:
            return await serial(chip)

    ours, other = VirtualCard.blank(1), VirtualCard.blank(2)
    assert run_in_virtual_time(main, ours) != run_in_virtual_time(main, other)
    assert len(run_in_virtual_time(main, ours) or b"") == 10
    assert run_in_virtual_time(main, VirtualCard()) is None
    with pytest.raises(FileMalformed):
        run_in_virtual_time(main, VirtualCard(Eeprom({CPLC_CELL: b"short"})))


def test_secure_messaging_has_its_place_in_the_session() -> None:
    class Marks:
        async def protect(self, transport: CardTransport, command: Command) -> Command:
            return Command(command.cla | 0x04, command.ins, command.p1, command.p2, command.data + b"MAC4")

    class Recorder:
        sent = b""

        async def transmit(self, apdu: bytes) -> bytes:
            self.sent = apdu
            return b"\x90\x00"

    recorder = Recorder()
    run_in_virtual_time(CitizenCard(recorder, b"", Marks()).update_binary, 0x15, 8, b"\x01")
    assert recorder.sent == bytes.fromhex("04D695080501") + b"MAC4"
