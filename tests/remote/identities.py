"""Terminals of tests become known in the way of the product: a pairing code, a key, a request, a certificate."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from remote.central.centre import Centre
from remote.enrolment.identity import Identity, request_for
from remote.enrolment.signing import Signer
from remote.messages.enrolment import Enrol

REGION = "341602"


def identity_of(centre: Centre, terminal: str, place: str = "") -> Identity:
    code = centre.pairing_code(terminal, place or f"{terminal}号机", REGION, "test", replaces=True)
    key = ec.generate_private_key(ec.SECP256R1())
    given = centre.pair(Enrol(terminal=terminal, secret=code.secret, request=request_for(terminal, key)), "test")
    identity = Identity(key, x509.load_pem_x509_certificate(given.certificate.encode()), centre.authority().certificate)
    identity.check(terminal)
    return identity


def enrolled(centre: Centre, terminal: str, place: str = "", now: Callable[[], datetime] | None = None) -> Signer:
    """Signs this terminal's requests, by the centre's own clock where no other is given."""
    return identity_of(centre, terminal, place).signer(now or centre.true_clock)


def signed(signer: Signer, path: str, body: bytes, headers: dict[str, str] | None = None) -> dict[str, str]:
    """All headers of one request, signed now."""
    others = headers or {}
    return {"Content-Type": "application/json", **others, **signer.headers(path, body, others)}


def lowered(headers: dict[str, str]) -> dict[str, str]:
    """As they arrive."""
    return {name.lower(): value for name, value in headers.items()}
