"""The one-time pairing code: what a technician types at a new terminal, or what its scanner reads.

28 characters of Crockford's base 32 (no I, L, O, U; case and dashes do not matter) in seven groups of four:
10 characters of secret (50 bits; single use, minutes of life, tries counted), 16 characters of pin (the first 80 bits of the
SHA-256 of the centre's CA certificate: an impostor is found out before the secret is sent), 2 of check (typing errors).
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
SECRET, PIN, CHECK = 10, 16, 2  # characters of 5 bits
GROUP = 4
PREFIX = "bozhou-enrol:1:"  # in the QR code


class CodeWrong(Exception):
    """Mistyped: the text says what is expected."""


@dataclass(frozen=True)
class PairingCode:
    secret: str
    pin: bytes

    @classmethod
    def new(cls, ca_der: bytes) -> PairingCode:
        return cls("".join(secrets.choice(ALPHABET) for _ in range(SECRET)), pin_of(ca_der))

    @property
    def secret_hash(self) -> bytes:
        """What the centre keeps."""
        return hash_of(self.secret)

    def __str__(self) -> str:
        text = self.secret + _letters(self.pin)
        text += _check(text)
        return "-".join(text[at : at + GROUP] for at in range(0, len(text), GROUP))

    @property
    def for_qr(self) -> str:
        return PREFIX + str(self)


def read_code(typed: str) -> PairingCode:
    """Raises CodeWrong."""
    text = typed.strip().removeprefix(PREFIX).upper().replace("-", "").replace(" ", "")
    text = text.replace("O", "0").replace("I", "1").replace("L", "1")
    if len(text) != SECRET + PIN + CHECK:
        raise CodeWrong(f"expected {SECRET + PIN + CHECK} letters and digits, not {len(text)}")
    if any(letter not in ALPHABET for letter in text) or _check(text[:-CHECK]) != text[-CHECK:]:
        raise CodeWrong("one of the letters or digits is not right")
    return PairingCode(text[:SECRET], _bytes(text[SECRET:-CHECK]))


def pin_of(ca_der: bytes) -> bytes:
    """10 bytes."""
    return hashlib.sha256(ca_der).digest()[: PIN * 5 // 8]


def hash_of(secret: str) -> bytes:
    return hashlib.sha256(b"pairing " + secret.encode()).digest()


def _check(text: str) -> str:
    return _letters(hashlib.sha256(b"check " + text.encode()).digest()[:5])[:CHECK]


def _letters(data: bytes) -> str:
    number, length = int.from_bytes(data), len(data) * 8 // 5
    return "".join(ALPHABET[(number >> 5 * at) & 31] for at in reversed(range(length)))


def _bytes(text: str) -> bytes:
    number = 0
    for letter in text:
        number = number << 5 | ALPHABET.index(letter)
    return number.to_bytes(len(text) * 5 // 8)
