"""Commands from technicians to a terminal: what may be asked, how it gets there, and the terminal's signed word of its end.

The terminal asks (`take_commands`) when a heartbeat's answer said that something waits. A command has an id; the terminal writes
it down before it acts and repeats its result until the centre has it, so that every message here may be lost, doubled and
re-ordered. A result carries the terminal's own signature over `result_bytes`, by the key of its certificate.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from remote.messages.base import Done, Message
from remote.messages.telemetry import Moment, Name, Words

MOST_AT_ONCE = 20                                          # commands in one answer; one of a kind is open at a time
MOST_HELD = 64
MOST_FACTS = 96
NOTICE_LONGEST = 40                                        # characters; two lines on the home screen in the largest letters
NOTICE_LONGEST_EN = 80
LOUDEST = 4                                                # of 0..4, kiosk/conversation.py
PORTION_BYTES = 256_000                                    # of a file, before base64; a body stays below 1 MB
MOST_PORTIONS = 32                                         # 8 MB

CommandId = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


class CommandKind(StrEnum):
    OUT_OF_SERVICE = "out_of_service"
    BACK_IN_SERVICE = "back_in_service"
    RESTART_APP = "restart_app"
    RESTART_HOST = "restart_host"
    SELF_TEST = "self_test"                # a look at every machine; nothing moves
    TEST_SLIP = "test_slip"
    TEST_PAGE = "test_page"
    FETCH_LOGS = "fetch_logs"              # masked lines and the black box
    SCREENSHOT = "screenshot"              # outside a visit only
    NOTICE = "notice"                      # {"text", "text_en", "until"}: on the home screen
    VOLUME = "volume"                      # {"level"}: what every visit begins with
    SYNC_CLOCK = "sync_clock"
    ROTATE_CERTIFICATE = "rotate_certificate"
    SETTLE_OBLIGATION = "settle_obligation"  # {"plan"}: try again what this plan owes


class When(StrEnum):
    """When a terminal begins a command of this kind.

    AT_ONCE: harmless, also while somebody is served. BETWEEN_VISITS: nobody stands in a visit, no plan runs, no menu is open.
    AS_ASKED: after this citizen, or now: then what the machine has begun is finished, the visit ends at its next question,
    and she is told. No command begins in the middle of an act."""

    AT_ONCE = "at_once"
    BETWEEN_VISITS = "between_visits"
    AS_ASKED = "as_asked"


@dataclass(frozen=True)
class Nature:
    """`dangerous`: a second person approves each. `stops`: nobody is served meanwhile, so that a second person approves it
    for many terminals at once. `needs`: names of its arguments."""

    when: When
    dangerous: bool = False
    stops: bool = False
    needs: tuple[str, ...] = ()
    may_have: tuple[str, ...] = ()


NATURES: dict[CommandKind, Nature] = {
    CommandKind.OUT_OF_SERVICE: Nature(When.AS_ASKED, stops=True),
    CommandKind.BACK_IN_SERVICE: Nature(When.AT_ONCE),
    CommandKind.RESTART_APP: Nature(When.AS_ASKED, stops=True),
    CommandKind.RESTART_HOST: Nature(When.AS_ASKED, dangerous=True, stops=True),   # facts/journeys.md O11
    CommandKind.SELF_TEST: Nature(When.AT_ONCE),
    CommandKind.TEST_SLIP: Nature(When.BETWEEN_VISITS),
    CommandKind.TEST_PAGE: Nature(When.BETWEEN_VISITS),
    CommandKind.FETCH_LOGS: Nature(When.AT_ONCE),
    CommandKind.SCREENSHOT: Nature(When.AT_ONCE),          # refused at once while somebody is served
    CommandKind.NOTICE: Nature(When.AT_ONCE, needs=("text", "until"), may_have=("text_en",)),
    CommandKind.VOLUME: Nature(When.BETWEEN_VISITS, needs=("level",)),
    CommandKind.SYNC_CLOCK: Nature(When.BETWEEN_VISITS),
    CommandKind.ROTATE_CERTIFICATE: Nature(When.AT_ONCE, dangerous=True),
    CommandKind.SETTLE_OBLIGATION: Nature(When.BETWEEN_VISITS, needs=("plan",)),
}
MAKES_A_FILE = frozenset({CommandKind.FETCH_LOGS, CommandKind.SCREENSHOT})


class ArgumentWrong(ValueError):
    """`field`: which argument cannot be used."""

    def __init__(self, field: str) -> None:
        super().__init__(f"{field}: cannot be used")
        self.field = field


def check_arguments(kind: CommandKind, arguments: dict[str, str]) -> None:
    """At both ends: the terminal believes no centre with what it shows and does. Raises ArgumentWrong."""
    nature = NATURES[kind]
    for name in arguments:
        if name not in nature.needs + nature.may_have:
            raise ArgumentWrong(name)
    for name in nature.needs:
        if not arguments.get(name, "").strip():
            raise ArgumentWrong(name)
    if kind is CommandKind.VOLUME and arguments["level"] not in tuple(str(level) for level in range(LOUDEST + 1)):
        raise ArgumentWrong("level")
    if kind is CommandKind.SETTLE_OBLIGATION and not _hex(arguments["plan"], 32):
        raise ArgumentWrong("plan")
    if kind is CommandKind.NOTICE:
        _check_notice(arguments)


def _check_notice(arguments: dict[str, str]) -> None:
    for name, most in (("text", NOTICE_LONGEST), ("text_en", NOTICE_LONGEST_EN)):
        text = arguments.get(name, "")
        if len(text) > most or not text.isprintable() or "{" in text or "}" in text:
            raise ArgumentWrong(name)
    try:
        until = datetime.fromisoformat(arguments["until"])
    except ValueError as error:
        raise ArgumentWrong("until") from error
    if until.tzinfo is None:
        raise ArgumentWrong("until")


def _hex(text: str, digits: int) -> bool:
    return len(text) == digits and set(text) <= set("0123456789abcdef")


class CommandOrder(Message):
    command_id: CommandId
    kind: str                                              # one this terminal does not know is answered so
    arguments: Annotated[dict[Name, Words], Field(max_length=8)] = {}
    after_citizen: bool = False
    reason: Words
    requester: Name
    approver: Name = ""
    expires_at: datetime                                   # the centre's clock; begun before it or never


class AskCommands(Message):
    """`holds`: commands this terminal has and has not told the end of: id -> waiting | running."""

    holds: Annotated[
        dict[CommandId, Annotated[str, Field(pattern="^(waiting|running)$")]], Field(max_length=MOST_HELD)
    ] = {}


class NoLonger(Message):
    """Not wanted any more: unless it has begun, it never will."""

    command_id: CommandId
    why: Annotated[str, Field(pattern="^(expired|withdrawn)$")]


class Commands(Message):
    now: datetime
    orders: list[CommandOrder]
    no_longer: list[NoLonger]


class CommandResult(Message):
    """`state`: done, failed (not done, `word` says why), unknown (cut off, and nothing tells), or never begun: expired,
    withdrawn. `facts`: what was found, short words by name; for a file its SHA-256 and size. `at`: the terminal's clock."""

    command_id: CommandId
    kind: Name
    state: Annotated[str, Field(pattern="^(done|failed|unknown|expired|withdrawn)$")]
    word: Name = ""
    facts: Annotated[dict[Name, Words], Field(max_length=MOST_FACTS)] = {}
    at: Moment


