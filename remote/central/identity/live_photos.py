"""A picture taken at the terminal: of somebody whose identity was proven, for her next application (facts/journeys.md X5)."""

from __future__ import annotations

import struct
from base64 import b64decode
from binascii import Error as NotBase64
from datetime import timedelta

import sqlalchemy as sa

from remote.central.context import Context, Refused
from remote.central.identity.proof import evidence_fails
from remote.central.identity.tables import live_photos
from remote.central.operations.people import fenced_refusal
from remote.central.operations.records import Row, by_ref
from remote.messages import PhotoPut, PutPhoto

SIDE_PX = (300, 420)
LIFE = timedelta(minutes=30)  # [A] from the picture to the application
_PNG = b"\x89PNG\r\n\x1a\n"

PHOTO = sa.select(live_photos).where(live_photos.c.photo_ref == sa.bindparam("photo_ref"))


def put_photo(context: Context, ask: PutPhoto) -> PhotoPut:
    record = by_ref(context, ask.person_ref)
    if context.fenced():
        return PhotoPut(photo_ref=None, refusal=fenced_refusal())
    why_not = evidence_fails(context, record.row, ask)
    if why_not is not None:
        return PhotoPut(photo_ref=None, refusal=why_not)
    photo_ref = context.token("photo")
    context.connection.execute(
        sa.insert(live_photos),
        {
            "photo_ref": photo_ref,
            "person_id": record.row.person_id,
            "terminal": context.terminal,
            "at": context.now,
            "png": _portrait(ask.png),
            "identity": ask.identity.value,
            "case_id": None,
        },
    )
    context.audit("put_photo", photo_ref)
    return PhotoPut(photo_ref=photo_ref)


def usable(context: Context, person: Row, photo_ref: str | None) -> bool:
    """Hers, taken at this terminal just now, and of no application yet."""
    row = context.connection.execute(PHOTO, {"photo_ref": photo_ref or ""}).first()
    return bool(
        row is not None
        and (row.person_id, row.terminal, row.case_id) == (person.person_id, context.terminal, None)
        and context.now - row.at <= LIFE
    )


def bind(context: Context, photo_ref: str, case_id: str) -> None:
    context.connection.execute(sa.update(live_photos).where(live_photos.c.photo_ref == photo_ref).values(case_id=case_id))


def _portrait(text: str) -> bytes:
    """The sizes are read from the header; nothing of it is decoded here."""
    try:
        png = b64decode(text, validate=True)
    except (NotBase64, ValueError) as error:
        raise Refused("malformed", "png: expected base64") from error
    if not png.startswith(_PNG) or len(png) < 33 or struct.unpack(">II", png[16:24]) != SIDE_PX:
        raise Refused("malformed", f"png: expected {SIDE_PX[0]} x {SIDE_PX[1]} px")
    return png
