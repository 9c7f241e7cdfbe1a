"""Verifying SM2 with SM3 (GB/T 32918.2, user id of GM/T 0009): public data only, so that plain arithmetic is enough.

About 10 ms a signature. No library of this house has the curve: pyca/cryptography has SM3 but no SM2 (facts/print.md 6.2).
"""
from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SM3, Hash

CURVE = "1.2.156.10197.1.301"
SM2_WITH_SM3 = "1.2.156.10197.1.501"
USER_ID = b"1234567812345678"
"""The default of GM/T 0009, used by every seal seen (facts/print.md 6.4)."""

P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A = P - 3
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
G = (0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
     0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0)  # fmt: skip

Point = tuple[int, int]
_Jacobian = tuple[int, int, int]
_INFINITY: _Jacobian = (1, 1, 0)


def sm3(*parts: bytes) -> bytes:
    digest = Hash(SM3())
    for part in parts:
        digest.update(part)
    return digest.finalize()


def point_of(octets: bytes) -> Point:
    """An uncompressed public key (0x04 | x | y). Raises ValueError where it is not a point of the curve."""
    if len(octets) != 65 or octets[0] != 4:
        raise ValueError("not an uncompressed point")
    x, y = int.from_bytes(octets[1:33], "big"), int.from_bytes(octets[33:], "big")
    if not (x < P and y < P and (y * y - (x * x * x + A * x + B)) % P == 0):
        raise ValueError("not a point of the SM2 curve")
    return x, y


def message_digest(key: Point, message: bytes, user_id: bytes = USER_ID) -> int:
    """e = SM3(Z | message), Z = SM3(bits of id | id | a | b | G | key)."""
    numbers = b"".join(number.to_bytes(32, "big") for number in (A, B, *G, *key))
    z = sm3((len(user_id) * 8).to_bytes(2, "big"), user_id, numbers)
    return int.from_bytes(sm3(z, message), "big")


def verify(key: Point, message: bytes, signature: bytes) -> bool:
    """`signature`: DER of the two integers, or both as 32 octets each, as some producers write."""
    try:
        r, s = decode_dss_signature(signature)
    except ValueError:
        if len(signature) != 64:
            return False
        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    t = (r + s) % N
    if not (0 < r < N and 0 < s < N and t):
        return False
    x = _affine_x(_add(multiply(G, s), multiply(key, t)))
    return x is not None and (message_digest(key, message) + x) % N == r


def multiply(point: Point, factor: int) -> _Jacobian:
    """factor * point, in Jacobian coordinates."""
    total, addend = _INFINITY, (point[0], point[1], 1)
    while factor:
        if factor & 1:
            total = _add(total, addend)
        addend = _double(addend)
        factor >>= 1
    return total


def affine(point: _Jacobian) -> Point:
    """Raises ValueError for the point at infinity."""
    if not point[2]:
        raise ValueError("the point at infinity")
    inverse = pow(point[2], -1, P)
    return point[0] * inverse * inverse % P, point[1] * inverse * inverse * inverse % P


def _affine_x(point: _Jacobian) -> int | None:
    return affine(point)[0] if point[2] else None


def _double(point: _Jacobian) -> _Jacobian:
    x, y, z = point
    if not z or not y:
        return _INFINITY
    yy, zz = y * y % P, z * z % P
    s = 4 * x * yy % P
    m = 3 * (x - zz) * (x + zz) % P
    out = (m * m - 2 * s) % P
    return out, (m * (s - out) - 8 * yy * yy) % P, 2 * y * z % P


def _add(one: _Jacobian, two: _Jacobian) -> _Jacobian:
    if not one[2]:
        return two
    if not two[2]:
        return one
    z1, z2 = one[2] * one[2] % P, two[2] * two[2] % P
    u1, u2 = one[0] * z2 % P, two[0] * z1 % P
    s1, s2 = one[1] * z2 * two[2] % P, two[1] * z1 * one[2] % P
    if u1 == u2:
        return _double(one) if s1 == s2 else _INFINITY
    h, r = u2 - u1, s2 - s1
    hh = h * h % P
    hhh, v = h * hh % P, u1 * hh % P
    x = (r * r - hhh - 2 * v) % P
    return x, (r * (v - x) - s1 * hhh) % P, h * one[2] * two[2] % P
