"""Does the evidence a terminal sends stand? Asked by every act that needs to know who stands there; what is not enough is
refused, whatever the terminal thinks of it."""

from __future__ import annotations

import sqlalchemy as sa

from remote.central.context import Context
from remote.central.identity.faces import voucher_stands
from remote.central.identity.staff import may_be_used, staff_request
from remote.central.identity.tables import face_proofs, staff_requests
from remote.central.operations.records import Row
from remote.messages import Evidence, FaceNote, IdentityEvidence, Refusal, RefusalCode

PROOF = sa.select(face_proofs.c.proof_id).where(face_proofs.c.proof_id == sa.bindparam("proof_id"))


def evidence_fails(context: Context, person: Row, evidence: Evidence) -> Refusal | None:
    """None where it stands. Nothing is used up."""
    if evidence.identity not in context.settings.identity_needed:
        return _missing("需要人脸核对或工作人员核对")
    match evidence.identity:
        case IdentityEvidence.FACE:
            stands = evidence.face is not None and _face_stands(context, person, evidence.face)
            return None if stands else _missing("人脸核对不够")
        case IdentityEvidence.STAFF:
            row = staff_request(context, evidence.staff_request or "")
            return None if row is not None and may_be_used(context, row, person) else _missing("工作人员的核对已失效")
        case IdentityEvidence.CARD_ALONE:
            return None
    return _missing("未知的核对方式")


def use_evidence(context: Context, person: Row, evidence: Evidence, used_for: str) -> None:
    """After `evidence_fails` said None, in the same transaction: a word of staff and a voucher are used once."""
    if evidence.identity is IdentityEvidence.STAFF:
        context.connection.execute(
            sa.update(staff_requests)
            .where(staff_requests.c.request_id == evidence.staff_request)
            .values(used_at=context.now, used_for=used_for)
        )
    elif evidence.identity is IdentityEvidence.FACE and evidence.face is not None:
        face = evidence.face
        context.connection.execute(
            sa.insert(face_proofs),
            {
                "proof_id": _proof_id(context, face, used_for),
                "person_id": person.person_id,
                "terminal": context.terminal,
                "at": context.now,
                "score": face.score,
                "threshold": face.threshold,
                "model": face.model,
                "reference": face.reference,
                "compared_by": "centre" if face.face_ref else "terminal",
                "used_for": used_for,
            },
        )


def _face_stands(context: Context, person: Row, face: FaceNote) -> bool:
    """The terminal's own threshold may be higher than the centre's, never lower. A sign of a picture held up is no face."""
    least = context.settings.face_threshold
    if face.signs or face.score < max(face.threshold, least) or face.threshold < least:
        return False
    if face.face_ref is not None:
        used = context.connection.execute(PROOF, {"proof_id": face.face_ref}).first() is not None
        return not used and voucher_stands(context, person.person_ref, face.face_ref)
    return context.settings.face_by_terminal and face.model in context.settings.face_models


def _proof_id(context: Context, face: FaceNote, used_for: str) -> str:
    return face.face_ref if face.face_ref else context.token(f"face {used_for}")


def _missing(reason: str) -> Refusal:
    return Refusal(code=RefusalCode.IDENTITY_CHECK_MISSING, reason=reason)
