"""The chain of signatures from the root that came with the installation to one target (The Update Framework, python-tuf 7).

Root: offline, two of three. Targets: offline, the release manager's. Snapshot and timestamp: online at the centre. Stolen online
keys can therefore withhold a release, and make none.

Time. Expiry is judged neither by this machine's clock, which may be wrong for years, nor by what can go back: by the latest
 instant the centre has ever named over the terminal's own signed connection and under which a whole chain verified. A wrong
clock here changes nothing; a centre that names a past instant is not believed; one that names a far future finds its own metadata
expired, and that instant is then not kept.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tuf.api._payload import TargetFile, Targets
from tuf.api.exceptions import (
    BadVersionNumberError,
    EqualVersionNumberError,
    ExpiredMetadataError,
    LengthOrHashMismatchError,
    RepositoryError,
    UnsignedMetadataError,
)
from tuf.ngclient._internal.trusted_metadata_set import TrustedMetadataSet
from tuf.ngclient.config import EnvelopeType

from remote.updates.launcher.disk import Disk, put

MOST_ROOTS = 32                # in one look: more rotations than a terminal misses in ten years
MOST_METADATA = 2_000_000      # bytes of one file

Fetch = Callable[[str], Awaitable[bytes | None]]
"""Name of a metadata file -> its bytes; None where there is none. Raises what the connection raises."""


class NotTrusted(Exception):
    """Nothing of it is used. `why`: expired, older, unsigned, malformed, missing, no_root."""

    def __init__(self, why: str, words: str = "") -> None:
        super().__init__(f"{why} {words}".strip())
        self.why = why


@dataclass(frozen=True)
class Trusted:
    targets: Targets

    def target(self, path: str) -> TargetFile:
        """Raises NotTrusted."""
        found = self.targets.targets.get(path)
        if found is None:
            raise NotTrusted("missing", path)
        return found


class Chain:
    def __init__(self, disk: Disk, folder: Path) -> None:
        """`folder`: holds root.json from the installation on; the rest is kept there as it was verified."""
        self._disk, self._folder = disk, folder

    async def refresh(self, fetch: Fetch, centre_now: datetime) -> Trusted:
        """Raises NotTrusted, and what `fetch` raises. May be cut anywhere."""
        reference = max(self.floor(), centre_now.astimezone(UTC))
        try:
            chain = TrustedMetadataSet(self._kept("root") or b"", EnvelopeType.METADATA)
            chain.reference_time = reference
            await self._roots(chain, fetch)
            await self._timestamp(chain, fetch)
            await self._below(chain, fetch, "snapshot", chain.timestamp.snapshot_meta.version)
            await self._below(chain, fetch, "targets", chain.snapshot.meta["targets.json"].version)
        except (RepositoryError, ValueError, KeyError) as error:
            raise NotTrusted(_why(error), type(error).__name__) from error
        if reference > self.floor():
            put(self._disk, self._folder / "floor.json", json.dumps({"at": reference.isoformat()}).encode())
        return Trusted(chain.targets)

    def floor(self) -> datetime:
        try:
            return datetime.fromisoformat(json.loads(self._disk.read(self._folder / "floor.json"))["at"])
        except FileNotFoundError:
            return datetime(2020, 1, 1, tzinfo=UTC)

    async def _roots(self, chain: TrustedMetadataSet, fetch: Fetch) -> None:
        for _ in range(MOST_ROOTS):
            data = await self._fetched(fetch, f"{chain.root.version + 1}.root.json")
            if data is None:
                return
            chain.update_root(data)
            put(self._disk, self._folder / "root.json", data)

    async def _timestamp(self, chain: TrustedMetadataSet, fetch: Fetch) -> None:
        kept = self._kept("timestamp")
        if kept is not None:
            with contextlib.suppress(RepositoryError):     # expired, or its key was changed: its version counts where it verified
                chain.update_timestamp(kept)
        data = await self._fetched(fetch, "timestamp.json")
        if data is None:
            raise NotTrusted("missing", "timestamp.json")
        try:
            chain.update_timestamp(data)
        except EqualVersionNumberError:
            return
        put(self._disk, self._folder / "timestamp.json", data)

    async def _below(self, chain: TrustedMetadataSet, fetch: Fetch, role: str, version: int) -> None:
        kept = self._kept(role)
        if kept is not None:
            try:
                self._take(chain, role, kept, trusted=True)
                return
            except RepositoryError:
                pass                   # not the one that is in force now
        data = await self._fetched(fetch, f"{version}.{role}.json")
        if data is None:
            raise NotTrusted("missing", role)
        self._take(chain, role, data, trusted=False)
        put(self._disk, self._folder / f"{role}.json", data)

    @staticmethod
    def _take(chain: TrustedMetadataSet, role: str, data: bytes, *, trusted: bool) -> None:
        if role == "snapshot":
            chain.update_snapshot(data, trusted=trusted)
        else:
            chain.update_targets(data)

    def _kept(self, role: str) -> bytes | None:
        try:
            return self._disk.read(self._folder / f"{role}.json")
        except FileNotFoundError:
            if role == "root":
                raise NotTrusted("no_root") from None
            return None

    @staticmethod
    async def _fetched(fetch: Fetch, name: str) -> bytes | None:
        data = await fetch(name)
        if data is not None and len(data) > MOST_METADATA:
            raise NotTrusted("malformed", name)
        return data


def _why(error: Exception) -> str:
    kinds: tuple[tuple[type[Exception], str], ...] = (
        (BadVersionNumberError, "older"),
        (ExpiredMetadataError, "expired"),
        (UnsignedMetadataError, "unsigned"),
        (LengthOrHashMismatchError, "malformed"),
    )
    return next((why for kind, why in kinds if isinstance(error, kind)), "malformed")
