"""A certification authority of the tests: SM2 keys, certificates and revocation lists as DER, made from scratch, so that
what the reader verifies was not written by the reader's own code. Keys and nonces are fixed: the tests are repeatable."""
from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from print.ofd.seals import sm2

SM2_WITH_SM3 = "1.2.156.10197.1.501"


def tlv(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + content


def sequence(*parts: bytes) -> bytes:
    return tlv(0x30, b"".join(parts))


def integer(value: int) -> bytes:
    return tlv(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def octets(value: bytes) -> bytes:
    return tlv(0x04, value)


def bits(value: bytes, unused: int = 0) -> bytes:
    return tlv(0x03, bytes([unused]) + value)


def ia5(value: str) -> bytes:
    return tlv(0x16, value.encode())


def utf8(value: str) -> bytes:
    return tlv(0x0C, value.encode(errors="surrogateescape"))


def oid(dotted: str) -> bytes:
    first, second, *rest = map(int, dotted.split("."))
    out = bytes([first * 40 + second])
    for number in rest:
        groups = [number & 0x7F]
        while number := number >> 7:
            groups.append(0x80 | number & 0x7F)
        out += bytes(reversed(groups))
    return tlv(0x06, out)


def moment(value: datetime) -> bytes:
    return tlv(0x18, value.strftime("%Y%m%d%H%M%SZ").encode())


def utc_time(value: datetime) -> bytes:
    return tlv(0x17, value.strftime("%y%m%d%H%M%SZ").encode())


def name(common: str) -> bytes:
    return sequence(tlv(0x31, sequence(oid("2.5.4.6"), tlv(0x13, b"CN"))), tlv(0x31, sequence(oid("2.5.4.3"), utf8(common))))


ALGORITHM = sequence(oid(SM2_WITH_SM3))


@dataclass(frozen=True)
class Key:
    """An SM2 key from a word."""

    word: str

    @property
    def secret(self) -> int:
        return int.from_bytes(hashlib.sha256(self.word.encode(errors="surrogateescape")).digest(), "big") % (sm2.N - 2) + 1

    @property
    def point(self) -> tuple[int, int]:
        return sm2.affine(sm2.multiply(sm2.G, self.secret))

    @property
    def octets(self) -> bytes:
        return b"\x04" + b"".join(number.to_bytes(32, "big") for number in self.point)

    def sign(self, message: bytes) -> bytes:
        e = sm2.message_digest(self.point, message)
        k = int.from_bytes(hashlib.sha512(self.word.encode(errors="surrogateescape") + message).digest(), "big") % (sm2.N - 1) + 1
        x, _ = sm2.affine(sm2.multiply(sm2.G, k))
        r = (e + x) % sm2.N
        s = pow(1 + self.secret, -1, sm2.N) * (k - r * self.secret) % sm2.N
        return encode_dss_signature(r, s)


@dataclass(frozen=True)
class Holder:
    """Somebody with a key and a certificate for it."""

    common: str
    key: Key
    certificate: bytes
    serial: int


def certify(common: str, issuer: Holder | None, *, start: datetime, end: datetime, serial: int, ca: bool = False,
            usage: int | None = None, critical: str | None = None, key: Key | None = None) -> Holder:  # fmt: skip
    """`issuer` None: signed by itself. `usage`: the first octet of KeyUsage (0xC0 signing, 0x06 certificates and lists)."""
    own = key or Key(f"{common} {serial}")
    usage = usage if usage is not None else (0x06 if ca else 0xC0)
    extensions = [
        sequence(oid("2.5.29.19"), tlv(0x01, b"\xff"), octets(sequence(tlv(0x01, b"\xff")) if ca else sequence())),
        sequence(oid("2.5.29.15"), tlv(0x01, b"\xff"), octets(bits(bytes([usage]), (usage & -usage).bit_length() - 1))),
    ]
    if critical is not None:
        extensions.append(sequence(oid(critical), tlv(0x01, b"\xff"), octets(sequence())))
    public = sequence(sequence(oid("1.2.840.10045.2.1"), oid("1.2.156.10197.1.301")), bits(own.octets))
    validity = sequence(utc_time(start), utc_time(end))
    body = sequence(tlv(0xA0, integer(2)), integer(serial), ALGORITHM, name(issuer.common if issuer else common), validity,
                    name(common), public, tlv(0xA3, sequence(*extensions)))  # fmt: skip
    signature = (issuer.key if issuer else own).sign(body)
    return Holder(common, own, sequence(body, ALGORITHM, bits(signature)), serial)


def revocation_list(issuer: Holder, revoked: dict[int, datetime], *, made: datetime, until: datetime,
                    key: Key | None = None) -> bytes:  # fmt: skip
    entries = [sequence(integer(serial), utc_time(since)) for serial, since in revoked.items()]
    body = sequence(integer(1), ALGORITHM, name(issuer.common), utc_time(made), utc_time(until),
                    *([sequence(*entries)] if entries else []))  # fmt: skip
    return sequence(body, ALGORITHM, bits((key or issuer.key).sign(body)))
