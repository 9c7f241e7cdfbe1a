"""A release out of its tar into a slot: plain files and folders below it and nothing else."""

from __future__ import annotations

import hashlib
import io
import json
import re
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from remote.updates.launcher.disk import Disk, clear, make_folders
from remote.updates.launcher.slots import MANIFEST

MOST_FILES = 20_000
MOST_BYTES = 1024 * 1024 * 1024
PART = re.compile(r"[^\x00-\x1f\x7f/\\]{1,200}")


class ReleaseWrong(Exception):
    """`why`: path, link, twice, too_large, not_a_tar, manifest. Nothing of it is ever run."""

    def __init__(self, why: str, words: str = "") -> None:
        super().__init__(f"{why} {words}".strip())
        self.why = why


@dataclass(frozen=True)
class Manifest:
    """release.json. `files`: path -> SHA-256 and whether it may be executed. `journal`: the newest journal schema it reads."""

    version: str
    journal: int
    files: dict[str, tuple[str, bool]]
    digest: str


def read_manifest(body: bytes) -> Manifest:
    """Raises ReleaseWrong."""
    try:
        told: dict[str, Any] = json.loads(body)
        files = {str(name): (str(digest), bool(runs)) for name, (digest, runs) in told["files"].items()}
        return Manifest(str(told["version"]), int(told["journal"]), files, hashlib.sha256(body).hexdigest())
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ReleaseWrong("manifest", type(error).__name__) from error


def members(tar: bytes) -> Iterator[tuple[str, bytes, bool]]:
    """(path, content, may be executed) of every file. Raises ReleaseWrong at the first thing that is no plain file below here."""
    seen: set[str] = set()
    total = 0
    try:
        with tarfile.open(fileobj=io.BytesIO(tar), mode="r:*") as archive:
            for member in archive:
                if member.isdir():
                    safe(member.name)
                    continue
                if not member.isreg() or member.issparse():
                    raise ReleaseWrong("link", member.name)
                name, total = safe(member.name), total + member.size
                if name in seen:
                    raise ReleaseWrong("twice", name)
                seen.add(name)
                if len(seen) > MOST_FILES or total > MOST_BYTES:
                    raise ReleaseWrong("too_large")
                file = archive.extractfile(member)
                assert file is not None
                yield name, file.read(), bool(member.mode & 0o100)
    except (tarfile.TarError, EOFError, OSError, ValueError) as error:
        raise ReleaseWrong("not_a_tar", type(error).__name__) from error


def safe(name: str) -> str:
    """Raises ReleaseWrong for what would leave the slot or hide in it."""
    path = PurePosixPath(name)
    if path.is_absolute() or name.startswith("/") or not path.parts:
        raise ReleaseWrong("path", name)
    for part in path.parts:
        if part in ("..", ".venv", ".fonts", "__pycache__") or PART.fullmatch(part) is None:
            raise ReleaseWrong("path", name)
    return path.as_posix()


def checked(tar: bytes) -> tuple[Manifest, list[tuple[str, bytes, bool]]]:
    """Everything of a release, and that its manifest names just that. Raises ReleaseWrong."""
    found = list(members(tar))
    body = next((data for name, data, _ in found if name == MANIFEST), None)
    if body is None:
        raise ReleaseWrong("manifest", "missing")
    manifest = read_manifest(body)
    there = {name: (hashlib.sha256(data).hexdigest(), runs) for name, data, runs in found if name != MANIFEST}
    if there != manifest.files:
        raise ReleaseWrong("manifest", "does not name what is there")
    return manifest, found


def unpack(disk: Disk, folder: Path, files: list[tuple[str, bytes, bool]]) -> None:
    """Into an empty slot. Not yet durable: `sync_all` follows once the set-up has run."""
    clear(disk, folder)
    make_folders(disk, folder)
    made = {folder}
    for name, data, runs in files:
        place = folder / name
        for parent in reversed(place.parents):
            if folder in parent.parents and parent not in made:
                disk.make_folder(parent)
                made.add(parent)
        disk.write(place, data, 0o755 if runs else 0o644)
