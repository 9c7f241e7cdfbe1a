"""One simulated terminal: the product's agent and platform client, a memory that stands for its disk, a life of journeys."""
from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from random import Random

import trio

from remote.agent import Agent, Pulse
from remote.central.times import beijing_now
from remote.enrolment.signing import Signer
from remote.messages.telemetry import Fact
from remote.platform import Platform
from tests.fleet.line import Line, Network

OUTCOMES = ("done", "done", "done", "done", "left", "refused")
UNITS = {"unit": "card_hopper", "kind": "card_hopper", "device": "card_printer", "state": "ok", "initial": 500}


class Memory:
    """`remote.facts.FactStore` in RAM: the terminal's own is proven elsewhere; five thousand files would prove the disk."""

    def __init__(self, name: str) -> None:
        self.origin = f"origin-{name}"
        self._name = name
        self._waiting: dict[str, Fact] = {}
        self.told = 0
        self.journeys = 0

    def add(self, kind: str, body: dict[str, object]) -> None:
        self.told += 1
        self.journeys += kind == "journey"
        fact = Fact(fact_id=f"{self._name}-{self.told}", number=self.told, kind=kind, at=beijing_now(), body=body)
        self._waiting[fact.fact_id] = fact

    def waiting(self, at_most: int, without: Collection[str]) -> Sequence[Fact]:
        return list(self._waiting.values())[:at_most]

    def tried(self, fact_ids: Sequence[str]) -> None:
        """Nothing is ever added up here."""

    def arrived(self, fact_ids: Sequence[str]) -> None:
        for fact_id in fact_ids:
            self._waiting.pop(fact_id, None)

    def refused(self, fact_id: str, reason: str) -> None:
        raise AssertionError(f"{fact_id}: {reason}")

    def ids_waiting(self) -> set[str]:
        return set(self._waiting)


class SimulatedTerminal:
    def __init__(self, name: str, signer: Signer, network: Network, seed: int, facts_every_s: float) -> None:
        self.name = name
        self.random = Random(seed)
        self.memory = Memory(name)
        self.line = Line(network, signer)
        self.frozen = False
        self.died_at: datetime | None = None           # killed or frozen
        self._every_s = facts_every_s
        self._blanks = 500
        self._began = trio.current_time()
        self._stood = 0
        platform = Platform(self.line, name, random=self.random)
        self.agent = Agent(platform, self.memory, self.pulse, beijing_now, self.random, f"boot-{name}", facts_every_s / 2)
        self.life = trio.CancelScope()
        self.serving = trio.CancelScope()

    def pulse(self) -> Pulse:
        if not self.frozen:
            self._stood = int((trio.current_time() - self._began) * 10)
        return Pulse(self._stood, waiting=len(self.memory.ids_waiting()))

    async def live(self) -> None:
        with self.life:
            await trio.sleep(self.random.random() * self._every_s)
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self.agent.run)
                nursery.start_soon(self._serve)
        await self.line.cut()

    async def _serve(self) -> None:
        with self.serving:
            while True:
                await trio.sleep(self._every_s * (0.5 + self.random.random()))
                self._somebody_came()

    def _somebody_came(self) -> None:
        outcome = self.random.choice(OUTCOMES)
        refusal = "too_young" if outcome == "refused" else ""
        seconds = round(self.random.uniform(30, 180), 1)
        self.memory.add("journey", {"journey": "senior_card", "outcome": outcome, "refusal": refusal, "seconds": seconds})
        if self._blanks and outcome == "done":
            self._blanks -= 1
            self.memory.add("units", {"units": [{**UNITS, "count": self._blanks}]})

    def kill(self) -> None:
        """As kill -9: no farewell, what waits stays on its disk."""
        self.died_at = beijing_now()
        self.life.cancel()

    def freeze(self) -> None:
        """Its network goes on, its screen does not."""
        self.died_at = beijing_now()
        self.frozen = True
