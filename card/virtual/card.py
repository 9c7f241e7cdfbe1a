"""The virtual card: power, dispatch, T=0 manners, and the places where it can be torn."""
from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from enum import Enum

from card.apdu import INS_GET_RESPONSE, SW, Command, MalformedApdu, Response
from card.crypto import KeyUse, key_record
from card.virtual import psam, purse
from card.virtual.commands import BASIC_COMMANDS, CPLC_CELL
from card.virtual.eeprom import Eeprom
from card.virtual.keys import key_cell
from card.virtual.psam import PSAM_COMMANDS
from card.virtual.purse import PURSE_COMMANDS
from card.virtual.social_security import SOCIAL_SECURITY_COMMANDS
from card.virtual.state import Handlers, Inside, Refused, Reply, Volatile
from card.virtual.tear import Moment, Mute, PowerLost, Tear
from card.virtual.tree import CITIZEN_CARD, CardProfile, Commands

T0_PIECE = 256  # bytes one GET RESPONSE fetches at most

COMMANDS: Mapping[Commands, Handlers] = {
    Commands.BASIC: BASIC_COMMANDS,
    Commands.PURSE: {**BASIC_COMMANDS, **PURSE_COMMANDS},
    Commands.SOCIAL_SECURITY: {**BASIC_COMMANDS, **SOCIAL_SECURITY_COMMANDS},
    Commands.PSAM: {**BASIC_COMMANDS, **PSAM_COMMANDS},
}
FINISHING = (*purse.FINISHING, *psam.FINISHING)
"""What may follow an INITIALIZE. Any other command ends the transaction that was begun."""


class Manner(Enum):
    """The transmission protocol that the ATR offers (both proven through pcscd, facts/card.md 3.4)."""

    T0 = bytes.fromhex("3B 65 00 00 20 63 CB A3 00")
    T1 = bytes.fromhex("3B 8F 80 01 80 4F 0C A0 00 00 03 06 03 00 01 00 00 00 00 6A")


UNREADABLE_ATR = b"\xff\xff"  # the "unreadable card" case of facts/card.md 3.4


def cplc_of(chip_serial: int) -> bytes:
    """Production data of a chip with this serial number (4 bytes): 42 bytes."""
    fixed = bytes.fromhex("4790 5168 4791 2081 3100 5013")
    return (fixed + chip_serial.to_bytes(4, "big") + bytes.fromhex("0001")).ljust(42, b"\x00")


