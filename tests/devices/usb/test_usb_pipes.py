"""Which endpoints, and in what order: decided from descriptors alone."""
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.id_reader import codec
from devices.id_reader.codec import Command, Status
from devices.usb_pipes import Endpoint, Interface, SplitPipes, UnknownStyle, WholePipes, choose

BULK, INTERRUPT, ISO = 2, 3, 1
FRAME = codec.encode_response(Status.OK, bytes(range(200)))


def interface(*addresses: int, kind: int = BULK, number: int = 0, interface_class: int = 0xFF) -> Interface:
    return Interface(number, 0, interface_class, tuple(Endpoint(address, kind) for address in addresses))


def test_two_each_way_are_heads_and_bodies_whatever_their_order_in_the_descriptor() -> None:
    _, pipes = choose([interface(0x85, 0x06, 0x81, 0x02)])
    assert isinstance(pipes, SplitPipes)
    request = codec.encode_request(Command.FIND_CARD)
    assert pipes.outgoing(request) == [(0x02, request[:7]), (0x06, request[7:])]
    assert pipes.incoming == 0x81


@pytest.mark.parametrize("kind", [BULK, INTERRUPT])
def test_one_each_way_carries_whole_frames_at_any_address(kind: int) -> None:
    _, pipes = choose([interface(0x8A, 0x0B, kind=kind)])
    assert isinstance(pipes, WholePipes)
    assert (pipes.outgoing(b"frame"), pipes.incoming) == ([(0x0B, b"frame")], 0x8A)


def test_the_vendor_interface_is_taken_before_a_keyboard_beside_it() -> None:
    keyboard = interface(0x81, 0x01, kind=INTERRUPT, interface_class=0x03)
    reader = interface(0x82, 0x02, number=1)
    assert choose([keyboard, reader])[0] is reader


@pytest.mark.parametrize("found", [(), (0x81,), (0x02,), (0x81, 0x82, 0x01)])
def test_no_documented_style_is_refused(found: tuple[int, ...]) -> None:
    with pytest.raises(UnknownStyle):
        choose([interface(*found)])
    with pytest.raises(UnknownStyle):
        choose([interface(0x81, 0x02, kind=ISO)])


class Reader:
    """The IN side of a split reader: one queue of transfers each, read as UsbWire reads."""

    def __init__(self) -> None:
        self.pipes = SplitPipes(0x02, 0x06, 0x81, 0x85)
        self.queued: dict[int, list[bytes]] = {0x81: [], 0x85: []}

    def answer(self, data: bytes) -> None:
        for endpoint, piece in ((0x81, data[:7]), (0x85, data[7:])):
            if piece:
                self.queued[endpoint].append(piece)

    def read_until_silent(self) -> bytes:
        came, silent = b"", 0
        while silent < 2:
            queue = self.queued[self.pipes.incoming]
            data = queue.pop(0) if queue else b""
            self.pipes.came(data)
            silent = 0 if data else silent + 1
            came += data
        return came


@given(st.lists(st.integers(1, len(FRAME) - 1)))
def test_two_answers_come_up_in_order_however_the_transfers_are_cut(cuts: list[int]) -> None:
    reader = Reader()
    for _ in range(2):
        edges = sorted({0, 7, len(FRAME), *cuts})
        for at, end in zip(edges, edges[1:], strict=False):
            reader.queued[0x81 if at < 7 else 0x85].append(FRAME[at:end])
    assert reader.read_until_silent() == FRAME * 2


@given(st.binary(min_size=1, max_size=60))
def test_after_a_spoilt_answer_the_next_one_begins_clean(noise: bytes) -> None:
    reader = Reader()
    reader.answer(noise)
    came = reader.read_until_silent()
    assert came == noise
    reader.answer(FRAME)
    assert reader.read_until_silent() == FRAME
