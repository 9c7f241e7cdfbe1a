"""What a terminal tells of itself: a cheap heartbeat, and facts in batches. No personal data in any of them.

A fact is stored once however often it is sent (`fact_id`). `number` grows with every fact of one terminal's memory
(`origin`): what is older never takes the place of what is newer, whatever the clocks say. Incidents, obligations, doors and
stock travel as news (remote/messages/news.py), because they are never dropped; they have bodies here too, for what
terminals without a journal of their own tell.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from remote.messages.base import Message

MOST_FACTS = 500                                           # in one batch; the terminal sends fewer
EARLIEST, LATEST = datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def _of_our_time(moment: datetime) -> datetime:
    if not EARLIEST <= moment < LATEST:
        raise ValueError("expected a moment between 2020 and 2100")
    return moment


Moment = Annotated[AwareDatetime, AfterValidator(_of_our_time)]
Name = Annotated[str, Field(max_length=64, pattern=r"^[^\x00-\x1f]*$")]
Words = Annotated[str, Field(max_length=2000, pattern=r"^[^\x00]*$")]
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:-]{1,64}$")]
Count = Annotated[int, Field(ge=-1_000_000_000, le=1_000_000_000)]
Long = Annotated[int, Field(ge=0, le=2**62)]


class FactKind(StrEnum):
    DEVICES = "devices"
    UNITS = "units"
    SERVICE = "service"
    COUNTERS = "counters"
    VERSIONS = "versions"
    JOURNEY = "journey"
    JOURNEYS = "journeys"
    CLOCK = "clock"
    STARTED = "started"
    INCIDENT = "incident"
    OBLIGATION = "obligation"
    DOOR = "door"
    LOG = "log"
    DROPPED = "dropped"


class Body(BaseModel):
    """Further fields are kept as they are: a terminal may be newer than its centre."""

    model_config = ConfigDict(frozen=True, extra="allow")


class Device(Body):
    """`light`: green works, amber works and somebody should come, red does not work. `fault`: words of the catalogue
    (`word.troubles.*`), empty where there is none."""

    device: Name
    light: Annotated[str, Field(pattern="^(green|amber|red)$")]
    faults: Annotated[tuple[Name, ...], Field(max_length=32)] = ()
    since: Moment
    driver: Name = ""
    serial: Name = ""
    firmware: Name = ""


class DeviceTree(Body):
    """Every device of the terminal; one that is no longer named is no longer there."""

    devices: Annotated[tuple[Device, ...], Field(max_length=64)]


class Unit(Body):
    """One storage unit in the words of XFS4IoT (facts/devices.md 12). `state`: ok low empty full inoperative unknown."""

    unit: Name
    kind: Name
    device: Name
    state: Annotated[str, Field(pattern="^(ok|low|empty|full|inoperative|unknown)$")]
    count: Count | None = None
    initial: Count | None = None
    retained: Count | None = None
    threshold: Count | None = None
    contradiction: Name = ""


class StorageUnits(Body):
    units: Annotated[tuple[Unit, ...], Field(max_length=64)]


class ServiceState(Body):
    """`out_of_service`: the word of why no visit begins, empty where one may. `not_now`: service or way -> why not now."""

    out_of_service: Name = ""
    not_now: Annotated[dict[Name, Name], Field(max_length=64)] = {}


class Counters(Body):
    """Figures that only grow, and gauges: free_mb, visits, cards_printed, cpu_s, rss_mb ... The name carries the unit."""

    values: Annotated[dict[Name, float], Field(max_length=64)]


class Versions(Body):
    software: Name
    rules: Name = ""
    catalogue: Name = ""
    configuration: Name = ""
    system: Name = ""


class JourneyEnded(Body):
    """`outcome`: done, refused, left, walked_away, cut (power, door), failed. `refusal`: the code where it was refused."""

    journey: Name
    outcome: Name
    refusal: Name = ""
    seconds: Annotated[float, Field(ge=0, le=86_400)]


class JourneysEnded(Body):
    """What is left of many JourneyEnded that waited too long: the same, counted. `day`: Beijing."""

    day: Annotated[str, Field(pattern=r"^20\d\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]
    journey: Name
    outcome: Name
    refusal: Name = ""
    count: Annotated[int, Field(ge=1, le=1_000_000)]
    seconds: Annotated[float, Field(ge=0, le=1e9)]
    slowest_s: Annotated[float, Field(ge=0, le=86_400)]


class ClockSkew(Body):
    """Seconds the terminal is ahead of the centre."""

    ahead_s: Annotated[float, Field(ge=-1e10, le=1e10)]


class Started(Body):
    """`after`: how it ended before: asked, killed, crashed, hung, power, unknown."""

    boot_id: Id
    after: Name = "unknown"
    recovered_plans: Count = 0


class IncidentTold(Body):
    incident: Id
    word: Name
    words: Words = ""
    closed: bool = False


class ObligationTold(Body):
    obligation: Id
    owed: Name
    closed: bool = False


class DoorOpened(Body):
    door: Name
    state: Name = "open"
    staff: bool = False


class LogLine(Body):
    """Masked at the terminal, before it is stored there."""

    level: Name
    source: Name
    line: Words


class Dropped(Body):
    """The terminal's memory was full, or too long without network: what it gave up, by kind. Never silently."""

    counts: dict[Name, Count]


BODIES: dict[str, type[Body]] = {
    FactKind.DEVICES: DeviceTree,
    FactKind.UNITS: StorageUnits,
    FactKind.SERVICE: ServiceState,
    FactKind.COUNTERS: Counters,
    FactKind.VERSIONS: Versions,
    FactKind.JOURNEY: JourneyEnded,
    FactKind.JOURNEYS: JourneysEnded,
    FactKind.CLOCK: ClockSkew,
    FactKind.STARTED: Started,
    FactKind.INCIDENT: IncidentTold,
    FactKind.OBLIGATION: ObligationTold,
    FactKind.DOOR: DoorOpened,
    FactKind.LOG: LogLine,
    FactKind.DROPPED: Dropped,
}


class Fact(Message):
    """`body`: one of BODIES by `kind`; one that cannot be understood is stored all the same and changes nothing else."""

    fact_id: Id
    number: Long
    kind: Annotated[str, Field(pattern="^[a-z_]{1,32}$")]
    at: Moment
    body: dict[str, Any]


class TelemetryBatch(Message):
    """`origin`: the terminal's memory that numbers these facts; a new disk is a new origin."""

    origin: Id
    facts: Annotated[list[Fact], Field(max_length=MOST_FACTS)]


class TelemetryStored(Message):
    stored: list[str]


class Heartbeat(Message):
    """Sent every few seconds, never stored at the terminal: one that is lost is lost. `screen_beats` grows as long as the loop
    of the screen turns: a heartbeat whose screen does not move is a frozen terminal."""

    boot_id: Id
    sequence: Long
    at: Moment
    screen_beats: Long
    in_visit: bool = False
    out_of_service: Name = ""
    light: Annotated[str, Field(pattern="^(green|amber|red)$")] = "green"
    waiting: Count = 0                                     # facts and news not yet arrived


class Heard(Message):
    """`next_s`: when to come again. `commands`: how many wait for this terminal."""

    now: datetime
    next_s: float
    commands: int = 0
