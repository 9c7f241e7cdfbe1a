"""The real central platform as a process of the hall, with the hall's terminals enrolled.

`python -m tests.hall.centre --folder DIR --port N --terminal ID ...`
"""
from __future__ import annotations

import argparse
import http.client
import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Sequence
from pathlib import Path

import trio

from devices.serving import refuse_production
from remote.central.centre import Centre
from remote.central.enrolment.certificates import live
from remote.central.serve import ServeConfig, serve
from remote.central.store.database import reading
from remote.enrolment.code import PairingCode
from tests.hall.process import READY_WITHIN_S, Child, NotReady, die_with_parent, python
from tests.hall.token import token_in

HALL = "亳州市政务服务中心"
REGION = "341602"
LOOK_EVERY_S = 0.05


def codes_file(folder: Path) -> Path:
    """Pairing codes of terminals that have no certificate yet, written before the centre answers."""
    return folder / "pairing_codes.json"


def centre_command(
    folder: Path, port: int, terminals: Sequence[str], population: int, mode: str, *, hsm: bool = False
) -> tuple[str, ...]:
    named = [word for terminal in terminals for word in ("--terminal", terminal)]
    return python("-m", "tests.hall.centre", "--folder", str(folder), "--port", str(port), "--population", str(population),
                  "--mode", mode, *named, *(["--hsm"] if hsm else []))  # fmt: skip


async def wait_until_it_answers(url: str, child: Child) -> None:
    """Raises NotReady."""
    with trio.move_on_after(READY_WITHIN_S):
        while child.running:
            if await trio.to_thread.run_sync(_answers, url):
                return
            await trio.sleep(LOOK_EVERY_S)
    raise NotReady(f"the centre did not come up:\n{child.last_words()}")


async def bend_clock(url: str, minutes: int) -> str:
    """Set the centre's clock so many minutes from the real time; returns what it shows then. Raises OSError."""
    days, rest = divmod(minutes, 24 * 60)
    body = urllib.parse.urlencode({"days": days, "minutes": rest}).encode()

    def post() -> str:
        with urllib.request.urlopen(f"{url}/demo/time", body, timeout=5) as answer:
            text: str = answer.read().decode()
            return text

    return await trio.to_thread.run_sync(post)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/counter", timeout=2):
            return True
    except urllib.error.HTTPError:
        return True  # "log in first" is an answer
    except (OSError, http.client.HTTPException):
        return False


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.hall.centre", description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--terminal", action="append", default=[])
    parser.add_argument("--population", type=int, default=2_000)
    parser.add_argument("--mode", default="demo")
    parser.add_argument("--hsm", action="store_true", help="card keys in a SoftHSM token in the folder")
    asked = parser.parse_args()
    refuse_production(asked.mode)
    die_with_parent()

    def opened(centre: Centre) -> None:
        codes = {name: str(code) for number, name in enumerate(asked.terminal, start=1) if (code := _code(centre, name, number))}
        codes_file(asked.folder).write_text(json.dumps(codes))

    serve(ServeConfig(f"sqlite:///{asked.folder / 'centre.db'}", port=asked.port, population=asked.population,
                      hsm=token_in(asked.folder) if asked.hsm else None), opened)  # fmt: skip


def _code(centre: Centre, terminal: str, number: int) -> PairingCode | None:
    with reading(centre.engine) as connection:
        if live(connection, terminal, centre.true_clock()):
            return None  # this centre was here before
    return centre.pairing_code(terminal, f"{HALL}{number}号机", REGION, "hall")


if __name__ == "__main__":
    main()
