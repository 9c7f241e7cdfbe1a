"""Writing DER: the few types that certificates, revocation lists and electronic seals are made of."""
from __future__ import annotations

from datetime import datetime


def tlv(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(octets)]) + octets + content


def sequence(*parts: bytes) -> bytes:
    return tlv(0x30, b"".join(parts))


def integer(value: int) -> bytes:
    """Not negative."""
    return tlv(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def octets(value: bytes) -> bytes:
    return tlv(0x04, value)


def bits(value: bytes, unused: int = 0) -> bytes:
    return tlv(0x03, bytes([unused]) + value)


def ia5(value: str) -> bytes:
    return tlv(0x16, value.encode())


def printable(value: str) -> bytes:
    return tlv(0x13, value.encode("ascii"))


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
    """GeneralizedTime; the seal's own times. `value` in UTC."""
    return tlv(0x18, value.strftime("%Y%m%d%H%M%SZ").encode())


def utc_time(value: datetime) -> bytes:
    """As certificates have it until 2049. `value` in UTC."""
    return tlv(0x17, value.strftime("%y%m%d%H%M%SZ").encode())
