"""`./run bench`: every figure with its unit, its target and how it was got. Ends with 1 where a target does not hold.

Machines are shared and noisy: figures are medians or ratios within one run, and mean something only on a quiet machine.
"""
from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.bench.cabinet import face_match, id_read_over_usb, ipp_overhead
from tests.bench.central import requests_per_second
from tests.bench.citizen_card import CARD_FIGURES, KEY_FIGURES, citizen_card, load_keys
from tests.bench.documents import certificate, trust_in_documents
from tests.bench.figures import Figure, table
from tests.bench.halls import recovery, rss_growth, software_over_machine
from tests.bench.id_card import id_read
from tests.bench.orders import ORDER_FIGURES, orders_per_second
from tests.bench.pieces import card_face, journal, paper_slip
from tests.bench.screen import first_frame, touch_to_screen
from tests.bench.size import TINY, WHOLE, Size
from tests.bench.telemetry import TELEMETRY_FIGURES, telemetry_figures
from tests.console.bench import page_ms

MEASURES: Mapping[tuple[str, ...], Callable[[Size], list[Figure]]] = {
    ("first_frame_s",): first_frame,
    ("touch_to_screen_ms_p50", "touch_to_screen_ms_p95"): touch_to_screen,
    ("id_read_over_wire",): id_read,
    ("usb_read_over_wire",): id_read_over_usb,
    ("face_match_ms",): face_match,
    ("ipp_job_over_bare", "ipp_overhead_ms"): ipp_overhead,
    ("software_over_machine",): software_over_machine,
    ("journal_ms_per_act",): journal,
    ("card_face_ms",): card_face,
    ("slip_ms",): paper_slip,
    ("certificate_ms", "certificate_over_plain", "certificate_over_typst"): certificate,
    ("signature_ms", "code_signature_ms", "verification_ms"): trust_in_documents,
    CARD_FIGURES: citizen_card,
    KEY_FIGURES: load_keys,
    ("recovery_s",): recovery,
    ("rss_growth",): rss_growth,
    ("central_requests_per_s",): requests_per_second,
    ORDER_FIGURES: orders_per_second,
    TELEMETRY_FIGURES: telemetry_figures,
    ("console_page_ms",): page_ms,
}
"""The figures each measure gives."""

NAMES = tuple(name for names in MEASURES for name in names)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run bench", description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--only", action="append", choices=NAMES, metavar="NAME", help=f"one of {', '.join(NAMES)}; repeatable")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument("--tiny", action="store_true", help="the least that gives every figure: they mean nothing then")
    asked = parser.parse_args(arguments)
    figures = measured(asked.only or NAMES, TINY if asked.tiny else WHOLE)
    sys.stdout.write(table(figures) + "\n")
    if asked.json is not None:
        machine = {"machine": platform.machine(), "system": platform.platform(), "python": platform.python_version()}
        asked.json.write_text(json.dumps({**machine, "figures": [f.as_json() for f in figures]}, ensure_ascii=False, indent=1))
    sys.stdout.write(summary(figures) + "\n")
    return 0 if all(figure.holds for figure in figures) else 1


def measured(wanted: list[str] | tuple[str, ...], size: Size) -> list[Figure]:
    """In the order of the table; a measure that gives several figures gives all of them."""
    figures = []
    for names, measure in MEASURES.items():
        if set(names) & set(wanted):
            sys.stderr.write(f"measuring {', '.join(names)} ...\n")
            figures += measure(size)
    return figures


def summary(figures: list[Figure]) -> str:
    missed = [figure.name for figure in figures if not figure.holds]
    targets = [figure for figure in figures if figure.most is not None]
    return f"{len(figures)} figures, {len(targets) - len(missed)} of {len(targets)} targets hold" + (
        f"; not: {', '.join(missed)}" if missed else ""
    )
