"""python -m kiosk.faults_table docs/failures.md"""
from __future__ import annotations

import sys
from pathlib import Path

from kiosk.faults_table.page import write

write(Path(sys.argv[1]))
