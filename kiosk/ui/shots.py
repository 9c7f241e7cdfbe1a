"""Pictures of a screen: drawn off the window, so that any screen size can be drawn whatever the window's is."""
from __future__ import annotations

from pathlib import Path
from typing import Any

from kivy.core.window import Window
from kivy.graphics import ClearBuffers, ClearColor, Fbo
from kivy.uix.widget import Widget


def pixels_of(widget: Widget) -> tuple[tuple[int, int], bytes]:
    """(width, height), RGBA rows from the top."""
    size = round(widget.width), round(widget.height)
    fbo = Fbo(size=size, with_stencilbuffer=False)
    with fbo:
        ClearColor(*Window.clearcolor)
        ClearBuffers()
    fbo.add(widget.canvas)
    fbo.draw()
    rows = fbo.pixels
    fbo.remove(widget.canvas)
    width, height = size
    stride = width * 4
    return size, b"".join(rows[at : at + stride] for at in range((height - 1) * stride, -1, -stride))


def image_of(widget: Widget) -> Any:
    """A PIL image, RGB."""
    from PIL import Image

    size, rgba = pixels_of(widget)
    return Image.frombytes("RGBA", size, rgba).convert("RGB")


def save_widget(widget: Widget, path: Path) -> None:
    image_of(widget).save(path)
