"""What the first screen needs, and nothing else, is loaded before it is drawn."""
from __future__ import annotations

import subprocess
import sys

NOT_YET = ("requests", "cv2", "numpy", "escpos", "reportlab", "pypdfium2", "pyhanko", "smartcard")


def test_nothing_that_is_slow_to_load_stands_before_the_first_screen() -> None:
    program = (
        "import sys, kiosk.start, kiosk.config\n"
        f"print(' '.join(name for name in {NOT_YET!r} if name in sys.modules))"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert said.stdout.strip() == "", f"loaded too early: {said.stdout}"
