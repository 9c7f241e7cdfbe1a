"""What was signed, in the database: published whole or not at all, and what is online signed anew before it expires."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from securesystemslib.signer._crypto_signer import CryptoSigner
from tuf.api._payload import Root, TargetFile, Targets
from tuf.api.metadata import Metadata

from remote.central.releases import signing
from remote.central.releases.signing import SNAPSHOT_LASTS, TIMESTAMP_LASTS, SigningWrong
from remote.central.releases.tables import releases, signed_files, target_portions
from remote.central.store import schema
from remote.messages.releases import PORTION, Kind
from remote.updates.replay import replay
from remote.updates.unpack import ReleaseWrong, checked

ONLINE_KEY = "online.pem"


class PublishWrong(Exception):
    """The text says what; nothing was published."""


@dataclass(frozen=True)
class Published:
    releases: tuple[str, ...]
    targets_version: int


def read(connection: sa.Connection, name: str) -> bytes | None:
    found = connection.execute(sa.select(signed_files.c.data).where(signed_files.c.name == name)).scalar()
    return None if found is None else bytes(found)


def publish(
    connection: sa.Connection, roots: list[bytes], targets: bytes, files: dict[str, bytes], online: CryptoSigner, by: str,
    now: datetime,
) -> Published:  # fmt: skip
    """`roots`: every version, oldest first. Checks what a terminal will check, and replays every bundle. Raises PublishWrong;
    the caller's transaction keeps nothing then."""
    try:
        root = _chain_of_roots(connection, roots, now)
        signing.check_signed(root, "targets", targets)
        told: Metadata[Targets] = Metadata.from_bytes(targets)
    except (SigningWrong, ValueError) as error:
        raise PublishWrong(str(error)) from error
    before = _newest(connection, "targets")
    if told.signed.version <= (before.signed.version if before is not None else 0):
        raise PublishWrong(f"targets: version {told.signed.version} is not newer than what is published")
    new = [target for path, target in told.signed.targets.items() if not _known(connection, target)]
    for target in new:
        _take(connection, target, files, by, now)
    _put(connection, f"{told.signed.version}.targets.json", targets, now)
    _sign_online(connection, online, now)
    return Published(tuple(str(_custom(target)["release"]) for target in new), told.signed.version)


def keep_fresh(connection: sa.Connection, online: CryptoSigner, now: datetime) -> bool:
    """Before half of its time is over. True: signed anew."""
    stamp, snapshot = _parsed(read(connection, "timestamp.json")), _newest(connection, "snapshot")
    if stamp is None or snapshot is None:
        return False
    late = bool(stamp.signed.expires - now < TIMESTAMP_LASTS / 2 or snapshot.signed.expires - now < SNAPSHOT_LASTS / 2)
    if late:
        _sign_online(connection, online, now)
    return late


def online_key(folder: Path | None) -> CryptoSigner | None:
    """None where this centre publishes nothing. Raises SigningWrong."""
    if folder is None or not (folder / ONLINE_KEY).exists():
        return None
    return signing.load_key(folder / ONLINE_KEY, None)


def _chain_of_roots(connection: sa.Connection, roots: list[bytes], now: datetime) -> Metadata[Root]:
    """Each signed by the one before and by itself. Raises SigningWrong."""
    before: Metadata[Root] | None = None
    for number, data in enumerate(roots, start=1):
        root: Metadata[Root] = Metadata.from_bytes(data)
        if root.signed.version != number:
            raise SigningWrong(f"root: expected version {number}")
        for judge in (before, root):
            if judge is not None:
                signing.check_signed(judge, "root", data)
        known = read(connection, f"{number}.root.json")
        if known is not None and known != data:
            raise SigningWrong(f"root: version {number} is another one than what terminals believe")
        if known is None:
            _put(connection, f"{number}.root.json", data, now)
        before = root
    if before is None:
        raise SigningWrong("root: missing")
    if read(connection, f"{len(roots) + 1}.root.json") is not None:
        raise SigningWrong("root: a newer one is published")
    return before


