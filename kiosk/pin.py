"""The technicians' PIN: kept as a slow hash, compared in constant time."""
from __future__ import annotations

import argparse
import getpass
import hashlib
import hmac
import secrets
import sys

N, R, P = 2**15, 8, 1
"""scrypt cost: 32 MB and about 0.1 s a try (measured on 2 cores); six digits do not last long once the file is out."""
SALT_BYTES, HASH_BYTES = 16, 32
SHORTEST = 6


class PinHash:
    """`scrypt:<salt hex>:<hash hex>`, as it stands in kiosk.toml."""

    def __init__(self, text: str) -> None:
        """Raises ValueError where `text` is no such hash."""
        kind, salt, digest = text.split(":")
        self._salt, self._digest = bytes.fromhex(salt), bytes.fromhex(digest)
        if kind != "scrypt" or len(self._salt) != SALT_BYTES or len(self._digest) != HASH_BYTES:
            raise ValueError("not a PIN hash")

    def matches(self, pin: str) -> bool:
        """Takes about 0.1 s."""
        return hmac.compare_digest(_digest(pin, self._salt), self._digest)

    @staticmethod
    def make(pin: str) -> str:
        """Raises ValueError for a PIN that is no number or shorter than SHORTEST."""
        if not pin.isascii() or not pin.isdigit() or len(pin) < SHORTEST:
            raise ValueError(f"a PIN is {SHORTEST} digits or more")
        salt = secrets.token_bytes(SALT_BYTES)
        return f"scrypt:{salt.hex()}:{_digest(pin, salt).hex()}"


def _digest(pin: str, salt: bytes) -> bytes:
    return hashlib.scrypt(pin.encode(), salt=salt, n=N, r=R, p=P, maxmem=64 * 2**20, dklen=HASH_BYTES)


def main(arguments: list[str]) -> int:
    """Asks for a PIN without showing it and prints the line for kiosk.toml."""
    argparse.ArgumentParser(prog="./run pin", description="make operator.pin_hash for kiosk.toml").parse_args(arguments)
    try:
        made = PinHash.make(getpass.getpass("PIN: "))
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(f'pin_hash = "{made}"\n')
    return 0
