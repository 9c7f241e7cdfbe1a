"""A wrong seal, an altered page, an expired certificate, a revoked one, an unknown root: each has its own word."""
from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from print.ofd import (
    Altered,
    CannotVerify,
    Expired,
    Outcome,
    PartlyCovered,
    Revoked,
    SealVerdict,
    Trust,
    UnknownIssuer,
    Unsigned,
    Valid,
    WrongSeal,
    open_ofd,
    verify_seals,
)
from print.ofd.seals.sm2 import sm3
from remote.central.ecredentials.certificates import certify, revocation_list
from remote.central.ecredentials.der import bits, integer, octets, oid, sequence
from remote.central.ecredentials.sm2 import Key
from tests.print.ofd import maker
from tests.print.ofd.maker import NOW, YEAR, Entries, SealPlan, World, sealed, world

OFFICE, MAKER = "the signer's certificate", "the seal maker's certificate"
PAGE = "Doc_0/Pages/Page_0/Content.xml"
VALUE = "Doc_0/Signs/Sign_0/SignedValue.dat"


def verdicts(entries: Entries, trust: Trust | None = None, now: datetime = NOW) -> list[SealVerdict]:
    return verify_seals(open_ofd(maker.pack(entries)), trust or world().trust(), now)


def outcome(entries: Entries, trust: Trust | None = None, now: datetime = NOW) -> Outcome:
    found = verdicts(entries, trust, now)
    assert len(found) == 1
    return found[0].outcome


def test_sealed_by_the_office_and_untouched() -> None:
    verdict = verdicts(sealed())[0]
    assert verdict.outcome == Valid("asked") and verdict.valid
    assert (verdict.seal_name, verdict.signer) == ("亳州市政务服务专用章", "亳州市政务服务中心")
    assert verdict.signed_at == NOW - timedelta(days=30)
    assert verdict.pages == (1,) and verdict.notes == ()


def test_document_without_a_seal_is_not_called_good() -> None:
    found = verdicts(maker.certificate())
    assert [one.outcome for one in found] == [Unsigned()] and not found[0].valid


def test_name_on_the_page_exchanged_after_sealing() -> None:
    entries = sealed("王秀英")
    entries[PAGE] = entries[PAGE].replace("王秀英".encode(), "李秀英".encode())
    assert outcome(entries) == Altered((PAGE,))


def test_covered_file_taken_away() -> None:
    entries = sealed()
    entries["Doc_0/Other.xml"] = b""
    entries = maker.seal({name: data for name, data in entries.items() if "Signs" not in name})
    del entries["Doc_0/Other.xml"]
    assert outcome(entries) == Altered(("Doc_0/Other.xml",))


def test_digest_in_the_list_exchanged_together_with_the_page() -> None:
    honest, forged = sealed("王秀英"), sealed("李秀英")
    forged[VALUE] = honest[VALUE]
    assert outcome(forged) == Altered(("Doc_0/Signs/Sign_0/Signature.xml",))


def test_stamp_moved_to_another_place() -> None:
    entries = sealed()
    name = "Doc_0/Signs/Sign_0/Signature.xml"
    entries[name] = entries[name].replace(b"60 60 40 40", b"90 90 40 40")
    assert outcome(entries) == Altered((name,))


def test_signed_value_taken_away() -> None:
    entries = sealed()
    del entries[VALUE]
    assert outcome(entries) == Altered((VALUE,))


def test_page_added_that_no_signature_covers() -> None:
    entries = sealed()
    entries["Doc_0/Pages/Page_7/Content.xml"] = b"<x/>"
    assert outcome(entries) == PartlyCovered(("Doc_0/Pages/Page_7/Content.xml",))


def test_ofd_xml_alone_may_be_left_uncovered_as_a_real_producer_does() -> None:
    assert outcome(sealed(left_out=("OFD.xml",))) == Valid("asked")
    assert outcome(sealed(left_out=("Doc_0/PublicRes.xml",))) == PartlyCovered(("Doc_0/PublicRes.xml",))


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"signing_key_of": world().maker}, "does not belong to the signer"),
        ({"sealing_key_of": world().office}, "not made by the maker"),
        ({"signers": (world().maker.certificate,)}, "not among those"),
        ({"signers": ()}, "not among those"),
        ({"separate_seal": maker.make_seal(SealPlan(picture=maker.seal_png((0, 0, 200))))}, "another seal"),
        ({"signed_at": NOW + timedelta(hours=1)}, "future"),
        ({"signed_at": NOW - 2 * YEAR, "valid_from": NOW - YEAR}, "before the seal was valid"),
        ({"seal_after_signing": lambda value: value[:-1]}, "unknown"),
    ],
    ids=["signed by another key", "seal of no maker", "seal of somebody else", "seal of nobody", "exchanged Seal.esl",
         "future", "before its time", "cut short"],
)  # fmt: skip
def test_wrong_seal(wrong: dict[str, object], why: str) -> None:
    found = outcome(sealed(**wrong))
    assert isinstance(found, WrongSeal | CannotVerify)
    assert why in (found.why if isinstance(found, WrongSeal) else found.what)


