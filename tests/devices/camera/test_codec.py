"""Packets survive noise, pieces and damage."""
from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from devices.camera.codec import (
    HEADER,
    MAGIC,
    Damage,
    Damaged,
    Packet,
    PacketParser,
    RequestParser,
    encode_packet,
    encode_request,
)

JPEGS = st.binary(max_size=300).map(lambda body: b"\xff\xd8" + body.replace(MAGIC, b"") + b"\xff\xd9")
NUMBERS, TIMES = st.integers(0, 2**32 - 1), st.integers(0, 2**64 - 1)
PACKETS = st.builds(Packet, st.integers(0, 255), NUMBERS, TIMES, JPEGS.filter(lambda jpeg: MAGIC not in jpeg))


def pieces(data: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    return [data[begin:end] for begin, end in zip(places, places[1:], strict=False)]


@given(st.lists(PACKETS, max_size=4), st.lists(st.integers(0, 5000), max_size=6))
def test_what_was_sent_is_read_in_any_pieces(packets: list[Packet], cuts: list[int]) -> None:
    parser, read = PacketParser(), []
    for piece in pieces(b"".join(map(encode_packet, packets)), cuts):
        read += parser.feed(piece)
    assert read == packets
    assert not parser.waiting


@given(st.binary(max_size=200).filter(lambda noise: MAGIC not in noise), PACKETS)
def test_noise_before_a_packet_costs_no_packet(noise: bytes, packet: Packet) -> None:
    read = PacketParser().feed(noise + encode_packet(packet))
    assert read[-1] == packet
    assert all(event == Damaged(Damage.NOISE) for event in read[:-1])


@given(PACKETS, PACKETS, st.data())
def test_one_wrong_bit_never_gives_another_picture(packet: Packet, following: Packet, data: st.DataObject) -> None:
    wire = bytearray(encode_packet(packet))
    at = data.draw(st.integers(HEADER.size, len(wire) - 1))
    wire[at] ^= 1 << data.draw(st.integers(0, 7))
    read = PacketParser().feed(bytes(wire) + encode_packet(following))
    pictures = [event.jpeg for event in read if isinstance(event, Packet)]
    assert pictures == [following.jpeg]
    assert any(isinstance(event, Damaged) for event in read)


@given(st.lists(st.binary(max_size=60), max_size=10))
def test_any_bytes_are_survived(data: list[bytes]) -> None:
    parser, requests = PacketParser(), RequestParser()
    for piece in data:
        parser.feed(piece)
        requests.feed(piece)


def test_a_length_no_picture_has_is_damage_at_once_and_not_waited_for() -> None:
    head = HEADER.pack(MAGIC, 1, 1, 1, 0xFFFFFFFF, 0)
    parser = PacketParser()
    good = Packet(2, 2, 2, b"\xff\xd8\xff\xd9")
    read = parser.feed(head + encode_packet(good))
    assert Damaged(Damage.LENGTH) in read
    assert read[-1] == good


@given(st.lists(st.integers(0, 255)), st.integers(1, 5))
def test_requests_in_pieces(tags: list[int], size: int) -> None:
    data = b"".join(map(encode_request, tags))
    parser, heard = RequestParser(), []
    for begin in range(0, len(data), size):
        heard += parser.feed(data[begin : begin + size])
    assert heard == tags
