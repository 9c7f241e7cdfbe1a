"""Where telemetry goes by MQTT 5 instead of HTTP: who publishes what. The broker carries, it is not believed: an ask is signed as
over HTTP (the headers are its user properties), and nothing counts as arrived before the centre has answered from its database.

    bozhou/TERMINAL/ask/OPERATION   signed asks, QoS 0: one that is lost is asked again, signed anew
    bozhou/TERMINAL/answer          the centre's answers: correlation data, and the HTTP status as a user property
    bozhou/TERMINAL/presence        retained: Here; as last will "gone", some seconds after the connection broke
"""

from __future__ import annotations

from typing import Literal

from remote.messages.base import Message
from remote.messages.telemetry import Id

CARRIED = ("heartbeat", "tell_facts")
ROOT = "bozhou"
STATUS = "status"                      # user property of an answer
KEEPALIVE_S = 15                       # the broker gives a silent connection up after 1.5 times as long (facts/remote.md 3.3)
WILL_DELAY_S = 10                      # [A] a terminal that reconnects within was never gone
SESSION_S = 120                        # must outlast the will's delay: a will is sent at once when its session ends


class Here(Message):
    """`gone` is said by the broker, not by the terminal: it proves nothing about one that was heard since."""

    status: Literal["up", "gone"]
    boot_id: Id


def ask_topic(terminal: str, operation: str) -> str:
    return f"{ROOT}/{terminal}/ask/{operation}"


def answer_topic(terminal: str) -> str:
    return f"{ROOT}/{terminal}/answer"


def presence_topic(terminal: str) -> str:
    return f"{ROOT}/{terminal}/presence"
