"""A technician far away and one real terminal in virtual time; between them a line that loses, doubles and delays."""
from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import sqlalchemy as sa
import trio

from kiosk.commands.centre_clock import CentreClock
from kiosk.commands.deeds import Hands
from kiosk.commands.runner import CommandRunner
from kiosk.commands.standing import StandingOrders
from kiosk.terminal import Terminal
from remote.agent import Agent, Pulse
from remote.central.commands import asking, delivery
from remote.central.commands.tables import commands
from remote.central.store.database import reading, writing
from remote.enrolment.identity import Identity, IdentityFolder
from remote.messages.commands import CommandKind
from remote.platform import Limits, Platform
from tests.kiosk.rig import Hall, Post, Settings, in_hall
from tests.remote.identities import identity_of

PATIENCE = Limits(call_s=30.0, attempts=1, failures_that_open=1_000_000_000)
HEARTBEAT_S = 15.0
UNTIL = "2026-03-02T18:00:00+08:00"


class NoFacts:
    origin = "o"

    def waiting(self, *_: object) -> list[Any]:
        return []

    def tried(self, *_: object) -> None: ...
    def arrived(self, *_: object) -> None: ...
    def refused(self, *_: object) -> None: ...


class Desk:
    """What the technician sees and does, and what every start of the terminal is given."""

    def __init__(self, hall: Hall) -> None:
        self.hall, self.post = hall, hall.post
        self.identity: Identity = identity_of(hall.centre, self.post.name, "T1号大厅")
        self.post.network.signer = self.identity.signer(hall.centre.true_clock)
        self.folder = IdentityFolder(self.post.folder / "identity")
        self.folder.keep(self.identity)
        self.host, self.forms, self.synced, self.sync_says = "boot-1", 0, 0, ""
        self.bundles: list[bytes] = [b"masked lines"]
        self.pictures = 0
        self.while_drawing: Callable[[], Awaitable[None]] = trio.lowlevel.checkpoint
        self.runner: CommandRunner

    async def start(self) -> None:
        post = self.post
        post.terminal = terminal = post.assemble()
        post.over = trio.Event()
        post._process = trio.CancelScope()
        self.attach(terminal)
        self.hall.nursery.start_soon(post._live, terminal, post._process)

    def attach(self, terminal: Terminal) -> None:
        standing = StandingOrders(terminal.heart.journal)
        hands = Hands(
            terminal, standing, CentreClock(terminal.parts.now, standing.now.heard), None, self.folder,   # type: ignore[arg-type]
            sync_clock=self.sync, picture=self.paint, bundle=self.pack,
        )  # fmt: skip
        platform = terminal.parts.platform.with_patience(PATIENCE)
        self.runner = CommandRunner(hands, platform, self.folder.load)
        self.runner._host = self.host
        self.agent = Agent(
            Platform(self.post.network, self.post.name, random=Random(2)), NoFacts(), lambda: Pulse(1), self.post._now, Random(3)
        )
        self.agent.listeners.append(self.runner.hear)

        async def run() -> None:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self.agent.beat)
                await self.runner.run()

        terminal.commands = run

    async def restart(self) -> None:
        await self.post.kill()
        await self.start()

    async def sync(self) -> str:
        self.synced += 1
        return self.sync_says

    async def paint(self) -> bytes:
        self.pictures += 1
        await self.while_drawing()
        return b"PNG"

    async def pack(self) -> bytes:
        await trio.lowlevel.checkpoint()
        return self.bundles[0]

    # -- the technician

    def asks(self, kind: str, *, by: str = "wang", after: bool = True, lasts_s: float = 3600, **arguments: str) -> str:
        self.forms += 1
        lasts, terminals = timedelta(seconds=lasts_s), (self.post.name,)
        wanted = asking.Wanted(CommandKind(kind), terminals, "远程看看", f"form-{self.forms:04d}", lasts, after, arguments)
        with writing(self.hall.centre.engine) as connection:
            [made] = asking.ask(connection, wanted, by, self.hall.now()).made
            if self.row_in(connection, made).needs_second:
                asking.decide(connection, [made], "zhao", True, self.hall.now())
        return made

    def withdraws(self, command_id: str) -> None:
        with writing(self.hall.centre.engine) as connection:
            asking.withdraw(connection, command_id, "wang", self.hall.now())

    def clears_up(self) -> None:
        with writing(self.hall.centre.engine) as connection:
            delivery.expire(connection, self.hall.now())

    def row_in(self, connection: sa.Connection, command_id: str) -> Any:
        return connection.execute(sa.select(commands).where(commands.c.command_id == command_id)).one()

    def row(self, command_id: str) -> Any:
        with reading(self.hall.centre.engine) as connection:
            return self.row_in(connection, command_id)

    def file(self, command_id: str) -> bytes | None:
        with reading(self.hall.centre.engine) as connection:
            return delivery.file_of(connection, command_id)

    def ended(self, command_id: str) -> tuple[str, str]:
        row = self.row(command_id)
        return row.state, row.word

    async def sees(self, command_id: str, state: str, word: str | None = None, within_s: float = 900) -> Any:
        await self.post.until(lambda: self.row(command_id).state == state, within_s)
        row = self.row(command_id)
        assert word is None or row.word == word, (row.state, row.word)
        return row


def at_the_desk(folder: Path, story: Callable[[Desk], Awaitable[None]], settings: Settings | None = None) -> None:
    async def in_the_hall(hall: Hall) -> None:
        desk = Desk(hall)
        await desk.start()
        await desk.post.shows("home")
        await story(desk)

    in_hall(folder, in_the_hall, settings=settings, start=False)


__all__ = ["Desk", "Post", "at_the_desk"]
