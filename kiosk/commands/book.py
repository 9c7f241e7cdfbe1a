"""What this terminal knows of commands, in the journal's chain: begun, before it acts; how it ended; that the centre has that.

One row of each for a command, by the journal's own unique index: nothing begins twice, whatever comes twice.
"""
from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kiosk.audit.log import Audit, Deed
from kiosk.transaction.journal import TERMINAL, Journal, Row
from kiosk.transaction.plan import Facts, Mark
from remote.messages.commands import CommandOrder, CommandResult

PREFIX, TOLD = "command:", "command_told:"


@dataclass(frozen=True)
class Begun:
    """A command that was begun and whose end is not written: the program was cut off in it."""

    order: CommandOrder
    before: Facts            # what is compared after a restart, as it was when it began


class CommandBook:
    def __init__(self, journal: Journal) -> None:
        self._journal, self._audit = journal, Audit(journal)
        marks = {(row.act, row.mark): row for row in journal.rows_beginning(PREFIX)}
        told = {row.act.removeprefix(TOLD) for row in journal.rows_beginning(TOLD)}
        self._begun = {act.removeprefix(PREFIX) for act, mark in marks if mark is Mark.INTENT}
        self._ended = {act.removeprefix(PREFIX) for act, mark in marks if mark is Mark.DONE}
        self._untold = {
            act.removeprefix(PREFIX): CommandResult.model_validate(row.facts["result"])
            for (act, mark), row in marks.items() if mark is Mark.DONE and act.removeprefix(PREFIX) not in told
        }  # fmt: skip
        self._cut = [
            _begun(row) for (act, mark), row in marks.items()
            if mark is Mark.INTENT and act.removeprefix(PREFIX) not in self._ended
        ]  # fmt: skip

    def knows(self, command_id: str) -> bool:
        """It has begun, or ended without beginning: it never begins again."""
        return command_id in self._begun or command_id in self._ended

    def cut_off(self) -> list[Begun]:
        """Begun in an earlier life of the program."""
        return list(self._cut)

    def begin(self, order: CommandOrder, before: Facts) -> None:
        """On the disk before anything is done. Raises JournalBroken."""
        self._audit.note(Deed.COMMAND, id=order.command_id, what=order.kind, who=_who(order), end="begun")
        facts: Facts = {"order": order.model_dump(mode="json"), "before": before}
        self._journal.write(TERMINAL, PREFIX + order.command_id, 1, Mark.INTENT, facts)
        self._begun.add(order.command_id)

    def end(self, result: CommandResult, who: str) -> None:
        """Raises JournalBroken."""
        if result.command_id in self._ended:
            return
        self._journal.write(TERMINAL, PREFIX + result.command_id, 1, Mark.DONE, {"result": result.model_dump(mode="json")})
        self._ended.add(result.command_id)
        self._untold[result.command_id] = result
        self._audit.note(Deed.COMMAND, id=result.command_id, what=result.kind, who=who, end=result.state)

    def untold(self) -> list[CommandResult]:
        return list(self._untold.values())

    def told(self, command_id: str) -> None:
        """The centre has it. Raises JournalBroken."""
        self._journal.write(TERMINAL, TOLD + command_id, 1, Mark.DONE)
        self._untold.pop(command_id, None)


def _begun(row: Row) -> Begun:
    return Begun(CommandOrder.model_validate(row.facts["order"]), row.facts.get("before", {}))


def _who(order: CommandOrder) -> str:
    return f"{order.requester}+{order.approver}" if order.approver else order.requester


def rows(journal: Journal) -> Iterator[Row]:
    """Every row about commands, oldest first: for those who check the books."""
    return journal.rows_beginning("command")
