"""The virtual card by itself: its memory, its access rules, its manners."""
from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from card.apdu import Command, Response
from card.atr import is_readable
from card.log_file import LogFile, LogRecord
from card.virtual.card import UNREADABLE_ATR, Manner, VirtualCard
from card.virtual.eeprom import BadEeprom, Eeprom
from card.virtual.slot import ChipSlot
from card.virtual.state import Inside, Reply
from card.virtual.tear import Moment, Mute, PowerLost, Tear
from card.virtual.tree import CITIZEN_EP, EP_FID

SELECT = "00A4040009A0000000038698070100"
cells = st.dictionaries(st.text("abcdef/0123", min_size=1, max_size=20), st.binary(max_size=300), max_size=6)


def ask(card: VirtualCard, apdu: str) -> str:
    return card.handle(bytes.fromhex(apdu)).hex().upper()


def powered(card: VirtualCard) -> VirtualCard:
    card.power_on()
    return card


def in_application(card: VirtualCard) -> VirtualCard:
    assert ask(powered(card), SELECT).endswith("9000")
    return card


@given(cells)
def test_memory_goes_out_and_in_again(content: dict[str, bytes]) -> None:
    exported = Eeprom(content).export()
    assert Eeprom.from_bytes(exported).export() == exported
    for name, value in content.items():
        assert Eeprom.from_bytes(exported)[name] == value
    damaged = exported[:-5] + bytes((exported[-5] ^ 1,)) + exported[-4:]
    with pytest.raises(BadEeprom):
        Eeprom.from_bytes(damaged)
    with pytest.raises(BadEeprom):
        Eeprom.from_bytes(exported[:-1])


def test_a_written_card_is_the_same_card_in_another_process() -> None:
    card = in_application(VirtualCard.blank(7))
    assert ask(card, "00D6970002CAFE") == "9000"
    copy = in_application(VirtualCard(Eeprom.from_bytes(card.eeprom.export())))
    assert ask(copy, "00B0970002") == "CAFE9000"
    assert ask(copy, "80CA9F7F00") == ask(in_application(VirtualCard.blank(7)), "80CA9F7F00")


@pytest.mark.parametrize("loses", ["power_on", "reset", "power_off"])
def test_what_is_volatile_goes_with_power(loses: str) -> None:
    card = in_application(VirtualCard.blank())
    assert ask(card, "00B095001E").endswith("9000")
    getattr(card, loses)()
    if loses == "power_off":
        with pytest.raises(PowerLost):
            ask(card, "00B095001E")
    else:
        assert ask(card, "00B095001E") == "6A82"


def test_reading_is_free_and_writing_ends_with_personalisation() -> None:
    card = in_application(VirtualCard.blank())
    assert ask(card, "00D6950001AA") == "9000"
    assert ask(card, "00440000") == "9000"
    assert ask(card, "00D6950001BB") == "6987"
    assert ask(card, "00B0950001") == "AA9000"
    card.power_off()
    assert ask(in_application(card), "00D6960001BB") == "6987"


def test_the_log_is_written_by_the_card_alone() -> None:
    card = in_application(VirtualCard.blank())
    assert ask(card, "00D6980001AA") == "6981"
    assert ask(card, "00B201C417") == "6A83"
    record = LogRecord(1, 0, 500, 2, b"\x00" * 6, date(2026, 11, 21), time(8, 0))
    log = CITIZEN_EP.by_sfi(0x18)
    assert log is not None
    card.eeprom.commit({log.cell: LogFile.encode(record).ljust(230, b"\x00")})
    assert LogFile.decode(bytes.fromhex(ask(card, "00B201C417"))[:-2]) == record
    assert ask(card, "00B201C410") == "6C17"
    assert ask(card, "00B202C417") == "6A83" and ask(card, "00B201AC17") == "6981"


@pytest.mark.parametrize(
    ("apdu", "sw"),
    [
        ("00D6951D02AABB", "6A84"),
        ("00D6951E01AA", "6B00"),
        ("00D69500", "6700"),
        ("00B0950020", "6C1E"),
        ("00B0000001", "6986"),
        ("00B0F50001", "6A86"),
        ("00A4020002EEEE", "6A82"),
        ("00A4050002EEEE", "6A86"),
        ("00A4040004A0000000", "6A80"),
        ("00FF0000", "6D00"),
        ("D0B0950001", "6E00"),
        ("00C0000010", "6985"),
        ("80CA004400", "6A88"),
        ("00B0", "6700"),
    ],
)
def test_what_the_card_refuses(apdu: str, sw: str) -> None:
    assert ask(in_application(VirtualCard.blank()), apdu) == sw


