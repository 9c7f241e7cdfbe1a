"""A simulated machine offered to the world: at a pty, at a TCP port, with a control socket."""
from __future__ import annotations

import os
import termios
from pathlib import Path
from typing import Any

import pytest
import trio

from devices.faults import Faults, UnknownFault
from devices.pty_port import Pty
from devices.serving import (
    ControlRefused,
    SimulatorInProduction,
    control,
    refuse_production,
    serve_control,
    serve_pty,
    serve_tcp,
)
from devices.wire import BITS_PER_BYTE, SerialWire, StreamWire, Wire, WireGone


class Echo:
    """The smallest machine: gives back what it gets."""

    model = None

    def __init__(self) -> None:
        self.faults = Faults({})

    async def serve(self, wire: Wire) -> None:
        while True:
            await wire.send(await wire.receive())


async def receive_exactly(wire: Wire, count: int) -> bytes:
    got = b""
    with trio.fail_after(5):
        while len(got) < count:
            got += await wire.receive()
    return got


def test_a_client_talks_through_a_pty_at_a_path_and_may_come_and_go(tmp_path: Path) -> None:
    async def main() -> None:
        async with trio.open_nursery() as nursery:
            await nursery.start(serve_pty, Echo(), tmp_path / "reader")
            for _ in range(3):
                wire = await SerialWire.open(str(tmp_path / "reader"))
                await wire.send(b"\x00\x03\x04\x11\x13\r\n\xff")  # nothing a terminal driver would like to interpret
                assert await receive_exactly(wire, 8) == b"\x00\x03\x04\x11\x13\r\n\xff"
                await wire.aclose()
            nursery.cancel_scope.cancel()
        assert not (tmp_path / "reader").is_symlink()

    trio.run(main)


def test_unplugging_fails_the_client_that_waits_and_plugging_in_again_serves_the_same_path(tmp_path: Path) -> None:
    async def main() -> None:
        async with trio.open_nursery() as nursery:
            port: Pty = await nursery.start(serve_pty, Echo(), tmp_path / "reader")
            wire = await SerialWire.open(str(tmp_path / "reader"))
            await wire.send(b"1")
            assert await receive_exactly(wire, 1) == b"1"
            port.unplug()
            with trio.fail_after(5), pytest.raises(WireGone):
                await wire.receive()
            with pytest.raises(WireGone):
                await wire.send(b"2")
            await wire.aclose()
            with pytest.raises(WireGone):
                await SerialWire.open(str(tmp_path / "reader"))
            with pytest.raises(WireGone):
                port.wire()
            port.replug()
            wire = await SerialWire.open(str(tmp_path / "reader"))
            await wire.send(b"3")
            assert await receive_exactly(wire, 1) == b"3"
            await wire.aclose()
            nursery.cancel_scope.cancel()

    trio.run(main)


@pytest.mark.parametrize("baud", [9_600, 115_200])
def test_the_answer_takes_as_long_as_on_a_line_of_the_speed_the_client_chose(tmp_path: Path, baud: int) -> None:
    async def main() -> None:
        port = Pty(tmp_path / "reader")
        wire = await SerialWire.open(str(port.path), baud)
        begin = trio.current_time()
        async with trio.open_nursery() as nursery:
            nursery.start_soon(port.wire().send, bytes(100))
            await receive_exactly(wire, 100)
        assert trio.current_time() - begin >= 100 * BITS_PER_BYTE / baud  # never faster; how much slower is the host's
        await wire.aclose()
        port.unplug()

    trio.run(main)


def test_at_the_wrong_speed_both_ends_hear_garbage_and_at_the_right_one_both_understand(tmp_path: Path) -> None:
    async def main() -> None:
        text = bytes(range(32, 64))
        async with trio.open_nursery() as nursery:
            port: Pty = await nursery.start(serve_pty, Echo(), tmp_path / "reader", 9_600)
            wire = await SerialWire.open(str(tmp_path / "reader"), 57_600)
            heard = b""
            await wire.send(text * 4)
            with trio.fail_after(5):
                heard += await wire.receive()
            assert heard[:1] != text[:1]
            await wire.aclose()
            port.unplug()
            port.replug()
            wire = await SerialWire.open(str(tmp_path / "reader"), 9_600)
            await wire.send(text)
            assert await receive_exactly(wire, len(text)) == text
            await wire.aclose()
            nursery.cancel_scope.cancel()

    trio.run(main)


