"""The terminal's client of the central platform: one typed method per operation, time limits, retry with the same key only.

What the caller learns when it fails: `PlatformAway.may_have_happened` False = certainly nothing happened at the centre;
True = unknown, ask again with the same key, or `bar` it. `PlatformRefused` = the centre answered no to the request itself.
Refusals in the domain (too young, being served) are ordinary answers. Nothing personal is logged or put into an error.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from random import Random
from typing import TypeVar

import trio
from pydantic import ValidationError

from remote.messages import (
    BY_NAME,
    AllowanceAnswer,
    ApplyCitizenCard,
    AskAllowance,
    AskClock,
    AskPrice,
    AskStaff,
    AskStaffSaid,
    Bar,
    Barred,
    BeginCardScript,
    BeginLoad,
    CancelStaff,
    CardCommands,
    CardScriptBegun,
    CaseAnswer,
    Certify,
    CertifyAnswer,
    CheckPerson,
    CitizenCardAnswer,
    CitizenReserveAnswer,
    Clock,
    CloseOrder,
    CompareFace,
    ConfirmCardScript,
    ConfirmLoad,
    ConfirmPrint,
    ConvertCase,
    CreateOrder,
    DocumentOffers,
    DocumentPreview,
    Done,
    ECredentialFile,
    ECredentials,
    FaceAnswer,
    FetchECredential,
    FindBills,
    FindCitizenCards,
    FindLoads,
    FindOrders,
    FoundBills,
    FoundCitizenCards,
    FoundLoads,
    FoundOrders,
    HomeVisitAnswer,
    IssueAnswer,
    IssueDocument,
    ListDocuments,
    ListECredentials,
    LoadAnswer,
    LoadBegun,
    LossAnswer,
    MailCase,
    Message,
    ObligationAnswer,
    OrderAnswer,
    PersonaliseCitizenCard,
    PersonAnswer,
    PhotoPut,
    PreviewDocument,
    Price,
    PrintConfirmed,
    Problem,
    ProveLoad,
    PutPhoto,
    QueryOrder,
    RefundOrder,
    Register,
    Registered,
    Release,
    Report,
    ReportCitizenLoss,
    Reported,
    ReportLoss,
    RequestHomeVisit,
    Reserve,
    ReserveAnswer,
    ReserveCitizenCard,
    SettleObligation,
    StaffAsked,
    StaffSaid,
    SubmitCase,
    VoidDocument,
    WithdrawCase,
)
from remote.messages.audit import AskWitnessed, Witness, Witnessed, WitnessedHeads
from remote.messages.citizen_services import (
    InsuranceAccount,
    OwnAccount,
    OwnRecord,
    RedeemVoucher,
    Settlements,
    VoucherRedeemed,
    Vouchers,
)
from remote.messages.commands import AskCommands, Commands, PutPortion, TellCommand
from remote.messages.enrolment import Enrolled, RenewCertificate
from remote.messages.hand_back import FindKept, HandBack, HandedBack, KeptCards
from remote.messages.purchases import BeginPurchase, FindPurchases, FoundPurchases, PurchaseAnswer, ReportPurchase
from remote.messages.releases import AskRelease, FetchMetadata, FetchTarget, Portion, ReleaseOrders
from remote.messages.sign_in import (
    AskChallenge,
    AskSignedIn,
    AskSmsCode,
    AskWays,
    Challenge,
    SignedIn,
    SignInByCard,
    SignInByCode,
    SignInBySms,
    SmsAsked,
    Strengthen,
    WaysOpen,
    WhoSignedIn,
)
from remote.messages.telemetry import Heard, Heartbeat, TelemetryBatch, TelemetryStored
from remote.transport import NoAnswer, NotSent, Transport

Answer = TypeVar("Answer", bound=Message)


class PlatformError(Exception):
    """Base of what a call can raise."""


class PlatformAway(PlatformError):
    """Nobody was reached, or nobody answered in time. `may_have_happened`: could the change be done all the same?"""

    def __init__(self, operation: str, reason: str, may_have_happened: bool) -> None:
        super().__init__(f"{operation}: {reason}, {'outcome unknown' if may_have_happened else 'nothing happened'}")
        self.operation = operation
        self.reason = reason
        self.may_have_happened = may_have_happened


class PlatformRefused(PlatformError):
    """The centre will not hear this request, now or later with the same words. Nothing of it took effect,
    except under `key_reused`, where an earlier request with this key did."""

    def __init__(self, operation: str, status: int, problem: Problem) -> None:
        super().__init__(f"{operation}: {status} {problem.error}")
        self.operation = operation
        self.status = status
        self.problem = problem


@dataclass(frozen=True)
class Limits:
    call_s: float = 20.0  # the whole call, all attempts and pauses
    attempts: int = 4
    first_pause_s: float = 0.4  # doubled each time, times a random 0.5 to 1.5
    longest_pause_s: float = 4.0
    failures_that_open: int = 3  # calls in a row, then the breaker opens
    cool_down_s: float = 15.0  # while open nothing is sent; then one call may try


class Breaker:
    """Counts failed calls in a row. Open: calls fail at once and say that nothing was sent."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._failures = 0
        self._opened_at = float("-inf")

    @property
    def closed(self) -> bool:
        return self._failures < self._limits.failures_that_open

    def may_try(self) -> bool:
        return self.closed or trio.current_time() >= self._opened_at + self._limits.cool_down_s

    def succeeded(self) -> None:
        self._failures = 0

    def failed(self) -> None:
        self._failures += 1
        if not self.closed:
            self._opened_at = trio.current_time()


