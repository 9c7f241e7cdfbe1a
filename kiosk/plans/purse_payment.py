"""Money from the purse of one citizen card: an order, the purchase begun and told, the debit, and the centre told by the TAC.

DEBIT FOR PURCHASE is the pivot: when its answer is lost only the same card can tell. The centre hears of the purchase before it,
so that nobody calls the order unpaid meanwhile, and any terminal that reads the card can settle it. Card and purchase module
stay powered from the first half to the debit.
"""
from __future__ import annotations

from contextlib import AsyncExitStack

from card.apdu import ApduError
from card.crypto import Kind
from card.elementary_file import FileMalformed
from card.files import PublicInformation
from card.purse import BalanceTooSmall, PinNotVerified, PurchaseOffer, Purse
from card.sam import ModuleBlocked, Psam, PurchasePermit
from card.session import ApplicationMissing
from card.transport import CardError, CardOutcomeUnknown
from kiosk.citizen_slot import MACHINE, CitizenSlot
from kiosk.parts import Parts
from kiosk.plans.one_call import accepted, asked, first_answer
from kiosk.plans.payment import ORDER, Money
from kiosk.plans.purchase_fate import begun_of, found_out, report
from kiosk.plans.purse_session import Hindered, hindered, open_with_pin, purse_of_card, read_back, slot_of
from kiosk.transaction.log import PlanLog
from kiosk.transaction.plan import Act, Answer, Attempt, Facts, Mark, NotDone, Plan, Probed, Refused, Unknown
from remote.messages import BeginPurchase, CardPurchase, OrderView, PurchaseAnswer, PurchaseState, PurchaseView

KIND = "purse_payment"
PREPARE, DEBIT, REPORT = "purchase", "debit", "report_purchase"
FATES = {
    PurchaseState.DEBITED: Answer.DONE, PurchaseState.NOT_DEBITED: Answer.NOT_DONE, PurchaseState.IN_DOUBT: Answer.UNKNOWN,
}  # fmt: skip


def purse_payment(parts: Parts, log: PlanLog) -> Plan:
    """The opened row carries `request`, a CreateOrder by PURSE, and `serial` (20 digits) of the card."""
    money, purse = Money(parts, log), PursePayment(parts, log)
    return Plan(
        log.plan,
        KIND,
        before=(Act(ORDER, money.order, undo=money.close), Act(PREPARE, purse.prepare, undo=purse.take_back)),
        pivot=Act(DEBIT, purse.debit),
        probe=purse.probe,
        after=(Act(REPORT, purse.report),),
        let_go=purse.let_go,
    )


