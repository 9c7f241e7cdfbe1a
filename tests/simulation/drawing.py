"""Drawing on the spot, so that nothing runs in a thread. What is pure and drawn again and again is drawn once a process; the
drivers still send every byte of it."""
from __future__ import annotations

import zlib
from collections import OrderedDict
from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

import trio
from PIL import Image

from kiosk.plans.face import both_sides
from kiosk.preview import preview
from remote.central.population.portraits import draw_portrait
from remote.messages import PersonAnswer

T = TypeVar("T")
KEPT = 400
_kept: OrderedDict[object, Any] = OrderedDict()
kept_portrait = lru_cache(512)(draw_portrait)


async def offload(work: Callable[..., T], *args: Any) -> T:
    await trio.lowlevel.checkpoint()
    if work is both_sides:
        packed = _once((work, *args), lambda: tuple(_pack(side) for side in work(*args)))  # type: ignore[attr-defined]
        return tuple(_unpack(*side) for side in packed)  # type: ignore[return-value]
    if work is preview:
        key = (work, *(a.model_dump_json() if isinstance(a, PersonAnswer) else a for a in args))
        kept: T = _once(key, lambda: work(*args))
        return kept
    return work(*args)


def forget() -> None:
    """Nothing drawn is kept: for worlds that look for personal data in memory."""
    _kept.clear()


def _once(key: object, make: Callable[[], T]) -> T:
    if key in _kept:
        _kept.move_to_end(key)
        found: T = _kept[key]
        return found
    made = _kept[key] = make()
    if len(_kept) > KEPT:
        _kept.popitem(last=False)
    return made


def _pack(image: Image.Image) -> tuple[str, tuple[int, int], bytes]:
    return image.mode, image.size, zlib.compress(image.tobytes(), 1)


def _unpack(mode: str, size: tuple[int, int], packed: bytes) -> Image.Image:
    return Image.frombytes(mode, size, zlib.decompress(packed))
