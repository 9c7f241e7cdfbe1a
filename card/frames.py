"""Frames of the vpcd protocol, both ends: a two-byte big-endian length, then the body (facts/card.md 3.2)."""
from __future__ import annotations

import contextlib
import socket

import trio

POWER_OFF = b"\x00"
POWER_ON = b"\x01"
RESET = b"\x02"
GET_ATR = b"\x04"
LENGTH_SIZE = 2
FRAME_MAX = 0xFFFF  # bytes; facts/card.md 3.2 measured command data up to 65000


class LineClosed(Exception):
    """The other end closed the line, or cut it in mid-frame."""


def frame(body: bytes) -> bytes:
    return len(body).to_bytes(LENGTH_SIZE, "big") + body


async def receive_frame(stream: trio.SocketStream) -> bytes:
    """The next body. Raises LineClosed."""
    size = int.from_bytes(await _receive_exactly(stream, LENGTH_SIZE), "big")
    return await _receive_exactly(stream, size)


async def send_frame(stream: trio.SocketStream, body: bytes) -> None:
    """Raises LineClosed: then the whole frame did not go out."""
    try:
        await stream.send_all(frame(body))
    except (trio.BrokenResourceError, trio.ClosedResourceError) as error:
        raise LineClosed(str(error)) from error


async def send_torn(stream: trio.SocketStream, begun: bytes, size: int) -> None:
    """The card's end loses power while it answers: `begun` is all that leaves of `size` bytes. Nobody is told."""
    with contextlib.suppress(trio.BrokenResourceError, trio.ClosedResourceError):
        await stream.send_all(size.to_bytes(LENGTH_SIZE, "big") + begun)


async def _receive_exactly(stream: trio.SocketStream, size: int) -> bytes:
    data = bytearray()
    try:
        while len(data) < size:
            # vpcd 3.3 sends length and body apart: without this, Nagle and our delayed ACK make 44 ms of each APDU.
            stream.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
            piece = await stream.receive_some(size - len(data))
            if not piece:
                raise LineClosed("closed by the other end")
            data += piece
    except (trio.BrokenResourceError, trio.ClosedResourceError, OSError) as error:
        raise LineClosed(str(error)) from error
    return bytes(data)
