"""Make a blank the card of one person: write EF 0016 and EF 0015, and believe only what is read back.

The script is data, so that a vendor's own card operating system is another script and not other code (facts/card.md
13.1). The holder comes first and the public information last: a chip that bears a card number bears its whole holder.
Writing the same bytes twice changes nothing, so after CardOutcomeUnknown `compare` and then write again is always right.
"""
from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum

from card.apdu import SW, ApduError, Command, exchange
from card.elementary_file import FileMalformed
from card.fields import is_erased
from card.files import Holder, HolderFile, PublicInformation, PublicInformationFile
from card.session import CITY_UNION_EP, INS_UPDATE_BINARY, Application, CitizenCard
from card.transport import CardError, CardOutcomeUnknown, CardTransport

INS_ACTIVATE_FILE = 0x44  # ISO 7816-9
INS_GET_DATA = 0xCA
TAG_CPLC = 0x9F7F  # card production life cycle data (GlobalPlatform card specification, annex H)
NO_SUCH_DATA = (
    SW.REFERENCED_DATA_NOT_FOUND,
    SW.NOT_SUPPORTED,
    SW.FILE_NOT_FOUND,
    SW.WRONG_P1_P2,
    SW.WRONG_OFFSET,
    SW.UNKNOWN_INS,
    SW.UNKNOWN_CLA,
)


@dataclass(frozen=True)
class Step:
    """One command of a script. `field` names the value that is its data; `expected` are the good status words."""

    purpose: str
    cla: int
    ins: int
    p1: int
    p2: int
    field: str
    expected: tuple[int, ...] = (SW.OK,)

    def command(self, values: Mapping[str, bytes]) -> Command:
        return Command(self.cla, self.ins, self.p1, self.p2, values[self.field])


Script = Sequence[Step]

WRITE_FILES: Script = (
    Step("write the cardholder", 0x00, INS_UPDATE_BINARY, 0x80 | HolderFile.sfi(), 0x00, "holder"),
    Step("write the public information", 0x00, INS_UPDATE_BINARY, 0x80 | PublicInformationFile.sfi(), 0x00, "public"),
)
"""Runs after the application is selected, on a card whose files the maker has created (a white card 白卡)."""


class ReadBackDiffers(Exception):
    """The chip took the bytes and gives others back. `expected` and `found` are the file's bytes, kept out of the text."""

    def __init__(self, file: str, expected: bytes, found: bytes) -> None:
        places = [index for index, pair in enumerate(zip(expected, found, strict=False)) if pair[0] != pair[1]]
        where = f"first at offset {places[0]}" if places else f"{len(found)} bytes, not {len(expected)}"
        super().__init__(f"{file} reads back differently, {where}")
        self.file = file
        self.expected = expected
        self.found = found


class ChipContent(Enum):
    """What a chip holds, compared with what it should."""

    BLANK = "blank"
    WRITTEN = "written"  # exactly this card for exactly this holder
    OTHER = "other"  # half written, torn, or another card


async def write(
    transport: CardTransport,
    public: PublicInformation,
    holder: Holder,
    *,
    application: Application = CITY_UNION_EP,
    script: Script = WRITE_FILES,
) -> None:
    """Raises ApplicationMissing, ApduError and the transport's errors. Proves nothing: read back.

    CardRemoved, ReaderGone and ServiceDown mean that the chip is as it was; when it is lost after the first step,
    it is CardOutcomeUnknown, even if the command that failed was never sent.
    """
    values = {"public": PublicInformationFile.encode(public), "holder": HolderFile.encode(holder)}
    card = await CitizenCard.select(transport, application)
    changed = False
    for step in script:
        with _once_changed(changed, step.purpose):
            await card.send(step.command(values), *step.expected)
        changed = True


async def read_back(
    transport: CardTransport, *, application: Application = CITY_UNION_EP
) -> tuple[PublicInformation, Holder]:
    """Raises FileMalformed where the chip holds no such card (blank, torn)."""
    public, holder = await _read_raw(transport, application)
    return PublicInformationFile.decode(public), HolderFile.decode(holder)


async def write_and_verify(
    transport: CardTransport,
    public: PublicInformation,
    holder: Holder,
    *,
    application: Application = CITY_UNION_EP,
    script: Script = WRITE_FILES,
) -> None:
    """Returns only when both files read back byte for byte. Raises ReadBackDiffers and whatever `write` raises."""
    await write(transport, public, holder, application=application, script=script)
    with _once_changed(True, "read it back"):
        found_public, found_holder = await _read_raw(transport, application)
    for file, expected, found in (
        (HolderFile.NAME, HolderFile.encode(holder), found_holder),
        (PublicInformationFile.NAME, PublicInformationFile.encode(public), found_public),
    ):
        if found != expected:
            raise ReadBackDiffers(file, expected, found)


async def compare(
    transport: CardTransport,
    public: PublicInformation,
    holder: Holder,
    *,
    application: Application = CITY_UNION_EP,
) -> ChipContent:
    """The probe after an unknown outcome: asks the chip, writes nothing."""
    found = await _read_raw(transport, application)
    if found == (PublicInformationFile.encode(public), HolderFile.encode(holder)):
        return ChipContent.WRITTEN
    return ChipContent.BLANK if _erased(*found) else ChipContent.OTHER


async def is_blank(transport: CardTransport, *, application: Application = CITY_UNION_EP) -> bool:
    """Both files are as the maker left them. Raises ApplicationMissing for a card that is no citizen-card blank."""
    return _erased(*await _read_raw(transport, application))


async def activate(transport: CardTransport, *, application: Application = CITY_UNION_EP) -> None:
    """End personalisation for good: from now on the files change under secure messaging only. Safe to repeat.

    ACTIVATE FILE is ISO 7816-9's; native card operating systems have their own command [own choice for the virtual card].
    """
    card = await CitizenCard.select(transport, application)
    await card.send(Command(0x00, INS_ACTIVATE_FILE))


async def serial(transport: CardTransport) -> bytes | None:
    """The chip's own identity from before any personalisation: IC fabricator 2, type 2, serial 4, batch 2 = 10 bytes of
    the CPLC. None where this chip does not tell. Raises FileMalformed for an answer that is no CPLC."""
    command = Command(0x80, INS_GET_DATA, TAG_CPLC >> 8, TAG_CPLC & 0xFF, le=256)
    response = await exchange(transport, command)
    if response.sw in NO_SUCH_DATA:
        return None
    if not response.ok:
        raise ApduError(response.sw, command)
    cplc = response.data[3:] if response.data[:2] == TAG_CPLC.to_bytes(2, "big") else response.data
    if len(cplc) != 42:
        raise FileMalformed("CPLC", f"{len(cplc)} bytes, not 42")
    return cplc[0:4] + cplc[12:18]


async def _read_raw(transport: CardTransport, application: Application) -> tuple[bytes, bytes]:
    card = await CitizenCard.select(transport, application)
    return await card.read_raw(PublicInformationFile), await card.read_raw(HolderFile)


def _erased(public: bytes, holder: bytes) -> bool:
    whole = len(public) == PublicInformationFile.SIZE and len(holder) == HolderFile.SIZE
    return whole and is_erased(public) and is_erased(holder)


@contextmanager
def _once_changed(changed: bool, purpose: str) -> Iterator[None]:
    """After the first change, losing the chip leaves a card that nobody knows until it is read."""
    try:
        yield
    except CardError as error:
        if changed and not isinstance(error, CardOutcomeUnknown):
            raise CardOutcomeUnknown(f"lost on the way, could not {purpose}: {error}") from error
        raise
