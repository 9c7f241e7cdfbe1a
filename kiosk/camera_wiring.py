"""The camera of kiosk.toml, and where its pictures are compared."""
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from devices.wire import OpenWire
from kiosk.config_table import Table
from kiosk.wiring import TcpAt, host_and_port
from remote.face_model import THRESHOLD

if TYPE_CHECKING:
    from kiosk.face.central import Offload
    from kiosk.parts import Eyes
    from remote.platform import Platform

SOURCES = "v4l2:/dev/videoN | file:PATH | video:PATH | tcp:HOST:PORT"
REAL = ("v4l2",)
"""Sources that a citizen may stand before; the others are for tests and demonstrations."""


@dataclass(frozen=True)
class CameraSettings:
    """`threshold`: least cosine of one person's two pictures; the centre's own rule is asked as well."""

    source: str
    at_centre: bool
    threshold: float
    tries: int

    def eyes(self, platform: Platform, offload: Offload, now: Callable[[], datetime]) -> Eyes:
        """Nothing is opened before it is used, and nothing loaded before the first screen is up."""
        from devices.camera.driver import Camera
        from kiosk.face.central import CentralMatcher
        from kiosk.face.local import LocalMatcher, LocalSight, WorkerProcess
        from kiosk.parts import Eyes

        worker = WorkerProcess()
        sight = LocalSight(worker)
        local = LocalMatcher(worker, self.threshold)
        matcher = CentralMatcher(platform, sight, offload) if self.at_centre else local
        return Eyes(Camera(self._opener(), now), sight, matcher, self.at_centre, self.tries)

    def _opener(self) -> OpenWire:
        from devices.camera.capture import capture

        kind, _, rest = self.source.partition(":")
        return TcpAt(*host_and_port(rest)).opener() if kind == "tcp" else capture(self.source)


def camera_from(table: Table, *, production: bool) -> CameraSettings:
    """Raises ConfigError."""
    source = table.made("source", SOURCES, lambda text: _source(text, table.file.parent))
    if production and source.partition(":")[0] not in REAL:
        raise table.wrong("source", "v4l2:/dev/videoN in production: files and simulated cameras show anybody", source)
    settings = CameraSettings(
        source=source,
        at_centre=table.one_of("compare", ("terminal", "centre"), "terminal") == "centre",
        threshold=table.number("threshold", THRESHOLD, least=0.3, most=0.9),
        tries=table.whole("tries", 3, least=1, most=5, unit="looks"),
    )
    table.done()
    return settings


def _source(text: str, folder: Path) -> str:
    """Relative paths begin at the configuration's folder. Raises ValueError."""
    kind, _, rest = text.partition(":")
    match kind:
        case "v4l2" if rest.startswith("/dev/"):
            return text
        case "file" | "video" if rest:
            return f"{kind}:{folder / rest}"
        case "tcp":
            host_and_port(rest)
            return text
    raise ValueError(text)


