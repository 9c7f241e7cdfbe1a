"""What a powered chip knows besides its EEPROM, and what a command handler gives back."""
from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from card.apdu import SW, Command
from card.virtual.eeprom import Eeprom
from card.virtual.tree import CardProfile, Directory, FileNode


@dataclass
class Volatile:
    """Gone at every reset. Applications keep their own under their name (PIN verified, challenge, open transaction)."""

    directory: Directory
    file: FileNode | None = None
    waiting: bytes = field(default=b"", repr=False)  # answer bytes that GET RESPONSE will fetch
    applications: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Reply:
    """A handler's answer. `writes` go to the EEPROM in one commit before the answer leaves."""

    data: bytes = field(default=b"", repr=False)
    sw: int = SW.OK
    writes: Mapping[str, bytes] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Inside:
    """What a handler works with. It reads the EEPROM and writes only through Reply.writes."""

    profile: CardProfile
    eeprom: Eeprom
    volatile: Volatile


class Refused(Exception):
    """A handler's way out with a status word; nothing is written."""

    def __init__(self, sw: int) -> None:
        super().__init__(f"{sw:04X}")
        self.sw = sw


Handler = Callable[[Inside, Command], Reply]
Handlers = Mapping[tuple[int, int], Handler]
"""(CLA, INS) -> handler. A purse adds its own table when its application is selected."""
