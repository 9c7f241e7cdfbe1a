"""A terminal becomes known to the centre, and renews its certificate. PEM texts throughout."""

from __future__ import annotations

from pydantic import Field

from remote.messages.base import Message

PEM_MAX = 4_000                                            # characters; a P-256 request has about 400


class Enrol(Message):
    """Asked by a terminal that has no certificate yet: the only request of terminals that is not signed."""

    terminal: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$")
    secret: str = Field(pattern=r"^[0-9A-Z]{10}$")         # of the pairing code
    request: str = Field(max_length=PEM_MAX)               # PKCS #10, signed by the new key


class Enrolled(Message):
    certificate: str                                       # of this terminal, for 30 days
    authority: str                                         # the centre's CA


class RenewCertificate(Message):
    """Signed by the present key; the request is for a new one. The same request is answered with the same certificate."""

    request: str = Field(max_length=PEM_MAX)
