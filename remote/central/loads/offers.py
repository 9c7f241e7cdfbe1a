"""What a card's offer proves: that the card is genuine, and what became of a load that was permitted before."""

from __future__ import annotations

from enum import Enum
from typing import Any

import sqlalchemy as sa

from card.crypto import Kind
from remote.central.context import Context
from remote.central.keys.keystore import CardKeys, KeyStore, LoadAsked, MacWrong, NoSuchKey
from remote.central.rules.senior_card import refusal
from remote.messages import CardOffer, Refusal, RefusalCode

Row = sa.Row[Any]
KIND = int(Kind.LOAD_EP)
"""The electronic purse 电子钱包; nothing is loaded into the passbook 电子存折."""


class Proven(Enum):
    CREDITED = "credited"
    NOT_CREDITED = "not credited"
    IMPOSSIBLE = "impossible"


def keys_of(offer: CardOffer) -> CardKeys:
    return CardKeys(bytes.fromhex(offer.issuer), bytes.fromhex(offer.serial)[-8:], offer.algorithm, offer.key_version)


def asked_of(offer: CardOffer, fen: int) -> LoadAsked:
    return LoadAsked(
        offer.balance, offer.sequence, fen, KIND, bytes.fromhex(offer.terminal_number), bytes.fromhex(offer.random),
        bytes.fromhex(offer.mac1),
    )  # fmt: skip


def not_genuine(context: Context, keys: KeyStore, offer: CardOffer, fen: int) -> Refusal | None:
    """Raises KeysAway."""
    try:
        keys.check_offer(keys_of(offer), asked_of(offer, fen))
    except NoSuchKey:
        return refusal(RefusalCode.CARD_NOT_OURS, "这张卡不是本市发的市民卡")
    except MacWrong:
        context.audit("card_not_genuine", offer.serial)
        return refusal(RefusalCode.CARD_NOT_OURS, "这张卡没有通过验证")
    return None


def proven(load: Row, offer: CardOffer) -> Proven:
    """Of a genuine offer of the same card. The online number counts credits alone. A card that counts every INITIALIZE
    instead would show the next number with the old balance: then nothing is concluded (facts/card.md 10)."""
    if offer.sequence == load.sequence and offer.balance <= load.balance:
        return Proven.NOT_CREDITED
    if offer.sequence == load.sequence + 1 and offer.balance <= load.balance + load.fen and offer.balance != load.balance:
        return Proven.CREDITED
    return Proven.IMPOSSIBLE
