"""One electronic credential on paper: fetched again, opened and verified again, and printed once.

It is no numbered copy: nothing is counted and nothing is owed for it. So the plan is over as soon as the printer has been
heard; "nobody knows whether all came out" is written down as that, said to her, and settles nothing later.
"""
from __future__ import annotations

from base64 import b64decode
from hashlib import sha256

from kiosk.ecredentials.opened import Opened, Unreadable, Verdict
from kiosk.parts import Parts
from kiosk.plans.one_call import accepted
from kiosk.plans.pages import MACHINE, PRINT, Pages
from kiosk.transaction.log import PlanLog
from kiosk.transaction.plan import Act, Answer, Attempt, Facts, NotDone, Plan, Probed, Unknown
from remote.messages import FetchECredential
from remote.platform import PlatformAway, PlatformRefused

KIND = "print_ecredential"
FETCH = "fetch"
OTHER_FILE = "other_file"              # not the one she has looked at


def printing(parts: Parts, log: PlanLog) -> Plan:
    """The opened row carries `request` (a FetchECredential) and the `sha256` of the file she has seen."""
    paper = Credential(parts, log)
    return Plan(
        log.plan, KIND, before=(Act(FETCH, paper.fetch),), pivot=Act(PRINT, paper.print, prepare=paper.make_ready),
        probe=paper.probe, holds=frozenset({MACHINE}),
    )  # fmt: skip


class Credential(Pages):
    async def fetch(self, this: Attempt) -> Facts:
        """The very file she has seen, and its seal good in this moment: what is printed was never anywhere else."""
        self._parts.stage(this.plan, FETCH)
        request = FetchECredential.model_validate(self._log.opened["request"])
        try:
            facts = accepted(await self._parts.platform.fetch_ecredential(request))
        except PlatformAway as error:
            raise NotDone("centre_away") from error
        except PlatformRefused as error:
            raise NotDone("centre_refused", problem=error.problem.error) from error
        file = b64decode(str(facts["ofd_base64"]))
        digest = sha256(file).hexdigest()
        if digest != self._log.opened["sha256"]:
            raise NotDone(OTHER_FILE)
        self._pdf = (await self._opened(file)).pdf
        return {"title": facts["title"], "sha256": digest}

    async def _opened(self, file: bytes) -> Opened:
        if self._parts.ofd is None:
            raise NotDone("no_reader")
        try:
            opened = await self._parts.ofd.open(file, (), self._parts.now())
        except Unreadable as error:
            raise NotDone(f"file_{error.why.value}") from error
        if opened.verdict is not Verdict.GENUINE:
            raise NotDone(f"seal_{opened.verdict.value}")
        return opened

    async def print(self, this: Attempt) -> Facts:
        try:
            return {**await super().print(this), "known": True}
        except Unknown:
            return {"sheets": 0, "known": False}

    async def probe(self, this: Attempt) -> Probed:
        found = await super().probe(this)
        if found.answer is Answer.UNKNOWN:
            return Probed(Answer.DONE, {**found.facts, "known": False})
        return found if found.answer is Answer.NOT_DONE else Probed(Answer.DONE, {**found.facts, "known": True})
