"""The text protocol of upsd: one line each way, words apart by blanks, values in quotation marks. Sans-IO.

    LIST VAR ups            BEGIN LIST VAR ups / VAR ups ups.status "OL CHRG" / ... / END LIST VAR ups
    GET VAR ups ups.status  VAR ups ups.status "OL CHRG"
    USERNAME x, PASSWORD y, LOGIN ups, LOGOUT    OK, or OK Goodbye
    anything that fails     ERR DATA-STALE

Inside quotation marks a backslash takes the next character as it is (Network UPS Tools, network protocol; checked against
upsd 2.8.0).
"""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from devices.ups.errors import UpsdIncomprehensible, UpsdRefused, UpsUnheard

LINE_LIMIT_BYTES = 4_096  # upsd's own lines are at most 512 and a little
LIST_LIMIT = 1_000  # a large UPS has some 120 variables
UNHEARD = frozenset({"DATA-STALE", "DRIVER-NOT-CONNECTED"})


class Malformed(ValueError):
    """A line that is none: an open quotation mark, a backslash at the end, bytes that are no text."""


def encode_line(words: Sequence[str]) -> bytes:
    """A request. Words with blanks, quotation marks or backslashes are quoted. Raises ValueError for control characters."""
    return (" ".join(map(_quoted, words)) + "\n").encode()


def _quoted(word: str) -> str:
    if any(ord(character) < 0x20 or ord(character) == 0x7F for character in word):
        raise ValueError("no control characters in a word")
    if word and not set(word) & set(' "\\#='):
        return word
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


class _At(Enum):
    BETWEEN = auto()
    WORD = auto()
    QUOTED = auto()


def decode_line(line: bytes) -> list[str]:
    """The words of a line, without its end. Raises Malformed."""
    try:
        text = line.decode()
    except UnicodeDecodeError as error:
        raise Malformed("no UTF-8") from error
    words: list[str] = []
    word, at, escaped = "", _At.BETWEEN, False
    for character in text:
        if escaped:
            word, escaped = word + character, False
        elif character == "\\":
            at, escaped = (_At.WORD if at is _At.BETWEEN else at), True
        elif at is _At.QUOTED and character != '"':
            word += character
        elif character == '"':
            if at is _At.QUOTED:
                words.append(word)
                word, at = "", _At.BETWEEN
            elif at is _At.BETWEEN:
                at = _At.QUOTED
            else:
                raise Malformed("a quotation mark inside a word")
        elif character in " \t":
            if at is _At.WORD:
                words.append(word)
                word, at = "", _At.BETWEEN
        else:
            at, word = _At.WORD, word + character
    if escaped or at is _At.QUOTED:
        raise Malformed("the line ends inside a word")
    return [*words, word] if at is _At.WORD else words


class LineParser:
    """Bytes to lines. Raises UpsdIncomprehensible where a line never ends."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[bytes]:
        self._buffer += data
        *lines, rest = bytes(self._buffer).split(b"\n")
        if len(rest) > LINE_LIMIT_BYTES:
            raise UpsdIncomprehensible("a line without an end")
        self._buffer[:] = rest
        return [line.rstrip(b"\r") for line in lines]


@dataclass(frozen=True)
class GetVar:
    ups: str
    name: str

    @property
    def words(self) -> tuple[str, ...]:
        return ("GET", "VAR", self.ups, self.name)


@dataclass(frozen=True)
class ListVar:
    ups: str

    @property
    def words(self) -> tuple[str, ...]:
        return ("LIST", "VAR", self.ups)


@dataclass(frozen=True)
class Plain:
    """A request that is answered with OK."""

    words: tuple[str, ...]


Request = GetVar | ListVar | Plain


class AnswerParser:
    """Puts the lines of one answer together. `feed` raises what the answer means where it is not what was asked for."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._variables: dict[str, str] | None = None

    def feed(self, line: bytes) -> Mapping[str, str] | None:
        """The variables (empty for Plain) once the answer is whole, None before.

        Raises UpsdRefused, UpsUnheard, UpsdIncomprehensible.
        """
        try:
            words = decode_line(line)
        except Malformed as error:
            raise UpsdIncomprehensible(str(error)) from error
        if words[:1] == ["ERR"] and len(words) >= 2:
            raise UpsUnheard(words[1]) if words[1] in UNHEARD else UpsdRefused("upsd refuses", words[1])
        match self._request:
            case Plain() if words[:1] == ["OK"]:
                return {}
            case GetVar(ups, name) if len(words) == 4 and words[:3] == ["VAR", ups, name]:
                return {name: words[3]}
            case ListVar(ups):
                return self._listed(words, ups)
        raise UpsdIncomprehensible(f"no answer to {' '.join(self._request.words[:2])}")

    def _listed(self, words: list[str], ups: str) -> Mapping[str, str] | None:
        if self._variables is None and words == ["BEGIN", "LIST", "VAR", ups]:
            self._variables = {}
            return None
        if self._variables is not None and len(self._variables) < LIST_LIMIT:
            if words == ["END", "LIST", "VAR", ups]:
                return self._variables
            if len(words) == 4 and words[:2] == ["VAR", ups]:
                self._variables[words[2]] = words[3]
                return None
        raise UpsdIncomprehensible("no list of variables")
