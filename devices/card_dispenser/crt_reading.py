"""What a CRT's answers mean, and the settings that this depends on. Pure."""
from __future__ import annotations

from dataclasses import dataclass, field

from devices.card_dispenser import crt_codec as codec
from devices.card_dispenser.crt_codec import Reply
from devices.card_dispenser.errors import words
from devices.card_dispenser.words import DeviceState, Media, PathMedia, Replenishment, Station, Status, StorageUnit, UnitKind
from devices.errors import DeviceFailed, DeviceRefused

_HOPPER = {
    codec.HOPPER_EMPTY: Replenishment.EMPTY,
    codec.HOPPER_LOW: Replenishment.LOW,
    codec.HOPPER_OK: Replenishment.OK,
}
_BIN = {codec.BIN_ROOM: Replenishment.OK, codec.BIN_FULL: Replenishment.FULL}


@dataclass(frozen=True)
class SensorMap:
    """Which of the raw sensors stands where: differs by model, so nothing is known without it."""

    contact: int | None = None
    contactless: int | None = None


@dataclass(frozen=True)
class CrtOptions:
    """`present_by`: 39 ejects; some installations use 30, which holds the card at the gate. `counter_survives_power`: tried on
    this model. `poll_s`: how often the gate is looked at."""

    stations: frozenset[Station] = frozenset(Station)
    present_by: int = codec.TO_GATE
    counter_survives_power: bool = False
    sensors: SensorMap = field(default_factory=SensorMap)
    poll_s: float = 0.3


def status_of(reply: Reply, raw: tuple[bool, ...], retained: int | None, error: str | None, places: SensorMap) -> Status:
    """The status word of a success. `error`: what stopped the machine last."""
    card, hopper, bin_ = reply.status[:1], reply.status[1:2], reply.status[2:]
    path = _path(raw, error, places) if card == codec.CARD_INSIDE else PathMedia.NOT_PRESENT
    gate = Media.PRESENT if card == codec.CARD_AT_GATE else Media.NOT_PRESENT
    if card not in (codec.CARD_NONE, codec.CARD_AT_GATE, codec.CARD_INSIDE):
        path, gate = PathMedia.UNKNOWN, Media.UNKNOWN
    return Status(
        DeviceState.HARDWARE_ERROR if error in ("JAM", "MOTOR", "SENSOR") else DeviceState.ONLINE,
        path,
        gate,
        StorageUnit("hopper", UnitKind.DISPENSE, _HOPPER.get(hopper, Replenishment.UNKNOWN)),
        StorageUnit("bin", UnitKind.RETAIN, _BIN.get(bin_, Replenishment.UNKNOWN), retained),
        raw,
        error,
    )


def _path(raw: tuple[bool, ...], error: str | None, places: SensorMap) -> PathMedia:
    if error == "JAM":
        return PathMedia.JAMMED
    for index, place in ((places.contact, PathMedia.AT_CONTACT), (places.contactless, PathMedia.AT_CONTACTLESS)):
        if index is not None and index < len(raw) and raw[index]:
            return place
    return PathMedia.PRESENT


def refused(reply: Reply) -> DeviceRefused | DeviceFailed:
    """The typed error of a failure. A code nobody has published may have moved the card."""
    code = codec.REASON_OF_CODE.get(reply.code, reply.code)
    kind = DeviceRefused if reply.code in codec.NOTHING_MOVED else DeviceFailed
    return kind(words(code), code)


def refuse(code: str) -> DeviceRefused:
    return DeviceRefused(words(code), code)


def known(status: Status) -> Status:
    """Nothing is moved by a machine that does not tell where cards are."""
    if status.path is PathMedia.UNKNOWN or status.gate is Media.UNKNOWN:
        raise refuse("PLACE_UNKNOWN")
    return status


def unknown(reply: Reply) -> Status:
    code = codec.REASON_OF_CODE.get(reply.code, reply.code)
    return Status(
        DeviceState.HARDWARE_ERROR,
        PathMedia.UNKNOWN,
        Media.UNKNOWN,
        StorageUnit("hopper", UnitKind.DISPENSE, Replenishment.UNKNOWN),
        StorageUnit("bin", UnitKind.RETAIN, Replenishment.UNKNOWN),
        error=code,
    )
