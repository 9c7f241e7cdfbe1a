"""A wire over USB bulk endpoints: pyusb on libusb.

libusb blocks, so each transfer runs in a worker thread, and a thread cannot be cancelled. A read that nobody waits for
any more therefore goes on for at most READ_MS and leaves what it brings in the wire's own buffer: cancellation returns
at once and steals no answer.
"""
from __future__ import annotations

import contextlib
from typing import Any

import trio
import usb.core
import usb.util

from devices.usb_pipes import Endpoint, Interface, Pipes, UnknownStyle, choose
from devices.wire import WireGone

READ_MS = 100  # how long one bulk read waits: what closing may have to wait for, and no more
WRITE_MS = 200  # the vendor's transfer timeout (facts/devices.md 2.1)
EMPTY_MS = 10  # what a reader still holds comes at once
EMPTY_READS = 16  # a machine that never stops talking is not emptied for ever
STUCK_WRITES = 5  # a machine that takes no byte in so many writes (1 s) is not there
_READ_BYTES = 4_096  # a multiple of every packet size, or libusb reports an overflow


class UsbWire:
    """One claimed interface of one USB machine. Claimed by one program at a time; the kernel refuses a second."""

    def __init__(self, device: Any, pipes: Pipes) -> None:
        self._device = device
        self._pipes = pipes
        self._inbox = bytearray()
        self._pulled: trio.Event | None = None  # set when the read under way has ended; None = none is under way
        self._gone: WireGone | None = None
        self._sending = trio.Lock()
        self._threads = trio.CapacityLimiter(2)  # one that reads, one that writes or closes
        self._closed = False

    @classmethod
    async def open(cls, vid: int, pid: int, serial: str | None = None) -> UsbWire:
        """The machine with this vendor and product id, and this serial number where one is given.

        Raises WireGone where there is none, more than one, no permission, another program holding it, or no
        documented style of endpoints.
        """
        return cls(*await trio.to_thread.run_sync(_open, vid, pid, serial))

    async def send(self, data: bytes) -> None:
        await trio.lowlevel.checkpoint()
        async with self._sending:
            for endpoint, piece in self._pipes.outgoing(data):
                await self._write(endpoint, piece)

    async def _write(self, endpoint: int, piece: bytes) -> None:
        stuck = 0
        while piece:
            self._check()
            with trio.CancelScope(shield=True):  # a head without its body would spoil the next request
                written = await trio.to_thread.run_sync(self._write_once, endpoint, piece, limiter=self._threads)
            piece = piece[written:]
            stuck = 0 if written else stuck + 1
            if stuck == STUCK_WRITES:
                raise self._went("it takes no bytes")
            if stuck:
                await trio.lowlevel.checkpoint_if_cancelled()

    async def receive(self, at_most: int = 4096) -> bytes:
        await trio.lowlevel.checkpoint()
        while not self._inbox:
            self._check()
            if self._pulled is None:
                self._pulled = trio.Event()
                trio.lowlevel.spawn_system_task(self._pull, self._pulled)  # it outlives whoever waits for it
            await self._pulled.wait()
        data = bytes(self._inbox[:at_most])
        del self._inbox[:at_most]
        return data

    async def aclose(self) -> None:
        self._closed = True
        with trio.CancelScope(shield=True):  # bounded by READ_MS and WRITE_MS; a handle in use must not be freed
            async with self._sending:
                while self._pulled is not None:
                    await self._pulled.wait()
                await trio.to_thread.run_sync(_let_go, self._device, limiter=self._threads)

    async def _pull(self, ended: trio.Event) -> None:
        """One read, whoever still waits for it."""
        try:
            data = await trio.to_thread.run_sync(self._read_once, self._pipes.incoming, limiter=self._threads)
            if isinstance(data, WireGone):
                self._gone = data
            else:
                self._pipes.came(data)
                self._inbox += data
        finally:
            self._pulled = None
            ended.set()

    def _read_once(self, endpoint: int) -> bytes | WireGone:
        try:
            return bytes(self._device.read(endpoint, _READ_BYTES, READ_MS))
        except usb.core.USBTimeoutError:
            return b""
        except usb.core.USBError as error:  # 19 unplugged, 32 stalled, 75 overflow, 5: open anew (facts/devices.md 10.5)
            return WireGone(str(error))

    def _write_once(self, endpoint: int, piece: bytes) -> int:
        try:
            return int(self._device.write(endpoint, piece, WRITE_MS))
        except usb.core.USBTimeoutError:
            return 0
        except usb.core.USBError as error:
            raise self._went(str(error)) from error

    def _went(self, why: str) -> WireGone:
        self._gone = WireGone(why)
        return self._gone

    def _check(self) -> None:
        if self._gone is not None:
            raise WireGone(str(self._gone))
        if self._closed:
            raise WireGone("the wire is closed")


def _open(vid: int, pid: int, serial: str | None) -> tuple[Any, Pipes]:
    name = f"{vid:04x}:{pid:04x}" + (f":{serial}" if serial is not None else "")
    device = None
    try:
        device = _find(vid, pid, serial, name)
        interface, pipes = choose(_interfaces(device))
        _claim(device, interface)
        _empty(device, pipes)
    except (usb.core.USBError, usb.core.NoBackendError, UnknownStyle) as error:
        if device is not None:
            _let_go(device)
        raise WireGone(f"usb {name}: {error}") from error
    return device, pipes


def _find(vid: int, pid: int, serial: str | None, name: str) -> Any:
    """The one that fits: which of two is meant is never guessed."""
    found = list(usb.core.find(find_all=True, idVendor=vid, idProduct=pid))
    fitting = [device for device in found if serial is None or _serial_number(device) == serial]
    for device in found:
        if device not in fitting or len(fitting) > 1:
            _let_go(device)
    if not fitting:
        raise WireGone(f"usb {name}: no such machine" + (f" among {len(found)}" if found else ""))
    if len(fitting) > 1:
        raise WireGone(f"usb {name}: {len(fitting)} such machines; name one by its serial number")
    return fitting[0]


def _serial_number(device: Any) -> str | None:
    try:
        return device.serial_number  # type: ignore[no-any-return]
    except ValueError:  # pyusb: a device that names no language has no strings
        return None


def _interfaces(device: Any) -> list[Interface]:
    try:
        configuration = device.get_active_configuration()
    except usb.core.USBError:  # not configured yet, as after a power-up without a kernel driver
        device.set_configuration()
        configuration = device.get_active_configuration()
    return [
        Interface(
            each.bInterfaceNumber,
            each.bAlternateSetting,
            each.bInterfaceClass,
            tuple(Endpoint(end.bEndpointAddress, end.bmAttributes) for end in each),
        )
        for each in configuration
    ]


def _claim(device: Any, interface: Interface) -> None:
    with contextlib.suppress(NotImplementedError):
        if device.is_kernel_driver_active(interface.number):
            device.detach_kernel_driver(interface.number)
    usb.util.claim_interface(device, interface.number)
    if interface.alternate:
        device.set_interface_altsetting(interface.number, interface.alternate)


def _empty(device: Any, pipes: Pipes) -> None:
    """Throw away what an earlier program did not fetch: a body without its head would shift every later one."""
    for endpoint in pipes.all_incoming:
        for _ in range(EMPTY_READS):
            try:
                device.read(endpoint, _READ_BYTES, EMPTY_MS)
            except usb.core.USBTimeoutError:
                break


def _let_go(device: Any) -> None:
    with contextlib.suppress(usb.core.USBError):  # an unplugged one cannot be told
        usb.util.dispose_resources(device)
