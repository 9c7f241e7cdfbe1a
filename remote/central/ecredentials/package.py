"""An OFD package (GB/T 33190) as a table of its entries: the XML of documents, pages, texts, paths and pictures."""
from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping
from xml.sax.saxutils import escape

NAMESPACE = "http://www.ofdspec.org/2016"
ENTRY_TIME = (2018, 1, 1, 0, 0, 0)
"""Of every entry: equal content gives equal bytes."""
Entries = dict[str, bytes]
"""Path in the package -> content, in the order of writing."""


def xml(root: str, inside: str, attributes: str = "") -> bytes:
    head = f'<?xml version="1.0" encoding="UTF-8"?><ofd:{root} xmlns:ofd="{NAMESPACE}" {attributes}>'
    return f"{head}{inside}</ofd:{root}>".encode()


def pack(entries: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for path, data in entries.items():
            package.writestr(zipfile.ZipInfo(path, ENTRY_TIME), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def text(words: str, x: float = 20, y: float = 30, size: float = 5, font: str = "2", *, attributes: str = "", code: str = "",
         before: str = "", colour: str = "", width: float = 150) -> str:  # fmt: skip
    """A TextObject with its baseline at (x, y) of the page; millimetres. `code`: attributes of the TextCode, DeltaX for one."""
    return (f'<ofd:TextObject ID="9" Boundary="{x} {y - size} {width} {size * 1.4}" Font="{font}" Size="{size}" {attributes}>'
            f'{colour}{before}<ofd:TextCode X="0" Y="{size}" {code}>{escape(words)}</ofd:TextCode></ofd:TextObject>')  # fmt: skip


def path(data: str, box: str = "0 0 210 297", attributes: str = "", inside: str = "") -> str:
    return (f'<ofd:PathObject ID="8" Boundary="{box}" {attributes}>{inside}'
            f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>")  # fmt: skip


def picture(resource: str, box: str) -> str:
    width, height = box.split()[2:]
    return f'<ofd:ImageObject ID="6" ResourceID="{resource}" Boundary="{box}" CTM="{width} 0 0 {height} 0 0"/>'


def layer(inside: str, attributes: str = "") -> str:
    return f'<ofd:Layer ID="7" {attributes}>{inside}</ofd:Layer>'


def page(inside: str, before: str = "") -> bytes:
    return xml("Page", f"{before}<ofd:Content>{layer(inside)}</ofd:Content>")


def document(pages: Iterable[bytes], *, title: str = "证明", size: str = "0 0 210 297", resources: str = "", common: str = "",
             after: str = "", fonts: str = '<ofd:Font ID="2" FontName="宋体" FamilyName="宋体"/>',
             extra: Mapping[str, bytes] | None = None) -> Entries:  # fmt: skip
    """Entries of a package with one document. `resources` goes into DocumentRes.xml, whose files lie in Doc_0/Res."""
    contents = list(pages)
    listed = "".join(f'<ofd:Page ID="{100 + at}" BaseLoc="Pages/Page_{at}/Content.xml"/>' for at in range(len(contents)))
    entries: Entries = {
        "OFD.xml": xml("OFD", f"<ofd:DocBody><ofd:DocInfo><ofd:DocID>1</ofd:DocID><ofd:Title>{escape(title)}</ofd:Title>"
                              "</ofd:DocInfo><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>",
                       'Version="1.0" DocType="OFD"'),
        "Doc_0/Document.xml": xml("Document", f"<ofd:CommonData><ofd:MaxUnitID>200</ofd:MaxUnitID><ofd:PageArea><ofd:PhysicalBox>"
                                  f"{size}</ofd:PhysicalBox></ofd:PageArea><ofd:PublicRes>PublicRes.xml</ofd:PublicRes>"
                                  f"<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>{common}</ofd:CommonData>"
                                  f"<ofd:Pages>{listed}</ofd:Pages>{after}"),
        "Doc_0/PublicRes.xml": xml("Res", f"<ofd:Fonts>{fonts}</ofd:Fonts>", 'BaseLoc="Res"'),
        "Doc_0/DocumentRes.xml": xml("Res", resources, 'BaseLoc="Res"'),
    }  # fmt: skip
    entries |= {f"Doc_0/Pages/Page_{at}/Content.xml": content for at, content in enumerate(contents)}
    return entries | dict(extra or {})
