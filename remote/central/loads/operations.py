"""What a terminal may ask about loads: permit one, hear that it was booked, hear what a card proves, find what is open."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from card.crypto import moment_of
from remote.central.citizen_cards.life import why_dead
from remote.central.context import Context, Refused
from remote.central.keys.keystore import CardKeys, KeyStore, LoadBooked
from remote.central.loads.books import (
    doubt,
    insert_load,
    insert_permit,
    is_credited,
    is_not_credited,
    load_by_id,
    loads_of,
    open_load_of,
    permits_of,
    used_by,
    view,
    views,
)
from remote.central.loads.offers import KIND, Proven, asked_of, keys_of, not_genuine, proven
from remote.central.operations.people import fenced_refusal
from remote.central.payment.money import NotPaid, use
from remote.central.payment.orders import BY_ID as ORDER
from remote.central.payment.prices import top_up_ref
from remote.central.payment.tariffs import load_tariffs
from remote.central.purse_books.sources import saw
from remote.central.rules.senior_card import refusal
from remote.messages import (
    BeginLoad,
    ConfirmLoad,
    FindLoads,
    FoundLoads,
    LoadAnswer,
    LoadBegun,
    LoadState,
    ProveLoad,
    Refusal,
    RefusalCode,
)

Row = sa.Row[Any]


def begin_load(context: Context, ask: BeginLoad) -> LoadBegun:
    """Raises KeysAway: nothing is decided then."""
    keys = context.keys
    if keys is None:
        return LoadBegun(load=None, refusal=refusal(RefusalCode.METHOD_AWAY, "这里没有配置充值密钥"))
    why_not = fenced_refusal() if context.fenced() else _not_for_this_card(context, ask)
    why_not = why_not or why_dead(context, ask.offer.serial) or not_genuine(context, keys, ask.offer, ask.fen)
    if why_not is not None:
        return LoadBegun(load=None, refusal=why_not)
    saw(context, ask.offer)
    load = open_load_of(context, ask.offer.serial)
    return _first(context, keys, ask) if load is None else _again(context, keys, ask, load)


def _not_for_this_card(context: Context, ask: BeginLoad) -> Refusal | None:
    order = context.connection.execute(ORDER, {"order_id": ask.order_id}).first()
    if order is None or order.purpose != "top_up":
        return _unpaid(ask)
    if order.purpose_ref != top_up_ref(ask.offer.serial, ask.fen):
        return refusal(RefusalCode.OTHER_CARD, "这笔钱是给另一张卡充的")
    return None


def _unpaid(ask: BeginLoad) -> Refusal:
    return refusal(RefusalCode.PRICE_CHANGED, "没有查到这笔缴费", fen=str(ask.fen))


def _first(context: Context, keys: KeyStore, ask: BeginLoad) -> LoadBegun:
    order = context.connection.execute(ORDER, {"order_id": ask.order_id}).one()
    before = [load for load in loads_of(context, ask.order_id) if load.state == LoadState.CREDITED]
    if before:
        return _loaded_already(context, before[0])
    load_id = context.token("load")
    try:
        use(context, ask.order_id, used_by(load_id), "top_up", order.purpose_ref, order.person_id)
    except NotPaid:
        return LoadBegun(load=None, refusal=_unpaid(ask))
    insert_load(context, ask, load_id)
    context.audit("begin_load", order.order_no, f"{ask.fen} fen, card {ask.offer.serial[-4:]}")
    return _permit(context, keys, ask, load_id)


def _again(context: Context, keys: KeyStore, ask: BeginLoad, load: Row) -> LoadBegun:
    """Begun before, and its end is not known: the offer in front of us tells. A permission at the same online number takes
    the place of the one before, which no card will ever take again."""
    if load.state == LoadState.IN_DOUBT or load.order_id != ask.order_id:
        return _pending(context, load)
    match proven(load, ask.offer):
        case Proven.NOT_CREDITED:
            return _permit(context, keys, ask, load.load_id)
        case Proven.CREDITED:
            is_credited(context, load, "", "the next offer's online number")
            return _loaded_already(context, load)
        case Proven.IMPOSSIBLE:
            doubt(context, load, ask.offer)
            return _pending(context, load)


def _permit(context: Context, keys: KeyStore, ask: BeginLoad, load_id: str) -> LoadBegun:
    moment = moment_of(context.now)
    mac2 = keys.permit_load(keys_of(ask.offer), asked_of(ask.offer, ask.fen), moment)
    insert_permit(context, ask, load_id, moment.hex())
    return LoadBegun(load=view(context, load_id), mac2=mac2.hex().upper())


def _loaded_already(context: Context, load: Row) -> LoadBegun:
    return LoadBegun(load=view(context, load.load_id), refusal=refusal(RefusalCode.LOADED_ALREADY, "这笔钱已经充到卡里了"))


def _pending(context: Context, load: Row) -> LoadBegun:
    why = refusal(RefusalCode.LOAD_PENDING, "这张卡上一笔充值还没有结清")
    return LoadBegun(load=view(context, load.load_id), refusal=why)


def confirm_load(context: Context, ask: ConfirmLoad) -> LoadAnswer:
    """Raises KeysAway."""
    load = _known(context, ask.load_id)
    if load.state == LoadState.CREDITED:
        return LoadAnswer(load=view(context, load.load_id))
    permit = _permit_of(context, load, bytes.fromhex(ask.tac))
    if permit is None:
        context.audit("tac_wrong", load.load_id)       # the card's next offer decides
        why = refusal(RefusalCode.CARD_NOT_OURS, "卡的充值回执没有通过验证")
        return LoadAnswer(load=view(context, load.load_id), refusal=why)
    is_credited(context, load, permit.permit_key, "tac")
    return LoadAnswer(load=view(context, load.load_id))


def _permit_of(context: Context, load: Row, tac: bytes) -> Row | None:
    """The permission that the card was credited under, by its own word."""
    if context.keys is None:
        return None
    for permit in permits_of(context, load.load_id):
        card = CardKeys(bytes.fromhex(load.issuer), bytes.fromhex(load.serial)[-8:], permit.algorithm, permit.key_version)
        booked = LoadBooked(
            permit.balance + load.fen, load.sequence, load.fen, KIND, bytes.fromhex(permit.terminal_number),
            bytes.fromhex(permit.moment),
        )  # fmt: skip
        if context.keys.is_booked(card, booked, tac):
            return permit
    return None


def prove_load(context: Context, ask: ProveLoad) -> LoadAnswer:
    """Final: the challenge in the offer is the centre's own, so no earlier offer of this card can stand in for it."""
    load = _known(context, ask.load_id)
    if load.state != LoadState.PERMITTED:
        return LoadAnswer(load=view(context, load.load_id))
    if (ask.offer.serial, ask.offer.issuer) != (load.serial, load.issuer):
        return LoadAnswer(load=view(context, load.load_id), refusal=refusal(RefusalCode.OTHER_CARD, "这笔充值是另一张卡的"))
    if ask.offer.terminal_number != load.challenge or context.keys is None:
        raise Refused("malformed", "offer: expected one that was made with the load's challenge")
    why_not = not_genuine(context, context.keys, ask.offer, load.fen)
    if why_not is not None:
        return LoadAnswer(load=view(context, load.load_id), refusal=why_not)
    saw(context, ask.offer)
    match proven(load, ask.offer):
        case Proven.NOT_CREDITED:
            is_not_credited(context, load)
        case Proven.CREDITED:
            is_credited(context, load, "", "an offer with the challenge")
        case Proven.IMPOSSIBLE:
            doubt(context, load, ask.offer)
    return LoadAnswer(load=view(context, load.load_id))


def find_loads(context: Context, ask: FindLoads) -> FoundLoads:
    limits = load_tariffs(context.settings.tariffs).on(context.today).top_up
    open_now = open_load_of(context, ask.serial) if ask.serial else None
    rows = loads_of(context, ask.order_id) if ask.order_id else [open_now] if open_now is not None else []
    least, most, purse = (limits.least_fen, limits.most_fen, limits.purse_fen) if limits is not None else (0, 0, 0)
    return FoundLoads(loads=views(context, rows), least_fen=least, most_fen=most, purse_fen=purse)


def _known(context: Context, load_id: str) -> Row:
    load = load_by_id(context, load_id)
    if load is None:
        raise Refused("unknown_load", "load_id: expected one that begin_load has given")
    return load
