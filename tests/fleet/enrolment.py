"""All terminals of a fleet are paired before the centre starts: a code, a key and a certificate for each, in one commit."""
from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from remote.central.centre import Centre
from remote.central.enrolment.pairing import make_code, redeem
from remote.central.settings import demo_settings
from remote.central.store.database import writing
from remote.central.times import beijing_now
from remote.enrolment.identity import Identity, request_for
from remote.enrolment.signing import Signer
from remote.messages.enrolment import Enrol

REGION = "341602"


def enrol_all(database: Path, terminals: Iterable[tuple[str, str]]) -> dict[str, Signer]:
    """(terminal, place) -> who signs its requests."""
    centre = Centre.open(f"sqlite:///{database}", demo_settings(0))
    ca, now, signers = centre.authority(), beijing_now(), {}
    with writing(centre.engine) as connection:
        for terminal, place in terminals:
            code = make_code(connection, ca, terminal, place, REGION, by="fleet", now=now)
            key = ec.generate_private_key(ec.SECP256R1())
            asked = Enrol(terminal=terminal, secret=code.secret, request=request_for(terminal, key))
            given = redeem(connection, ca, asked, "fleet", now)
            own = x509.load_pem_x509_certificate(given.certificate.encode())
            signers[terminal] = Identity(key, own, ca.certificate).signer(beijing_now)
    centre.engine.dispose()
    return signers
