"""The purse under random commands and tears: what is in the memory is always a state that some whole transactions lead to."""
from __future__ import annotations

import random

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from card import crypto
from card.apdu import INS_GET_RESPONSE, SW, Command, Response
from card.crypto import KeyUse, Kind
from card.log_file import LogFile, LogRecord
from card.session import CITY_UNION_EP, T_UNION_EP, select_command
from card.virtual.card import Manner, VirtualCard
from card.virtual.eeprom import Eeprom
from card.virtual.profiles import FULL_CARD
from card.virtual.purse_state import purse_cell
from card.virtual.tear import Moment, Mute, PowerLost, Tear
from card.virtual.tree import EP_FID, LOG_FILE, PURSE_LIMIT_FEN
from tests.card.keyholder import TERMINAL, KeyHolder

KEYS = KeyHolder()
SIGNS = {Kind.LOAD_EP: 1, Kind.PURCHASE_EP: -1, Kind.COMPOSITE: -1, Kind.UNLOAD: -1}
START = 5_000
amounts = st.sampled_from((0, 1, 100, 4_999, 5_001, PURSE_LIMIT_FEN - START, PURSE_LIMIT_FEN, 0xFFFFFFFF))
State = tuple[int, int, int]  # balance, online number, offline number


class PurseMachine(RuleBasedStateMachine):
    @initialize(manner=st.sampled_from(Manner), seed=st.integers(0, 9))
    def take_a_card(self, manner: Manner, seed: int) -> None:
        self.random = random.Random(seed)
        self.manner = manner
        self.card = KEYS.card(balance=START, manner=manner, random=self.random.randbytes)
        self.card.power_on()
        self.offer: tuple[int, int, bytes] | None = None  # kind, amount, the answer of INITIALIZE
        self.clock = 0
        self.seen: State = self.state()
        self.booked: list[LogRecord] = []

    def state(self) -> State:
        content = self.card.eeprom[purse_cell(EP_FID, 2)]
        balance, online, offline = (int.from_bytes(content[a:b], "big") for a, b in ((0, 4), (4, 6), (6, 8)))
        return balance, online, offline

    def log(self) -> list[LogRecord]:
        content = self.card.eeprom.get(LOG_FILE.cell, LOG_FILE.erased)
        records = [content[at : at + LogFile.SIZE] for at in range(0, len(content), LogFile.SIZE)]
        return [LogFile.decode(record) for record in records if any(record)]

    def ask(self, command: Command) -> Response:
        """With GET RESPONSE; a card that lost power or hangs is put in anew and has answered 6F00."""
        if self.manner is Manner.T0 and command.data:
            command = Command(command.cla, command.ins, command.p1, command.p2, command.data)
        try:
            response = Response.decode(self.card.handle(command.encode()))
            if response.sw >> 8 == 0x61:
                le = (response.sw & 0xFF) or 256
                response = Response.decode(self.card.handle(Command(0, INS_GET_RESPONSE, le=le).encode()))
        except (PowerLost, Mute):
            self.put_in_again()
            return Response(b"", SW.UNSPECIFIED)
        return response

    def put_in_again(self) -> None:
        memory = Eeprom.from_bytes(self.card.eeprom.export())
        self.card = VirtualCard(memory, profile=FULL_CARD, manner=self.manner, random=self.random.randbytes)
        self.card.power_on()
        self.offer = None

    def moment(self) -> bytes:
        self.clock += 1
        hours, rest = divmod(self.clock, 3600)
        return bytes.fromhex(f"20261121{hours:02d}{rest // 60:02d}{rest % 60:02d}")

    # -- what people and terminals do ----------------------------------------------------------------------------------

    @rule(application=st.sampled_from((CITY_UNION_EP, T_UNION_EP)))
    def select(self, application: object) -> None:
        self.ask(select_command(application))  # type: ignore[arg-type]

    @rule(pin=st.sampled_from((b"\x12\x34\x56", b"\x12\x34\x56", b"\x12\x34\x56", b"\x65\x43\x21")))
    def verify(self, pin: bytes) -> None:
        self.ask(Command(0x00, 0x20, data=pin))

    @rule(p1=st.sampled_from((0x00, 0x01, 0x03, 0x05)), amount=amounts)
    def begin(self, p1: int, amount: int) -> None:
        self.begin_one(p1, amount)

    def begin_one(self, p1: int, amount: int) -> None:
        data = b"\x01" + amount.to_bytes(4, "big") + TERMINAL
        response = self.ask(Command(0x80, 0x50, p1, 0x02, data, 256))
        kind = {0x00: Kind.LOAD_EP, 0x01: Kind.PURCHASE_EP, 0x03: Kind.COMPOSITE, 0x05: Kind.UNLOAD}[p1]
        self.offer = (kind, amount, response.data) if response.ok and len(response.data) in (15, 16) else None

    @precondition(lambda self: self.offer is not None)
    @rule(genuine=st.integers(0, 4))
    def finish(self, genuine: int) -> None:
        self.finish_one(right=genuine > 0)

    def finish_one(self, *, right: bool) -> None:
        assert self.offer is not None
        (kind, amount, answer), self.offer = self.offer, None
        moment, profile = self.moment(), KEYS.profile
        sequence, rnd = int.from_bytes(answer[4:6], "big"), answer[-8:-4] if len(answer) == 16 else answer[-4:]
        use = {Kind.LOAD_EP: KeyUse.LOAD, Kind.UNLOAD: KeyUse.UNLOAD}.get(Kind(kind), KeyUse.PURCHASE)
        if use is KeyUse.PURCHASE:
            session = profile.session_key(KEYS.key(use), crypto.purchase_seed(rnd, sequence, 7))
            mac = profile.mac(session, crypto.purchase_mac1(amount, kind, TERMINAL, moment))
            data, ins, p1 = b"\x00\x00\x00\x07" + moment, 0x54, 0x01
        else:
            session = profile.session_key(KEYS.key(use), crypto.load_seed(rnd, sequence))
            mac = profile.mac(session, crypto.load_mac2(amount, kind, TERMINAL, moment))
            data, ins, p1 = moment, *((0x52, 0x00) if use is KeyUse.LOAD else (0x54, 0x03))
        response = self.ask(Command(0x80, ins, p1, 0x00, data + (mac if right else bytes(4)), 256))
        if not right:
            assert response.sw != SW.OK

    @rule(p1=st.sampled_from((0x00, 0x01, 0x05)), amount=st.sampled_from((1, 100, 4_999)))
    def a_whole_transaction(self, p1: int, amount: int) -> None:
        """So that random commands get far enough to meet the log's end and the limit."""
        self.ask(select_command(CITY_UNION_EP))
        self.ask(Command(0x00, 0x20, data=b"\x12\x34\x56"))
        self.begin_one(p1, amount)
        if self.offer is not None:
            self.finish_one(right=True)

    @rule(moment=st.sampled_from(Moment), skip=st.integers(0, 4))
    def will_be_torn(self, moment: Moment, skip: int) -> None:
        self.card.tear = Tear(moment, skip=skip, garbage=b"\x6f\x00")

    @rule(apdu=st.binary(max_size=30))
    def anything(self, apdu: bytes) -> None:
        try:
            Response.decode(self.card.handle(apdu))
        except (PowerLost, Mute):
            self.put_in_again()

    @rule()
    def pulled_and_put_in(self) -> None:
        self.put_in_again()

    # -- what must hold ------------------------------------------------------------------------------------------------

    @invariant()
    def the_memory_is_sound(self) -> None:
        if not hasattr(self, "card"):
            return
        now, log = self.state(), self.log()
        balance, online, offline = now
        assert 0 <= balance <= PURSE_LIMIT_FEN
        steps = (online - self.seen[1], offline - self.seen[2])
        assert steps in ((0, 0), (1, 0), (0, 1)), "counters go up by one, and one at a time"
        if steps == (0, 0):
            assert balance == self.seen[0] and log == self.booked[:10]
        else:
            newest = log[0]
            assert balance - self.seen[0] == SIGNS[Kind(newest.kind)] * newest.amount
            assert newest.sequence == (self.seen[1] if steps == (1, 0) else self.seen[2])
            self.booked.insert(0, newest)
            assert log == self.booked[:10]
            proof = self.card.eeprom[f"proof/{EP_FID:04x}/{newest.kind:02x}"]
            assert int.from_bytes(proof[:2], "big") == newest.sequence
        self.seen = now


TestPurse = PurseMachine.TestCase
TestPurse.settings = settings(
    max_examples=60, stateful_step_count=40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
