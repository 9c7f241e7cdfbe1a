"""One sealed document for one person: a numbered copy from the centre, its pages out of the printer, and the centre told.

The pages are the pivot. Only the printer's own counts say that they came out. A copy that certainly did not come out whole is
reported as such and stays hers: the next try has the same number and is counted once. What nobody knows is never printed again
by itself. The sealed PDF lives in this plan's memory only.
"""
from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable

from kiosk.parts import Parts
from kiosk.plans.one_call import CENTRE, accepted, for_good
from kiosk.transaction.journal import PLAN
from kiosk.transaction.log import PlanLog
from kiosk.transaction.plan import Act, Answer, Attempt, Facts, Later, Mark, NotDone, Plan, Probed, Refused, Unknown
from print.ipp.document import NotPrintable
from print.ipp.errors import NotReady, PrinterError
from print.ipp.job import Outcome, Progress, Stage, Ticket, Why
from print.ipp.printer import A4Printer
from print.ipp.terms import Sides
from remote.messages import ConfirmPrint, IssueDocument, PrintOutcome, VoidDocument
from remote.platform import PlatformAway, PlatformRefused

KIND = "print_document"
MACHINE = "a4_printer"
ISSUE, PRINT, CONFIRM = "issue", "print", "confirm"


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


class Paper:
    def __init__(self, parts: Parts, log: PlanLog) -> None:
        self._parts = parts
        self._log = log
        self._pdf = b""

    @property
    def _printer(self) -> A4Printer:
        if self._parts.a4_printer is None:
            raise Later(MACHINE)
        return self._parts.a4_printer

    # -- the copy ----------------------------------------------------------------------------------------------------

    async def issue(self, this: Attempt) -> Facts:
        self._parts.stage(this.plan, ISSUE)
        request = IssueDocument.model_validate(self._log.opened["request"])
        try:
            said = await self._parts.platform.issue_document(request, key=this.key)
        except PlatformAway as error:
            if error.may_have_happened:
                raise Unknown(CENTRE) from error
            raise NotDone("centre_away") from error
        except PlatformRefused as error:
            raise NotDone("centre_refused", problem=error.problem.error) from error
        facts = dict(accepted(said))
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

    # -- the paper ---------------------------------------------------------------------------------------------------

    async def make_ready(self, this: Attempt) -> Facts:
        """The ticket, with the printer's counts before the first page. What hinders it is the reason to go back."""
        try:
            ticket = await self._printer.prepare(self._pdf, job_name=job_name(self._log.plan), sides=Sides.ONE)
        except NotReady as error:
            raise Later(str(error.hindrance)) from error
        except (PrinterError, NotPrintable) as error:
            raise Later(MACHINE) from error
        return {"ticket": ticket.facts()}

    async def print(self, this: Attempt) -> Facts:
        outcome = await self._printer.print(self._pdf, self._ticket(), self._told(this.plan))
        self._pdf = b""
        return came_out(outcome)

    async def probe(self, this: Attempt) -> Probed:
        """After a cut, or when the printer could not say it at the end. What has not begun to come out is cancelled."""
        ticket = self._ticket()
        try:
            found = await self._printer.find(ticket)
            if isinstance(found, Outcome):
                outcome = found
            elif found.stage is Stage.PRINTING:
                outcome = await self._printer.follow(ticket, self._told(this.plan))
            else:
                outcome = (await self._printer.cancel(ticket)).outcome
        except PrinterError as error:
            raise Later(MACHINE) from error
        try:
            return Probed(Answer.DONE, came_out(outcome))
        except NotDone as error:
            return Probed(Answer.NOT_DONE, {"reason": error.reason, **error.facts})
        except Unknown:
            return Probed(Answer.UNKNOWN, {"reason": f"{outcome.why} {outcome.detail}".strip(), "sheets": outcome.pages_out or 0})

    def _ticket(self) -> Ticket:
        return Ticket.of((self._log.facts(PRINT, Mark.INTENT) or {})["ticket"])

    def _told(self, plan: str) -> Callable[[Progress], None]:
        return lambda progress: self._parts.stage(plan, stage_of(progress))

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


def job_name(plan: str) -> str:
    """The printer knows the job by this; nothing about the person."""
    return f"bz-{plan}"


def came_out(outcome: Outcome) -> Facts:
    """Sheets are counted as sides: one side a sheet. Raises NotDone where it certainly did not come out whole, Unknown."""
    sheets = outcome.pages_out or 0
    if outcome.end is Stage.DELIVERED:
        return {"sheets": sheets}
    hindrance = str(outcome.hindrance or next(iter(sorted(outcome.reasons)), ""))
    if outcome.end is Stage.FAILED:
        raise NotDone(hindrance or str(outcome.why), sheets=sheets)
    if outcome.why is Why.PART_CAME_OUT and not outcome.held:   # cancelled, read back, and fewer sides than it has
        raise NotDone(hindrance or "part_came_out", sheets=sheets)
    raise Unknown(MACHINE)


def stage_of(progress: Progress) -> str:
    """`submitted`, `accepted`, `printing`, or `paused:<reason>` where the printer waits for somebody."""
    if progress.stage is Stage.PAUSED:
        return f"paused:{next(iter(sorted(progress.reasons)), '')}"
    return progress.stage.value
