"""What running plans are doing now, for whoever watches: plans tell it, screens read it."""
from __future__ import annotations

from collections.abc import Callable

import trio


class StageBoard:
    def __init__(self, now: Callable[[], float] = trio.current_time) -> None:
        self._now = now
        self._stages: dict[str, list[tuple[str, float]]] = {}
        self._changed = trio.Event()

    def tell(self, plan: str, stage: str) -> None:
        self._stages.setdefault(plan, []).append((stage, self._now()))
        self._changed.set()
        self._changed = trio.Event()

    def stages(self, plan: str) -> list[tuple[str, float]]:
        """(stage, when it began) in order, in seconds of the loop's clock."""
        return self._stages.get(plan, [])

    def plans(self) -> tuple[str, ...]:
        """Everything that has told of a stage since the last visit ended, in the order of their first."""
        return tuple(self._stages)

    def latest(self) -> str:
        """The stage told last by any plan; empty when there was none."""
        last = max((stages[-1] for stages in self._stages.values()), key=lambda pair: pair[1], default=("", 0.0))
        return last[0]

    async def changed(self) -> None:
        await self._changed.wait()

    def clear(self) -> None:
        self._stages.clear()