def test_one_flipped_bit_anywhere_in_the_signed_value_is_never_valid() -> None:
    entries = sealed()
    value = entries[VALUE]
    for at in range(0, len(value), 61):
        entries[VALUE] = value[:at] + bytes([value[at] ^ 0x10]) + value[at + 1 :]
        assert not verdicts(entries)[0].valid, at


def test_seal_copied_from_another_document() -> None:
    entries, other = sealed("王秀英"), sealed("李秀英")
    signs = {name: data for name, data in other.items() if "Signs" in name}
    assert outcome(entries | signs) == Altered((PAGE,))


def test_certificate_that_is_not_for_signing() -> None:
    here = world()
    office = certify("只能加密", here.authority, serial=9, start=NOW - YEAR, end=NOW + YEAR, usage=0x20)
    assert outcome(sealed(world=replace(here, office=office))) == WrongSeal("the signer's certificate is not for signing")


def test_unknown_root() -> None:
    strangers = world("（仿）")
    assert outcome(sealed(world=strangers)) == UnknownIssuer(OFFICE, "测试省CA（仿）")
    assert outcome(sealed(), Trust()) == UnknownIssuer(OFFICE, "测试省CA")


def test_root_of_the_same_name_with_another_key() -> None:
    impostor = certify("测试根", None, serial=1, ca=True, start=NOW - YEAR, end=NOW + YEAR, key=Key.from_word("thief"))
    trust = replace(world().trust(), roots=(maker.load(impostor),))
    assert isinstance(outcome(sealed(), trust), UnknownIssuer)


def test_an_office_cannot_issue_certificates_to_others() -> None:
    here = world()
    friend = certify("朋友", here.office, serial=77, start=NOW - YEAR, end=NOW + YEAR)
    trust = replace(here.trust(), intermediates=(maker.load(here.authority), maker.load(here.office)))
    assert outcome(sealed(world=replace(here, office=friend)), trust) == UnknownIssuer(OFFICE, "亳州市政务服务中心")


def test_seal_maker_nobody_knows() -> None:
    here = replace(world(), maker=world("（仿）").maker)
    assert outcome(sealed(world=here)) == UnknownIssuer(MAKER, "测试省CA（仿）")


def test_certificate_that_had_ended_when_it_signed() -> None:
    ended = NOW - timedelta(days=60)
    found = outcome(sealed(world=world("旧", NOW - 2 * YEAR, ended)), world("旧", NOW - 2 * YEAR, ended).trust())
    assert found == Expired(OFFICE, ended, when_signed=True)


def test_certificate_that_has_ended_since() -> None:
    found = outcome(sealed(), now=NOW + 2 * YEAR)
    assert isinstance(found, Expired) and not found.when_signed


def test_seal_that_had_ended_when_it_was_used() -> None:
    ended = NOW - timedelta(days=40)
    assert outcome(sealed(valid_until=ended)) == Expired("the seal", ended, when_signed=True)


def test_seal_that_has_ended_since() -> None:
    ended = NOW - timedelta(days=1)
    assert outcome(sealed(valid_until=ended)) == Expired("the seal", ended, when_signed=False)


def test_revoked_certificate() -> None:
    since = NOW - timedelta(days=3)
    assert outcome(sealed(), world().trust(revoked={world().office.serial: since})) == Revoked(OFFICE, since)
    assert outcome(sealed(), world().trust(revoked={world().maker.serial: since})) == Revoked(MAKER, since)


def test_without_a_current_revocation_list_that_is_said() -> None:
    assert outcome(sealed(), world().trust(lists=False)) == Valid("no list")
    assert outcome(sealed(), world().trust(until=NOW - timedelta(days=1))) == Valid("list out of date")


