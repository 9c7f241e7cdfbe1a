"""A release manager with keys, and a centre that serves what was signed; honest, or as an attacker would have it."""
from __future__ import annotations

import base64
import io
import tarfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import cache

from securesystemslib.signer._crypto_signer import CryptoSigner
from tuf.api.metadata import Metadata

from remote.central.releases import signing
from remote.central.releases.make import tar_of
from remote.messages.releases import (
    PORTION,
    AskRelease,
    FetchMetadata,
    FetchTarget,
    Kind,
    Portion,
    ReleaseOrder,
    ReleaseOrders,
)

NOW = datetime(2027, 3, 9, 23, 0, tzinfo=timezone(timedelta(hours=8)))


@cache
def key(name: str) -> CryptoSigner:
    return signing.new_key()


PEOPLE = ("chen", "li", "zhang")


@dataclass
class PaperCentre:
    now: datetime = NOW
    files: dict[str, bytes] = field(default_factory=dict)          # metadata as it is fetched
    stored: dict[str, bytes] = field(default_factory=dict)         # targets
    orders: list[ReleaseOrder] = field(default_factory=list)
    asked: list[AskRelease] = field(default_factory=list)
    portions: int = 0
    versions: dict[str, int] = field(default_factory=lambda: {"snapshot": 0, "timestamp": 0})

    def __post_init__(self) -> None:
        self.root = signing.new_root([key(name) for name in PEOPLE], key("targets"), key("online"), self.now)
        self.targets = signing.new_targets(self.now)
        self.files["1.root.json"] = self.root.to_bytes()

    def publish(
        self, release: str, number: int, data: bytes, kind: Kind = Kind.PROGRAM, *, by: str = "targets",
        effective: datetime | None = None,
    ) -> ReleaseOrder:  # fmt: skip
        path = f"{kind}/{release}.tar"
        self.targets = signing.next_targets(self.targets, self.now)
        self.targets.signed.targets[path] = signing.target_of(path, data, kind=kind.value, release=release, number=number)
        self.targets.sign(key(by))
        self.stored[path] = data
        self.sign_online()
        return ReleaseOrder(release=release, kind=kind, path=path, effective_at=effective)

    def sign_online(self, online: str = "online") -> None:
        body = self.targets.to_bytes()
        version = self.targets.signed.version
        self.files[f"{version}.targets.json"] = body
        for role in self.versions:
            self.versions[role] += 1
        snapshot = signing.new_snapshot(self.versions["snapshot"], body, version, self.now, key(online)).to_bytes()
        self.files[f"{self.versions['snapshot']}.snapshot.json"] = snapshot
        stamp = signing.new_timestamp(self.versions["timestamp"], snapshot, self.versions["snapshot"], self.now, key(online))
        self.files["timestamp.json"] = stamp.to_bytes()

    def rotate(self, old: tuple[str, ...], people: tuple[str, ...], targets: str, online: str) -> None:
        root = signing.next_root(
            self.root, [key(name) for name in old], [key(name) for name in people], key(targets), key(online), self.now
        )
        self.files[f"{root.signed.version}.root.json"] = root.to_bytes()
        self.root = root

    # -- what a terminal asks

    async def ask_release(self, ask: AskRelease) -> ReleaseOrders:
        self.asked.append(ask)
        return ReleaseOrders(now=self.now, orders=self.orders)

    async def fetch_metadata(self, ask: FetchMetadata) -> Portion:
        return _portion(self.files.get(ask.name))

    async def fetch_target(self, ask: FetchTarget) -> Portion:
        self.portions += 1
        data = self.stored.get(ask.path)
        return _portion(None if data is None else data[ask.number * PORTION : (ask.number + 1) * PORTION])


def _portion(data: bytes | None) -> Portion:
    return Portion(found=False) if data is None else Portion(found=True, data=base64.b64encode(data).decode())


def program(version: str, main: bytes, journal: int = 1, **more: bytes) -> bytes:
    files: Mapping[str, tuple[bytes, bool]] = {
        "main.py": (main, False), "run": (b"#!/bin/sh\n", True), "kiosk/start.py": (b"# " + version.encode(), False),
        **{name.replace("__", "/"): (data, False) for name, data in more.items()},
    }  # fmt: skip
    return tar_of(version, journal, files)


def raw_tar(*members: tuple[tarfile.TarInfo, bytes]) -> bytes:
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for info, data in members:
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return made.getvalue()


__all__ = ["NOW", "PEOPLE", "Metadata", "PaperCentre", "key", "program", "raw_tar"]
