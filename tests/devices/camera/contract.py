"""What every camera must do, simulated or real."""
from __future__ import annotations

import io
from collections.abc import Awaitable, Callable
from typing import Protocol

import pytest
import trio
from PIL import Image

from devices.camera.driver import Black, Camera

PATIENCE_S = 20.0


class Rig(Protocol):
    camera: Camera

    async def cover(self) -> bool:
        """Cover the lens; False where nobody can (a file)."""

    async def uncover(self) -> None: ...


async def pictures_come_one_after_the_other(rig: Rig) -> None:
    with trio.fail_after(PATIENCE_S):
        first, second = await rig.camera.frame(), await rig.camera.frame()
    assert second.number > first.number
    assert second.taken_at >= first.taken_at
    assert second.jpeg != first.jpeg
    for frame in (first, second):
        with Image.open(io.BytesIO(frame.jpeg)) as picture:
            assert picture.format == "JPEG"
            assert min(picture.size) >= 240
    await rig.camera.aclose()


async def a_call_given_up_half_way_leaves_the_camera_usable(rig: Rig) -> None:
    with trio.fail_after(PATIENCE_S):
        before = await rig.camera.frame()
        for patience_s in (0.0, 0.001, 0.01, 0.03):
            with trio.move_on_after(patience_s):
                await rig.camera.frame()
        after = await rig.camera.frame()
    assert after.number > before.number
    await rig.camera.aclose()


async def a_camera_let_go_is_taken_again(rig: Rig) -> None:
    with trio.fail_after(PATIENCE_S):
        await rig.camera.frame()
        await rig.camera.aclose()
        await rig.camera.aclose()
        await rig.camera.frame()
        await rig.camera.check()
        await rig.camera.frame()
    await rig.camera.aclose()


async def a_covered_lens_is_black_and_passes(rig: Rig) -> None:
    if not await rig.cover():
        return
    with trio.fail_after(PATIENCE_S):
        with pytest.raises(Black):
            await rig.camera.frame()
        await rig.uncover()
        await rig.camera.frame()
    await rig.camera.aclose()


CONTRACT: tuple[Callable[[Rig], Awaitable[None]], ...] = (
    pictures_come_one_after_the_other,
    a_call_given_up_half_way_leaves_the_camera_usable,
    a_camera_let_go_is_taken_again,
    a_covered_lens_is_black_and_passes,
)
