"""The journal across a switch: an image of it before the first start of a new release, and whether that image may be put back.

An older program refuses a journal that a newer one has brought forward. Going back is therefore one of three:
- the schema did not grow: the journal stays as it is, and nothing is lost;
- it grew and no row and no news was added: the image is put back;
- it grew and something was written: the journal is never put back, so the new release stays (HELD), tells so, and serves nobody
  until another release comes. No act is ever lost to a roll-back.
"""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Protocol

from .disk import Disk, put

FILE = "journal.sqlite"
IMAGE = "journal.before-update"


@dataclass(frozen=True)
class Head:
    """`head`: a digest of the last row of the chain and of all news that wait; telemetry facts are not in it (bounded, may be
    dropped)."""

    schema: int
    head: str


class Way(Enum):
    AS_IT_IS = "as_it_is"
    PUT_BACK = "put_back"
    NONE = "none"


def way_back(before: Head, now: Head, known: int) -> Way:
    """`known`: the newest schema that the program before reads."""
    if now.schema <= known:
        return Way.AS_IT_IS
    return Way.PUT_BACK if now.head == before.head and before.schema <= known else Way.NONE


class Books(Protocol):
    def head(self) -> Head | None:
        """None: there is no journal yet. Raises BooksUnreadable."""

    def copy(self) -> None:
        """The image, durable."""

    def put_back(self) -> None:
        """The image in the journal's place; may be cut and done again."""


class BooksUnreadable(Exception):
    """The journal cannot be read: nothing is decided about it."""


class Journal:
    def __init__(self, disk: Disk, folder: Path) -> None:
        self._disk, self._folder = disk, folder
        self._file, self._image = folder / FILE, folder / IMAGE

    def head(self) -> Head | None:
        if not self._disk.exists(self._file):
            return None
        try:
            with closing(sqlite3.connect(self._file)) as db:
                schema = int(db.execute("PRAGMA user_version").fetchone()[0])
                digest = hashlib.sha256()
                if schema > 0:
                    for row in db.execute("SELECT seq, chain FROM rows ORDER BY seq DESC LIMIT 1"):
                        digest.update(repr(row).encode())
                    for row in db.execute("SELECT event_id FROM outbox ORDER BY event_id"):
                        digest.update(repr(row).encode())
                return Head(schema, digest.hexdigest())
        except sqlite3.Error as error:
            raise BooksUnreadable(str(error)) from error

    def copy(self) -> None:
        if not self._disk.exists(self._file):
            return
        try:
            with closing(sqlite3.connect(self._file)) as db:
                image = db.serialize()
        except sqlite3.Error as error:
            raise BooksUnreadable(str(error)) from error
        put(self._disk, self._image, image, 0o600)

    def put_back(self) -> None:
        image = self._disk.read(self._image)
        for tail in ("-wal", "-shm"):
            beside = self._file.with_name(FILE + tail)
            if self._disk.exists(beside):
                self._disk.remove(beside)
        self._disk.sync(self._folder)
        put(self._disk, self._file, image, 0o600)