def test_revocation_list_signed_by_somebody_else_does_not_count() -> None:
    here = world()
    forged = revocation_list(here.authority, {here.office.serial: NOW - YEAR}, made=NOW - YEAR, until=NOW + YEAR,
                             key=here.office.key)  # fmt: skip
    trust = replace(here.trust(lists=False), revocation_lists=(maker.x509.load_der_x509_crl(forged),))
    assert outcome(sealed(), trust) == Valid("no list")


@pytest.mark.parametrize("method", ["1.2.156.10197.1.401", "SHA-256"])
def test_digest_methods_by_name_and_number(method: str) -> None:
    assert outcome(sealed(check_method=method)) == Valid("asked")


def test_weak_and_refused_digests_are_named() -> None:
    weak = verdicts(sealed(check_method="SHA1"))[0]
    assert weak.valid and "SHA-1" in weak.notes[0]
    assert outcome(sealed(check_method="MD5")) == CannotVerify("digest MD5")


def test_signers_listed_by_the_digest_of_their_certificates() -> None:
    assert outcome(sealed(by_digest=sm3)) == Valid("asked")
    assert isinstance(outcome(sealed(by_digest=sm3, signers=(b"other",))), WrongSeal)


def test_old_and_new_structures_are_named_not_guessed() -> None:
    old = sequence(sequence(integer(1), octets(b"")), bits(b"1"))
    found = outcome(sealed(seal_after_signing=lambda value: old))
    assert found == CannotVerify("seal structure GM/T 0031-2014 (V1)")
    assert outcome(sealed(header_version=5)) == CannotVerify("seal structure GM/T 0031-2025 (V5)")
    cms = sequence(oid("1.2.840.113549.1.7.2"), octets(b""))
    assert outcome(sealed(seal_after_signing=lambda value: cms)) == CannotVerify("CMS signature (PKCS #7, GB/T 35275)")


def test_algorithm_nobody_here_knows() -> None:
    assert outcome(sealed(signature_algorithm="1.2.3.4")) == CannotVerify("signature algorithm 1.2.3.4")


def test_critical_extension_that_is_not_enforced_here() -> None:
    here = world()
    office = certify("特殊", here.authority, serial=12, start=NOW - YEAR, end=NOW + YEAR, critical="1.2.3.4")
    assert outcome(sealed(world=replace(here, office=office))) == CannotVerify("critical extension 1.2.3.4 in a certificate")


def test_extensions_of_the_seal_may_follow_without_a_tag_as_in_the_tax_seals() -> None:
    assert outcome(sealed(extensions=sequence(sequence(oid("1.2.156.10197.6.7.2.2.1"), octets(b"2.1"))))) == Valid("asked")


def test_two_seals_are_judged_apart() -> None:
    entries = maker.seal(sealed(), SealPlan(number=1, signing_key_of=world().maker))
    first, second = verdicts(entries)
    assert first.outcome == Valid("asked")
    assert isinstance(second.outcome, WrongSeal)


def test_signature_that_cannot_be_read_is_not_left_out() -> None:
    entries = sealed()
    entries["Doc_0/Signs/Sign_0/Signature.xml"] = b"<broken"
    found = outcome(entries)
    assert isinstance(found, WrongSeal) and "cannot be read" in found.why


def bare(entries: Entries, here: World) -> Entries:
    name = "Doc_0/Signs/Sign_0/Signature.xml"
    return entries | {VALUE: here.office.key.sign(entries[name])}


def test_bare_signature_needs_a_certificate_from_the_configuration() -> None:
    entries = bare(sealed(), world())
    assert isinstance(outcome(entries), UnknownIssuer)
    known = replace(world().trust(), signers=(maker.load(world().office),))
    assert verdicts(entries, known)[0].valid
    entries[PAGE] = entries[PAGE].replace("老年人".encode(), "年轻人".encode())
    assert outcome(entries, known) == Altered((PAGE,))


def test_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        verdicts(sealed(), now=NOW.replace(tzinfo=None))


def test_name_in_a_broken_coding_does_not_stop_verification() -> None:
    """A real signer's subject could not be decoded (facts/print.md 6.4): its certificate is judged all the same."""
    here = world()
    strange = certify("亳州\udcff", here.authority, serial=13, start=NOW - YEAR, end=NOW + YEAR)
    found = verdicts(sealed(world=replace(here, office=strange)))[0]
    assert found.outcome == Valid("asked") and found.signer == "?"
