"""Invariant 5: after a visit nothing that can be reached from the terminal names anybody."""
from __future__ import annotations

import gc
import types
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

from devices.id_reader.records import ResidentCard
from kiosk.visit import Person
from remote.messages import IssuedPaper, PersonAnswer, Reservation

if TYPE_CHECKING:
    from tests.simulation.cabinet import Cabinet

PERSONAL = (ResidentCard, Person, PersonAnswer, Reservation, IssuedPaper)
SHUT = (types.ModuleType, type, types.BuiltinFunctionType, types.FrameType, types.CodeType)
"""Where the walk does not go: through them everything is reachable from everything."""


def people_known() -> list[object]:
    """Objects that hold a person, anywhere in this process: what was there before a visit is held, and is not the visit's."""
    gc.collect()
    # By type, not isinstance: that would ask a dead weak reference what it is.
    return [found for found in gc.get_objects() if issubclass(type(found), PERSONAL)]


def objects_left(before: Collection[object] = ()) -> list[str]:
    """Kinds of objects that hold a person and were not there `before`."""
    known = {id(found) for found in before}
    return sorted({type(found).__name__ for found in people_known() if id(found) not in known})


def words_left(cabinet: Cabinet, names: Iterable[tuple[str, str]]) -> list[str]:
    """Where names and ID numbers stand in strings and bytes that are reachable from the terminal."""
    needles = [form for name, number in names for form in _forms(name, number)]
    found: list[str] = []
    seen: set[int] = set()
    to_do: list[tuple[Any, str]] = [(cabinet.terminal, "terminal")]
    while to_do:
        thing, path = to_do.pop()
        if id(thing) in seen or isinstance(thing, SHUT) or _is_the_world(thing):
            continue
        seen.add(id(thing))
        if isinstance(thing, str | bytes | bytearray):
            data = thing.encode("utf-8", "replace") if isinstance(thing, str) else bytes(thing)
            if any(needle in data for needle in needles):
                found.append(path)
            continue
        if isinstance(thing, types.FunctionType):
            to_do += [(cell, f"{path} {thing.__name__}()") for cell in thing.__closure__ or ()]
            continue
        to_do += [(inner, f"{path} {type(thing).__name__}") for inner in gc.get_referents(thing)]
    return found


def _is_the_world(thing: Any) -> bool:
    """The machines at the other ends of the wires, the cards in them, the centre, the people, the loop."""
    module = type(thing).__module__
    machine = module.startswith("devices.") and module.endswith((".model", ".simulator", ".firmware", ".plastic"))
    return machine or module.startswith(("tests.", "trio.", "outcome", "sqlite3", "sqlalchemy", "card.virtual"))


def _forms(name: str, number: str) -> list[bytes]:
    forms = [number.encode(), number.encode("utf-16-le")]
    if len(name) > 1:
        forms += [name.encode("utf-8"), name.encode("utf-16-le"), name.encode("gb18030")]
    return forms
