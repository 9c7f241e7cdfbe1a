"""compare_face: the centre has the picture and the matcher. It reads only, so a comparison never holds up the writer; what
it answers is a voucher, signed, bound to person and terminal and short-lived, which the application then names."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from base64 import b64decode
from binascii import Error as NotBase64
from datetime import timedelta

from remote.central.context import Context, Refused
from remote.central.identity.matcher import Matcher, MatcherAway
from remote.central.operations.records import by_ref, reference_photo
from remote.messages import CompareFace, FaceAnswer, FaceVerdict

VOUCHER_LIFE = timedelta(minutes=10)  # [A] from the comparison to the application
_SECRET = secrets.token_bytes(32)  # of this run: a voucher does not outlive a restart, and she is asked to look once more


def compare_face(context: Context, ask: CompareFace) -> FaceAnswer:
    from remote.faces import Compared, NoFaceInReference, NotAPicture

    record = by_ref(context, ask.person_ref)
    matcher: Matcher | None = context.matcher
    if matcher is None or context.fenced():
        return FaceAnswer(verdict=FaceVerdict.AWAY)
    stored = _bytes(ask.reference) if ask.reference else reference_photo(context, record.row)
    if stored is None:
        return FaceAnswer(verdict=FaceVerdict.NO_REFERENCE)
    try:
        outcome = matcher.compare(stored, [_bytes(picture) for picture in ask.live])
    except MatcherAway:
        return FaceAnswer(verdict=FaceVerdict.AWAY)
    except NotAPicture:
        return FaceAnswer(verdict=FaceVerdict.NOT_SEEN)
    if isinstance(outcome, NoFaceInReference):
        return FaceAnswer(verdict=FaceVerdict.NO_REFERENCE)
    if not isinstance(outcome, Compared):
        return FaceAnswer(verdict=FaceVerdict.NOT_SEEN)
    threshold = context.settings.face_threshold
    same = outcome.score >= threshold
    return FaceAnswer(
        verdict=FaceVerdict.SAME if same else FaceVerdict.OTHER,
        score=outcome.score,
        threshold=threshold,
        model=matcher.model,
        face_ref=voucher(context, record.row.person_ref, outcome.score) if same else None,
    )


def voucher(context: Context, person_ref: str, score: float) -> str:
    """`<nonce>.<unix time>.<score in thousandths>.<signature>`."""
    words = f"{secrets.token_hex(8)}.{int(context.now.timestamp())}.{round(score * 1000)}"
    return f"{words}.{_signature(context, person_ref, words)}"


def voucher_stands(context: Context, person_ref: str, face_ref: str) -> bool:
    words, _, signature = face_ref.rpartition(".")
    if not hmac.compare_digest(signature.encode(), _signature(context, person_ref, words).encode()):
        return False
    age = context.now.timestamp() - int(words.split(".")[1])
    return -1 <= age <= VOUCHER_LIFE.total_seconds()


def _signature(context: Context, person_ref: str, words: str) -> str:
    return hmac.new(_SECRET, f"{context.terminal}|{person_ref}|{words}".encode(), hashlib.sha256).hexdigest()[:32]


def _bytes(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (NotBase64, ValueError) as error:
        raise Refused("malformed", "pictures: expected base64") from error
