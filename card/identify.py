"""Which card is this? By its answer to reset, its directory, and the names this terminal knows (facts/card.md 7.1)."""
from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from card import tlv
from card.apdu import SW, ApduError
from card.atr import is_readable
from card.elementary_file import FileMalformed
from card.files import PublicInformation, PublicInformationFile
from card.session import CITY_UNION_EP, EP_BY_NUMBER, T_UNION_EP, Application, ApplicationMissing, CitizenCard
from card.social_security import SSSE
from card.transport import CardTransport, atr_of

PSE = Application.named(b"1PAY.SYS.DDF01")
DIRECTORY_SFI = 1
DIRECTORY_RECORDS_MAX = 10


class CardType(Enum):
    CITIZEN = "citizen card"  # a city purse, in use
    BLANK = "blank"  # a citizen card that was never written
    TRANSIT = "transit card"  # a T-Union purse of whichever city, no city purse
    SOCIAL_SECURITY = "social security card"
    OTHER = "other"  # a chip that answers and has nothing this terminal serves
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Entry:
    """One line of the card's directory."""

    name: bytes
    label: str


@dataclass(frozen=True)
class Identity:
    """`purse`: how to select the purse, None = none. `public`: its EF 0015, None = none or not readable."""

    type: CardType
    atr: bytes | None
    directory: tuple[Entry, ...]
    purse: Application | None
    public: PublicInformation | None
    has_transit: bool
    has_social_security: bool


async def identify(transport: CardTransport) -> Identity:
    """Reads only, nothing personal. Raises the transport's errors."""
    atr = atr_of(transport)
    if atr is not None and not is_readable(atr):
        return Identity(CardType.UNREADABLE, atr, (), None, None, False, False)
    directory = await _directory(transport)
    transit = await _has(transport, T_UNION_EP, directory)
    social = await _has(transport, SSSE, directory)
    for application in (CITY_UNION_EP, EP_BY_NUMBER):
        found, public, blank = await _purse(transport, application)
        if found:
            kind = CardType.BLANK if blank else CardType.CITIZEN
            return Identity(kind, atr, directory, application, public, transit, social)
    if transit:
        _, public, _ = await _purse(transport, T_UNION_EP)
        return Identity(CardType.TRANSIT, atr, directory, T_UNION_EP, public, transit, social)
    return Identity(CardType.SOCIAL_SECURITY if social else CardType.OTHER, atr, directory, None, None, transit, social)


async def _directory(transport: CardTransport) -> tuple[Entry, ...]:
    """Empty where the card has none."""
    entries = []
    try:
        card = await CitizenCard.select(transport, PSE)
        for number in range(1, DIRECTORY_RECORDS_MAX + 1):
            record = await card.read_record(DIRECTORY_SFI, number, 256)
            entry = _entry(record)
            if entry is not None:
                entries.append(entry)
    except ApduError:
        return tuple(entries)
    return tuple(entries)


def _entry(record: bytes) -> Entry | None:
    try:
        name = tlv.find(record, 0x70, 0x61, 0x4F)
        label = tlv.find(record, 0x70, 0x61, 0x50)
    except tlv.MalformedTlv:
        return None
    return Entry(name, (label or b"").decode("ascii", "replace")) if name else None


async def _has(transport: CardTransport, application: Application, directory: tuple[Entry, ...]) -> bool:
    if any(entry.name == application.name for entry in directory):
        return True
    try:
        await CitizenCard.select(transport, application)
    except ApduError:
        return False
    return True


async def _purse(transport: CardTransport, application: Application) -> tuple[bool, PublicInformation | None, bool]:
    """(there is a purse under this name, what it says of itself, nothing was ever written)."""
    try:
        card = await CitizenCard.select(transport, application)
        data = await card.read_raw(PublicInformationFile)
    except ApplicationMissing:
        return False, None, False
    except ApduError as error:
        return error.sw != SW.FILE_NOT_FOUND, None, False
    try:
        return True, PublicInformationFile.decode(data), False
    except FileMalformed:
        return True, None, not any(data) or set(data) == {0xFF}
