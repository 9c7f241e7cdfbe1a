"""Bundles at the terminal: configuration and texts, each with the instant from which it is in force, by the centre's clock.

`bundles/<kind>.json` names the one in force and the one to come; `bundles/<sha256>` is the signed file itself, looked at again by
hash and by the same replay each time the program starts. What fails is not used: the one before it is, and that is told.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from remote.messages.releases import Kind
from remote.updates.launcher.disk import Disk, make_folders, put
from remote.updates.unpack import ReleaseWrong, checked

Replay = Callable[[Kind, Mapping[str, bytes]], None]
"""Raises ReleaseWrong("replay", ...) where the bundle must not go live."""


@dataclass(frozen=True)
class Held:
    release: str
    number: int
    digest: str
    effective_at: str          # ISO 8601 with zone


class Bundles:
    def __init__(self, disk: Disk, home: Path, replay: Replay) -> None:
        self._disk, self._folder, self._replay = disk, home / "bundles", replay

    def take(self, kind: Kind, release: str, number: int, data: bytes, effective_at: datetime) -> None:
        """Durable when it returns. Raises ReleaseWrong: then nothing changed."""
        files(kind, data, self._replay)
        held = self.held(kind)
        if held and number < max(one.number for one in held):
            raise ReleaseWrong("older")
        digest = hashlib.sha256(data).hexdigest()
        make_folders(self._disk, self._folder)
        put(self._disk, self._folder / digest, data)
        kept = [one for one in held if one.number != number][-2:]
        told = [asdict(one) for one in (*kept, Held(release, number, digest, effective_at.isoformat()))]
        put(self._disk, self._folder / f"{kind}.json", json.dumps(told).encode())
        self._sweep()

    def held(self, kind: Kind) -> tuple[Held, ...]:
        """Oldest first."""
        try:
            return tuple(Held(**one) for one in json.loads(self._disk.read(self._folder / f"{kind}.json")))
        except FileNotFoundError:
            return ()

    def in_force(self, kind: Kind, now: datetime) -> tuple[Held, dict[str, bytes]] | None:
        """The newest whose time has come and that stands its replay; None: what came with the program."""
        for one in reversed(self.held(kind)):
            if datetime.fromisoformat(one.effective_at) > now:
                continue
            try:
                data = self._disk.read(self._folder / one.digest)
                if hashlib.sha256(data).hexdigest() == one.digest:
                    return one, files(kind, data, self._replay)
            except (OSError, ReleaseWrong):
                continue
        return None

    def _sweep(self) -> None:
        wanted = {one.digest for kind in Kind for one in self.held(kind)}
        for name in self._disk.names(self._folder):
            if len(name) == 64 and name not in wanted:
                self._disk.remove(self._folder / name)


def files(kind: Kind, data: bytes, replay: Replay) -> dict[str, bytes]:
    """Path -> content. Raises ReleaseWrong."""
    _, found = checked(data)
    told = {name: body for name, body, _ in found if name != "release.json"}
    replay(kind, told)
    return told
