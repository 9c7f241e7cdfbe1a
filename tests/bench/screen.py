"""What the citizen waits for at the screen: the first picture after a start, the next one after a touch."""
from __future__ import annotations

import json
import os
import subprocess
import tempfile
import time
import tomllib
from pathlib import Path
from statistics import median, quantiles

from tests.bench.figures import Figure
from tests.bench.size import Size
from tests.hall.hall import SAMPLE
from tests.hall.process import PARENT, ROOT, python
from tests.hall.toml_text import toml_text

OFFSCREEN = {"SDL_VIDEODRIVER": "offscreen", "SDL_AUDIODRIVER": "dummy"}
ENDS_WITHIN_S = 600.0


def run_offscreen(log: Path, *arguments: object) -> None:
    """Raises CalledProcessError, its output is in `log`."""
    with log.open("ab") as written:
        subprocess.run(
            python(*map(str, arguments)), cwd=ROOT, stdout=written, stderr=written, check=True, timeout=ENDS_WITHIN_S,
            env={**os.environ, **OFFSCREEN, PARENT: str(os.getpid())},
        )  # fmt: skip


def first_frame(size: Size) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        taken = [one_start(Path(folder), number) for number in range(size.starts)]
    how = f"median of {len(taken)} fresh processes: `./run kiosk` until its first screen is drawn (SDL offscreen, software GL)"
    return [Figure("first_frame_s", median(taken), "s", how, most=2.5)]


def one_start(folder: Path, number: int) -> float:
    values = tomllib.loads(SAMPLE.read_text("utf-8"))
    values["journal"]["folder"] = str(folder / f"journal-{number}")
    config, told = folder / "kiosk.toml", folder / "told"
    config.write_text(toml_text(values), "utf-8")
    asked = ("--told", told, "--config", config, "--started", time.monotonic())
    run_offscreen(folder / "log", "-m", "tests.bench.first_frame", *asked)
    return float(told.read_text().split()[0])


def touch_to_screen(size: Size) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        told = Path(folder) / "told.json"
        run_offscreen(Path(folder) / "log", "-m", "tests.bench.touches", "--screens", size.screens, "--told", told)
        taken: list[float] = json.loads(told.read_text())
    how = f"of {len(taken)} touches at 1080 x 1920: finger down and up until the next screen is drawn, glReadPixels to the end"
    p95 = quantiles(taken, n=20, method="inclusive")[-1]
    return [
        Figure("touch_to_screen_ms_p50", median(taken), "ms", f"median {how}"),
        Figure("touch_to_screen_ms_p95", p95, "ms", f"95th percentile {how}", most=100.0),
    ]
