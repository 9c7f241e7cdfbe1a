"""Documents at the centre: offers, previews, numbered copies, what became of the paper, the public page."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from starlette.testclient import TestClient

from print.layouts.documents import claims, cose, draw, revocation
from print.raster import page_image
from remote.central.centre import Centre
from remote.central.documents import papers
from remote.central.documents.papers import forget
from remote.central.documents.revoked import revoked_list
from remote.central.documents.sources import restored
from remote.central.documents.tables import documents
from remote.central.documents.verify_page import ASKS, Patience
from remote.central.http import make_app
from remote.central.settings import Settings, demo_settings
from remote.central.store.database import writing
from remote.central.store.schema import incidents, persons
from remote.central.wire import respond
from remote.enrolment.signing import Signer
from remote.messages import (
    Barred,
    ConfirmPrint,
    DocumentKind,
    DocumentOffer,
    DocumentOffers,
    DocumentPreview,
    Done,
    IssueAnswer,
    IssueDocument,
    IssuedPaper,
    ListDocuments,
    PreviewDocument,
    PrintConfirmed,
    PrintOutcome,
    Problem,
    RefusalCode,
    VoidDocument,
)
from remote.messages.identity import AskStaff, StaffAsked
from remote.messages.keys import Bar
from tests.remote.hall import Hall, TurnedClock
from tests.remote.identities import enrolled, signed

PRINTABLE = [kind for kind in DocumentKind if kind is not DocumentKind.NO_CRIMINAL_RECORD]


FREE = Path(__file__).with_name("free_of_charge.yaml")


def free_of_charge() -> Settings:
    return demo_settings(40, 1, tariffs=FREE)


@dataclass
class Desk(Hall):
    """A hall in which somebody prints documents, and none costs anything."""

    settings: Settings | None = field(default_factory=free_of_charge)
    who: str = "senior_card_new"
    asked: int = field(default=0, init=False)

    @property
    def ref(self) -> str:
        return self.check(self.who).person_ref

    def offers(self, **changed: Any) -> list[DocumentOffer]:
        answer = self.centre.handle("T1", "list_documents", ListDocuments(person_ref=self.ref, identity="card_alone", **changed))
        assert isinstance(answer, DocumentOffers)
        return answer.offers

    def offer(self, kind: DocumentKind) -> DocumentOffer:
        return next(offer for offer in self.offers() if offer.kind is kind)

    def wish(self, kind: DocumentKind, **changed: Any) -> dict[str, Any]:
        offer = self.offer(kind)
        return {
            "person_ref": self.ref, "identity": "card_alone", "kind": kind,
            "period": offer.periods[0].code if offer.periods else None,
            "purpose": offer.purposes[0].code if offer.purposes else None, **changed,
        }  # fmt: skip

    def issue(self, kind: DocumentKind = DocumentKind.PROPERTY, key: str | None = None, terminal: str = "T1",
              **changed: Any) -> IssueAnswer:  # fmt: skip
        self.asked += 1
        fields = {"period": None, "purpose": None, "person_ref": self.ref, "identity": "card_alone", "kind": kind}
        if kind is DocumentKind.PROPERTY:
            fields["purpose"] = "school"
        answer = self.ask("issue_document", IssueDocument(**{**fields, **changed}), key or f"p{self.asked}:issue:1", terminal)
        assert isinstance(answer, IssueAnswer), answer
        return answer

    def paper(self, kind: DocumentKind = DocumentKind.PROPERTY, **changed: Any) -> IssuedPaper:
        answer = self.issue(kind, **changed)
        assert answer.paper is not None, answer.refusal
        return answer.paper

    def confirm(self, document_id: str, outcome: str, key: str = "", terminal: str = "T1") -> PrintConfirmed:
        self.asked += 1
        body = ConfirmPrint(document_id=document_id, outcome=outcome, sheets=1)
        answer = self.ask("confirm_print", body, key or f"p:confirm:{self.asked}", terminal)
        assert isinstance(answer, PrintConfirmed), answer
        return answer

    def void(self, issue_key: str, key: str = "") -> Done:
        self.asked += 1
        answer = self.ask("void_document", VoidDocument(issue_key=issue_key), key or f"p:void:{self.asked}")
        assert isinstance(answer, Done), answer
        return answer

    def states(self) -> dict[str, str]:
        return {row.number: row.state for row in self.rows(documents)}


@pytest.fixture
def desk() -> Desk:
    return Desk()


def kinds_on_record(desk: Desk) -> set[DocumentKind]:
    return {offer.kind for offer in desk.offers() if offer.refusal is None}


def test_what_is_to_be_had_is_offered_with_its_choices_and_the_rest_is_refused_in_words(desk: Desk) -> None:
    seen: set[DocumentKind] = set()
    for who in desk.citizens:
        if who in ("deceased", "id_expired"):
            continue
        desk.who = who
        offers = desk.offers()
        assert [offer.kind for offer in offers] == list(DocumentKind)
        for offer in offers:
            assert offer.title and offer.issuer and offer.copies_left == 3
            assert offer.refusal is None or offer.refusal.code in (RefusalCode.NOTHING_ON_RECORD, RefusalCode.AT_THE_WINDOW)
        seen |= kinds_on_record(desk)
        criminal = next(offer for offer in offers if offer.kind is DocumentKind.NO_CRIMINAL_RECORD)
        assert criminal.refusal is not None and criminal.refusal.code is RefusalCode.AT_THE_WINDOW
    assert {DocumentKind.SOCIAL_INSURANCE, DocumentKind.PAYMENT_LIST, DocumentKind.PROPERTY, DocumentKind.ACCEPTANCE,
            DocumentKind.PAYMENT_RECEIPT} <= seen  # fmt: skip


def test_everything_offered_can_be_previewed_and_issued_in_both_sizes(desk: Desk) -> None:
    done: set[DocumentKind] = set()
    for who in ("senior_card_new", "rare_name_2", "long_name", "too_young"):
        desk.who = who
        for kind in kinds_on_record(desk) - done:
            wish = desk.wish(kind)
            for large in (False, True):
                shown = desk.centre.handle("T1", "preview_document", PreviewDocument(**wish, large_print=large))
                assert isinstance(shown, DocumentPreview) and shown.pdf_base64 is not None, (kind, shown)
                paper = desk.paper(kind, period=wish["period"], purpose=wish["purpose"], large_print=large)
                pdf = base64.b64decode(paper.pdf_base64)
                assert hashlib.sha256(pdf).hexdigest() == paper.sha256 and paper.pages >= 1
            done.add(kind)
    assert len(done) >= 5


def test_working_people_have_everything(desk: Desk) -> None:
    """In the population, beyond the demo citizens, every kind is on record for somebody and can be drawn."""
    left = set(PRINTABLE)
    for row in desk.rows(persons):
        if row.deceased or row.hukou_cancelled or row.fraud_hold:
            continue
        if not left:
            break
        answer = desk.centre.handle("T1", "list_documents", ListDocuments(person_ref=row.person_ref, identity="card_alone"))
        assert isinstance(answer, DocumentOffers)
        for offer in answer.offers:
            if offer.refusal is None and offer.kind in left:
                left.discard(offer.kind)
                wish = {"period": offer.periods[0].code if offer.periods else None,
                        "purpose": offer.purposes[0].code if offer.purposes else None}  # fmt: skip
                assert desk.paper(offer.kind, person_ref=row.person_ref, **wish).pages >= 1
    assert not left


def test_the_same_person_has_the_same_history_tomorrow(desk: Desk) -> None:
    def content() -> Any:
        desk.paper(DocumentKind.SOCIAL_INSURANCE, purpose="school")
        return restored("social_insurance", desk.rows(documents)[-1].content).insurances

    today = content()
    desk.clock.later(days=1)
    assert content() == today


def test_nobody_sees_an_offer_without_proof_of_who_stands_there() -> None:
    desk = Desk(settings=Settings(staff_pin="1", seed=1))
    ask = ListDocuments(person_ref=desk.ref, identity="card_alone")
    answer = desk.centre.handle("T1", "list_documents", ask)
    assert isinstance(answer, DocumentOffers) and answer.offers == []
    assert answer.refusal is not None and answer.refusal.code is RefusalCode.IDENTITY_CHECK_MISSING


def test_without_a_seal_everything_goes_to_the_window(desk: Desk) -> None:
    desk.centre.service.seal = None
    assert {offer.refusal.code for offer in desk.offers() if offer.refusal} == {RefusalCode.AT_THE_WINDOW}
    answer = desk.issue()
    assert answer.paper is None and answer.refusal is not None and answer.refusal.code is RefusalCode.AT_THE_WINDOW


def test_the_same_key_gives_the_same_bytes_and_one_number(desk: Desk) -> None:
    first, again = desk.paper(key="a:issue:1"), desk.paper(key="a:issue:1")
    assert first == again and first.pdf_base64
    assert list(desk.states()) == [first.number]


def test_a_crash_between_number_and_page_costs_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(Centre, "with_page", lambda self, answer, write: answer)
        bare = desk.paper(key="a:issue:1")
    assert bare.pdf_base64 == ""
    whole = desk.paper(key="a:issue:1")
    assert whole.number == bare.number and whole.pdf_base64 and whole.pages


def test_two_who_draw_the_same_copy_hand_out_one_and_the_same_page(desk: Desk) -> None:
    desk.paper(key="a:issue:1")
    first = desk.rows(documents)[0]
    assert desk.centre.service.seal is not None
    late = desk.centre.write(papers._keeping(first, desk.centre.service.seal(), "http://centre.test"))
    assert late.pdf == first.pdf and late.sha256 == first.sha256


def test_a_word_of_staff_serves_for_one_document(desk: Desk) -> None:
    asked = desk.ask("ask_staff", AskStaff(person_ref=desk.ref, item="document"), "a:staff:1")
    assert isinstance(asked, StaffAsked) and asked.request_id is not None
    desk.centre.counter.answer_staff_request(asked.request_id, True, "王芳", "当面看过本人和身份证")
    proof = {"identity": "staff", "staff_request": asked.request_id}
    assert desk.issue(**proof).paper is not None
    again = desk.issue(**proof)
    assert again.refusal is not None and again.refusal.code is RefusalCode.IDENTITY_CHECK_MISSING


def test_the_books_of_answers_hold_no_pages(desk: Desk) -> None:
    paper = desk.paper(key="a:issue:1")
    barred = desk.ask("bar", Bar(key="a:issue:1"), "a:bar:1")
    assert isinstance(barred, Barred) and barred.happened and barred.answer is not None
    assert barred.answer["paper"]["document_id"] == paper.document_id and barred.answer["paper"]["pdf_base64"] == ""


def test_more_copies_than_a_day_has_are_refused_and_tomorrow_there_are_new_ones(desk: Desk) -> None:
    numbers = [desk.paper().number for _ in range(3)]
    assert numbers == [f"BZ-2027-{index:06d}" for index in (1, 2, 3)]
    answer = desk.issue()
    assert answer.refusal is not None and answer.refusal.code is RefusalCode.TOO_MANY_COPIES
    assert answer.refusal.params == {"copies": "3"}
    offer = desk.offer(DocumentKind.PROPERTY)
    assert offer.copies_left == 0 and offer.refusal is not None and offer.refusal.code is RefusalCode.TOO_MANY_COPIES
    assert desk.offer(DocumentKind.SOCIAL_INSURANCE).copies_left == 3
    desk.clock.later(days=1)
    assert desk.paper().number == "BZ-2027-000004"


def test_a_failed_print_keeps_its_number_and_is_counted_once_at_any_terminal(desk: Desk) -> None:
    first = desk.paper()
    assert desk.confirm(first.document_id, "failed").copies_left == 3
    again = desk.paper(terminal="T2")
    assert (again.document_id, again.number, again.pdf_base64) == (first.document_id, first.number, first.pdf_base64)
    done = desk.confirm(first.document_id, "delivered", terminal="T2")
    assert (done.outcome, done.copies_left) == (PrintOutcome.DELIVERED, 2)
    assert desk.states() == {first.number: "delivered"}
    assert desk.paper().number != first.number


def test_a_failure_printed_again_in_the_same_visit_is_one_copy(desk: Desk) -> None:
    first = desk.paper()
    desk.confirm(first.document_id, "failed")
    assert desk.confirm(first.document_id, "delivered").copies_left == 2


def test_an_unknown_print_counts_and_is_not_issued_again(desk: Desk) -> None:
    first = desk.paper()
    assert desk.confirm(first.document_id, "unknown").copies_left == 2
    assert desk.paper().number != first.number


def test_reports_in_any_order_end_with_the_most_certain(desk: Desk) -> None:
    first = desk.paper()
    desk.confirm(first.document_id, "delivered")
    for late in ("failed", "unknown"):
        assert desk.confirm(first.document_id, late).outcome is PrintOutcome.DELIVERED
    assert desk.states() == {first.number: "delivered"}


def test_a_late_failure_of_the_first_terminal_does_not_touch_the_second_ones_attempt(desk: Desk) -> None:
    first = desk.paper()
    desk.confirm(first.document_id, "failed")
    desk.paper(terminal="T2")
    desk.confirm(first.document_id, "failed", terminal="T1")
    assert desk.states() == {first.number: "issued"}


def test_taking_back_is_safe_to_repeat_and_frees_the_copy(desk: Desk) -> None:
    first = desk.paper(key="a:issue:1")
    assert desk.void("a:issue:1").done and desk.void("a:issue:1").done
    assert desk.states() == {first.number: "void"} and desk.offer(DocumentKind.PROPERTY).copies_left == 3


def test_taking_back_what_never_arrived_bars_it(desk: Desk) -> None:
    assert desk.void("a:issue:1").done
    late = desk.ask("issue_document", IssueDocument(**desk.wish(DocumentKind.PROPERTY)), "a:issue:1")
    assert isinstance(late, Problem) and late.error == "barred" and desk.states() == {}


def test_what_was_delivered_is_not_taken_back(desk: Desk) -> None:
    first = desk.paper(key="a:issue:1")
    desk.confirm(first.document_id, "delivered")
    assert not desk.void("a:issue:1").done
    assert desk.states() == {first.number: "delivered"}


def test_an_old_key_does_not_take_back_what_a_later_issue_holds(desk: Desk) -> None:
    first = desk.paper(key="a:issue:1")
    desk.confirm(first.document_id, "failed")
    desk.paper(key="b:issue:1", terminal="T2")
    assert not desk.void("a:issue:1").done
    assert desk.void("b:issue:1").done


def test_a_void_copy_reported_as_printed_is_an_incident(desk: Desk) -> None:
    first = desk.paper(key="a:issue:1")
    desk.void("a:issue:1")
    desk.confirm(first.document_id, "delivered")
    assert desk.states() == {first.number: "void"}
    assert [row.kind for row in desk.rows(incidents)] == ["void_document_printed"]


def test_a_name_no_font_has_goes_to_the_window_before_a_number_is_taken(desk: Desk) -> None:
    reference = desk.ref
    with writing(desk.centre.engine) as connection:
        connection.execute(sa.update(persons).where(persons.c.person_ref == reference).values(name="王\U000323c0"))
    body = IssueDocument(person_ref=reference, identity="card_alone", kind="property", purpose="school")
    answer = desk.ask("issue_document", body, "a:issue:1")
    assert isinstance(answer, IssueAnswer) and answer.refusal is not None
    assert answer.refusal.code is RefusalCode.AT_THE_WINDOW and desk.states() == {}


def test_a_page_that_cannot_be_set_is_refused_before_anybody_pays_for_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def does_not(content: object, *, large: bool) -> None:
        raise draw.DoesNotFit("an endless name")

    monkeypatch.setattr(draw, "must_fit", does_not)
    seen = desk.ask("preview_document", PreviewDocument(**desk.wish(DocumentKind.PROPERTY)), "")
    assert isinstance(seen, DocumentPreview) and seen.refusal is not None and seen.pdf_base64 is None


def test_a_choice_that_was_never_offered_is_malformed(desk: Desk) -> None:
    body = IssueDocument(person_ref=desk.ref, identity="card_alone", kind="payment_list", period="century")
    answer = desk.ask("issue_document", body, "a:issue:1")
    assert isinstance(answer, Problem) and answer.error == "malformed"


def test_pages_are_destroyed_after_their_time_and_the_copy_can_still_be_verified(desk: Desk) -> None:
    paper = desk.paper(key="a:issue:1")
    desk.clock.later(days=1)
    with writing(desk.centre.engine) as connection:
        assert forget(connection, desk.clock()) == 1
    row = desk.rows(documents)[0]
    assert row.pdf is None and row.content is None and row.name_masked == "李*英"
    body = IssueDocument(person_ref=desk.ref, identity="card_alone", kind="property", purpose="school")
    again = desk.ask("issue_document", body, "a:issue:1")
    assert isinstance(again, Problem) and again.error == "document_gone"
    assert paper.number == row.number


def test_the_code_says_what_the_copy_is_and_no_more_of_the_person(desk: Desk) -> None:
    paper = desk.paper()
    row = desk.rows(documents)[0]
    token = claims.from_text(row.code)
    assert desk.centre.service.seal is not None
    said = claims.unpack(cose.verified(token, desk.centre.service.seal().authority.code.certificate))
    assert (said.number, said.document_id.hex(), said.kind) == (paper.number, paper.document_id, "property")
    assert (said.name, said.id_tail) == ("李*英", desk.citizen("senior_card_new").id_number[-4:])
    payload = cose.verified(token, desk.centre.service.seal().authority.code.certificate)
    for secret in (desk.citizen("senior_card_new").name, desk.citizen("senior_card_new").id_number):
        assert secret.encode() not in payload


def test_the_lossy_network_of_the_simulation_gets_pages_too(desk: Desk) -> None:
    body = IssueDocument(person_ref=desk.ref, identity="card_alone", kind="property", purpose="school")
    asked, path = body.model_dump_json().encode(), "/v1/documents/issue"
    headers = signed(desk.signers["T1"], path, asked, {"Idempotency-Key": "n:issue:1"})
    status, answer = respond(desk.centre, path, asked, headers)
    assert status == 200 and IssueAnswer.model_validate_json(answer).paper.pdf_base64  # type: ignore[union-attr]


# -- over HTTP, in files ---------------------------------------------------------------------------------------------


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Centre, TestClient]]:
    centre = Centre.open(f"sqlite:///{tmp_path / 'centre.db'}", free_of_charge(),
                         TurnedClock())  # fmt: skip
    with TestClient(make_app(centre)) as client:
        yield centre, client
    centre.engine.dispose()


def ask(client: TestClient, signer: Signer, path: str, key: str, body: dict[str, Any]) -> Any:
    sent = json.dumps(body).encode()
    return client.post(path, content=sent, headers=signed(signer, path, sent, {"Idempotency-Key": key}))


def posted(client: TestClient, centre: Centre, key: str) -> IssuedPaper:
    who, signer = centre.demo_citizens()["senior_card_new"], enrolled(centre, "T1")
    person = ask(client, signer, "/v1/persons/check", "", {
        "id_number": who.id_number, "name": who.name, "birth": str(who.birth), "id_valid_to": None}).json()  # fmt: skip
    answer = ask(client, signer, "/v1/documents/issue", key, {
        "person_ref": person["person_ref"], "identity": "card_alone", "kind": "property", "purpose": "loan"})  # fmt: skip
    assert answer.status_code == 200, answer.text
    return IssuedPaper.model_validate(answer.json()["paper"])


def test_the_public_page_tells_valid_void_expired_and_unknown_apart(served: tuple[Centre, TestClient]) -> None:
    centre, client = served
    paper = posted(client, centre, "a:issue:1")
    page = client.get(f"/verify/{paper.document_id}").text
    assert "有效" in page and paper.number in page and "李*英" in page and "李秀英" not in page
    assert "没有查到" in client.get(f"/verify/{'0' * 32}").text
    assert "没有查到" in client.get("/verify/<script>").text
    clock = centre.clock
    assert isinstance(clock, TurnedClock)
    clock.later(days=31)
    assert "已过有效期" in client.get(f"/verify/{paper.document_id}").text
    clock.later(days=-31)
    ask(client, enrolled(centre, "T1"), "/v1/documents/void", "v", {"issue_key": "a:issue:1"})
    assert "已作废" in client.get(f"/verify/{paper.document_id}").text
    listed = revocation.unpack(cose.verified(client.get("/verify/revoked").content, _code_certificate(centre)))
    assert list(listed.documents) == [bytes.fromhex(paper.document_id)]
    assert revoked_list(centre) is not None


def _code_certificate(centre: Centre) -> Any:
    assert centre.service.seal is not None
    return centre.service.seal().authority.code.certificate


def test_keys_stay_in_their_folder_and_last(served: tuple[Centre, TestClient], tmp_path: Path) -> None:
    centre, client = served
    folder = tmp_path / "seal"
    assert {path.name: oct(path.stat().st_mode & 0o777) for path in folder.glob("*.key")} == {
        "root.key": "0o600", "seal.key": "0o600", "code.key": "0o600"}  # fmt: skip
    assert client.get("/verify/chain.pem").content == (folder / "chain.pem").read_bytes()
    again = Centre.open(f"sqlite:///{tmp_path / 'centre.db'}", free_of_charge(), TurnedClock())
    assert _code_certificate(again) == _code_certificate(centre)
    again.engine.dispose()


def test_who_asks_too_often_waits() -> None:
    now = [0.0]
    patience = Patience(lambda: now[0])
    assert all(patience.may_ask("a") for _ in range(ASKS)) and not patience.may_ask("a") and patience.may_ask("b")
    now[0] = 61
    assert patience.may_ask("a")


def test_the_sealed_page_can_be_drawn(desk: Desk) -> None:
    image = page_image(base64.b64decode(desk.paper().pdf_base64), 60)
    red = sum(1 for pixel in image.getdata() if pixel[0] > 150 and pixel[1] < 90 and pixel[2] < 90)
    assert red > 300  # the head and the seal

