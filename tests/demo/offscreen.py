"""`./run demo --citizen NAME --out DIR`: a hall, the terminal offscreen, a scripted citizen, and what came of it on disk."""
from __future__ import annotations

import contextlib
import json
import shutil
import sys
from datetime import date
from pathlib import Path
from typing import Any

import trio

from devices.control import ControlRefused, control
from remote.central.demo_citizens import demo_citizens
from tests.demo.script import Script
from tests.demo.scripts import SCRIPTS
from tests.demo.world import World, acts_of
from tests.hall.hall import Hall, TerminalPlace, Wishes, open_hall
from tests.hall.process import Child, python

SPEED_OFFSCREEN = 20.0
PHASE_ENDS_WITHIN_S = 400.0
BLANKS = 50
LOOK_EVERY_S = 0.1


async def run_script(name: str, out: Path, speed: float = SPEED_OFFSCREEN, hsm: bool = False) -> int:
    """Exit code: 0 when the world ended as the script says it must. Prints why where it did not."""
    script = SCRIPTS[name]
    shutil.rmtree(out / "screens", ignore_errors=True)      # of an earlier run
    out.mkdir(parents=True, exist_ok=True)
    terminals = tuple(f"bz-{number:02d}" for number in range(1, 2 + max(phase.terminal for phase in script.phases)))
    wishes = Wishes(terminals=terminals, speed=speed, blanks=BLANKS, hsm=hsm, dispenser=script.dispenser)
    async with open_hall(wishes) as hall:
        places = [hall.terminals[terminal] for terminal in terminals]
        trouble = [t for number in range(len(script.phases)) for t in await phase_of(hall, script, name, number, out, places)]
        world = await gather(hall, script, places)
        await keep_slip(places, out)
        trouble += script.check(world)
        write_summary(script, world, out, places, trouble)
    for line in trouble:
        sys.stderr.write(f"{name}: {line}\n")
    sys.stdout.write(f"{name}: {'as it must be' if not trouble else 'NOT as it must be'}, see {out}\n")
    return 1 if trouble else 0


async def phase_of(hall: Hall, script: Script, name: str, number: int, out: Path, places: list[TerminalPlace]) -> list[str]:
    """One visit at one terminal, as a process that may be anything but quiet."""
    phase = script.phases[number]
    place = places[phase.terminal]
    command = python(
        "-m", "tests.demo.kiosk_child", "--config", str(place.config), "--script", name, "--phase", str(number),
        "--machines", str(place.machines), "--network", str(place.network), "--out", str(out), "--blanks", str(BLANKS),
    )  # fmt: skip
    log = out / f"kiosk_{number}.log"
    child = Child(f"kiosk-{place.id}", command, log, more={"SDL_VIDEODRIVER": "offscreen", "SDL_AUDIODRIVER": "dummy"})
    child.start()
    with trio.move_on_after(PHASE_ENDS_WITHIN_S):
        while child.running:
            await trio.sleep(LOOK_EVERY_S)
    if child.running:
        child.kill()
        return [f"visit {number + 1} did not end within {PHASE_ENDS_WITHIN_S:g} s at {places[phase.terminal].id}"]
    if child.exit_code == 0:
        return []
    return [f"visit {number + 1} ended with {child.exit_code}:", child.last_words()]


async def gather(hall: Hall, script: Script, places: list[TerminalPlace]) -> World:
    citizen = demo_citizens(date.today())[script.citizen]
    machines = [await control(place.machines, do="state") for place in places]
    world = World(hall.folder / "centre.db", citizen.id_number, machines, [place.folder / "journal" for place in places])
    world.read_journals()
    return world


async def keep_slip(places: list[TerminalPlace], out: Path) -> None:
    """The newest slip, as paper (PNG) and as text."""
    for place in places:
        paper = {"picture": str(out / "receipt.png"), "text": str(out / "receipt.txt")}
        with contextlib.suppress(ControlRefused):      # no slip came out of this one
            await control(place.machines, machine="receipt_printer", do="save", **paper)


def write_summary(script: Script, world: World, out: Path, places: list[TerminalPlace], trouble: list[str]) -> None:
    phases: list[dict[str, Any]] = [json.loads(path.read_text()) for path in sorted(out.glob("phase_*.json"))]
    summary = {
        "journey": script.journey,
        "citizen": script.citizen,
        "outcome": script.phases[-1].final if not trouble else "not as it must be",
        "trouble": trouble,
        "card_number": world.number_in_hand() or None,
        "screens": [phase["seen"] for phase in phases],
        "acts": [act for place in places for act in acts_of(place.folder / "journal")],
        **seconds(phases, world),
    }
    (out / "summary.json").write_text(json.dumps(summary, ensure_ascii=False, indent=1))
    for path in out.glob("phase_*.json"):
        path.unlink()


def seconds(phases: list[dict[str, Any]], world: World) -> dict[str, float]:
    """From the first stage of making the card until it lies at the exit: what machines moved, and what software took."""
    machine = sum(float(m["card_printer"].get("moved_s", 0.0)) for m in world.machines)
    making = 0.0
    for phase in phases:
        stages = dict(reversed(phase["stages"]))
        if "reserve" in stages and "at_exit" in stages:
            making += stages["at_exit"] - stages["reserve"]
    return {"machine_s": round(machine, 3), "software_s": round(max(0.0, making - machine), 3)}
