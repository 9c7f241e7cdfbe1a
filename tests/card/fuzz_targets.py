"""For the coverage-guided fuzzer: APDUs from either side, TLV, files and the answer to reset; a chip may give anything. And the
virtual card itself: whatever it is sent, it answers with a status word, and its memory stays sound."""
from __future__ import annotations

from typing import Any

from card import apdu, tlv
from card.atr import is_readable
from card.elementary_file import ElementaryFile, FileMalformed
from card.files import HolderFile, PublicInformationFile
from card.history import transaction_lines, trip_lines
from card.log_file import LogFile
from card.social_files import HolderItemsFile, IssuerItemsFile
from card.transit_files import ManagementFile, TripFile
from card.transport import CardOutcomeUnknown
from card.virtual.card import Manner, VirtualCard
from card.virtual.eeprom import Eeprom
from card.virtual.profiles import FULL_CARD, PSAM_CARD
from tests.card.keyholder import KeyHolder, fixed

FILES: tuple[type[ElementaryFile[Any]], ...] = (
    PublicInformationFile,
    HolderFile,
    LogFile,
    TripFile,
    ManagementFile,
    IssuerItemsFile,
    HolderItemsFile,
)
_KEYS = KeyHolder()
_CARD = _KEYS.card(balance=1_000).eeprom.export()
_PSAM = _KEYS.psam().eeprom.export()
_SELECT_EP = bytes.fromhex("00A4040009A00000000386980701")
_SELECT_SOCIAL = bytes.fromhex("00A404000F7378312E73682EC9E7BBE1B1A3D5CF")


def _talk(*commands: str | bytes) -> bytes:
    """Commands one after the other, a length byte before each."""
    raw = [bytes.fromhex(command) if isinstance(command, str) else command for command in commands]
    return b"".join(bytes((len(command),)) + command for command in raw)


SEEDS = {
    "fuzz_command": [
        apdu.Command(0, 0xA4, 4, 0, b"1PAY.SYS.DDF01", 256).encode(),
        apdu.Command(0, 0xB0, 0, 0, b"", 65_536).encode(),
    ],
    "fuzz_response": [b"\x01\x02\x90\x00", b"\x63\xc2"],
    "fuzz_tlv": [tlv.encode(0x6F, tlv.encode(0x84, b"1PAY") + tlv.encode(0x9F0C, bytes(200)))],
    "fuzz_files": [bytes((number,)) + vector.data for number, file in enumerate(FILES) for vector in file.vectors()],
    "fuzz_card": [
        b"\x00" + _talk(_SELECT_EP, "0020000003123456", "805000020B0100000064341600000001", "805200000B20261121080000AABBCCDD"),
        b"\x01" + _talk(_SELECT_EP, "805003020B0100000064341600000001", "80DC00F030" + "00" * 48, "805401000F" + "00" * 15),
        b"\x00" + _talk(_SELECT_EP, "0084000004", "04D6970A0502AABBCCDD", "805E01000612345FFF1234"),
        b"\x00" + _talk(_SELECT_EP, "0084000004", "84240001" + "0C" + "00" * 12, "805A0002020000"),
        b"\x01" + _talk(_SELECT_SOCIAL, "00A4020002EF05", "00B207000B", "0084000008", "0084000008", "0082000A10" + "00" * 16),
        b"\x02" + _talk("00A40000021001", "807000001C" + "00" * 28, "8072000004AABBCCDD"),
        b"\x02" + _talk("00A40000021001", "801A270108" + "00" * 8, "80FA000008" + "00" * 8),
    ],
    "fuzz_lines": [LogFile.vectors()[0].data, TripFile.vectors()[0].data],
    "fuzz_atr": [bytes.fromhex("3B6900005A4753424C4E3030"), bytes.fromhex("3F")],
}


def fuzz_command(data: bytes) -> None:
    try:
        command = apdu.Command.decode(data)
    except apdu.MalformedApdu:
        return
    assert apdu.Command.decode(command.encode()) == command


def fuzz_response(data: bytes) -> None:
    try:
        response = apdu.Response.decode(data)
    except CardOutcomeUnknown:
        return
    assert response.encode() == data
    assert apdu.sw_name(response.sw)


def fuzz_tlv(data: bytes) -> None:
    try:
        objects = list(tlv.parse(data))
        tlv.find(data, *(tag for tag, _ in objects[:1]))
    except tlv.MalformedTlv:
        return
    for tag, value in objects:
        assert list(tlv.parse(tlv.encode(tag, value))) == [(tag, value)]


def fuzz_files(data: bytes) -> None:
    """The first byte says which file."""
    if not data:
        return
    file = FILES[data[0] % len(FILES)]
    content = data[1 : 1 + file.SIZE].ljust(file.SIZE, b"\xff")
    try:
        value = file.decode(content)
    except FileMalformed:
        return
    assert file.decode(file.encode(value)) == value


def fuzz_card(data: bytes) -> None:
    """The first byte says which card and which manner; then length and command, over and over."""
    if not data:
        return
    manner = (Manner.T1, Manner.T0)[data[0] & 1]
    profile, memory = (PSAM_CARD, _PSAM) if data[0] & 2 else (FULL_CARD, _CARD)
    card = VirtualCard(Eeprom.from_bytes(memory), profile=profile, manner=manner, random=fixed("01020304"))
    card.power_on()
    at = 1
    while at < len(data):
        command = data[at + 1 : at + 1 + data[at]]
        at += 1 + data[at]
        answer = apdu.Response.decode(card.handle(command))
        assert apdu.sw_name(answer.sw)
    Eeprom.from_bytes(card.eeprom.export())
    balance = card.eeprom.get("purse/1001/02", bytes(8))[:4]
    assert int.from_bytes(balance, "big") == (0 if data[0] & 2 else 1_000), "money without a MAC"


def fuzz_lines(data: bytes) -> None:
    """What the card remembers becomes words, whatever it is."""
    for file, words in ((LogFile, transaction_lines), (TripFile, trip_lines)):
        try:
            record = file.decode(data[: file.SIZE].ljust(file.SIZE, b"\x11"))
        except FileMalformed:
            continue
        assert len(words([record, None])) == 2


def fuzz_atr(data: bytes) -> None:
    is_readable(data)
