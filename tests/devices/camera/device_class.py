"""The camera as a device class: simulated over memory and TCP, image and video files through OpenCV in its own process, and
a real one through V4L2 (./run contract --hardware /dev/video0 --device camera)."""
from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import cv2
import numpy as np
import trio

from devices.camera.capture import capture
from devices.camera.driver import Camera
from devices.camera.simulator import CameraSimulator
from devices.serving import serve_tcp
from devices.wire import StreamWire
from tests.contract.device_class import DeviceClass, Driver, Hands, Way
from tests.devices.camera.contract import CONTRACT, Rig
from tests.devices.camera.people import drawn_subject
from tests.devices.camera.rig import memory_rig
from tests.devices.camera.test_driver import FAULT_TABLE


class SimulatedRig:
    def __init__(self, camera: Camera, simulator: CameraSimulator) -> None:
        self.camera = camera
        self._simulator = simulator

    async def cover(self) -> bool:
        self._simulator.faults.set("black")
        return True

    async def uncover(self) -> None:
        self._simulator.faults.clear("black")


class FileRig:
    def __init__(self, camera: Camera) -> None:
        self.camera = camera

    async def cover(self) -> bool:
        return False

    async def uncover(self) -> None:
        return


class HardwareRig:
    def __init__(self, camera: Camera, hands: Hands) -> None:
        self.camera = camera
        self._hands = hands

    async def cover(self) -> bool:
        await self._hands.ask("Cover the lens with your hand, tightly, and leave it there")
        return True

    async def uncover(self) -> None:
        await self._hands.ask("Take the hand away")


@asynccontextmanager
async def over_memory(_: Path) -> AsyncIterator[Rig]:
    async with memory_rig() as rig:
        yield SimulatedRig(rig.camera, rig.simulator)


@asynccontextmanager
async def over_tcp(_: Path) -> AsyncIterator[Rig]:
    simulator = CameraSimulator()
    simulator.model.stand(drawn_subject())
    async with trio.open_nursery() as nursery:
        port = await nursery.start(serve_tcp, simulator, 0)
        camera = Camera(lambda: StreamWire.connect("127.0.0.1", port))
        yield SimulatedRig(camera, simulator)
        await camera.aclose()
        nursery.cancel_scope.cancel()


def video_of(path: Path, pictures: int = 20) -> None:
    """A short video of a light that wanders: every picture is another one."""
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 20, (320, 240))
    for index in range(pictures):
        picture = np.full((240, 320, 3), 90, np.uint8)
        cv2.circle(picture, (20 + 14 * index, 120), 40, (200, 220, 240), -1)
        writer.write(picture)
    writer.release()


@asynccontextmanager
async def from_an_image(folder: Path) -> AsyncIterator[Rig]:
    drawn_subject().picture.save(folder / "somebody.png")
    camera = Camera(capture(f"file:{folder / 'somebody.png'}"))
    yield FileRig(camera)
    await camera.aclose()


@asynccontextmanager
async def from_a_video(folder: Path) -> AsyncIterator[Rig]:
    video_of(folder / "light.avi")
    camera = Camera(capture(f"video:{folder / 'light.avi'}"))
    yield FileRig(camera)
    await camera.aclose()


@asynccontextmanager
async def at_the_real_camera(port: str, hands: Hands) -> AsyncIterator[Rig]:
    camera = Camera(capture(f"v4l2:{port}"))
    try:
        yield HardwareRig(camera, hands)
    finally:
        await camera.aclose()


CLASS: DeviceClass[Rig] = DeviceClass(
    "camera",
    CONTRACT,
    (
        Driver(
            "v4l2",
            (
                Way("memory", over_memory),
                Way("tcp", over_tcp, virtual=False),
                Way("image", from_an_image, virtual=False),
                Way("video", from_a_video, virtual=False),
            ),
            FAULT_TABLE,
            at_the_real_camera,
        ),
    ),
)
