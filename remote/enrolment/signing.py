"""HTTP message signatures (RFC 9421), the strict part of it that terminals use: one signature named `t`, ECDSA P-256 with
SHA-256 (3.3.4), always over method, path, query and Content-Digest (RFC 9530, SHA-256), and over the Idempotency-Key where
there is one. Whatever is written in another way is refused, which is why this is not a general library: those take what
components the signer chose, and the wall clock of the process.

    Content-Digest: sha-256=:...:
    Signature-Input: t=("@method" "@path" "@query" "content-digest");created=1770000000;keyid="bz-01/4f..";nonce="..";
        alg="ecdsa-p256-sha256"   (one line)
    Signature: t=:...:
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

ALGORITHM = "ecdsa-p256-sha256"
NONCE_BYTES = 16
COVERED = ("@method", "@path", "@query", "content-digest")
KEY_HEADER = "idempotency-key"
WINDOW = timedelta(minutes=5)  # created may be so far from the centre's clock, either way; nonces are kept twice as long
LONGEST_HEADER = 512           # characters
SHA256 = ec.ECDSA(hashes.SHA256())
_INPUT = re.compile(
    r't=(?P<parameters>\((?P<names>"[a-z@-]+"(?: "[a-z@-]+"){3,4})\);created=(?P<created>[0-9]{1,12})'
    r';keyid="(?P<terminal>[A-Za-z0-9._-]{1,64})/(?P<serial>[0-9a-f]{32,40})";nonce="(?P<nonce>[A-Za-z0-9_-]{22})"'
    r';alg="ecdsa-p256-sha256")'
)
_BYTES = re.compile(r"t=:(?P<bytes>[A-Za-z0-9+/]{86}==):")  # 64 bytes


@dataclass(frozen=True)
class Signed:
    """What a request claims about itself, read and not yet believed."""

    terminal: str
    serial: bytes        # of the certificate whose key signed
    created: datetime
    nonce: bytes
    base: bytes          # what was signed
    signature: bytes     # r and s, 32 bytes each

    def by(self, key: ec.EllipticCurvePublicKey) -> bool:
        half = len(self.signature) // 2
        r, s = int.from_bytes(self.signature[:half]), int.from_bytes(self.signature[half:])
        try:
            key.verify(encode_dss_signature(r, s), self.base, SHA256)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True)
class Signer:
    """Signs requests of one terminal. `now` is the terminal's clock, corrected by what the centre's answers say."""

    terminal: str
    serial: bytes
    key: ec.EllipticCurvePrivateKey
    now: Callable[[], datetime]

    def headers(self, path: str, body: bytes, others: Mapping[str, str], method: str = "POST") -> dict[str, str]:
        """The headers to add to this request, which is signed as sent now: a repetition is signed anew."""
        lower = {name.lower(): value for name, value in others.items()} | {"content-digest": digest(body)}
        names = (*COVERED, KEY_HEADER) if KEY_HEADER in lower else COVERED
        nonce = base64.urlsafe_b64encode(secrets.token_bytes(NONCE_BYTES)).decode().rstrip("=")
        parameters = (
            f"({' '.join(chr(34) + name + chr(34) for name in names)});created={int(self.now().timestamp())}"
            f';keyid="{self.terminal}/{self.serial.hex()}";nonce="{nonce}";alg="{ALGORITHM}"'
        )
        made = self.key.sign(signature_base(method, path, lower, names, parameters), SHA256)
        r, s = decode_dss_signature(made)
        signature = base64.b64encode(r.to_bytes(32) + s.to_bytes(32)).decode()
        return {"Content-Digest": lower["content-digest"], "Signature-Input": f"t={parameters}", "Signature": f"t=:{signature}:"}


def signature_base(method: str, target: str, lower: Mapping[str, str], names: tuple[str, ...], parameters: str) -> bytes:
    """RFC 9421 2.5. `target`: path with its query, as in the request line; `lower`: headers by lower-case name."""
    path, _, query = target.partition("?")
    derived = {"@method": method, "@path": path or "/", "@query": f"?{query}"}
    lines = [f'"{name}": {derived[name] if name in derived else lower[name].strip()}' for name in names]
    return "\n".join([*lines, f'"@signature-params": {parameters}']).encode("utf-8", "surrogateescape")


def digest(body: bytes) -> str:
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def read_signed(method: str, target: str, body: bytes, headers: Mapping[str, str]) -> Signed | None:
    """None: unsigned, written in another way, or not over this very body. `headers`: lower-case names, one value each."""
    given, made = headers.get("signature-input", ""), headers.get("signature", "")
    if len(given) > LONGEST_HEADER or len(made) > LONGEST_HEADER:
        return None
    parts, value = _INPUT.fullmatch(given), _BYTES.fullmatch(made)
    if parts is None or value is None:
        return None
    names = tuple(name.strip('"') for name in parts["names"].split(" "))
    if names != ((*COVERED, KEY_HEADER) if KEY_HEADER in headers else COVERED):
        return None
    if any("\n" in headers.get(name, "") for name in names):
        return None
    if not hmac.compare_digest(headers.get("content-digest", "").encode(), digest(body).encode()):
        return None
    try:
        serial, nonce = bytes.fromhex(parts["serial"]), base64.urlsafe_b64decode(parts["nonce"] + "==")
        created = datetime.fromtimestamp(int(parts["created"])).astimezone()
        signature = base64.b64decode(value["bytes"], validate=True)
    except (ValueError, OverflowError, OSError, binascii.Error):
        return None
    base = signature_base(method, target, headers, names, parts["parameters"])
    return Signed(parts["terminal"], serial, created, nonce, base, signature)
