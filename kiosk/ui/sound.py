"""Plays recordings one after the other; what nobody recorded stays silent, or is said by a synthetic voice if that is
configured and speaks the language. Driven by Kivy's clock: nothing waits for it.

Kivy's loader gives a sound of length 0, not None, where there is no audio device (ui.md 6.1): such a sound is not played.
"""
from __future__ import annotations

import subprocess
import tempfile
from collections import deque
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kivy.clock import Clock
from kivy.core.audio import SoundLoader

from kiosk.prompts import Look, Prompt
from kiosk.speech import Sentence, spoken_sentences
from kiosk.texts import Catalogue, catalogue

PAUSE_S = 0.35
"""Between two sentences: an old ear needs the pause more than the loudness."""

VOLUMES = (0.0, 0.35, 0.55, 0.78, 1.0)
"""Of Look.volume 0..4."""

SYNTHETIC = {"en": ("espeak-ng", "-v", "en", "-s", "135")}
"""espeak-ng reads Chinese characters and tones wrong (ui.md 6): there is no synthetic Chinese voice."""
SYNTHESIS_LOOK_S = 0.05
SYNTHESIS_LIMIT_S = 8.0
"""Ten seconds of speech are made in 0.1 s (ui.md 6); what takes longer is stuck."""


class Speaker:
    """kiosk.display.Voice. Recordings of a language are in `<voices>/<language>/<id>.wav`."""

    def __init__(self, voices: Path, *, synthetic: bool = False, texts: Catalogue | None = None) -> None:
        self._voices, self._synthetic, self._texts = voices, synthetic, texts or catalogue()
        self._waiting: deque[Path | Sequence[Sentence]] = deque()
        self._language, self._loudness = "zh_CN", 0.0
        self._last = ""
        self._sound: Any = None
        self._event: Any = None
        self._making: subprocess.Popen[bytes] | None = None
        self._made: Path | None = None

    def say(self, prompt: Prompt, look: Look) -> None:
        """Interrupt, and speak this prompt; asked for a second time, its answers too."""
        again, self._last = self._last == prompt.name, prompt.name
        self._stop()
        rendered = self._texts.render(prompt, look.language)
        self._language, self._loudness = look.language, VOLUMES[min(max(look.volume, 0), len(VOLUMES) - 1)]
        if self._loudness <= 0:
            return
        for sentence in spoken_sentences(rendered, self._texts, choices=again):
            files = self.recordings(sentence, look.language)
            if files is not None:
                self._waiting.extend(files)
            elif self._synthetic and look.language in SYNTHETIC:
                self._waiting.append(sentence)
        self._next()

    def silence(self) -> None:
        """Stop at once and forget what was said."""
        self._last = ""
        self._stop()

    def recordings(self, sentence: Sequence[Sentence], language: str) -> list[Path] | None:
        """The files of all parts; None where one is missing: half a sentence is worse than none."""
        files = [self._voices / language / f"{part.id}.wav" for part in sentence]
        return files if all(part.id and file.is_file() for part, file in zip(sentence, files, strict=True)) else None

    def _stop(self) -> None:
        self._waiting.clear()
        if self._event is not None:
            self._event.cancel()
            self._event = None
        if self._making is not None:
            self._making.kill()
            self._making.wait()
            self._making = None
        self._end_sound()

    def _end_sound(self) -> None:
        if self._sound is not None:
            self._sound.stop()
            self._sound.unload()
            self._sound = None
        if self._made is not None:
            # The text may hold what only this citizen should hear: its sound does not outlive the sentence.
            self._made.unlink(missing_ok=True)
            self._made = None

    def _next(self, *_: object) -> None:
        self._end_sound()
        if not self._waiting:
            return
        item = self._waiting.popleft()
        if isinstance(item, Path):
            self._play(item)
        else:
            self._synthesise("".join(part.text for part in item))

    def _play(self, file: Path) -> None:
        sound = SoundLoader.load(str(file))
        if sound is None or sound.length <= 0:
            self._event = Clock.schedule_once(self._next, 0)
            return
        self._sound = sound
        sound.volume = self._loudness
        sound.play()
        self._event = Clock.schedule_once(self._next, sound.length + PAUSE_S)

    def _synthesise(self, text: str) -> None:
        with tempfile.NamedTemporaryFile(suffix=".wav", delete=False) as made:
            self._made = Path(made.name)
        try:
            self._making = subprocess.Popen([*SYNTHETIC[self._language], "-w", str(self._made), text],
                                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        except FileNotFoundError:
            self._stop()
            return
        self._event = Clock.schedule_once(lambda _: self._look(0.0), SYNTHESIS_LOOK_S)

    def _look(self, waited_s: float) -> None:
        assert self._making is not None and self._made is not None
        code = self._making.poll()
        if code is None and waited_s < SYNTHESIS_LIMIT_S:
            self._event = Clock.schedule_once(lambda _: self._look(waited_s + SYNTHESIS_LOOK_S), SYNTHESIS_LOOK_S)
            return
        if code is None:
            self._making.kill()
            self._making.wait()
        self._making = None
        if code == 0:
            self._play(self._made)
        else:
            self._event = Clock.schedule_once(self._next, 0)
