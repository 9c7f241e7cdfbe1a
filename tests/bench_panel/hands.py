"""The panel's hands and eyes: asks the hall, the machines and the network how they are, and does what is touched."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import trio

from devices.serving import ControlRefused, control

LOOK_EVERY_S = 0.25
ANSWER_WITHIN_S = 5.0
HALL, MACHINES, NETWORK = "hall", "machines", "network"


@dataclass(frozen=True)
class Act:
    """One request to one of the three sockets."""

    to: str
    request: Mapping[str, Any]


def act(to: str, do: str, **more: Any) -> Act:
    return Act(to, {"do": do, **more})


@dataclass(frozen=True)
class Snapshot:
    """How everything is. An empty mapping: that one does not answer."""

    terminal: str = ""
    terminals: tuple[str, ...] = ()
    hall: Mapping[str, Any] = field(default_factory=dict)
    machines: Mapping[str, Any] = field(default_factory=dict)
    network: Mapping[str, Any] = field(default_factory=dict)
    card: Path | None = None           # the card that came out last
    slip: Path | None = None           # the slip that came out last
    said: str = ""
    refused: bool = False

    def child(self, name: str) -> Mapping[str, Any] | None:
        """{"running", "exit_code", "pid"}, or None where the hall has no such process."""
        found: Mapping[str, Any] | None = self.hall.get("children", {}).get(name)
        return found

    @property
    def kiosk(self) -> str:
        return f"kiosk-{self.terminal}"

    @property
    def powered(self) -> bool:
        return bool(self.machines.get("card_printer", {}).get("powered", False))


class Hands:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._said, self._refused = "", False
        self._pictures: dict[str, tuple[object, Path]] = {}
        self.terminal = ""

    async def look(self) -> Snapshot:
        """Ask all three, now."""
        hall = await self._ask(self._folder / "hall.sock")
        terminals = tuple(hall.get("terminals", {}))
        if self.terminal not in terminals and terminals:
            self.terminal = terminals[0]
        place = self._folder / self.terminal
        machines = await self._ask(place / "machines.sock") if self.terminal else {}
        network = await self._ask(place / "network.sock") if self.terminal else {}
        card = await self._card(machines.get("card_printer", {}))
        slip = await self._slip(machines.get("receipt_printer", {}))
        return Snapshot(self.terminal, terminals, hall, machines, network, card, slip, self._said, self._refused)

    async def do(self, wish: Act) -> None:
        """Do it; what came of it is in the next snapshot's `said`."""
        place = self._folder if wish.to == HALL else self._folder / self.terminal
        what = " ".join(str(word) for word in wish.request.values())
        try:
            with trio.fail_after(ANSWER_WITHIN_S * (6 if wish.to == HALL else 1)):
                await control(place / f"{wish.to}.sock", **wish.request)
        except (ControlRefused, OSError, trio.TooSlowError) as error:
            self._said, self._refused = f"{what}: {error or 'no answer'}", True
        else:
            self._said, self._refused = what, False

    async def _ask(self, path: Path, **request: Any) -> dict[str, Any]:
        try:
            with trio.fail_after(ANSWER_WITHIN_S):
                return await control(path, **{"do": "state", **request})
        except (ControlRefused, OSError, trio.TooSlowError):
            return {}

    async def _card(self, printer: Mapping[str, Any]) -> Path | None:
        serial = printer.get("exit")
        return await self._picture("card_printer", serial, "front", do="save") if serial else self._last("card_printer")

    async def _slip(self, printer: Mapping[str, Any]) -> Path | None:
        count = printer.get("slips", 0)
        return await self._picture("receipt_printer", count, "picture", do="save") if count else self._last("receipt_printer")

    async def _picture(self, machine: str, which: object, key: str, **request: Any) -> Path | None:
        """Have it saved once, when it is a new one."""
        before = self._pictures.get(f"{self.terminal}/{machine}")
        if before is not None and before[0] == which:
            return before[1]
        path = self._folder / self.terminal / f"{machine}-{which}.png"
        if not await self._ask(self._folder / self.terminal / "machines.sock", machine=machine, **{key: str(path)}, **request):
            return None
        if not path.exists():
            return None  # a blank card: nothing is printed on it
        self._pictures[f"{self.terminal}/{machine}"] = (which, path)
        return path

    def _last(self, machine: str) -> Path | None:
        found = self._pictures.get(f"{self.terminal}/{machine}")
        return found[1] if found else None
