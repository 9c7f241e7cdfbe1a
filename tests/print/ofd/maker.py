"""Makes OFD files by GB/T 33190 and seals them by GB/T 38540-2020 (V4), with every part open to a wrong turn."""
from __future__ import annotations

import hashlib
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw

from print import fonts
from print.ofd import Trust
from remote.central.ecredentials import package
from remote.central.ecredentials import seal as seals
from remote.central.ecredentials.certificates import Holder, certify, revocation_list
from remote.central.ecredentials.package import NAMESPACE, Entries, layer, pack, page, path, text, xml
from remote.central.ecredentials.seal import SealFace
from remote.central.ecredentials.sm2 import SM2_WITH_SM3, sm3

__all__ = ["NAMESPACE", "NOW", "YEAR", "Entries", "SealPlan", "World", "certificate", "document", "layer", "make_seal", "pack",
           "page", "path", "png", "seal", "seal_png", "sealed", "subset_font", "text", "world", "xml"]  # fmt: skip

NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
YEAR = timedelta(days=365)


def document(*pages: bytes, resources: str = "", templates: Mapping[str, bytes] | None = None, annotations: bytes | None = None,
             extra: Mapping[str, bytes] | None = None, size: str = "0 0 210 297") -> Entries:  # fmt: skip
    """Entries of a package: font 2 is 宋体 and not embedded; `resources` goes into DocumentRes.xml."""
    templates = templates or {}
    used = "".join(f'<ofd:TemplatePage ID="{key}" BaseLoc="Tpls/Tpl_{key}/Content.xml"/>' for key in templates)
    more: Entries = {f"Doc_0/Tpls/Tpl_{key}/Content.xml": content for key, content in templates.items()}
    if annotations is not None:
        more["Doc_0/Annots/Annotations.xml"] = xml(
            "Annotations", '<ofd:Page PageID="100"><ofd:FileLoc>Page_0/Annotation.xml</ofd:FileLoc></ofd:Page>')  # fmt: skip
        more["Doc_0/Annots/Page_0/Annotation.xml"] = annotations
    after = "<ofd:Annotations>Annots/Annotations.xml</ofd:Annotations>" if annotations is not None else ""
    return package.document(pages, size=size, resources=resources, common=used, after=after, extra={**more, **(extra or {})})


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
    face = SealFace("亳州市政务服务专用章", "34160000000001", plan.valid_from, plan.valid_until, plan.picture or seal_png(),
                    plan.picture_kind, version=plan.header_version)  # fmt: skip
    signers = plan.signers if plan.signers is not None else (plan.world.office.certificate,)
    key = plan.sealing_key_of.key if plan.sealing_key_of else None
    return seals.seal_of(face, plan.world.maker, signers, by_digest=plan.by_digest, extensions=plan.extensions, key=key)


def sign_value(plan: SealPlan, seal: bytes, signature_xml: bytes, where: str) -> bytes:
    key = plan.signing_key_of.key if plan.signing_key_of else None
    return seals.signed_value(seal, signature_xml, where, plan.signed_at, plan.world.office, key=key,
                              algorithm=plan.signature_algorithm)  # fmt: skip


DIGESTS: dict[str, Callable[[bytes], bytes]] = {
    "SM3": sm3, "1.2.156.10197.1.401": sm3, "SHA-256": lambda data: hashlib.sha256(data).digest(),
    "SHA1": lambda data: hashlib.sha1(data).digest(), "MD5": lambda data: hashlib.md5(data).digest(),
}  # fmt: skip


def seal(entries: Entries, plan: SealPlan | None = None) -> Entries:
    """The entries with one more signature, over everything that is there."""
    plan = plan or SealPlan()
    made = make_seal(plan)
    folder = f"Doc_0/Signs/Sign_{plan.number}"
    entries = seals.prepared(entries, plan.separate_seal if plan.separate_seal is not None else made, folder)
    signature_xml = signature_of(entries, plan, folder)
    entries["Doc_0/Signs/Signatures.xml"] = seals.listed(entries, plan.number)
    entries[f"{folder}/Signature.xml"] = signature_xml
    entries[f"{folder}/SignedValue.dat"] = plan.seal_after_signing(
        sign_value(plan, made, signature_xml, f"/{folder}/Signature.xml"))  # fmt: skip
    return entries


def signature_of(entries: Entries, plan: SealPlan, folder: str) -> bytes:
    covered = {name: data for name, data in seals.covered_by(entries, folder).items() if name not in plan.left_out}
    return seals.signature_xml(covered, folder, plan.signed_at, page=plan.page_ref, box=plan.box, method=plan.check_method,
                               digest=DIGESTS[plan.check_method])  # fmt: skip


def certificate(words: str = "老年人优待证明") -> Entries:
    """The smallest document worth sealing."""
    return document(page(text(words)))


def sealed(words: str = "老年人优待证明", **wrong: object) -> Entries:
    return seal(certificate(words), replace(SealPlan(), **wrong))  # type: ignore[arg-type]  # fields by name

