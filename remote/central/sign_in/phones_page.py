"""The telephones of a demonstration: messages that arrived, and the identity code the city's app would draw.

For the people at the bench and for scripts; production has no such page (http.py).
"""

from __future__ import annotations

from collections.abc import Callable
from html import escape

import sqlalchemy as sa
import zxingcpp
from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, JSONResponse, Response

from remote.central.sign_in.gateway import SimulatedPhones
from remote.central.sign_in.identity_codes import draw
from remote.central.store.database import reading
from remote.central.store.schema import persons
from remote.central.times import Clock

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
STYLE = """body{font:20px/1.5 sans-serif;margin:0;padding:24px 20px;background:#f4f6fa;color:#111}
main{max-width:460px;margin:auto;background:#fff;border-radius:16px;padding:24px 20px}
a{display:block;padding:10px 0;color:#0b57a4}svg{width:100%;height:auto}
.demo{background:#fff3cd;border-radius:8px;padding:8px;font-size:17px}li{margin:8px 0}"""
BY_NUMBER = sa.select(persons).where(persons.c.id_number == sa.bindparam("id_number"))

Write = Callable[[Callable[[sa.Connection], str]], str]


def phones_router(
    engine: sa.Engine, write: Write, clock: Clock, phones: SimulatedPhones, owners: Callable[[], dict[str, str]]
) -> APIRouter:
    """`owners`: ID number by name, of the people a demonstration shows. `write` runs in the one writer."""
    router = APIRouter(include_in_schema=False)

    def person(id_number: str) -> sa.Row[tuple[object, ...]] | None:
        with reading(engine) as connection:
            return connection.execute(BY_NUMBER, {"id_number": id_number}).first()

    def listed() -> Response:
        rows = "".join(f'<a href="/phone/{escape(number)}">{escape(name)}</a>' for name, number in owners().items())
        return _page(f"<h1>谁的手机</h1>{rows}")

    def shown(id_number: str) -> Response:
        who = person(id_number)
        if who is None:
            return _page("没有这个人。", 404)
        code = write(lambda connection: draw(connection, who.person_id, clock()))
        svg = zxingcpp.create_barcode(code, zxingcpp.BarcodeFormat.QRCode).to_svg()
        texts = "".join(f"<li>{escape(one.text)}</li>" for one in phones.on(who.phone or ""))
        return _page(f"<h1>电子身份码</h1>{svg}<p>{escape(code)}</p><h1>收到的验证码</h1><ul>{texts or '<li>还没有</li>'}</ul>")

    def facts(id_number: str) -> Response:
        """{"identity_code": a fresh one, "messages": newest first}."""
        who = person(id_number)
        if who is None:
            return JSONResponse({"error": "unknown_person"}, 404, HEADERS)
        code = write(lambda connection: draw(connection, who.person_id, clock()))
        return JSONResponse({"identity_code": code, "messages": [one.text for one in phones.on(who.phone or "")]}, 200, HEADERS)

    async def index() -> Response:
        return await run_in_threadpool(listed)

    async def page(id_number: str) -> Response:
        return await run_in_threadpool(shown, id_number)

    async def json(id_number: str) -> Response:
        return await run_in_threadpool(facts, id_number)

    router.add_api_route("/phone", index, methods=["GET"])
    router.add_api_route("/phone/{id_number}", page, methods=["GET"])
    router.add_api_route("/phone/{id_number}/json", json, methods=["GET"])
    return router


def _page(inside: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>手机(演示)</title><style>{STYLE}</style><main>"
        f'<p class="demo">演示：真正的手机上才有这些</p>{inside}</main></html>',
        status, headers=HEADERS,
    )  # fmt: skip
