"""The simulated provincial seal service: a root of its own, an issuing authority, a seal maker, an office that seals, and what
a terminal needs to believe it. For demonstrations only; where credentials are real, files arrive sealed.

In its folder (beside the documents' seal):
    keys.json           secrets, readable by the owner alone; everything else follows from it
    trust/roots, trust/intermediates, trust/revocation      what `[ofd] trust` of kiosk.toml is pointed to
"""
from __future__ import annotations

import json
import os
import secrets
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from remote.central.ecredentials.certificates import Holder, certify, revocation_list
from remote.central.ecredentials.look import demo_look
from remote.central.ecredentials.package import Entries, pack
from remote.central.ecredentials.seal import SealFace, seal_of, sealed
from remote.central.ecredentials.sm2 import ORDER, Key
from remote.central.seal.authority import SealFolderError
from remote.central.settings import Settings
from remote.central.times import Clock

ROOT_LIFE, OFFICE_LIFE, LIST_LIFE = timedelta(days=3650), timedelta(days=1095), timedelta(days=366)
BEFORE = timedelta(days=1)
"""Certificates begin so long before they are made: clocks differ."""
SEAL_NAME, SEAL_NUMBER = "安徽省电子证照演示用章", "34000000000000"
NAMES = {
    "root": "电子证照演示根证书（没有法律效力）", "authority": "安徽省电子证照演示签发机构",
    "maker": "电子印章演示制章单位", "office": "安徽省电子证照演示中心",
}  # fmt: skip


@dataclass(frozen=True)
class ECredentialSeal:
    """Seals packages. `trust_files`: path in the trust folder -> content."""

    office: Holder
    seal: bytes
    trust_files: Mapping[str, bytes]

    def sealed(self, entries: Entries, at: datetime, box: str) -> bytes:
        """The OFD file, with the seal on its first page. Equal calls give equal bytes. `at`: aware."""
        return pack(sealed(entries, self.seal, self.office, at.astimezone(UTC), box=box))


def made(keys: Mapping[str, Key], at: datetime, now: datetime) -> ECredentialSeal:
    """Everything that follows from keys made `at`. Raises FontsMissing."""
    start, now = at.astimezone(UTC).replace(microsecond=0) - BEFORE, now.astimezone(UTC).replace(microsecond=0)
    late, soon = start + ROOT_LIFE, start + OFFICE_LIFE
    root = certify(NAMES["root"], None, start=start, end=late, serial=1, ca=True, key=keys["root"])
    authority = certify(NAMES["authority"], root, start=start, end=late, serial=2, ca=True, key=keys["authority"])
    maker = certify(NAMES["maker"], authority, start=start, end=soon, serial=3, key=keys["maker"])
    office = certify(NAMES["office"], authority, start=start, end=soon, serial=4, key=keys["office"])
    face = SealFace(SEAL_NAME, SEAL_NUMBER, start, start + OFFICE_LIFE, demo_look(), "OFD", vendor="Demonstration")
    files = {"roots/root.pem": _pem("CERTIFICATE", root.certificate),
             "intermediates/authority.pem": _pem("CERTIFICATE", authority.certificate)}  # fmt: skip
    for name, holder in (("root", root), ("authority", authority)):
        listed = revocation_list(holder, {}, made=now - BEFORE, until=now + LIST_LIFE)
        files[f"revocation/{name}.pem"] = _pem("X509 CRL", listed)
    return ECredentialSeal(office, seal_of(face, maker, (office.certificate,)), files)


def in_memory(seed: int, now: datetime) -> ECredentialSeal:
    """The same for the same seed and day: for simulations."""
    return made({name: Key.from_word(f"{name} {seed}") for name in NAMES}, now, now)


def in_folder(folder: Path, now: datetime) -> ECredentialSeal:
    """Read, or made at the first start; the trust folder is written anew each time. Raises SealFolderError, OSError."""
    file = folder / "keys.json"
    if not file.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = {name: f"{secrets.randbelow(ORDER - 2) + 1:064x}" for name in NAMES}
        _write_secret(file, json.dumps({"made": now.astimezone(UTC).isoformat(), "secrets": fresh}))
    try:
        known = json.loads(file.read_text("ascii"))
        keys = {name: Key(int(known["secrets"][name], 16)) for name in NAMES}
        service = made(keys, datetime.fromisoformat(known["made"]), now)
    except (ValueError, KeyError, TypeError) as error:
        raise SealFolderError(f"{file}: expected the keys as they were written here ({type(error).__name__})") from error
    for path, content in service.trust_files.items():
        target = folder / "trust" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return service


class Keeper:
    """Where a centre's credentials are sealed: made when first needed, and only in a demonstration."""

    def __init__(self, settings: Settings, clock: Clock, folder: Path | None) -> None:
        self.folder = folder / "ecredentials" if folder is not None else None
        self._made = cache(lambda: in_folder(self.folder, clock()) if self.folder else in_memory(settings.seed, clock()))

    def __call__(self) -> ECredentialSeal:
        """Raises SealFolderError, OSError, FontsMissing."""
        return self._made()


def keeper(settings: Settings, clock: Clock, folder: Path | None) -> Keeper | None:
    """None in production: there the provincial library is asked, which this centre does not stand in for."""
    return Keeper(settings, clock, folder) if settings.mode == "demo" else None


def _pem(label: str, der: bytes) -> bytes:
    text = b64encode(der).decode("ascii")
    lines = "\n".join(text[at : at + 64] for at in range(0, len(text), 64))
    return f"-----BEGIN {label}-----\n{lines}\n-----END {label}-----\n".encode("ascii")


def _write_secret(path: Path, text: str) -> None:
    """Whole or not at all, and never readable by others."""
    new = path.with_suffix(".new")
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