def test_a_fresh_pty_does_not_echo_what_the_machine_says_to_nobody(tmp_path: Path) -> None:
    async def main() -> None:
        port = Pty(tmp_path / "reader")
        client = os.open(port.path, os.O_RDWR | os.O_NOCTTY)
        assert not termios.tcgetattr(client)[3] & (termios.ECHO | termios.ICANON)
        os.close(client)
        port.unplug()

    trio.run(main)


def test_a_file_in_the_way_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "reader").write_text("precious")
    with pytest.raises(FileExistsError):
        trio.run(_plug, tmp_path / "reader")
    assert (tmp_path / "reader").read_text() == "precious"


async def _plug(path: Path) -> None:
    Pty(path)


def test_over_tcp_a_second_client_waits_until_the_first_has_gone() -> None:
    async def main() -> None:
        async with trio.open_nursery() as nursery:
            port = await nursery.start(serve_tcp, Echo(), 0)
            first = await StreamWire.connect("127.0.0.1", port)
            await first.send(b"first")
            assert await receive_exactly(first, 5) == b"first"
            second = await StreamWire.connect("127.0.0.1", port)
            await second.send(b"second")
            await first.send(b"again")
            assert await receive_exactly(first, 5) == b"again"
            await first.aclose()
            assert await receive_exactly(second, 6) == b"second"
            await second.aclose()
            nursery.cancel_scope.cancel()

    trio.run(main)


def test_the_bench_asks_over_the_control_socket_and_hears_what_was_done_or_why_not(tmp_path: Path) -> None:
    async def handle(request: dict[str, Any]) -> dict[str, Any]:
        match request["do"]:
            case "lay":
                return {"laid": request["name"]}
            case _:
                raise ValueError(f"no command {request['do']!r}")

    async def main() -> None:
        path = tmp_path / "control"
        for _ in range(2):  # the second time over what the first left behind
            async with trio.open_nursery() as nursery:
                await nursery.start(serve_control, path, handle)
                assert path.stat().st_mode & 0o777 == 0o600
                assert await control(path, do="lay", name="张三") == {"ok": True, "laid": "张三"}
                for wrong, why in [({"do": "lay"}, "name"), ({"do": "fly"}, "fly"), ({"name": "x"}, '"do"')]:
                    with pytest.raises(ControlRefused, match=why):
                        await control(path, **wrong)
                stream = await trio.open_unix_socket(str(path))
                await stream.send_all(b"no json\n" + b'{"do": "lay", "name": 1}\n')
                answers = b""
                while answers.count(b"\n") < 2:
                    answers += await stream.receive_some()
                first, second = answers.splitlines()
                assert b'"ok": false' in first and b'"ok": true' in second
                nursery.cancel_scope.cancel()

    trio.run(main)


def test_a_fault_counts_down_and_a_misspelt_one_is_refused() -> None:
    faults = Faults({"jam": "the card stops half way", "slow": "everything takes three times as long"})
    assert not faults.take("jam")
    faults.set("jam", 2)
    faults.set("slow")
    assert faults.is_set("jam") and faults.active() == {"jam": 2, "slow": None}
    assert [faults.take("jam") for _ in range(3)] == [True, True, False]
    assert all(faults.take("slow") for _ in range(5))
    faults.clear()
    assert not faults.is_set("slow")
    for misuse in (lambda: faults.set("jamm"), lambda: faults.take("jamm"), lambda: faults.clear("jamm")):
        with pytest.raises(UnknownFault):
            misuse()
    with pytest.raises(ValueError):
        faults.set("jam", 0)


def test_no_simulator_starts_in_production_nor_in_a_mode_nobody_knows() -> None:
    refuse_production("demo")
    for mode in ("production", "Production", "prod", "", "demo "):
        with pytest.raises(SimulatorInProduction):
            refuse_production(mode)
