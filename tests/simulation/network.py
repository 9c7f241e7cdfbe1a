"""The line to the centre, below remote/platform.py: real bytes through the centre's own dispatch, and what a network does
to them: lost on the way there or back, doubled, late (also after they were undone), the centre away."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

import trio

from remote.central import wire
from remote.central.centre import Centre
from remote.enrolment.signing import Signer
from remote.transport import READ_TIMEOUT_S, NoAnswer, NotSent
from tests.remote.identities import signed
from tests.simulation.life import Life
from tests.simulation.trace import Trace


@dataclass
class Weather:
    """Chances of what happens to one request; `away` is switched by the world."""

    lost_there: float = 0.0
    lost_back: float = 0.0
    doubled: float = 0.0
    late: float = 0.0
    latest_s: float = 240.0
    away: bool = False


@dataclass
class CentreWatch:
    """What the centre answered under each key, and what it must never do."""

    centre: Centre
    trace: Trace
    wrong: Callable[[str], None]
    after_change: Callable[[], None] = lambda: None
    asked: Callable[[str], None] = lambda path: None
    answers: dict[str, bytes] = field(default_factory=dict)
    requests: int = 0

    def deliver(self, terminal: str, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        self.requests += 1
        self.asked(path)
        try:
            status, answer = wire.respond(self.centre, path, body, headers)
        except Exception as error:  # noqa: BLE001  (the HTTP skin turns any of them into a 500)
            self.wrong(f"0 the centre broke on {path}: {type(error).__name__}: {str(error)[:80]!r}")
            return 500, b"{}"
        key = headers.get("Idempotency-Key")
        if key:
            self.trace(terminal, f"centre {path} {key[:4]}{key[32:]} {status}")
            if status == 200 and self.answers.setdefault(key, answer) != answer:
                self.wrong(f"4 the key {key[32:]} was answered in two ways")
            self.after_change()
        return status, answer


class LossyTransport:
    """`remote.transport.Transport` of one life of one terminal."""

    def __init__(
        self, life: Life, watch: CentreWatch, weather: Weather, nursery: trio.Nursery, rng: Random, signer: Signer | None
    ) -> None:
        """Signs each delivery, also the second of a doubled request: what the network repeats reaches the centre's keys."""
        self._life, self._watch, self._weather, self._nursery, self._rng = life, watch, weather, nursery, rng
        self._signer = signer

    async def call(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        weather, rng = self._weather, self._rng
        await trio.sleep(rng.uniform(0.005, 0.08))
        self._life.check()
        if weather.away:
            if rng.random() < 0.7:
                raise NotSent("refused")
            await trio.sleep(READ_TIMEOUT_S)
            raise NoAnswer("timeout")
        if rng.random() < weather.lost_there:
            await self._silence()
        if rng.random() < weather.late:
            self._nursery.start_soon(self._later, path, body, headers)
            await self._silence()
        if rng.random() < weather.doubled:
            self._nursery.start_soon(self._later, path, body, headers)
        answer = self._watch.deliver(self._life.name, path, body, self._signed(path, body, headers))
        if rng.random() < weather.lost_back:
            await self._silence()
        await trio.sleep(rng.uniform(0.005, 0.08))
        self._life.check()
        return answer

    def _signed(self, path: str, body: bytes, headers: dict[str, str]) -> dict[str, str]:
        assert self._signer is not None
        return signed(self._signer, path, body, headers)

    async def _silence(self) -> None:
        await trio.sleep(READ_TIMEOUT_S)
        raise NoAnswer("timeout")

    async def _later(self, path: str, body: bytes, headers: dict[str, str]) -> None:
        """Long after anybody waits for it."""
        await trio.sleep(self._rng.choice((0.1, 3.0, 30.0, self._weather.latest_s)) * self._rng.random())
        self._watch.deliver(f"{self._life.name} late", path, body, self._signed(path, body, headers))
