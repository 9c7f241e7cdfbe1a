"""Valid, altered, unknown issuer, expired, revoked: told apart, each with its reason; nothing raises, nothing fails open."""
from __future__ import annotations

import io
from datetime import date, datetime, timedelta
from pathlib import Path

import cbor2
import pypdfium2
import pytest
from cryptography import x509
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from kiosk.verify import main as verify_command
from print.layouts.documents import base45, claims, cose, revocation
from print.layouts.documents.claims import Claims, NotOurs, claims_for
from print.layouts.documents.draw import draw
from print.layouts.documents.revocation import Revoked
from print.verify.chain import leads_to_a_root
from print.verify.code import verify_code
from print.verify.document import codes_in, embedded_content, verify_pdf
from print.verify.trust import Trust, TrustFileError, load
from print.verify.verdict import Verdict
from remote.central.seal.authority import SealFolderError, made, made_in, read, revoked_certificates
from remote.central.seal.service import Seal
from tests.print.documents import samples
from tests.print.documents.sealing import DOCUMENT_ID, NOW, office, ready, root_only, sealed, stranger, trusting
from tests.print.documents.tools import run, written


@pytest.fixture
def trust(tmp_path: Path) -> Trust:
    return trusting(tmp_path)


class TestPdf:
    def test_as_it_was_sealed(self, trust: Trust) -> None:
        found = verify_pdf(ready().pdf, trust, NOW)
        assert found.verdict is Verdict.VALID and "BZ-2027-000123" in found.why and found.notes == ()
        assert found.claims is not None and found.claims.name == "王***𠮷"

    def test_public_tools_agree(self, tmp_path: Path) -> None:
        path = written(tmp_path, ready().pdf)
        said = run("pdfsig", "-nocert", path).stdout
        assert "Signature is Valid." in said and "Total document signed" in said and "ETSI.CAdES.detached" in said
        assert run("qpdf", "--check", path).returncode == 0
        fonts = run("pdffonts", path).stdout.splitlines()[2:]
        assert fonts and all(line.split()[-5:-2] == ["yes", "yes", "yes"] for line in fonts)

    def test_public_tool_sees_the_alteration_too(self, tmp_path: Path) -> None:
        pdf = ready().pdf
        at = pdf.index(b"Flate") - 40
        said = run("pdfsig", "-nocert", written(tmp_path, pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :])).stdout
        assert "Signature is Valid." not in said

    @pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9])
    def test_one_bit_anywhere(self, trust: Trust, share: float) -> None:
        pdf = bytearray(ready().pdf)
        pdf[int(len(pdf) * share)] ^= 1
        found = verify_pdf(bytes(pdf), trust, NOW)
        assert found.verdict is Verdict.ALTERED, found

    def test_a_page_added_after_the_seal(self, trust: Trust) -> None:
        writer = IncrementalPdfFileWriter(io.BytesIO(ready().pdf))
        writer.root["/Extra"] = writer.root["/Type"]
        writer.update_root()
        out = io.BytesIO()
        writer.write(out)
        found = verify_pdf(out.getvalue(), trust, NOW)
        assert found.verdict is Verdict.ALTERED and f"bytes {len(ready().pdf)} to {len(out.getvalue())} were added" in found.why

    def test_bytes_behind_the_end(self, trust: Trust) -> None:
        assert verify_pdf(ready().pdf + b"\n% more\n", trust, NOW).verdict is Verdict.ALTERED

    def test_cut_off(self, trust: Trust) -> None:
        assert verify_pdf(ready().pdf[:-2000], trust, NOW).verdict is Verdict.ALTERED

    def test_sealed_by_a_stranger_of_the_same_name(self, trust: Trust) -> None:
        found = verify_pdf(sealed(seal=stranger()).pdf, trust, NOW)
        assert found.verdict is Verdict.UNKNOWN_ISSUER and "does not lead to a root" in found.why

    def test_nobody_is_believed_without_a_root(self, tmp_path: Path) -> None:
        found = verify_pdf(ready().pdf, load(shipped=tmp_path), NOW)
        assert found.verdict is Verdict.UNKNOWN_ISSUER and "no root" in found.why

    def test_after_its_last_day(self, trust: Trust) -> None:
        pdf = sealed(valid_to=date(2027, 3, 10)).pdf
        assert verify_pdf(pdf, trust, datetime(2027, 3, 10, 23, 59, tzinfo=samples.BEIJING)).verdict is Verdict.VALID
        found = verify_pdf(pdf, trust, datetime(2027, 3, 11, 0, 0, tzinfo=samples.BEIJING))
        assert found.verdict is Verdict.EXPIRED and "held until 2027-03-10" in found.why

    def test_after_the_certificate_ended(self, trust: Trust) -> None:
        found = verify_pdf(ready().pdf, trust, NOW + timedelta(days=1200))
        assert found.verdict is Verdict.EXPIRED and "certificate" in found.why

    def test_a_revoked_document(self, tmp_path: Path) -> None:
        trust = trusting(tmp_path, revoked={DOCUMENT_ID: Revoked(samples.AT, "没有打印出来")})
        found = verify_pdf(ready().pdf, trust, NOW)
        assert found.verdict is Verdict.REVOKED and "2027-03-09" in found.why and "没有打印出来" in found.why

    def test_a_revoked_certificate(self, tmp_path: Path) -> None:
        serial = office().authority.seal.certificate.serial_number
        listed = tmp_path / "certificates.crl"
        listed.write_bytes(revoked_certificates(office().authority, {serial: samples.AT}, samples.AT))
        chain = tmp_path / "chain.pem"
        chain.write_bytes(office().authority.chain_pem())
        found = verify_pdf(ready().pdf, load([chain], [listed], tmp_path), NOW)
        assert found.verdict is Verdict.REVOKED and "certificate" in found.why
        assert verify_code(ready().code, load([chain], [listed], tmp_path), NOW).verdict is Verdict.VALID  # another certificate

    def test_a_strangers_list_revokes_nothing(self, tmp_path: Path) -> None:
        serial = office().authority.seal.certificate.serial_number
        listed = tmp_path / "certificates.crl"
        listed.write_bytes(revoked_certificates(stranger().authority, {serial: samples.AT}, samples.AT))
        documents = tmp_path / "foreign.cose"
        documents.write_bytes(stranger().revoked_documents({DOCUMENT_ID: Revoked(samples.AT, "")}, "x", samples.AT))
        chain = tmp_path / "chain.pem"
        chain.write_bytes(office().authority.chain_pem())
        found = verify_pdf(ready().pdf, load([chain], [listed, documents], tmp_path), NOW)
        assert found.verdict is Verdict.VALID
        assert any("was not used" in note for note in found.notes) and any("was not asked" in note for note in found.notes)

    def test_an_old_list_says_that_it_is_old(self, tmp_path: Path) -> None:
        found = verify_pdf(ready().pdf, trusting(tmp_path, at=samples.AT - timedelta(days=20)), NOW)
        assert found.verdict is Verdict.VALID and any("a newer one was due" in note for note in found.notes)

    def test_a_code_copied_onto_another_document(self, trust: Trust) -> None:
        pdf = sealed(samples.properties(1), code=ready().code).pdf
        found = verify_pdf(pdf, trust, NOW)
        assert found.verdict is Verdict.ALTERED and "belongs to another document" in found.why

    def test_the_seal_taken_off(self, trust: Trust) -> None:
        found = verify_pdf(draw(samples.social_insurance(), ready().code).pdf, trust, NOW)
        assert found.verdict is Verdict.ALTERED and "carries no seal" in found.why

    def test_a_stranger_re_seals_an_authentic_page(self, trust: Trust) -> None:
        pdf = sealed(seal=stranger(), code=ready().code).pdf
        assert verify_pdf(pdf, trust, NOW).verdict is Verdict.UNKNOWN_ISSUER

    def test_a_file_that_nobody_sealed(self, trust: Trust) -> None:
        found = verify_pdf(draw(samples.social_insurance(), "nothing").pdf, trust, NOW)
        assert found.verdict is Verdict.UNKNOWN_ISSUER

    def test_a_code_signed_by_a_stranger_under_a_true_seal(self, trust: Trust) -> None:
        content = samples.social_insurance()
        pdf = sealed(content, code=stranger().code(claims_for(content, DOCUMENT_ID))).pdf
        assert verify_pdf(pdf, trust, NOW).verdict is Verdict.UNKNOWN_ISSUER

    def test_what_is_no_pdf(self, trust: Trust) -> None:
        assert verify_pdf(b"hello", trust, NOW).verdict is Verdict.UNREADABLE

    def test_the_seal_lies_inside_the_page_it_is_on(self) -> None:
        document = pypdfium2.PdfDocument(ready().pdf)
        assert len(document) == 1 and codes_in(ready().pdf) == [ready().code] and embedded_content(ready().pdf)
        document.close()


