"""Fuzz target: an OFD file from outside is opened, verified, read and drawn, or refused by a typed error; nothing else."""
from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime

from print.ofd import OfdError, Trust, draw, open_ofd, text_of, verify_seals

_NOW = datetime(2026, 11, 20, tzinfo=UTC)
_KINDS = {0: "Doc_0/Pages/Page_0/Content.xml", 1: "Doc_0/Document.xml", 2: "Doc_0/DocumentRes.xml",
          3: "Doc_0/Signs/Sign_0/SignedValue.dat", 4: "Doc_0/Signs/Sign_0/Signature.xml", 5: "Doc_0/Res/f.ttf"}  # fmt: skip


def fuzz_one(data: bytes) -> None:
    """`data` as a whole package; where it is none, as one entry of a sound package, the first byte choosing which."""
    _try(data)
    if data and not data.startswith(b"PK"):
        _try(_packed(_KINDS[data[0] % len(_KINDS)], data[1:]))


def _try(data: bytes) -> None:
    try:
        doc = open_ofd(data)
        verify_seals(doc, Trust(), _NOW)
        text_of(doc)
        draw(doc)
    except OfdError:
        return


def _packed(name: str, data: bytes) -> bytes:
    """A sound sealed document with one entry exchanged; made of plain strings, so that fuzzing spends its time reading."""
    page = (b'<Page><Content><Layer ID="1"><TextObject ID="2" Boundary="9 9 99 9" Font="3" Size="5"><TextCode X="0" Y="5">A'
            b"</TextCode></TextObject></Layer></Content></Page>")  # fmt: skip
    entries = {
        "OFD.xml": b"<OFD><DocBody><DocRoot>Doc_0/Document.xml</DocRoot><Signatures>Doc_0/Signs/Signatures.xml</Signatures>"
                   b"</DocBody></OFD>",
        "Doc_0/Document.xml": b"<Document><CommonData><DocumentRes>DocumentRes.xml</DocumentRes></CommonData>"
                              b'<Pages><Page ID="1" BaseLoc="Pages/Page_0/Content.xml"/></Pages></Document>',
        "Doc_0/DocumentRes.xml": b'<Res BaseLoc="Res"><Fonts><Font ID="3" FontName="x"><FontFile>f.ttf</FontFile></Font></Fonts>'
                                  b"</Res>",
        "Doc_0/Pages/Page_0/Content.xml": page,
        "Doc_0/Signs/Signatures.xml": b'<Signatures><Signature ID="1" BaseLoc="Sign_0/Signature.xml"/></Signatures>',
        "Doc_0/Signs/Sign_0/Signature.xml": b'<Signature><SignedInfo><References CheckMethod="SM3"/><StampAnnot PageRef="1" '
                                            b'Boundary="0 0 9 9"/></SignedInfo><SignedValue>SignedValue.dat</SignedValue>'
                                            b"</Signature>",
        "Doc_0/Signs/Sign_0/SignedValue.dat": b"",
        "Doc_0/Res/f.ttf": b"",
    } | {name: data}  # fmt: skip
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for path, content in entries.items():
            package.writestr(zipfile.ZipInfo(path), content)
    return out.getvalue()