class VirtualCard:
    """Give it a command APDU, it gives the answer. What is in `eeprom` survives; everything else lives while powered.

    `handlers` are further commands by DF file number, for applications with commands of their own. `random`: the chip's
    generator; a simulation hands in one of its own seed.
    """

    def __init__(
        self,
        eeprom: Eeprom | None = None,
        *,
        profile: CardProfile = CITIZEN_CARD,
        manner: Manner = Manner.T1,
        atr: bytes | None = None,
        handlers: Mapping[int, Handlers] | None = None,
        random: Callable[[int], bytes] = secrets.token_bytes,
    ) -> None:
        self.eeprom = eeprom if eeprom is not None else Eeprom()
        self.profile = profile
        self.manner = manner
        self.atr = manner.value if atr is None else atr
        self.tear: Tear | None = None
        self._handlers = handlers or {}
        self._random = random
        self._volatile: Volatile | None = None

    @classmethod
    def blank(
        cls,
        chip_serial: int = 1,
        *,
        manner: Manner = Manner.T1,
        profile: CardProfile = CITIZEN_CARD,
        transport_key: bytes | None = None,
        algorithm: int = 0,
    ) -> VirtualCard:
        """A white card 白卡 as the maker delivers it: files created and empty, its own chip serial in the CPLC.

        With a `transport_key` (16 bytes) keys are written sealed under it only, until it is itself replaced."""
        cells = {CPLC_CELL: cplc_of(chip_serial)}
        if transport_key is not None:
            record = key_record(KeyUse.MAINTENANCE, transport_key, version=0, algorithm=algorithm)
            cells |= {key_cell(one.fid, KeyUse.MAINTENANCE, 1): record for one in profile.applications if not one.owner}
        return cls(Eeprom(cells), manner=manner, profile=profile)

    @property
    def powered(self) -> bool:
        return self._volatile is not None

    def power_on(self) -> bytes:
        """Cold start; returns the ATR."""
        self._volatile = Volatile(self.profile.mf)
        return self.atr

    def power_off(self) -> None:
        """PIN state, authentication, selected DF and open transaction are gone."""
        self._volatile = None

    def reset(self) -> bytes:
        """Warm reset: the same loss, the same ATR."""
        return self.power_on()

    def handle(self, apdu: bytes) -> bytes:
        """One command, one answer. Raises PowerLost (also when it is not powered) and Mute, see `tear`."""
        if self._volatile is None:
            raise PowerLost
        try:
            command = Command.decode(apdu)
        except MalformedApdu:
            return Response(b"", SW.WRONG_LENGTH).encode()
        tear = self._tear_for(command)
        if tear is not None and tear.moment is Moment.GARBAGE:
            return tear.garbage
        if tear is not None and tear.moment is Moment.HANG:
            raise Mute
        answer = self._carry_out(command, self._volatile, tear)
        if tear is not None:
            self.power_off()
            raise PowerLost(answer[: len(answer) // 2], len(answer))
        return answer

    def _tear_for(self, command: Command) -> Tear | None:
        tear = self.tear
        if tear is None or not tear.hits(command.ins):
            return None
        self.tear = None
        return tear

    def _carry_out(self, command: Command, volatile: Volatile, tear: Tear | None) -> bytes:
        reply = self._reply(command, volatile)
        if tear is not None and tear.moment in (Moment.BEFORE_COMMIT, Moment.IN_COMMIT):
            if tear.moment is Moment.IN_COMMIT:
                self._commit_torn(reply)
            self.power_off()
            raise PowerLost
        self.eeprom.commit(reply.writes)
        if tear is not None and tear.moment is Moment.AFTER_COMMIT:
            self.power_off()
            raise PowerLost
        return self._answer(command, volatile, reply)

    def _commit_torn(self, reply: Reply) -> None:
        """Power lost among the pages: what is journalled is rolled back at the next start, as if before the commit."""
        if not reply.journalled:
            self.eeprom.commit_torn(reply.writes)

    def _reply(self, command: Command, volatile: Volatile) -> Reply:
        if (command.cla & 0xFC, command.ins) == (0x00, INS_GET_RESPONSE):
            return self._get_response(command, volatile)
        volatile.waiting = b""
        if self.manner is Manner.T0 and command.data and command.le is not None:
            return Reply(sw=SW.WRONG_LENGTH)  # T=0 has no command with data both ways
        key = (command.cla, command.ins)
        if key not in FINISHING:
            volatile.pending = None
        directory = volatile.directory
        handlers: Handlers = {**COMMANDS[directory.commands], **self._handlers.get(directory.fid, {})}
        handler = handlers.get(key)
        if handler is None:
            known = {cla for cla, _ in handlers}
            return Reply(sw=SW.UNKNOWN_INS if command.cla in known else SW.UNKNOWN_CLA)
        try:
            return handler(Inside(self.profile, self.eeprom, volatile, self._random, self.atr), command)
        except Refused as refused:
            return Reply(sw=refused.sw, writes=refused.writes)

    def _answer(self, command: Command, volatile: Volatile, reply: Reply) -> bytes:
        """T=0: data of a command that itself carried data waits for GET RESPONSE. T=1: at most Le bytes come back."""
        if self.manner is Manner.T0 and command.data and reply.data:
            volatile.waiting = reply.data
            return Response(b"", 0x6100 | min(len(reply.data), T0_PIECE) % T0_PIECE).encode()
        data = reply.data if command.le is not None else b""
        return Response(data[: command.le], reply.sw).encode()

    def _get_response(self, command: Command, volatile: Volatile) -> Reply:
        if not volatile.waiting:
            return Reply(sw=SW.CONDITIONS_NOT_SATISFIED)
        wanted, there = command.le or 0, min(len(volatile.waiting), T0_PIECE)
        if wanted > there and wanted != T0_PIECE:
            return Reply(sw=0x6C00 | there % T0_PIECE)
        data, volatile.waiting = volatile.waiting[:wanted], volatile.waiting[wanted:]
        left = min(len(volatile.waiting), T0_PIECE)
        return Reply(data, 0x6100 | left % T0_PIECE if left else SW.OK)
