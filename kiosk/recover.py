"""`./run recover --config FILE`: settle what this terminal left open, as its own start would, without serving anybody."""
from __future__ import annotations

import argparse
import sys
from pathlib import Path

import trio

from kiosk.assemble import assemble
from kiosk.config import Config, ConfigError, load
from kiosk.display import NoDisplay, Silence
from kiosk.serving import house_of, parts_of, transport_of
from kiosk.transaction.journal import Journal, JournalBroken, JournalCorrupt, JournalInUse
from remote.platform import PlatformAway


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run recover", description=__doc__)
    parser.add_argument("--config", type=Path, default=Path("kiosk.toml"))
    try:
        config = load(parser.parse_args(arguments).config)
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    try:
        still_open = trio.run(recover, config)
    except (JournalInUse, JournalBroken) as error:
        sys.stderr.write(f"{'the terminal is running' if isinstance(error, JournalInUse) else error}\n")
        return 2
    except JournalCorrupt as error:
        sys.stderr.write(f"the journal cannot be trusted: {error}\n")
        return 1
    sys.stdout.write(f"{still_open} plans still open\n")
    return 1 if still_open else 0


async def recover(config: Config) -> int:
    """How many plans could not be settled now."""
    transport = transport_of(config)
    parts = parts_of(config, transport)
    journal = Journal(config.journal.folder, parts.now)
    terminal = assemble(parts, journal, NoDisplay(), Silence(), house=house_of(config), pin=config.operator_pin)
    for plan, end in (await terminal.heart.settle_open()).items():
        sys.stdout.write(f"{plan} {end.value}\n")
    for owed in terminal.heart.obligations():
        sys.stdout.write(f"owed since {owed.since:%Y-%m-%d %H:%M}: {owed.kind} {owed.act}, waits for {owed.waits_for}\n")
    try:
        while await terminal.outbox.send_once():
            continue
    except PlatformAway:
        sys.stdout.write(f"{journal.count_waiting()} pieces of news wait for the centre\n")
    return len(journal.open_plans())
