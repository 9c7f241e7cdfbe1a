"""What has to be done again and again: old pages destroyed, the list of revoked documents written for verifiers."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from remote.central.documents.papers import forget
from remote.central.documents.revoked import write_list
from remote.central.documents.rules import load_document_rules
from remote.central.store.database import writing
from remote.central.times import BEIJING

if TYPE_CHECKING:
    from remote.central.centre import Centre


def document_chores(centre: Centre) -> None:
    """Raises what the database raises."""
    now = centre.clock().astimezone(BEIJING)
    rules = load_document_rules().on(now.date())
    with writing(centre.engine) as connection:
        forget(connection, now - timedelta(days=rules.keep_days))
    if centre.seal_folder is not None:
        write_list(centre, centre.seal_folder)
