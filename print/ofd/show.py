"""What an OFD file is, in plain words for a technician: pages, what is not drawn, and a verdict for each seal."""
from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from print.ofd.document import OfdDocument, open_ofd
from print.ofd.errors import OfdError
from print.ofd.findings import Unsupported
from print.ofd.pdf import draw, render_page, to_pdf
from print.ofd.seals.trust import Trust, TrustUnreadable
from print.ofd.seals.verdicts import (
    Altered,
    CannotVerify,
    Expired,
    Outcome,
    PartlyCovered,
    Revocation,
    Revoked,
    SealVerdict,
    UnknownIssuer,
    Unsigned,
    Valid,
    WrongSeal,
)
from print.ofd.seals.verify import verify_seals

ALL_GOOD, NOT_GOOD, UNREADABLE = 0, 1, 2
"""Exit codes: every seal valid; some seal not, or none there; no readable OFD."""
_REVOCATION: dict[Revocation, str] = {
    "asked": "not revoked", "no list": "no revocation list to ask", "list out of date": "revocation list out of date",
}  # fmt: skip


def main(arguments: Sequence[str], now: datetime | None = None) -> int:
    """`FILE [--trust FOLDER] [--png FOLDER] [--dpi N] [--pdf FILE]`; returns the exit code. `now`: aware,
    the clock where it is None."""
    parser = argparse.ArgumentParser(prog="main.py ofd", description="Show what is in an OFD e-certificate and verify its seals.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--trust", type=Path, help="folder with roots/, intermediates/, revocation/, signers/ (PEM or DER)")
    parser.add_argument("--png", type=Path, help="folder for a picture of each page")
    parser.add_argument("--dpi", type=float, default=150.0)
    parser.add_argument("--pdf", type=Path, help="file for all pages on A4")
    chosen = parser.parse_args(arguments)
    try:
        trust = Trust.load(chosen.trust) if chosen.trust is not None else Trust()
        doc = open_ofd(chosen.file.read_bytes())
        verdicts = verify_seals(doc, trust, now or datetime.now(UTC))
        lines = [*describe(doc), *(sentence(verdict) for verdict in verdicts)]
        _write(doc, chosen.png, chosen.dpi, chosen.pdf)
    except (OfdError, TrustUnreadable, OSError) as error:
        sys.stderr.write(f"{chosen.file.name}: {error}\n")
        return UNREADABLE
    sys.stdout.write("\n".join(lines) + "\n")
    return ALL_GOOD if all(one.valid for one in verdicts) else NOT_GOOD


def describe(doc: OfdDocument) -> list[str]:
    """Raises Damaged, TooBig."""
    sizes = dict.fromkeys(f"{page.box.width:g} x {page.box.height:g} mm" for page in doc.pages)
    lines = [f"OFD document, {len(doc.pages)} page(s), {', '.join(sizes)}"]
    if doc.info.title or doc.info.creator:
        lines.append(f"title {doc.info.title or '-'}, made by {doc.info.creator or '-'} on {doc.info.created or '-'}")
    if doc.attachments:
        lines.append(f"attachments, not shown: {', '.join(doc.attachments)}")
    if doc.further_documents:
        lines.append(f"{doc.further_documents} further document(s) in the same file, not shown")
    return lines + [_finding(item) for item in draw(doc).unsupported]


def _finding(item: Unsupported) -> str:
    return f"{item.where}: {'drawn differently' if item.drawn else 'NOT DRAWN'}: {item.what} ({item.count} x)"


def sentence(verdict: SealVerdict) -> str:
    """One verdict in one line."""
    if isinstance(verdict.outcome, Unsigned):
        return "no seal and no signature"
    what = "seal" if verdict.kind == "Seal" else "signature"
    name = f" {verdict.seal_name}" if verdict.seal_name else ""
    signer = f", signed by {verdict.signer}" if verdict.signer else ""
    when = f" on {verdict.signed_at:%Y-%m-%d %H:%M} UTC" if verdict.signed_at else ""
    pages = f", on page {', '.join(map(str, verdict.pages))}" if verdict.pages else ""
    notes = f" [{'; '.join(verdict.notes)}]" if verdict.notes else ""
    return f"{what} {verdict.identity}{name}{signer}{when}{pages}: {in_words(verdict.outcome)}{notes}"


def in_words(outcome: Outcome) -> str:
    match outcome:
        case Valid(revocation):
            return f"VALID ({_REVOCATION[revocation]})"
        case Altered(entries):
            return f"ALTERED after signing: {', '.join(entries)}"
        case PartlyCovered(entries):
            return f"PARTLY COVERED: not under the signature: {', '.join(entries)}"
        case WrongSeal(why):
            return f"WRONG SEAL: {why}"
        case UnknownIssuer(whose, issuer):
            return f"UNKNOWN ISSUER: nobody trusted stands behind {whose} (issued by {issuer})"
        case Expired(ended_thing, ended, when_signed):
            return f"EXPIRED: {ended_thing} ended {ended:%Y-%m-%d}, {'before it was used' if when_signed else 'after signing'}"
        case Revoked(whose, since):
            return f"REVOKED: {whose}, since {since:%Y-%m-%d}"
        case CannotVerify(what):
            return f"CANNOT BE VERIFIED HERE: {what}"
        case Unsigned():
            return "no signature"


def _write(doc: OfdDocument, pictures: Path | None, dpi: float, pdf: Path | None) -> None:
    if pictures is not None:
        pictures.mkdir(parents=True, exist_ok=True)
        for index in range(len(doc.pages)):
            (pictures / f"page-{index + 1}.png").write_bytes(render_page(doc, index, dpi).png)
    if pdf is not None:
        pdf.write_bytes(to_pdf(doc))


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
