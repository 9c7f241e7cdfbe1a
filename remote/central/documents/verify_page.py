"""/verify/<id>: what anybody with the paper in hand may ask, on a telephone, without the terminal or an account.

It says what the centre knows of that copy and asks to compare. The id is 128 random bits that stand only in the code on
the paper, so that nobody can leaf through other people's documents; who asks too often waits.
"""

from __future__ import annotations

import re
import time
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING

import sqlalchemy as sa
from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool

from print.layouts.documents.content import TITLES
from print.layouts.formats import day
from remote.central.documents.revoked import revoked_list
from remote.central.documents.tables import documents
from remote.central.operations.records import Row
from remote.central.store.database import reading
from remote.central.times import BEIJING

if TYPE_CHECKING:
    from remote.central.centre import Centre

ASKS, WITHIN_S, ASKERS = 30, 60.0, 10_000
"""Questions of one address in a while; addresses remembered at most."""
BY_ID = sa.select(documents).where(documents.c.document_id == sa.bindparam("document_id"))
HELD = ("issued", "delivered", "failed", "unknown")
STYLE = """
*{box-sizing:border-box}body{margin:0;background:#f2f5f7;color:#1c2733;
font:19px/1.6 "Noto Sans CJK SC","Noto Sans SC","PingFang SC","Microsoft YaHei",sans-serif}
main{max-width:560px;margin:0 auto;padding:20px}h1{font-size:22px;margin:6px 0 16px;color:#b3161e;text-align:center}
.state{border-radius:14px;padding:18px 20px;font-size:28px;font-weight:600;text-align:center;color:#fff}
.good{background:#1b6e3c}.bad{background:#b3261e}.warm{background:#8a5a00}
dl{background:#fff;border-radius:14px;padding:8px 20px;margin:16px 0}dt{color:#5a6a78;font-size:16px;padding-top:10px}
dd{margin:0;padding-bottom:10px;border-bottom:1px solid #d9e0e6;font-weight:600;word-break:break-all}
dd:last-child{border:0}p{margin:12px 4px}
"""


class Patience:
    """How often an address may ask: ASKS in WITHIN_S seconds. Forgets the oldest address beyond ASKERS."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._asked: OrderedDict[str, list[float]] = OrderedDict()

    def may_ask(self, address: str) -> bool:
        now = self._clock()
        times = [at for at in self._asked.pop(address, []) if at > now - WITHIN_S]
        may = len(times) < ASKS
        if may:
            times.append(now)
        self._asked[address] = times
        if len(self._asked) > ASKERS:
            self._asked.popitem(last=False)
        return may


def verify_router(centre: Centre, patience: Patience | None = None) -> APIRouter:
    router, waits = APIRouter(include_in_schema=False), patience or Patience()

    def patient(request: Request) -> bool:
        return waits.may_ask(request.client.host if request.client else "")

    @router.get("/verify/revoked")
    async def revoked(request: Request) -> Response:
        if not patient(request):
            return _later()
        made = await run_in_threadpool(revoked_list, centre)
        if made is None:
            return Response(status_code=404)
        return Response(made, media_type="application/cose", headers={"Cache-Control": "max-age=300"})

    @router.get("/verify/chain.pem")
    async def chain(request: Request) -> Response:
        seal = centre.service.seal
        if not patient(request):
            return _later()
        if seal is None:
            return Response(status_code=404)
        return Response(seal().authority.chain_pem(), media_type="application/x-pem-file")

    @router.get("/verify/{document_id}")
    async def page(request: Request, document_id: str) -> Response:
        if not patient(request):
            return _later()
        row = await run_in_threadpool(_row, centre, document_id)
        html = _page(row, centre.clock().astimezone(BEIJING))
        return HTMLResponse(html, headers={"Cache-Control": "no-store", "X-Robots-Tag": "noindex"})

    return router


def _row(centre: Centre, document_id: str) -> Row | None:
    if not re.fullmatch(r"[0-9a-f]{32}", document_id):
        return None
    with reading(centre.engine) as connection:
        return connection.execute(BY_ID, {"document_id": document_id}).first()


def _later() -> Response:
    return HTMLResponse(_frame('<div class="state warm">请稍后再试</div><p>这个网络问得太频繁,请过一分钟再核验。</p>'), 429)


def _page(row: Row | None, now: datetime) -> str:
    if row is None:
        return _frame('<div class="state bad">没有查到</div><p>系统里没有这份文件。请核对是否扫对了码;仍有疑问请拨打12345。</p>')
    words, colour, more = _state(row, now)
    facts = (
        ("文件", TITLES[row.kind]), ("编号", row.number), ("出具单位", row.issuer), ("姓名", row.name_masked),
        ("证件号码末四位", row.id_tail), ("出具日期", day(row.issued_at.date(), "zh_CN")),
        ("有效期至", day(row.valid_to, "zh_CN") if row.valid_to else "只证明出具时的情况"),
    )  # fmt: skip
    listed = "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in facts)
    return _frame(f'<div class="state {colour}">{words}</div><p>{more}</p><dl>{listed}</dl>'
                  "<p>请逐项对照手里的纸:有一项不同,就不是这份文件。</p>")  # fmt: skip


def _state(row: Row, now: datetime) -> tuple[str, str, str]:
    if row.state not in HELD:
        at = day(row.ended_at.date(), "zh_CN") if row.ended_at else ""
        return "已作废", "bad", escape(f"{at} {row.ended_why}")
    if row.valid_to is not None and row.valid_to < now.date():
        return "已过有效期", "warm", "这份文件出具过,但有效期已过,请重新开具。"
    return "有效", "good", "系统里有这份文件。"


def _frame(body: str) -> str:
    return (
        '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>文件核验</title>'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><style>{STYLE}</style></head>'
        f"<body><main><h1>亳州市政务服务 · 文件核验</h1>{body}</main></body></html>"
    )
