"""Sealing an OFD package with an electronic seal of structure V4 (GB/T 38540-2020; the recipe of facts/print.md 6.4).

Each part is a function of its own: the seal, the list of digests, the signed value, the entries put together.
"""
from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from remote.central.ecredentials.certificates import Holder
from remote.central.ecredentials.der import bits, ia5, integer, moment, octets, oid, printable, sequence, utf8
from remote.central.ecredentials.package import Entries, xml
from remote.central.ecredentials.sm2 import SM2_WITH_SM3, Key, sm3

VERSION = 4
SIGNS = "Doc_0/Signs"


@dataclass(frozen=True)
class SealFace:
    """What a seal says of itself. `picture`: PNG, or a whole OFD where `picture_kind` is OFD; square. Times in UTC."""

    name: str
    number: str
    valid_from: datetime
    valid_until: datetime
    picture: bytes
    picture_kind: str = "PNG"
    side_mm: int = 40
    vendor: str = "Test"
    version: int = VERSION


def seal_of(face: SealFace, maker: Holder, signers: tuple[bytes, ...], *, by_digest: Callable[[bytes], bytes] | None = None,
            extensions: bytes = b"", key: Key | None = None) -> bytes:  # fmt: skip
    """The seal, DER, signed by its maker. `signers`: certificates of those who may use it, or their digests."""
    if by_digest is not None:
        listed = sequence(*(sequence(printable("SM3"), octets(by_digest(one))) for one in signers))
    else:
        listed = sequence(*(octets(one) for one in signers))
    properties = sequence(integer(1), utf8(face.name), integer(2 if by_digest is not None else 1), listed,
                          moment(face.valid_from), moment(face.valid_from), moment(face.valid_until))  # fmt: skip
    look = sequence(ia5(face.picture_kind), octets(face.picture), integer(face.side_mm), integer(face.side_mm))
    info = sequence(sequence(ia5("ES"), integer(face.version), ia5(face.vendor)), ia5(face.number), properties, look, extensions)
    return sequence(info, octets(maker.certificate), oid(SM2_WITH_SM3), bits((key or maker.key).sign(info)))


def signed_value(seal: bytes, signature_xml: bytes, where: str, at: datetime, signer: Holder, *, key: Key | None = None,
                 algorithm: str = SM2_WITH_SM3) -> bytes:  # fmt: skip
    """SignedValue.dat. `where`: the absolute path of Signature.xml in the package."""
    to_sign = sequence(integer(VERSION), seal, moment(at), bits(sm3(signature_xml)), ia5(where))
    return sequence(to_sign, octets(signer.certificate), oid(algorithm), bits((key or signer.key).sign(to_sign)))


def signature_xml(covered: Mapping[str, bytes], folder: str, at: datetime, *, page: str, box: str, method: str = "SM3",
                  digest: Callable[[bytes], bytes] = sm3, provider: str = "test") -> bytes:  # fmt: skip
    """Signature.xml: the digest of each covered entry and where the seal stands. `box`: millimetres on page `page`."""
    references = "".join(
        f'<ofd:Reference FileRef="/{name}"><ofd:CheckValue>{base64.b64encode(digest(data)).decode()}'
        "</ofd:CheckValue></ofd:Reference>" for name, data in covered.items())  # fmt: skip
    return xml("Signature", f'<ofd:SignedInfo><ofd:Provider ProviderName="{provider}"/><ofd:SignatureMethod>{SM2_WITH_SM3}'
               f"</ofd:SignatureMethod><ofd:SignatureDateTime>{at:%Y-%m-%d %H:%M:%S}</ofd:SignatureDateTime>"
               f'<ofd:References CheckMethod="{method}">{references}</ofd:References>'
               f'<ofd:StampAnnot ID="1" PageRef="{page}" Boundary="{box}"/>'
               f"<ofd:Seal><ofd:BaseLoc>/{folder}/Seal.esl</ofd:BaseLoc></ofd:Seal></ofd:SignedInfo>"
               f"<ofd:SignedValue>/{folder}/SignedValue.dat</ofd:SignedValue>")  # fmt: skip


def prepared(entries: Entries, seal: bytes, folder: str) -> Entries:
    """With the seal laid in and OFD.xml naming the list of signatures: what is signed next."""
    line = b"<ofd:Signatures>Doc_0/Signs/Signatures.xml</ofd:Signatures>"
    ofd = entries["OFD.xml"]
    return {**entries, "OFD.xml": ofd if line in ofd else ofd.replace(b"</ofd:DocBody>", line + b"</ofd:DocBody>"),
            f"{folder}/Seal.esl": seal}  # fmt: skip


def covered_by(entries: Entries, folder: str) -> Entries:
    """Everything but other signatures."""
    return {name: data for name, data in entries.items() if not name.startswith(f"{SIGNS}/") or name.startswith(folder)}


def listed(entries: Entries, number: int) -> bytes:
    """Signatures.xml, with signature `number` among those that are there."""
    numbers = [at for at in range(64) if f"{SIGNS}/Sign_{at}/Signature.xml" in entries or at == number]
    return xml("Signatures", "".join(
        f'<ofd:Signature ID="{at}" Type="Seal" BaseLoc="/{SIGNS}/Sign_{at}/Signature.xml"/>' for at in numbers))  # fmt: skip


def sealed(entries: Entries, seal: bytes, signer: Holder, at: datetime, *, page: str = "100", box: str) -> Entries:
    """The package with one signature under the seal, over everything that is in it. `at` in UTC."""
    folder = f"{SIGNS}/Sign_0"
    entries = prepared(entries, seal, folder)
    written = signature_xml(covered_by(entries, folder), folder, at, page=page, box=box, provider="demonstration")
    entries[f"{SIGNS}/Signatures.xml"] = listed(entries, 0)
    entries[f"{folder}/Signature.xml"] = written
    entries[f"{folder}/SignedValue.dat"] = signed_value(seal, written, f"/{folder}/Signature.xml", at, signer)
    return entries