class PursePayment:
    def __init__(self, parts: Parts, log: PlanLog) -> None:
        self._parts = parts
        self._log = log
        self._chips = AsyncExitStack()
        self._card: Purse | None = None
        self._module: Psam | None = None
        self._mac1 = b""

    @property
    def _slot(self) -> CitizenSlot:
        slot = slot_of(self._parts)
        if slot.module is None:
            raise NotDone("card_reader")
        return slot

    async def let_go(self) -> None:
        """Power off. Safe to repeat."""
        self._card = self._module = None
        await self._chips.aclose()

    # -- before the debit --------------------------------------------------------------------------------------------

    async def prepare(self, this: Attempt) -> Facts:
        self._parts.stage(this.plan, PREPARE)
        order = OrderView.model_validate((self._log.facts(ORDER, Mark.DONE) or {})["order"])
        try:
            card = await self._both_halves(self._slot, order.fen)
        except Hindered as error:
            raise NotDone(error.why, tries_left=error.tries_left) from error
        request = BeginPurchase(order_id=order.order_id, fen=order.fen, card=card)
        return accepted(await asked(self._parts.platform.begin_purchase(request, key=this.key)))

    async def _both_halves(self, slot: CitizenSlot, fen: int) -> CardPurchase:
        """Raises Hindered. Books nothing."""
        self._module = await self._powered_module(slot)
        try:
            transport = await self._chips.enter_async_context(slot.power_up())
        except CardError as error:
            raise hindered(error) from error
        self._card, public = await purse_of_card(transport, str(self._log.opened["serial"]))
        offer = await self._offer(self._card, slot, fen, self._module.terminal)
        moment = bytes.fromhex(f"{self._parts.now():%Y%m%d%H%M%S}")
        permit = await self._permit(self._module, offer, fen, moment, public)
        self._mac1 = permit.mac1
        return CardPurchase(
            issuer=public.issuer.hex().upper(), serial=public.serial, kind=int(Kind.PURCHASE_EP), balance=offer.balance,
            sequence=offer.sequence, algorithm=offer.algorithm, key_version=offer.key_version,
            terminal_number=self._module.terminal.hex().upper(), terminal_seq=permit.terminal_seq, moment=moment.hex(),
        )  # fmt: skip

    async def _powered_module(self, slot: CitizenSlot) -> Psam:
        try:
            return await Psam.select(await self._chips.enter_async_context(slot.power_up_module()))
        except (ApplicationMissing, CardError, ApduError, FileMalformed) as error:
            raise Hindered("module_away") from error

    @staticmethod
    async def _offer(purse: Purse, slot: CitizenSlot, fen: int, terminal: bytes) -> PurchaseOffer:
        """Most cards ask for no PIN here; one that does gets it."""
        try:
            try:
                return await purse.initialise_purchase(fen, terminal)
            except PinNotVerified:
                await open_with_pin(purse, slot)
                return await purse.initialise_purchase(fen, terminal)
        except BalanceTooSmall:
            raise Hindered("purse_short") from None
        except (ApduError, FileMalformed, CardError) as error:
            raise hindered(error) from error

    @staticmethod
    async def _permit(module: Psam, offer: PurchaseOffer, fen: int, moment: bytes, public: PublicInformation) -> PurchasePermit:
        try:
            return await module.initialise_purchase(offer, fen, int(Kind.PURCHASE_EP), moment, public)
        except ApduError:                                  # no key for this card: another city's
            raise Hindered("other_city") from None
        except (ModuleBlocked, FileMalformed, CardError) as error:
            raise Hindered("module_away") from error

    async def take_back(self, this: Attempt) -> Facts:
        """Undo: the card was not debited, and the centre hears so. What it has proven meanwhile stands."""
        await self.let_go()
        purchase = await self._begun(this)
        if purchase is None:
            return {"state": "never"}
        told = await report(self._parts, purchase, PurchaseState.NOT_DEBITED, f"{this.key}:undo")
        return {"state": told.state.value}

    async def _begun(self, this: Attempt) -> PurchaseView | None:
        """What the centre knows of under this key; None: nothing, and never will."""
        known = self._log.facts(PREPARE, Mark.DONE, this.number)
        if known is not None:
            return PurchaseView.model_validate(known["purchase"])
        answer = await first_answer(self._parts, this.key)
        return PurchaseAnswer.model_validate(answer).purchase if answer is not None else None

    # -- the debit ---------------------------------------------------------------------------------------------------

    @property
    def _purchase(self) -> PurchaseView:
        """The pivot is not begun without it."""
        return PurchaseView.model_validate((self._log.facts(PREPARE, Mark.DONE) or {})["purchase"])

    async def debit(self, this: Attempt) -> Facts:
        """The balance is read back from the card; None where that was not possible any more."""
        self._parts.stage(this.plan, DEBIT)
        before = begun_of(self._purchase)
        if self._card is None or self._module is None:
            raise NotDone("card_gone")
        try:
            debited = await self._card.debit(before.terminal_seq, before.moment, self._mac1)
            balance = await read_back(self._card)
        except CardOutcomeUnknown as error:
            raise Unknown(MACHINE) from error
        except CardError as error:
            raise NotDone("card_gone") from error
        except ApduError as error:
            raise NotDone("card_refused", sw=f"{error.sw:04X}") from error
        else:
            genuine = await self._genuine(self._module, debited.mac2)
        finally:
            await self.let_go()
        return {"tac": debited.tac.hex().upper(), "balance": balance, "module_says": genuine}

    @staticmethod
    async def _genuine(module: Psam, mac2: bytes) -> str:
        """The module's own look at the card; what counts is the TAC, which the centre judges."""
        try:
            await module.credit(mac2)
        except (CardError, ApduError, FileMalformed, ModuleBlocked) as error:
            return type(error).__name__
        return "genuine"

    async def probe(self, this: Attempt) -> Probed:
        """PROVE, balance and log of the same card; or what another terminal has found out meanwhile."""
        await self.let_go()
        found = await found_out(self._parts, self._purchase, this.key)
        return Probed(FATES[found.state], {"reason": found.state.value})

    # -- the centre --------------------------------------------------------------------------------------------------

    async def report(self, this: Attempt) -> Facts:
        """The card's TAC makes the order paid. Where the centre does not take it, the card is asked."""
        self._parts.stage(this.plan, REPORT)
        purchase, tac = self._purchase, (self._log.facts(DEBIT, Mark.DONE) or {}).get("tac")
        if tac:
            purchase = await report(self._parts, purchase, PurchaseState.DEBITED, this.key, bytes.fromhex(str(tac)))
        if purchase.state is not PurchaseState.DEBITED:
            purchase = await found_out(self._parts, purchase, f"{this.key}:card")
        if purchase.state is not PurchaseState.DEBITED:
            raise Refused(f"the centre says {purchase.state.value}")
        return {"state": purchase.state.value}
