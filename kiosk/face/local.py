"""Faces looked at and compared on this terminal, in a process of its own: started behind the first screen by the health's look
at the camera, killed and started anew when it hangs. It keeps nothing from one request to the next."""
from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

import trio

from kiosk.face.pipe import Unpacker, packed
from kiosk.face.seam import Box, FaceAway, Hint, Look, Match, NoReference, NotSeen, Outcome, Reference, Sign
from remote.face_model import MODEL

ROOT = Path(__file__).resolve().parents[2]
START_S = 20.0
"""Loading OpenCV and the models takes 0.6 s on a quiet machine; a busy old one has more time."""
ANSWER_S = 5.0
"""A look takes 25 ms, a comparison of three pictures 0.3 s (measured): what takes longer hangs."""
COMMAND = (sys.executable, "-m", "kiosk.face.worker")

T = TypeVar("T")
Reply = tuple[dict[str, Any], list[bytes]]


class Worker(Protocol):
    async def ask(self, head: dict[str, Any], pictures: Sequence[bytes] = ()) -> Reply:
        """Raises FaceAway."""

    async def aclose(self) -> None: ...


class WorkerProcess:
    """One request at a time. After a time-out or a death the process is killed; the next request starts another."""

    def __init__(self, command: Sequence[str] = COMMAND, answer_s: float = ANSWER_S, start_s: float = START_S) -> None:
        self._command, self._answer_s, self._start_s = list(command), answer_s, start_s
        self._process: trio.Process | None = None
        self._unpacker = Unpacker()
        self._turn = trio.Lock()

    async def ask(self, head: dict[str, Any], pictures: Sequence[bytes] = ()) -> Reply:
        async with self._turn:
            if self._process is None:
                await self._bounded(self._start_s, self._start)
            return await self._bounded(self._answer_s, lambda: self._exchange(packed(head, pictures)))

    async def aclose(self) -> None:
        async with self._turn:
            await self._kill()

    async def _bounded(self, seconds: float, work: Callable[[], Awaitable[T]]) -> T:
        """Given up or cancelled half way, an answer would be left on the pipe for the next one: the process goes too."""
        done = False
        try:
            with trio.fail_after(seconds):
                result = await work()
            done = True
            return result
        except (trio.TooSlowError, trio.BrokenResourceError, trio.ClosedResourceError, OSError, ValueError) as error:
            raise FaceAway(type(error).__name__) from error
        finally:
            if not done:
                with trio.CancelScope(shield=True):
                    await self._kill()

    async def _start(self) -> None:
        self._process = await trio.lowlevel.open_process(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT
        )
        self._unpacker = Unpacker()
        await self._exchange(packed({"do": "ready"}))

    async def _exchange(self, message: bytes) -> Reply:
        process = self._process
        assert process is not None and process.stdin is not None and process.stdout is not None
        await process.stdin.send_all(message)
        while True:
            data = await process.stdout.receive_some(1 << 16)
            if not data:
                raise trio.BrokenResourceError("the process ended")
            whole = self._unpacker.feed(bytes(data))
            if whole is not None:
                return whole

    async def _kill(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                await pipe.aclose()


class LocalSight:
    """FaceSight on this terminal."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker

    async def warm(self) -> None:
        await self._worker.ask({"do": "ready"})

    async def look(self, picture: bytes) -> Look:
        said, _ = await self._worker.ask({"do": "look"}, [picture])
        return Look(Hint(said["hint"]) if said["hint"] else None, Box(*said["box"]) if said["box"] else None)

    async def portrait(self, picture: bytes) -> bytes | None:
        _, given = await self._worker.ask({"do": "portrait"}, [picture])
        return given[0] if given else None

    async def signs(self, live: Sequence[bytes]) -> tuple[Sign, ...]:
        said, _ = await self._worker.ask({"do": "signs"}, live)
        return tuple(map(Sign, said["signs"]))

    async def aclose(self) -> None:
        await self._worker.aclose()


class LocalMatcher:
    """FaceMatcher on this terminal: the photo on the chip or the one the centre sent, against the live pictures."""

    def __init__(self, worker: Worker, threshold: float) -> None:
        self._worker, self._threshold = worker, threshold

    async def match(self, reference: Reference, live: Sequence[bytes]) -> Outcome:
        if reference.picture is None:
            await trio.lowlevel.checkpoint()
            return NoReference()
        said, _ = await self._worker.ask({"do": "compare"}, [reference.picture, *live])
        if "none_in" in said:
            return NoReference() if said["none_in"] == "reference" else NotSeen()
        score = float(said["score"])
        return Match(score, score >= self._threshold, self._threshold, MODEL, tuple(map(Sign, said["signs"])))
