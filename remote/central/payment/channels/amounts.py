"""Money as channels write it: yuan with two decimals, never through a float."""

from __future__ import annotations

import re
from datetime import datetime

from remote.central.payment.channel import ChannelAway
from remote.central.times import BEIJING

YUAN = re.compile(r"^(-?)(\d{1,10})(?:\.(\d{1,2}))?$")


def fen_of(yuan: str) -> int:
    """Raises ChannelAway for what is no amount."""
    match = YUAN.match(yuan.strip())
    if match is None:
        raise ChannelAway(f"not an amount: {yuan[:16]!r}")
    sign, whole, part = match.groups()
    return (-1 if sign else 1) * (int(whole) * 100 + int((part or "").ljust(2, "0")))


def yuan_of(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


def beijing(text: str) -> datetime:
    """"2027-03-09 12:00:00". Raises ChannelAway."""
    try:
        return datetime.strptime(text.strip(), "%Y-%m-%d %H:%M:%S").replace(tzinfo=BEIJING)
    except ValueError as error:
        raise ChannelAway(f"not a time: {text[:24]!r}") from error
