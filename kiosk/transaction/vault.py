"""One AES-256 key per plan, outside the database. Destroying the key erases the plan's personal data for ever, while the
journal's rows and their hash chain stay."""
from __future__ import annotations

import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12
OVERWRITTEN = bytes(KEY_BYTES)


class KeyDestroyed(Exception):
    """The plan's personal data has been erased."""


def sync_folder(folder: Path) -> None:
    """A new or removed name survives a power cut only once its folder is synced."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class Vault:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._keys: dict[str, AESGCM] = {}

    def make(self, name: str) -> None:
        """A key on disk before the first row that needs it; idempotent."""
        path = self._folder / name
        if path.exists() and path.stat().st_size == KEY_BYTES:
            return
        unfinished = path.with_suffix(".new")
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(secrets.token_bytes(KEY_BYTES))
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
        sync_folder(self._folder)

    def _cipher(self, name: str) -> AESGCM:
        if name not in self._keys:
            key = self._read(name)
            if key is None:
                raise KeyDestroyed(name)
            self._keys[name] = AESGCM(key)
        return self._keys[name]

    def _read(self, name: str) -> bytes | None:
        """None where there is no key. Zeros are a key whose destruction was cut off before the file was gone."""
        try:
            key = (self._folder / name).read_bytes()
        except FileNotFoundError:
            return None
        return key if len(key) == KEY_BYTES and key != OVERWRITTEN else None

    def has(self, name: str) -> bool:
        return self._read(name) is not None

    def seal(self, name: str, clear: bytes, bound_to: bytes) -> bytes:
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._cipher(name).encrypt(nonce, clear, bound_to)

    def open(self, name: str, sealed: bytes, bound_to: bytes) -> bytes:
        """Raises KeyDestroyed after `destroy`, InvalidTag where the row was altered or moved."""
        return self._cipher(name).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound_to)

    def destroy(self, name: str) -> None:
        """Overwrite, then unlink; idempotent. What the file system keeps of old blocks is the disk encryption's concern."""
        self._keys.pop(name, None)
        path = self._folder / name
        if not path.exists():
            return
        with path.open("r+b") as file:
            file.write(OVERWRITTEN)
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
        sync_folder(self._folder)

    def forget(self) -> None:
        """Drop keys from memory at the end of a visit; they are read again when a plan needs them."""
        self._keys.clear()


__all__ = ["InvalidTag", "KeyDestroyed", "Vault"]
