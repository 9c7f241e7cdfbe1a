"""What the terminal knows of its camera before anybody stands there."""
from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import trio

from devices.camera.driver import Black
from kiosk.face.seam import FaceAway
from kiosk.health.camera import EVERY_S, CameraLook
from tests.kiosk.rig import Hall, Settings, in_hall


def told(folder: Path, story: object) -> None:
    in_hall(folder, story, settings=Settings(camera=True), start=False)  # type: ignore[arg-type]


def test_a_camera_that_works_is_looked_at_seldom_and_let_go(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        eyes = hall.post._eyes()
        look, model = CameraLook(eyes), hall.post.camera.model
        assert (await look()).works and model.number == 1
        assert eyes.camera._wire is None
        await trio.sleep(EVERY_S - 1)
        assert (await look()).works and model.number == 1
        await trio.sleep(2)
        assert (await look()).works and model.number == 2

    told(tmp_path, story)


def test_one_that_somebody_saw_fail_is_looked_at_again_at_once_and_until_it_works(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        eyes, faults = hall.post._eyes(), hall.post.camera.faults
        look = CameraLook(eyes)
        await look()
        faults.set("black")
        with pytest.raises(Black):
            await eyes.camera.frame()
        for _ in range(2):
            found = await look()
            assert not found.works and found.troubles == ("camera_covered",)
        faults.clear()
        assert (await look()).works

    told(tmp_path, story)


class Hanging:
    """A worker that never comes up."""

    async def warm(self) -> None:
        await trio.lowlevel.checkpoint()
        raise FaceAway("hangs")


def test_a_camera_without_a_program_that_compares_is_no_face_check(tmp_path: Path) -> None:
    async def story(hall: Hall) -> None:
        found = await CameraLook(replace(hall.post._eyes(), sight=Hanging()))()  # type: ignore[arg-type]
        assert not found.works and found.troubles == ("face_check_away",)

    told(tmp_path, story)
