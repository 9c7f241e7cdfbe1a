"""Started by local.py in a process of its own: `python -m kiosk.face.worker`. Messages of pipe.py in and out, one at a time.

OpenCV and the models (250 MB, 0.5 s to load) and a face's measures stay in here; nothing is written anywhere.
"""
from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import cv2

from kiosk.face.pipe import Unpacker, packed
from kiosk.face.work import FaceWork, Scored
from remote.faces import NoFaceInReference

Answer = tuple[dict[str, Any], Sequence[bytes]]


def answer(work: FaceWork, head: dict[str, Any], pictures: Sequence[bytes]) -> Answer:
    match head["do"]:
        case "ready":
            work.faces  # noqa: B018  loads the models
            return {}, ()
        case "look":
            look = work.look(pictures[0])
            box = [look.box.x, look.box.y, look.box.width, look.box.height] if look.box else None
            return {"hint": look.hint, "box": box}, ()
        case "compare":
            outcome = work.compare(pictures[0], pictures[1:])
            if isinstance(outcome, Scored):
                return {"score": outcome.score, "signs": list(outcome.signs)}, ()
            return {"none_in": "reference" if isinstance(outcome, NoFaceInReference) else "live"}, ()
        case "signs":
            return {"signs": list(work.signs(pictures))}, ()
        case "portrait":
            png = work.portrait(pictures[0])
            return {}, [png] if png else []
    raise ValueError(head["do"])


def main() -> None:
    cv2.setNumThreads(1)
    work, unpacker = FaceWork(), Unpacker()
    while data := os.read(0, 1 << 20):
        message = unpacker.feed(data)
        while message is not None:
            head, pictures = answer(work, *message)
            _write(packed(head, pictures))
            message = unpacker.feed(b"")


def _write(data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(1, left) :]


if __name__ == "__main__":
    main()
