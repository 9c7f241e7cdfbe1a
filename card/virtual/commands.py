"""The basic commands of the virtual card (ISO 7816-4, facts/card.md 7, 11, 13.1). Handlers refuse with a status word."""
from __future__ import annotations

from card import tlv
from card.apdu import SW, Command
from card.crypto import KeyUse
from card.virtual.keys import find_key, open_sealed
from card.virtual.social_security import tagged_records
from card.virtual.state import Handlers, Inside, Refused, Reply, Right
from card.virtual.tree import DIR_FID, Access, Directory, FileNode, Life, Structure

BY_NUMBER, BY_TAG = 0x04, 0x00  # low three bits of P2 of READ RECORD

SFI_IN_P1 = 0x80
CPLC = 0x9F7F
CPLC_CELL = "cplc"
FCI_VERSION = b"\x02"  # 9F08, application version


def select(inside: Inside, command: Command) -> Reply:
    """00 A4: P1 04 by DF name, 00 by file number (DF, or EF of the current DF), 02 EF of the current DF."""
    if command.p1 == 0x04:
        return _enter(inside, _by_name(inside, command.data))
    if command.p1 not in (0x00, 0x02) or len(command.data) != 2:
        raise Refused(SW.WRONG_P1_P2)
    fid = int.from_bytes(command.data, "big")
    file = inside.volatile.directory.by_fid(fid)
    if file is not None:
        inside.volatile.file = file
        return Reply()
    if command.p1 == 0x02:
        raise Refused(SW.FILE_NOT_FOUND)
    return _enter(inside, next((found for found in inside.profile.directories() if found.fid == fid), None))


def _by_name(inside: Inside, name: bytes) -> Directory | None:
    """The first DF whose name begins so: partial names are allowed (ISO 7816-4 7.1.1)."""
    if not 5 <= len(name) <= 16:
        raise Refused(SW.WRONG_DATA)
    return next((found for found in inside.profile.directories() if found.name.startswith(name)), None)


def _enter(inside: Inside, directory: Directory | None) -> Reply:
    if directory is None:
        raise Refused(SW.FILE_NOT_FOUND)
    inside.volatile.enter(directory)
    proprietary = directory.fci or tlv.encode(0x9F08, FCI_VERSION)
    file = directory.by_fid(directory.fci_file) if directory.fci_file is not None else None
    if file is not None:
        proprietary += tlv.encode(0x9F0C, inside.eeprom.get(file.cell, file.erased))
    return Reply(tlv.encode(0x6F, tlv.encode(0x84, directory.name) + tlv.encode(0xA5, proprietary)))


def read_binary(inside: Inside, command: Command) -> Reply:
    """00 B0, SFI in P1 or the current EF."""
    file, offset = _transparent(inside, command)
    _allow(inside, file.read.at(inside.volatile.directory.life(inside.eeprom)))
    content = inside.eeprom.get(file.cell, file.erased)
    if offset >= len(content):
        raise Refused(SW.WRONG_OFFSET)
    available = content[offset:]
    wanted = command.le or len(available)
    if wanted > len(available) and wanted not in (256, 65_536):  # 00 = all there is
        raise Refused(0x6C00 | len(available))
    return Reply(available[:wanted])


def update_binary(inside: Inside, command: Command) -> Reply:
    """00 D6, SFI in P1 or the current EF. Within the file; a plain write is not journalled."""
    file, offset = _transparent(inside, command)
    _allow(inside, file.update.at(inside.volatile.directory.life(inside.eeprom)))
    return _written(inside, file, offset, command.data, journalled=False)


def update_binary_sealed(inside: Inside, command: Command) -> Reply:
    """04 D6 [data MAC4] under the maintenance key, the data encrypted where the file asks for it."""
    file, offset = _transparent(inside, command)
    access = file.update.at(inside.volatile.directory.life(inside.eeprom))
    if access not in (Access.SECURE_MESSAGING, Access.ENCRYPTED):
        _allow(inside, access)
    key = find_key(inside, KeyUse.MAINTENANCE)
    data = open_sealed(inside, key, command, encrypted=access is Access.ENCRYPTED)
    reply = _written(inside, file, offset, data, journalled=True)
    return Reply(writes={**reply.writes, **key.succeeded()})


