"""From kiosk.toml to a picture on the screen: first the window says 正在恢复, then everything behind it is loaded.

What a citizen sees within the first seconds needs neither drivers nor paper: those are imported in a worker thread.
"""
from __future__ import annotations

import importlib
from typing import Any

import trio

from kiosk import leaflet
from kiosk.config import Config
from kiosk.display import Voice
from kiosk.heartbeat import beat
from kiosk.prompts import Look

LEFT_BY_TECHNICIAN = 0
FIRST_SHOWING = 0            # before the conversation's own, which count from 1


def run_kiosk(config: Config) -> int:
    """With a window. Returns when a technician left the full screen or the window was closed, and PARKED where the mains are
    gone and the battery is nearly empty."""
    from kiosk.ui.start import prepare

    screen = prepare(config.screen, fullscreen=config.showing.fullscreen)
    from kiosk.ui.sound import Speaker
    from kiosk.ui.window import KioskWindow

    window = KioskWindow(screen, config.front, palette=config.showing.palette)
    return trio.run(_with_window, config, window, Speaker(config.speech.voices, synthetic=config.speech.synthetic))


async def _with_window(config: Config, window: Any, voice: Voice) -> int:
    code = LEFT_BY_TECHNICIAN
    async with trio.open_nursery() as nursery:

        async def shown() -> None:
            await window.run()
            nursery.cancel_scope.cancel()

        window.present(FIRST_SHOWING, leaflet.recovering(), Look(language=config.showing.language))
        nursery.start_soon(shown)
        nursery.start_soon(beat)
        serving = await trio.to_thread.run_sync(importlib.import_module, "kiosk.serving")
        nursery.start_soon(window.draw_ahead, leaflet.usual_prompts(config.services))
        ending = await serving.serve(config, serving.parts_of(config, serving.transport_of(config)), window, voice)
        code = int(serving.CODES.get(ending, LEFT_BY_TECHNICIAN))
        nursery.cancel_scope.cancel()
    return code