class TestCode:
    def test_as_it_was_made(self, trust: Trust) -> None:
        found = verify_code(f" {ready().code}\n", trust, NOW)
        assert found.verdict is Verdict.VALID and any("compare" in note for note in found.notes)

    def test_one_bit_of_the_signed_bytes(self, trust: Trust) -> None:
        token = claims.from_text(ready().code)
        at = token.index("亳州".encode())
        found = verify_code(claims.to_text(token[:at] + bytes([token[at] ^ 1]) + token[at + 1 :]), trust, NOW)
        assert found.verdict is Verdict.ALTERED

    def test_signature_of_zeros(self, trust: Trust) -> None:
        token = claims.from_text(ready().code)
        assert verify_code(claims.to_text(token[:-64] + bytes(64)), trust, NOW).verdict is Verdict.ALTERED

    def test_an_unknown_key(self, trust: Trust, tmp_path: Path) -> None:
        content = samples.social_insurance()
        found = verify_code(stranger().code(claims_for(content, DOCUMENT_ID)), trust, NOW)
        assert found.verdict is Verdict.UNKNOWN_ISSUER
        assert verify_code(ready().code, root_only(tmp_path), NOW).verdict is Verdict.UNKNOWN_ISSUER

    def test_expired_and_revoked(self, trust: Trust, tmp_path: Path) -> None:
        code = sealed(valid_to=date(2027, 3, 10)).code
        assert verify_code(code, trust, NOW + timedelta(days=3)).verdict is Verdict.EXPIRED
        revoked = trusting(tmp_path, revoked={DOCUMENT_ID: Revoked(samples.AT, "作废")})
        assert verify_code(code, revoked, NOW).verdict is Verdict.REVOKED

    def test_a_statement_about_one_moment_does_not_expire(self, trust: Trust) -> None:
        from dataclasses import replace

        content = samples.acceptance()
        content = replace(content, head=replace(content.head, valid_to=None))
        code = office().code(claims_for(content, DOCUMENT_ID))
        assert verify_code(code, trust, NOW + timedelta(days=900)).verdict is Verdict.VALID

    @settings(max_examples=300, deadline=None)
    @given(st.one_of(st.text(), st.text(alphabet=base45.ALPHABET).map(lambda text: claims.PREFIX + text),
                     st.binary(max_size=400).map(lambda data: claims.to_text(data))))  # fmt: skip
    def test_no_text_is_believed_or_raises(self, text: str) -> None:
        assert verify_code(text, Trust((office().authority.root,)), NOW).verdict is not Verdict.VALID

    def test_a_small_code_that_inflates_without_end_is_refused(self) -> None:
        with pytest.raises(NotOurs):
            claims.from_text(claims.to_text(bytes(1_000_000)))


