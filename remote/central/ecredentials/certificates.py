"""X.509 certificates and revocation lists under SM2, as DER (GB/T 20518 in what the reader looks at)."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from remote.central.ecredentials.der import bits, integer, octets, oid, printable, sequence, tlv, utc_time, utf8
from remote.central.ecredentials.sm2 import CURVE, SM2_WITH_SM3, Key

ALGORITHM = sequence(oid(SM2_WITH_SM3))
EC_PUBLIC_KEY, BASIC_CONSTRAINTS, KEY_USAGE = "1.2.840.10045.2.1", "2.5.29.19", "2.5.29.15"
SIGNS, CERTIFIES = 0xC0, 0x06
"""First octet of KeyUsage: digitalSignature and nonRepudiation; keyCertSign and cRLSign."""
TRUE = tlv(0x01, b"\xff")


@dataclass(frozen=True)
class Holder:
    """Somebody with a key and a certificate for it, DER."""

    common: str
    key: Key
    certificate: bytes
    serial: int


def name(common: str) -> bytes:
    return sequence(tlv(0x31, sequence(oid("2.5.4.6"), printable("CN"))), tlv(0x31, sequence(oid("2.5.4.3"), utf8(common))))


def certify(common: str, issuer: Holder | None, *, start: datetime, end: datetime, serial: int, ca: bool = False,
            usage: int | None = None, critical: str | None = None, key: Key | None = None) -> Holder:  # fmt: skip
    """`issuer` None: signed by itself. `critical`: one more extension, by its OID. Times in UTC. Without `key`, one that
    follows from the name."""
    own = key or Key.from_word(f"{common} {serial}")
    usage = usage if usage is not None else (CERTIFIES if ca else SIGNS)
    extensions = [
        sequence(oid(BASIC_CONSTRAINTS), TRUE, octets(sequence(TRUE) if ca else sequence())),
        sequence(oid(KEY_USAGE), TRUE, octets(bits(bytes([usage]), (usage & -usage).bit_length() - 1))),
    ]
    if critical is not None:
        extensions.append(sequence(oid(critical), TRUE, octets(sequence())))
    public = sequence(sequence(oid(EC_PUBLIC_KEY), oid(CURVE)), bits(own.octets))
    body = sequence(tlv(0xA0, integer(2)), integer(serial), ALGORITHM, name(issuer.common if issuer else common),
                    sequence(utc_time(start), utc_time(end)), name(common), public, tlv(0xA3, sequence(*extensions)))  # fmt: skip
    signature = (issuer.key if issuer else own).sign(body)
    return Holder(common, own, sequence(body, ALGORITHM, bits(signature)), serial)


def revocation_list(issuer: Holder, revoked: dict[int, datetime], *, made: datetime, until: datetime,
                    key: Key | None = None) -> bytes:  # fmt: skip
    """Serial number -> since when."""
    entries = [sequence(integer(serial), utc_time(since)) for serial, since in revoked.items()]
    body = sequence(integer(1), ALGORITHM, name(issuer.common), utc_time(made), utc_time(until),
                    *([sequence(*entries)] if entries else []))  # fmt: skip
    return sequence(body, ALGORITHM, bits((key or issuer.key).sign(body)))
