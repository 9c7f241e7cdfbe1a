"""What happens to a fleet in one run, and what must be true at its end."""
from __future__ import annotations

import math
import sys
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from random import Random

import trio

from tests.fleet.centre import CentreProcess
from tests.fleet.line import Network
from tests.fleet.terminal import SimulatedTerminal

ALIVE_AGAIN_S = 150.0          # what waits at the end has to arrive within: remote.facts.LONGEST_PAUSE_S, and a batch
ALL_HEARD_S = 120.0            # from the first terminal's start


@dataclass(frozen=True)
class Plan:
    """Seconds. Storms: every connection cut in one instant; the network away for `away_s`; the centre killed with -9."""

    terminals: int
    seconds: float
    lost: float = 0.05
    killed: int = 20
    frozen: int = 20
    heartbeat_s: float = 15.0
    facts_every_s: float = 60.0
    away_s: float = 20.0
    pages: int = 20
    restarts: bool = True
    seed: int = 1

    @property
    def thresholds(self) -> dict[str, float]:
        """As remote/central/telemetry/thresholds.py has them, for this heartbeat."""
        beat = self.heartbeat_s
        silent = {"late_s": beat * 25 / 15, "down_s": beat * 3, "frozen_s": beat * 2}
        return {"heartbeat_s": beat, **silent, "sweep_s": beat * 2 / 15, "gap_s": max(beat * 10 / 15, 3.0)}


@dataclass
class Told:
    messages_s: float = 0.0
    cpu_percent: float = 0.0
    rss_mb: float = 0.0
    page_ms: list[float] = field(default_factory=list)
    killed_s: list[float] = field(default_factory=list)
    frozen_s: list[float] = field(default_factory=list)
    undetected: list[str] = field(default_factory=list)
    false_downs: list[str] = field(default_factory=list)
    facts: int = 0
    lost: int = 0
    doubled: int = 0
    connects: int = 0
    dropped: int = 0

    @property
    def good(self) -> bool:
        return not (self.undetected or self.false_downs or self.lost or self.doubled)

    def line(self) -> str:
        page = f"{quantile(self.page_ms, 0.95):.0f} ms" if self.page_ms else "not there"
        return (
            f"{self.messages_s:.0f} messages/s, centre {self.cpu_percent:.0f} % CPU {self.rss_mb:.0f} MB, console p95 {page}, "
            f"killed seen after {spread(self.killed_s)}, frozen after {spread(self.frozen_s)}, {len(self.undetected)} not seen, "
            f"{len(self.false_downs)} false downs, {self.facts} facts, {self.lost} lost, {self.doubled} doubled"
        )


def quantile(values: list[float], share: float) -> float:
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def spread(values: list[float]) -> str:
    return f"{quantile(values, 0.5):.1f} s (longest {max(values):.1f})" if values else "-"


def say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


