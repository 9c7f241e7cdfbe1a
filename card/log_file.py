"""EF 0018, the purse's own log. Times are the clock of the machine that wrote them (Asia/Shanghai), without a zone."""
from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time

from card.elementary_file import ElementaryFile, Vector, decode_field
from card.fields import decode_date, decode_digits, encode_date


@dataclass(frozen=True)
class LogRecord:
    """One record of EF 0018. `amount` and `limit` in fen; `terminal` 6 bytes."""

    sequence: int
    limit: int
    amount: int
    kind: int
    terminal: bytes
    day: date
    at: time


class LogFile(ElementaryFile[LogRecord]):
    """EF 0018 log: cyclic, 10 records of 23 bytes, record 1 = newest."""

    NAME = "EF 0018"
    FID = 0x0018
    SIZE = 23
    RECORDS = 10

    @classmethod
    def encode(cls, value: LogRecord) -> bytes:
        return b"".join(
            (
                value.sequence.to_bytes(2, "big"),
                value.limit.to_bytes(3, "big"),
                value.amount.to_bytes(4, "big"),
                bytes((value.kind,)),
                value.terminal,
                encode_date(value.day),
                bytes.fromhex(value.at.strftime("%H%M%S")),
            )
        )

    @classmethod
    def _decode(cls, data: bytes) -> LogRecord:
        clock = decode_field("time", decode_digits, data[20:23])
        return LogRecord(
            sequence=int.from_bytes(data[0:2], "big"),
            limit=int.from_bytes(data[2:5], "big"),
            amount=int.from_bytes(data[5:9], "big"),
            kind=data[9],
            terminal=data[10:16],
            day=decode_field("date", decode_date, data[16:20]),
            at=time(int(clock[:2]), int(clock[2:4]), int(clock[4:])),
        )

    @classmethod
    def vectors(cls) -> list[Vector[LogRecord]]:
        return [  # a real card's record (facts/card.md 7.2)
            Vector(
                bytes.fromhex("042D 000000 000001F4 09 300089000340 20241229 141740"),
                LogRecord(0x042D, 0, 500, 9, bytes.fromhex("300089000340"), date(2024, 12, 29), time(14, 17, 40)),
            )
        ]
