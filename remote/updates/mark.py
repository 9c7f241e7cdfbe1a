"""`python -m remote.updates.mark --home FOLDER --slot a`: what an installation by hand put into a slot, named file by file."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from pathlib import Path

from remote.updates.launcher.disk import RealDisk, put
from remote.updates.launcher.slots import MANIFEST, NOT_OF_THE_RELEASE, Home, Mark

LEFT_OUT = (*NOT_OF_THE_RELEASE, ".git", "out")


def mark(home: Home, slot: str, version: str, journal: int) -> Mark:
    """Number 0: every signed release is newer."""
    folder = home.slot(slot)
    files = {
        path.relative_to(folder).as_posix(): [hashlib.sha256(path.read_bytes()).hexdigest(), os.access(path, os.X_OK)]
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink() and path.name != MANIFEST
        and not set(path.relative_to(folder).parts) & set(LEFT_OUT)
    }  # fmt: skip
    body = json.dumps({"files": files, "journal": journal, "version": version}, sort_keys=True).encode()
    put(home.disk, folder / MANIFEST, body)
    home.disk.sync_all()
    made = Mark(f"installed-{version}", version, 0, hashlib.sha256(body).hexdigest(), journal)
    home.put_mark(slot, made)
    return made


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="mark")
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--slot", default="a")
    parser.add_argument("--version", default="0")
    parser.add_argument("--journal", type=int, required=True)
    given = parser.parse_args(arguments)
    home = Home(RealDisk(), given.home)
    mark(home, given.slot, given.version, given.journal)
    return 0 if home.whole(given.slot) else 1


if __name__ == "__main__":
    sys.exit(main())
