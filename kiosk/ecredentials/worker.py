"""Started by reader.py in a process of its own for one file: `python -m kiosk.ecredentials.worker`, one message of
kiosk/face/pipe.py in, one out. It may use so much memory and processor time and no more, and writes no file."""
from __future__ import annotations

import resource
import sys
from datetime import datetime
from pathlib import Path

from kiosk.ecredentials.opened import Unreadable, head_of
from kiosk.ecredentials.work import opened
from kiosk.face.pipe import Unpacker, packed

MEMORY = 1 << 30                       # bytes of address space; 0.35 GB are used for an ordinary file
CPU_S = 60


def main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    message = Unpacker().feed(sys.stdin.buffer.read())
    if message is None:
        return 1
    head, files = message
    try:
        trust = Path(head["trust"]) if head["trust"] else None
        found = opened(files[0], head["names"], trust, datetime.fromisoformat(head["now"]))
    except Unreadable as error:
        answer = packed({"why": error.why.value})
    else:
        answer = packed(head_of(found), [found.pdf, *found.pages])
    sys.stdout.buffer.write(answer)
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
