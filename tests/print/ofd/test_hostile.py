"""Files from outside: bombs, traps and nonsense end in a typed refusal, quickly."""
from __future__ import annotations

import io
import random
import warnings
import zipfile

import pytest

from print.ofd import Damaged, NotOfd, OfdError, TooBig, Unsupported, WrongSeal, draw, open_ofd, render_page, verify_seals
from tests.print.ofd import maker
from tests.print.ofd.fuzz_targets import fuzz_one
from tests.print.ofd.maker import Entries, certificate, document, page, path, text


def opened(entries: Entries) -> object:
    return open_ofd(maker.pack(entries))


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"PK\x03\x04", b"PK\x05\x06" + bytes(18), maker.pack({"a.xml": b"<a/>"})])
def test_no_ofd_at_all(data: bytes) -> None:
    with pytest.raises(NotOfd):
        open_ofd(data)


@pytest.mark.parametrize("name", ["../evil.xml", "/etc/passwd", "a\\..\\b.xml", "C:/x.xml", "a/./b.xml", "a//b.xml", "a/../../b"])
def test_entry_with_a_path_outside(name: str) -> None:
    with pytest.raises(Damaged, match="path"):
        opened(certificate() | {name: b"x"})


def test_two_entries_of_one_name_cannot_show_one_and_sign_the_other() -> None:
    entries = certificate()
    for second in ("Doc_0/Document.xml", "DOC_0/document.xml"):
        out = io.BytesIO(maker.pack(entries))
        with zipfile.ZipFile(out, "a") as package, warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # zipfile itself finds it odd
            package.writestr(second, b"<x/>")
        with pytest.raises(Damaged, match="two entries"):
            open_ofd(out.getvalue())


def test_zip_bomb_is_not_unpacked() -> None:
    with pytest.raises(TooBig, match="packed"):
        opened(certificate() | {"Doc_0/bomb.xml": bytes(30_000_000)})
    with pytest.raises(TooBig, match="entries"):
        opened(certificate() | {f"f{at}": b"" for at in range(5000)})


def test_size_in_the_directory_is_a_lie() -> None:
    data = bytearray(maker.pack(certificate() | {"Doc_0/big.xml": b"a" * 900_000}))
    at = data.rindex(b"PK\x01\x02", 0, data.rindex(b"Doc_0/big.xml"))
    data[at + 24 : at + 28] = (100).to_bytes(4, "little")
    with pytest.raises(OfdError):
        open_ofd(bytes(data)).package.read("Doc_0/big.xml")


