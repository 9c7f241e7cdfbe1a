"""What the terminal and the central platform say to each other. One room, read by both ends.

Every operation is one POST with a JSON body. Those that change something carry an `Idempotency-Key` header: the same
key with the same body gets the first answer again, the same key with another body is refused (`KeyReused`).
A key is `<plan>:<act>:<attempt>`; plan ids are 128 random bits in hex.
"""

from remote.messages.allowance import (
    AllowanceAnswer,
    AllowanceState,
    AskAllowance,
    Certify,
    CertifyAnswer,
    HomeVisitAnswer,
    RequestHomeVisit,
)
from remote.messages.base import Done, Message, Problem
from remote.messages.bills import BillKind, BillView, FindBills, FoundBills
from remote.messages.cases import (
    Address,
    CaseAnswer,
    CaseView,
    ConvertCase,
    LossAnswer,
    MailCase,
    ReportLoss,
    SubmitCase,
    WithdrawCase,
)
from remote.messages.citizen_cards import (
    ApplyCitizenCard,
    BalanceMove,
    BeginCardScript,
    CardCommand,
    CardCommands,
    CardScript,
    CardScriptBegun,
    CitizenCardAnswer,
    CitizenCardState,
    CitizenCardView,
    CitizenCase,
    CitizenOffer,
    CitizenReservation,
    CitizenReserveAnswer,
    ConfirmCardScript,
    FindCitizenCards,
    FoundCitizenCards,
    LossConfirmed,
    LossOwner,
    MoveState,
    PersonaliseCitizenCard,
    ReportCitizenLoss,
    ReserveCitizenCard,
)
from remote.messages.citizen_services import (
    InsuranceAccount,
    InsuranceMove,
    Movement,
    OwnAccount,
    OwnRecord,
    RedeemVoucher,
    Settlement,
    Settlements,
    Voucher,
    VoucherRedeemed,
    Vouchers,
    VoucherState,
)
from remote.messages.clock import AskClock, Clock
from remote.messages.documents import (
    Choice,
    ConfirmPrint,
    DocumentKind,
    DocumentOffer,
    DocumentOffers,
    DocumentPreview,
    DocumentWish,
    IssueAnswer,
    IssueDocument,
    IssuedPaper,
    ListDocuments,
    PreviewDocument,
    PrintConfirmed,
    PrintOutcome,
    VoidDocument,
)
from remote.messages.ecredentials import (
    ECredentialFile,
    ECredentialKind,
    ECredentialOffer,
    ECredentials,
    FetchECredential,
    ListECredentials,
)
from remote.messages.identity import (
    AskStaff,
    AskStaffSaid,
    CancelStaff,
    CompareFace,
    Evidence,
    FaceAnswer,
    FaceNote,
    FaceVerdict,
    PhotoPut,
    PutPhoto,
    StaffAsked,
    StaffSaid,
    StaffState,
)
from remote.messages.keys import Bar, Barred
from remote.messages.loads import (
    BeginLoad,
    CardOffer,
    ConfirmLoad,
    FindLoads,
    FoundLoads,
    LoadAnswer,
    LoadBegun,
    LoadState,
    LoadView,
    ProveLoad,
)
from remote.messages.news import (
    DoorNews,
    Event,
    EventKind,
    HelpNews,
    IncidentNews,
    News,
    ObligationNews,
    Report,
    Reported,
    StockNews,
)
from remote.messages.obligations import ObligationAnswer, SettleObligation
from remote.messages.operations import BY_NAME, OPERATIONS, Operation
from remote.messages.payment import (
    AskPrice,
    CloseOrder,
    CreateOrder,
    FindOrders,
    FoundOrders,
    OrderAnswer,
    OrderLine,
    OrderState,
    OrderView,
    PayChannel,
    PayMethod,
    Price,
    Purpose,
    QueryOrder,
    RefundOrder,
)
from remote.messages.persons import (
    AgeClass,
    CheckPerson,
    KnownAddress,
    LiveCard,
    Offer,
    OpenCase,
    OwedView,
    PersonAnswer,
)
from remote.messages.production import (
    CardEnd,
    OfReservation,
    Register,
    Registered,
    Release,
    Reservation,
    Reserve,
    ReserveAnswer,
)
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
    SignInWay,
    SmsAsked,
    Strengthen,
    WaysOpen,
    WhoSignedIn,
)
from remote.messages.words import CaseState, Delivery, IdentityEvidence, PhotoSource, Refusal, RefusalCode, Service

