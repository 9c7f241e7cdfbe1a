"""Started in a process of its own by capture.py: `python -m devices.camera.capture_worker SOURCE`.

SOURCE is `v4l2:/dev/videoN`, `file:PATH` or `video:PATH`. Requests on standard input, packets on standard output
(codec.py). Exit status 2: there is no such source; 3: it was there and stopped giving pictures.
"""
from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from devices.camera.codec import Packet, RequestParser, encode_packet

Image = NDArray[np.uint8]
WIDTH, HEIGHT = 1280, 720            # asked of the camera; it gives the nearest it has
QUALITY = 90                         # JPEG
FILE_FPS = 15
NOISE = 2
"""A still picture stands for a camera whose sensor is alive: each frame differs by so much noise."""
BAD_READS = 10                       # in a row: the camera is gone


class Source(Protocol):
    def next(self) -> Image | None:
        """The newest picture, None where this one could not be had."""


class V4l2:
    """A thread takes every picture as it comes, so that the one asked for is never an old one from the driver's queue."""

    def __init__(self, device: str) -> None:
        self._capture = cv2.VideoCapture(device, cv2.CAP_V4L2)
        if not self._capture.isOpened():
            raise FileNotFoundError(device)
        self._capture.set(cv2.CAP_PROP_FRAME_WIDTH, WIDTH)
        self._capture.set(cv2.CAP_PROP_FRAME_HEIGHT, HEIGHT)
        self._newest: Image | None = None
        self._there = threading.Condition()
        self._over = False
        threading.Thread(target=self._keep_taking, daemon=True).start()

    def _keep_taking(self) -> None:
        bad = 0
        while bad < BAD_READS:
            good, picture = self._capture.read()
            bad = 0 if good else bad + 1
            if good:
                with self._there:
                    self._newest = np.asarray(picture, np.uint8)
                    self._there.notify()
        with self._there:
            self._over = True
            self._there.notify()

    def next(self) -> Image | None:
        with self._there:
            self._newest = None
            self._there.wait_for(lambda: self._newest is not None or self._over)
            return self._newest


class Still:
    """An image file in the place of a camera."""

    def __init__(self, path: str) -> None:
        picture = cv2.imread(path, cv2.IMREAD_COLOR)
        if picture is None:
            raise FileNotFoundError(path)
        self._picture = np.asarray(picture, np.uint8)
        self._noise = np.random.default_rng(0)

    def next(self) -> Image | None:
        time.sleep(1 / FILE_FPS)
        noise = self._noise.integers(-NOISE, NOISE, self._picture.shape, dtype=np.int16, endpoint=True)
        noisy: Image = np.clip(self._picture.astype(np.int16) + noise, 0, 255).astype(np.uint8)
        return noisy


class Video:
    """A video file, again and again from its beginning, at its own pace."""

    def __init__(self, path: str) -> None:
        self._capture = cv2.VideoCapture(path)
        if not self._capture.isOpened():
            raise FileNotFoundError(path)
        self._pause_s = 1 / min(max(self._capture.get(cv2.CAP_PROP_FPS) or FILE_FPS, 1), 60)

    def next(self) -> Image | None:
        time.sleep(self._pause_s)
        good, picture = self._capture.read()
        if not good:
            self._capture.set(cv2.CAP_PROP_POS_FRAMES, 0)
            good, picture = self._capture.read()
        return np.asarray(picture, np.uint8) if good else None


SOURCES: dict[str, Callable[[str], Source]] = {"v4l2": V4l2, "file": Still, "video": Video}


def opened(source: str) -> Source:
    """Raises FileNotFoundError, ValueError."""
    kind, _, rest = source.partition(":")
    if kind not in SOURCES or not rest:
        raise ValueError(source)
    if kind != "v4l2" and not Path(rest).is_file():
        raise FileNotFoundError(rest)
    return SOURCES[kind](rest)


def main(source: str) -> int:
    try:
        camera = opened(source)
    except (FileNotFoundError, ValueError) as error:
        sys.stderr.write(f"no camera: {error}\n")
        return 2
    requests, number, began = RequestParser(), 0, time.monotonic()
    while heard := os.read(0, 4096):
        tags = requests.feed(heard)
        for tag in tags[-1:]:                            # whoever asks twice wants the newer picture
            picture = camera.next()
            if picture is None:
                sys.stderr.write("no more pictures\n")
                return 3
            number = (number + 1) & 0xFFFFFFFF
            _, jpeg = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
            taken_ms = int((time.monotonic() - began) * 1000)
            _write(encode_packet(Packet(tag, number, taken_ms, jpeg.tobytes())))
    return 0


def _write(data: bytes) -> None:
    left = memoryview(data)
    while left:
        left = left[os.write(1, left) :]


if __name__ == "__main__":
    cv2.setNumThreads(1)
    sys.exit(main(sys.argv[1]))
