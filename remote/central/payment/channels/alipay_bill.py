"""The bill of a day as Alipay writes it (type trade): a zip with a CSV of every movement in GB 18030, comments after "#".

A bill that does not add up is no bill: the totals in its comments are checked before a line is believed.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib

from remote.central.payment.channel import BillLine, ChannelAway
from remote.central.payment.channels.amounts import beijing, fen_of

LARGEST_BILL = 200_000_000   # bytes unpacked
NEEDED = ("支付宝交易号", "商户订单号", "业务类型", "完成时间", "订单金额（元）", "退款批次号/请求号")
TOTAL = re.compile(r"^#(交易|退款)合计：(\d+)笔")
REFUND = "退款"


def read_bill(packed: bytes) -> list[BillLine]:
    """Raises ChannelAway."""
    text = _unpacked(packed)
    rows = [row for row in csv.reader(io.StringIO("\n".join(line for line in text if not line.startswith("#")))) if row]
    rows = [[field.strip() for field in row] for row in rows]
    if not rows or any(name not in rows[0] for name in NEEDED):
        raise ChannelAway("the bill has not the columns expected")
    lines = [_line(dict(zip(rows[0], row, strict=False))) for row in rows[1:]]
    totals = {match[1]: int(match[2]) for line in text if (match := TOTAL.match(line)) is not None}
    back = sum(1 for line in lines if line.refund_no)
    if (totals.get("交易"), totals.get("退款")) != (len(lines) - back, back):
        raise ChannelAway("the bill does not add up")
    return lines


def _line(row: dict[str, str]) -> BillLine:
    refund_no = row["退款批次号/请求号"] if row["业务类型"] == REFUND else ""
    fen = fen_of(row["订单金额（元）"])
    if (fen < 0) is not (row["业务类型"] == REFUND):
        raise ChannelAway("the bill has a line of the wrong sign")
    at = beijing(row["完成时间"])
    return BillLine(row["商户订单号"], row["支付宝交易号"], fen, at, refund_no or ("refund" if fen < 0 else ""))


def _unpacked(packed: bytes) -> list[str]:
    """The lines of the CSV that holds the movements: the other file of the zip only sums them up."""
    try:
        with zipfile.ZipFile(io.BytesIO(packed), metadata_encoding="gb18030") as file:
            details = [info for info in file.infolist() if info.filename.endswith("业务明细.csv")]
            if len(details) != 1 or details[0].file_size > LARGEST_BILL:
                raise ChannelAway("the bill's zip has not the file expected")
            return file.read(details[0]).decode("gb18030", "replace").splitlines()
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError) as error:
        raise ChannelAway("the bill cannot be unpacked") from error
