"""Secure messaging whose keys are somewhere else: the card's challenge goes out, the sealed data come back (facts/card.md 8.1).

The centre seals with `crypto.Profile.seal(key, challenge, header, data, encrypted=...)` inside its key store.
"""
from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from card.apdu import Command, demand
from card.crypto import CHALLENGE_SIZE, KeyUse
from card.elementary_file import FileMalformed
from card.pin import INS_GET_CHALLENGE
from card.session import INS_UPDATE_BINARY, CitizenCard
from card.transport import CardTransport

INS_WRITE_KEY = 0xD4
SEALED = 0x04  # this bit of CLA says secure messaging

Sealer = Callable[[bytes, bytes, bytes], Awaitable[bytes]]
"""(challenge 4, header 4, plain data) -> the command's data, sealed."""

KeySealer = Callable[[KeyUse, int, bytes, bytes], Awaitable[bytes]]
"""(use, key id, challenge 4, header 4) -> the sealed key record of this card: the key itself never leaves the key store."""


async def challenge(transport: CardTransport) -> bytes:
    """4 bytes, good for the very next sealed command."""
    data = (await demand(transport, Command(0x00, INS_GET_CHALLENGE, le=CHALLENGE_SIZE))).data
    if len(data) != CHALLENGE_SIZE:
        raise FileMalformed("challenge", f"{len(data)} bytes, not {CHALLENGE_SIZE}")
    return data


class CentralSealing:
    """A session's protection (`CitizenCard(..., protection=...)`): every UPDATE BINARY is sealed, the rest goes as it is."""

    def __init__(self, seal: Sealer) -> None:
        self._seal = seal

    async def protect(self, transport: CardTransport, command: Command) -> Command:
        if command.ins != INS_UPDATE_BINARY:
            return command
        sealed = replace(command, cla=command.cla | SEALED)
        return replace(sealed, data=await self._seal(await challenge(transport), sealed.header, command.data))


async def write_keys(card: CitizenCard, keys: Sequence[tuple[KeyUse, int]], seal: KeySealer) -> None:
    """WRITE KEY for each (use, key id), in this order: last the maintenance key, under which the others are
    sealed. Safe to repeat from the beginning until that one is written. ApduError 6988 where the sealing key was another."""
    for use, key_id in keys:
        header = bytes((0x80 | SEALED, INS_WRITE_KEY, 0x01, key_id))
        sealed = await seal(use, key_id, await challenge(card.transport), header)
        await demand(card.transport, Command(0x80 | SEALED, INS_WRITE_KEY, 0x01, key_id, sealed))
