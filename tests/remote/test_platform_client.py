"""What the terminal learns when the network fails, under a virtual clock."""

from __future__ import annotations

import socket
import threading
from collections.abc import Awaitable, Callable
from dataclasses import replace
from random import Random

import pytest
import trio

from remote.central.http import make_app
from remote.central.wire import respond
from remote.messages import Done, Release
from remote.platform import Limits, Platform, PlatformAway, PlatformRefused
from remote.transport import HttpTransport, NoAnswer, NotSent
from tests.remote.hall import Hall
from tests.remote.identities import signed
from tests.virtual_time import run_in_virtual_time

assert make_app


class Network:
    """To a centre in this process. Each call does what the next word of `fate` says; none left = it goes through."""

    def __init__(self, hall: Hall, *fate: str) -> None:
        self.hall = hall
        self.signer = hall.signers["T1"]
        self.fate = list(fate)
        self.keys: list[str | None] = []

    async def call(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
        await trio.lowlevel.checkpoint()
        self.keys.append(headers.get("Idempotency-Key"))
        fate = self.fate.pop(0) if self.fate else "through"
        if fate == "not sent":
            raise NotSent()
        if fate == "silence":
            await trio.sleep_forever()
        if fate == "503":
            return 503, b'{"error":"busy"}'
        answer = respond(self.hall.centre, path, body, signed(self.signer, path, body, headers))
        if fate == "answer lost":
            raise NoAnswer()
        return (200, b"<html>captive portal</html>") if fate == "portal" else answer


def platform(network: Network, **limits: float) -> Platform:
    return Platform(network, "T1", Limits(**limits), Random(1))  # type: ignore[arg-type]


def release(network: Network, key: str = "p:release:1", **limits: float) -> Callable[[], Awaitable[Done]]:
    async def main() -> Done:
        return await platform(network, **limits).release(Release(reserve_key="p:reserve:1"), key=key)

    return main


@pytest.mark.parametrize("fate", [("not sent",), ("answer lost",), ("503", "503"), ("portal", "not sent", "answer lost")])
def test_a_call_that_fails_is_repeated_with_the_same_key(fate: tuple[str, ...]) -> None:
    network = Network(Hall(), *fate)
    assert run_in_virtual_time(release(network)).done
    assert network.keys == ["p:release:1"] * (len(fate) + 1)


@pytest.mark.parametrize(
    ("fate", "may"),
    [
        (("not sent",) * 4, False),
        (("not sent", "answer lost", "not sent", "not sent"), True),
        (("503",) * 4, True),
        (("silence",), True),
        (("portal",) * 4, True),
    ],
)
def test_the_caller_learns_whether_it_may_have_happened(fate: tuple[str, ...], may: bool) -> None:
    with pytest.raises(PlatformAway) as caught:
        run_in_virtual_time(release(Network(Hall(), *fate)))
    assert caught.value.may_have_happened is may


def test_a_question_never_changed_anything() -> None:
    async def main() -> None:
        await platform(Network(Hall(), "silence")).clock()

    with pytest.raises(PlatformAway) as caught:
        run_in_virtual_time(main)
    assert caught.value.may_have_happened is False


def test_the_whole_call_ends_in_time() -> None:
    async def main() -> float:
        began = trio.current_time()
        with pytest.raises(PlatformAway):
            await platform(Network(Hall(), "silence"), call_s=20).clock()
        return trio.current_time() - began

    assert run_in_virtual_time(main) == pytest.approx(20)


def test_a_refusal_is_not_repeated() -> None:
    async def main() -> None:
        await platform(network).clock()

    network = Network(Hall())
    network.signer = replace(network.signer, serial=bytes(20))
    with pytest.raises(PlatformRefused) as caught:
        run_in_virtual_time(main)
    assert (caught.value.status, caught.value.problem.error, len(network.keys)) == (401, "unknown_terminal", 1)


def test_the_breaker_opens_and_one_call_after_the_cool_down_closes_it() -> None:
    async def main() -> None:
        network = Network(Hall(), *["not sent"] * 13)
        client = platform(network)
        for _ in range(3):
            assert client.reachable
            with pytest.raises(PlatformAway):
                await client.clock()
        assert not client.reachable and len(network.keys) == 12
        with pytest.raises(PlatformAway, match="for a while"):
            await client.clock()
        assert len(network.keys) == 12  # nothing was sent
        await trio.sleep(15)
        with pytest.raises(PlatformAway):
            await client.clock()
        assert len(network.keys) == 13  # one try, no retries
        await trio.sleep(15)
        await client.clock()
        assert client.reachable

    run_in_virtual_time(main)


def test_errors_hold_nothing_personal() -> None:
    async def main() -> None:
        hall = Hall()
        who = hall.citizen("senior_card_new")
        from remote.messages import CheckPerson

        ask = CheckPerson(id_number=who.id_number, name=who.name, birth=who.birth, id_valid_to=None)
        with pytest.raises(PlatformAway) as caught:
            await platform(Network(hall, *["answer lost"] * 4)).check_person(ask)
        assert who.id_number not in str(caught.value) and who.name not in str(caught.value)

    run_in_virtual_time(main)


# -- real sockets


def listen(answer: Callable[[socket.socket], None]) -> tuple[int, threading.Thread]:
    """A server of one connection."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        connection, _ = server.accept()
        with connection, server:
            connection.recv(65536)
            answer(connection)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    return server.getsockname()[1], thread


def call(port: int) -> tuple[int, bytes]:
    async def main() -> tuple[int, bytes]:
        transport = HttpTransport(f"http://127.0.0.1:{port}", connect_s=2, read_s=0.2)
        try:
            return await transport.call("/v1/clock", b"{}", {})
        finally:
            transport.close()

    return trio.run(main)


def test_connection_refused_is_not_sent() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(NotSent):
        call(port)


@pytest.mark.parametrize("part", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"])
def test_a_connection_cut_after_the_request_is_no_answer(part: bytes) -> None:
    port, thread = listen(lambda connection: connection.sendall(part))
    with pytest.raises(NoAnswer):
        call(port)
    thread.join()


def test_a_silent_centre_is_no_answer() -> None:
    enough = threading.Event()
    port, thread = listen(lambda connection: enough.wait(10) and None)
    with pytest.raises(NoAnswer):
        call(port)
    enough.set()
    thread.join()


def test_an_answer_comes_through_whole() -> None:
    port, thread = listen(lambda connection: connection.sendall(b"HTTP/1.1 409 Conflict\r\nContent-Length: 2\r\n\r\n{}"))
    assert call(port) == (409, b"{}")
    thread.join()
