"""pymodbus's own ModbusSerialServer, in a process of its own, with the model behind it.

The server opens one pty as it would open a port; the terminal opens another; between the two a relay hands the bytes
on, spoils them as the faults of the line say, and can be unplugged. Hands reach it by JSON lines on a Unix socket, as
every simulated machine (devices/control.py).
"""
from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import pty
import time
import tty
from pathlib import Path
from typing import Any

from pymodbus.server import ModbusSerialServer

from devices.cabinet.bench import BenchHand
from devices.cabinet.board import REFERENCE
from devices.cabinet.model import CabinetModel
from devices.cabinet.simulator import Board, BoardFaults, LineFaults
from tests.hall.process import die_with_parent, say_ready

_FRAME_ENDS_S = 0.004  # the server writes a frame at once


class Relay:
    """Two ptys joined like a null-modem cable. The client's is at the end of the symlink `path`."""

    def __init__(self, path: Path, model: CabinetModel, faults: BoardFaults) -> None:
        self._path, self._model, self._faults = path, model, faults
        self._spoiler = LineFaults(faults)
        self._loop = asyncio.get_running_loop()
        self._server, slave = pty.openpty()
        tty.setraw(slave)
        self._server_slave = slave  # kept open: a master whose slave nobody holds reads EIO
        self.server_port = os.ttyname(slave)
        self._client, self._client_slave = -1, -1
        self._asked, self._answer = b"", b""
        self._whole: asyncio.TimerHandle | None = None
        self._loop.add_reader(self._server, self._from_server)
        self.replug()

    def replug(self) -> None:
        if self._client >= 0:
            return
        self._client, self._client_slave = pty.openpty()
        tty.setraw(self._client_slave)
        self._path.unlink(missing_ok=True)
        self._path.symlink_to(os.ttyname(self._client_slave))
        self._loop.add_reader(self._client, self._from_client)

    def unplug(self) -> None:
        if self._client < 0:
            return
        self._loop.remove_reader(self._client)
        self._path.unlink(missing_ok=True)
        os.close(self._client)
        os.close(self._client_slave)
        self._client = self._client_slave = -1

    def _from_client(self) -> None:
        try:
            data = os.read(self._client, 4096)
        except OSError:
            self.unplug()
            return
        self._asked = data
        if self._model.powered:
            os.write(self._server, data)

    def _from_server(self) -> None:
        self._answer += os.read(self._server, 4096)
        if self._whole is not None:
            self._whole.cancel()
        self._whole = self._loop.call_later(_FRAME_ENDS_S, self._hand_on)

    def _hand_on(self) -> None:
        answer, self._answer = self._answer, b""
        if self._faults.take("unplugged"):
            self._send(answer[: len(answer) // 2])
            self._loop.call_later(_FRAME_ENDS_S, self.unplug)
            return
        for pause, data in self._spoiler.spoil(self._asked, answer):
            self._loop.call_later(pause, self._send, data)

    def _send(self, data: bytes) -> None:
        if self._client >= 0:
            os.write(self._client, data)


async def serve_hand(path: Path, hand: BenchHand, relay: Relay) -> asyncio.Server:
    async def client(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while line := await reader.readline():
            writer.write(json.dumps(do(json.loads(line))).encode() + b"\n")
            await writer.drain()
        writer.close()

    def do(request: dict[str, Any]) -> dict[str, Any]:
        if request["do"] in ("unplug", "replug"):
            (relay.unplug if request["do"] == "unplug" else relay.replug)()
            return {"ok": True, **hand.state()}
        try:
            return {"ok": True, **hand.handle(request)}
        except (ValueError, TypeError, KeyError) as error:
            return {"ok": False, "error": str(error)}

    return await asyncio.start_unix_server(client, path)


async def run(folder: Path, ready: int) -> None:
    model, faults = CabinetModel(REFERENCE, time.monotonic), BoardFaults()
    relay = Relay(folder / "board", model, faults)
    hand = await serve_hand(folder / "hand", BenchHand(model, faults), relay)
    server = ModbusSerialServer(Board(model, faults).device(), port=relay.server_port, baudrate=9_600)
    await server.serve_forever(background=True)
    say_ready(ready, {})
    async with hand:
        with contextlib.suppress(asyncio.CancelledError):
            await hand.serve_forever()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--ready", type=int, required=True)
    asked = parser.parse_args()
    die_with_parent()
    asyncio.run(run(asked.folder, asked.ready))


if __name__ == "__main__":
    main()
