"""Card keys in this process's memory, from a file: what a demonstration has. Production keeps them in an HSM.

The file is JSON, readable by its owner alone: {"keys": {"<algorithm>.<version>": {"LOAD": "<32 hex digits>", ...}}}.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from card.crypto import KEY_SIZE, PROFILES, KeyUse
from remote.central.keys.keystore import CardKeys, KeyStore, NoSuchKey
from remote.central.settings import SettingsError

USES = tuple(use for use in KeyUse if use is not KeyUse.PIN)
VERSION = 1
FILE_MODE = 0o600

Masters = Mapping[KeyUse, bytes]
Issue = tuple[int, int]
"""(algorithm, key version)."""


class KeyFileError(SettingsError):
    """The file of card keys cannot be used. The text names the file and what is expected; never a key."""


class SoftwareKeys(KeyStore):
    name = "software"

    def __init__(self, masters: Mapping[Issue, Masters]) -> None:
        self._masters = masters

    @classmethod
    def of_file(cls, file: Path) -> SoftwareKeys:
        """Raises KeyFileError."""
        return cls(read_masters(file))

    @classmethod
    def of_seed(cls, seed: int) -> SoftwareKeys:
        """For tests and the simulation: the same seed, the same keys, no file."""
        return cls(masters_of_seed(seed))

    def _session_mac(self, card: CardKeys, use: KeyUse, seed: bytes, message: bytes) -> bytes:
        profile = PROFILES.get(card.algorithm, None)
        key = self._own(card, use)
        assert profile is not None      # there are no masters of an algorithm nobody knows
        return profile.mac(profile.session_key(key, seed), message)

    def _tac(self, card: CardKeys, message: bytes) -> bytes:
        key = self._own(card, KeyUse.TAC)
        return PROFILES[card.algorithm].tac(key, message)

    def _own(self, card: CardKeys, use: KeyUse) -> bytes:
        master = self._masters.get((card.algorithm, card.version), {}).get(use)
        if master is None:
            raise NoSuchKey(f"algorithm {card.algorithm:02X}, version {card.version}")
        return PROFILES[card.algorithm].diversify(master, card.issuer, card.serial)


def masters_of_seed(seed: int) -> dict[Issue, Masters]:
    def made(algorithm: int, use: KeyUse) -> bytes:
        return hashlib.sha256(f"card keys of a demonstration|{seed}|{algorithm}|{use.name}".encode()).digest()[:KEY_SIZE]

    return _every(made)


def made_in(file: Path) -> None:
    """Random masters, once: those of a file that is there stay, and it gets what an earlier version did not have. Raises OSError,
    KeyFileError."""
    there = read_masters(file) if file.exists() else {}
    if there and all(set(USES) <= set(masters) for masters in there.values()):
        return
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = _every(lambda _algorithm, _use: secrets.token_bytes(KEY_SIZE))
    keys = {issue: {**masters, **there.get(issue, {})} for issue, masters in fresh.items()} | {
        issue: masters for issue, masters in there.items() if issue not in fresh
    }
    text = json.dumps({"keys": {
        f"{algorithm}.{version}": {use.name: key.hex() for use, key in masters.items()}
        for (algorithm, version), masters in keys.items()
    }}, indent=1)  # fmt: skip
    unfinished = file.with_suffix(f".{os.getpid()}.new")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, FILE_MODE), "w") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    try:
        if there:
            unfinished.rename(file)
        else:
            os.link(unfinished, file)           # the first one to make it wins; everybody reads what is there then
    except FileExistsError:
        pass
    unfinished.unlink(missing_ok=True)


def read_masters(file: Path) -> dict[Issue, Masters]:
    """Raises KeyFileError."""
    try:
        if file.stat().st_mode & 0o077:
            raise KeyFileError(f"{file}: expected to be readable by its owner alone (chmod 600)")
        entries = json.loads(file.read_text("ascii"))["keys"]
        return {_issue(issue): {KeyUse[use]: _key(key) for use, key in masters.items()} for issue, masters in entries.items()}
    except OSError as error:
        raise KeyFileError(f"{file}: expected a readable file of card keys ({error.strerror})") from error
    except (ValueError, KeyError, TypeError, AttributeError):
        raise KeyFileError(f'{file}: expected {{"keys": {{"<algorithm>.<version>": {{"LOAD": "<32 hex digits>"}}}}}}') from None


def _issue(name: str) -> Issue:
    algorithm, _, version = name.partition(".")
    if int(algorithm) not in PROFILES:
        raise ValueError(algorithm)
    return int(algorithm), int(version)


def _key(text: str) -> bytes:
    key = bytes.fromhex(text)
    if len(key) != KEY_SIZE:
        raise ValueError("a key has 16 bytes")
    return key


def _every(make: Callable[[int, KeyUse], bytes]) -> dict[Issue, Masters]:
    return {(algorithm, VERSION): {use: make(algorithm, use) for use in USES} for algorithm in PROFILES}
