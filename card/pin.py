"""The PIN from the terminal's side: how it is written, and what the card says about it (facts/card.md 7.3)."""
from __future__ import annotations

import re
from enum import Enum

from card.apdu import SW, ApduError, Command, demand
from card.crypto import MAC_SIZE
from card.session import CitizenCard

INS_VERIFY = 0x20
INS_RELOAD_OR_CHANGE_PIN = 0x5E
INS_UNBLOCK_PIN = 0x24
INS_GET_CHALLENGE = 0x84
SEPARATOR = b"\xff"


class PinEncoding(Enum):
    """Both are in the wild, so it is an option of the issuer's cards."""

    BCD = "bcd"  # 123456 = 12 34 56, F on the right where the number of digits is odd
    ASCII = "ascii"  # 123456 = 31 32 33 34 35 36

    def encode(self, pin: str) -> bytes:
        """2..6 bytes. Raises ValueError, which never shows the PIN."""
        if not re.fullmatch(r"[0-9]{4,12}", pin):
            raise ValueError("a PIN has 4 to 12 digits")
        encoded = bytes.fromhex(pin + "F" * (len(pin) % 2)) if self is PinEncoding.BCD else pin.encode("ascii")
        if len(encoded) > 6:
            raise ValueError("too many digits for this card")
        return encoded


class PinWrong(Exception):
    """`tries_left` at least 1."""

    def __init__(self, tries_left: int) -> None:
        super().__init__(f"wrong PIN, {tries_left} tries left")
        self.tries_left = tries_left


class PinBlocked(Exception):
    """No tries left: unblock or reload with the centre. `for_ever`: not even that."""

    def __init__(self, *, for_ever: bool = False) -> None:
        super().__init__("blocked for ever" if for_ever else "blocked")
        self.for_ever = for_ever


class PinPad:
    """The PIN commands of a selected application."""

    def __init__(self, card: CitizenCard, encoding: PinEncoding = PinEncoding.BCD) -> None:
        self._card = card
        self._encoding = encoding

    async def tries_left(self) -> int | None:
        """0 = blocked. Costs no try. None where this card does not tell without one. Raises PinBlocked (for_ever)."""
        try:
            await demand(self._card.transport, Command(0x00, INS_VERIFY))
        except ApduError as error:
            if error.sw & 0xFFF0 == 0x63C0:
                return error.sw & 0x0F
            if error.sw == SW.BLOCKED:
                return 0
            if error.sw == SW.APPLICATION_BLOCKED_FOR_EVER:
                raise PinBlocked(for_ever=True) from None
        return None

    async def verify(self, pin: str) -> None:
        """Raises PinWrong, PinBlocked."""
        await self._ask(Command(0x00, INS_VERIFY, data=self._encoding.encode(pin)))

    async def change(self, old: str, new: str) -> None:
        """Raises PinWrong, PinBlocked. Verify the new one afterwards."""
        data = self._encoding.encode(old) + SEPARATOR + self._encoding.encode(new)
        await self._ask(Command(0x80, INS_RELOAD_OR_CHANGE_PIN, 0x01, data=data))

    def reload_message(self, new: str) -> bytes:
        """What the centre makes the MAC of `reload` over: `profile.tac(reload key, message)`."""
        return self._encoding.encode(new)

    async def reload(self, new: str, mac: bytes) -> None:
        """Set a new PIN with the centre's 4-byte MAC, without the old one. ApduError 9302 for a wrong MAC."""
        await self._ask(Command(0x80, INS_RELOAD_OR_CHANGE_PIN, 0x00, data=self._encoding.encode(new) + mac[:MAC_SIZE]))

    async def unblock_challenge(self) -> bytes:
        """4 bytes for the centre: `profile.seal(unblock key, challenge, 84 24 00 01, reload_message(pin), encrypted=True)`."""
        return (await demand(self._card.transport, Command(0x00, INS_GET_CHALLENGE, le=4))).data

    async def unblock(self, sealed: bytes) -> None:
        """ApduError 6988 for a wrong MAC, PinBlocked (for_ever) after the third."""
        await self._ask(Command(0x84, INS_UNBLOCK_PIN, 0x00, 0x01, sealed))

    async def _ask(self, command: Command) -> None:
        try:
            await demand(self._card.transport, command)
        except ApduError as error:
            if error.sw & 0xFFF0 == 0x63C0 and error.sw & 0x0F:
                raise PinWrong(error.sw & 0x0F) from None
            if error.sw in (SW.BLOCKED, 0x63C0):
                raise PinBlocked from None
            if error.sw == SW.APPLICATION_BLOCKED_FOR_EVER:
                raise PinBlocked(for_ever=True) from None
            raise
