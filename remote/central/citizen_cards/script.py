"""Scripts for chips as data: templates of APDUs with placeholders, filled and sealed here. Nothing is remembered between two
pieces: the chip's last challenge and the position are all that the next piece needs."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Protocol

from remote.messages import CardCommand

FOLDER = Path(__file__).with_name("scripts")
GET_CHALLENGE = CardCommand(purpose="ask for a challenge", apdu="0084000004")
CHALLENGE_SIZE = 4  # bytes
TRANSPORT = "transport"


class ScriptError(Exception):
    """A script file cannot be used, or a piece came with what cannot be. The text names which."""


@dataclass(frozen=True)
class Step:
    """`apdu` 4 bytes. `sealed`: the use of the key, or "transport"; "" plain. `proves`: the use of key that makes the answer."""

    purpose: str
    apdu: bytes
    data: str = ""
    le: int | None = None
    sealed: str = ""
    encrypted: bool = True
    proves: str = ""
    expected: tuple[str, ...] = ("9000",)


@dataclass(frozen=True)
class Piece:
    """Commands to send now, and where to go on. `done`: nothing is left, and what had to be proven was."""

    commands: list[CardCommand] = field(repr=False)
    position: int
    done: bool = False


class Filler(Protocol):
    """Whoever knows the card and has its keys."""

    def value(self, placeholder: str) -> bytes:
        """What stands for {placeholder}. Raises ScriptError."""

    def seal(self, key: str, challenge: bytes, header: bytes, data: bytes, *, encrypted: bool) -> bytes:
        """The sealed data of a command."""

    def proven(self, key: str, data: bytes, answer: bytes) -> bool:
        """Is `answer` what only the card's key of this use makes of `data`?"""


class NotProven(Exception):
    """The chip's answer is not what its key would make."""


def piece(script: Sequence[Step], filler: Filler, position: int, answers: Sequence[bytes]) -> Piece:
    """The commands from `position` on, up to the next challenge or proof. Raises ScriptError, NotProven."""
    if not 0 <= position <= len(script) or (position == 0 and answers and not script[0].sealed):
        raise ScriptError("position: expected one that came with the piece before")
    if position and script[position - 1].proves:
        before = script[position - 1]
        if not answers or not filler.proven(before.proves, _data(before, filler), answers[-1]):
            raise NotProven(before.proves)
    commands: list[CardCommand] = []
    for index in range(position, len(script)):
        step = script[index]
        if step.sealed and (commands or not answers or len(answers[-1]) != CHALLENGE_SIZE):
            return Piece([*commands, GET_CHALLENGE], index)
        commands.append(_command(step, filler, answers[-1] if step.sealed else b""))
        if step.proves:
            return Piece(commands, index + 1)
        answers = ()                    # a challenge is good for one command
    return Piece(commands, len(script), done=not commands)


def _command(step: Step, filler: Filler, challenge: bytes) -> CardCommand:
    data = _data(step, filler)
    if step.sealed:
        data = filler.seal(step.sealed, challenge, step.apdu, data, encrypted=step.encrypted)
    length = bytes((len(data),)) if data else b""
    le = bytes((step.le & 0xFF,)) if step.le is not None else b""
    apdu = (step.apdu + length + data + le).hex().upper()
    return CardCommand(purpose=step.purpose, apdu=apdu, expected=list(step.expected))


def _data(step: Step, filler: Filler) -> bytes:
    data, rest = b"", step.data
    while rest:
        if rest.startswith("{"):
            name, closed, rest = rest[1:].partition("}")
            if not closed:
                raise ScriptError(f"{step.purpose}: data: expected a closing brace")
            data += filler.value(name)
        else:
            plain, brace, rest = rest.partition("{")
            data, rest = data + bytes.fromhex(plain), brace + rest
    if len(data) > 0xFF:
        raise ScriptError(f"{step.purpose}: data: expected at most 255 bytes")
    return data


@cache
def load_script(name: str, folder: Path = FOLDER) -> tuple[Step, ...]:
    """Raises ScriptError."""
    file = folder / f"{name}.toml"
    try:
        steps = tomllib.loads(file.read_text("utf-8"))["step"]
        made = tuple(Step(**{**step, "apdu": bytes.fromhex(step["apdu"]), "expected": tuple(step.get("expected", ("9000",)))})
                     for step in steps)  # fmt: skip
    except (OSError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise ScriptError(f"{file}: expected [[step]] with purpose and apdu ({error!r})") from error
    for step in made:
        if len(step.apdu) != 4:
            raise ScriptError(f"{file}: {step.purpose}: apdu: expected the 4 bytes of a header")
    return made

