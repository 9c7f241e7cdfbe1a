"""Keys and PIN in the card's memory: cells, try counters, secure messaging (facts/card.md 7.3, 8.1, 9)."""
from __future__ import annotations

from dataclasses import dataclass, field

from card.apdu import SW, Command
from card.crypto import KEY_SIZE, MAC_SIZE, PROFILES, KeyUse, Profile, equal
from card.virtual.state import Inside, Refused, Reply

UNBLOCK_TRIES = 3  # wrong UNBLOCK commands before the application is blocked for ever [own choice]
KEY_RECORD_SIZE = 5 + KEY_SIZE
PIN_SIZES = range(2, 7)  # bytes


@dataclass(frozen=True)
class StoredKey:
    cell: str
    version: int
    profile: Profile
    tries: int
    most: int
    key: bytes = field(repr=False)

    def with_tries(self, tries: int) -> dict[str, bytes]:
        head = bytes((int(self.cell[-4:-2], 16), self.version, self.profile.algorithm, tries, self.most))
        return {self.cell: head + self.key}

    def failed(self) -> dict[str, bytes]:
        return self.with_tries(self.tries - 1)

    def succeeded(self) -> dict[str, bytes]:
        return self.with_tries(self.most) if self.tries != self.most else {}


def key_cell(owner: int, use: int, index: int) -> str:
    return f"key/{owner:04x}/{use:02x}{index:02x}"


def find_key(inside: Inside, use: KeyUse, index: int = 1, *, missing: int = SW.REFERENCED_DATA_NOT_FOUND) -> StoredKey:
    """Refuses with `missing`, or with 6983 where its tries are used up."""
    cell = key_cell(inside.directory.holder_of_keys, use, index)
    record = inside.eeprom.get(cell, b"")
    if len(record) != KEY_RECORD_SIZE or record[2] not in PROFILES:
        raise Refused(missing)
    key = StoredKey(cell, record[1], PROFILES[record[2]], record[3], record[4], record[5:])
    if key.tries == 0:
        raise Refused(SW.BLOCKED)
    return key


# -- challenges and secure messaging -----------------------------------------------------------------------------------


def get_challenge(inside: Inside, command: Command) -> Reply:
    """00 84 00 00 04 or 08. The last two are kept: a social-security card is asked twice."""
    if command.p1 or command.p2:
        raise Refused(SW.WRONG_P1_P2)
    if command.data or command.le not in (4, 8):
        raise Refused(SW.WRONG_LENGTH)
    challenge = inside.random(command.le)
    inside.volatile.challenges = (*inside.volatile.challenges[-1:], challenge)
    return Reply(challenge)


def take_challenges(inside: Inside, count: int) -> tuple[bytes, ...]:
    """The last `count` challenges; they are used up. Refuses with 6984 where they were not asked for."""
    taken, inside.volatile.challenges = inside.volatile.challenges[-count:], ()
    if len(taken) != count:
        raise Refused(SW.REFERENCE_DATA_INVALID)
    return taken


def open_sealed(inside: Inside, key: StoredKey, command: Command, *, encrypted: bool) -> bytes:
    """The data of a command under secure messaging. Refuses with 6984 (no challenge), 6987 (no MAC) or 6988 (wrong)."""
    (challenge,) = take_challenges(inside, 1)
    body, mac = command.data[:-MAC_SIZE], command.data[-MAC_SIZE:]
    if len(command.data) <= MAC_SIZE:
        raise Refused(SW.SECURE_MESSAGING_MISSING)
    message = command.header + bytes((len(command.data) & 0xFF,)) + body
    if len(command.data) > 0xFF or not equal(key.profile.file_mac(key.key, challenge[:4], message), mac):
        raise Refused(SW.SECURE_MESSAGING_MAC_WRONG, key.failed())
    if not encrypted:
        return body
    data = key.profile.unseal(key.key, body)
    if data is None:
        raise Refused(SW.WRONG_DATA)
    return data


# -- writing keys ------------------------------------------------------------------------------------------------------


def write_key(inside: Inside, command: Command) -> Reply:
    """80 D4 01 id [record 21] while nothing protects the application yet; 84 D4 01 id [sealed record] under its maintenance key.

    A sealed record takes the place of the key of its use and id: so the maker's transport key is itself replaced last.
    """
    if command.p1 != 0x01:
        raise Refused(SW.WRONG_P1_P2)
    owner = inside.directory.holder_of_keys
    protected = key_cell(owner, KeyUse.MAINTENANCE, 1) in inside.eeprom
    given_back: dict[str, bytes] = {}
    if command.cla == 0x84:
        maintenance = find_key(inside, KeyUse.MAINTENANCE)
        record = open_sealed(inside, maintenance, command, encrypted=True)
        given_back = maintenance.succeeded()
    elif protected or inside.directory.life(inside.eeprom).name == "USE":
        raise Refused(SW.SECURE_MESSAGING_MISSING)
    else:
        record = command.data
    if len(record) != KEY_RECORD_SIZE:
        raise Refused(SW.WRONG_LENGTH)
    if record[0] not in KeyUse._value2member_map_ or record[2] not in PROFILES or not record[3] == record[4] > 0:
        raise Refused(SW.WRONG_DATA)
    if record[0] == KeyUse.PIN:
        return Reply(writes={**given_back, **pin_writes(owner, record)})
    return Reply(writes={**given_back, key_cell(owner, record[0], command.p2): record})


def pin_writes(owner: int, record: bytes) -> dict[str, bytes]:
    """The PIN's cell: tries left 1, at most 1, unblock tries left 1, the PIN as it is presented. Refuses with 6A80."""
    pin = record[5:].rstrip(b"\xff")
    if len(pin) not in PIN_SIZES:
        raise Refused(SW.WRONG_DATA)
    return {pin_cell(owner): bytes((record[3], record[4], UNBLOCK_TRIES)) + pin}


def pin_cell(owner: int) -> str:
    return f"pin/{owner:04x}"
