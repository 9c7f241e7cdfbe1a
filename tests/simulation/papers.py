"""Invariants 2 and 4 for paper: a copy is counted once, a delivered copy has its pages, nothing comes out twice, and what nobody
knows is called unknown."""
from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from kiosk.plans.pages import PRINT, job_name
from kiosk.plans.printing import ISSUE, KIND
from kiosk.transaction.journal import PLAN
from kiosk.transaction.plan import Mark
from remote.central.documents.offers import COUNTED
from remote.central.documents.rules import load_document_rules
from remote.central.documents.tables import documents
from remote.central.store.database import reading
from remote.central.store.schema import number_series

if TYPE_CHECKING:
    from tests.simulation.evidence import Evidence, PlanSeen
    from tests.simulation.world import World

JOB = "bz-"                  # what every job of ours is called by (kiosk/plans/pages.py)
Row = dict[str, Any]


class Papers:
    def __init__(self, world: World, e: Evidence) -> None:
        self.world, self.e = world, e
        self.plans = [plan for plan in e.plans if plan.kind == KIND]
        columns = [c for c in documents.c if c.name not in ("pdf", "content", "code")]
        with reading(world.centre.engine) as connection:
            self.copies = {r.document_id: dict(r._mapping) for r in connection.execute(sa.select(*columns))}
            prefix = load_document_rules().on(world.now().date()).number_prefix
            mine = number_series.c.prefix.like(f"{prefix}-%")
            self.last = connection.execute(sa.select(sa.func.sum(number_series.c.last)).where(mine)).scalar() or 0
        self.sides: dict[str, Counter[int]] = {}
        for cabinet in world.cabinets:
            for side in cabinet.paper.out:
                self.sides.setdefault(side.job, Counter())[side.page] += 1

    def _must(self, holds: bool, else_say: str, details: str = "") -> None:
        if not holds:
            self.world.wrong(f"2 {else_say}", details)

    def look(self) -> None:
        self._must(len(self.copies) == self.last, "a document's number was given out and is not on record")
        self._no_stray_pages()
        for copy in self.copies.values():
            self._copy(copy)
        for plan in self.plans:
            self._plan(plan)
        rules = load_document_rules().on(self.world.now().date())
        counted = Counter((c["person_id"], c["kind"], c["day"]) for c in self.copies.values() if c["state"] in COUNTED)
        self._must(max(counted.values(), default=0) <= rules.copies_per_day, "more copies of a kind than a day allows")

    def _no_stray_pages(self) -> None:
        known = {job_name(plan.plan) for plan in self.e.plans if plan.has(PRINT, Mark.INTENT)}
        stray = [job for job in self.sides if job.startswith(JOB) and job not in known]
        self._must(not stray, "pages came out that no journal knows of", " ".join(stray))

    def _whole(self, plan: PlanSeen, pages: int) -> bool:
        """All its pages came out at least once."""
        return all(self._out(plan)[page] for page in range(pages))

    def _out(self, plan: PlanSeen) -> Counter[int]:
        return self.sides.get(job_name(plan.plan), Counter())

    def _copy(self, copy: Row) -> None:
        """A number that counts is a paper that came out, or a doubt; and it came out once."""
        mine = [plan for plan in self.plans if plan.of(ISSUE, Mark.DONE).get("document_id") == copy["document_id"]]
        forward = [plan for plan in mine if plan.has(PLAN, Mark.DECIDED_FORWARD)]
        doubt, none = any(plan.in_doubt for plan in mine), not forward
        right = {"delivered": len(forward) == 1, "unknown": doubt, "failed": none, "void": none}.get(copy["state"], False)
        said = "\n".join(map(str, mine))
        self._must(right, f"a copy counts as {copy['state']} and {len(forward)} of its plans say that it came out", said)
        whole = [plan for plan in mine if self._whole(plan, copy["pages"])]
        self._must(len(whole) <= 1, "one copy came out twice", said)
        if copy["state"] == "delivered":
            pages = Counter(range(copy["pages"]))
            right = bool(forward) and self._out(forward[0]) == pages and copy["sheets"] == copy["pages"]
            self._must(right, "a delivered copy has not its pages", said)

    def _plan(self, plan: PlanSeen) -> None:
        copy = self.copies.get(str(plan.of(ISSUE, Mark.DONE).get("document_id", "")))
        back = plan.has(PLAN, Mark.DECIDED_BACK)
        if copy is None:
            self._must(not self._out(plan), "pages came out of a plan that has no copy", str(plan))
        elif back and plan.has(PRINT, Mark.INTENT):
            self._must(not self._whole(plan, copy["pages"]), "all pages came out and the journal says they did not", str(plan))
        elif back:
            self._must(not self._out(plan), "pages came out and the journal says that none were sent", str(plan))
