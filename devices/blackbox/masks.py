"""Taking people out of a conversation with a machine and leaving a conversation that the driver still understands.

Pure: bytes in, bytes out. A frame keeps its length, its status and a right (or wrong) checksum; what somebody's card, slip or
phone said is replaced. A machine that is not named here has nothing personal on its line.
"""
from __future__ import annotations

import binascii
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from devices.card_printer import extension
from devices.id_reader import answers, layouts, records
from devices.id_reader.codec import Command, Frame, FrameParser, as_request, as_response, encode, encode_response
from devices.id_reader.id_number import check_character
from devices.id_reader.layouts import FieldUnreadable
from devices.id_reader.records import RecordInvalid

SLIP_FROM_BYTES = 32
"""A longer piece for the slip printer is a slip; its questions are shorter."""
SLIP_WITHHELD = b"[slip]"
PANEL_WITHHELD = b"[panel]"
HEAD_BYTES = 10
"""Preamble, length and status of the ID reader's frame: kept where the rest cannot be understood."""
SEALED_QUERY = re.compile(rb"\x1bX[a-z]{2};([^;\r]+)\r")
PROCESS_ID = re.compile(rb"\x1d\(H\x06\x00[\x30\x31]\x30(.{4})", re.DOTALL)
"""GS ( H fn 48: by its four characters the driver knows the answer to its own slip (facts/print.md)."""
ID_NUMBER_17 = "34160019500101001"
NOBODY: Mapping[str, str] = {
    "name": "某某", "chinese_name": "某某", "english_name": "NOBODY", "english_name_2": "", "address": "某处", "issuer": "某局",
    "birth": "19500101", "id_number": ID_NUMBER_17 + check_character(ID_NUMBER_17), "sex": "1", "pass_number": "H00000000",
    "old_card": "",
}  # fmt: skip


@dataclass(frozen=True)
class Masks:
    """`received` is handed what was sent before it. `token`: the piece of a sent thing that the driver draws by chance and that
    its answer repeats; `renamed` puts another one into that answer."""

    sent: Callable[[bytes], bytes] = lambda data: data
    received: Callable[[bytes, bytes], bytes] = lambda sent, data: data
    token: Callable[[bytes], bytes] = lambda sent: b""
    renamed: Callable[[bytes, bytes, bytes], bytes] = lambda answer, old, new: answer.replace(old, new)


def id_reader_answer(sent: bytes, data: bytes) -> bytes:
    """All that came after one request, masked frame by frame."""
    request = next((as_request(frame).command for frame in FrameParser().feed(sent) if isinstance(frame, Frame)), b"")
    out, left = b"", data
    for frame in FrameParser().feed(data):
        if not isinstance(frame, Frame):
            continue
        raw = encode(frame.body)
        at = left.find(raw)
        if at < 0:
            continue
        out += _noise(left[:at]) + _answer(request, frame)
        left = left[at + len(raw) :]
    return out + _noise(left)


def _noise(data: bytes) -> bytes:
    """What is no good frame may be half of one: its head is kept."""
    return data[:HEAD_BYTES] + bytes(max(0, len(data) - HEAD_BYTES))


def _answer(request: bytes, frame: Frame) -> bytes:
    response = as_response(frame)
    if response is None or request == Command.SAM_NUMBER.value:
        return encode(frame.body)
    data = bytes(len(response.data))
    if request in (Command.READ.value, Command.READ_WITH_FINGERPRINT.value):
        data = _content(response.data, fingerprint=request == Command.READ_WITH_FINGERPRINT.value)
    elif request == Command.READ_APPENDED_ADDRESS.value:
        data = " ".encode("utf-16-le") * (len(response.data) // 2)
    return encode_response(response.sw3, data, response.sw1, response.sw2)


def _content(data: bytes, *, fingerprint: bool) -> bytes:
    try:
        content = answers.decode_content(data, fingerprint=fingerprint)
    except answers.NotThisAnswer:
        return bytes(len(data))
    nobody = answers.Content(_nobody(content.text), bytes(len(content.photo)), bytes(len(content.fingerprints)))
    return answers.encode_content(nobody, fingerprint=fingerprint)


def _nobody(text: bytes) -> bytes:
    """The same kind of card, of nobody; invalid in the same field where it was invalid."""
    try:
        kind = layouts.kind_of(text)
        fields = layouts.split(text, kind)
    except FieldUnreadable:
        return bytes(len(text))
    kept = {name: NOBODY.get(name, value) for name, value in fields.items()}
    if not re.fullmatch(r"[0-9]{8}", fields.get("valid_to", "")):
        kept["valid_to"] = fields.get("valid_to", "")[:2]
    try:
        records.decode(text)
    except RecordInvalid as invalid:
        if invalid.field in kept:
            kept[invalid.field] = "?"
    return layouts.join(kept, kind)


def card_printer_command(data: bytes) -> bytes:
    """The picture of a panel is left out; its colour and its levels stay."""
    if not data.startswith(b"\x1bDb;") or data.count(b";", 0, 16) < 3:
        return data
    return b";".join(data.split(b";", 3)[:3]) + b";" + PANEL_WITHHELD + b"\r"


def card_printer_token(sent: bytes) -> bytes:
    asked = SEALED_QUERY.match(sent)
    return asked.group(1) if asked else b""


def card_printer_renamed(answer: bytes, old: bytes, new: bytes) -> bytes:
    """Sealed answers carry a CRC over the token too: it is made anew where it was right."""
    parts = answer.split(b"\0")
    return b"\0".join(resealed(part, old, new) if old in part else part for part in parts)


def resealed(answer: bytes, old: bytes, new: bytes) -> bytes:
    if extension.unseal(answer) is None:
        return answer.replace(old, new)
    body = answer.rpartition(b"*")[0].replace(old, new)
    return body + b"*%04X" % binascii.crc_hqx(body, 0xFFFF)


def process_id(sent: bytes) -> bytes:
    asked = PROCESS_ID.search(sent)
    return asked.group(1) if asked else b""


def slip_printer_command(data: bytes) -> bytes:
    if len(data) <= SLIP_FROM_BYTES:
        return data
    asked = PROCESS_ID.search(data)
    return SLIP_WITHHELD + (asked.group(0) if asked else b"")


def scanned(_sent: bytes, data: bytes) -> bytes:
    """A code may be somebody's money or identity: its length and framing stay."""
    return bytes(byte if byte < 0x20 else 0x30 for byte in data)


MASKS: Mapping[str, Masks] = {
    "id_reader": Masks(received=id_reader_answer),
    "card_printer": Masks(sent=card_printer_command, token=card_printer_token, renamed=card_printer_renamed),
    "receipt_printer": Masks(sent=slip_printer_command, token=process_id),
    "scanner": Masks(received=scanned),
}
