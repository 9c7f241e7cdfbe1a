"""The signed list of copies that hold no longer: served, and put beside the keys for whoever verifies without the network."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa

from print.layouts.documents.revocation import Revoked
from remote.central.documents.tables import documents
from remote.central.store.database import reading
from remote.central.times import BEIJING

if TYPE_CHECKING:
    from remote.central.centre import Centre

LIST_FILE = "revoked.cose"
REVOKED = sa.select(documents).where(documents.c.state.in_(("void", "revoked")))
ISSUER = "亳州市政务服务中心"


def revoked_list(centre: Centre) -> bytes | None:
    """None where there is no seal."""
    seal = centre.service.seal
    if seal is None:
        return None
    with reading(centre.engine) as connection:
        rows = connection.execute(REVOKED).all()
    listed = {bytes.fromhex(row.document_id): Revoked(row.ended_at, row.ended_why) for row in rows}
    return seal().revoked_documents(listed, ISSUER, centre.clock().astimezone(BEIJING))


def write_list(centre: Centre, folder: Path) -> None:
    """Whole or not at all: a verifier may read it in this moment. Production's folder belongs to somebody else and may be
    read-only; there the list is only served."""
    listed = revoked_list(centre)
    if listed is None or centre.settings.mode != "demo":
        return
    new = folder / f"{LIST_FILE}.new"
    new.write_bytes(listed)
    new.replace(folder / LIST_FILE)
