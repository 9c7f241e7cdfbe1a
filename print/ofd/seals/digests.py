"""The references of a Signature.xml against the entries of the package."""
from __future__ import annotations

import base64
import binascii
import hmac

from cryptography.hazmat.primitives import hashes

from print.ofd.errors import Damaged
from print.ofd.model import Signature
from print.ofd.package import Package

_METHODS: dict[str, type[hashes.HashAlgorithm]] = {
    "sm3": hashes.SM3, "1.2.156.10197.1.401": hashes.SM3,
    "sha256": hashes.SHA256, "sha-256": hashes.SHA256, "2.16.840.1.101.3.4.2.1": hashes.SHA256,
    "sha384": hashes.SHA384, "sha-384": hashes.SHA384, "2.16.840.1.101.3.4.2.2": hashes.SHA384,
    "sha512": hashes.SHA512, "sha-512": hashes.SHA512, "2.16.840.1.101.3.4.2.3": hashes.SHA512,
    "sha1": hashes.SHA1, "sha-1": hashes.SHA1, "1.3.14.3.2.26": hashes.SHA1,
}  # fmt: skip
"""CheckMethod as producers write it, a name or an object identifier (facts/print.md 6.4)."""


class UnknownDigest(Exception):
    """A CheckMethod that is not believed or not known; MD5, the default of GB/T 33190, is one of them."""


def method(name: str) -> type[hashes.HashAlgorithm]:
    """Raises UnknownDigest."""
    found = _METHODS.get(name.strip().lower())
    if found is None:
        raise UnknownDigest(name[:40])
    return found


def digest(kind: type[hashes.HashAlgorithm], data: bytes) -> bytes:
    made = hashes.Hash(kind())
    made.update(data)
    return made.finalize()


def altered(package: Package, signature: Signature) -> tuple[str, ...]:
    """The referenced entries that are gone or not what was signed. Raises UnknownDigest."""
    kind = method(signature.check_method)
    return tuple(path for path, expected in signature.references if not _same(package, path, expected, kind))


def _same(package: Package, path: str, expected: str, kind: type[hashes.HashAlgorithm]) -> bool:
    try:
        wanted = base64.b64decode("".join(expected.split()), validate=True)
        return hmac.compare_digest(digest(kind, package.read(path)), wanted)
    except (binascii.Error, ValueError, Damaged):
        return False


def uncovered(package: Package, signature: Signature, signing_entries: frozenset[str]) -> tuple[str, ...]:
    """Entries that can show something and are not under the signature. OFD.xml only points to them (a public sample
    leaves it out), and the files of the signatures cannot cover themselves."""
    covered = {package.find(path) for path, _ in signature.references}
    return tuple(path for path in package.paths if path not in covered | signing_entries and path != "OFD.xml")
