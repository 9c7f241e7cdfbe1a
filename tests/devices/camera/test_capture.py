"""The process around OpenCV, on a real clock. There is no virtual V4L2 device without a kernel module, so V4L2 itself is
tried here only where it refuses; pictures of it are for ./run contract --hardware."""
from __future__ import annotations

from pathlib import Path

import pytest
import trio

from devices.camera.capture import capture
from devices.camera.driver import Camera, CameraGone
from tests.devices.camera.device_class import video_of

PATIENCE_S = 20.0


NOWHERE = ["v4l2:/dev/video-that-is-not-there", "file:/nowhere.png", "video:/nowhere.avi", "film:/x", "v4l2:"]


@pytest.mark.parametrize("source", NOWHERE)
def test_a_source_that_is_not_there_is_gone_and_said_so(source: str) -> None:
    async def situation() -> str:
        camera = Camera(capture(source))
        with trio.fail_after(PATIENCE_S), pytest.raises(CameraGone) as gone:
            await camera.frame()
        return str(gone.value)

    assert "no camera" in trio.run(situation)


def test_a_file_that_is_no_camera_is_refused_by_v4l2(tmp_path: Path) -> None:
    (tmp_path / "video0").write_bytes(b"not a device")

    async def situation() -> None:
        with trio.fail_after(PATIENCE_S), pytest.raises(CameraGone, match="no camera"):
            await Camera(capture(f"v4l2:{tmp_path / 'video0'}")).frame()

    trio.run(situation)


def test_a_capture_process_that_dies_is_started_again_at_the_next_picture(tmp_path: Path) -> None:
    video_of(tmp_path / "light.avi")

    async def situation() -> None:
        camera = Camera(capture(f"video:{tmp_path / 'light.avi'}"))
        with trio.fail_after(PATIENCE_S):
            await camera.frame()
            camera._wire._process.kill()  # type: ignore[union-attr]
            with pytest.raises(CameraGone):
                await camera.frame()
            await camera.frame()
            await camera.aclose()

    trio.run(situation)


def test_a_video_goes_on_from_its_beginning(tmp_path: Path) -> None:
    video_of(tmp_path / "light.avi", pictures=3)

    async def situation() -> list[int]:
        camera = Camera(capture(f"video:{tmp_path / 'light.avi'}"))
        with trio.fail_after(PATIENCE_S):
            numbers = [(await camera.frame()).number for _ in range(8)]
        await camera.aclose()
        return numbers

    assert trio.run(situation) == list(range(1, 9))
