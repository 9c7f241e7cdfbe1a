"""Enrolment: a one-time pairing code for a terminal, its certificates, the end of a stolen one, and who knocked in vain."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
import zxingcpp

from remote.central.access.rights import Right
from remote.central.enrolment import certificates as giving
from remote.central.enrolment.pairing import LIFE, PairingError, make_code
from remote.central.enrolment.tables import certificates, pairing_codes, security_events
from remote.central.store.schema import terminals
from remote.console.masked import masked
from remote.console.page import Act, Doing, NotAllowed, Page, Said, Shown, View
from remote.console.reads.standing import KNOWN, REGION, counties_of, within
from remote.console.words import REGIONS, region_name, short_place

HERE = "/console/enrolment"
A_PAGE = 50
LOOK_BACK = timedelta(days=1)
WHY_LEAST = 4  # characters
SVG_SIZE = re.compile(r'<svg width="(\d+)" height="(\d+)"')


def show(view: View) -> dict[str, Any]:
    text = view.text
    seen = counties_of(view.regions)
    search = view.asked.get("search", "").strip()[:64]
    codes = sa.select(pairing_codes).where(pairing_codes.c.used_at.is_(None), pairing_codes.c.ends_at > view.now)
    if seen is not None:
        codes = codes.where(pairing_codes.c.region.in_(seen))
    events = sa.select(security_events).where(security_events.c.at >= view.now - LOOK_BACK)
    found = view.connection.execute(events.order_by(security_events.c.at.desc()).limit(A_PAGE)).mappings()
    return {
        "search": search,
        "regions": [(code, region_name(code, text)) for code in (REGIONS if seen is None else seen)],
        "codes": [dict(row) for row in view.connection.execute(codes.order_by(pairing_codes.c.ends_at)).mappings()],
        "certificates": [{**row, "place": short_place(row["place"])} for row in _certificates(view, search)],
        "events": [{**row, "words": masked(row["words"])} for row in found] if seen is None else [],
        "sees_events": seen is None,
    }


def _certificates(view: View, search: str) -> list[dict[str, Any]]:
    """Those that count, the first to end first: one that ends in days was not renewed."""
    joined = KNOWN.join(certificates, certificates.c.terminal == terminals.c.terminal)
    where = [within(view.regions), certificates.c.revoked_at.is_(None), certificates.c.ends_at > view.now]
    if search:
        where.append(
            sa.or_(terminals.c.terminal.contains(search, autoescape=True), terminals.c.place.contains(search, autoescape=True))
        )
    asked = (
        sa.select(
            terminals.c.terminal, terminals.c.place, REGION.label("region"), certificates.c.how, certificates.c.issued_at,
            certificates.c.ends_at, certificates.c.used_at,
        )
        .select_from(joined).where(*where).order_by(certificates.c.ends_at).limit(A_PAGE)
    )  # fmt: skip
    return [dict(row) for row in view.connection.execute(asked).mappings()]


def make(doing: Doing) -> Said | Shown:
    """The code is shown once, in the answer itself: it stands in no address and no history."""
    region = doing.form.get("region", "")
    doing.check(region)
    terminal, place = doing.form.get("terminal", "").strip(), doing.form.get("place", "").strip()
    if not place:
        return Said("enrolment.no_place", HERE, good=False)
    _check_known(doing, terminal)
    try:
        code = make_code(
            doing.connection, doing.centre.authority(), terminal, place, region, by=doing.person.name, now=doing.now,
            replaces=doing.form.get("replaces") == "yes",
        )  # fmt: skip
    except PairingError:
        return Said("enrolment.not_made", HERE, good=False, fields={"terminal": terminal[:32]})
    until = doing.now + LIFE
    given = {"terminal": terminal, "place": place, "code": str(code), "qr": qr_of(code.for_qr), "until": until, "back": HERE}
    return Shown("pairing_code", given)


def qr_of(text: str) -> str:
    """An SVG drawing for the page itself, of any size: what it says stands in no address. The code beside it is its text."""
    drawn: str = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode).to_svg()
    return SVG_SIZE.sub(r'<svg viewBox="0 0 \1 \2" aria-hidden="true"', drawn[drawn.index("<svg") :], count=1)


def revoke(doing: Doing) -> Said:
    terminal, why = doing.form.get("terminal", ""), doing.form.get("why", "").strip()
    _check_known(doing, terminal, must=True)
    if len(why) < WHY_LEAST:
        return Said("enrolment.why_short", HERE, good=False)
    ended = giving.revoke(doing.connection, terminal, by=doing.person.name, why=why[:200], now=doing.now)
    if not ended:
        return Said("enrolment.nothing_to_revoke", HERE, good=False, fields={"terminal": terminal})
    return Said("enrolment.revoked", HERE, fields={"terminal": terminal})


def _check_known(doing: Doing, terminal: str, must: bool = False) -> None:
    """A terminal that is known belongs to its county: nobody takes it over from another one."""
    asked = sa.select(REGION).select_from(KNOWN).where(terminals.c.terminal == terminal)
    row = doing.connection.execute(asked).first()
    if row is not None:
        doing.check(row[0])
    elif must:
        raise NotAllowed()


PAGE = Page(
    "enrolment", "enrolment", Right.ENROL, show,
    acts=(Act("enrolment/code", Right.ENROL, make), Act("enrolment/revoke", Right.REVOKE, revoke)),
)  # fmt: skip
