"""`./run blackbox export FILE --config kiosk.toml`: one file of the last minutes, beside the running terminal or after its end.

It holds the machines' traffic, the journal without what is sealed in it, and the audit. Nothing in it names a citizen.
`./run replay FILE` makes the traffic again on the drivers of any machine."""
from __future__ import annotations

import argparse
import sys
from datetime import datetime
from itertools import chain
from pathlib import Path

from devices.blackbox.file import write
from kiosk.audit.verify import NoJournal
from kiosk.blackbox.rows import rows
from kiosk.blackbox.spool import lines
from kiosk.config import Config, ConfigError, load

FOLDER = "blackbox"
"""Beside the journal."""


def folder_of(config: Config) -> Path:
    return config.journal.folder / FOLDER


def head_of(config: Config, now: datetime) -> dict[str, object]:
    return {
        "terminal": config.terminal.id,
        "exported": now.isoformat(),
        "machines": {
            "id_reader": config.id_reader.driver.name, "card_printer": "evolis", "receipt_printer": "esc_pos",
            **({"scanner": config.scanner.driver.name} if config.scanner else {}),
        },
    }  # fmt: skip


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="./run blackbox", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )  # fmt: skip
    commands = parser.add_subparsers(dest="command", required=True)
    export = commands.add_parser("export", help="write the last minutes into one file")
    export.add_argument("file", type=Path)
    export.add_argument("--config", type=Path, default=Path("kiosk.toml"))
    asked = parser.parse_args(arguments)
    try:
        config = load(asked.config)
        now = datetime.now(config.terminal.time_zone)
        traffic = lines(folder_of(config))
        count = write(asked.file, head_of(config, now), chain(traffic, rows(config.journal.folder)))
    except (ConfigError, NoJournal, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write(f"{asked.file}: {count} lines, {asked.file.stat().st_size // 1024} kB\n")
    return 0
