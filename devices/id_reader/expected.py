"""Which answers can be a command's. An answer that cannot is a late one to an earlier command, and is dropped."""
from __future__ import annotations

from collections.abc import Callable

from devices.id_reader import answers
from devices.id_reader.codec import Command, Response, Status

_KNOWN = frozenset(int(status) for status in Status)
_ANY_COMMAND = frozenset(
    {
        Status.CHECKSUM_ERROR,
        Status.LENGTH_ERROR,
        Status.COMMAND_ERROR,
        Status.UNRECOGNISED_ERROR,
        Status.SAM_SELF_TEST_FAILED,
        Status.SAM_NOT_AUTHORISED,
    }
)
_CARD_TROUBLE = frozenset(
    {
        Status.CARD_DID_NOT_PROVE_ITSELF,
        Status.SAM_DID_NOT_PROVE_ITSELF,
        Status.VERIFY_FAILED,
        Status.WRONG_CARD_TYPE,
        Status.READ_FAILED,
        Status.RANDOM_FAILED,
    }
)
_REFUSALS: dict[Command, frozenset[Status]] = {
    Command.FIND_CARD: frozenset({Status.FIND_FAILED, Status.WRONG_CARD_TYPE}),
    Command.SELECT_CARD: _CARD_TROUBLE | {Status.SELECT_FAILED},
    Command.READ: _CARD_TROUBLE,
    Command.READ_WITH_FINGERPRINT: _CARD_TROUBLE,
    Command.READ_APPENDED_ADDRESS: _CARD_TROUBLE | {Status.NOT_ON_CARD},
}


def _is_content(data: bytes, *, fingerprint: bool) -> bool:
    try:
        answers.decode_content(data, fingerprint=fingerprint)
    except answers.NotThisAnswer:
        return False
    return True


def _is_empty(data: bytes) -> bool:
    return not data


_GOOD: dict[Command, Callable[[bytes], bool]] = {
    Command.SAM_NUMBER: lambda data: len(data) == 16,
    Command.SELECT_CARD: lambda data: len(data) == answers.SELECTED_BYTES,
    Command.READ: lambda data: _is_content(data, fingerprint=False),
    Command.READ_WITH_FINGERPRINT: lambda data: _is_content(data, fingerprint=True),
    Command.READ_APPENDED_ADDRESS: lambda data: len(data) == answers.ADDRESS_BYTES,
}


def fits(command: Command, response: Response) -> bool:
    """Can this be the answer to that command, by status and form?"""
    if response.sw3 in _ANY_COMMAND or response.sw3 not in _KNOWN:
        return True
    if response.sw3 in _REFUSALS.get(command, frozenset()):
        return True
    if command is Command.FIND_CARD:
        return response.sw3 == Status.FOUND
    return response.sw3 == Status.OK and _GOOD.get(command, _is_empty)(response.data)
