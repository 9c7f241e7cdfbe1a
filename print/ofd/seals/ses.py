"""The electronic seal and its signature, structure V4 (GB/T 38540-2020), as declarative ASN.1 (facts/print.md 6.4).

What is only shown (names, the seal's number) is read leniently; what is verified keeps its bytes as they stand in the file.
"""
from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Literal

from cryptography import x509
from cryptography.hazmat import asn1

from print.ofd.seals import der

V4, V5 = 4, 5


class NotASeal(Exception):
    """These bytes are no seal signature that this reader knows; the text says what they are, as far as one can tell."""


@asn1.sequence
class _Signature:
    to_sign: asn1.TLV
    cert: bytes
    algorithm: x509.ObjectIdentifier
    signature: asn1.BitString
    time_stamp: Annotated[asn1.BitString | None, asn1.Explicit(0)]


@asn1.sequence
class _ToSign:
    version: int
    seal: asn1.TLV
    time: asn1.GeneralizedTime
    data_hash: asn1.BitString
    property_info: asn1.TLV


@asn1.sequence
class _Seal:
    info: asn1.TLV
    cert: bytes
    algorithm: x509.ObjectIdentifier
    signature: asn1.BitString


@asn1.sequence
class _SealInfo:
    header: asn1.TLV
    seal_id: asn1.TLV
    properties: asn1.TLV
    picture: asn1.TLV


@asn1.sequence
class _Header:
    mark: asn1.TLV
    version: int
    vendor: asn1.TLV


@asn1.sequence
class _Properties:
    kind: int
    name: asn1.TLV
    cert_list_type: int
    cert_list: asn1.TLV
    created: asn1.GeneralizedTime
    valid_from: asn1.GeneralizedTime
    valid_until: asn1.GeneralizedTime


@asn1.sequence
class _Picture:
    kind: asn1.TLV
    data: bytes
    width: int
    height: int


@dataclass(frozen=True)
class SealPicture:
    """`kind` in lower case: png, jpg, bmp, ofd ... as the seal says; millimetres."""

    kind: str
    data: bytes
    width_mm: int
    height_mm: int


@dataclass(frozen=True)
class Seal:
    """A seal as its maker signed it. `raw` is its whole DER, `signed` the part under the maker's signature."""

    raw: bytes
    signed: bytes
    version: int
    seal_id: str
    name: str
    by_digest: bool
    """True: `signers` are digests of certificates, False: certificates, DER."""
    signers: tuple[bytes, ...]
    valid_from: datetime
    valid_until: datetime
    picture: SealPicture
    maker_cert: bytes
    algorithm: str
    signature: bytes


@dataclass(frozen=True)
class SealSignature:
    """What SignedValue.dat says. `signed` is the DER under the signer's signature."""

    seal: Seal
    version: int
    signed: bytes
    signed_at: datetime
    data_hash: bytes
    cert: bytes
    algorithm: str
    signature: bytes
    time_stamped: bool


def read_signature(data: bytes) -> SealSignature:
    """Raises NotASeal, which names structures V1 and V5 (facts/print.md 6.4, which version)."""
    version = structure(data)
    if version != "V4":
        raise NotASeal(KINDS[version])
    try:
        outer = asn1.decode_der(_Signature, data)
        inner = asn1.decode_der(_ToSign, _first(outer.to_sign, 5))
        return SealSignature(
            _seal(inner.seal), inner.version, asn1.encode_der(outer.to_sign), _time(inner.time), inner.data_hash.as_bytes(),
            outer.cert, outer.algorithm.dotted_string, outer.signature.as_bytes(), outer.time_stamp is not None,
        )  # fmt: skip
    except ValueError as error:
        raise NotASeal("seal signature that is not whole DER") from error


def read_seal(data: bytes) -> Seal:
    """A Seal.esl. Raises NotASeal."""
    try:
        return _seal(asn1.decode_der(asn1.TLV, data))
    except ValueError as error:
        raise NotASeal("seal that is not whole DER") from error


