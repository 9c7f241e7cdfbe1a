"""OFD (GB/T 33190), the form of Chinese e-certificates: read, shown, printed, its seals verified.

What this reader does not draw is named in `Unsupported`, never left out in silence; a seal on the picture says nothing
until `verify_seals` has.
"""
from __future__ import annotations

from print.ofd.document import OfdDocument, open_ofd
from print.ofd.errors import Damaged, NotOfd, OfdError, TooBig
from print.ofd.findings import Unsupported
from print.ofd.pdf import Drawn, Rendered, draw, render_page, to_pdf
from print.ofd.seals.trust import Trust, TrustUnreadable
from print.ofd.seals.verdicts import (
    Altered,
    CannotVerify,
    Expired,
    Outcome,
    PartlyCovered,
    Revoked,
    SealVerdict,
    UnknownIssuer,
    Unsigned,
    Valid,
    WrongSeal,
)
from print.ofd.seals.verify import verify_seals
from print.ofd.words import text_of

__all__ = ["Altered", "CannotVerify", "Damaged", "Drawn", "Expired", "NotOfd", "OfdDocument", "OfdError", "Outcome",
           "PartlyCovered", "Rendered", "Revoked", "SealVerdict", "TooBig", "Trust", "TrustUnreadable", "UnknownIssuer",
           "Unsigned", "Unsupported", "Valid", "WrongSeal", "draw", "open_ofd", "render_page", "text_of", "to_pdf",
           "verify_seals"]  # fmt: skip