class Platform:
    """One per terminal. Who asks is the transport's business: it signs what it sends. `random` only shapes the pauses; give it
    a seed in a simulation."""

    def __init__(
        self, transport: Transport, terminal: str, limits: Limits | None = None, random: Random | None = None
    ) -> None:
        self._transport = transport
        self._limits = limits or Limits()
        self._random = random or Random()
        self._breaker = Breaker(self._limits)
        self.terminal = terminal

    @property
    def reachable(self) -> bool:
        """False after several calls in a row that nobody answered: grey what needs the centre."""
        return self._breaker.closed

    async def clock(self) -> Clock:
        return await self._call("clock", AskClock(), Clock)

    async def check_person(self, ask: CheckPerson) -> PersonAnswer:
        return await self._call("check_person", ask, PersonAnswer)

    async def ask_ways(self, ask: AskWays) -> WaysOpen:
        return await self._call("ask_ways", ask, WaysOpen)

    async def ask_challenge(self, ask: AskChallenge, *, key: str) -> Challenge:
        return await self._call("ask_challenge", ask, Challenge, key)

    async def sign_in_by_card(self, ask: SignInByCard, *, key: str) -> SignedIn:
        return await self._call("sign_in_by_card", ask, SignedIn, key)

    async def sign_in_by_code(self, ask: SignInByCode, *, key: str) -> SignedIn:
        return await self._call("sign_in_by_code", ask, SignedIn, key)

    async def ask_sms_code(self, ask: AskSmsCode, *, key: str) -> SmsAsked:
        return await self._call("ask_sms_code", ask, SmsAsked, key)

    async def sign_in_by_sms(self, ask: SignInBySms, *, key: str) -> SignedIn:
        return await self._call("sign_in_by_sms", ask, SignedIn, key)

    async def strengthen(self, ask: Strengthen, *, key: str) -> SignedIn:
        return await self._call("strengthen", ask, SignedIn, key)

    async def who_signed_in(self, ask: AskSignedIn) -> WhoSignedIn:
        return await self._call("who_signed_in", ask, WhoSignedIn)

    async def insurance_account(self, ask: OwnAccount) -> InsuranceAccount:
        return await self._call("insurance_account", ask, InsuranceAccount)

    async def list_settlements(self, ask: OwnAccount) -> Settlements:
        return await self._call("list_settlements", ask, Settlements)

    async def own_record(self, ask: OwnAccount) -> OwnRecord:
        return await self._call("own_record", ask, OwnRecord)

    async def list_vouchers(self, ask: OwnAccount) -> Vouchers:
        return await self._call("list_vouchers", ask, Vouchers)

    async def redeem_voucher(self, ask: RedeemVoucher, *, key: str) -> VoucherRedeemed:
        return await self._call("redeem_voucher", ask, VoucherRedeemed, key)

    async def submit_case(self, ask: SubmitCase, *, key: str) -> CaseAnswer:
        return await self._call("submit_case", ask, CaseAnswer, key)

    async def withdraw_case(self, ask: WithdrawCase, *, key: str) -> CaseAnswer:
        return await self._call("withdraw_case", ask, CaseAnswer, key)

    async def convert_case(self, ask: ConvertCase, *, key: str) -> CaseAnswer:
        return await self._call("convert_case", ask, CaseAnswer, key)

    async def mail_case(self, ask: MailCase, *, key: str) -> CaseAnswer:
        return await self._call("mail_case", ask, CaseAnswer, key)

    async def report_loss(self, ask: ReportLoss, *, key: str) -> LossAnswer:
        return await self._call("report_loss", ask, LossAnswer, key)

    async def reserve(self, ask: Reserve, *, key: str) -> ReserveAnswer:
        return await self._call("reserve", ask, ReserveAnswer, key)

    async def release(self, ask: Release, *, key: str) -> Done:
        """`done` False: the reservation went further before (registered, kept, in doubt) and stays as it is."""
        return await self._call("release", ask, Done, key)

    async def register(self, ask: Register, *, key: str) -> Registered:
        return await self._call("register", ask, Registered, key)

    async def compare_face(self, ask: CompareFace) -> FaceAnswer:
        return await self._call("compare_face", ask, FaceAnswer)

    async def ask_staff(self, ask: AskStaff, *, key: str) -> StaffAsked:
        return await self._call("ask_staff", ask, StaffAsked, key)

    async def staff_said(self, ask: AskStaffSaid) -> StaffSaid:
        return await self._call("staff_said", ask, StaffSaid)

    async def cancel_staff(self, ask: CancelStaff, *, key: str) -> Done:
        return await self._call("cancel_staff", ask, Done, key)

    async def put_photo(self, ask: PutPhoto, *, key: str) -> PhotoPut:
        return await self._call("put_photo", ask, PhotoPut, key)

    async def check_allowance(self, ask: AskAllowance) -> AllowanceAnswer:
        return await self._call("check_allowance", ask, AllowanceAnswer)

    async def certify(self, ask: Certify, *, key: str) -> CertifyAnswer:
        return await self._call("certify", ask, CertifyAnswer, key)

    async def request_home_visit(self, ask: RequestHomeVisit, *, key: str) -> HomeVisitAnswer:
        return await self._call("request_home_visit", ask, HomeVisitAnswer, key)

    async def witness(self, ask: Witness) -> Witnessed:
        return await self._call("witness", ask, Witnessed)

    async def witnessed(self, ask: AskWitnessed) -> WitnessedHeads:
        return await self._call("witnessed", ask, WitnessedHeads)
    async def renew_certificate(self, ask: RenewCertificate, *, key: str) -> Enrolled:
        return await self._call("renew_certificate", ask, Enrolled, key)

    async def bar(self, ask: Bar, *, key: str) -> Barred:
        return await self._call("bar", ask, Barred, key)

    async def settle_obligation(self, ask: SettleObligation, *, key: str) -> ObligationAnswer:
        return await self._call("settle_obligation", ask, ObligationAnswer, key)

    async def ask_price(self, ask: AskPrice) -> Price:
        return await self._call("ask_price", ask, Price)

    async def create_order(self, ask: CreateOrder, *, key: str) -> OrderAnswer:
        return await self._call("create_order", ask, OrderAnswer, key)

    async def query_order(self, ask: QueryOrder) -> OrderAnswer:
        return await self._call("query_order", ask, OrderAnswer)

    async def close_order(self, ask: CloseOrder, *, key: str) -> OrderAnswer:
        """The answer may say PAID: the money was quicker."""
        return await self._call("close_order", ask, OrderAnswer, key)

    async def refund_order(self, ask: RefundOrder, *, key: str) -> OrderAnswer:
        return await self._call("refund_order", ask, OrderAnswer, key)

    async def find_orders(self, ask: FindOrders) -> FoundOrders:
        return await self._call("find_orders", ask, FoundOrders)

    async def begin_load(self, ask: BeginLoad, *, key: str) -> LoadBegun:
        return await self._call("begin_load", ask, LoadBegun, key)

    async def confirm_load(self, ask: ConfirmLoad, *, key: str) -> LoadAnswer:
        return await self._call("confirm_load", ask, LoadAnswer, key)

    async def prove_load(self, ask: ProveLoad, *, key: str) -> LoadAnswer:
        return await self._call("prove_load", ask, LoadAnswer, key)

    async def begin_purchase(self, ask: BeginPurchase, *, key: str) -> PurchaseAnswer:
        return await self._call("begin_purchase", ask, PurchaseAnswer, key)

    async def report_purchase(self, ask: ReportPurchase, *, key: str) -> PurchaseAnswer:
        return await self._call("report_purchase", ask, PurchaseAnswer, key)

    async def find_purchases(self, ask: FindPurchases) -> FoundPurchases:
        return await self._call("find_purchases", ask, FoundPurchases)

    async def find_bills(self, ask: FindBills) -> FoundBills:
        return await self._call("find_bills", ask, FoundBills)

    async def find_kept(self, ask: FindKept) -> KeptCards:
        return await self._call("find_kept", ask, KeptCards)

    async def hand_back(self, ask: HandBack, *, key: str) -> HandedBack:
        return await self._call("hand_back", ask, HandedBack, key)

    async def find_loads(self, ask: FindLoads) -> FoundLoads:
        return await self._call("find_loads", ask, FoundLoads)

    async def find_citizen_cards(self, ask: FindCitizenCards) -> FoundCitizenCards:
        return await self._call("find_citizen_cards", ask, FoundCitizenCards)

    async def apply_citizen_card(self, ask: ApplyCitizenCard, *, key: str) -> CaseAnswer:
        return await self._call("apply_citizen_card", ask, CaseAnswer, key)

    async def reserve_citizen_card(self, ask: ReserveCitizenCard, *, key: str) -> CitizenReserveAnswer:
        return await self._call("reserve_citizen_card", ask, CitizenReserveAnswer, key)

    async def personalise_citizen_card(self, ask: PersonaliseCitizenCard) -> CardCommands:
        return await self._call("personalise_citizen_card", ask, CardCommands)

    async def release_citizen_card(self, ask: Release, *, key: str) -> Done:
        """`done` False: it went further before (handed over, kept, in doubt) and stays as it is."""
        return await self._call("release_citizen_card", ask, Done, key)

    async def register_citizen_card(self, ask: Register, *, key: str) -> Registered:
        return await self._call("register_citizen_card", ask, Registered, key)

    async def begin_card_script(self, ask: BeginCardScript, *, key: str) -> CardScriptBegun:
        return await self._call("begin_card_script", ask, CardScriptBegun, key)

    async def confirm_card_script(self, ask: ConfirmCardScript, *, key: str) -> CitizenCardAnswer:
        return await self._call("confirm_card_script", ask, CitizenCardAnswer, key)

    async def report_citizen_loss(self, ask: ReportCitizenLoss, *, key: str) -> CitizenCardAnswer:
        return await self._call("report_citizen_loss", ask, CitizenCardAnswer, key)

    async def report(self, ask: Report, *, key: str) -> Reported:
        return await self._call("report", ask, Reported, key)

    async def heartbeat(self, ask: Heartbeat) -> Heard:
        return await self._call("heartbeat", ask, Heard)

    async def tell_facts(self, ask: TelemetryBatch) -> TelemetryStored:
        """Safe to repeat: facts have ids of their own."""
        return await self._call("tell_facts", ask, TelemetryStored)

    async def take_commands(self, ask: AskCommands) -> Commands:
        return await self._call("take_commands", ask, Commands)

    async def tell_command(self, ask: TellCommand) -> Done:
        """Safe to repeat: the first word on a command counts."""
        return await self._call("tell_command", ask, Done)

    async def put_portion(self, ask: PutPortion) -> Done:
        """`done` False: the command is over at the centre."""
        return await self._call("put_portion", ask, Done)

    async def ask_release(self, ask: AskRelease) -> ReleaseOrders:
        """Safe to repeat: it tells how far this terminal is, and asks what it should run."""
        return await self._call("ask_release", ask, ReleaseOrders)

    async def fetch_metadata(self, ask: FetchMetadata) -> Portion:
        return await self._call("fetch_metadata", ask, Portion)

    async def fetch_target(self, ask: FetchTarget) -> Portion:
        return await self._call("fetch_target", ask, Portion)

    def with_patience(self, limits: Limits) -> Platform:
        """The same terminal with other patience and a breaker of its own: what fails here closes no service."""
        other = copy.copy(self)
        other._limits, other._breaker = limits, Breaker(limits)
        return other

    async def list_documents(self, ask: ListDocuments) -> DocumentOffers:
        return await self._call("list_documents", ask, DocumentOffers)

    async def preview_document(self, ask: PreviewDocument) -> DocumentPreview:
        return await self._call("preview_document", ask, DocumentPreview)

    async def issue_document(self, ask: IssueDocument, *, key: str) -> IssueAnswer:
        """The sealed PDF comes with the answer, asked once or many times with this key."""
        return await self._call("issue_document", ask, IssueAnswer, key)

    async def void_document(self, ask: VoidDocument, *, key: str) -> Done:
        """`done` False: the copy was delivered, or another issue has it by now; it stays as it is."""
        return await self._call("void_document", ask, Done, key)

    async def confirm_print(self, ask: ConfirmPrint, *, key: str) -> PrintConfirmed:
        return await self._call("confirm_print", ask, PrintConfirmed, key)

    async def list_ecredentials(self, ask: ListECredentials) -> ECredentials:
        return await self._call("list_ecredentials", ask, ECredentials)

    async def fetch_ecredential(self, ask: FetchECredential) -> ECredentialFile:
        return await self._call("fetch_ecredential", ask, ECredentialFile)

    async def _call(self, name: str, ask: Message, answers: type[Answer], key: str | None = None) -> Answer:
        operation = BY_NAME[name]
        if not self._breaker.may_try():
            raise PlatformAway(name, "the centre has not answered for a while", may_have_happened=False)
        headers = {"Idempotency-Key": key} if operation.changes and key else {}
        attempts = _Attempts(self._transport, operation.path, ask.model_dump_json().encode(), headers)
        with trio.move_on_after(self._limits.call_s):
            status, body = await self._repeat(attempts)
            if 400 <= status < 500:
                self._breaker.succeeded()
                raise PlatformRefused(name, status, _problem(status, body))
            if status == 200:
                self._breaker.succeeded()
                return _parsed(name, answers, body)
        self._breaker.failed()
        raise PlatformAway(name, attempts.reason, attempts.may_have_arrived and operation.changes)

    async def _repeat(self, attempts: _Attempts) -> tuple[int, bytes]:
        """The first answer that is not a failure of the centre's; status 0 when the attempts are used up."""
        tries = self._limits.attempts if self._breaker.closed else 1
        for attempt in range(tries):
            if attempt:
                await trio.sleep(self._pause(attempt))
            answer = await attempts.once()
            if answer is not None:
                return answer
        return 0, b""

    def _pause(self, attempt: int) -> float:
        pause = min(self._limits.first_pause_s * 2.0 ** (attempt - 1), self._limits.longest_pause_s)
        return pause * (0.5 + self._random.random())


