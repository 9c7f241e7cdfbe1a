"""Keys and metadata of The Update Framework as the release manager makes them, and as the centre signs what is online.

Root: several people's keys, each offline, a threshold of them for every change of keys. Targets: the release manager's, offline.
Snapshot and timestamp: one key at the centre. Names and formats: the TUF specification 1.0, consistent snapshots.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from securesystemslib.signer._crypto_signer import CryptoSigner
from tuf.api._payload import MetaFile, Root, Snapshot, TargetFile, Targets, Timestamp
from tuf.api.exceptions import RepositoryError
from tuf.api.metadata import Metadata

S = TypeVar("S", Root, Timestamp, Snapshot, Targets)
ROOT_LASTS = timedelta(days=5 * 365)
TARGETS_LAST = timedelta(days=400)          # facts/remote.md 4.3: long, a terminal may be offline for weeks
SNAPSHOT_LASTS = timedelta(days=30)
TIMESTAMP_LASTS = timedelta(days=1)         # how long a release can be withheld unnoticed by whoever sits on the line
ROOT_KEYS, ROOT_THRESHOLD = 3, 2


class SigningWrong(Exception):
    """The text says what is wrong with it."""


def new_key() -> CryptoSigner:
    return CryptoSigner(Ed25519PrivateKey.generate())


def key_bytes(signer: CryptoSigner, passphrase: str | None) -> bytes:
    """PKCS #8 in PEM, encrypted under the passphrase; None only for the key that is online anyway."""
    key = load_pem_private_key(signer.private_bytes, None)
    how = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how)


def load_key(path: Path, passphrase: str | None) -> CryptoSigner:
    """Raises SigningWrong."""
    try:
        key = load_pem_private_key(path.read_bytes(), passphrase.encode() if passphrase else None)
    except (OSError, ValueError, TypeError) as error:
        raise SigningWrong(f"{path}: expected a key and its passphrase ({type(error).__name__})") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise SigningWrong(f"{path}: expected an Ed25519 key")
    return CryptoSigner(key)


def new_root(people: Sequence[CryptoSigner], targets: CryptoSigner, online: CryptoSigner, now: datetime) -> Metadata[Root]:
    """Signed by everybody given; version 1."""
    root = Root(expires=_until(now, ROOT_LASTS), consistent_snapshot=True)
    _give(root, people, targets, online)
    return signed(Metadata(root), people)


def next_root(
    before: Metadata[Root], old: Sequence[CryptoSigner], people: Sequence[CryptoSigner], targets: CryptoSigner,
    online: CryptoSigner, now: datetime,
) -> Metadata[Root]:  # fmt: skip
    """Other keys; signed by the threshold of those before and of those after."""
    root = Root(version=before.signed.version + 1, expires=_until(now, ROOT_LASTS), consistent_snapshot=True)
    _give(root, people, targets, online)
    return signed(Metadata(root), {signer.public_key.keyid: signer for signer in (*old, *people)}.values())


def _give(root: Root, people: Sequence[CryptoSigner], targets: CryptoSigner, online: CryptoSigner) -> None:
    for person in people:
        root.add_key(person.public_key, "root")
    root.roles["root"].threshold = ROOT_THRESHOLD
    root.add_key(targets.public_key, "targets")
    root.add_key(online.public_key, "snapshot")
    root.add_key(online.public_key, "timestamp")


def new_targets(now: datetime) -> Metadata[Targets]:
    return Metadata(Targets(expires=_until(now, TARGETS_LAST)))


def next_targets(before: Metadata[Targets], now: datetime) -> Metadata[Targets]:
    """The same targets under the next version, not signed yet."""
    after: Metadata[Targets] = Metadata.from_bytes(before.to_bytes())
    after.signed.version += 1
    after.signed.expires = _until(now, TARGETS_LAST)
    after.signatures.clear()
    return after


def target_of(path: str, data: bytes, **custom: object) -> TargetFile:
    target = TargetFile.from_data(path, data, ["sha256"])
    target.unrecognized_fields["custom"] = dict(custom)
    return target


def signed(metadata: Metadata[S], signers: Iterable[CryptoSigner]) -> Metadata[S]:
    for signer in signers:
        metadata.sign(signer, append=True)
    return metadata


def new_snapshot(version: int, targets: bytes, targets_version: int, now: datetime, online: CryptoSigner) -> Metadata[Snapshot]:
    meta = {"targets.json": MetaFile.from_data(targets_version, targets, ["sha256"])}
    return signed(Metadata(Snapshot(version=version, expires=_until(now, SNAPSHOT_LASTS), meta=meta)), [online])


def new_timestamp(
    version: int, snapshot: bytes, snapshot_version: int, now: datetime, online: CryptoSigner
) -> Metadata[Timestamp]:
    meta = MetaFile.from_data(snapshot_version, snapshot, ["sha256"])
    stamp = Timestamp(version=version, expires=_until(now, TIMESTAMP_LASTS), snapshot_meta=meta)
    return signed(Metadata(stamp), [online])


def check_signed(root: Metadata[Root], role: str, metadata: bytes) -> None:
    """Raises SigningWrong."""
    try:
        told: Metadata[Any] = Metadata.from_bytes(metadata)
        root.signed.verify_delegate(role, told.signed_bytes, told.signatures)
    except (RepositoryError, ValueError) as error:
        raise SigningWrong(f"{role}: not signed as the root asks ({type(error).__name__})") from error


def _until(now: datetime, lasts: timedelta) -> datetime:
    return (now.astimezone(UTC) + lasts).replace(microsecond=0)
