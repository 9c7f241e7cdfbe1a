"""COSE_Sign1 with ES256 (RFC 9052), through the package cwt: signing at the centre, verifying anywhere.

The key is named by the first eight bytes of the SHA-256 of its certificate.
"""
from __future__ import annotations

import hashlib

import cbor2
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cwt import COSE, COSEKey
from cwt.cose_key_interface import COSEKeyInterface
from cwt.exceptions import CWTError, VerifyError

from print.layouts.documents.claims import NOT_OUR_CBOR, NotOurs

SIGN1 = 18
KID = 4


class WrongSignature(Exception):
    """The bytes are not those that were signed."""


def key_id(certificate: x509.Certificate) -> bytes:
    return hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest()[:8]


def signing_key(key: EllipticCurvePrivateKey, certificate: x509.Certificate) -> COSEKeyInterface:
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return COSEKey.from_pem(pem, alg="ES256", kid=key_id(certificate))


def signed(payload: bytes, key: COSEKeyInterface) -> bytes:
    """Key id in the protected header: it is part of what is signed."""
    token: bytes = COSE.new(alg_auto_inclusion=True).encode(payload, key, protected={KID: key.kid})
    return token


def kid_of(token: bytes) -> bytes:
    """Raises NotOurs."""
    try:
        message = cbor2.loads(token)
        protected, unprotected, payload, signature = message.value
        kid = cbor2.loads(protected)[KID]
        good = message.tag == SIGN1 and all(isinstance(part, bytes) for part in (protected, payload, signature, kid))
        only = unprotected == {} and cbor2.dumps(cbor2.CBORTag(SIGN1, [protected, {}, payload, signature])) == token
    except NOT_OUR_CBOR as error:
        raise NotOurs(f"no COSE_Sign1 message ({type(error).__name__})") from error
    if not (good and only):
        raise NotOurs("no COSE_Sign1 message, or one with more in it than was signed")
    return bytes(kid)


def verified(token: bytes, certificate: x509.Certificate) -> bytes:
    """The payload. Raises WrongSignature, NotOurs."""
    pem = certificate.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    try:
        payload: bytes = COSE.new().decode(token, COSEKey.from_pem(pem, alg="ES256", kid=key_id(certificate)))
    except VerifyError as error:
        raise WrongSignature(str(error)) from error
    except (CWTError, *NOT_OUR_CBOR) as error:
        raise NotOurs(f"no COSE_Sign1 message ({type(error).__name__})") from error
    return payload