class Fleet:
    def __init__(self, plan: Plan, folder: Path) -> None:
        self.plan = plan
        self.names = [f"f-{number:05d}" for number in range(plan.terminals)]
        enrolled = [(name, f"亳州市谯城区{name}") for name in self.names]
        self.centre = CentreProcess(folder, enrolled, plan.thresholds)
        self.random = Random(plan.seed)
        self.told = Told()
        self.killed: list[SimulatedTerminal] = []
        self.frozen: list[SimulatedTerminal] = []

    async def run(self) -> Told:
        try:
            return await self._run()
        finally:
            self.centre.child.kill()

    async def _run(self) -> Told:
        plan = self.plan
        await self.centre.start()
        network = Network("127.0.0.1", self.centre.port, self.random, plan.lost, timeout_s=plan.heartbeat_s / 6)
        self.terminals = [
            SimulatedTerminal(name, self.centre.signers[name], network, plan.seed * 100_000 + number, plan.facts_every_s)
            for number, name in enumerate(self.names)
        ]
        async with trio.open_nursery() as nursery:
            for terminal in self.terminals:
                nursery.start_soon(terminal.live)
            await self._all_heard()
            await self._happens(network)
            await self._all_arrived()
            for terminal in self.terminals:
                terminal.life.cancel()
        self.told.connects, self.told.dropped = network.connects, network.dropped
        self._judge()
        await self.centre.child.stop()
        return self.told

    async def _all_heard(self) -> None:
        began = time.monotonic()
        with trio.move_on_after(ALL_HEARD_S):
            while any(terminal.agent.heard is None for terminal in self.terminals):
                await trio.sleep(0.05)
            say(f"{len(self.terminals)} terminals are heard, {time.monotonic() - began:.0f} s after the first")
            return
        unheard = sum(terminal.agent.heard is None for terminal in self.terminals)
        say(f"{unheard} of {len(self.terminals)} terminals are not yet heard after {ALL_HEARD_S:.0f} s: the machine is too slow")

    async def _happens(self, network: Network) -> None:
        plan, began = self.plan, time.monotonic()

        async def until(share: float) -> None:
            await trio.sleep(max(0.0, began + plan.seconds * share - time.monotonic()))

        await until(0.15)
        cpu, sent, at = self.centre.measure().cpu_s, network.answered, time.monotonic()
        await until(0.25)
        heard = [terminal for terminal in self.terminals if terminal.agent.heard is not None]
        doomed = self.random.sample(heard, plan.killed + plan.frozen)      # the centre cannot miss whom it never met
        self.killed, self.frozen = doomed[: plan.killed], doomed[plan.killed :]
        for terminal in self.killed:
            terminal.kill()
        for terminal in self.frozen:
            terminal.freeze()
        say(f"{len(self.killed)} killed, {len(self.frozen)} frozen")
        self.told.page_ms = await trio.to_thread.run_sync(self.centre.fleet_page_ms, plan.pages)
        await until(0.25 + min(0.4, plan.heartbeat_s * 4 / plan.seconds))
        seconds = time.monotonic() - at
        self.told.messages_s = (network.answered - sent) / seconds
        self.told.cpu_percent = 100 * (self.centre.measure().cpu_s - cpu) / seconds
        await until(0.7)
        say(f"storm: {len(network.lines)} connections cut at once")
        await network.cut_all()
        await until(0.75)
        say(f"storm: the network is away for {plan.away_s:.0f} s")
        network.away = True
        await network.cut_all()
        await trio.sleep(plan.away_s)
        network.away = False
        await until(0.9)
        if plan.restarts:
            say("storm: the centre is killed and starts again")
            self.centre.kill()
            await self.centre.start()
        await until(1.0)
        self.told.rss_mb = self.centre.measure().rss_mb

    async def _all_arrived(self) -> None:
        quiet_s = self.plan.thresholds["down_s"] + self.plan.thresholds["sweep_s"] * 4
        with trio.move_on_after(ALIVE_AGAIN_S + quiet_s):
            await trio.sleep(quiet_s)                      # long enough for a false alarm after the last storm
            for terminal in self.terminals:
                terminal.serving.cancel()
            for terminal in self.terminals:
                while terminal not in self.killed and terminal.memory.ids_waiting():
                    await trio.sleep(0.1)

    # -- judging --------------------------------------------------------------------------------------------------------

    def _judge(self) -> None:
        told = self.told
        changes = [(str(name), _moment(at), str(after)) for name, at, after in self.centre.rows(
            "SELECT terminal, at, after FROM telemetry_presence WHERE after IN ('down', 'frozen') ORDER BY row"
        )]  # fmt: skip
        for group, after, seen in ((self.killed, "down", told.killed_s), (self.frozen, "frozen", told.frozen_s)):
            for terminal in group:
                assert terminal.died_at is not None
                times = [at for name, at, how in changes if name == terminal.name and how == after]
                if times:
                    seen.append((times[0] - terminal.died_at).total_seconds())
                else:
                    told.undetected.append(terminal.name)
        dead, stuck = {terminal.name for terminal in self.killed}, {terminal.name for terminal in self.frozen}
        told.false_downs = [
            name for name, _, how in changes if not (name in dead and how == "down" or name in stuck and how == "frozen")
        ]
        self._count_facts()

    def _count_facts(self) -> None:
        told = self.told
        stored = {str(row[0]) for row in self.centre.rows("SELECT fact_id FROM telemetry_facts")}
        journeys = {str(name): int(str(n)) for name, n in self.centre.rows(
            "SELECT terminal, sum(times) FROM telemetry_journeys GROUP BY terminal"
        )}  # fmt: skip
        for terminal in self.terminals:
            mine = {f"{terminal.name}-{number + 1}" for number in range(terminal.memory.told)}
            told.facts += len(mine)
            told.lost += len(mine - stored - terminal.memory.ids_waiting())
            if terminal not in self.killed:
                told.lost += len(terminal.memory.ids_waiting())
                told.doubled += max(0, journeys.get(terminal.name, 0) - terminal.memory.journeys)
                told.lost += max(0, terminal.memory.journeys - journeys.get(terminal.name, 0))
        told.doubled += len(stored) - len({*stored} & {
            f"{terminal.name}-{number + 1}" for terminal in self.terminals for number in range(terminal.memory.told)
        })  # fmt: skip


def _moment(at: object) -> datetime:
    return datetime.fromisoformat(str(at))
