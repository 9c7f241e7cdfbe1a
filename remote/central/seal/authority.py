"""The demonstration's own authority: a root, a seal certificate, a certificate for the codes, made once, in one folder.

    root.pem root.key   signs the other two and the list of revoked certificates
    seal.pem seal.key   signs PDFs
    code.pem code.key   signs codes on paper and the list of revoked documents
    chain.pem           all certificates, for whoever verifies: the terminal, `./run verify --trust`

In production the folder is filled by whoever runs the department's keys (later PKCS#11); nothing is made there.
"""
from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import NameOID

from remote.central.settings import SettingsError

ROOT_DAYS, LEAF_DAYS = 3650, 1095
NAMES = {
    "root": "亳州市政务服务演示根证书（没有法律效力）",
    "seal": "亳州市政务服务演示电子印章",
    "code": "亳州市政务服务演示验证码",
}
KEY_MODE = 0o600


class SealFolderError(SettingsError):
    """The folder of the seal cannot be used. The text names the file and what is expected."""


@dataclass(frozen=True)
class Pair:
    certificate: x509.Certificate
    key: EllipticCurvePrivateKey


@dataclass(frozen=True)
class Authority:
    root: x509.Certificate
    seal: Pair
    code: Pair
    root_key: EllipticCurvePrivateKey | None
    """None where the root's key is kept elsewhere, as it should be."""

    def chain_pem(self) -> bytes:
        return b"".join(one.public_bytes(Encoding.PEM) for one in (self.root, self.seal.certificate, self.code.certificate))


def made(now: datetime) -> Authority:
    """A new authority, in memory."""
    root_key = generate_private_key(SECP256R1())
    root = _certificate("root", root_key, None, root_key, now)
    pairs = {}
    for name in ("seal", "code"):
        key = generate_private_key(SECP256R1())
        pairs[name] = Pair(_certificate(name, key, root, root_key, now), key)
    return Authority(root, pairs["seal"], pairs["code"], root_key)


def made_in(folder: Path, now: datetime) -> Authority:
    """The authority of a demonstration: read, or made at the first start. Raises SealFolderError, OSError."""
    if (folder / "chain.pem").exists():
        return read(folder)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    authority = made(now)
    assert authority.root_key is not None
    keys = {"root": authority.root_key, "seal": authority.seal.key, "code": authority.code.key}
    certificates = {"root": authority.root, "seal": authority.seal.certificate, "code": authority.code.certificate}
    for name, key in keys.items():
        _write(folder / f"{name}.key", key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), KEY_MODE)
        _write(folder / f"{name}.pem", certificates[name].public_bytes(Encoding.PEM), 0o644)
    _write(folder / "chain.pem", authority.chain_pem(), 0o644)  # last: it says that the folder is whole
    return authority


def read(folder: Path) -> Authority:
    """Raises SealFolderError."""
    root_key = _key(folder / "root.key") if (folder / "root.key").exists() else None
    seal, code = (Pair(_read_certificate(folder / f"{name}.pem"), _key(folder / f"{name}.key")) for name in ("seal", "code"))
    authority = Authority(_read_certificate(folder / "root.pem"), seal, code, root_key)
    for name, pair in (("seal", seal), ("code", code)):
        if pair.certificate.public_key() != pair.key.public_key():
            raise SealFolderError(f"{folder / name}.key: expected the key of {name}.pem")
    return authority


def revoked_certificates(authority: Authority, serials: dict[int, datetime], now: datetime, days: int = 30) -> bytes:
    """A signed and dated X.509 list (PEM). Raises SealFolderError where the root's key is not here."""
    if authority.root_key is None:
        raise SealFolderError("root.key: expected here to sign a list of revoked certificates")
    builder = x509.CertificateRevocationListBuilder().issuer_name(authority.root.subject).last_update(now)
    builder = builder.next_update(now + timedelta(days=days))
    for serial, at in serials.items():
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(at).build()
        )
    return builder.sign(authority.root_key, hashes.SHA256()).public_bytes(Encoding.PEM)


def _certificate(
    name: str, key: EllipticCurvePrivateKey, issuer: x509.Certificate | None, signer: EllipticCurvePrivateKey, now: datetime
) -> x509.Certificate:
    is_root = issuer is None
    subject = x509.Name(
        [x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"), x509.NameAttribute(NameOID.COMMON_NAME, NAMES[name])]
    )
    usage = x509.KeyUsage(not is_root, not is_root, False, False, False, is_root, is_root, False, False)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=ROOT_DAYS if is_root else LEAF_DAYS))
        .add_extension(x509.BasicConstraints(is_root, 0 if is_root else None), True)
        .add_extension(usage, True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), False)
    )
    return builder.sign(signer, hashes.SHA256())


def _write(path: Path, data: bytes, mode: int) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        os.fchmod(file.fileno(), mode)
        file.write(data)


def _key(path: Path) -> EllipticCurvePrivateKey:
    try:
        if path.stat().st_mode & 0o077:
            raise SealFolderError(f"{path}: expected to be readable by its owner alone (mode 0600)")
        key = load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise SealFolderError(f"{path}: expected a private key in PEM, but {error}") from error
    if not isinstance(key, EllipticCurvePrivateKey) or not isinstance(key.curve, SECP256R1):
        raise SealFolderError(f"{path}: expected an elliptic-curve key on P-256")
    return key


def _read_certificate(path: Path) -> x509.Certificate:
    try:
        return x509.load_pem_x509_certificate(path.read_bytes())
    except (OSError, ValueError) as error:
        raise SealFolderError(f"{path}: expected a certificate in PEM, but {error}") from error
