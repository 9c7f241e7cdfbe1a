"""Sealed documents for tests: one authority for the whole run, documents of a moment."""
from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from print.layouts.documents.claims import claims_for
from print.layouts.documents.content import Content
from print.layouts.documents.draw import draw
from print.layouts.documents.revocation import Revoked
from print.verify.trust import Trust, load
from remote.central.seal.authority import made
from remote.central.seal.service import Seal
from tests.print.documents import samples

DOCUMENT_ID = bytes(range(16))
NOW = samples.AT + timedelta(hours=2)


@cache
def office() -> Seal:
    return Seal(made(samples.AT - timedelta(days=30)))


@cache
def stranger() -> Seal:
    """Another authority of the same names."""
    return Seal(made(samples.AT - timedelta(days=30)))


@dataclass(frozen=True)
class Sealed:
    pdf: bytes
    code: str


def sealed(content: Content | None = None, seal: Seal | None = None, code: str | None = None, valid_to: date | None = None,
           at: datetime = samples.AT) -> Sealed:  # fmt: skip
    content = content or samples.social_insurance()
    if valid_to is not None:
        content = replace(content, head=replace(content.head, valid_to=valid_to))
    seal = seal or office()
    text = code or seal.code(claims_for(content, DOCUMENT_ID))
    return Sealed(seal.sealed(draw(content, text), at, "测试"), text)


@cache
def ready() -> Sealed:
    return sealed()


def trusting(folder: Path, seal: Seal | None = None, revoked: dict[bytes, Revoked] | None = None, at: datetime = NOW) -> Trust:
    """What a terminal holds: the certificates, and a list of revoked documents."""
    chain, listed = folder / "chain.pem", folder / "revoked.cose"
    chain.write_bytes((seal or office()).authority.chain_pem())
    listed.write_bytes((seal or office()).revoked_documents(revoked or {}, "测试", at))
    return load([chain], [listed], shipped=folder / "nothing")


def root_only(folder: Path) -> Trust:
    path = folder / "root.pem"
    path.write_bytes(office().authority.root.public_bytes(Encoding.PEM))
    return load([path], shipped=folder / "nothing")
