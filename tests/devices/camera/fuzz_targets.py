"""For the coverage-guided fuzzer: both ends of the camera's line, and what is looked at of a picture without OpenCV."""
from __future__ import annotations

import io

from PIL import Image

from devices.camera.codec import LARGEST, Packet, PacketParser, RequestParser, encode_packet
from devices.camera.errors import Unviewable
from devices.camera.frames import levels


def _picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (16, 12), (120, 90, 60)).save(file, "JPEG")
    return file.getvalue()


SEEDS = {
    "fuzz_packets": [b"\x07" + encode_packet(Packet(1, 2, 3, _picture())) + b"FRA" + encode_packet(Packet(2, 3, 4, _picture()))],
    "fuzz_requests": [b"??\x01?\x02"],
    "fuzz_levels": [_picture()],
}


def fuzz_packets(data: bytes) -> None:
    """Whatever comes out is whole: its checksum held, and it begins and ends like a picture."""
    parser, size = PacketParser(), max(1, data[0] if data else 1)
    for at in range(1, len(data), size):
        for event in parser.feed(data[at : at + size]):
            if isinstance(event, Packet):
                assert len(event.jpeg) <= LARGEST and event.jpeg[:2] == b"\xff\xd8" and event.jpeg[-2:] == b"\xff\xd9"


def fuzz_requests(data: bytes) -> None:
    parser = RequestParser()
    assert len(parser.feed(data)) <= len(data)


def fuzz_levels(data: bytes) -> None:
    try:
        found = levels(data)
    except Unviewable:
        return
    assert 0 <= found.darkest <= found.mean <= found.brightest <= 255
