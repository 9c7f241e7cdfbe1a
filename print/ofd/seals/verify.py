"""Every signature of a document, verified in the order of facts/print.md 6.4: digests of the entries, the digest of
Signature.xml, the signer's signature, the seal maker's, the list of signers, the chains, the dates, revocation."""
from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from print.ofd.document import OfdDocument
from print.ofd.errors import Damaged
from print.ofd.model import Signature
from print.ofd.seals import certificates, digests, ses
from print.ofd.seals.certificates import UnknownAlgorithm, Unreadable
from print.ofd.seals.sm2 import sm3
from print.ofd.seals.trust import Trust, standing
from print.ofd.seals.verdicts import (
    Altered,
    CannotVerify,
    Expired,
    Outcome,
    PartlyCovered,
    Revocation,
    Revoked,
    SealVerdict,
    UnknownIssuer,
    Unsigned,
    Valid,
    WrongSeal,
)

CLOCKS_APART = timedelta(minutes=10)
"""A signing time this far ahead of ours is a clock, further ahead a lie."""

SIGNER, MAKER = "the signer's certificate", "the seal maker's certificate"


def verify_seals(doc: OfdDocument, trust: Trust, now: datetime) -> list[SealVerdict]:
    """One verdict for each signature, in the order of the file; a single Unsigned where there is none. `now` is aware.
    Raises nothing about the file: whatever is wrong with it is a verdict."""
    if now.tzinfo is None:
        raise ValueError("an aware time is needed")
    if not doc.signatures:
        return [SealVerdict(Unsigned())]
    return [_Check(doc, signature, trust, now).verdict() for signature in doc.signatures]


