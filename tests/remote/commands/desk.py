"""Two technicians, a centre at a fixed moment, and terminals that ask, told in short words."""
from __future__ import annotations

import base64
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from remote.central.commands import asking, delivery
from remote.central.commands.tables import commands
from remote.central.store.database import writing
from remote.enrolment.identity import Identity, serial_bytes
from remote.messages import Done, Message
from remote.messages.commands import (
    AskCommands,
    CommandKind,
    CommandResult,
    Commands,
    PutPortion,
    TellCommand,
    result_bytes,
)
from tests.remote.hall import Hall
from tests.remote.identities import identity_of

WANG, ZHAO = "wang", "zhao"


class Desk(Hall):
    def __post_init__(self) -> None:
        super().__post_init__()
        self.identities: dict[str, Identity] = {name: identity_of(self.centre, name) for name in ("T1", "T2")}
        self.forms = 0

    def asks(self, kind: str, *terminals: str, by: str = WANG, once: str = "", **more: Any) -> asking.Asked:
        self.forms += 1
        reason = more.pop("reason", "看看怎么回事")
        wanted = asking.Wanted(CommandKind(kind), terminals or ("T1",), reason, once or f"form-{self.forms:04d}", **more)
        with writing(self.centre.engine) as connection:
            return asking.ask(connection, wanted, by, self.clock())

    def asks_one(self, kind: str, terminal: str = "T1", **more: Any) -> str:
        [made] = self.asks(kind, terminal, **more).made
        return made

    def decides(self, *ids: str, by: str = ZHAO, good: bool = True) -> int:
        with writing(self.centre.engine) as connection:
            return asking.decide(connection, ids, by, good, self.clock())

    def withdraws(self, command_id: str, by: str = ZHAO) -> str:
        with writing(self.centre.engine) as connection:
            return asking.withdraw(connection, command_id, by, self.clock())

    def clears_up(self) -> None:
        with writing(self.centre.engine) as connection:
            delivery.expire(connection, self.clock())
            delivery.forget_files(connection, self.clock())

    # -- the terminal's side

    def says(self, operation: str, body: Message, terminal: str = "T1") -> Message:
        return self.centre.handle(terminal, operation, body)

    def takes(self, terminal: str = "T1", **holds: str) -> Commands:
        answer = self.says("take_commands", AskCommands(holds=holds), terminal)
        assert isinstance(answer, Commands), answer
        return answer

    def gets(self, terminal: str = "T1", **holds: str) -> list[str]:
        return [order.command_id for order in self.takes(terminal, **holds).orders]

    def result(self, command_id: str, state: str = "done", kind: str = "self_test", **more: Any) -> CommandResult:
        return CommandResult(command_id=command_id, kind=kind, state=state, at=self.clock(), **more)

    def told(self, result: CommandResult, terminal: str = "T1", by: str = "") -> TellCommand:
        identity = self.identities[by or terminal]
        signature = identity.key.sign(result_bytes(terminal, result), ec.ECDSA(hashes.SHA256()))
        return TellCommand(result=result, serial=serial_bytes(identity.certificate).hex(), signature=signature.hex())

    def tells(self, command_id: str, state: str = "done", terminal: str = "T1", **more: Any) -> Message:
        return self.says("tell_command", self.told(self.result(command_id, state, **more), terminal), terminal)

    def sends(self, command_id: str, number: int, of: int, data: bytes, terminal: str = "T1") -> Message:
        portion = PutPortion(command_id=command_id, number=number, of=of, data=base64.b64encode(data).decode())
        return self.says("put_portion", portion, terminal)

    # -- the books

    def row(self, command_id: str) -> Any:
        [found] = self.rows(commands, command_id=command_id)
        return found

    def state(self, command_id: str) -> str:
        return str(self.row(command_id).state)


DONE = Done()