class _Attempts:
    """The same bytes under the same key, sent until answered; remembers whether any of them may have arrived."""

    def __init__(self, transport: Transport, path: str, body: bytes, headers: dict[str, str]) -> None:
        self._transport, self._path, self._body, self._headers = transport, path, body, headers
        self.may_have_arrived = False
        self.reason = "no answer in time"

    async def once(self) -> tuple[int, bytes] | None:
        """None = try again. A cancelled attempt counts as one that may have arrived."""
        before, self.may_have_arrived = self.may_have_arrived, True
        try:
            status, body = await self._transport.call(self._path, self._body, self._headers)
        except NotSent:
            self.may_have_arrived, self.reason = before, "not connected"
            return None
        except NoAnswer:
            self.reason = "no answer"
            return None
        if status == 200 and _is_json(body) or 400 <= status < 500:
            return status, body
        self.reason = f"the centre answered {status}"
        return None


def _parsed(name: str, answers: type[Answer], body: bytes) -> Answer:
    """An answer in words this terminal does not know: done, but not to be understood here. A case for the technicians."""
    try:
        return answers.model_validate_json(body)
    except ValidationError as error:
        raise PlatformAway(name, f"answer not understood ({error.error_count()} fields)", may_have_happened=True) from None


def _is_json(body: bytes) -> bool:
    return body[:1] == b"{" and body.rstrip()[-1:] == b"}"


def _problem(status: int, body: bytes) -> Problem:
    if status == 401:
        return Problem(error="unknown_terminal")  # whoever is not believed gets no body
    try:
        return Problem.model_validate_json(body)
    except ValidationError:
        return Problem(error=f"http_{status}")