class _Stop(Exception):
    """The first thing that is wrong ends the check."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__()
        self.outcome = outcome


@dataclass
class _Check:
    doc: OfdDocument
    signature: Signature
    trust: Trust
    now: datetime
    notes: list[str] = field(default_factory=list)
    said: SealVerdict = field(init=False)

    def __post_init__(self) -> None:
        numbers = {page.identity: index + 1 for index, page in enumerate(self.doc.pages)}
        shown = tuple(sorted({numbers[stamp.page] for stamp in self.signature.stamps if stamp.page in numbers}))
        self.said = SealVerdict(Unsigned(), self.signature.identity, self.signature.kind, pages=shown)

    def verdict(self) -> SealVerdict:
        try:
            outcome = self._outcome()
        except _Stop as stop:
            outcome = stop.outcome
        except UnknownAlgorithm as error:
            outcome = CannotVerify(f"signature algorithm {error}")
        return replace(self.said, outcome=outcome, notes=tuple(self.notes))

    def _outcome(self) -> Outcome:
        if self.signature.problem:
            raise _Stop(WrongSeal(f"the signature cannot be read: {self.signature.problem}"))
        value, xml = self._read(self.signature.value), self._read(self.signature.path)
        structure = ses.structure(value)
        if structure == "V4":
            self._say(value)
        self._entries()
        if structure == "V4":
            return self._seal(value, xml)
        if structure == "bare":
            return self._bare(value, xml)
        raise _Stop(CannotVerify(ses.KINDS[structure]))

    def _read(self, path: str | None) -> bytes:
        if path is None:
            raise _Stop(WrongSeal("no signed value"))
        try:
            return self.doc.package.read(path)
        except Damaged as error:
            raise _Stop(Altered((path,))) from error

    def _say(self, value: bytes) -> None:
        """What the signature says of itself, for every verdict that follows."""
        try:
            found = ses.read_signature(value)
        except ses.NotASeal:
            return
        try:
            signer = certificates.name_of(certificates.load(found.cert))
        except Unreadable:
            signer = "?"
        self.said = replace(self.said, seal_name=found.seal.name, signer=signer, signed_at=found.signed_at)

    def _entries(self) -> None:
        if not self.signature.references:
            raise _Stop(WrongSeal("the signature covers nothing"))
        try:
            wrong = digests.altered(self.doc.package, self.signature)
        except digests.UnknownDigest as error:
            raise _Stop(CannotVerify(f"digest {error}")) from error
        if digests.method(self.signature.check_method) is hashes.SHA1:
            self.notes.append("digests by SHA-1, which is weak")
        if wrong:
            raise _Stop(Altered(wrong))

    def _seal(self, value: bytes, xml: bytes) -> Outcome:
        try:
            found = ses.read_signature(value)
        except ses.NotASeal as error:
            raise _Stop(CannotVerify(str(error))) from error
        seal = found.seal
        signer, maker = self._certificate(found.cert, SIGNER), self._certificate(seal.maker_cert, MAKER)
        if sm3(xml) != found.data_hash:
            raise _Stop(Altered((self.signature.path,)))
        if not certificates.verify(signer, found.algorithm, found.signed, found.signature):
            raise _Stop(WrongSeal("the signature does not belong to the signer's certificate"))
        if not certificates.verify(maker, seal.algorithm, seal.signed, seal.signature):
            raise _Stop(WrongSeal("the seal was not made by the maker it names"))
        if not _listed(seal, found.cert):
            raise _Stop(WrongSeal("the signer is not among those who may use this seal"))
        if not certificates.may_sign(signer):
            raise _Stop(WrongSeal("the signer's certificate is not for signing"))
        self._separate_seal(seal)
        if not seal.valid_from <= found.signed_at <= seal.valid_until:
            self.notes.append(f"the seal was valid from {seal.valid_from:%Y-%m-%d} to {seal.valid_until:%Y-%m-%d}")
        if found.time_stamped:
            self.notes.append("carries a time stamp, which is not verified")
        chains = [self._chain(signer, SIGNER), self._chain(maker, MAKER)]
        self._dates(found, chains)
        return self._covered(self._revocation(chains))

    def _bare(self, value: bytes, xml: bytes) -> Outcome:
        """A signature value alone: only a certificate from the configuration can say who made it."""
        self.notes.append("a signature value without certificate and time")
        algorithm = self.signature.method
        for signer in self.trust.signers:
            try:
                if not certificates.verify(signer, algorithm, xml, value):
                    continue
            except UnknownAlgorithm:
                continue
            self.said = replace(self.said, signer=certificates.name_of(signer))
            self._still_valid(signer, SIGNER, self.now, when_signed=False)
            return self._covered("no list")
        raise _Stop(UnknownIssuer("a signature without a certificate", "?"))

    def _certificate(self, data: bytes, whose: str) -> x509.Certificate:
        try:
            return certificates.load(data)
        except Unreadable as error:
            raise _Stop(CannotVerify(f"{whose}, which cannot be read")) from error

    def _separate_seal(self, seal: ses.Seal) -> None:
        path = self.signature.seal
        if path is not None and self._read(path) != seal.raw:
            raise _Stop(WrongSeal("Seal.esl is another seal than the one in the signature"))

    def _chain(self, certificate: x509.Certificate, whose: str) -> tuple[x509.Certificate, ...]:
        found = certificates.chain(certificate, self.trust.roots, self.trust.intermediates)
        if found is None:
            raise _Stop(UnknownIssuer(whose, certificates.issuer_of(certificate)))
        for member in found:
            if (extension := certificates.not_understood(member)) is not None:
                raise _Stop(CannotVerify(f"critical extension {extension} in a certificate"))
        return found

    def _dates(self, found: ses.SealSignature, chains: list[tuple[x509.Certificate, ...]]) -> None:
        """First everything at the signing time, then everything today: what had ended before is the graver word."""
        if found.signed_at > self.now + CLOCKS_APART:
            raise _Stop(WrongSeal("the signing time lies in the future"))
        for moment, when_signed in ((found.signed_at, True), (self.now, False)):
            if moment < found.seal.valid_from:
                raise _Stop(WrongSeal("signed before the seal was valid"))
            if moment > found.seal.valid_until:
                raise _Stop(Expired("the seal", found.seal.valid_until, when_signed))
            for chain, whose in zip(chains, (SIGNER, MAKER), strict=True):
                for index, member in enumerate(chain):
                    self._still_valid(member, whose if index == 0 else f"the issuer {certificates.name_of(member)}", moment,
                                      when_signed=when_signed)  # fmt: skip

    def _still_valid(self, certificate: x509.Certificate, what: str, moment: datetime, *, when_signed: bool) -> None:
        if moment < certificate.not_valid_before_utc:
            raise _Stop(WrongSeal(f"{what} was not yet valid"))
        if moment > certificate.not_valid_after_utc:
            raise _Stop(Expired(what, certificate.not_valid_after_utc, when_signed))

    def _revocation(self, chains: list[tuple[x509.Certificate, ...]]) -> Revocation:
        worst: Revocation = "asked"
        for chain, whose in zip(chains, (SIGNER, MAKER), strict=True):
            for index, (certificate, issuer) in enumerate(zip(chain, chain[1:], strict=False)):
                found = standing(certificate, issuer, self.trust, self.now)
                if found.revoked is not None:
                    raise _Stop(Revoked(whose if index == 0 else certificates.name_of(certificate), found.revoked))
                if not found.listed:
                    worst = "no list"
                elif not found.current and worst == "asked":
                    worst = "list out of date"
        return worst

    def _covered(self, revocation: Revocation) -> Outcome:
        left_out = digests.uncovered(self.doc.package, self.signature, _signing_entries(self.doc))
        return PartlyCovered(left_out) if left_out else Valid(revocation)


def _listed(seal: ses.Seal, certificate: bytes) -> bool:
    if not seal.by_digest:
        return certificate in seal.signers
    made = {digests.digest(kind, certificate) for kind in (hashes.SM3, hashes.SHA256)}
    return any(entry in made for entry in seal.signers)


def _signing_entries(doc: OfdDocument) -> frozenset[str]:
    named = [doc.signatures_path] + [path for one in doc.signatures for path in (one.path, one.value, one.seal)]
    return frozenset(found for path in named if path is not None and (found := doc.package.find(path)) is not None)
