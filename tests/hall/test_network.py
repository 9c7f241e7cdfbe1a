"""The network between terminal and centre, with a real HTTP server behind it on this machine."""
from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable

import h11
import pytest
import trio

from tests.hall.network import Network

Seen = list[bytes]


async def _counting_server(seen: Seen, *, task_status: trio.TaskStatus[int] = trio.TASK_STATUS_IGNORED) -> None:
    """Answers each POST with the number of requests it has seen and the body it got."""

    async def serve(stream: trio.SocketStream) -> None:
        line, body = h11.Connection(h11.SERVER), b""
        async with stream:
            while True:
                event = line.next_event()
                if event is h11.NEED_DATA:
                    line.receive_data(await stream.receive_some())
                elif isinstance(event, h11.Data):
                    body += event.data
                elif isinstance(event, h11.EndOfMessage):
                    break
            seen.append(body)
            text = b"%d:%s" % (len(seen), body)
            head = h11.Response(status_code=200, headers=[("content-length", str(len(text)))])
            for part in (head, h11.Data(data=text), h11.EndOfMessage()):
                await stream.send_all(line.send(part) or b"")

    (listener,) = await trio.open_tcp_listeners(0, host="127.0.0.1")
    task_status.started(int(listener.socket.getsockname()[1]))
    await trio.serve_listeners(serve, [listener])


@contextlib.asynccontextmanager
async def network() -> AsyncIterator[tuple[Network, int, Seen]]:
    seen: Seen = []
    async with trio.open_nursery() as nursery:
        net = Network("127.0.0.1", await nursery.start(_counting_server, seen))
        yield net, await nursery.start(net.serve), seen
        nursery.cancel_scope.cancel()


class Lost(Exception):
    pass


async def post(port: int, body: bytes) -> bytes:
    """Raises Lost where the connection breaks before the whole answer."""
    line = h11.Connection(h11.CLIENT)
    async with await trio.open_tcp_stream("127.0.0.1", port) as stream:
        head = h11.Request(method="POST", target="/x", headers=[("host", "h"), ("content-length", str(len(body)))])
        wire = line.send(head) or b""
        wire += (line.send(h11.Data(data=body)) or b"") + (line.send(h11.EndOfMessage()) or b"")
        answer = b""
        try:
            await stream.send_all(wire)
            while True:
                event = line.next_event()
                if event is h11.NEED_DATA:
                    line.receive_data(await stream.receive_some())
                elif isinstance(event, h11.Data):
                    answer += event.data
                elif isinstance(event, h11.EndOfMessage):
                    return answer
                elif isinstance(event, h11.ConnectionClosed):
                    raise Lost
        except (trio.BrokenResourceError, h11.RemoteProtocolError) as error:
            raise Lost from error


async def until(come: Callable[[], bool]) -> None:
    """What another task does over real sockets; the scenario's time limit ends it."""
    while not come():  # noqa: ASYNC110
        await trio.sleep(0.01)


def scenario(story: Callable[[Network, int, Seen], Awaitable[None]]) -> Callable[[], None]:
    async def run() -> None:
        with trio.fail_after(20):
            async with network() as (net, port, seen):
                await story(net, port, seen)

    def test() -> None:
        trio.run(run)

    test.__name__ = story.__name__
    return test


@scenario
async def test_a_request_and_its_answer_pass_unchanged(net: Network, port: int, seen: Seen) -> None:
    assert await post(port, b"one") == b"1:one"
    assert await post(port, b"two") == b"2:two"
    assert net.carried == 2


@scenario
async def test_a_lost_request_was_never_seen_by_the_centre(net: Network, port: int, seen: Seen) -> None:
    net.handle({"do": "fault", "name": "lose_request"})
    with pytest.raises(Lost):
        await post(port, b"one")
    assert seen == []
    assert await post(port, b"one") == b"1:one"


@scenario
async def test_a_lost_answer_was_carried_out_by_the_centre(net: Network, port: int, seen: Seen) -> None:
    net.handle({"do": "fault", "name": "lose_answer"})
    with pytest.raises(Lost):
        await post(port, b"one")
    assert seen == [b"one"]


@scenario
async def test_a_torn_answer_breaks_off_in_the_middle(net: Network, port: int, seen: Seen) -> None:
    net.handle({"do": "fault", "name": "tear_answer"})
    with pytest.raises(Lost):
        await post(port, b"one")
    assert seen == [b"one"]


@scenario
async def test_a_doubled_request_arrives_twice_and_is_answered_once(net: Network, port: int, seen: Seen) -> None:
    net.handle({"do": "fault", "name": "double"})
    assert await post(port, b"one") == b"1:one"
    assert seen == [b"one", b"one"]


@scenario
async def test_a_late_double_arrives_after_the_answer(net: Network, port: int, seen: Seen) -> None:
    net.later_s = 0.2
    net.handle({"do": "fault", "name": "double_later"})
    assert await post(port, b"one") == b"1:one"
    assert await post(port, b"two") == b"2:two"
    await until(lambda: len(seen) == 3)
    assert seen == [b"one", b"two", b"one"]


@scenario
async def test_a_cut_cable_is_silent_and_what_hung_arrives_when_it_is_back(net: Network, port: int, seen: Seen) -> None:
    net.handle({"do": "cut"})
    with trio.move_on_after(0.2) as patience:
        await post(port, b"one")
    assert patience.cancelled_caught
    assert seen == []
    async with trio.open_nursery() as nursery:
        nursery.start_soon(post, port, b"two")
        await until(lambda: net.handle({"do": "state"})["waiting"] == 2)
        net.handle({"do": "restore"})
    assert b"two" in seen


@scenario
async def test_a_dead_centre_breaks_the_connection(net: Network, port: int, seen: Seen) -> None:
    net._to = ("127.0.0.1", 1)
    with pytest.raises(Lost):
        await post(port, b"one")


def test_an_unknown_fault_is_refused() -> None:
    with pytest.raises(ValueError, match="lose_answer"):
        Network("127.0.0.1", 1).handle({"do": "fault", "name": "lose_the_answer"})
