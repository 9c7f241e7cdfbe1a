"""`python -m tests.hall.child PROGRAM ARGUMENTS`: become that program, to end when the hall does. For programs of the
product, which know nothing of halls."""
from __future__ import annotations

import os
import sys

from tests.hall.process import die_with_parent

if __name__ == "__main__":
    die_with_parent()
    os.execv(sys.argv[1], sys.argv[1:])
