"""Machines beside the card printer: the ID reader over USB, a face compared, a page handed to the A4 printer."""
from __future__ import annotations

import json
from statistics import median

from devices.id_reader.model import CHIP_READ_S, FIND_S
from devices.usb_bench.descriptors import SPLIT
from remote.central.population.photographs import PHOTOGRAPHS
from remote.faces import Faces
from tests.bench.figures import Figure
from tests.bench.pieces import times_ms
from tests.bench.size import Size
from tests.devices.usb.hall import run_program
from tests.faces.subjects import portrait
from tests.print.ipp.bench import ROUNDS, ipp_figures

FULL_SPEED_BYTES_PER_S = 12e6 / 8      # USB 2.0 full speed, before packets and framing


def id_read_over_usb(size: Size) -> list[Figure]:
    """Through the real libusb against an emulated reader: the bus itself is not paced, so this is what software adds."""
    said = run_program("tests.bench.usb_reader", [SPLIT], chip_speed=1.0)[SPLIT]
    took = json.loads(said["took_s"])
    wire = FIND_S + CHIP_READ_S + int(said["bytes"]) / FULL_SPEED_BYTES_PER_S
    how = f"median of {len(took)} readings through libusb: measured / (bytes at full speed + the chip's own time)"
    return [Figure("usb_read_over_wire", median(took) / wire, "", how, most=1.1)]


def face_match(size: Size) -> list[Figure]:
    """One stored portrait against one picture, models warm, without the process between."""
    faces = Faces()
    one, other = (portrait(name) for name in list(PHOTOGRAPHS)[:2])
    faces.compare(one, [other])
    taken = times_ms(lambda: faces.compare(one, [other]), size.drawings)
    how = f"median of {len(taken)}: find and compare one face in each of two pictures, models warm"
    return [Figure("face_match_ms", median(taken), "ms", how)]


def ipp_overhead(size: Size) -> list[Figure]:
    found = ipp_figures(ROUNDS if size.drawings > 5 else 2)
    how = "one job with our client / the same bytes by bare HTTP, turn and turn about"
    return [
        Figure("ipp_job_over_bare", found["ratio"], "", how, most=1.5),
        Figure("ipp_overhead_ms", found["overhead_ms"], "ms", "what the client adds to a job"),
    ]
