"""Witnessing: what was once said of a row stays said."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from remote.central.audit.tables import contradictions, heads
from remote.central.context import Context
from remote.messages.audit import (
    HEADS_AT_MOST,
    AskWitnessed,
    Contradiction,
    Head,
    Witness,
    Witnessed,
    WitnessedHeads,
)

Found = tuple[Contradiction, int, str, str]
"""What, of which row, what was witnessed, what is said now."""

OF = (heads.c.terminal == sa.bindparam("terminal"), heads.c.chain == sa.bindparam("chain"))
AT = sa.select(heads.c.head).where(*OF, heads.c.seq == sa.bindparam("seq"))
LAST = sa.select(heads.c.seq, heads.c.head).where(*OF).order_by(heads.c.seq.desc()).limit(1)
OTHER_CHAIN = (
    sa.select(heads.c.chain, heads.c.seq, heads.c.head)
    .where(heads.c.terminal == sa.bindparam("terminal"))
    .order_by(heads.c.at.desc(), heads.c.seq.desc())
    .limit(1)
)
NEWEST = sa.select(heads.c.seq, heads.c.head, heads.c.at).where(*OF).order_by(heads.c.seq.desc()).limit(HEADS_AT_MOST)
OTHERS = sa.select(sa.func.count()).where(
    heads.c.terminal == sa.bindparam("terminal"), heads.c.chain != sa.bindparam("chain")
)  # fmt: skip
KNOWN = sa.select(contradictions.c.number).where(
    *(contradictions.c[name] == sa.bindparam(name) for name in ("terminal", "kind", "chain", "seq", "said"))
)


def witness(context: Context, ask: Witness) -> Witnessed:
    """Remember this head. Safe to repeat; what contradicts an earlier head is kept, and the earlier head stays."""
    found = list(_contradictions(context, ask))
    for kind, seq, witnessed, said in found:
        _keep(context, ask.chain, kind, seq, witnessed, said)
    if _head_at(context, ask.chain, ask.seq) is None:
        context.connection.execute(
            sa.insert(heads),
            {"terminal": context.terminal, "chain": ask.chain, "seq": ask.seq, "head": ask.head, "at": context.now},
        )
    return Witnessed(at=context.now, contradictions=[kind for kind, *_ in found])


def _contradictions(context: Context, ask: Witness) -> Iterator[Found]:
    last = context.connection.execute(LAST, {"terminal": context.terminal, "chain": ask.chain}).first()
    if last is None:
        other = context.connection.execute(OTHER_CHAIN, {"terminal": context.terminal}).first()
        if other is not None:
            yield Contradiction.ANOTHER_CHAIN, other.seq, other.head, ask.head
        return
    if last.seq > ask.seq:
        yield Contradiction.SHORTENED, last.seq, last.head, ask.head
    for seq, said in ((ask.seq, ask.head), (ask.seen, ask.seen_head)):
        before = _head_at(context, ask.chain, seq)
        if before is not None and before != said:
            yield Contradiction.REWRITTEN, seq, before, said


def _head_at(context: Context, chain: str, seq: int) -> str | None:
    return context.connection.execute(AT, {"terminal": context.terminal, "chain": chain, "seq": seq}).scalar()


def _keep(context: Context, chain: str, kind: Contradiction, seq: int, witnessed: str, said: str) -> None:
    row = {"terminal": context.terminal, "kind": kind.value, "chain": chain, "seq": seq, "said": said}
    if context.connection.execute(KNOWN, row).first() is None:
        context.connection.execute(sa.insert(contradictions), {**row, "witnessed": witnessed, "at": context.now})
        context.audit("audit_contradicted", f"{kind.value} at row {seq}")


def witnessed(context: Context, ask: AskWitnessed) -> WitnessedHeads:
    of = {"terminal": context.terminal, "chain": ask.chain}
    rows = context.connection.execute(NEWEST, of).all()
    others = context.connection.execute(OTHERS, of).scalar_one()
    return WitnessedHeads(heads=[Head(seq=row.seq, head=row.head, at=row.at) for row in reversed(rows)], others=others)
