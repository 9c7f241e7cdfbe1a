"""What a camera can do instead of showing who stands there."""
from __future__ import annotations

from devices.errors import DeviceFailed, DeviceGone


class CameraGone(DeviceGone):
    """Unplugged, silent, or its pictures arrive damaged again and again."""


class Frozen(DeviceFailed):
    """Pictures come, and it is the same one for seconds: a real sensor never gives the same bytes twice."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"the same picture for {seconds:.1f} s", "frozen")
        self.seconds = seconds


class Black(DeviceFailed):
    """Pictures come, and nothing is on them: the lens is covered, or there is no light at all. Dark is not black: in a dark
    room some light is left, and the citizen can be told."""

    def __init__(self, brightest: int) -> None:
        super().__init__(f"nothing brighter than {brightest} of 255", "black")
        self.brightest = brightest


class Unviewable(DeviceFailed):
    """The picture came whole and cannot be decoded."""

    def __init__(self, why: str) -> None:
        super().__init__(why, "unviewable")
