"""Which of the two slots runs: read from a few small files, each replaced in one step, so that any cut leaves an answer.

`<home>/slots/a`, `slots/b` programs · `slots/a.whole` written last: this slot holds exactly this release · `trial.json` the last
switch and how it ended · `proved.json` the program's word that it is well · `current` link to the slot that runs, for people.

A release is tried: it must prove itself within PROVE_WITHIN_S and may be started MOST_STARTS times; else the slot before it
runs again. No visit begins in a trial, so that going back cannot lose what a citizen did.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from .disk import Disk, put, put_link

SLOTS = ("a", "b")
MANIFEST = "release.json"
MOST_STARTS = 3                    # [A] of one trial: a power cut is a start, two crashes are two
PROVE_WITHIN_S = 600.0             # [A] a long journal is walked, a cold machine warms up, the network comes back
TRYING, KEPT, BACK, HELD = "trying", "kept", "back", "held"
CODE = (".py", ".so", ".pth")
NOT_OF_THE_RELEASE = (".venv", ".fonts", "__pycache__")


@dataclass(frozen=True)
class Mark:
    """Of a whole slot. `manifest`: SHA-256 of its release.json. `journal`: the newest journal schema it reads."""

    release: str
    version: str
    number: int
    manifest: str
    journal: int


@dataclass(frozen=True)
class Trial:
    """`copied`: the journal's image lies beside it, with schema and head as they were. `restore`: decided: it is put back."""

    trial: str
    release: str
    slot: str
    before: str
    phase: str = TRYING
    why: str = ""
    starts: int = 0
    copied: bool = False
    journal: int = 0
    head: str = ""
    restore: bool = False


@dataclass(frozen=True)
class Home:
    disk: Disk
    path: Path

    def slot(self, name: str) -> Path:
        return self.path / "slots" / name

    def mark_file(self, name: str) -> Path:
        return self.path / "slots" / f"{name}.whole"

    def mark(self, name: str) -> Mark | None:
        found = _read(self.disk, self.mark_file(name), Mark)
        return found if isinstance(found, Mark) else None

    def trial(self) -> Trial | None:
        found = _read(self.disk, self.path / "trial.json", Trial)
        return found if isinstance(found, Trial) and found.slot in SLOTS and found.before in SLOTS else None

    def put_trial(self, trial: Trial) -> Trial:
        put(self.disk, self.path / "trial.json", _json(trial))
        return trial

    def put_mark(self, name: str, mark: Mark) -> None:
        put(self.disk, self.mark_file(name), _json(mark))

    def proved(self, trial: Trial) -> bool:
        try:
            said = json.loads(self.disk.read(self.path / "proved.json"))
        except (OSError, ValueError):
            return False
        return isinstance(said, dict) and said.get("trial") == trial.trial

    def prove(self, trial_id: str) -> None:
        put(self.disk, self.path / "proved.json", json.dumps({"trial": trial_id}).encode())

    def running(self) -> str:
        """The slot that is, or is to be, the one that runs. Raises NothingToStart."""
        trial = self.trial()
        wanted = None if trial is None else trial.before if trial.phase == BACK else trial.slot
        for name in (wanted, self._linked(), *SLOTS):
            if name is not None and self.whole(name):
                return name
        raise NothingToStart()

    def whole(self, name: str) -> bool:
        """Every file of the release is there, byte for byte, and no other code beside them. What the set-up makes (.venv, fonts)
        was installed by hash from the lock file of this release, before the mark was written."""
        mark = self.mark(name)
        return mark is not None and verify(self.disk, self.slot(name), mark.manifest)

    def point(self, name: str) -> None:
        if self._linked() != name:
            put_link(self.disk, self.path / "current", f"slots/{name}")

    def _linked(self) -> str | None:
        try:
            name = self.disk.read_link(self.path / "current").rpartition("/")[2]
        except OSError:
            return None
        return name if name in SLOTS else None


def other(slot: str) -> str:
    return SLOTS[1 - SLOTS.index(slot)]


class NothingToStart(Exception):
    """Neither slot is whole."""


def verify(disk: Disk, folder: Path, manifest: str) -> bool:
    try:
        body = disk.read(folder / MANIFEST)
        if hashlib.sha256(body).hexdigest() != manifest:
            return False
        files: dict[str, list[Any]] = json.loads(body)["files"]
        if any(hashlib.sha256(disk.read(folder / name)).hexdigest() != digest for name, (digest, *_) in files.items()):
            return False
        return not any(name not in files for name in code_in(disk, folder, ""))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def code_in(disk: Disk, folder: Path, inside: str) -> list[str]:
    """Names of files that Python would load, and of every link."""
    found: list[str] = []
    for name in disk.names(folder):
        if name in NOT_OF_THE_RELEASE:
            continue
        if disk.is_folder(folder / name):
            found += code_in(disk, folder / name, f"{inside}{name}/")
        elif name.endswith(CODE) or disk.is_link(folder / name):
            found.append(inside + name)
    return found


def begin_trial(home: Home, trial_id: str, slot: str, before: str) -> Trial:
    """The switch: from here on the next start runs `slot`, if it is whole then. Raises ValueError where it has no mark."""
    mark = home.mark(slot)
    if mark is None or slot == before:
        raise ValueError(f"slot {slot} cannot be tried")
    return home.put_trial(Trial(trial_id, mark.release, slot, before))


def counted(home: Home, trial: Trial) -> Trial:
    return home.put_trial(replace(trial, starts=trial.starts + 1))


def _json(thing: Mark | Trial) -> bytes:
    return json.dumps(asdict(thing), sort_keys=True).encode()


def _read(disk: Disk, path: Path, kind: type[Mark] | type[Trial]) -> Mark | Trial | None:
    """None where it is not there. What cannot be understood was not written by us: it counts as not there."""
    try:
        found = json.loads(disk.read(path))
        known = {field.name: field.type for field in fields(kind)}
        made = kind(**{name: value for name, value in found.items() if name in known})
    except (OSError, ValueError, TypeError, AttributeError):
        return None
    types = {"str": str, "int": int, "bool": bool}
    return made if all(type(getattr(made, name)) is types[str(kind_of)] for name, kind_of in known.items()) else None
