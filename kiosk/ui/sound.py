"""Plays recordings one after the other; what nobody recorded stays silent, or is said by the configured synthetic voice.

Kivy's loader gives a sound of length 0, not None, where there is no audio device (ui.md 6.1): such a sound is not played.
"""
from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import trio
from kivy.core.audio import SoundLoader

from kiosk.speech import Sentence

PAUSE_S = 0.35
"""Between two sentences: an old ear needs the pause more than the volume."""

VOLUMES = (0.0, 0.35, 0.55, 0.78, 1.0)

SYNTHESIS_LIMIT_S = 8.0
"""espeak-ng makes ten seconds of speech in 0.1 s (ui.md 6); what takes longer is stuck."""


class Sound:
    """kiosk.speech.Voice on Kivy's audio. `folder` holds the recordings, one voice per language: `<voice>/<id>.wav`."""

    def __init__(self, folder: Path, voices: dict[str, str], synthetic: Sequence[str] = ()) -> None:
        """voices: language -> name of its folder. synthetic: a command that gets the text as its last argument and writes a
        WAV to stdout (for example espeak-ng --stdout -v en); () for none."""
        self._folder, self._voices, self._synthetic = folder, voices, tuple(synthetic)
        self._wishes_in, self._wishes = trio.open_memory_channel[tuple[Sequence[Sequence[Sentence]], str, int]](8)
        self._now: trio.CancelScope | None = None
        self._playing: Any = None

    def say(self, spoken: Sequence[Sequence[Sentence]], language: str, volume: int) -> None:
        self.hush()
        if volume > 0:
            self._wishes_in.send_nowait((spoken, language, volume))

    def hush(self) -> None:
        """Stop at once and forget what was to be said."""
        while True:
            try:
                self._wishes.receive_nowait()
            except trio.WouldBlock:
                break
        if self._now is not None:
            self._now.cancel()
        if self._playing is not None:
            self._playing.stop()
            self._playing = None

    async def run(self) -> None:
        """Speak what is wished for, until cancelled."""
        async for spoken, language, volume in self._wishes:
            with trio.CancelScope() as self._now:
                for sentence in spoken:
                    await self._sentence(sentence, language, volume)
                    await trio.sleep(PAUSE_S)
            self._now = None

    def recordings(self, sentence: Sequence[Sentence], language: str) -> list[Path] | None:
        """The files of all parts; None where one is missing."""
        voice = self._voices.get(language)
        if voice is None:
            return None
        files = [self._folder / voice / f"{part.id}.wav" for part in sentence]
        return files if all(part.id and file.is_file() for part, file in zip(sentence, files, strict=True)) else None

    async def _sentence(self, sentence: Sequence[Sentence], language: str, volume: int) -> None:
        files = self.recordings(sentence, language)
        if files is not None:
            for file in files:
                await self._play(file, volume)
        elif self._synthetic:
            await self._synthesise("".join(part.text for part in sentence), volume)

    async def _play(self, file: Path, volume: int) -> None:
        sound = SoundLoader.load(str(file))
        if sound is None or sound.length <= 0:
            return
        sound.volume = VOLUMES[min(volume, len(VOLUMES) - 1)]
        self._playing = sound
        sound.play()
        try:
            await trio.sleep(sound.length)
        finally:
            sound.stop()
            sound.unload()
            self._playing = None

    async def _synthesise(self, text: str, volume: int) -> None:
        """The text never reaches a file that outlives the sentence: it may hold what only this citizen should hear."""
        with trio.move_on_after(SYNTHESIS_LIMIT_S):
            made = await trio.run_process([*self._synthetic, text], capture_stdout=True, check=False)
            if made.returncode != 0 or not made.stdout:
                return
            file = Path("/dev/shm") if Path("/dev/shm").is_dir() else self._folder
            wav = file / f"terminal-voice-{id(self):x}.wav"
            try:
                await trio.to_thread.run_sync(partial(wav.write_bytes, made.stdout))
                await self._play(wav, volume)
            finally:
                wav.unlink(missing_ok=True)
