"""Which journal rows are news for the centre. They go out with the row's own commit, and say nothing personal."""
from __future__ import annotations

from kiosk.plans.production import KIND as PRODUCTION
from kiosk.transaction.journal import PLAN
from kiosk.transaction.log import PlanLog
from kiosk.transaction.plan import Attempt, Facts, Mark
from remote.messages import EventKind

News = tuple[str, dict[str, object]]


def news(log: PlanLog, this: Attempt, mark: Mark, facts: Facts) -> News | None:
    match mark:
        case Mark.OWED:
            return EventKind.OBLIGATION_OPENED, {**about(log, this), "waits_for": facts.get("waits_for", "")}
        case Mark.IN_DOUBT:
            return EventKind.INCIDENT, {**about(log, this), "incident": "in_doubt", "reason": facts.get("reason", "")}
        case Mark.INCIDENT:
            return EventKind.INCIDENT, {**about(log, this), "incident": "refused", "reason": facts.get("reason", "")}
        case Mark.CLOSED if log.has_any(Mark.OWED) or log.has(PLAN, Mark.IN_DOUBT):
            return EventKind.OBLIGATION_SETTLED, about(log, this)
        case Mark.UNDONE if this.act == "feed" and (facts.get("spoiled") or facts.get("in_doubt")):
            return EventKind.STOCK, {**about(log, this), "spoiled": facts.get("spoiled", 0), "in_doubt": facts.get("in_doubt", 0)}
        case Mark.DONE if this.act == "hand_over":
            return EventKind.STOCK, {**about(log, this), facts["end"]: 1}
    return None


def about(log: PlanLog, this: Attempt) -> dict[str, object]:
    body: dict[str, object] = {"kind": log.kind, "act": this.act, "attempt": this.number}
    if log.kind == PRODUCTION:
        body |= {"case_id": log.opened.get("case_id", ""), "reserve_key": Attempt(log.plan, "reserve", 1).key}
    return body
