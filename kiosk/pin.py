"""The staff's PINs and cards: kept as slow hashes, compared in constant time."""
from __future__ import annotations

import argparse
import getpass
import hashlib
import hmac
import re
import secrets
import sys

N, R, P = 2**15, 8, 1
"""scrypt cost: 32 MB and about 0.1 s a try (measured on 2 cores); six digits do not last long once the file is out."""
SALT_BYTES, HASH_BYTES = 16, 32
SHORTEST = 6
CARD = re.compile(r"[0-9]{17}[0-9X]")
"""The number of a resident ID card: what the reader says of a staff card."""


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
        return _hash(pin)

    @staticmethod
    def of_card(number: str) -> str:
        """Raises ValueError for what is no number of a resident ID card."""
        if not CARD.fullmatch(number.strip().upper()):
            raise ValueError("the number of a resident ID card is 17 digits and a digit or X")
        return _hash(number.strip().upper())


def _hash(text: str) -> str:
    salt = secrets.token_bytes(SALT_BYTES)
    return f"scrypt:{salt.hex()}:{_digest(text, salt).hex()}"


def _digest(pin: str, salt: bytes) -> bytes:
    return hashlib.scrypt(pin.encode(), salt=salt, n=N, r=R, p=P, maxmem=64 * 2**20, dklen=HASH_BYTES)


def main(arguments: list[str]) -> int:
    """Asks for a PIN (or a card number) without showing it and prints the line for kiosk.toml."""
    parser = argparse.ArgumentParser(prog="./run pin", description="make pin_hash and card_hash for kiosk.toml")
    parser.add_argument("--card", action="store_true", help="of a member of staff's ID card, for [operators]")
    card = parser.parse_args(arguments).card
    try:
        made = PinHash.of_card(getpass.getpass("ID card number: ")) if card else PinHash.make(getpass.getpass("PIN: "))
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(f'{"card_hash" if card else "pin_hash"} = "{made}"\n')
    return 0
