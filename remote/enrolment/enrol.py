"""`main.py enrol --code CODE`: this terminal makes its key, finds the centre that the code names, and gets its certificate.

The commissioning screen calls `enrol` in a worker thread. Every way to fail has words for the technician.
"""

from __future__ import annotations

import http.client
import ssl
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import requests
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pydantic import ValidationError

from remote.enrolment.code import CodeWrong, PairingCode, pin_of, read_code
from remote.enrolment.identity import Identity, IdentityError, IdentityFolder, request_for
from remote.messages.enrolment import Enrol, Enrolled

CA_PATH, ENROL_PATH = "/v1/identity/ca", "/v1/identity/enrol"
TIMEOUT_S = 10.0
LARGEST_CA = 8_000  # bytes


class EnrolFailed(Exception):
    """`reason`: code_mistyped, centre_away, other_centre, code_refused, too_many_tries, answer_not_good, disk."""

    def __init__(self, reason: str, words: str) -> None:
        super().__init__(words)
        self.reason = reason


@dataclass(frozen=True)
class EnrolledUntil:
    terminal: str
    ends: datetime
    key_file: Path


def enrol(url: str, typed_code: str, terminal: str, folder: Path, authority: str | None = None) -> EnrolledUntil:
    """Blocks for up to half a minute. `authority`: as in kiosk.toml `centre.ca`, where a proxy with a certificate of another CA
    stands before the centre. A terminal that was enrolled keeps its identity until this succeeded. Raises EnrolFailed."""
    code = _read(typed_code)
    try:
        ca = _authority(url, code)
        own = IdentityFolder(folder)
        key = own.next_key()
        ask = Enrol(terminal=terminal, secret=code.secret, request=request_for(terminal, key))
        given = _ask(url, ask, authority or _file(own, ca))
        identity = Identity(key, x509.load_pem_x509_certificate(given.certificate.encode()), ca)
        identity.check(terminal)
        own.keep(identity)
    except OSError as error:
        raise EnrolFailed("disk", f"{folder}: {error}") from error
    except (IdentityError, ValueError) as error:
        raise EnrolFailed("answer_not_good", f"what the centre sent is not good: {error}") from error
    return EnrolledUntil(terminal, identity.ends, own.file)


def _read(typed: str) -> PairingCode:
    try:
        return read_code(typed)
    except CodeWrong as error:
        raise EnrolFailed("code_mistyped", str(error)) from error


def _authority(url: str, code: PairingCode) -> x509.Certificate:
    """The CA, from whoever answers; believed because the code holds its fingerprint. Nothing secret is sent here."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port
    connection: http.client.HTTPConnection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)
    if parts.scheme == "https":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        connection = http.client.HTTPSConnection(host, port, timeout=TIMEOUT_S, context=context)
    try:
        connection.request("GET", CA_PATH)
        answer = connection.getresponse()
        data = answer.read(LARGEST_CA)
    except (OSError, http.client.HTTPException) as error:
        raise EnrolFailed("centre_away", f"{url} does not answer: {type(error).__name__}") from error
    finally:
        connection.close()
    try:
        certificate = x509.load_pem_x509_certificate(data)
    except ValueError as error:
        raise EnrolFailed("other_centre", f"{url} is no centre of these terminals") from error
    if pin_of(certificate.public_bytes(Encoding.DER)) != code.pin:
        raise EnrolFailed("other_centre", f"{url} is not the centre that made this code")
    return certificate


def _file(own: IdentityFolder, ca: x509.Certificate) -> str:
    own.pin(ca)
    return str(own.pinned_file)


def _ask(url: str, ask: Enrol, authority: str) -> Enrolled:
    with requests.Session() as session:
        session.trust_env = False
        session.verify = authority
        try:
            answer = session.post(
                url.rstrip("/") + ENROL_PATH, data=ask.model_dump_json(), timeout=TIMEOUT_S, allow_redirects=False
            )
        except requests.RequestException as error:
            raise EnrolFailed("centre_away", f"{url} does not answer: {type(error).__name__}") from error
    if answer.status_code == 429:
        raise EnrolFailed("too_many_tries", "too many wrong codes: wait ten minutes")
    if answer.status_code == 401:
        raise EnrolFailed("code_refused", f"the centre does not take this code for {ask.terminal}: used, over, or another one's")
    if answer.status_code != 200:
        raise EnrolFailed("centre_away", f"the centre answered {answer.status_code}")
    try:
        return Enrolled.model_validate_json(answer.content)
    except ValidationError as error:
        raise EnrolFailed("answer_not_good", "what the centre sent is not understood") from error
