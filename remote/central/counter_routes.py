"""The counter's pages over HTTP: every change is a POST of a form that was given out to this very session."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

import sqlalchemy as sa
from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, RedirectResponse

from remote.central import views
from remote.central.centre import Centre
from remote.central.context import Context
from remote.central.counter import COUNTER, CounterError
from remote.central.identity.desk import open_visits
from remote.central.loads.desk import open_loads, settle_load
from remote.central.pages import counter_page, help_section, login_page, messages_page, orders_page, staff_section
from remote.central.payment import desk as money_desk
from remote.central.payment.pages import payments_page, reconciliation_page
from remote.central.payment.purchases_desk import open_purchases, settle_purchase
from remote.central.sessions import COOKIE, Sessions, TooManyTries
from remote.central.store.database import reading, writing
from remote.central.times import BentClock

LARGEST_FORM = 20_000  # bytes
Form = dict[str, str]
SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; "
    "img-src data:; form-action 'self'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
}


def counter_router(centre: Centre, sessions: Sessions) -> APIRouter:
    router = APIRouter(include_in_schema=False)
    desk = _Desk(centre, sessions)
    for path, show in (
        ("/counter", desk.counter),
        ("/counter/help", desk.help),
        ("/counter/staff", desk.staff),
        ("/orders", desk.orders),
        ("/messages", desk.messages),
        ("/payments", desk.payments),
        ("/reconciliation", desk.reconciliation),
    ):
        router.add_api_route(path, desk.page(show), methods=["GET"], name=show.__name__)
    router.add_api_route("/", lambda: RedirectResponse("/counter", 303), methods=["GET"])
    router.add_api_route("/counter/login", desk.log_in, methods=["POST"])
    router.add_api_route("/counter/logout", desk.log_out, methods=["GET"])
    for path, back, act in desk.acts():
        router.add_api_route(path, desk.act(act, back), methods=["POST"], name=path)
    if centre.settings.bend_time:
        router.add_api_route("/demo/time", desk.bend_time, methods=["POST"])
    return router


class _Desk:
    def __init__(self, centre: Centre, sessions: Sessions) -> None:
        self._centre = centre
        self._sessions = sessions

    # -- pages

    def page(self, show: Callable[[sa.Connection, str, str, Form], str]) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            cookie = request.cookies.get(COOKIE)
            staff = self._sessions.staff(cookie)
            if staff is None or cookie is None:
                return _html(login_page(self._sessions.needs_pin), 401)
            said = dict(request.query_params)
            if not self._sessions.said_here(cookie, said.get("said", ""), said.get("good", ""), said.get("by", "")):
                said = {}
            return _html(await run_in_threadpool(self._show, show, staff, self._sessions.form_token(cookie), said))

        return endpoint

    def _show(self, show: Callable[[sa.Connection, str, str, Form], str], staff: str, token: str, said: Form) -> str:
        with reading(self._centre.engine) as connection:
            return show(connection, staff, token, said)

    def counter(self, connection: sa.Connection, staff: str, token: str, said: Form) -> str:
        data = {
            "help": views.open_help_calls(connection),
            "staff": self._centre.counter.staff_requests(connection),
            "visits": open_visits(connection),
            "kept": views.held(connection, "kept"),
            "in_doubt": views.held(connection, "in_doubt"),
            "owed": views.owed(connection),
            "incidents": views.open_incidents(connection),
            "terminals": views.all_terminals(connection),
        }
        return counter_page(data, token, staff, self._centre.clock(), said.get("said", ""), said.get("good") != "0")

    def help(self, connection: sa.Connection, staff: str, token: str, _said: Form) -> str:
        return help_section(views.open_help_calls(connection), token, staff, self._centre.clock())

    def staff(self, connection: sa.Connection, staff: str, token: str, _said: Form) -> str:
        return staff_section(self._centre.counter.staff_requests(connection), token, staff, self._centre.clock())

    def orders(self, connection: sa.Connection, staff: str, token: str, said: Form) -> str:
        return orders_page(
            views.orders(connection), token, staff, self._centre.clock(), said.get("said", ""), said.get("good") != "0"
        )

    def messages(self, connection: sa.Connection, staff: str, _token: str, _said: Form) -> str:
        return messages_page(views.latest_notices(connection), staff, self._centre.clock())

    def payments(self, connection: sa.Connection, staff: str, token: str, said: Form) -> str:
        rows = money_desk.latest_orders(connection), money_desk.failed_refunds(connection)
        cards = open_loads(connection), open_purchases(connection)
        return payments_page(*rows, *cards, token, staff, self._centre.clock(), said.get("said", ""), said.get("good") != "0")

    def reconciliation(self, connection: sa.Connection, staff: str, token: str, said: Form) -> str:
        rows = money_desk.open_differences(connection), money_desk.settled_differences(connection)
        read = money_desk.compared_bills(connection)
        return reconciliation_page(
            *rows, read, token, staff, self._centre.clock(), said.get("said", ""), said.get("good") != "0"
        )  # fmt: skip

    # -- who

    async def log_in(self, request: Request) -> Response:
        form = await _form(request)
        if not form.get("staff", "").strip():
            return _html(login_page(self._sessions.needs_pin, "请填写姓名"), 401)
        try:
            cookie = self._sessions.enter(form["staff"], form.get("pin", ""))
        except TooManyTries:
            return _html(login_page(self._sessions.needs_pin, "口令错误次数太多,请一分钟后再试"), 429)
        if cookie is None:
            return _html(login_page(self._sessions.needs_pin, "口令不对"), 401)
        answer = RedirectResponse("/counter", 303)
        answer.set_cookie(COOKIE, cookie, httponly=True, samesite="strict", secure=request.url.scheme == "https")
        return answer

    async def log_out(self) -> Response:
        answer = RedirectResponse("/counter", 303)
        answer.delete_cookie(COOKIE)
        return answer

    # -- acts

    def acts(self) -> list[tuple[str, str, Callable[[Form, str], str]]]:
        return [
            ("/counter/answer", "/counter", self._answer),
            ("/counter/look", "/counter", self._look),
            ("/counter/visit", "/counter", self._visit),
            ("/counter/hand-over", "/counter", self._hand_over),
            ("/counter/settle", "/counter", self._settle),
            ("/counter/doubt", "/counter", self._doubt),
            ("/counter/incident", "/counter", self._incident),
            ("/counter/fence", "/counter", self._fence),
            ("/counter/unfence", "/counter", self._unfence),
            ("/orders/produce", "/orders", self._produce),
            ("/orders/mail", "/orders", self._mail),
            ("/orders/deliver", "/orders", self._deliver),
            ("/payments/by-hand", "/payments", self._refund_by_hand),
            ("/payments/again", "/payments", self._refund_again),
            ("/payments/load", "/payments", self._settle_load),
            ("/payments/purchase", "/payments", self._settle_purchase),
            ("/reconciliation/settle", "/reconciliation", self._settle_difference),
        ]

    def act(self, act: Callable[[Form, str], str], back: str) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            cookie = request.cookies.get(COOKIE)
            staff = self._sessions.staff(cookie)
            form = await _form(request)
            if staff is None or cookie is None or not self._sessions.own_form(cookie, form.get("token", "")):
                return _html(login_page(self._sessions.needs_pin, "请重新进入"), 403)
            try:
                said, good = await run_in_threadpool(act, form, staff), True
            except CounterError as error:
                said, good = str(error), False
            proof = self._sessions.said_proof(cookie, said, str(int(good)))
            return RedirectResponse(f"{back}?{urlencode({'said': said, 'good': int(good), 'by': proof})}", 303)

        return endpoint

    def _answer(self, form: Form, staff: str) -> str:
        self._centre.counter.answer_help(form.get("event_id", ""), staff)
        return "已记下,请过去帮忙。"

    def _look(self, form: Form, staff: str) -> str:
        if form.get("same") not in ("yes", "no"):
            raise CounterError("请选择是本人,还是不能确认")
        same = form["same"] == "yes"
        self._centre.counter.answer_staff_request(form.get("request_id", ""), same, form.get("staff", ""), form.get("reason", ""))
        return "已记下:是本人,机器接着办。" if same else "已记下:不能确认,机器不办这件事。"

    def _visit(self, form: Form, staff: str) -> str:
        if form.get("seen") not in ("yes", "no"):
            raise CounterError("请选择见到本人,还是没有见到")
        self._centre.counter.finish_home_visit(form.get("visit_no", ""), form["seen"] == "yes", staff, form.get("words", ""))
        return "上门结果已记下。"

    def _hand_over(self, form: Form, staff: str) -> str:
        number = self._centre.counter.hand_over_kept(
            form.get("reserve_key", ""), form.get("id_number", ""), form.get("staff", "")
        )
        return f"已交给本人,证号尾号{number[-4:]}现在生效。"

    def _settle(self, form: Form, staff: str) -> str:
        self._centre.counter.settle_obligation(form.get("obligation_id", ""), form.get("id_number", ""), form.get("staff", ""))
        return "已办结。"

    def _doubt(self, form: Form, staff: str) -> str:
        if form.get("given") not in ("yes", "no"):
            raise CounterError("请选择查明结果")
        self._centre.counter.settle_doubt(
            form.get("reserve_key", ""),
            form["given"] == "yes",
            form.get("first", ""),
            form.get("second", ""),
            form.get("reason", ""),
        )
        return "已由两人确认。"

    def _incident(self, form: Form, staff: str) -> str:
        self._centre.counter.close_incident(form.get("incident_id", ""), staff, form.get("words", ""))
        return "异常已结案。"

    def _fence(self, form: Form, staff: str) -> str:
        ended = self._centre.counter.fence(form.get("terminal", ""), staff, form.get("reason", ""))
        return f"已停用,{ended}笔正在办理的已放开。"

    def _unfence(self, form: Form, staff: str) -> str:
        self._centre.counter.unfence(form.get("terminal", ""), staff)
        return "已重新启用。"

    def _produce(self, form: Form, staff: str) -> str:
        return f"已制证,证号 {self._centre.counter.produce_order(form.get('order_no', ''), staff)}。"

    def _mail(self, form: Form, staff: str) -> str:
        self._centre.counter.mail_order(form.get("order_no", ""), staff)
        return "已交给邮政,证已生效。"

    def _deliver(self, form: Form, staff: str) -> str:
        self._centre.counter.deliver_order(form.get("order_no", ""), staff)
        return "已送达,办结。"

    def _refund_by_hand(self, form: Form, staff: str) -> str:
        which, people = self._which(form), self._people(form)
        self._about_money(lambda context: money_desk.settle_refund_by_hand(context, *which, *people), "by hand")
        return "已记下,由两人确认。"

    def _refund_again(self, form: Form, staff: str) -> str:
        which = self._which(form)
        self._about_money(lambda context: money_desk.try_refund_again(context, *which, staff), "again")
        return "正在再退一次。"

    def _settle_load(self, form: Form, staff: str) -> str:
        if form.get("credited") not in ("yes", "no"):
            raise CounterError("请选择核对结果")
        which, credited, people = form.get("load_id", ""), form["credited"] == "yes", self._people(form)
        self._about_money(lambda context: settle_load(context, which, credited, *people), "load")
        return "已由两人确认。"

    def _settle_purchase(self, form: Form, staff: str) -> str:
        if form.get("debited") not in ("yes", "no"):
            raise CounterError("请选择核对结果")
        which, debited, people = form.get("purchase_id", ""), form["debited"] == "yes", self._people(form)
        self._about_money(lambda context: settle_purchase(context, which, debited, *people), "purchase")
        return "已由两人确认。"

    def _settle_difference(self, form: Form, staff: str) -> str:
        which, people = form.get("difference_id", ""), self._people(form)
        self._about_money(lambda context: money_desk.settle_difference(context, which, *people), "difference")
        return "已记下,由两人确认。"

    def _which(self, form: Form) -> tuple[str, str]:
        return form.get("channel", ""), form.get("transaction", "")

    def _people(self, form: Form) -> tuple[str, str, str]:
        return form.get("first", ""), form.get("second", ""), form.get("reason", "")

    def _about_money(self, act: Callable[[Context], None], key: str) -> None:
        with writing(self._centre.engine) as connection:
            try:
                act(self._centre.service.context(connection, COUNTER, key))
            except money_desk.CannotSettle as error:
                raise CounterError(str(error)) from error

    async def bend_time(self, request: Request) -> Response:
        """Demo only: `days` and `minutes` from the real time; 0 is now. There is no such route in production."""
        form = await _form(request)
        clock = self._centre.clock
        if not isinstance(clock, BentClock):
            return Response("this centre's clock cannot be bent", 409)
        try:
            clock.offset = timedelta(days=int(form.get("days", "0")), minutes=int(form.get("minutes", "0")))
        except (ValueError, OverflowError):
            return Response("days, minutes: expected whole numbers", 422)
        return Response(clock().isoformat())


async def _form(request: Request) -> Form:
    """Urlencoded fields; empty where the body is too large or of another kind."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > LARGEST_FORM:
            return {}
    return dict(parse_qsl(body.decode("utf-8", "replace")))


def _html(text: str, status: int = 200) -> Response:
    return HTMLResponse(text, status, headers=SECURITY_HEADERS)
