"""`./run verify WHAT`: a journal's folder (was anything altered, removed or re-ordered?), or a document: a PDF, a text file with
a code, or the text of a code itself.

    ./run verify FOLDER
    ./run verify FILE.pdf --trust chain.pem --crl revoked.cose
    ./run verify "BZ1:..." --trust chain.pem

Exit codes: 0 whole or valid · 1 not whole; altered, unknown issuer, expired or revoked · 2 nothing that could be judged."""
from __future__ import annotations

import argparse
import logging
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from kiosk.transaction.journal import Journal, JournalBroken, JournalCorrupt, JournalInUse
from print.layouts.documents.claims import PREFIX, code_in

LARGEST_FILE = 50_000_000
"""Bytes of a document that are read."""


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run verify", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    parser.add_argument("what", help="a journal's folder as in kiosk.toml, a PDF, a file with a code, or a code")
    parser.add_argument("--trust", type=Path, action="append", default=[], metavar="FILE", help="certificates to believe, PEM")
    parser.add_argument("--crl", type=Path, action="append", default=[], metavar="FILE",
                        help="a list of revoked certificates or of revoked documents")  # fmt: skip
    parser.add_argument("--at", type=datetime.fromisoformat, default=None, metavar="TIME", help="judge as of then; default: now")
    given = parser.parse_args(arguments)
    path = _path(given.what)
    if path is not None and path.is_dir():
        return told_of_journal(path, _what_it_holds)
    return _document(given.what, path, given.trust, given.crl, given.at or datetime.now(UTC))


def _path(what: str) -> Path | None:
    """None for the text of a code, which may be longer than any name of a file."""
    try:
        path = Path(what)
        return path if path.exists() or not code_in(what).startswith(PREFIX) else None
    except (OSError, ValueError):
        return None


def told_of_journal(folder: Path, tell: Callable[[Journal], None]) -> int:
    """`tell` about a journal that is whole and that nobody holds; else why not, in words. Returns the exit code."""
    if not (folder / "journal.sqlite").exists():
        sys.stderr.write(f"{folder}: there is no journal here\n")
        return 2
    try:
        with closing(Journal(folder, lambda: datetime.now(UTC))) as journal:
            tell(journal)
    except (JournalInUse, JournalBroken) as error:
        sys.stderr.write(f"{folder}: {'the terminal is running' if isinstance(error, JournalInUse) else error}\n")
        return 2
    except JournalCorrupt as error:
        sys.stdout.write(f"not whole: {error}\n")
        return 1
    return 0


def _what_it_holds(journal: Journal) -> None:
    rows, open_plans = sum(1 for _ in journal.rows()), len(journal.open_plans())
    sys.stdout.write(f"{rows} rows, chain whole, {open_plans} plans open, head {journal.head}\n")


def _document(what: str, path: Path | None, trust: list[Path], lists: list[Path], now: datetime) -> int:
    logging.getLogger("pyhanko").setLevel(logging.CRITICAL)  # it logs what becomes our verdict, with a traceback
    from print.verify.code import verify_code
    from print.verify.document import verify_pdf
    from print.verify.trust import TrustFileError, load
    from print.verify.verdict import Verdict

    at = now if now.tzinfo else now.astimezone()
    try:
        believed = load(trust, lists)
        data = _read(path) if path is not None else what.encode()
    except (TrustFileError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    if b"%PDF-" in data[:1024]:
        finding = verify_pdf(data, believed, at)
    else:
        finding = verify_code(data.decode("utf-8", "replace"), believed, at)
    if finding.verdict is Verdict.UNREADABLE:
        sys.stderr.write(f"{finding.verdict.value}: {finding.why}\n")
        return 2
    sys.stdout.write(f"{finding.verdict.value}: {finding.why}\n")
    if finding.claims is not None:
        said = finding.claims
        until = f"valid to {said.valid_to}" if said.valid_to else "about that moment"
        sys.stdout.write(f"  {said.kind} {said.number}, {said.name}, ID number ends {said.id_tail}\n")
        sys.stdout.write(f"  issued {said.issued_at:%Y-%m-%d %H:%M}, {until}; online: /verify/{said.document_id.hex()}\n")
    for note in finding.notes:
        sys.stdout.write(f"  note: {note}\n")
    return 0 if finding.verdict is Verdict.VALID else 1


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(LARGEST_FILE)
