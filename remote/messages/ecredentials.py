"""Electronic credentials (电子证照): which of hers are on record, and one of them as a sealed OFD file (GB/T 33190).

Nothing is issued, numbered or counted here: the file is hers, and it is the same file all day. What its seal is worth, the
terminal finds out itself.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from remote.messages.base import Message
from remote.messages.identity import Evidence
from remote.messages.words import Refusal


class ECredentialKind(StrEnum):
    SENIOR_CARD = "senior_card"                            # 老年人优待证
    SOCIAL_INSURANCE = "social_insurance"                  # 社会保险参保凭证


class ListECredentials(Evidence):
    """Ask only after identity was proven. The evidence is not used up."""

    person_ref: str


class ECredentialOffer(Message):
    kind: ECredentialKind
    title: str                                             # "老年人优待证"
    issuer: str
    valid_to: date | None                                  # of the credential itself; None = says nothing of an end


class ECredentials(Message):
    offers: list[ECredentialOffer]                         # empty = none is on record
    refusal: Refusal | None                                # stands for all; `offers` is then empty


class FetchECredential(Evidence):
    person_ref: str
    kind: ECredentialKind


class ECredentialFile(Message):
    title: str
    ofd_base64: str | None
    sha256: str                                            # of the file, hex
    refusal: Refusal | None
