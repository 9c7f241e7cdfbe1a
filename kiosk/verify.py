"""`./run verify FOLDER`: walk a journal's hash chain and say whether anything was altered, removed or re-ordered."""
from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from kiosk.transaction.journal import Journal, JournalBroken, JournalCorrupt, JournalInUse


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run verify", description=__doc__)
    parser.add_argument("folder", type=Path, help="the journal's folder, as in kiosk.toml")
    folder = parser.parse_args(arguments).folder
    if not (folder / "journal.sqlite").exists():
        sys.stderr.write(f"{folder}: there is no journal here\n")
        return 2
    try:
        journal = Journal(folder, lambda: datetime.now(UTC))
        rows, open_plans = sum(1 for _ in journal.rows()), len(journal.open_plans())
    except (JournalInUse, JournalBroken) as error:
        sys.stderr.write(f"{folder}: {'the terminal is running' if isinstance(error, JournalInUse) else error}\n")
        return 2
    except JournalCorrupt as error:
        sys.stdout.write(f"not whole: {error}\n")
        return 1
    sys.stdout.write(f"{rows} rows, chain whole, {open_plans} plans open, head {journal.head}\n")
    journal.close()
    return 0
