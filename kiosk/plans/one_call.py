"""Plans of a single call to the centre that must happen once: submit, withdraw, convert, report a loss.

The call is the pivot. Where its answer was lost, the probe asks the centre what became of the key and, if nothing did,
forbids it in the same breath: a request that was thought lost can no longer take effect after she was told "not done".
"""
from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from kiosk.parts import Parts
from kiosk.transaction.log import PlanLog
from kiosk.transaction.plan import Act, Answer, Attempt, Facts, Later, NotDone, Plan, Probed, Unknown
from remote.messages import BY_NAME, Bar, Message
from remote.platform import PlatformAway, PlatformRefused

M = TypeVar("M", bound=Message)

CENTRE = "centre"
CALL = "call"


def one_call(operation: str, parts: Parts) -> Callable[[PlanLog], Plan]:
    """The builder for one operation of remote/messages.py; the opened row carries its `request`."""
    asks = BY_NAME[operation].asks

    def build(log: PlanLog) -> Plan:
        async def call(this: Attempt) -> Facts:
            request = asks.model_validate(log.opened["request"])
            return accepted(await asked(getattr(parts.platform, operation)(request, key=this.key)))

        async def probe(this: Attempt) -> Probed:
            answer = await first_answer(parts, this.key)
            if answer is None:
                return Probed(Answer.NOT_DONE, {"reason": "never arrived"})
            try:
                return Probed(Answer.DONE, accepted(BY_NAME[operation].answers.model_validate(answer)))
            except NotDone as error:
                return Probed(Answer.NOT_DONE, {"reason": error.reason, **error.facts})

        return Plan(log.plan, operation, before=(), pivot=Act(CALL, call), probe=probe)

    return build


async def asked(call: Awaitable[M]) -> M:
    """The answer to a call that changes something. Raises Unknown where it may have been done all the same, NotDone. What was
    sent may be a PIN: the error that says so goes no further."""
    try:
        return await call
    except PlatformAway as error:
        if error.may_have_happened:
            raise Unknown(CENTRE) from None
        raise NotDone("centre_away") from None
    except PlatformRefused as error:
        raise NotDone("centre_refused", problem=error.problem.error) from None


async def first_answer(parts: Parts, key: str) -> dict[str, Any] | None:
    """What the centre answered under this key. None: it never arrived, and from now on never will. Raises Later."""
    try:
        barred = await parts.platform.bar(Bar(key=key), key=f"{key}:bar")
    except (PlatformAway, PlatformRefused) as error:
        raise Later(CENTRE) from error
    return barred.answer if barred.happened else None


def accepted(answer: Message) -> Facts:
    """The answer as facts. Raises NotDone where the centre's rules said no: an answer, not a failure."""
    said: dict[str, Any] = answer.model_dump(mode="json")
    if said.get("refusal"):
        raise NotDone("refused", refusal=said["refusal"])
    return said


FOR_GOOD = frozenset({
    "unknown_reservation", "unknown_case", "unknown_load", "unknown_script", "key_reused", "barred", "malformed",
})  # fmt: skip
"""Problems with the request itself: asking again cannot help. All others (the terminal is not known, the centre is being
rebuilt) are the centre's and pass."""


def for_good(error: PlatformRefused) -> bool:
    return error.problem.error in FOR_GOOD


ONE_CALLS = (
    "submit_case", "withdraw_case", "convert_case", "mail_case", "report_loss", "apply_citizen_card", "certify",
    "request_home_visit", "redeem_voucher", "report_citizen_loss", "hand_back",
)


def builders(parts: Parts) -> Mapping[str, Callable[[PlanLog], Plan]]:
    return {operation: one_call(operation, parts) for operation in ONE_CALLS}
