"""Keys of merchants and channels, made anew in every test process."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import NameOID

SHORT = ("alipay app",)      # its SDK signs in plain Python; short keys keep the tests quick


@cache
def key(whose: str) -> RSAPrivateKey:
    return generate_private_key(65537, 1024 if whose in SHORT else 2048)


def private_pem(whose: str) -> str:
    return key(whose).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def public_pem(whose: str) -> str:
    return key(whose).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def sign(whose: str, text: str) -> str:
    return base64.b64encode(key(whose).sign(text.encode(), PKCS1v15(), SHA256())).decode()


def holds(whose: str, text: str, signature: str) -> bool:
    try:
        key(whose).public_key().verify(base64.b64decode(signature), text.encode(), PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True


@cache
def certificate(whose: str) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, whose)])
    now = datetime.now(UTC)
    built = x509.CertificateBuilder(name, name, key(whose).public_key(), x509.random_serial_number())
    return built.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=9)).sign(key(whose), SHA256())


def serial(whose: str) -> str:
    return f"{certificate(whose).serial_number:X}"


def certificate_pem(whose: str) -> str:
    return certificate(whose).public_bytes(Encoding.PEM).decode()


def put(path: Path, text: str) -> Path:
    path.write_text(text, encoding="ascii")
    path.chmod(0o600)
    return path
