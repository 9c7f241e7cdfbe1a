"""SM2 signatures with SM3 (GB/T 32918.2, user id of GM/T 0009) for the demonstration's seals.

Plain arithmetic that takes a different time for each key: good enough for keys that seal nothing but demonstrations. A real
seal service keeps its keys in its own machine and sends sealed files. Written apart from the reader's arithmetic
(print/ofd/seals/sm2.py), so that neither vouches for itself.
"""
from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SM3, Hash

CURVE = "1.2.156.10197.1.301"
SM2_WITH_SM3 = "1.2.156.10197.1.501"
USER_ID = b"1234567812345678"  # the default of GM/T 0009

_P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
_A = _P - 3
_B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
ORDER = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
_G = (0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
      0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0)  # fmt: skip

_Point = tuple[int, int]


def sm3(*parts: bytes) -> bytes:
    digest = Hash(SM3())
    for part in parts:
        digest.update(part)
    return digest.finalize()


@dataclass(frozen=True)
class Key:
    """An SM2 key pair. `secret` is 1 to ORDER - 2. The nonce of a signature follows from key and message, as in RFC 6979's
    idea: the same message is signed by the same bytes, and no nonce is used for two messages."""

    secret: int

    @classmethod
    def from_word(cls, word: str) -> Key:
        """A key that everybody who knows the word can make: for simulations that have to be repeatable."""
        return cls(int.from_bytes(hashlib.sha256(word.encode(errors="surrogateescape")).digest(), "big") % (ORDER - 2) + 1)

    @cached_property
    def point(self) -> _Point:
        return _multiply(self.secret)

    @property
    def octets(self) -> bytes:
        """The public key, uncompressed."""
        return b"\x04" + _octets(*self.point)

    def sign(self, message: bytes) -> bytes:
        """DER of r and s."""
        z = sm3((len(USER_ID) * 8).to_bytes(2, "big"), USER_ID, _octets(_A, _B, *_G, *self.point))
        e = int.from_bytes(sm3(z, message), "big")
        for attempt in range(256):
            k = self._nonce(message, attempt)
            r = (e + _multiply(k)[0]) % ORDER
            s = pow(1 + self.secret, -1, ORDER) * (k - r * self.secret) % ORDER
            if r and s and r + k != ORDER:
                return encode_dss_signature(r, s)
        raise ArithmeticError("no signature in 256 attempts")  # each fails once in 2^255

    def _nonce(self, message: bytes, attempt: int) -> int:
        seed = hashlib.sha512(_octets(self.secret) + bytes([attempt]) + message).digest()
        return int.from_bytes(seed, "big") % (ORDER - 1) + 1


def _octets(*numbers: int) -> bytes:
    return b"".join(number.to_bytes(32, "big") for number in numbers)


def _multiply(factor: int) -> _Point:
    """factor * G; `factor` is 1 to ORDER - 1, so that the sum never is the point at infinity."""
    total: _Point | None = None
    addend = _G
    while factor:
        if factor & 1:
            total = addend if total is None else _add(total, addend)
        factor >>= 1
        if factor:
            addend = _add(addend, addend)
    assert total is not None
    return total


def _add(one: _Point, two: _Point) -> _Point:
    (x1, y1), (x2, y2) = one, two
    if one == two:
        slope = (3 * x1 * x1 + _A) * pow(2 * y1, -1, _P)
    else:
        slope = (y2 - y1) * pow(x2 - x1, -1, _P)
    x = (slope * slope - x1 - x2) % _P
    return x, (slope * (x1 - x) - y1) % _P