@given(st.binary(max_size=200))
def test_base45_goes_both_ways(data: bytes) -> None:
    assert base45.decode(base45.encode(data)) == data


@pytest.mark.parametrize("message", [
    b"", b"\xff", cbor2.dumps(5), cbor2.dumps(cbor2.CBORTag(18, [cbor2.dumps([1]), {}, b"", b""])),
    cbor2.dumps(cbor2.CBORTag(18, [cbor2.dumps({4: "text"}), {}, b"", b""])), cbor2.dumps(cbor2.CBORTag(18, [1, 2, 3, 4])),
    cbor2.dumps(cbor2.CBORTag(17, [cbor2.dumps({4: b"12345678"}), {}, b"", b""])), b"\x81" * 1500,
])  # fmt: skip
def test_a_message_of_another_shape_is_not_ours(message: bytes) -> None:
    """The fourth was found by fuzzing: a list where the header should be."""
    assert verify_code(claims.to_text(message), Trust((office().authority.root,)), NOW).verdict is Verdict.UNREADABLE


def test_base45_as_in_the_rfc() -> None:
    known = {b"AB": "BB8", b"Hello!!": "%69 VD92EX0", b"base-45": "UJCLQE7W581", b"ietf!": "QED8WEX0"}
    assert {text: base45.encode(text) for text in known} == known
    for wrong in ("GGW", "A", "::", "a"):
        with pytest.raises(ValueError):
            base45.decode(wrong)


