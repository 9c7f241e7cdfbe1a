"""What the centre does with releases by itself: roll-outs move by their figures, what is online is signed in time."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from remote.central.centre import Centre
from remote.central.releases.rolling import move_on
from remote.central.releases.signing import SigningWrong
from remote.central.releases.store import keep_fresh, online_key
from remote.central.releases.tables import signed_files
from remote.central.store.database import reading


def releases_round(centre: Centre) -> None:
    """Writes only where there is something to roll out or to sign."""
    with reading(centre.engine) as connection:
        if connection.execute(sa.select(signed_files.c.name).limit(1)).first() is None:
            return
    try:
        online = online_key(keys_folder(centre))
    except SigningWrong as error:
        print(f"releases: {error}", flush=True)
        online = None
    now = centre.true_clock()                          # as terminals judge it; not a demonstration's bent time

    def round_of(connection: sa.Connection) -> None:
        if online is not None:
            keep_fresh(connection, online, now)
        move_on(connection, centre.clock())

    centre.write(round_of)


def keys_folder(centre: Centre) -> Path | None:
    """`releases` beside the database file; with PostgreSQL beside the seal's folder."""
    url = centre.engine.url
    if url.get_backend_name() == "sqlite" and url.database and url.database != ":memory:":
        return Path(url.database).with_name("releases")
    return centre.seal_folder.with_name("releases") if centre.seal_folder is not None else None