__all__ = [
    "Address", "AgeClass", "AllowanceAnswer", "AllowanceState", "AskAllowance", "AskClock", "AskPrice", "AskStaff",
    "AskStaffSaid", "BY_NAME", "Bar", "Barred", "CancelStaff", "CardEnd", "CaseAnswer", "CaseState", "CaseView", "Certify",
    "CertifyAnswer", "CheckPerson", "Choice", "Clock", "CloseOrder", "CompareFace", "ConfirmPrint", "ConvertCase",
    "CreateOrder", "Delivery", "DocumentKind", "DocumentOffer", "DocumentOffers", "DocumentPreview", "DocumentWish", "Done",
    "DoorNews", "ECredentialFile", "ECredentialKind", "ECredentialOffer", "ECredentials", "FetchECredential",
    "ListECredentials",
    "Event", "EventKind", "Evidence", "FaceAnswer", "FaceNote", "FaceVerdict", "FindOrders", "FoundOrders", "HelpNews",
    "HomeVisitAnswer", "IdentityEvidence", "IncidentNews", "IssueAnswer", "IssueDocument", "IssuedPaper", "KnownAddress",
    "ListDocuments", "LiveCard", "LossAnswer", "MailCase", "Message", "News", "OPERATIONS", "ObligationAnswer",
    "ObligationNews", "OfReservation", "Offer", "OpenCase", "Operation", "OrderAnswer", "OrderLine", "OrderState",
    "OrderView", "OwedView", "PayChannel", "PayMethod", "PersonAnswer", "PhotoPut", "PhotoSource", "PreviewDocument", "Price",
    "PrintConfirmed", "PrintOutcome", "Problem", "Purpose", "PutPhoto", "QueryOrder", "RefundOrder", "Refusal", "RefusalCode",
    "Register", "Registered", "Release", "Report", "ReportLoss", "Reported", "RequestHomeVisit", "Reservation", "Reserve",
    "ReserveAnswer", "Service", "SettleObligation", "StaffAsked", "StaffSaid", "StaffState", "StockNews", "SubmitCase",
    "VoidDocument", "WithdrawCase",
    "AskChallenge", "AskSignedIn", "AskSmsCode", "AskWays", "Challenge", "SignedIn", "SignInByCard", "SignInByCode",
    "SignInBySms", "SignInWay", "SmsAsked", "Strengthen", "WaysOpen", "WhoSignedIn", "InsuranceAccount", "InsuranceMove",
    "Movement", "OwnAccount", "OwnRecord", "RedeemVoucher", "Settlement", "Settlements", "Voucher", "VoucherRedeemed",
    "Vouchers", "VoucherState",
    "BillKind", "BillView", "FindBills", "FoundBills",
    "BeginLoad", "CardOffer", "ConfirmLoad", "FindLoads", "FoundLoads", "LoadAnswer", "LoadBegun", "LoadState", "LoadView",
    "ProveLoad",
    "ApplyCitizenCard", "BalanceMove", "BeginCardScript", "CardCommand", "CardCommands", "CardScript", "CardScriptBegun",
    "CitizenCardAnswer", "CitizenCardState", "CitizenCardView", "CitizenCase", "CitizenOffer", "CitizenReservation",
    "CitizenReserveAnswer", "ConfirmCardScript", "FindCitizenCards", "FoundCitizenCards", "LossConfirmed", "LossOwner",
    "MoveState", "PersonaliseCitizenCard", "ReportCitizenLoss", "ReserveCitizenCard",
]
