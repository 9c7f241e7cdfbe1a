"""Makes OFD files by GB/T 33190 and seals them by GB/T 38540-2020 (V4), with every part open to a wrong turn."""
from __future__ import annotations

import base64
import hashlib
import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from xml.sax.saxutils import escape

from cryptography import x509
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw

from print import fonts
from print.ofd import Trust
from print.ofd.seals.sm2 import sm3
from tests.print.ofd.authority import (
    SM2_WITH_SM3,
    Holder,
    bits,
    certify,
    ia5,
    integer,
    moment,
    octets,
    oid,
    revocation_list,
    sequence,
    tlv,
    utf8,
)

NAMESPACE = "http://www.ofdspec.org/2016"
NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
YEAR = timedelta(days=365)
Entries = dict[str, bytes]


def xml(root: str, inside: str, attributes: str = "") -> bytes:
    head = f'<?xml version="1.0" encoding="UTF-8"?><ofd:{root} xmlns:ofd="{NAMESPACE}" {attributes}>'
    return f"{head}{inside}</ofd:{root}>".encode()


def pack(entries: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for path, data in entries.items():
            package.writestr(zipfile.ZipInfo(path, (2026, 11, 20, 6, 0, 0)), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def text(words: str, x: float = 20, y: float = 30, size: float = 5, font: str = "2", *, attributes: str = "", code: str = "",
         before: str = "", colour: str = "") -> str:  # fmt: skip
    """A TextObject with its baseline at (x, y) of the page."""
    return (f'<ofd:TextObject ID="9" Boundary="{x} {y - size} 150 {size * 1.4}" Font="{font}" Size="{size}" {attributes}>{colour}'
            f'{before}<ofd:TextCode X="0" Y="{size}" {code}>{escape(words)}</ofd:TextCode></ofd:TextObject>')  # fmt: skip


def path(data: str, box: str = "0 0 210 297", attributes: str = "", inside: str = "") -> str:
    return (f'<ofd:PathObject ID="8" Boundary="{box}" {attributes}>{inside}'
            f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>")  # fmt: skip


def layer(inside: str, attributes: str = "") -> str:
    return f'<ofd:Layer ID="7" {attributes}>{inside}</ofd:Layer>'


def page(inside: str, before: str = "") -> bytes:
    return xml("Page", f"{before}<ofd:Content>{layer(inside)}</ofd:Content>")


def document(*pages: bytes, resources: str = "", templates: Mapping[str, bytes] | None = None, annotations: bytes | None = None,
             extra: Mapping[str, bytes] | None = None, size: str = "0 0 210 297") -> Entries:  # fmt: skip
    """Entries of a package: font 2 is 宋体 and not embedded; `resources` goes into DocumentRes.xml."""
    templates = templates or {}
    listed = "".join(f'<ofd:Page ID="{100 + at}" BaseLoc="Pages/Page_{at}/Content.xml"/>' for at in range(len(pages)))
    used = "".join(f'<ofd:TemplatePage ID="{key}" BaseLoc="Tpls/Tpl_{key}/Content.xml"/>' for key in templates)
    entries: Entries = {
        "OFD.xml": xml("OFD", "<ofd:DocBody><ofd:DocInfo><ofd:DocID>1</ofd:DocID><ofd:Title>证明</ofd:Title></ofd:DocInfo>"
                              "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>", 'Version="1.0" DocType="OFD"'),
        "Doc_0/Document.xml": xml("Document", f"<ofd:CommonData><ofd:MaxUnitID>200</ofd:MaxUnitID><ofd:PageArea><ofd:PhysicalBox>"
                                  f"{size}</ofd:PhysicalBox></ofd:PageArea><ofd:PublicRes>PublicRes.xml</ofd:PublicRes>"
                                  f"<ofd:DocumentRes>DocumentRes.xml</ofd:DocumentRes>{used}</ofd:CommonData>"
                                  f"<ofd:Pages>{listed}</ofd:Pages>"
                                  + ("<ofd:Annotations>Annots/Annotations.xml</ofd:Annotations>" if annotations else "")),
        "Doc_0/PublicRes.xml": xml("Res", '<ofd:Fonts><ofd:Font ID="2" FontName="宋体" FamilyName="宋体"/></ofd:Fonts>'),
        "Doc_0/DocumentRes.xml": xml("Res", resources, 'BaseLoc="Res"'),
    }  # fmt: skip
    entries |= {f"Doc_0/Pages/Page_{at}/Content.xml": content for at, content in enumerate(pages)}
    entries |= {f"Doc_0/Tpls/Tpl_{key}/Content.xml": content for key, content in templates.items()}
    if annotations is not None:
        entries["Doc_0/Annots/Annotations.xml"] = xml(
            "Annotations", '<ofd:Page PageID="100"><ofd:FileLoc>Page_0/Annotation.xml</ofd:FileLoc></ofd:Page>')  # fmt: skip
        entries["Doc_0/Annots/Page_0/Annotation.xml"] = annotations
    return entries | dict(extra or {})


@cache
def subset_font(words: str, *, without_cmap: bool = False) -> tuple[bytes, dict[str, int]]:
    """The house's regular face with these characters alone, renumbered, and the number of each."""
    font = TTFont(fonts.font_path())
    subsetter = Subsetter(Options(layout_features=[], name_IDs=[], notdef_outline=True, hinting=False))
    subsetter.populate(text=words)
    subsetter.subset(font)
    numbers = {char: font.getGlyphID(font.getBestCmap()[ord(char)]) for char in words}
    if without_cmap:
        del font["cmap"]
    out = io.BytesIO()
    font.save(out)
    return out.getvalue(), numbers


@cache
def seal_png(colour: tuple[int, int, int] = (220, 0, 0)) -> bytes:
    image = Image.new("RGBA", (120, 120), (0, 0, 0, 0))
    drawing = ImageDraw.Draw(image)
    drawing.ellipse((4, 4, 116, 116), outline=(*colour, 255), width=8)
    drawing.rectangle((50, 50, 70, 70), fill=(*colour, 255))
    return png(image)


def png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


@dataclass(frozen=True)
class World:
    """A root, an authority below it, a seal maker and an office that seals."""

    root: Holder
    authority: Holder
    maker: Holder
    office: Holder

    def trust(self, *, revoked: Mapping[int, datetime] | None = None, lists: bool = True,
              until: datetime = NOW + YEAR) -> Trust:  # fmt: skip
        made = [revocation_list(holder, dict(revoked or {}) if holder is self.authority else {}, made=NOW - YEAR, until=until)
                for holder in (self.root, self.authority)]  # fmt: skip
        loaded = tuple(x509.load_der_x509_crl(data) for data in made) if lists else ()
        return Trust((load(self.root),), (load(self.authority),), loaded)


def load(holder: Holder) -> x509.Certificate:
    return x509.load_der_x509_certificate(holder.certificate)


@cache
def world(word: str = "", office_from: datetime = NOW - YEAR, office_until: datetime = NOW + YEAR) -> World:
    long = {"start": NOW - 5 * YEAR, "end": NOW + 5 * YEAR}
    root = certify(f"测试根{word}", None, serial=1, ca=True, **long)
    authority = certify(f"测试省CA{word}", root, serial=2, ca=True, **long)
    maker = certify(f"制章单位{word}", authority, serial=3, **long)
    office = certify(f"亳州市政务服务中心{word}", authority, serial=4, start=office_from, end=office_until)
    return World(root, authority, maker, office)


@dataclass(frozen=True)
class SealPlan:
    """How a document is sealed; each field is a possible wrong turn."""

    world: World = field(default_factory=world)
    signed_at: datetime = NOW - timedelta(days=30)
    valid_from: datetime = NOW - YEAR
    valid_until: datetime = NOW + YEAR
    signers: tuple[bytes, ...] | None = None
    by_digest: Callable[[bytes], bytes] | None = None
    picture: bytes | None = None
    picture_kind: str = "PNG"
    check_method: str = "SM3"
    left_out: tuple[str, ...] = ()
    number: int = 0
    header_version: int = 4
    extensions: bytes = b""
    seal_after_signing: Callable[[bytes], bytes] = staticmethod(lambda seal: seal)
    separate_seal: bytes | None = None
    signing_key_of: Holder | None = None
    sealing_key_of: Holder | None = None
    signature_algorithm: str = SM2_WITH_SM3
    box: str = "60 60 40 40"
    page_ref: str = "100"


def make_seal(plan: SealPlan) -> bytes:
    office, maker = plan.world.office, plan.world.maker
    signers = plan.signers if plan.signers is not None else (office.certificate,)
    if plan.by_digest is not None:
        listed = sequence(*(sequence(tlv(0x13, b"SM3"), octets(plan.by_digest(one))) for one in signers))
    else:
        listed = sequence(*(octets(one) for one in signers))
    properties = sequence(integer(1), utf8("亳州市政务服务专用章"), integer(2 if plan.by_digest is not None else 1), listed,
                          moment(plan.valid_from), moment(plan.valid_from), moment(plan.valid_until))  # fmt: skip
    picture = sequence(ia5(plan.picture_kind), octets(plan.picture or seal_png()), integer(40), integer(40))
    info = sequence(sequence(ia5("ES"), integer(plan.header_version), ia5("Test")), ia5("34160000000001"), properties, picture,
                    plan.extensions)  # fmt: skip
    key = (plan.sealing_key_of or maker).key
    return sequence(info, octets(maker.certificate), oid(SM2_WITH_SM3), bits(key.sign(info)))


def sign_value(plan: SealPlan, seal: bytes, signature_xml: bytes, where: str) -> bytes:
    to_sign = sequence(integer(4), seal, moment(plan.signed_at), bits(sm3(signature_xml)), ia5(where))
    key = (plan.signing_key_of or plan.world.office).key
    return sequence(to_sign, octets(plan.world.office.certificate), oid(plan.signature_algorithm), bits(key.sign(to_sign)))


DIGESTS: dict[str, Callable[[bytes], bytes]] = {
    "SM3": sm3, "1.2.156.10197.1.401": sm3, "SHA-256": lambda data: hashlib.sha256(data).digest(),
    "SHA1": lambda data: hashlib.sha1(data).digest(), "MD5": lambda data: hashlib.md5(data).digest(),
}  # fmt: skip


def seal(entries: Entries, plan: SealPlan | None = None) -> Entries:
    """The entries with one more signature, over everything that is there."""
    plan = plan or SealPlan()
    made = make_seal(plan)
    folder = f"Doc_0/Signs/Sign_{plan.number}"
    entries = dict(entries)
    entries["OFD.xml"] = _with_signatures(entries["OFD.xml"])
    entries[f"{folder}/Seal.esl"] = plan.separate_seal if plan.separate_seal is not None else made
    signature_xml = signature_of(entries, plan, folder)
    entries["Doc_0/Signs/Signatures.xml"] = _listed(entries, plan.number)
    entries[f"{folder}/Signature.xml"] = signature_xml
    entries[f"{folder}/SignedValue.dat"] = plan.seal_after_signing(
        sign_value(plan, made, signature_xml, f"/{folder}/Signature.xml"))  # fmt: skip
    return entries


def signature_of(entries: Entries, plan: SealPlan, folder: str) -> bytes:
    covered = {name: data for name, data in entries.items()
               if name not in plan.left_out and (not name.startswith("Doc_0/Signs/") or name.startswith(folder))}  # fmt: skip
    references = "".join(
        f'<ofd:Reference FileRef="/{name}"><ofd:CheckValue>{base64.b64encode(DIGESTS[plan.check_method](data)).decode()}'
        "</ofd:CheckValue></ofd:Reference>" for name, data in covered.items())  # fmt: skip
    return xml("Signature", f'<ofd:SignedInfo><ofd:Provider ProviderName="test"/><ofd:SignatureMethod>{SM2_WITH_SM3}'
               f"</ofd:SignatureMethod><ofd:SignatureDateTime>{plan.signed_at:%Y-%m-%d %H:%M:%S}</ofd:SignatureDateTime>"
               f'<ofd:References CheckMethod="{plan.check_method}">{references}</ofd:References>'
               f'<ofd:StampAnnot ID="1" PageRef="{plan.page_ref}" Boundary="{plan.box}"/>'
               f"<ofd:Seal><ofd:BaseLoc>/{folder}/Seal.esl</ofd:BaseLoc></ofd:Seal></ofd:SignedInfo>"
               f"<ofd:SignedValue>/{folder}/SignedValue.dat</ofd:SignedValue>")  # fmt: skip


def certificate(words: str = "老年人优待证明") -> Entries:
    """The smallest document worth sealing."""
    return document(page(text(words)))


def sealed(words: str = "老年人优待证明", **wrong: object) -> Entries:
    return seal(certificate(words), replace(SealPlan(), **wrong))  # type: ignore[arg-type]  # fields by name


def _with_signatures(ofd: bytes) -> bytes:
    line = b"<ofd:Signatures>Doc_0/Signs/Signatures.xml</ofd:Signatures>"
    return ofd if line in ofd else ofd.replace(b"</ofd:DocBody>", line + b"</ofd:DocBody>")


def _listed(entries: Entries, number: int) -> bytes:
    numbers = [at for at in range(64) if f"Doc_0/Signs/Sign_{at}/Signature.xml" in entries or at == number]
    return xml("Signatures", "".join(
        f'<ofd:Signature ID="{at}" Type="Seal" BaseLoc="/Doc_0/Signs/Sign_{at}/Signature.xml"/>' for at in numbers))  # fmt: skip
