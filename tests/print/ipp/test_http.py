"""The real edge: requests against real sockets."""
from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
import trio

from print.ipp.client import IppClient
from print.ipp.codec import encode
from print.ipp.errors import HttpRefused, IppRefused, NoAnswer, NotSent, PrinterError, Unreadable
from print.ipp.http_post import HttpPost, http_url
from print.ipp.simulator.machine import PagePrinter
from print.ipp.simulator.server import SimulatorInProduction, serve
from print.ipp.terms import Operation
from print.ipp.values import Message
from tests.hall.process import Child, python

QUESTION = encode(Message(Operation.GET_PRINTER_ATTRIBUTES, 1))
JOB = encode(Message(Operation.PRINT_JOB, 1))


@contextmanager
def answering(*answers: bytes) -> Iterator[str]:
    """A server that gives each connection its bytes, whatever it is asked, and ends it."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def run() -> None:
            for answer in answers:
                stream, _ = listening.accept()
                with stream:
                    stream.recv(65_536)
                    stream.sendall(answer)

        thread = threading.Thread(target=run)
        thread.start()
        yield f"ipp://127.0.0.1:{listening.getsockname()[1]}/ipp/print"
        thread.join()


def http(status: str, body: bytes, *headers: str) -> bytes:
    head = "\r\n".join([f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", "Connection: close", *headers])
    return head.encode() + b"\r\n\r\n" + body


def post(uri: str, body: bytes = QUESTION) -> bytes:
    sender = HttpPost(uri, connect_s=2, read_s=2)
    try:
        return trio.run(sender, body)
    finally:
        sender.close()


@pytest.mark.parametrize(
    ("uri", "url"),
    [
        ("ipp://printer.local/ipp/print", "http://printer.local:631/ipp/print"),
        ("ipps://10.0.0.7:443/ipp/print", "https://10.0.0.7:443/ipp/print"),
        ("ipp://[fe80::1]/ipp/print", "http://[fe80::1]:631/ipp/print"),
        ("http://localhost:60000/ipp/print", "http://localhost:60000/ipp/print"),
    ],
)
def test_where_a_printer_uri_is_asked(uri: str, url: str) -> None:
    assert http_url(uri) == url


@pytest.mark.parametrize("uri", ["socket://10.0.0.7", "ipp:///ipp", "usb://HP", "ipp://user:secret@host/ipp"])
def test_what_is_no_address_of_an_ipp_printer(uri: str) -> None:
    with pytest.raises(ValueError):
        http_url(uri)


def test_nobody_listens_and_nothing_was_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with pytest.raises(NotSent):
        post(f"ipp://127.0.0.1:{port}/ipp/print", JOB)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"", NoAnswer),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort", NoAnswer),
        (b"no http at all\r\n\r\n", NoAnswer),
        (http("200 OK", b"x" * (2 << 20)), NoAnswer),
        (http("500 Internal Server Error", b""), HttpRefused),
        (http("503 Busy", b""), HttpRefused),
        (http("302 Found", b"", "Location: http://127.0.0.1:1/"), HttpRefused),
        (http("401 Unauthorized", b""), HttpRefused),
    ],
)
def test_what_goes_wrong_after_sending_is_told_apart(answer: bytes, error: type[PrinterError]) -> None:
    with answering(answer) as uri, pytest.raises(error) as raised:
        post(uri, JOB)
    if isinstance(raised.value, HttpRefused):
        assert raised.value.certain == (raised.value.status in (401, 503))


def test_a_packed_answer_is_not_unpacked() -> None:
    with answering(http("200 OK", b"\x1f\x8b\x08packed", "Content-Encoding: gzip")) as uri:
        assert post(uri) == b"\x1f\x8b\x08packed"


def test_a_proxy_of_the_environment_does_not_catch_what_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with answering(http("200 OK", b"whole")) as uri:
        assert post(uri) == b"whole"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"<html>", Unreadable),
        (encode(Message(0, 77)), Unreadable),
        (encode(Message(0x0406, 1)), IppRefused),
        (encode(Message(0x0400, 0)), IppRefused),
    ],
)
def test_an_answer_must_be_one_to_this_request(body: bytes, error: type[PrinterError]) -> None:
    async def sent(_: bytes) -> bytes:
        await trio.lowlevel.checkpoint()
        return body

    client: Callable[[], object] = IppClient(sent, "ipp://printer.test/ipp/print").printer
    with pytest.raises(error):
        trio.run(client)


def test_the_simulated_printer_does_not_start_in_production() -> None:
    with pytest.raises(SimulatorInProduction):
        trio.run(partial(serve, PagePrinter(), mode="prodution"))


def test_the_simulated_printer_in_a_process_of_its_own(tmp_path: Path) -> None:
    async def main() -> None:
        machine = Child("printer", python("-m", "print.ipp.simulator.server", "--mode", "test"), tmp_path / "log")
        try:
            port = (await machine.start_ready())["port"]
            uri = f"ipp://127.0.0.1:{port}/ipp/print"
            client = IppClient(HttpPost(uri), uri)
            assert (await client.printer()).media_ready == ("iso_a4_210x297mm",)
            machine.kill()
            with pytest.raises(PrinterError):
                await client.printer()
        finally:
            machine.kill()

    trio.run(main)
