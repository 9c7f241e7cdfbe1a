"""Every device x fault: what the citizen sees, what she hears, what the technicians are told. Data, in one TOML file a device.

The tests walk every row; docs/failures.md shows it (`python -m kiosk.faults_table docs/failures.md`).
"""
from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Row:
    """One fault of one device.

    fault        its name at the simulated machine; `what`: what the machine does then, in its own words
    when         "before" she comes, or the prompt at which it happens; "" for a device that no journey uses yet: then only the
                 technicians have to do with it, and nothing is walked
    times        how often; 0 = from then on for ever
    citizens     how many come one after the other before the technicians hear of it
    via, screen  every prompt that is not of the usual way, and the last one
    says         key of the catalogue that is spoken; `reason`: with this `word.reason.*` in it
    incidents    what is reported to the centre, by kind: words of `word.troubles.*` and `todo.*`, or the heart's own kinds
    note         what a reader should know
    """

    device: str
    fault: str
    what: str
    when: str = ""
    times: int = 0
    citizens: int = 1
    via: tuple[str, ...] = ()
    screen: str = ""
    says: str = ""
    reason: str = ""
    incidents: tuple[str, ...] = ()
    note: str = ""

    @property
    def walked(self) -> bool:
        return bool(self.when)

    def __str__(self) -> str:
        return f"{self.device} {self.fault} {self.when}{f' x{self.times}' if self.times else ''}".strip()


def load(folder: Path = FOLDER) -> tuple[Row, ...]:
    """All rows, device by device. Raises OSError, tomllib.TOMLDecodeError, TypeError for a field that is none."""
    return tuple(_row(path.stem, values) for path in sorted(folder.glob("*.toml"))
                 for values in tomllib.loads(path.read_text("utf-8"))["row"])  # fmt: skip


def _row(device: str, values: Mapping[str, Any]) -> Row:
    fixed: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    return Row(device, **fixed)


@cache
def table() -> tuple[Row, ...]:
    return load()
