"""What every operation is handed: the transaction it runs in, who asks, the day and the rules of that day."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from remote.central.ecredentials.service import ECredentialSeal
from remote.central.identity.matcher import Matcher
from remote.central.keys.keystore import KeyStore
from remote.central.rules.ruleset import RuleSet
from remote.central.seal.service import Seal
from remote.central.settings import Settings
from remote.central.store import schema
from remote.messages import Problem
from remote.messages.enrolment import Enrolled


class Refused(Exception):
    """The request itself cannot stand (not a domain refusal). Nothing of it is kept."""

    def __init__(self, error: str, detail: str = "") -> None:
        super().__init__(f"{error} {detail}".strip())
        self.problem = Problem(error=error, detail=detail)


DrawPhoto = Callable[[int, str, int], bytes]
"""(seed, sex "男"/"女", age) -> PNG, 300x420."""


@dataclass(frozen=True)
class Context:
    connection: sa.Connection
    terminal: str
    key: str
    now: datetime  # aware, Beijing
    rules: RuleSet
    settings: Settings
    draw_photo: DrawPhoto
    matcher: Matcher | None = None
    seal: Callable[[], Seal] | None = None
    """None where no seal is configured: nothing is issued then."""
    ecredentials: Callable[[], ECredentialSeal] | None = None
    """None where no library of electronic credentials is connected."""
    keys: KeyStore | None = None
    """None where this centre has no card keys: nothing is loaded then."""
    operation: str = ""
    """What is asked: a sign-in opens some operations and no others (remote/central/sign_in/refs.py)."""
    renew: Callable[[sa.Connection, str, str], Enrolled] | None = None
    """(connection, terminal, PKCS #10 in PEM) -> its next certificate. Raises RequestWrong."""

    @property
    def today(self) -> date:
        return self.now.date()

    def token(self, purpose: str) -> str:
        """32 hex digits that only this request gets; the same request run again gets the same."""
        return hashlib.sha256(f"{self.settings.seed}|{purpose}|{self.key}".encode()).hexdigest()[:32]

    def fenced(self) -> bool:
        row = self.connection.execute(FENCED_AT, {"terminal": self.terminal}).first()
        return row is not None and row.fenced_at is not None

    def audit(self, what: str, subject: str, words: str = "", who: str | None = None) -> None:
        self.connection.execute(
            AUDIT, {"at": self.now, "who": who or self.terminal, "what": what, "subject": subject, "words": words}
        )

    def tell(self, seam: str, addressee: str, text: str) -> None:
        """Queue a notice for a seam in this very transaction: told if and only if the change is committed."""
        self.connection.execute(NOTICE, {"seam": seam, "addressee": addressee, "text": text, "at": self.now})

    def incident(self, kind: str, words: str, number: str | None = None) -> str:
        """Write an incident once per request; its id goes back to whoever reported."""
        incident_id = self.token(f"incident {kind}")[:12].upper()
        if self.connection.execute(INCIDENT_KNOWN, {"incident_id": incident_id}).first() is None:
            self.connection.execute(
                INCIDENT,
                {
                    "incident_id": incident_id,
                    "terminal": self.terminal,
                    "kind": kind,
                    "number": number,
                    "words": words,
                    "at": self.now,
                },
            )
        return incident_id


FENCED_AT = sa.select(schema.terminals.c.fenced_at).where(schema.terminals.c.terminal == sa.bindparam("terminal"))
AUDIT = sa.insert(schema.audit)
NOTICE = sa.insert(schema.notices)
INCIDENT = sa.insert(schema.incidents)
INCIDENT_KNOWN = sa.select(schema.incidents.c.incident_id).where(schema.incidents.c.incident_id == sa.bindparam("incident_id"))
