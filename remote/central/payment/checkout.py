"""The page that the simulated channel's QR code opens: what, to whom, how much, one button. For a phone."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from html import escape

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse

from print.layouts.formats import yuan
from remote.central.payment.simulated import CannotPay, SimulatedChannel

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}
SAID = {
    "closed": "这笔订单已经关闭，没有扣款。",
    "expired": "付款时间已过，没有扣款。请在机器上重新来一次。",
    "paid": "这笔订单已经付过了，没有再扣款。",
    "unknown": "没有这笔订单。",
}
STYLE = """body{font:20px/1.5 sans-serif;margin:0;padding:32px 20px;background:#f4f6fa;color:#111;text-align:center}
main{max-width:420px;margin:auto;background:#fff;border-radius:16px;padding:28px 20px}
.fen{font-size:52px;font-weight:700;margin:12px 0}.soft{color:#555;font-size:17px}
button{font-size:24px;width:100%;padding:18px;border:0;border-radius:12px;background:#0b57a4;color:#fff}
.demo{background:#fff3cd;border-radius:8px;padding:8px;font-size:17px;margin-bottom:20px}"""


def checkout_router(channel: SimulatedChannel) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    def show(token: str) -> HTMLResponse:
        trade = channel.trade(token)
        if trade is None:
            return _page("没有这笔订单。", 404)
        button = f'<form method="post" action="/checkout/{escape(token)}/pay"><button>确认付款</button></form>'
        return _page(
            f'<p class="soft">付给 {escape(trade.payee)}</p><p>{escape(trade.what)}</p>'
            f'<p class="fen">{yuan(trade.fen)} 元</p>{button}'
        )

    def pay(token: str) -> HTMLResponse:
        try:
            channel.pay(token)
        except CannotPay as error:
            return _page(SAID[error.reason], 409)
        return _page("付款成功。请回到机器前继续。")

    def late(token: str) -> HTMLResponse:
        """A bank that lets it through although the order is closed: what real ones do now and then."""
        try:
            channel.pay(token, although_closed=True)
        except CannotPay as error:
            return _page(SAID[error.reason], 409)
        return _page("付款成功，但是来晚了。")

    router.add_api_route("/checkout/{token}/late", _threaded(late), methods=["POST"])
    router.add_api_route("/checkout/{token}", _threaded(show), methods=["GET"])
    router.add_api_route("/checkout/{token}/pay", _threaded(pay), methods=["POST"])
    return router


def _threaded(work: Callable[[str], HTMLResponse]) -> Callable[[str], Awaitable[HTMLResponse]]:
    async def endpoint(token: str) -> HTMLResponse:
        return await run_in_threadpool(work, token)

    return endpoint


def _page(inside: str, status: int = 200) -> HTMLResponse:
    return HTMLResponse(
        f'<!doctype html><html lang="zh-CN"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>付款(演示)</title><style>{STYLE}</style><main>"
        f'<p class="demo">演示付款：不会真的扣钱</p>{inside}</main></html>',
        status, headers=HEADERS,
    )  # fmt: skip
