"""Single pieces in this process: a row of the journal, the face of a card, a slip."""
from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median

from kiosk import receipt
from kiosk.plans.face import both_sides
from kiosk.transaction.journal import Journal
from kiosk.transaction.plan import Mark
from print.layouts import slip
from print.layouts.card_face import SeniorCardFace
from remote.central.population.portraits import draw_portrait
from tests.bench.figures import Figure
from tests.bench.size import Size

FACTS = {"reservation": {"number": "S01000012345", "name": "欧阳秀英", "photo_png": "A" * 20_000}}
"""A large row: what the centre answers to a reservation, the portrait in it."""


def times_ms(work: Callable[[], object], times: int) -> list[float]:
    """Milliseconds of each run; one more before them warms caches."""
    work()
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def journal(size: Size) -> list[Figure]:
    """Rows as an act writes them: intent and outcome, each committed to the disk."""
    taken = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        written = Journal(Path(folder), lambda: datetime.now(UTC))
        for plan in range(size.plans):
            name = f"{plan:032x}"
            written.write(name, "plan", 0, Mark.OPENED, {"kind": "bench"})
            for number in range(10):
                began = time.perf_counter()
                written.write(name, f"act{number}", 1, Mark.INTENT)
                written.write(name, f"act{number}", 1, Mark.DONE, FACTS)
                taken.append((time.perf_counter() - began) * 1000)
        written.close()
    how = f"median of {len(taken)} acts: intent and outcome, encrypted, chained, fsynced on this disk"
    return [Figure("journal_ms_per_act", median(taken), "ms", how, most=25.0)]


def card_face(size: Size) -> list[Figure]:
    face = SeniorCardFace(
        name="欧阳秀英", sex="女", birth=date(1944, 3, 8), number="S01000012345", age_class_label="70周岁及以上", colour="red",
        issued_on=date(2026, 11, 21), valid_to=date(2036, 11, 20), photo=draw_portrait(7, "女", 82), photo_is_drawn=True,
    )  # fmt: skip
    taken = times_ms(lambda: both_sides(face), size.drawings)
    return [Figure("card_face_ms", median(taken), "ms", f"median of {len(taken)}: both faces, drawn and at 300 dpi", most=1000.0)]


def paper_slip(size: Size) -> list[Figure]:
    head = slip.SlipHead(
        hall="亳州市政务服务中心", terminal="bz-01", at=datetime(2026, 11, 21, 10, 32, tzinfo=UTC), name="欧阳秀英",
        id_number="341602194403080021",
    )  # fmt: skip
    printed = slip.CardHandedOver(head, "S01000012345", True, date(2036, 11, 20))
    taken = times_ms(lambda: (receipt.shown(printed), receipt.items_of(printed)), size.drawings)
    how = f"median of {len(taken)}: the slip for the screen and for the printer"
    return [Figure("slip_ms", median(taken), "ms", how, most=500.0)]
