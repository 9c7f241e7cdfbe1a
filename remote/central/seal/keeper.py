"""Where a centre's seal comes from: made at the first start of a demonstration, configured in production, or not at all."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

from remote.central.seal.service import Seal
from remote.central.settings import Settings
from remote.central.times import Clock


def seal_keeper(settings: Settings, clock: Clock, folder: Path | None) -> Callable[[], Seal] | None:
    """None in production without a folder. Calling it raises SealFolderError where the folder cannot be used."""
    demo = settings.mode == "demo"
    if folder is None and not demo:
        return None

    @cache
    def seal() -> Seal:
        if folder is None:
            return Seal.in_memory(clock())
        return Seal.in_folder(folder, clock(), demo)

    return seal


def beside(url: str) -> Path | None:
    """A folder beside an SQLite file; None for everything else, and in production the folder is configured."""
    if not url.startswith("sqlite:///") or url.endswith(":memory:"):
        return None
    return Path(url.removeprefix("sqlite:///")).resolve().parent / "seal"
