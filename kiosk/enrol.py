"""`main.py enrol --code CODE`: this terminal becomes known to the centre. The commissioning screen calls `enrol_terminal` too."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from kiosk.config import Config, ConfigError, load
from remote.enrolment.enrol import EnrolFailed, EnrolledUntil, enrol


def enrol_terminal(config: Config, typed_code: str) -> EnrolledUntil:
    """Blocks for up to half a minute: call it in a worker thread. A terminal that runs uses the new identity at its next request.
    Raises EnrolFailed, whose `reason` the screen has words for."""
    centre = config.centre
    authority = str(centre.ca) if centre.ca is not None else None
    return enrol(centre.url, typed_code, config.terminal.id, centre.identity, authority)


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run enrol", description="Make this terminal known to the centre.")
    parser.add_argument("--config", type=Path, default=Path("kiosk.toml"), help="default: kiosk.toml")
    parser.add_argument("--code", required=True, help="what `./run enrol-code` or the console showed")
    asked = parser.parse_args(arguments)
    try:
        done = enrol_terminal(load(asked.config), asked.code)
    except ConfigError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except EnrolFailed as error:
        sys.stderr.write(f"enrol: {error}\n")
        return 1
    sys.stdout.write(f"{done.terminal} is enrolled until {done.ends:%Y-%m-%d %H:%M} UTC; its key stays in {done.key_file}\n")
    return 0