class TellCommand(Message):
    """`serial`: of the certificate whose key signed; `signature`: ECDSA P-256 with SHA-256, DER, over `result_bytes`."""

    result: CommandResult
    serial: Annotated[str, Field(pattern="^[0-9a-f]{32,40}$")]
    signature: Annotated[str, Field(pattern="^[0-9a-f]{16,160}$")]


class PutPortion(Message):
    """One portion of the file that a running command makes. Number 0 is the first; the same portion again changes nothing."""

    command_id: CommandId
    number: Annotated[int, Field(ge=0, lt=MOST_PORTIONS)]
    of: Annotated[int, Field(ge=1, le=MOST_PORTIONS)]
    data: Annotated[str, Field(max_length=PORTION_BYTES * 4 // 3 + 8, pattern=r"^[A-Za-z0-9+/]*={0,2}$")]


def result_bytes(terminal: str, result: CommandResult) -> bytes:
    """What is signed: the same bytes at both ends, whatever way the message came."""
    fields = {"terminal": terminal, **result.model_dump(mode="json"), "at": result.at.astimezone().timestamp()}
    told = json.dumps(fields, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return b"command result 1\n" + told.encode()


__all__ = [
    "AskCommands", "CommandKind", "CommandOrder", "CommandResult", "Commands", "Done", "MAKES_A_FILE", "NATURES", "Nature",
    "NoLonger", "PutPortion", "TellCommand", "When", "check_arguments", "result_bytes",
]  # fmt: skip
