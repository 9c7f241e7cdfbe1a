"""The card's files as data: what there is, how large, and who may do what in which state of its life."""
from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from card import tlv
from card.files import HolderFile, PublicInformationFile
from card.log_file import LogFile
from card.virtual.eeprom import Eeprom

MF_FID = 0x3F00
EP_FID = 0x1001
EP_NAME = bytes.fromhex("A00000000386980701")  # CJ/T 166, facts/card.md 7.1
MF_NAME = b"1PAY.SYS.DDF01"
DIR_FID = 0x0001
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
    ENCRYPTED = "secure messaging with encryption"  # so is one with nothing but a MAC
    PIN = "PIN"
    EXTERNAL_AUTHENTICATION = "external authentication"
    CARD_ITSELF = "card itself"  # the purse writes it in a commit of its own


@dataclass(frozen=True)
class Rules:
    """Access in each state of life."""

    personalisation: Access
    use: Access

    def at(self, life: Life) -> Access:
        return self.personalisation if life is Life.PERSONALISATION else self.use


FREE = Rules(Access.ALWAYS, Access.ALWAYS)
NEVER = Rules(Access.NEVER, Access.NEVER)
WRITE_UNTIL_USE = Rules(Access.ALWAYS, Access.SECURE_MESSAGING)
WRITE_ENCRYPTED = Rules(Access.ALWAYS, Access.ENCRYPTED)
WRITE_ONCE = Rules(Access.ALWAYS, Access.NEVER)
AUTHENTICATED = Rules(Access.ALWAYS, Access.EXTERNAL_AUTHENTICATION)
CARD_ONLY = Rules(Access.CARD_ITSELF, Access.CARD_ITSELF)


class Structure(Enum):
    """ISO 7816-4 7.3.1, and the tagged files of social-security cards (facts/card.md 11.1)."""

    TRANSPARENT = "transparent"
    CYCLIC = "cyclic"
    LINEAR = "linear"
    TAGGED = "tagged"  # records of tag 1, length 1, value; read by tag or by number


@dataclass(frozen=True)
class FileNode:
    """An elementary file: transparent or tagged (`size` bytes in all), cyclic or linear (`records` x `size` bytes)."""

    fid: int
    size: int
    records: int = 0
    read: Rules = FREE
    update: Rules = WRITE_UNTIL_USE
    structure: Structure = Structure.TRANSPARENT
    content: bytes = b""  # what the maker wrote; empty = erased

    @property
    def cell(self) -> str:
        return f"file/{self.fid:04x}"

    @property
    def sfi(self) -> int:
        return self.fid & 0x1F

    @property
    def erased(self) -> bytes:
        return self.content or bytes((ERASED,)) * (self.size * (self.records or 1))


class Commands(Enum):
    """Which commands a directory has besides the basic ones."""

    BASIC = "basic"
    PURSE = "purse"
    SOCIAL_SECURITY = "social security"
    PSAM = "purchase module"


@dataclass(frozen=True)
class Directory:
    """A DF with its elementary files; `fci_file` is repeated in the FCI under 9F0C, or `fci` stands there.

    `owner`: the DF whose keys, PIN, purse and life this one shares (0 = its own). `limit`: most the purse may hold, in fen.
    """

    fid: int
    name: bytes
    files: tuple[FileNode, ...] = ()
    fci_file: int | None = None
    commands: Commands = Commands.BASIC
    owner: int = 0
    limit: int = 0
    fci: bytes = b""
    label: str = ""

    @property
    def holder_of_keys(self) -> int:
        return self.owner or self.fid

    @property
    def life_cell(self) -> str:
        return f"life/{self.holder_of_keys:04x}"

    def life(self, eeprom: Eeprom) -> Life:
        return Life(eeprom.get(self.life_cell, bytes((Life.PERSONALISATION.value,)))[0])

    def by_fid(self, fid: int) -> FileNode | None:
        return next((file for file in self.files if file.fid == fid), None)

    def by_sfi(self, sfi: int) -> FileNode | None:
        return next((file for file in self.files if file.sfi == sfi), None)


TRANSPORT_FILE = FileNode(0x0017, 60)  # EF 0017: issuer-specific, 60 bytes [own choice]
LOG_FILE = FileNode(LogFile.FID, LogFile.SIZE, LogFile.RECORDS, update=CARD_ONLY, structure=Structure.CYCLIC)
PUBLIC_FILE = FileNode(PublicInformationFile.FID, PublicInformationFile.SIZE)
COMPOSITE_FILES = (  # EF 0019 and 001A, written with 80 DC inside a purchase; sizes are the issuer's [own choice]
    FileNode(0x0019, 32, 4, update=CARD_ONLY, structure=Structure.LINEAR),
    FileNode(0x001A, 64, 2, update=CARD_ONLY, structure=Structure.LINEAR),
)
PURSE_LIMIT_FEN = 100_000  # an EP holds at most 1000 yuan [own choice]

CITIZEN_EP = Directory(
    EP_FID,
    EP_NAME,
    (
        PUBLIC_FILE,
        FileNode(HolderFile.FID, HolderFile.SIZE, update=WRITE_ENCRYPTED),
        TRANSPORT_FILE,
        LOG_FILE,
        *COMPOSITE_FILES,
    ),
    fci_file=PublicInformationFile.FID,
    commands=Commands.PURSE,
    limit=PURSE_LIMIT_FEN,
    label="CITIZEN EP",
)


def directory_file(*applications: Directory) -> FileNode:
    """EF DIR, SFI 1 of the MF: one entry 70 { 61 { 4F name, 50 label } } for each application (facts/card.md 7.1)."""
    entries = [
        tlv.encode(0x70, tlv.encode(0x61, tlv.encode(0x4F, one.name) + tlv.encode(0x50, one.label.encode("ascii"))))
        for one in applications
    ]
    size = max(map(len, entries), default=1)
    return FileNode(
        DIR_FID,
        size,
        max(len(entries), 1),
        update=NEVER,
        structure=Structure.LINEAR,
        content=b"".join(entry.ljust(size, b"\x00") for entry in entries) or bytes(1),
    )


def master_file(*applications: Directory, files: tuple[FileNode, ...] = ()) -> Directory:
    return Directory(MF_FID, MF_NAME, (directory_file(*applications), *files), fci=b"\x88\x01\x01")


@dataclass(frozen=True)
class CardProfile:
    """What the maker put on the chip. `prove_counts_after`: this operating system wants the sequence number after its
    increment in GET TRANSACTION PROVE (facts/card.md 7.3: both are said to exist)."""

    applications: tuple[Directory, ...] = (CITIZEN_EP,)
    mf: Directory = field(default=master_file(CITIZEN_EP))
    prove_counts_after: bool = False

    def directories(self) -> tuple[Directory, ...]:
        return (self.mf, *self.applications)


CITIZEN_CARD = CardProfile()
EMPTY_CARD = CardProfile(applications=(), mf=Directory(MF_FID, MF_NAME))
