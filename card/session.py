"""One selected application on one powered chip: the card's verbs with types on both sides."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeVar

from card import tlv
from card.apdu import SW, ApduError, Command, Response, demand
from card.elementary_file import ElementaryFile, FileMalformed
from card.transport import CardTransport

Value = TypeVar("Value")

INS_SELECT = 0xA4
INS_READ_BINARY = 0xB0
INS_READ_RECORD = 0xB2
INS_UPDATE_BINARY = 0xD6

BY_FILE_NUMBER = 0x00  # P1 of SELECT
BY_DF_NAME = 0x04

SFI_MAX = 30
SFI_OFFSET_MAX = 255  # with an SFI in P1 the offset has P2 alone


@dataclass(frozen=True)
class Application:
    """How SELECT finds it: by DF name (5..16 bytes) or by file number (2 bytes)."""

    p1: int
    name: bytes

    @classmethod
    def named(cls, df_name: bytes) -> Application:
        return cls(BY_DF_NAME, df_name)

    @classmethod
    def numbered(cls, fid: int) -> Application:
        return cls(BY_FILE_NUMBER, fid.to_bytes(2, "big"))


CITY_UNION_EP = Application.named(bytes.fromhex("A00000000386980701"))  # CJ/T 166, facts/card.md 7.1
T_UNION_EP = Application.named(bytes.fromhex("A000000632010105"))  # JT/T 978
EP_BY_NUMBER = Application.numbered(0x1001)


class ApplicationMissing(ApduError):
    """This card does not have the application: another city's card, or no citizen card at all."""


class Protection(Protocol):
    """What secure messaging does to a command on its way to the chip (MAC, encryption)."""

    async def protect(self, transport: CardTransport, command: Command) -> Command:
        """Return the command as it is to be sent. May exchange commands of its own first (GET CHALLENGE)."""


def select_command(application: Application) -> Command:
    return Command(0x00, INS_SELECT, application.p1, 0x00, application.name, le=256)


class CitizenCard:
    """The session. All methods raise the transport's errors and ApduError."""

    def __init__(self, transport: CardTransport, fci: bytes, protection: Protection | None = None) -> None:
        self.transport = transport
        self.fci = fci
        self.protection = protection

    @classmethod
    async def select(
        cls, transport: CardTransport, application: Application = CITY_UNION_EP, protection: Protection | None = None
    ) -> CitizenCard:
        """Raises ApplicationMissing (6A82)."""
        try:
            response = await demand(transport, select_command(application))
        except ApduError as error:
            if error.sw == SW.FILE_NOT_FOUND:
                raise ApplicationMissing(error.sw, error.command) from None
            raise
        return cls(transport, response.data, protection)

    @property
    def public_information(self) -> bytes | None:
        """The 30 bytes of EF 0015 that the FCI repeats under 6F/A5/9F0C, if it does. Raises FileMalformed."""
        try:
            return tlv.find(self.fci, 0x6F, 0xA5, 0x9F0C)
        except tlv.MalformedTlv as error:
            raise FileMalformed("FCI", str(error)) from None

    async def send(self, command: Command, *expected: int) -> Response:
        """One command under this session's protection. ApduError unless the answer's status is expected."""
        if self.protection is not None:
            command = await self.protection.protect(self.transport, command)
        return await demand(self.transport, command, *expected)

    async def read_binary(self, sfi: int, offset: int, length: int) -> bytes:
        """`length` bytes (1..256) from `offset` (0..255). Fewer come back only where the file ends earlier."""
        _check_place(sfi, offset)
        return (await self.send(Command(0x00, INS_READ_BINARY, 0x80 | sfi, offset, le=length))).data

    async def update_binary(self, sfi: int, offset: int, data: bytes) -> None:
        """Write at most 255 bytes at `offset` (0..255)."""
        _check_place(sfi, offset)
        await self.send(Command(0x00, INS_UPDATE_BINARY, 0x80 | sfi, offset, data))

    async def read_record(self, sfi: int, record: int, length: int) -> bytes:
        """One record (1 = newest in a cyclic file). ApduError 6A83 beyond the last."""
        _check_place(sfi, record)
        return (await self.send(Command(0x00, INS_READ_RECORD, record, sfi << 3 | 0x04, le=length))).data

    async def read(self, file: type[ElementaryFile[Value]]) -> Value:
        """A whole transparent file. Raises FileMalformed too."""
        return file.decode(await self.read_raw(file))

    async def read_raw(self, file: type[ElementaryFile[Value]]) -> bytes:
        return await self.read_binary(file.sfi(), 0, file.SIZE)


def _check_place(sfi: int, offset: int) -> None:
    if not 1 <= sfi <= SFI_MAX:
        raise ValueError(f"SFI is 1..{SFI_MAX}, not {sfi}")
    if not 0 <= offset <= SFI_OFFSET_MAX:
        raise ValueError(f"offset is 0..{SFI_OFFSET_MAX}, not {offset}")
