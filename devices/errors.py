"""What a machine can answer instead of doing what it was asked. Drivers add their own subclasses with what the caller needs."""
from __future__ import annotations


class DeviceError(Exception):
    """Base of everything a driver raises."""


class DeviceGone(DeviceError):
    """The line is closed or the machine is silent: nothing is known about it until it answers again."""


class DeviceRefused(DeviceError):
    """The machine itself says that it did not do it, and why. Nothing moved on account of the refused command."""

    def __init__(self, reason: str, code: str = "") -> None:
        super().__init__(f"{reason} ({code})" if code else reason)
        self.reason = reason
        self.code = code


class DeviceFailed(DeviceError):
    """The machine began and stopped on the way (jam, torn ribbon). Where the medium is now, `status` tells."""

    def __init__(self, reason: str, code: str = "") -> None:
        super().__init__(f"{reason} ({code})" if code else reason)
        self.reason = reason
        self.code = code


class OutcomeUnknown(DeviceError):
    """The command was sent and no answer came: it may have been done. Only sensors and counters can tell."""
