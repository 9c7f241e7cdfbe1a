"""A release as one file: a tar of plain files with their manifest, the same bytes from the same tree at any machine."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Mapping
from pathlib import Path

from remote.updates.launcher.slots import MANIFEST
from remote.updates.unpack import ReleaseWrong, safe

Files = Mapping[str, tuple[bytes, bool]]
"""Path -> content, may be executed."""
SCHEMA = "from kiosk.transaction.migrations import STEPS; print(len(STEPS))"


class TreeWrong(Exception):
    """The text says what of the tree cannot be a release."""


def tar_of(version: str, journal: int, files: Files) -> bytes:
    told = {name: [hashlib.sha256(data).hexdigest(), runs] for name, (data, runs) in sorted(files.items())}
    body = json.dumps({"files": told, "journal": journal, "version": version}, sort_keys=True).encode()
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, (data, runs) in ((MANIFEST, (body, False)), *sorted(files.items())):
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(data), 0o755 if runs else 0o644     # no owner, no time: TarInfo's are 0
            archive.addfile(info, io.BytesIO(data))
    packed = io.BytesIO()
    with gzip.GzipFile(fileobj=packed, mode="wb", mtime=0, compresslevel=6) as file:
        file.write(made.getvalue())
    return packed.getvalue()


def from_git(repository: Path, revision: str) -> tuple[Files, int]:
    """Everything of a commit, and the newest journal schema it reads. Raises TreeWrong."""
    archive = _run(["git", "-C", str(repository), "archive", "--format=tar", f"{revision}^{{commit}}"])
    files: dict[str, tuple[bytes, bool]] = {}
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for member in tar:
            if member.isdir():
                continue
            file = tar.extractfile(member) if member.isreg() else None
            if file is None:
                raise TreeWrong(f"{member.name}: only plain files can be released")
            try:
                files[safe(member.name)] = (file.read(), bool(member.mode & 0o100))
            except ReleaseWrong as error:
                raise TreeWrong(str(error)) from error
    with tempfile.TemporaryDirectory(prefix="release-") as folder:
        wanted = "kiosk/transaction/migrations.py"
        if wanted not in files:
            raise TreeWrong(f"{wanted}: missing; is this the terminal's program?")
        place = Path(folder) / wanted
        place.parent.mkdir(parents=True)
        place.write_bytes(files[wanted][0])
        told = _run([sys.executable, "-c", SCHEMA], folder)
    return files, int(told)


def from_folder(folder: Path) -> Files:
    """Of a bundle. Raises TreeWrong."""
    files: dict[str, tuple[bytes, bool]] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            raise TreeWrong(f"{path}: only plain files can be released")
        if path.is_file():
            files[path.relative_to(folder).as_posix()] = (path.read_bytes(), False)
    if not files:
        raise TreeWrong(f"{folder}: empty")
    return files


def _run(command: list[str], folder: str | None = None) -> bytes:
    ended = subprocess.run(command, capture_output=True, check=False, cwd=folder)
    if ended.returncode != 0:
        raise TreeWrong(ended.stderr.decode(errors="replace").strip()[-300:])
    return ended.stdout
