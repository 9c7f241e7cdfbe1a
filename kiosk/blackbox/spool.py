"""Masked traffic on the disk, so that it outlives a crash: a few segments of a few minutes, the oldest goes first.

Not synchronised to the platter: a power cut may take the last seconds, and it must never slow an act down.
"""
from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import trio

from devices.blackbox.file import traffic_line
from devices.blackbox.recorder import Entry, Recorder

EVERY_S = 2.0
SEGMENT_S = 300.0
SEGMENTS = 4                     # 15 to 20 minutes
SEGMENT_BYTES = 4_000_000        # then a new one begins early
NAME = "traffic-*.jsonl"


class Spool:
    """`now` is the recorder's monotonic clock."""

    def __init__(self, folder: Path, recorder: Recorder, now: Callable[[], float]) -> None:
        self._folder, self._recorder, self._now = folder, recorder, now
        self._began = float("-inf")
        self._segment: Path | None = None

    async def run(self) -> None:
        """For ever; the rest is written when it is cancelled."""
        try:
            while True:
                await trio.sleep(EVERY_S)
                self.write(self._recorder.take())
        finally:
            self.write(self._recorder.take(all_of_it=True))

    def write(self, entries: Sequence[Entry]) -> None:
        """A disk that takes nothing more stops no citizen: what could not be written is lost."""
        if not entries:
            return
        lines = "".join(json.dumps(traffic_line(entry), ensure_ascii=False) + "\n" for entry in entries)
        try:
            with self._current().open("a", encoding="utf-8") as segment:
                segment.write(lines)
        except OSError:
            self._segment = None

    def _current(self) -> Path:
        full = self._segment is not None and self._segment.stat().st_size > SEGMENT_BYTES
        if self._segment is None or full or self._now() - self._began > SEGMENT_S:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            old = segments(self._folder)
            number = int(old[-1].stem.partition("-")[2]) + 1 if old else 1
            self._segment, self._began = self._folder / f"traffic-{number:08d}.jsonl", self._now()
            for path in old[: max(0, len(old) + 1 - SEGMENTS)]:
                path.unlink(missing_ok=True)
        return self._segment


def segments(folder: Path) -> list[Path]:
    return sorted(folder.glob(NAME))


def lines(folder: Path) -> Iterator[dict[str, object]]:
    """Oldest first. A line that a power cut left half is left out."""
    for path in segments(folder):
        for raw in path.read_text("utf-8", "replace").splitlines():
            try:
                line = json.loads(raw)
            except json.JSONDecodeError:
                continue
            if isinstance(line, dict):
                yield line
