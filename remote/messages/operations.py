"""The table of everything one may ask the centre."""

from __future__ import annotations

from dataclasses import dataclass

from remote.messages.allowance import (
    AllowanceAnswer,
    AskAllowance,
    Certify,
    CertifyAnswer,
    HomeVisitAnswer,
    RequestHomeVisit,
)
from remote.messages.audit import AskWitnessed, Witness, Witnessed, WitnessedHeads
from remote.messages.base import Done, Message
from remote.messages.bills import FindBills, FoundBills
from remote.messages.cases import CaseAnswer, ConvertCase, LossAnswer, MailCase, ReportLoss, SubmitCase, WithdrawCase
from remote.messages.citizen_cards import (
    ApplyCitizenCard,
    BeginCardScript,
    CardCommands,
    CardScriptBegun,
    CitizenCardAnswer,
    CitizenReserveAnswer,
    ConfirmCardScript,
    FindCitizenCards,
    FoundCitizenCards,
    PersonaliseCitizenCard,
    ReportCitizenLoss,
    ReserveCitizenCard,
)
from remote.messages.citizen_services import (
    InsuranceAccount,
    OwnAccount,
    OwnRecord,
    RedeemVoucher,
    Settlements,
    VoucherRedeemed,
    Vouchers,
)
from remote.messages.clock import AskClock, Clock
from remote.messages.commands import AskCommands, Commands, PutPortion, TellCommand
from remote.messages.documents import (
    ConfirmPrint,
    DocumentOffers,
    DocumentPreview,
    IssueAnswer,
    IssueDocument,
    ListDocuments,
    PreviewDocument,
    PrintConfirmed,
    VoidDocument,
)
from remote.messages.ecredentials import ECredentialFile, ECredentials, FetchECredential, ListECredentials
from remote.messages.enrolment import Enrolled, RenewCertificate
from remote.messages.hand_back import FindKept, HandBack, HandedBack, KeptCards
from remote.messages.identity import (
    AskStaff,
    AskStaffSaid,
    CancelStaff,
    CompareFace,
    FaceAnswer,
    PhotoPut,
    PutPhoto,
    StaffAsked,
    StaffSaid,
)
from remote.messages.keys import Bar, Barred
from remote.messages.loads import BeginLoad, ConfirmLoad, FindLoads, FoundLoads, LoadAnswer, LoadBegun, ProveLoad
from remote.messages.news import Report, Reported
from remote.messages.obligations import ObligationAnswer, SettleObligation
from remote.messages.payment import (
    AskPrice,
    CloseOrder,
    CreateOrder,
    FindOrders,
    FoundOrders,
    OrderAnswer,
    Price,
    QueryOrder,
    RefundOrder,
)
from remote.messages.persons import CheckPerson, PersonAnswer
from remote.messages.production import Register, Registered, Release, Reserve, ReserveAnswer
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


@dataclass(frozen=True)
class Operation:
    name: str
    path: str
    asks: type[Message]
    answers: type[Message]
    changes: bool                                          # carries an Idempotency-Key
    keyed: bool = True                                     # False: what it changes has ids of its own, stored once by them


