"""What will happen to each of the demo's citizens, and the panel's words in both languages."""
from __future__ import annotations

from typing import NamedTuple


class Both(NamedTuple):
    """The same in Chinese and English."""

    zh: str
    en: str


HAPPENS = {
    "senior_card_new": Both("第一次办,当场拿证", "first card, taken on the spot"),
    "senior_card_lost": Both("丢了,挂失补办", "lost: reported and replaced"),
    "senior_card_renew": Both("快到期,换新证", "expires soon: renewed"),
    "senior_card_class": Both("满70岁,换红证", "turned 70: another class of card"),
    "senior_card_mail": Both("选择邮寄到家", "chooses the card by mail"),
    "too_young": Both("差三个月,说哪天能办", "three months too young: told the date"),
    "already_has_card": Both("已有证,问想办什么", "has a card: asked what she wants"),
    "id_expired": Both("身份证过期,先换身份证", "ID card expired: told where to go"),
    "no_photo": Both("库里没有照片,现场拍", "no photo on record: one is taken"),
    "wrong_household": Both("外地户口,说去哪里办", "household elsewhere: told the place"),
    "rare_name": Both("生僻字「䶮」", "a rare character in the name"),
    "rare_name_2": Both("两个扩展区字", "two characters beyond the common planes"),
    "long_name": Both("名字很长,证面要放得下", "a very long name on the card"),
    "open_mail_case": Both("三天前办了邮寄,还没到", "a mailed card is on its way"),
    "deceased": Both("数据不符,请到窗口", "does not match: sent to the window"),
    "feb29": Both("2月29日出生", "born on 29 February"),
    "card_kept": Both("证收在机器里等她", "her card is kept in a terminal"),
    "certify_80_plus": Both("84岁,高龄认证,刷脸", "84: certified by his face"),
    "wrong_face": Both("站着的不是他", "somebody else stands there"),
    "senior_card_face": Both("刷脸办老年证", "senior card by her face"),
    "certified_already": Both("今年认证过了", "certified this year already"),
    "certify_at_home": Both("本人来不了,请人上门", "cannot come: a visit at home"),
    "citizen_card_new": Both("办市民卡,当场拿卡", "citizen card, made on the spot"),
    "citizen_card_lost": Both("市民卡丢了,挂失补办", "citizen card lost: replaced"),
    "no_phone": Both("没有手机也能办", "no mobile phone, served all the same"),
}
"""Citizen key (remote.central.demo_citizens) -> what a visit with this card shows."""

PLACES = {
    "not_present": Both("空", "empty"),
    "at_contact": Both("芯片站", "at the chip"),
    "at_contactless": Both("感应站", "contactless"),
    "at_head": Both("打印头", "under the head"),
    "printed_inside": Both("印好了", "printed, inside"),
    "in_transport": Both("途中", "on the way"),
    "jammed": Both("卡住了", "jammed"),
}
"""Where the card inside the printer is (devices.card_printer.status.PathMedia)."""
