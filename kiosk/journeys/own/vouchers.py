"""E-vouchers: listed, looked at, and redeemed once. The redemption is a plan: its call is the pivot, and where the answer is
lost the centre is asked what became of it (kiosk/plans/one_call.py). Until then it is called unknown."""
from __future__ import annotations

from kiosk import leaflet
from kiosk.journeys.asking import patiently
from kiosk.journeys.own.rows import voucher_rows, voucher_words
from kiosk.journeys.paper import give, head, person_of
from kiosk.leaflet import own as words
from kiosk.plans.one_call import CALL
from kiosk.prompts import Facts
from kiosk.transaction.heart import Run
from kiosk.transaction.plan import End, Mark
from kiosk.visit import Refused, Visit
from print.layouts.slip_own import VoucherUsed
from remote.messages import OwnAccount, RedeemVoucher, Refusal, Voucher, VoucherRedeemed, VoucherState

OPERATION = "redeem_voucher"


async def vouchers(visit: Visit, sign_in: str) -> None:
    """Raises Left, Refused, WalkedAway."""
    while True:
        ask = OwnAccount(sign_in=sign_in)
        said = await patiently(visit, lambda ask=ask: visit.parts.platform.list_vouchers(ask))  # type: ignore[misc]
        if said.refusal is not None:
            raise Refused(said.refusal)
        if not said.vouchers:
            await visit.ask(words.no_vouchers())
            return
        language = visit.talk.look.language
        answer = await visit.ask(words.vouchers([(one.voucher_id, voucher_words(one, language)) for one in said.vouchers]))
        chosen = next((one for one in said.vouchers if one.voucher_id == answer.choice), None)
        if chosen is None:
            return
        if await looked_at(visit, sign_in, chosen):
            return


async def looked_at(visit: Visit, sign_in: str, voucher: Voucher) -> bool:
    """Whether it was used, or may have been. Raises Refused, Left, WalkedAway."""
    good = voucher.state is VoucherState.GOOD
    title = voucher.title
    answer = await visit.ask(words.voucher(title, Facts(voucher_rows(voucher)), good=good))
    if answer.choice != "use_voucher" or (await visit.ask(words.voucher_sure(title))).choice != "use_voucher_yes":
        return False
    await redeem(visit, RedeemVoucher(sign_in=sign_in, voucher_id=voucher.voucher_id))
    return True


async def redeem(visit: Visit, request: RedeemVoucher) -> None:
    """Raises Refused, WalkedAway."""
    visit.talk.tell(leaflet.submitting())
    run = visit.heart.begin(visit.heart.new_plan_id(), OPERATION, {"request": request.model_dump(mode="json")})
    end = await run.wait()
    match end:
        case End.FORWARD:
            await redeemed(visit, run)
        case End.BACK:
            refusal = (run.log.facts(CALL, Mark.NOT_DONE) or {}).get("refusal")
            if refusal:
                raise Refused(Refusal.model_validate(refusal))
            await visit.ask(leaflet.submit_failed())
        case _ if not run.log.has(CALL, Mark.INTENT):                # the journal broke before anything was sent
            await visit.ask(leaflet.submit_failed())
        case _:
            await visit.ask(words.voucher_unknown())


async def redeemed(visit: Visit, run: Run) -> None:
    said = VoucherRedeemed.model_validate(run.log.facts(CALL, Mark.DONE) or {})
    voucher = said.voucher
    assert voucher is not None          # an answer without one is a refusal
    slip = await give(visit, VoucherUsed(
        head(visit, person_of(visit)), voucher.title, voucher.redemption_no, voucher.where, voucher.worth_fen), run)  # fmt: skip
    rows = Facts((("redemption_no", voucher.redemption_no), ("voucher_where", voucher.where)))
    await visit.ask(words.voucher_redeemed(rows, voucher.where, slip))