OPERATIONS: tuple[Operation, ...] = (
    Operation("clock", "/v1/clock", AskClock, Clock, changes=False),
    Operation("check_person", "/v1/persons/check", CheckPerson, PersonAnswer, changes=False),
    Operation("submit_case", "/v1/cases/submit", SubmitCase, CaseAnswer, changes=True),
    Operation("withdraw_case", "/v1/cases/withdraw", WithdrawCase, CaseAnswer, changes=True),
    Operation("convert_case", "/v1/cases/convert", ConvertCase, CaseAnswer, changes=True),
    Operation("mail_case", "/v1/cases/mail", MailCase, CaseAnswer, changes=True),
    Operation("report_loss", "/v1/losses/report", ReportLoss, LossAnswer, changes=True),
    Operation("reserve", "/v1/reservations/reserve", Reserve, ReserveAnswer, changes=True),
    Operation("release", "/v1/reservations/release", Release, Done, changes=True),
    Operation("register", "/v1/reservations/register", Register, Registered, changes=True),
    Operation("compare_face", "/v1/identity/face", CompareFace, FaceAnswer, changes=False),
    Operation("ask_staff", "/v1/identity/staff/ask", AskStaff, StaffAsked, changes=True),
    Operation("staff_said", "/v1/identity/staff/said", AskStaffSaid, StaffSaid, changes=False),
    Operation("cancel_staff", "/v1/identity/staff/cancel", CancelStaff, Done, changes=True),
    Operation("put_photo", "/v1/photos/put", PutPhoto, PhotoPut, changes=True),
    Operation("check_allowance", "/v1/allowance/check", AskAllowance, AllowanceAnswer, changes=False),
    Operation("certify", "/v1/allowance/certify", Certify, CertifyAnswer, changes=True),
    Operation("request_home_visit", "/v1/allowance/home-visit", RequestHomeVisit, HomeVisitAnswer, changes=True),
    Operation("bar", "/v1/keys/bar", Bar, Barred, changes=True),
    Operation("find_kept", "/v1/kept/find", FindKept, KeptCards, changes=False),
    Operation("hand_back", "/v1/kept/hand-back", HandBack, HandedBack, changes=True),
    Operation("settle_obligation", "/v1/obligations/settle", SettleObligation, ObligationAnswer, changes=True),
    Operation("ask_price", "/v1/orders/price", AskPrice, Price, changes=False),
    Operation("create_order", "/v1/orders/create", CreateOrder, OrderAnswer, changes=True),
    Operation("query_order", "/v1/orders/query", QueryOrder, OrderAnswer, changes=False),
    Operation("close_order", "/v1/orders/close", CloseOrder, OrderAnswer, changes=True),
    Operation("refund_order", "/v1/orders/refund", RefundOrder, OrderAnswer, changes=True),
    Operation("find_orders", "/v1/orders/find", FindOrders, FoundOrders, changes=False),
    Operation("find_bills", "/v1/bills/find", FindBills, FoundBills, changes=False),
    Operation("begin_purchase", "/v1/purchases/begin", BeginPurchase, PurchaseAnswer, changes=True),
    Operation("report_purchase", "/v1/purchases/report", ReportPurchase, PurchaseAnswer, changes=True),
    Operation("find_purchases", "/v1/purchases/find", FindPurchases, FoundPurchases, changes=False),
    Operation("begin_load", "/v1/loads/begin", BeginLoad, LoadBegun, changes=True),
    Operation("confirm_load", "/v1/loads/confirm", ConfirmLoad, LoadAnswer, changes=True),
    Operation("prove_load", "/v1/loads/prove", ProveLoad, LoadAnswer, changes=True),
    Operation("renew_certificate", "/v1/identity/renew", RenewCertificate, Enrolled, changes=True),
    Operation("find_loads", "/v1/loads/find", FindLoads, FoundLoads, changes=False),
    Operation("find_citizen_cards", "/v1/citizen-cards/find", FindCitizenCards, FoundCitizenCards, changes=False),
    Operation("apply_citizen_card", "/v1/citizen-cards/apply", ApplyCitizenCard, CaseAnswer, changes=True),
    Operation("reserve_citizen_card", "/v1/citizen-cards/reserve", ReserveCitizenCard, CitizenReserveAnswer, changes=True),
    Operation("personalise_citizen_card", "/v1/citizen-cards/personalise", PersonaliseCitizenCard, CardCommands, changes=False),
    Operation("release_citizen_card", "/v1/citizen-cards/release", Release, Done, changes=True),
    Operation("register_citizen_card", "/v1/citizen-cards/register", Register, Registered, changes=True),
    Operation("begin_card_script", "/v1/citizen-cards/scripts/begin", BeginCardScript, CardScriptBegun, changes=True),
    Operation("confirm_card_script", "/v1/citizen-cards/scripts/confirm", ConfirmCardScript, CitizenCardAnswer, changes=True),
    Operation("report_citizen_loss", "/v1/citizen-cards/loss", ReportCitizenLoss, CitizenCardAnswer, changes=True),
    Operation("report", "/v1/events/report", Report, Reported, changes=True),
    Operation("heartbeat", "/v1/telemetry/heartbeat", Heartbeat, Heard, changes=True, keyed=False),
    Operation("tell_facts", "/v1/telemetry/facts", TelemetryBatch, TelemetryStored, changes=True, keyed=False),
    Operation("take_commands", "/v1/commands/take", AskCommands, Commands, changes=True, keyed=False),
    Operation("tell_command", "/v1/commands/tell", TellCommand, Done, changes=True, keyed=False),
    Operation("put_portion", "/v1/commands/portion", PutPortion, Done, changes=True, keyed=False),
    Operation("ask_release", "/v1/releases/ask", AskRelease, ReleaseOrders, changes=True, keyed=False),
    Operation("fetch_metadata", "/v1/releases/metadata", FetchMetadata, Portion, changes=False),
    Operation("fetch_target", "/v1/releases/target", FetchTarget, Portion, changes=False),
    Operation("witness", "/v1/audit/witness", Witness, Witnessed, changes=True, keyed=False),
    Operation("witnessed", "/v1/audit/witnessed", AskWitnessed, WitnessedHeads, changes=False),
    Operation("list_documents", "/v1/documents/list", ListDocuments, DocumentOffers, changes=False),
    Operation("preview_document", "/v1/documents/preview", PreviewDocument, DocumentPreview, changes=False),
    Operation("issue_document", "/v1/documents/issue", IssueDocument, IssueAnswer, changes=True),
    Operation("void_document", "/v1/documents/void", VoidDocument, Done, changes=True),
    Operation("confirm_print", "/v1/documents/printed", ConfirmPrint, PrintConfirmed, changes=True),
    Operation("list_ecredentials", "/v1/ecredentials/list", ListECredentials, ECredentials, changes=False),
    Operation("fetch_ecredential", "/v1/ecredentials/fetch", FetchECredential, ECredentialFile, changes=False),
    Operation("ask_ways", "/v1/sign-in/ways", AskWays, WaysOpen, changes=False),
    Operation("ask_challenge", "/v1/sign-in/challenge", AskChallenge, Challenge, changes=True),
    Operation("sign_in_by_card", "/v1/sign-in/card", SignInByCard, SignedIn, changes=True),
    Operation("sign_in_by_code", "/v1/sign-in/code", SignInByCode, SignedIn, changes=True),
    Operation("ask_sms_code", "/v1/sign-in/sms/ask", AskSmsCode, SmsAsked, changes=True),
    Operation("sign_in_by_sms", "/v1/sign-in/sms", SignInBySms, SignedIn, changes=True),
    Operation("strengthen", "/v1/sign-in/strengthen", Strengthen, SignedIn, changes=True),
    Operation("who_signed_in", "/v1/sign-in/who", AskSignedIn, WhoSignedIn, changes=False),
    Operation("insurance_account", "/v1/own/insurance", OwnAccount, InsuranceAccount, changes=False),
    Operation("list_settlements", "/v1/own/settlements", OwnAccount, Settlements, changes=False),
    Operation("own_record", "/v1/own/record", OwnAccount, OwnRecord, changes=False),
    Operation("list_vouchers", "/v1/own/vouchers", OwnAccount, Vouchers, changes=False),
    Operation("redeem_voucher", "/v1/own/vouchers/redeem", RedeemVoucher, VoucherRedeemed, changes=True),
)
BY_NAME = {operation.name: operation for operation in OPERATIONS}
