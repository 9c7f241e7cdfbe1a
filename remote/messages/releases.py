"""What a terminal should run. It asks, fetches signed metadata and targets in portions, and tells how far it is and why.

What the centre says here only points: nothing is used that the release manager's offline keys did not sign.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from remote.messages.base import Message
from remote.messages.telemetry import Count, Name

PORTION = 524_288                                          # bytes of a target in one answer, before base64
MOST_TARGET = 512 * 1024 * 1024
PATH = r"^[a-z]{3,16}/[A-Za-z0-9._-]{1,80}$"


class Kind(StrEnum):
    """PROGRAM goes into a slot; the others are bundles that the running program loads."""

    PROGRAM = "program"
    CONFIGURATION = "configuration"
    RULES = "rules"                # the centre's own: in force there, told to nobody else
    CATALOGUE = "catalogue"


class Stage(StrEnum):
    """Of one release at one terminal, as the terminal tells it."""

    WAITING = "waiting"            # for the window, for the citizen, for an open plan
    FETCHING = "fetching"
    READY = "ready"                # whole beside what runs
    TRYING = "trying"
    RUNNING = "running"
    ROLLED_BACK = "rolled_back"
    REFUSED = "refused"            # not taken at all: signature, content, replay
    HELD = "held"                  # failed, and the journal leaves no way back


class Progress(Message):
    release: Name
    stage: Stage
    why: Name = ""
    done: Count = 0                # bytes
    of: Count = 0


class AskRelease(Message):
    """`running`: kind -> release that is in force here, "" where it came with the installation."""

    running: Annotated[dict[Name, Name], Field(max_length=8)] = {}
    progress: Annotated[list[Progress], Field(max_length=8)] = []


class ReleaseOrder(Message):
    """`path`: of the signed target. `effective_at`: a bundle is in force from then on, by the centre's clock."""

    release: Name
    kind: Kind
    path: Annotated[str, Field(pattern=PATH)]
    effective_at: datetime | None = None


class ReleaseOrders(Message):
    now: datetime
    orders: list[ReleaseOrder]


class FetchMetadata(Message):
    """`timestamp.json`, or `<version>.<role>.json`."""

    name: Annotated[str, Field(pattern=r"^(timestamp|[1-9][0-9]{0,8}\.(root|snapshot|targets))\.json$")]


class FetchTarget(Message):
    path: Annotated[str, Field(pattern=PATH)]
    number: Annotated[int, Field(ge=0, le=MOST_TARGET // PORTION)]


class Portion(Message):
    """base64. `found` False: the centre has no such thing."""

    found: bool
    data: str = ""
