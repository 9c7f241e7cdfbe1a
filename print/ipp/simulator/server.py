"""The simulated printer behind real HTTP: `python -m print.ipp.simulator.server --mode test --port 6310`.

While it is without power its port answers nothing but the end of the line: a listening socket cannot refuse.
"""
from __future__ import annotations

import argparse
import json
import os
from functools import partial

import h11
import trio

from print.ipp.errors import NoAnswer, NotSent
from print.ipp.simulator.machine import PagePrinter
from print.ipp.simulator.model import PagePrinterModel

SIMULATION_MODES = frozenset({"bench", "demo", "development", "simulation", "test"})
LIMIT_REQUEST = 64 << 20
PIECE = 65_536


class SimulatorInProduction(RuntimeError):
    """A simulated machine was about to start where citizens are served."""


async def serve(
    printer: PagePrinter,
    *,
    mode: str,
    port: int = 0,
    host: str = "127.0.0.1",
    task_status: trio.TaskStatus[int] = trio.TASK_STATUS_IGNORED,
) -> None:
    """Print and answer until cancelled; starts with the port. Raises SimulatorInProduction for a mode that is not known to
    be none of production."""
    if mode not in SIMULATION_MODES:
        raise SimulatorInProduction(f"no simulator in mode {mode!r}; only in {', '.join(sorted(SIMULATION_MODES))}")
    listeners = await trio.open_tcp_listeners(port, host=host)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(printer.model.work)
        task_status.started(int(listeners[0].socket.getsockname()[1]))
        await trio.serve_listeners(partial(_serve_client, printer), listeners)


async def _serve_client(printer: PagePrinter, stream: trio.SocketStream) -> None:
    line = h11.Connection(h11.SERVER, max_incomplete_event_size=PIECE)
    try:
        while (body := await _request(line, stream)) is not None:
            status, answer = await printer.exchange(body)
            await stream.send_all(_answer(line, status, answer))
            if line.our_state is not h11.DONE or line.their_state is not h11.DONE:
                return
            line.start_next_cycle()
    except (NotSent, NoAnswer, h11.RemoteProtocolError, trio.BrokenResourceError):
        return  # the line ends; the machine goes on


async def _request(line: h11.Connection, stream: trio.SocketStream) -> bytes | None:
    """The whole body of the next request; None at the end of the line. Headers say nothing a printer acts on."""
    body = bytearray()
    while True:
        event = line.next_event()
        match event:
            case h11.NEED_DATA:
                if line.they_are_waiting_for_100_continue:
                    go_on = line.send(h11.InformationalResponse(status_code=100, headers=[]))
                    await stream.send_all(go_on or b"")
                line.receive_data(await stream.receive_some(PIECE))
            case h11.Data():
                body += event.data
                if len(body) > LIMIT_REQUEST:
                    return None
            case h11.EndOfMessage():
                return bytes(body)
            case h11.ConnectionClosed():
                return None


def _answer(line: h11.Connection, status: int, content: bytes) -> bytes:
    headers = [("Content-Type", "application/ipp"), ("Content-Length", str(len(content)))]
    head = line.send(h11.Response(status_code=status, headers=headers)) or b""
    end = (line.send(h11.Data(content)) or b"") + (line.send(h11.EndOfMessage()) or b"")
    return head + end


async def _main(options: argparse.Namespace) -> None:
    printer = PagePrinter(PagePrinterModel(speed=options.speed))
    async with trio.open_nursery() as nursery:
        port = await nursery.start(partial(serve, printer, mode=options.mode, port=options.port))
        if options.ready is not None:
            os.write(options.ready, json.dumps({"port": port}).encode() + b"\n")
            os.close(options.ready)


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--mode", required=True)
    arguments.add_argument("--port", type=int, default=0)
    arguments.add_argument("--speed", type=float, default=1.0)
    arguments.add_argument("--ready", type=int, help="a file descriptor to which the port is written")
    trio.run(_main, arguments.parse_args())
