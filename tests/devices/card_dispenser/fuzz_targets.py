"""What the coverage-guided fuzzer feeds: bytes to every parser of this room. Only what the parsers promise may come out."""
from __future__ import annotations

from devices.card_dispenser import crt_codec, k720_codec
from devices.card_dispenser.framing import ClassicFraming, Control, Damaged, Frame, FrameParser, FramingOf591H

SEEDS = {
    "fuzz_one": [
        b"\x06\x06" + ClassicFraming().encode(b"P10120"),
        b"\x01" + FramingOf591H().encode(b"N21A0"),
        b"\x02" + ClassicFraming().encode(b"P\xa50120042") + ClassicFraming().encode(b"P11120001000100000"),
        b"\x00" + k720_codec.control(k720_codec.ACK, b"15") + k720_codec.encode(b"SF0802", b"15"),
    ]
}


def fuzz_one(data: bytes) -> None:
    """The first byte chooses how the rest is cut into pieces."""
    step = data[0] % 7 + 1 if data else 1
    pieces = [data[at : at + step] for at in range(1, len(data), step)]
    for framing in (ClassicFraming(), FramingOf591H()):
        parser = FrameParser(framing)
        for piece in pieces:
            for event in parser.feed(piece):
                _look(event)
                if isinstance(event, Frame):
                    assert framing.open(framing.encode(event.text, event.address)) == event
        for event in parser.abandon():
            _look(event)
    addressed = k720_codec.K720Parser()
    for piece in pieces:
        for one in addressed.feed(piece):
            if isinstance(one, k720_codec.Frame):
                k720_codec.decode_bits(one.text)
    assert all(isinstance(one, Damaged | k720_codec.Frame | k720_codec.Control) for one in addressed.abandon())
    _read(data[1:])


def _look(event: object) -> None:
    assert isinstance(event, Frame | Damaged | Control)
    if isinstance(event, Frame):
        _read(event.text)


def _read(text: bytes) -> None:
    reply = crt_codec.parse_reply(text)
    if reply is not None:
        crt_codec.decode_sensors(reply.data)
        count = crt_codec.decode_retained(reply.data)
        assert count is None or 0 <= count <= crt_codec.RETAINED_MAX
    crt_codec.parse_command(text)
    k720_codec.decode_bits(text)
