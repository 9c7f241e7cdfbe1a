"""Settings that Kivy reads once, at its first import: to be made before any module of it is loaded."""
from __future__ import annotations

import ctypes
import logging
import os
import tempfile
from pathlib import Path

from kiosk.front import Screen

DESKTOP_MARGIN = 0.9
"""Part of a desktop's screen that the demo's window may take; the rest is its panels."""

DESKTOP_IF_UNKNOWN_PX = (1280, 720)


def prepare(screen: Screen, *, fullscreen: bool = False, home: Path | None = None, title: str = "") -> Screen:
    """Configure Kivy for a window of this screen and return the screen as it will be drawn: on a desktop that is too
    small for it, the same screen with fewer pixels. Must come before Kivy opens its window."""
    shown = screen if fullscreen or _offscreen() else screen.fitted(*_most_px())
    os.environ.setdefault("KIVY_NO_ARGS", "1")
    os.environ.setdefault("KIVY_NO_FILELOG", "1")
    # In its own mode Kivy takes over the root logger and stderr of the whole program.
    os.environ.setdefault("KIVY_LOG_MODE", "PYTHON")
    logging.getLogger("kivy").setLevel(logging.ERROR)
    os.environ.setdefault("KIVY_HOME", str(home or tempfile.mkdtemp(prefix="terminal-kivy-")))
    os.environ.setdefault("KIVY_METRICS_DENSITY", "1")
    os.environ.setdefault("KIVY_METRICS_FONTSCALE", "1")
    from kivy.config import Config

    for key, value in {"width": shown.width_px, "height": shown.height_px, "resizable": 0, "multisamples": 0, "borderless": 0,
                       "fullscreen": "auto" if fullscreen else 0, "show_cursor": 0 if fullscreen else 1, "maxfps": 60}.items():
        Config.set("graphics", key, value)
    Config.set("kivy", "exit_on_escape", "0")
    Config.set("kivy", "pause_on_minimize", "0")
    # Two providers report one finger twice (kivy#8494): SDL's own mouse and touch events are the one.
    Config.remove_section("input")
    Config.add_section("input")
    Config.set("input", "mouse", "mouse,disable_multitouch")
    if title:
        from kivy.app import App

        App.title = title
    return shown


def _offscreen() -> bool:
    return os.environ.get("SDL_VIDEODRIVER") == "offscreen"


def _most_px() -> tuple[int, int]:
    width, height = _desktop_px() or DESKTOP_IF_UNKNOWN_PX
    return int(width * DESKTOP_MARGIN), int(height * DESKTOP_MARGIN)


def _desktop_px() -> tuple[int, int] | None:
    """Size of the X screen (XWayland has one too). Asked of Xlib, because Kivy knows it only after the window is open."""
    try:
        x11 = ctypes.CDLL("libX11.so.6")
    except OSError:
        return None
    x11.XOpenDisplay.restype = ctypes.c_void_p
    display = x11.XOpenDisplay(None)
    if not display:
        return None
    handle = ctypes.c_void_p(display)
    size = x11.XDisplayWidth(handle, 0), x11.XDisplayHeight(handle, 0)
    x11.XCloseDisplay(handle)
    return size
