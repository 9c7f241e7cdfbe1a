"""Which journal rows are news for the centre. They go out with the row's own commit; nothing in them names a person."""
from __future__ import annotations

from collections.abc import Iterator

from kiosk.plans.one_call import CALL
from kiosk.plans.pages import PRINT
from kiosk.stock import FEEDS
from kiosk.transaction.journal import PLAN
from kiosk.transaction.log import PlanLog, Tell
from kiosk.transaction.plan import Attempt, Facts, Mark
from print.ipp.reasons import STOPPING
from remote.messages import EventKind, IncidentNews, MoneyAct, MoneyNews, News, ObligationNews, StockNews

WORDS = {
    "release": "号码待释放", "feed": "空白卡待退出", "dispense": "发卡机的卡待收回", "register": "发证待登记",
    "freeze": "待冻结号码",
    "hand_over": "不知道证是否已取走", CALL: "不知道申请是否已收到", "in_doubt": "证的去向不明",
    "order": "付款订单待关闭", "collect": "不知道是否已付款", "issue": "证明待收回", "print": "不知道证明是否打全",
    "permit": "充值许可待作废", "credit": "不知道钱是否已到卡里", "confirm_load": "充值待登记",
    "purchase": "市民卡付款待作废", "debit": "不知道市民卡是否已扣款", "report_purchase": "市民卡付款待登记",
    "change_pin": "不知道市民卡密码改好没有",
    "permit_script": "市民卡写卡许可待作废", "write_card": "不知道市民卡写好没有", "confirm_script": "市民卡写卡待登记",
    "confirm": "打印结果待登记", "doubt": "打印结果待登记",
}  # fmt: skip
"""For the counter's page: what is owed, in words."""
ON_PAPER = ("print_document", "print_ecredential")
"""Kinds of plans whose printing is the A4 printer's."""
IN_DOUBT = {"print_document": "不知道证明是否打全", "payment": "不知道是否已付款",
    "purse_payment": "不知道市民卡是否已扣款", "top_up": "不知道市民卡是否已充值"}
"""By kind of plan; a card's whereabouts otherwise."""


def news_of(place: str) -> Tell:
    """What the heart tells the centre of a row."""

    def news(log: PlanLog, this: Attempt, mark: Mark, facts: Facts) -> list[tuple[str, dict[str, object]]]:
        told = [*owing(log, this, mark, place), *trouble(log, this, mark, facts), *moved_blanks(this, mark, facts)]
        told += money(log, this, mark, facts)
        return [(kind.value, body.model_dump(mode="json")) for kind, body in told]

    return news


Told = Iterator[tuple[EventKind, News]]


def owing(log: PlanLog, this: Attempt, mark: Mark, place: str) -> Told:
    if mark is Mark.OWED:
        yield EventKind.OBLIGATION_OPENED, obligation(log, this, place)
    if mark in (Mark.DONE, Mark.UNDONE, Mark.NOT_DONE) and log.has(this.act, Mark.OWED, this.number):
        yield EventKind.OBLIGATION_SETTLED, obligation(log, this, place)


def trouble(log: PlanLog, this: Attempt, mark: Mark, facts: Facts) -> Told:
    """A printer that shows what hinders it is seen by the terminal's health; one that will not print and shows nothing, here."""
    reason = facts.get("reason", "")
    if mark is Mark.NOT_DONE and this.act == PRINT and log.kind in ON_PAPER and reason not in STOPPING:
        yield EventKind.INCIDENT, IncidentNews(kind="not_printed", words=f"打印机没有接下或没有打完一份任务:{reason}")
    if mark is Mark.IN_DOUBT:
        yield EventKind.INCIDENT, IncidentNews(kind="in_doubt", words=f"{IN_DOUBT.get(log.kind, WORDS['in_doubt'])}:{reason}")
    if mark is Mark.UNDONE and facts.get("released") is False:
        yield EventKind.INCIDENT, IncidentNews(kind="not_released", words=f"{WORDS['release']}:{facts.get('problem', '')}")
    if mark is Mark.INCIDENT:
        yield EventKind.INCIDENT, IncidentNews(kind="refused", words=f"{WORDS.get(this.act, this.act)}:{reason}")


def moved_blanks(this: Attempt, mark: Mark, facts: Facts) -> Told:
    if mark is Mark.UNDONE and this.act in FEEDS:
        for kind in ("spoiled", "in_doubt"):
            if facts.get(kind):
                yield EventKind.STOCK, StockNews(kind=kind, count=int(facts[kind]))
    if mark is Mark.DONE and this.act == "hand_over":
        yield EventKind.STOCK, StockNews(kind="issued" if facts["end"] == "taken" else "kept", count=1)


PERMIT, CREDIT, ORDER, COLLECT, ISSUE = "permit", "credit", "order", "collect", "issue"


def money(log: PlanLog, this: Attempt, mark: Mark, facts: Facts) -> Told:
    """What this journal says about money, for the centre's reconciliation: by the number of the order, load or document."""
    if mark not in (Mark.DONE, Mark.NOT_DONE):
        return
    happened = mark is Mark.DONE
    if this.act == CREDIT and (load := (log.facts(PERMIT, Mark.DONE) or {}).get("load")):
        yield EventKind.MONEY, _money(log, MoneyAct.LOADED, load["load_id"], happened, load["fen"])
    elif this.act in (COLLECT, "debit") and (order := (log.facts(ORDER, Mark.DONE) or {}).get("order")):
        yield EventKind.MONEY, _money(log, MoneyAct.PAID, order["order_id"], happened, order["fen"])
    elif this.act == PRINT and (issued := log.facts(ISSUE, Mark.DONE)) and issued.get("document_id"):
        yield EventKind.MONEY, _money(log, MoneyAct.PRINTED, issued["document_id"], happened, 0)


def _money(log: PlanLog, what: MoneyAct, ref: str, happened: bool, fen: int) -> MoneyNews:
    return MoneyNews(plan=log.plan, what=what, ref=str(ref), happened=happened, fen=int(fen))


def obligation(log: PlanLog, this: Attempt, place: str) -> ObligationNews:
    """Found by the ID card through `person_ref`; technicians see the rest."""
    opened = log.facts(PLAN, Mark.OPENED) or {}
    request = opened.get("request", {})
    return ObligationNews(
        obligation_id=this.key, kind=f"{log.kind}.{this.act}", place=place, words=WORDS.get(this.act, this.act),
        person_ref=str(opened.get("person_ref") or request.get("person_ref") or ""),
        case_id=str(opened.get("case_id") or request.get("case_id") or ""),
        claim_code=str(opened.get("claim_code") or request.get("claim_code") or ""),
    )  # fmt: skip