@given(st.builds(Claims, st.text(max_size=30), st.binary(min_size=16, max_size=16), st.just("property"), st.text(max_size=20),
                 st.datetimes(datetime(2000, 1, 1), datetime(2200, 1, 1)).map(
                     lambda at: at.replace(microsecond=0, tzinfo=samples.BEIJING)),
                 st.one_of(st.none(), st.dates(date(2000, 1, 1), date(2200, 1, 1))), st.text(max_size=20), st.text(max_size=4),
                 st.binary(min_size=32, max_size=32)))  # fmt: skip
def test_claims_go_both_ways(made_up: Claims) -> None:
    assert claims.unpack(claims.pack(made_up)) == made_up


class TestChain:
    def test_a_leaf_cannot_certify_another(self) -> None:
        """The seal's own key signs a certificate: it is no authority."""
        authority = made(samples.AT)
        other = made(samples.AT)
        forged = _reissued(other.code.certificate, authority.seal.certificate, authority.seal.key)
        assert not leads_to_a_root(forged, [authority.root], [authority.seal.certificate], NOW)
        assert not leads_to_a_root(forged, [authority.seal.certificate], [], NOW)  # not even where somebody trusts that leaf
        honest = _reissued(other.code.certificate, authority.root, authority.root_key)
        assert leads_to_a_root(honest, [authority.root], [], NOW)

    def test_outside_its_time(self) -> None:
        authority = made(samples.AT)
        for days, good in ((-2, False), (0, True), (1094, True), (1096, False)):
            assert leads_to_a_root(authority.seal.certificate, [authority.root], [], samples.AT + timedelta(days=days)) is good

    def test_a_root_does_not_seal(self) -> None:
        authority = made(samples.AT)
        assert not leads_to_a_root(authority.root, [authority.root], [], NOW)


def _reissued(like: x509.Certificate, issuer: x509.Certificate, key: object) -> x509.Certificate:
    from cryptography.hazmat.primitives import hashes

    builder = x509.CertificateBuilder().subject_name(like.subject).issuer_name(issuer.subject).public_key(like.public_key())
    builder = builder.serial_number(5).not_valid_before(like.not_valid_before_utc).not_valid_after(like.not_valid_after_utc)
    for extension in like.extensions:
        if extension.oid != x509.AuthorityKeyIdentifier.oid:
            builder = builder.add_extension(extension.value, extension.critical)
    return builder.sign(key, hashes.SHA256())  # type: ignore[arg-type]


