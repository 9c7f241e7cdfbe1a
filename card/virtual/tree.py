"""The card's files as data: what there is, how large, and who may do what in which state of its life."""
from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from card.files import HolderFile, PublicInformationFile
from card.log_file import LogFile
from card.virtual.eeprom import Eeprom

MF_FID = 0x3F00
EP_FID = 0x1001
EP_NAME = bytes.fromhex("A00000000386980701")  # CJ/T 166, facts/card.md 7.1
MF_NAME = b"1PAY.SYS.DDF01"
ERASED = 0x00


class Life(Enum):
    """ISO 7816-4 life cycle status byte of an application."""

    PERSONALISATION = 0x03  # initialisation state
    USE = 0x05  # operational, activated


class Access(Enum):
    """A condition for touching a file."""

    ALWAYS = "always"
    NEVER = "never"
    SECURE_MESSAGING = "secure messaging"  # a plain command is answered 6987
    CARD_ITSELF = "card itself"  # the purse writes it in a commit of its own


@dataclass(frozen=True)
class Rules:
    """Access in each state of life."""

    personalisation: Access
    use: Access

    def at(self, life: Life) -> Access:
        return self.personalisation if life is Life.PERSONALISATION else self.use


FREE = Rules(Access.ALWAYS, Access.ALWAYS)
WRITE_UNTIL_USE = Rules(Access.ALWAYS, Access.SECURE_MESSAGING)
CARD_ONLY = Rules(Access.CARD_ITSELF, Access.CARD_ITSELF)


@dataclass(frozen=True)
class FileNode:
    """An elementary file: transparent (records = 0, `size` bytes) or cyclic (`records` x `size` bytes)."""

    fid: int
    size: int
    records: int = 0
    read: Rules = FREE
    update: Rules = WRITE_UNTIL_USE

    @property
    def cell(self) -> str:
        return f"file/{self.fid:04x}"

    @property
    def sfi(self) -> int:
        return self.fid & 0x1F

    @property
    def erased(self) -> bytes:
        return bytes((ERASED,)) * (self.size * (self.records or 1))


@dataclass(frozen=True)
class Directory:
    """A DF with its elementary files; `fci_file` is repeated in the FCI under 9F0C."""

    fid: int
    name: bytes
    files: tuple[FileNode, ...] = ()
    fci_file: int | None = None

    @property
    def life_cell(self) -> str:
        return f"life/{self.fid:04x}"

    def life(self, eeprom: Eeprom) -> Life:
        return Life(eeprom.get(self.life_cell, bytes((Life.PERSONALISATION.value,)))[0])

    def by_fid(self, fid: int) -> FileNode | None:
        return next((file for file in self.files if file.fid == fid), None)

    def by_sfi(self, sfi: int) -> FileNode | None:
        return next((file for file in self.files if file.sfi == sfi), None)


TRANSPORT_FILE = FileNode(0x0017, 60)  # EF 0017: issuer-specific, 60 bytes [own choice]

CITIZEN_EP = Directory(
    EP_FID,
    EP_NAME,
    (
        FileNode(PublicInformationFile.FID, PublicInformationFile.SIZE),
        FileNode(HolderFile.FID, HolderFile.SIZE),
        TRANSPORT_FILE,
        FileNode(LogFile.FID, LogFile.SIZE, LogFile.RECORDS, update=CARD_ONLY),
    ),
    fci_file=PublicInformationFile.FID,
)


@dataclass(frozen=True)
class CardProfile:
    """What the maker put on the chip."""

    applications: tuple[Directory, ...] = (CITIZEN_EP,)
    mf: Directory = field(default=Directory(MF_FID, MF_NAME))

    def directories(self) -> tuple[Directory, ...]:
        return (self.mf, *self.applications)


CITIZEN_CARD = CardProfile()
EMPTY_CARD = CardProfile(applications=())
