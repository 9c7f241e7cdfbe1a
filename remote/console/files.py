"""Files that commands fetched: for who may command or audit where the terminal stands; each download is in the audit."""

from __future__ import annotations

from typing import Annotated

import sqlalchemy as sa
from fastapi import APIRouter, Depends, HTTPException, Path, Response
from starlette.concurrency import run_in_threadpool

from remote.central.access.rights import Person, Right, may
from remote.central.access.web import signed_in
from remote.central.centre import Centre
from remote.central.commands.delivery import file_of
from remote.central.commands.tables import State, commands
from remote.central.store import schema
from remote.central.store.database import reading
from remote.central.store.writer import Writer, WriterStopped
from remote.console.frame import HEADERS, PREFIX
from remote.console.reads.standing import KNOWN, REGION

ENDINGS = {"fetch_logs": ("blackbox.gz", "application/gzip"), "screenshot": ("png", "image/png")}


def files_router(centre: Centre, writer: Writer) -> APIRouter:
    router = APIRouter(prefix=PREFIX, include_in_schema=False)

    @router.get("/commands/{command_id}/file")
    async def fetched(
        person: Annotated[Person, Depends(signed_in)], command_id: Annotated[str, Path(pattern="^[0-9a-f]{32}$")]
    ) -> Response:
        return await run_in_threadpool(_file, centre, writer, person, command_id)

    return router


def _file(centre: Centre, writer: Writer, person: Person, command_id: str) -> Response:
    try:
        with reading(centre.engine) as connection:
            joined = commands.join(KNOWN, commands.c.terminal == schema.terminals.c.terminal)
            asked = sa.select(commands, REGION.label("region")).select_from(joined).where(commands.c.command_id == command_id)
            row = connection.execute(asked).first()
            allowed = row is not None and any(may(person, right, row.region or "") for right in (Right.COMMAND, Right.AUDIT))
            data = file_of(connection, command_id) if row is not None and allowed and row.state == State.DONE else None
        if row is None or data is None:
            raise HTTPException(404, "no such file")           # nobody is told which
        note = {"at": centre.clock(), "who": person.name, "what": "command_file_fetched", "subject": row.terminal}
        writer.submit(lambda c: c.execute(sa.insert(schema.audit).values(**note, words=command_id))).result()
    except (sa.exc.SQLAlchemyError, WriterStopped) as error:
        raise HTTPException(503, "the database does not answer") from error
    ending, kind = ENDINGS[row.kind]
    name = f"{row.terminal}-{command_id[:8]}.{ending}"
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, media_type=kind, headers=headers)