def picture_of(data: bytes) -> SealPicture:
    """The picture out of a SignedValue.dat or a Seal.esl of whatever version: it stands at the same place in all.
    Raises NotASeal."""
    candidates = [data]
    parts = _parts(data)
    if parts:
        candidates += [part.whole for part in (parts[0], *_parts(parts[0].whole)[1:2])]
    for candidate in candidates:
        try:
            info = der.inside(candidate)[0]
            return _picture(asn1.decode_der(asn1.TLV, der.inside(info.whole)[3].whole))
        except (ValueError, IndexError):
            continue
    raise NotASeal("no picture in the seal")


Structure = Literal["V1", "V4", "V5", "bare", "cms", "unknown"]
KINDS: dict[Structure, str] = {
    "V1": "seal structure GM/T 0031-2014 (V1)", "V5": "seal structure GM/T 0031-2025 (V5)", "V4": "",
    "bare": "bare signature value", "cms": "CMS signature (PKCS #7, GB/T 35275)", "unknown": "unknown seal structure",
}  # fmt: skip


def structure(data: bytes) -> Structure:
    """Which structure SignedValue.dat has: outer sequence of 2 = V1, 4 or 5 = V4, or V5 by the seal header's version;
    two integers = a bare SM2 or ECDSA value."""
    parts = _parts(data)
    tags = [part.tag for part in parts]
    if tags == [der.INTEGER, der.INTEGER]:
        return "bare"
    if len(parts) == 2 and tags[0] == der.OBJECT_IDENTIFIER:
        return "cms"
    if len(parts) == 2 and tags[0] == der.SEQUENCE:
        return "V1"
    if len(parts) in (4, 5) and tags[0] == der.SEQUENCE:
        try:
            seal = der.inside(parts[0].whole)[1]
            info = der.inside(seal.whole)[0]
            header = asn1.decode_der(_Header, der.inside(info.whole)[0].whole)
        except (ValueError, IndexError):
            return "unknown"
        return "V5" if header.version >= V5 else "V4"
    return "unknown"


def _parts(data: bytes) -> list[der.Element]:
    """The elements of a SEQUENCE; none where it is no sequence."""
    try:
        return der.inside(data)
    except ValueError:
        return []


def _first(sequence: asn1.TLV, count: int) -> bytes:
    """A SEQUENCE of the first elements alone: extDatas may follow, tagged or not, and is not looked into."""
    content = b"".join(part.whole for part in der.elements(bytes(sequence.data))[:count])
    size = len(content)
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([der.SEQUENCE, *([size] if size < 0x80 else [0x80 | len(octets), *octets])]) + content


def _seal(raw: asn1.TLV) -> Seal:
    seal = raw.parse(_Seal)
    info = asn1.decode_der(_SealInfo, _first(seal.info, 4))
    header = info.header.parse(_Header)
    said = info.properties.parse(_Properties)
    return Seal(
        asn1.encode_der(raw), asn1.encode_der(seal.info), header.version, _text(info.seal_id), _text(said.name),
        said.cert_list_type != 1, _signers(said.cert_list, said.cert_list_type), _time(said.valid_from), _time(said.valid_until),
        _picture(info.picture), seal.cert, seal.algorithm.dotted_string, seal.signature.as_bytes(),
    )  # fmt: skip


def _signers(listed: asn1.TLV, kind: int) -> tuple[bytes, ...]:
    """certList: SEQUENCE OF certificate (type 1), or SEQUENCE OF { type, digest } (type 2)."""
    entries = der.elements(bytes(listed.data))
    if kind == 1:
        return tuple(entry.content for entry in entries)
    if kind == 2:
        return tuple(_digest(entry) for entry in entries)
    raise ValueError("a list of signers of an unknown type")


def _digest(entry: der.Element) -> bytes:
    parts = der.elements(entry.content)
    if len(parts) != 2:
        raise ValueError("a certificate digest of other than two parts")
    return parts[1].content


def _picture(raw: asn1.TLV) -> SealPicture:
    picture = raw.parse(_Picture)
    return SealPicture(_text(picture.kind).lower(), picture.data, picture.width, picture.height)


def _text(value: asn1.TLV) -> str:
    return bytes(value.data).decode("utf-8", "replace")


def _time(value: asn1.GeneralizedTime) -> datetime:
    moment = value.as_datetime()
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
