"""Amounts and months as they stand in Chinese papers."""
from __future__ import annotations

from datetime import date

DIGITS = "零壹贰叁肆伍陆柒捌玖"
PLACES = ("", "拾", "佰", "仟")
GROUPS = ("", "万", "亿", "万亿")


def grouped(fen: int) -> str:
    """1,234.50"""
    sign, fen = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{fen // 100:,}.{fen % 100:02d}"


def capital(fen: int) -> str:
    """The amount in the figures banks write: 壹仟零伍拾元叁角整. Raises ValueError below zero and from 10^16 yuan on."""
    if not 0 <= fen < 10**18:
        raise ValueError("an amount between 0 and 10^16 yuan")
    yuan, jiao, cents = fen // 100, fen // 10 % 10, fen % 10
    text = _whole(yuan) + "元" if yuan else ""
    if not jiao and not cents:
        return (text or "零元") + "整"
    if jiao:
        text += DIGITS[jiao] + "角"
    elif text:
        text += "零"
    return text + (DIGITS[cents] + "分" if cents else "整")


def _whole(number: int) -> str:
    text, gap = "", False
    groups = [number // 10_000**index % 10_000 for index in range(4)]
    for index in range(3, -1, -1):
        group = groups[index]
        if not group:
            gap = gap or bool(text)
            continue
        if text and (gap or group < 1000):
            text += "零"
        text, gap = text + _thousands(group) + GROUPS[index], False
    return text


def _thousands(number: int) -> str:
    text, gap = "", False
    for index in range(3, -1, -1):
        digit = number // 10**index % 10
        if not digit:
            gap = bool(text)
            continue
        text, gap = text + ("零" if gap else "") + DIGITS[digit] + PLACES[index], False
    return text


def month(value: date) -> str:
    return f"{value.year}年{value.month}月"


def square_metres(cm2: int) -> str:
    return f"{cm2 / 10_000:.2f}平方米"
