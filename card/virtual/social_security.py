"""The social-security application of the third generation on the virtual card (facts/card.md 11)."""
from __future__ import annotations

from card.apdu import SW, Command
from card.crypto import AUTHENTICATION_SIZE, KeyUse, authentication, equal
from card.virtual.keys import find_key, get_challenge, take_challenges, write_key
from card.virtual.pin import PIN_COMMANDS
from card.virtual.state import Handlers, Inside, Refused, Reply, Right
from card.virtual.tree import Life, Structure

INTERNAL_KEY = 0x00  # P2 of INTERNAL AUTHENTICATE
EXTERNAL_KEY = 0x0A  # RKSSSE


def internal(inside: Inside, command: Command) -> Reply:
    """00 88 00 00 10 [process 8, source 8] -> cryptogram 8."""
    if command.p1:
        raise Refused(SW.WRONG_P1_P2)
    if len(command.data) != 2 * AUTHENTICATION_SIZE:
        raise Refused(SW.WRONG_LENGTH)
    key = find_key(inside, KeyUse.INTERNAL_AUTHENTICATION, command.p2)
    process, source = command.data[:AUTHENTICATION_SIZE], command.data[AUTHENTICATION_SIZE:]
    return Reply(authentication(key.profile, key.key, process, source))


def external(inside: Inside, command: Command) -> Reply:
    """00 82 00 0A 10 [cryptogram 8, process 8] over the last two challenges, source first and process second (the layout of
    the 16 bytes is [own choice]). Wrong ones cost tries."""
    if command.p1:
        raise Refused(SW.WRONG_P1_P2)
    if len(command.data) != 2 * AUTHENTICATION_SIZE:
        raise Refused(SW.WRONG_LENGTH)
    key = find_key(inside, KeyUse.EXTERNAL_AUTHENTICATION, command.p2)
    source, process = take_challenges(inside, 2)
    if len(source) != AUTHENTICATION_SIZE or len(process) != AUTHENTICATION_SIZE:
        raise Refused(SW.REFERENCE_DATA_INVALID)
    expected = authentication(key.profile, key.key, process, source) + process
    if not equal(expected, command.data):
        inside.volatile.rights.discard(Right.EXTERNAL)
        left = key.tries - 1
        raise Refused(0x63C0 | min(left, 0xF) if left else SW.BLOCKED, key.failed())
    inside.volatile.rights.add(Right.EXTERNAL)
    return Reply(writes=key.succeeded())


def append_tagged(inside: Inside, command: Command) -> Reply:
    """00 DC tag 00 [tag 1, length 1, value] into the current EF, while it is made; the same tag again replaces nothing: 6A80."""
    file = inside.volatile.file
    if file is None:
        raise Refused(SW.NO_EF_SELECTED)
    if file.structure is not Structure.TAGGED:
        raise Refused(SW.WRONG_FILE_TYPE)
    if inside.directory.life(inside.eeprom) is not Life.PERSONALISATION:
        raise Refused(SW.SECURE_MESSAGING_MISSING)
    record = command.data
    if len(record) < 2 or record[0] != command.p1 or not record[0] or record[1] != len(record) - 2 or command.p2:
        raise Refused(SW.WRONG_DATA)
    content = inside.eeprom.get(file.cell, file.erased)
    if any(found[0] == command.p1 for found in tagged_records(content)):
        raise Refused(SW.WRONG_DATA)
    used = b"".join(tagged_records(content))
    if len(used) + len(record) > file.size:
        raise Refused(SW.NO_SPACE)
    return Reply(writes={file.cell: (used + record).ljust(file.size, b"\x00")})


def tagged_records(content: bytes) -> list[bytes]:
    """Tag, length and value of each, in order; 00 ends the file."""
    records, at = [], 0
    while at + 2 <= len(content) and content[at]:
        end = at + 2 + content[at + 1]
        records.append(content[at:end])
        at = end
    return records


SOCIAL_SECURITY_COMMANDS: Handlers = {
    **PIN_COMMANDS,
    (0x00, 0x84): get_challenge,
    (0x00, 0x88): internal,
    (0x00, 0x82): external,
    (0x00, 0xDC): append_tagged,
    (0x80, 0xD4): write_key,
    (0x84, 0xD4): write_key,
}
