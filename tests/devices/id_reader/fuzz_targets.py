"""For the coverage-guided fuzzer: whatever the reader sends is an answer, a damaged frame, or no frame yet."""
from __future__ import annotations

from devices.errors import DeviceError
from devices.id_reader import answers, records
from devices.id_reader.answers import NotThisAnswer
from devices.id_reader.codec import Command, Frame, FrameParser, as_response, encode, encode_response
from devices.id_reader.expected import fits
from tests.devices.id_reader.people import EVERYONE

SEEDS = {
    "fuzz_frames": [b"\x07" + encode_response(0x90, bytes(16)), b"\x01" + encode_response(0x9F, bytes(4))],
    "fuzz_records": [records.encode(person) for person in EVERYONE],
    "fuzz_content": [
        b"\x00" + answers.encode_content(answers.Content(bytes(256), bytes(1024), b""), fingerprint=False),
        b"\x01" + answers.encode_content(answers.Content(bytes(256), bytes(16), bytes(8)), fingerprint=True),
    ],
}


def fuzz_frames(data: bytes) -> None:
    """The first byte is the size of the pieces."""
    parser, size = FrameParser(), max(1, data[0] if data else 1)
    for at in range(1, len(data), size):
        for event in parser.feed(data[at : at + size]):
            if not isinstance(event, Frame):
                continue
            assert encode(event.body) in data
            if response := as_response(event):
                for command in Command:
                    fits(command, response)


def fuzz_records(data: bytes) -> None:
    text = data[:256].ljust(256, b"\0")
    try:
        card = records.decode(text)
    except records.RecordInvalid:
        return
    assert records.decode(records.encode(card)) == card


def fuzz_content(data: bytes) -> None:
    fingerprint = bool(data[:1] > b"\x00")
    try:
        content = answers.decode_content(data[1:], fingerprint=fingerprint)
    except NotThisAnswer:
        pass
    else:
        assert answers.encode_content(content, fingerprint=fingerprint) == data[1:]
    for decode in (answers.decode_sam_number, answers.decode_address):
        try:
            decode(data)
        except NotThisAnswer:
            continue
        except DeviceError as error:
            raise AssertionError("only NotThisAnswer is promised") from error