def _written(inside: Inside, file: FileNode, offset: int, data: bytes, *, journalled: bool) -> Reply:
    if not data:
        raise Refused(SW.WRONG_LENGTH)
    if offset + len(data) > file.size:
        raise Refused(SW.WRONG_OFFSET if offset >= file.size else SW.NO_SPACE)
    content = inside.eeprom.get(file.cell, file.erased)
    return Reply(writes={file.cell: content[:offset] + data + content[offset + len(data) :]}, journalled=journalled)


def read_record(inside: Inside, command: Command) -> Reply:
    """00 B2 rec (SFI*8+4) by number, 00 B2 tag 00 by tag. Records that were never written (all zero) do not exist yet."""
    sfi, by = command.p2 >> 3, command.p2 & 0x07
    file = inside.volatile.directory.by_sfi(sfi) if sfi else inside.volatile.file
    if file is None:
        raise Refused(SW.FILE_NOT_FOUND if sfi else SW.NO_EF_SELECTED)
    if file.structure is Structure.TRANSPARENT:
        raise Refused(SW.WRONG_FILE_TYPE)
    if by not in (BY_NUMBER, BY_TAG) or (by == BY_TAG and file.structure is not Structure.TAGGED):
        raise Refused(SW.WRONG_P1_P2)
    _allow(inside, file.read.at(inside.volatile.directory.life(inside.eeprom)))
    content = inside.eeprom.get(file.cell, file.erased)
    if file.structure is Structure.TAGGED:
        records = tagged_records(content)
        if by == BY_TAG:
            records = [record for record in records if record[0] == command.p1]
        number = 1 if by == BY_TAG else command.p1
        record = records[number - 1] if 1 <= number <= len(records) else b""
    else:
        record = content[(command.p1 - 1) * file.size : command.p1 * file.size] if command.p1 else b""
    if not any(record):
        raise Refused(SW.RECORD_NOT_FOUND)
    if file.fid == DIR_FID:
        record = tlv.first(record)  # entries differ in length
    if command.le not in (None, len(record), 256):
        raise Refused(0x6C00 | len(record))
    return Reply(record)


def get_data(inside: Inside, command: Command) -> Reply:
    """80 CA: the production data, where the maker left them on."""
    if command.p1 << 8 | command.p2 != CPLC or CPLC_CELL not in inside.eeprom:
        raise Refused(SW.REFERENCED_DATA_NOT_FOUND)
    return Reply(tlv.encode(CPLC, inside.eeprom[CPLC_CELL]))


def activate_file(inside: Inside, command: Command) -> Reply:
    """00 44 on a DF: personalisation ends for good (ISO 7816-9). Repeating it changes nothing."""
    directory = inside.volatile.directory
    if directory.fid == inside.profile.mf.fid:
        raise Refused(SW.CONDITIONS_NOT_SATISFIED)
    if command.p1 or command.p2 or command.data:
        raise Refused(SW.WRONG_P1_P2)
    return Reply(writes={directory.life_cell: bytes((Life.USE.value,))})


def _transparent(inside: Inside, command: Command) -> tuple[FileNode, int]:
    if command.p1 & SFI_IN_P1:
        if command.p1 & 0x60:
            raise Refused(SW.WRONG_P1_P2)
        file = inside.volatile.directory.by_sfi(command.p1 & 0x1F)
        if file is None:
            raise Refused(SW.FILE_NOT_FOUND)
        inside.volatile.file = file
        offset = command.p2
    else:
        file, offset = inside.volatile.file, command.p1 << 8 | command.p2
        if file is None:
            raise Refused(SW.NO_EF_SELECTED)
    if file.structure is not Structure.TRANSPARENT:
        raise Refused(SW.WRONG_FILE_TYPE)
    return file, offset


def _allow(inside: Inside, access: Access) -> None:
    rights = inside.volatile.rights
    if access is Access.PIN and Right.PIN in rights:
        return
    if access is Access.EXTERNAL_AUTHENTICATION and Right.EXTERNAL in rights:
        return
    if access in (Access.SECURE_MESSAGING, Access.ENCRYPTED):
        raise Refused(SW.SECURE_MESSAGING_MISSING)
    if access is not Access.ALWAYS:
        raise Refused(SW.SECURITY_STATUS_NOT_SATISFIED)


BASIC_COMMANDS: Handlers = {
    (0x00, 0xA4): select,
    (0x00, 0xB0): read_binary,
    (0x00, 0xB2): read_record,
    (0x00, 0xD6): update_binary,
    (0x04, 0xD6): update_binary_sealed,
    (0x00, 0x44): activate_file,
    (0x80, 0xCA): get_data,
}
