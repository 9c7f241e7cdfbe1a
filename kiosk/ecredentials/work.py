"""Opening a file: seals, pages for the screen, the PDF for the printer. Slow, and given to whatever the file holds: called
in a process of its own (worker.py)."""
from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from PIL import Image

from kiosk.ecredentials.opened import Opened, Unreadable, Verdict, Why
from print.ofd import (
    Altered,
    CannotVerify,
    Damaged,
    Expired,
    NotOfd,
    OfdDocument,
    Outcome,
    PartlyCovered,
    Revoked,
    SealVerdict,
    TooBig,
    Trust,
    TrustUnreadable,
    UnknownIssuer,
    Unsigned,
    Valid,
    WrongSeal,
    draw,
    open_ofd,
    render_page,
    verify_seals,
)
from print.ofd.kinds import kinds_of
from print.ofd.masked import masked

SCREEN_DPI = 100.0                     # [A] as the previews of documents
MOST_PAGES = 30                        # [A] nobody prints more of one credential at a terminal
MOSAIC = 14                            # pixels of the page that become one: no letter can be read


def opened(file: bytes, names: Sequence[str], trust: Path | None, now: datetime) -> Opened:
    """Raises Unreadable."""
    try:
        return _opened(open_ofd(file), names, Trust.load(trust) if trust is not None else Trust(), now)
    except NotOfd as error:
        raise Unreadable(Why.NOT_OFD) from error
    except Damaged as error:
        raise Unreadable(Why.DAMAGED) from error
    except (TooBig, MemoryError, RecursionError) as error:
        raise Unreadable(Why.TOO_BIG) from error
    except (TrustUnreadable, OSError) as error:
        raise Unreadable(Why.TRUST) from error


def _opened(doc: OfdDocument, names: Sequence[str], trust: Trust, now: datetime) -> Opened:
    if len(doc.pages) > MOST_PAGES:
        raise TooBig(f"{len(doc.pages)} pages")
    seals = verify_seals(doc, trust, now)
    worst = gravest(seals)
    verdict = verdict_of(worst.outcome)
    printed = draw(doc, printing=True, a4=True)
    missing, otherwise = kinds_of(doc, printed.unsupported)
    asked = all(isinstance(seal.outcome, Valid) and seal.outcome.revocation == "asked" for seal in seals)
    return Opened(
        verdict, worst.seal_name, worst.signer, worst.signed_at, asked, tuple(missing), tuple(otherwise),
        tuple(_pages(doc, names)), printed.pdf if verdict is Verdict.GENUINE else b"",
    )  # fmt: skip


def _pages(doc: OfdDocument, names: Sequence[str]) -> list[bytes]:
    """Where nobody knows in which text she is named, no letter of the page can be read."""
    seen = masked(doc, names)
    pages = []
    for index in range(len(doc.pages)):
        image = render_page(seen or doc, index, SCREEN_DPI).image
        pages.append(_png(image if seen is not None else _mosaic(image)))
    return pages


def _mosaic(image: Image.Image) -> Image.Image:
    small = image.resize((max(1, image.width // MOSAIC), max(1, image.height // MOSAIC)), Image.Resampling.BOX)
    return small.resize(image.size, Image.Resampling.NEAREST)


def _png(image: Image.Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def verdict_of(outcome: Outcome) -> Verdict:
    match outcome:
        case Valid():
            return Verdict.GENUINE
        case Altered() | PartlyCovered():
            return Verdict.ALTERED
        case WrongSeal():
            return Verdict.FORGED
        case Revoked():
            return Verdict.REVOKED
        case Expired():
            return Verdict.EXPIRED
        case UnknownIssuer():
            return Verdict.UNKNOWN_ISSUER
        case CannotVerify():
            return Verdict.UNREADABLE
        case Unsigned():
            return Verdict.UNSIGNED


def gravest(seals: Sequence[SealVerdict]) -> SealVerdict:
    """One bad seal makes a bad file."""
    order = list(Verdict)
    return min(seals, key=lambda seal: order.index(verdict_of(seal.outcome)))
