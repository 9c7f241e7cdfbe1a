"""Which software, texts and configuration this is: what a roll-out is checked against."""
from __future__ import annotations

import hashlib
import platform
import tomllib
from functools import cache
from importlib import metadata
from pathlib import Path

from kiosk.config import Config
from remote.messages.telemetry import Versions

ROOT = Path(__file__).resolve().parent.parent.parent
DIGITS = 12                    # of a SHA-256: tells versions apart, proves nothing


@cache
def software_version() -> str:
    file = ROOT / "pyproject.toml"
    if file.exists():
        return str(tomllib.loads(file.read_text(encoding="utf-8"))["project"]["version"])
    return metadata.version("bozhou-terminal")


@cache
def catalogue_version() -> str:
    return _digest(sorted((ROOT / "kiosk" / "catalogue").rglob("*.toml")))


def versions(config: Config) -> Versions:
    return Versions(
        software=software_version(), catalogue=catalogue_version(), configuration=_digest_of(repr(config).encode()),
        system=f"{platform.system()} {platform.release()}"[:64],
    )  # fmt: skip


def _digest(files: list[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:DIGITS]


def _digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:DIGITS]
