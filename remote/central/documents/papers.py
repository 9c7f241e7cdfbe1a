"""The pages of issued copies: drawn and sealed after the number is committed, outside the one writer, kept as they are.

Whoever asks with the same key gets the same bytes: the first page that is stored stays. A crash between number and page
costs nothing: the next answer draws it.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from print.layouts.documents import draw
from print.layouts.documents.claims import on_paper
from print.layouts.documents.content import TITLES
from remote.central.documents.sources import restored
from remote.central.documents.tables import documents
from remote.central.operations.records import Row
from remote.central.seal.service import Seal
from remote.central.store.database import reading
from remote.messages import IssueAnswer, Message, Problem

BY_ID = sa.select(documents).where(documents.c.document_id == sa.bindparam("document_id"))
KEEP = (
    sa.update(documents)
    .where(documents.c.document_id == sa.bindparam("which"), documents.c.pdf.is_(None))
    .values(pdf=sa.bindparam("new_pdf"), sha256=sa.bindparam("new_sha256"), pages=sa.bindparam("new_pages"))
)
Write = Callable[[Callable[[sa.Connection], Any]], Any]
"""Runs its argument in a write transaction and returns its result once committed."""


def with_page(answer: Message, engine: sa.Engine, seal: Callable[[], Seal], write: Write, public_url: str) -> Message:
    """The answer to issue_document with its page. Problem(busy) where the page was destroyed meanwhile."""
    if not isinstance(answer, IssueAnswer) or answer.paper is None:
        return answer
    which = {"document_id": answer.paper.document_id}
    with reading(engine) as connection:
        row = connection.execute(BY_ID, which).one()
    if row.pdf is None:
        if row.content is None:
            return Problem(error="document_gone", detail="this copy is older than what is kept")
        row = write(_keeping(row, seal(), public_url))
    paper = answer.paper.model_copy(
        update={"pdf_base64": base64.b64encode(row.pdf).decode("ascii"), "sha256": row.sha256, "pages": row.pages}
    )
    return answer.model_copy(update={"paper": paper})


def _keeping(row: Row, seal: Seal, public_url: str) -> Callable[[sa.Connection], Row]:
    code = on_paper(row.code, public_url, row.document_id)
    drawn = draw.draw(restored(row.kind, row.content), code, large=row.large_print)
    pdf = seal.sealed(drawn, row.issued_at, TITLES[row.kind])

    def keep(connection: sa.Connection) -> Row:
        digest = hashlib.sha256(pdf).hexdigest()
        values = {"which": row.document_id, "new_pdf": pdf, "new_sha256": digest, "new_pages": drawn.pages}
        connection.execute(KEEP, values)
        return connection.execute(BY_ID, {"document_id": row.document_id}).one()

    return keep


def forget(connection: sa.Connection, before: datetime) -> int:
    """Destroy pages and contents of copies issued before a moment. Returns how many."""
    old = sa.update(documents).where(documents.c.issued_at < before, documents.c.content.is_not(None))
    return connection.execute(old.values(content=None, pdf=None)).rowcount
