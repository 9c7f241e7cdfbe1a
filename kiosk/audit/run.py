"""`./run audit`: the terminal's audit, verified or listed.

    ./run audit verify FOLDER --config kiosk.toml      against what the centre witnessed
    ./run audit verify FOLDER --witness FILE           against its heads as the console exports them
    ./run audit list FOLDER

Exit codes: 0 whole · 1 altered, removed, re-ordered or shortened · 2 nothing that could be judged."""
from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import trio
from pydantic import ValidationError

from kiosk.audit.log import Audit
from kiosk.audit.verify import NoJournal, judge, walk
from kiosk.transaction.journal import Journal, JournalCorrupt
from kiosk.verify import told_of_journal
from remote.messages.audit import AskWitnessed, Head, WitnessedHeads
from remote.platform import PlatformAway, PlatformRefused


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="./run audit", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )  # fmt: skip
    commands = parser.add_subparsers(dest="command", required=True)
    verifying = commands.add_parser("verify", help="is anything altered, removed, re-ordered or cut off?")
    verifying.add_argument("folder", type=Path, help="the journal's folder as in kiosk.toml, or a copy of it")
    source = verifying.add_mutually_exclusive_group()
    source.add_argument("--config", type=Path, help="ask this terminal's centre what it witnessed")
    source.add_argument("--witness", type=Path, help="what the centre witnessed, as a file")
    listing = commands.add_parser("list", help="print it; the terminal must not be running")
    listing.add_argument("folder", type=Path)
    asked = parser.parse_args(arguments)
    if asked.command == "list":
        return told_of_journal(asked.folder, _list)
    try:
        return _verify(asked.folder, asked.config, asked.witness)
    except (NoJournal, CannotAsk) as error:
        sys.stderr.write(f"{error}\n")
        return 2


class CannotAsk(Exception):
    """The witness could not be heard; says why. Nothing is called whole then."""


def _verify(folder: Path, config: Path | None, file: Path | None) -> int:
    heads = _heads(folder, config, file)
    verdict = judge(folder, heads or ())
    if verdict.wrong:
        sys.stdout.write(f"not whole: {verdict.wrong}\n")
        return 1
    if heads is None:
        end = "its end was not checked: no witness was asked (--config or --witness)"
    elif not verdict.checked_to:
        end = "the centre has witnessed nothing of it yet"
    else:
        end = f"witnessed by the centre to row {verdict.checked_to}"
    sys.stdout.write(f"{verdict.rows} rows, chain whole, {end}\n")
    return 0


def _heads(folder: Path, config: Path | None, file: Path | None) -> Sequence[Head] | None:
    """None: nobody is asked. Raises CannotAsk."""
    if file is not None:
        try:
            return WitnessedHeads.model_validate_json(file.read_text("utf-8")).heads
        except (OSError, ValidationError) as error:
            raise CannotAsk(f"{file}: not the centre's heads: {error}") from error
    if config is None:
        return None
    try:
        chain = walk(folder).name
    except JournalCorrupt:
        return ()                          # judged without a witness: it is not whole anyhow
    return _ask_centre(config, chain) if chain else ()


def _ask_centre(file: Path, chain: str) -> Sequence[Head]:
    from kiosk.config import ConfigError, load
    from kiosk.serving import platform_of

    try:
        config = load(file)
        answer: WitnessedHeads = trio.run(partial(platform_of(config).witnessed, AskWitnessed(chain=chain)))
    except (ConfigError, PlatformAway, PlatformRefused) as error:
        raise CannotAsk(f"the centre could not be asked: {error}") from error
    if not answer.heads and answer.others:
        raise CannotAsk(f"the centre witnessed {answer.others} heads of this terminal, none of this journal: it is another one")
    return answer.heads


def _list(journal: Journal) -> None:
    for entry in Audit(journal).entries():
        sys.stdout.write(f"{entry.seq:8d}  {entry.at}  {entry.deed}  {json.dumps(entry.facts, ensure_ascii=False)}\n")
