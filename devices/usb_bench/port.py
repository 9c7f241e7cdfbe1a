"""A USB plug for a simulated machine: the same simulator that answers over a pty, behind bulk endpoints."""
from __future__ import annotations

import itertools
import socket
import struct
from collections import defaultdict, deque
from pathlib import Path

import trio

from devices.serving import Simulator
from devices.usb_bench.descriptors import Identity, Style
from devices.usb_bench.tree import FakeTree
from devices.usb_bench.urbs import OpenNode
from devices.wire import WireGone

_DEVNUMS_PER_SOCKET = 16  # of the 127 on a bus; 1 is the root hub
_GET_DESCRIPTOR, _STRING = 0x06, 3
_TO_HOST = 0x80


class Plugged:
    """The machine during one plugging. To the simulator it is its Wire, to the bus its endpoints."""

    def __init__(self, tree: FakeTree, listening: socket.socket) -> None:
        self.tree = tree
        self.listening = listening
        self.plugged = True
        self.deaf = False
        self.holder: object | None = None
        self._out = bytearray()
        self._in: defaultdict[int, deque[bytes]] = defaultdict(deque)
        self._news = trio.Event()

    def put(self, endpoint: int, data: bytes) -> None:
        self._out += data
        self._news.set()

    def take(self, endpoint: int, at_most: int) -> bytes | None:
        queue = self._in[endpoint]
        if not queue:
            return None
        data = queue.popleft()
        if len(data) > at_most:
            queue.appendleft(data[at_most:])
        return data[:at_most]

    def control(self, setup: bytes) -> bytes | None:
        request_type, request, value, _, length = struct.unpack_from("<BBHHH", setup)
        if not request_type & _TO_HOST:
            return b""
        if request == _GET_DESCRIPTOR and value >> 8 == _STRING:
            answer = self.tree.identity.string_descriptor(value & 0xFF)
            return None if answer is None else answer[:length]
        return None

    async def send(self, data: bytes) -> None:
        await trio.lowlevel.checkpoint()
        self._check()
        for endpoint, piece in self.tree.style.transfers(data):
            self._in[endpoint].append(piece)

    async def receive(self, at_most: int = 4096) -> bytes:
        await trio.lowlevel.checkpoint()
        while not self._out:
            self._check()
            self._news = trio.Event()
            await self._news.wait()
        data = bytes(self._out[:at_most])
        del self._out[:at_most]
        return data

    async def aclose(self) -> None:
        """Nothing to do: the machine's end stays until the plug is pulled."""
        await trio.lowlevel.checkpoint()

    def pull(self) -> None:
        self.plugged = False
        self._news.set()

    def _check(self) -> None:
        if not self.plugged:
            raise WireGone("unplugged")


class UsbPort:
    """A plug as devices.pty_port.Pty is one: `unplug()` pulls it, `replug()` puts it back with a new number on the bus."""

    own_baud: int | None = None  # a bus has no baud rate: a machine told to change it goes on as before

    def __init__(self, root: Path, style: Style, identity: Identity | None = None, *, socket_number: int = 1) -> None:
        self.root = root
        self._socket_number = socket_number
        self._style = style
        self._identity = identity or Identity()
        self._devnums = itertools.count(2 + (socket_number - 1) * _DEVNUMS_PER_SOCKET)
        self._sequence = itertools.count(1)
        self._plugging: Plugged | None = None
        self._changed = trio.Event()
        self._built = trio.Event()

    @property
    def plugged(self) -> bool:
        return self._plugging is not None

    def set_deaf(self, deaf: bool) -> None:
        """Deaf: it stays on the bus and takes no byte, as a machine whose program hangs."""
        if self._plugging is not None:
            self._plugging.deaf = deaf

    def unplug(self) -> None:
        """Whatever is under way fails, programs that watch the bus are told. Idempotent."""
        plugging, self._plugging = self._plugging, None
        if plugging is None:
            return
        plugging.pull()
        plugging.tree.announce("remove", next(self._sequence))
        plugging.tree.remove()
        trio.lowlevel.notify_closing(plugging.listening)
        plugging.listening.close()
        self._tell()

    def replug(self) -> None:
        """Idempotent."""
        if self._plugging is not None:
            return
        tree = FakeTree(self.root, self._socket_number, next(self._devnums), self._identity, self._style)
        listening = tree.listen()
        tree.build()
        self._plugging = Plugged(tree, listening)
        self._tell()
        tree.announce("add", next(self._sequence))

    def _tell(self) -> None:
        self._changed.set()
        self._changed = trio.Event()

    async def run(self, simulator: Simulator) -> None:
        """Serve every plugging until cancelled."""
        async with trio.open_nursery() as opened_nodes:  # they outlive the plug: see the package's docstring
            while True:
                while (plugging := self._plugging) is None:
                    await self._changed.wait()
                async with trio.open_nursery() as nursery:
                    nursery.start_soon(_take_openings, plugging, opened_nodes)
                    nursery.start_soon(_serve_until_gone, simulator, plugging)
                    while self._plugging is plugging:
                        await self._changed.wait()
                    nursery.cancel_scope.cancel()


async def _take_openings(plugging: Plugged, opened_nodes: trio.Nursery) -> None:
    while plugging.plugged:
        try:
            await trio.lowlevel.wait_readable(plugging.listening)
        except trio.ClosedResourceError:
            return  # the plug was pulled
        accepted, _ = plugging.listening.accept()
        opened_nodes.start_soon(_serve_node, trio.SocketStream(trio.socket.from_stdlib_socket(accepted)), plugging)


async def _serve_node(stream: trio.SocketStream, plugging: Plugged) -> None:
    async with stream:
        await OpenNode(stream, plugging).serve()


async def _serve_until_gone(simulator: Simulator, plugging: Plugged) -> None:
    try:
        await simulator.serve(plugging)
    except WireGone:
        return  # the plug went; the machine itself goes on
