"""The centre is asked, with patience and in words: for a minute, before it is given up (facts/journeys.md X8, X19)."""
from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

import trio

from kiosk import leaflet
from kiosk.race import race
from kiosk.visit import Left, Refused, Visit
from remote.messages import Message, Refusal, RefusalCode
from remote.platform import PlatformAway, PlatformRefused

Answered = TypeVar("Answered", bound=Message)

CENTRE_PATIENCE_S = 60.0     # facts/journeys.md X8: 正在重连(1分钟)
SLOW_AFTER_S = 8.0           # facts/journeys.md X19
TRY_AGAIN_S = 3.0            # [A]


async def patiently(visit: Visit, call: Callable[[], Awaitable[Answered]]) -> Answered:
    """The answer of a call that can be repeated: a question, or one whose key is the same each time. Raises Left after she was
    told that there is none, and Refused where her sign-in is over."""
    visit.talk.tell(leaflet.checking())
    gave_up = trio.Event()
    with trio.move_on_after(CENTRE_PATIENCE_S):
        while not gave_up.is_set():
            try:
                return await said_slowly(visit, call)
            except PlatformRefused as error:
                if error.problem.error == "sign_in_over":
                    raise Refused(Refusal(code=RefusalCode.SIGN_IN_EXPIRED, reason="登录已过时")) from None
                break                   # not she but this terminal is not understood there; asking again cannot help
            except PlatformAway:
                visit.talk.tell(leaflet.network_trying(), on_answer=lambda _: gave_up.set())
            with trio.move_on_after(TRY_AGAIN_S):
                await gave_up.wait()
    await visit.ask(leaflet.submit_failed())
    raise Left


async def said_slowly(visit: Visit, call: Callable[[], Awaitable[Answered]]) -> Answered:
    """The call, with a sentence when it takes longer than a person waits in silence."""

    async def patience() -> Answered:
        await trio.sleep(SLOW_AFTER_S)
        visit.talk.tell(leaflet.centre_slow())
        return await trio.sleep_forever()

    return await race(call, patience)


def fresh_key(visit: Visit, act: str) -> str:
    """Of a call that belongs to no plan."""
    return f"{visit.heart.new_plan_id()}:{act}:1"