class TestSealFolder:
    def test_it_is_made_once_and_read_again(self, tmp_path: Path) -> None:
        folder = tmp_path / "seal"
        first = made_in(folder, samples.AT)
        assert made_in(folder, samples.AT).seal.certificate == first.seal.certificate
        assert all(path.stat().st_mode & 0o777 == 0o600 for path in folder.glob("*.key"))

    def test_a_key_that_others_can_read_is_refused(self, tmp_path: Path) -> None:
        made_in(tmp_path, samples.AT)
        (tmp_path / "seal.key").chmod(0o644)
        with pytest.raises(SealFolderError, match="0600"):
            read(tmp_path)

    def test_a_key_of_another_certificate_is_refused(self, tmp_path: Path) -> None:
        made_in(tmp_path, samples.AT)
        (tmp_path / "seal.key").write_bytes((tmp_path / "code.key").read_bytes())
        with pytest.raises(SealFolderError, match="the key of seal.pem"):
            read(tmp_path)

    def test_production_makes_nothing(self, tmp_path: Path) -> None:
        with pytest.raises(SealFolderError):
            Seal.in_folder(tmp_path, samples.AT, demo=False)
        assert list(tmp_path.iterdir()) == []


class TestCommand:
    def arguments(self, folder: Path) -> list[str]:
        trusting(folder)
        return ["--trust", str(folder / "chain.pem"), "--crl", str(folder / "revoked.cose"), "--at", NOW.isoformat()]

    def test_words_and_exit_codes(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        how = self.arguments(tmp_path)
        path = written(tmp_path, ready().pdf)
        assert verify_command([str(path), *how]) == 0
        said = capsys.readouterr().out
        assert said.startswith("valid: ") and "王***𠮷" in said and "/verify/00010203" in said and samples.NAME not in said
        assert verify_command([ready().code, *how]) == 0
        (tmp_path / "code.txt").write_text(ready().code)
        assert verify_command([str(tmp_path / "code.txt"), *how]) == 0
        path.write_bytes(ready().pdf + b" ")
        capsys.readouterr()
        assert verify_command([str(path), *how]) == 1
        assert capsys.readouterr().out.startswith("altered: ")
        assert verify_command([ready().code, "--at", NOW.isoformat()]) == 1
        assert capsys.readouterr().out.startswith("unknown issuer: ")

    def test_what_cannot_be_judged_is_asked_wrongly(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        how = self.arguments(tmp_path)
        for what in ("BZ1:nothing", "hello", str(tmp_path / "not-there.pdf")):
            assert verify_command([what, *how]) == 2
        bad = tmp_path / "bad.pem"
        bad.write_text("hello")
        assert verify_command([ready().code, "--trust", str(bad)]) == 2
        assert verify_command([ready().code, "--crl", str(bad)]) == 2
        assert verify_command([str(tmp_path)]) == 2  # a folder is a journal's
        assert "no journal here" in capsys.readouterr().err

    def test_a_list_of_something_else_is_named(self, tmp_path: Path) -> None:
        path = tmp_path / "x"
        path.write_bytes(b"\x00\x01")
        with pytest.raises(TrustFileError, match="expected a list"):
            load(lists=[path], shipped=tmp_path)


def test_the_terminal_needs_no_key() -> None:
    """Everything a verifier holds is public."""
    chain = office().authority.chain_pem()
    assert b"PRIVATE" not in chain and len(x509.load_pem_x509_certificates(chain)) == 3


def test_the_list_of_revoked_documents_goes_both_ways() -> None:
    token = office().revoked_documents({DOCUMENT_ID: Revoked(samples.AT, "作废")}, "亳州", NOW)
    listed = revocation.unpack(cose.verified(token, office().authority.code.certificate))
    assert listed.documents == {DOCUMENT_ID: Revoked(samples.AT, "作废")} and listed.made_at == NOW
    with pytest.raises(cose.WrongSignature):
        cose.verified(token[:-1] + bytes([token[-1] ^ 1]), office().authority.code.certificate)
