"""The bill of a day as WeChat Pay writes it (type ALL): gzipped CSV, every field after a backquote, a summary at the end.

A bill that does not add up is no bill: its hash, its counts and its sums are checked before a line is believed.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import zlib

from remote.central.payment.channel import BillLine, ChannelAway
from remote.central.payment.channels.amounts import beijing, fen_of

LARGEST_BILL = 200_000_000   # bytes unpacked: some hundred thousand payments
NEEDED = ("交易时间", "微信订单号", "商户订单号", "交易状态", "商户退款单号", "订单金额", "申请退款金额")
SUMMARY = ("总交易单数", "订单总金额", "申请退款总金额")


def read_bill(packed: bytes, sha1: str) -> list[BillLine]:
    """`sha1`: hex, of the bytes unpacked, as the answer that named the bill says. Raises ChannelAway."""
    text = _unpacked(packed)
    if sha1 and hashlib.sha1(text, usedforsecurity=False).hexdigest() != sha1.lower():
        raise ChannelAway("the bill is not what was announced")
    rows = [_fields(line) for line in text.decode("utf-8-sig", "replace").splitlines() if line.strip()]
    if len(rows) < 3 or any(name not in rows[0] for name in NEEDED) or any(name not in rows[-2] for name in SUMMARY):
        raise ChannelAway("the bill has not the columns expected")
    lines = [_line(dict(zip(rows[0], row, strict=False))) for row in rows[1:-2]]
    told = dict(zip(rows[-2], rows[-1], strict=False))
    came, went = sum(line.fen for line in lines if line.fen > 0), -sum(line.fen for line in lines if line.fen < 0)
    count = told["总交易单数"]
    said = (int(count) if count.isdigit() else -1, fen_of(told["订单总金额"]), fen_of(told["申请退款总金额"]))
    if (len(lines), came, went) != said:
        raise ChannelAway("the bill does not add up")
    return lines


def _fields(line: str) -> list[str]:
    """Only headings have no backquotes; a name of goods may hold commas."""
    return line.lstrip("`").split(",`") if line.startswith("`") else line.split(",")


def _line(row: dict[str, str]) -> BillLine:
    back = row["交易状态"] in ("REFUND", "REVOKED")
    fen = -fen_of(row["申请退款金额"]) if back else fen_of(row["订单金额"])
    refund_no = (row["商户退款单号"] or "reversed") if back else ""
    return BillLine(row["商户订单号"], row["微信订单号"], fen, beijing(row["交易时间"]), refund_no)


def _unpacked(packed: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(packed)) as file:
            text = file.read(LARGEST_BILL + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise ChannelAway("the bill cannot be unpacked") from error
    if len(text) > LARGEST_BILL:
        raise ChannelAway("the bill is too large")
    return text
