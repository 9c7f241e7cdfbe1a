"""One sealed document for one person: a numbered copy from the centre, its pages out of the printer, and the centre told.

The pages are the pivot. Only the printer's own counts say that they came out. A copy that certainly did not come out whole is
reported as such and stays hers: the next try has the same number and is counted once. What nobody knows is never printed again
by itself. The sealed PDF lives in this plan's memory only.
"""
from __future__ import annotations

from base64 import b64decode

from kiosk.parts import Parts
from kiosk.plans.one_call import CENTRE, accepted, asked, for_good
from kiosk.plans.pages import MACHINE, PRINT, Pages
from kiosk.transaction.journal import PLAN
from kiosk.transaction.log import PlanLog
from kiosk.transaction.plan import Act, Attempt, Facts, Later, Mark, Plan, Refused
from remote.messages import ConfirmPrint, IssueDocument, PrintOutcome, VoidDocument
from remote.platform import PlatformAway, PlatformRefused

KIND = "print_document"
ISSUE, CONFIRM = "issue", "confirm"


def printing(parts: Parts, log: PlanLog) -> Plan:
    """The opened row carries `request` (an IssueDocument), `claim_code` and `person_ref`."""
    paper = Paper(parts, log)
    return Plan(
        log.plan,
        KIND,
        before=(Act(ISSUE, paper.issue, undo=paper.take_back),),
        pivot=Act(PRINT, paper.print, prepare=paper.make_ready),
        probe=paper.probe,
        after=(Act(CONFIRM, paper.confirm),),
        doubt=Act("doubt", paper.say_doubt),
        holds=frozenset({MACHINE}),
    )


class Paper(Pages):
    # -- the copy ----------------------------------------------------------------------------------------------------

    async def issue(self, this: Attempt) -> Facts:
        self._parts.stage(this.plan, ISSUE)
        request = IssueDocument.model_validate(self._log.opened["request"])
        facts = dict(accepted(await asked(self._parts.platform.issue_document(request, key=this.key))))
        paper = dict(facts["paper"])
        self._pdf = b64decode(str(paper.pop("pdf_base64")))
        return paper

    async def take_back(self, this: Attempt) -> Facts:
        """Undo. Nothing was sent to the printer: the copy is void. It was, and did not come out whole: it stays hers."""
        issued = self._log.facts(ISSUE, Mark.DONE)
        try:
            if issued is not None and self._log.has(PRINT, Mark.INTENT):
                facts = self._log.facts(PRINT, Mark.NOT_DONE) or {}
                return await self._confirm(str(issued["document_id"]), PrintOutcome.FAILED, int(facts.get("sheets", 0)), this)
            answer = await self._parts.platform.void_document(VoidDocument(issue_key=this.key), key=f"{this.key}:void")
        except PlatformAway as error:
            raise Later(CENTRE) from error
        except PlatformRefused as error:
            if not for_good(error):
                raise Later(CENTRE) from error
            return {"void": False, "problem": error.problem.error}
        return {"void": answer.done}

    # -- the centre --------------------------------------------------------------------------------------------------

    async def confirm(self, this: Attempt) -> Facts:
        self._parts.stage(this.plan, CONFIRM)
        issued = self._log.facts(ISSUE, Mark.DONE) or {}
        printed = self._log.facts(PRINT, Mark.DONE) or {}
        return await self._tell(str(issued["document_id"]), PrintOutcome.DELIVERED, int(printed["sheets"]), this)

    async def say_doubt(self, this: Attempt) -> Facts:
        issued = self._log.facts(ISSUE, Mark.DONE) or {}
        doubt = self._log.facts(PLAN, Mark.IN_DOUBT) or {}
        return await self._tell(str(issued["document_id"]), PrintOutcome.UNKNOWN, int(doubt.get("sheets", 0)), this)

    async def _tell(self, document_id: str, outcome: PrintOutcome, sheets: int, this: Attempt) -> Facts:
        try:
            return await self._confirm(document_id, outcome, sheets, this)
        except PlatformAway as error:
            raise Later(CENTRE) from error
        except PlatformRefused as error:
            if not for_good(error):
                raise Later(CENTRE) from error
            raise Refused(error.problem.error) from error

    async def _confirm(self, document_id: str, outcome: PrintOutcome, sheets: int, this: Attempt) -> Facts:
        said = ConfirmPrint(document_id=document_id, outcome=outcome, sheets=sheets)
        answer = await self._parts.platform.confirm_print(said, key=f"{this.key}:{outcome.value}")
        return answer.model_dump(mode="json")

