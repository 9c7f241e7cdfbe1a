"""For the coverage-guided fuzzer: APDUs from either side, TLV, files and the answer to reset; a chip may give anything."""
from __future__ import annotations

from typing import Any

from card import apdu, tlv
from card.atr import is_readable
from card.elementary_file import ElementaryFile, FileMalformed
from card.files import HolderFile, PublicInformationFile
from card.log_file import LogFile
from card.transport import CardOutcomeUnknown

FILES: tuple[type[ElementaryFile[Any]], ...] = (PublicInformationFile, HolderFile, LogFile)
SEEDS = {
    "fuzz_command": [
        apdu.Command(0, 0xA4, 4, 0, b"1PAY.SYS.DDF01", 256).encode(),
        apdu.Command(0, 0xB0, 0, 0, b"", 65_536).encode(),
    ],
    "fuzz_response": [b"\x01\x02\x90\x00", b"\x63\xc2"],
    "fuzz_tlv": [tlv.encode(0x6F, tlv.encode(0x84, b"1PAY") + tlv.encode(0x9F0C, bytes(200)))],
    "fuzz_files": [bytes((number,)) + vector.data for number, file in enumerate(FILES) for vector in file.vectors()],
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


def fuzz_atr(data: bytes) -> None:
    is_readable(data)
