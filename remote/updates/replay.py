"""What a bundle must stand before it is published, and again at each terminal before it is used: the same code at both ends.

CATALOGUE: the program's own prompts; every key there and no other, the same placeholders. CONFIGURATION: TOML whose values the
terminal may be told from afar. RULES: the decision-table cases that travel in the bundle. There is no way around it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from remote.messages.releases import Kind
from remote.updates.unpack import ReleaseWrong

Check = Callable[[Mapping[str, bytes]], None]
"""Files of a bundle by path; raises ReleaseWrong("replay", which case)."""
CHECKS: dict[Kind, Check] = {}


def replay(kind: Kind, files: Mapping[str, bytes]) -> None:
    """Raises ReleaseWrong: also for a kind that this program cannot check."""
    check = CHECKS.get(kind)
    if check is None:
        raise ReleaseWrong("replay", f"nothing here checks {kind}")
    check(files)