def _take(connection: sa.Connection, target: TargetFile, files: dict[str, bytes], by: str, now: datetime) -> None:
    data, custom = files.get(target.path), _custom(target)
    if data is None:
        raise PublishWrong(f"{target.path}: the file is missing")
    if len(data) != target.length or hashlib.sha256(data).hexdigest() != target.hashes.get("sha256"):
        raise PublishWrong(f"{target.path}: not the file that was signed")
    effective = datetime.fromisoformat(str(custom["effective_at"])) if custom.get("effective_at") else None
    try:
        kind = Kind(str(custom["kind"]))
        manifest, found = checked(data)
        if kind is not Kind.PROGRAM:
            replay(kind, {name: body for name, body, _ in found if name != "release.json"})
    except ReleaseWrong as error:
        raise PublishWrong(f"{target.path}: {error}") from error
    highest = connection.execute(sa.select(sa.func.max(releases.c.number)).where(releases.c.kind == kind.value)).scalar()
    if highest is not None and int(custom["number"]) <= highest:
        raise PublishWrong(f"{target.path}: number {custom['number']} is not newer than {highest}")
    connection.execute(
        sa.insert(releases).values(
            release=custom["release"], kind=kind.value, version=manifest.version, number=int(custom["number"]), path=target.path,
            length=target.length, digest=target.hashes["sha256"], effective_at=effective, words=str(custom.get("words", "")),
            published_at=now, published_by=by,
        )
    )  # fmt: skip
    for number in range(-(-len(data) // PORTION)):
        part = data[number * PORTION : (number + 1) * PORTION]
        connection.execute(sa.insert(target_portions).values(path=target.path, number=number, data=part))
    row = {"at": now, "who": by, "what": "release_published", "subject": custom["release"], "words": target.path}
    connection.execute(sa.insert(schema.audit).values(row))


def _custom(target: TargetFile) -> dict[str, Any]:
    custom = target.custom
    if not isinstance(custom, dict) or not {"kind", "number", "release"} <= set(custom):
        raise PublishWrong(f"{target.path}: without kind, number and release")
    return custom


def _known(connection: sa.Connection, target: TargetFile) -> bool:
    found = connection.execute(sa.select(releases.c.digest).where(releases.c.path == target.path)).scalar()
    if found is not None and found != target.hashes.get("sha256"):
        raise PublishWrong(f"{target.path}: published before with another content")
    return found is not None


def _sign_online(connection: sa.Connection, online: CryptoSigner, now: datetime) -> None:
    targets, snapshot, stamp = (_newest(connection, role) for role in ("targets", "snapshot", "timestamp"))
    assert targets is not None
    body = read(connection, f"{targets.signed.version}.targets.json")
    assert body is not None
    version = snapshot.signed.version + 1 if snapshot is not None else 1
    new = signing.new_snapshot(version, body, targets.signed.version, now, online).to_bytes()
    _put(connection, f"{version}.snapshot.json", new, now)
    after = stamp.signed.version + 1 if stamp is not None else 1
    _put(connection, "timestamp.json", signing.new_timestamp(after, new, version, now, online).to_bytes(), now)


def _newest(connection: sa.Connection, role: str) -> Metadata[Any] | None:
    if role == "timestamp":
        return _parsed(read(connection, "timestamp.json"))
    names = connection.execute(sa.select(signed_files.c.name).where(signed_files.c.name.like(f"%.{role}.json"))).scalars()
    versions = [int(name.partition(".")[0]) for name in names]
    return _parsed(read(connection, f"{max(versions)}.{role}.json")) if versions else None


def _parsed(data: bytes | None) -> Metadata[Any] | None:
    return None if data is None else Metadata.from_bytes(data)


def _put(connection: sa.Connection, name: str, data: bytes, now: datetime) -> None:
    changed = connection.execute(sa.update(signed_files).where(signed_files.c.name == name).values(data=data, at=now))
    if changed.rowcount == 0:
        connection.execute(sa.insert(signed_files).values(name=name, data=data, at=now))


__all__ = ["ONLINE_KEY", "PublishWrong", "Published", "keep_fresh", "online_key", "publish", "read"]