def test_t0_keeps_its_answer_for_get_response_until_the_next_command() -> None:
    card = powered(VirtualCard.blank(manner=Manner.T0))
    assert ask(card, SELECT) == "6700"
    waiting = ask(card, SELECT[:-2])
    assert waiting.startswith("61")
    assert ask(card, "00C00000FF") == "6C" + waiting[2:]
    first = ask(card, "00C0000002")
    assert first.startswith("6F") and first[-4:-2] == "61"
    assert ask(card, "00C00000" + first[-2:]).endswith("9000")
    ask(card, SELECT[:-2])
    ask(card, "00B0950001")
    assert ask(card, "00C0000002") == "6985"


@pytest.mark.parametrize(
    ("moment", "stands"),
    [
        (Moment.BEFORE_COMMIT, "11111111"),
        (Moment.IN_COMMIT, None),
        (Moment.AFTER_COMMIT, "22222222"),
        (Moment.IN_ANSWER, "22222222"),
    ],
)
def test_power_lost_in_a_write(moment: Moment, stands: str | None) -> None:
    card = in_application(VirtualCard.blank())
    ask(card, "00D697000411111111")
    ask(card, "00D697380411111111")
    card.tear = Tear(moment, ins=0xD6, skip=1)
    ask(card, "00D697000411111111")
    with pytest.raises(PowerLost) as lost:
        ask(card, "00D697000422222222" if stands else "00D6970038" + "22" * 56)
    assert (len(lost.value.begun), lost.value.size) == ((1, 2) if moment is Moment.IN_ANSWER else (0, 0))
    assert not card.powered and card.tear is None
    in_application(card)
    if stands:
        assert ask(card, "00B0970004") == stands + "9000"
    else:
        assert ask(card, "00B097003C") == "22" * 30 + "00" * 26 + "11" * 4 + "9000"


def test_a_hung_chip_keeps_its_memory_and_its_place() -> None:
    card = in_application(VirtualCard.blank())
    card.tear = Tear(Moment.HANG)
    before = card.eeprom.export()
    with pytest.raises(Mute):
        ask(card, "00D6970001AA")
    assert card.eeprom.export() == before


def test_an_application_brings_its_own_commands() -> None:
    def get_balance(inside: Inside, command: Command) -> Reply:
        return Reply(inside.eeprom.get("purse/balance", bytes(4)))

    def credit(inside: Inside, command: Command) -> Reply:
        return Reply(b"TAC4", writes={"purse/balance": command.data})

    card = VirtualCard(handlers={EP_FID: {(0x80, 0x5C): get_balance, (0x80, 0x52): credit}})
    assert ask(powered(card), "805C000204") == "6D00"
    in_application(card)
    assert ask(card, "80520000040000012C04") == b"TAC4".hex().upper() + "9000"
    assert ask(card, "805C000204") == "0000012C9000"


@given(st.binary(max_size=40))
def test_any_bytes_are_answered_with_a_status_word(apdu: bytes) -> None:
    for manner in Manner:
        card = powered(VirtualCard.blank(manner=manner))
        card.handle(Command(0x00, 0xA4, 0x04, 0x00, CITIZEN_EP.name).encode())
        Response.decode(card.handle(apdu))


def test_which_answers_to_reset_are_a_chips() -> None:
    assert all(is_readable(manner.value) for manner in Manner)
    for atr in (b"", b"\x3b", UNREADABLE_ATR, Manner.T1.value[:-1], Manner.T1.value + b"\x00", b"\x3b\x80"):
        assert not is_readable(atr)
    assert Manner.T0.value != Manner.T1.value


def test_a_slot_holds_one_card() -> None:
    first, second = VirtualCard.blank(), VirtualCard.blank()
    slot = ChipSlot(first)
    slot.insert(first)
    with pytest.raises(ValueError):
        slot.insert(second)
    powered(first)
    assert slot.remove() is first and not first.powered
    assert slot.remove() is None and slot.card is None