@pytest.mark.parametrize("coding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("inside", ['<!ENTITY a SYSTEM "file:///etc/passwd">', '<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">'])
def test_entities_have_no_place(coding: str, inside: str) -> None:
    entries = certificate()
    words = f'<?xml version="1.0" encoding="{coding}"?><!DOCTYPE x [{inside}]><Page><Content/></Page>'
    entries["Doc_0/Pages/Page_0/Content.xml"] = words.encode(coding)
    with pytest.raises(Damaged, match="DOCTYPE"):
        opened(entries)


def test_byte_order_mark_other_prefixes_and_other_folder_case_are_fine() -> None:
    entries = certificate()
    entries["OFD.xml"] = b"\xef\xbb\xbf" + entries["OFD.xml"]
    name = "Doc_0/Pages/Page_0/Content.xml"
    entries["Doc_0/PAGES/Page_0/Content.xml"] = entries.pop(name).replace(b"ofd:", b"").replace(b":ofd", b"")
    assert opened(entries)


@pytest.mark.parametrize(
    "wrong",
    [
        {"Doc_0/Document.xml": None}, {"Doc_0/Pages/Page_0/Content.xml": None},
        {"Doc_0/Document.xml": b"<Document/>"}, {"OFD.xml": b"<OFD/>"}, {"Doc_0/Pages/Page_0/Content.xml": b"<Page>"},
    ],
)  # fmt: skip
def test_what_is_needed_and_missing_is_named(wrong: dict[str, bytes | None]) -> None:
    entries = {name: data for name, data in (certificate() | wrong).items() if data is not None}
    with pytest.raises(Damaged) as refused:
        opened(entries)
    assert refused.value.where


def test_resources_that_are_not_there_are_named_and_the_rest_is_shown() -> None:
    entries = certificate()
    del entries["Doc_0/PublicRes.xml"]
    drawn = draw(open_ofd(maker.pack(entries)))
    assert Unsupported("Doc_0/PublicRes.xml: not in the package", "document", 1) in drawn.unsupported
    assert any("is not declared" in item.what for item in drawn.unsupported)


def test_list_of_signatures_that_is_not_there_is_not_taken_for_unsigned() -> None:
    entries = maker.sealed()
    del entries["Doc_0/Signs/Signatures.xml"]
    found = verify_seals(open_ofd(maker.pack(entries)), maker.world().trust(), maker.NOW)
    assert [type(one.outcome) for one in found] == [WrongSeal]


@pytest.mark.parametrize(
    "inside",
    [
        path("M 0 0 L nan 5"), path("M 1e999 0"), path("Z 1 2"), path("M 0"), path("C 1 2"),
        path("M 1_0 0"), path("5 M 0 0"), path("m 0 0"), path("M 0 0 L 1e9 1"),
        path("M 0 0", "0 0 10"), path("M 0 0", "0 0 inf 10"), path("M 0 0", attributes='CTM="1 0 0"'),
        text("x", code='DeltaX="g 5"'), text("x", code='DeltaX="a"'),
        path("M 0 0", inside='<ofd:FillColor Value="1 2"/>'), path("M 0 0", inside='<ofd:FillColor Value="#xyz 0 0"/>'),
        "<a>" * 70 + "</a>" * 70,
    ],
)  # fmt: skip
def test_nonsense_on_a_page_is_refused_before_anything_is_printed(inside: str) -> None:
    with pytest.raises(OfdError):
        opened(document(page(inside)))


def test_template_outside_the_package() -> None:
    entries = certificate()
    entries["Doc_0/Document.xml"] = entries["Doc_0/Document.xml"].replace(b"Pages/Page_0", b"../../../etc")
    with pytest.raises(Damaged, match="outside"):
        opened(entries)


def test_more_than_any_page_holds_is_refused() -> None:
    for inside in (text("国" * 60_000), path("M 0 0 " + "L 1 1 " * 210_000), path("M 0 0") * 60_001):
        with pytest.raises(TooBig):
            draw(open_ofd(maker.pack(document(page(inside)))))
    with pytest.raises(TooBig, match="XML"):
        opened(certificate() | {"Doc_0/PublicRes.xml": maker.xml("Res", random.Random(1).randbytes(4_500_000).hex())})


def test_huge_run_of_deltas_is_not_unfolded() -> None:
    doc = open_ofd(maker.pack(document(page(text("ab", code='DeltaX="g 999999 1"')))))
    assert draw(doc)


def test_composites_that_contain_themselves_end() -> None:
    twice = 2 * '<ofd:CompositeObject Boundary="0 0 9 9" ResourceID="1"/>'
    unit = (f'<ofd:CompositeGraphicUnits><ofd:CompositeGraphicUnit ID="1"><ofd:Content>{twice}'
            "</ofd:Content></ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits>")  # fmt: skip
    inside = '<ofd:CompositeObject ID="2" Boundary="0 0 9 9" ResourceID="1"/>'
    doc = open_ofd(maker.pack(document(page(inside), resources=unit)))
    with pytest.raises(TooBig):
        render_page(doc, 0)


def test_drawing_parameters_that_complete_each_other_in_a_circle_end() -> None:
    pens = '<ofd:DrawParams><ofd:DrawParam ID="1" Relative="2"/><ofd:DrawParam ID="2" Relative="1"/></ofd:DrawParams>'
    assert opened(document(page(""), resources=pens))


def test_sheet_of_a_kilometre() -> None:
    with pytest.raises(Damaged, match="page"):
        opened(document(page(""), size="0 0 999999 10"))
    wall = open_ofd(maker.pack(document(page(""), size="0 0 4000 4000")))
    with pytest.raises(TooBig):
        render_page(wall, 0, 96)


def test_seal_whose_picture_is_an_ofd_sealed_by_itself_is_drawn_once() -> None:
    doc = open_ofd(maker.pack(maker.sealed(picture=maker.pack(maker.sealed()), picture_kind="ofd")))
    assert render_page(doc, 0, 30)


@pytest.mark.parametrize("seed", range(40))
def test_bytes_changed_at_random_only_end_in_typed_errors(seed: int) -> None:
    data = bytearray(maker.pack(maker.sealed()))
    for step in range(seed % 7 + 1):
        data[(seed * 7919 + step * 104729) % len(data)] = (seed * 31 + step * 17) % 256
    fuzz_one(bytes(data))
