"""What a powered chip knows besides its EEPROM, and what a command handler gives back."""
from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from card.apdu import SW, Command
from card.virtual.eeprom import Eeprom
from card.virtual.tree import CardProfile, Directory, FileNode


class Right(Enum):
    """What the other side has proven since the application was selected."""

    PIN = "PIN verified"
    EXTERNAL = "externally authenticated"


@dataclass
class Volatile:
    """Gone at every reset. `rights`, `pending` and `applications` are gone with the application too.

    `challenges`: the random numbers given out last, newest last, until one is used. `pending`: the transaction that only the
    very next command may finish.
    """

    directory: Directory
    file: FileNode | None = None
    waiting: bytes = field(default=b"", repr=False)  # answer bytes that GET RESPONSE will fetch
    challenges: tuple[bytes, ...] = ()
    rights: set[Right] = field(default_factory=set)
    pending: object | None = field(default=None, repr=False)
    applications: dict[str, object] = field(default_factory=dict)

    def enter(self, directory: Directory) -> None:
        self.directory = directory
        self.file = None
        self.challenges = ()
        self.rights.clear()
        self.pending = None
        self.applications.clear()


@dataclass(frozen=True)
class Reply:
    """A handler's answer. `writes` go to the EEPROM in one commit before the answer leaves.

    `journalled`: the operating system keeps the old pages until the new ones stand, so that a commit torn in the middle is
    rolled back at the next start. A plain UPDATE BINARY has no such journal.
    """

    data: bytes = field(default=b"", repr=False)
    sw: int = SW.OK
    writes: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    journalled: bool = True


@dataclass(frozen=True)
class Inside:
    """What a handler works with. It reads the EEPROM and writes only through Reply.writes."""

    profile: CardProfile
    eeprom: Eeprom
    volatile: Volatile
    random: Callable[[int], bytes]
    atr: bytes

    @property
    def directory(self) -> Directory:
        return self.volatile.directory


class Refused(Exception):
    """A handler's way out with a status word. What it must remember all the same (a try counter) is in `writes`."""

    def __init__(self, sw: int, writes: Mapping[str, bytes] | None = None) -> None:
        super().__init__(f"{sw:04X}")
        self.sw = sw
        self.writes = writes or {}


Handler = Callable[[Inside, Command], Reply]
Handlers = Mapping[tuple[int, int], Handler]
"""(CLA, INS) -> handler. A purse adds its own table when its application is selected."""
