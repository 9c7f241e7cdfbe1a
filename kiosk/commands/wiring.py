"""The commands of a terminal from kiosk.toml: its identity, its window, its host's time service, its black box."""
from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Sequence
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import trio

from devices.blackbox.file import write
from kiosk.blackbox.rows import rows
from kiosk.blackbox.run import folder_of, head_of
from kiosk.blackbox.spool import lines
from kiosk.commands.centre_clock import CentreClock
from kiosk.commands.deeds import Hands
from kiosk.commands.runner import CommandRunner
from kiosk.commands.standing import StandingOrders
from kiosk.config import Config
from kiosk.display import Display
from kiosk.telemetry.telemetry import Telemetry
from kiosk.terminal import Terminal
from remote.enrolment.identity import IdentityFolder
from remote.platform import Limits

SYNC_WITHIN_S = 20.0
LIMITS = Limits(call_s=30.0, attempts=1, failures_that_open=1_000_000_000)     # its failures close no service


@runtime_checkable
class Pictured(Protocol):
    """A window whose picture can be taken (kiosk/ui/window.py)."""

    def save(self, path: Path) -> None: ...


def commands_of(config: Config, terminal: Terminal, display: Display) -> CommandRunner:
    identity = IdentityFolder(config.centre.identity)
    standing = StandingOrders(terminal.heart.journal)
    hands = Hands(
        terminal, standing, CentreClock(terminal.parts.now, standing.now.heard), _not_yet, identity,
        sync_clock=asker_of(config.sync_clock), picture=painter_of(display), bundle=lambda: bundle(config, terminal),
    )  # fmt: skip
    return CommandRunner(hands, terminal.parts.platform.with_patience(LIMITS), identity.load)


async def _not_yet(command_id: str, data: bytes) -> str:
    raise RuntimeError("the runner sends")


def asker_of(program: Sequence[str]) -> Callable[[], Awaitable[str]] | None:
    """"" where the host's time service took the request, else why not."""
    if not program:
        return None

    async def ask() -> str:
        try:
            with trio.move_on_after(SYNC_WITHIN_S):
                asked = await trio.run_process(
                    list(program), check=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
                )
                return "" if asked.returncode == 0 else "time_service_refused"
        except OSError:
            return "no_time_service"
        return "time_service_silent"

    return ask


def painter_of(display: Display) -> Callable[[], Awaitable[bytes]] | None:
    """The window's own pixels, drawn from the prompt that is shown."""
    if not isinstance(display, Pictured):
        return None
    window = display

    async def paint() -> bytes:
        await trio.lowlevel.checkpoint()
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "screen.png"
            window.save(path)
            return path.read_bytes()

    return paint


async def bundle(config: Config, terminal: Terminal) -> bytes:
    """The black box, with the masked lines that wait for the centre. Nothing in it names a citizen. Raises OSError."""
    told = list(_lines(terminal.telemetry)) if terminal.telemetry is not None else []
    return await terminal.parts.offload(packed, config, told)


def packed(config: Config, told: Sequence[dict[str, Any]]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bundle.gz"
        traffic, written = lines(folder_of(config)), rows(config.journal.folder)
        write(path, head_of(config, datetime.now(config.terminal.time_zone)), chain(traffic, written, told))
        return path.read_bytes()


def _lines(telemetry: Telemetry) -> Iterator[dict[str, Any]]:
    """Written and not yet with the centre; what has arrived stands on its pages."""
    telemetry.note(*telemetry.lines.take())
    memory = telemetry.memory
    for one in memory.waiting(memory.count_waiting(), ()):
        if one.kind == "log":
            yield {"kind": "log", "at": one.at.isoformat(), **one.body}
