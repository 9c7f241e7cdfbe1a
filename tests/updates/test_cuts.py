"""Power cuts during an update: the small run; the large one is `./run update-cuts`."""
from __future__ import annotations

from random import Random

import pytest

from tests.updates.cuts import STORIES, Story, cut, operations
from tests.updates.power_disk import PowerDisk

EVERY = 5


@pytest.mark.parametrize("story", STORIES, ids=[story.name for story in STORIES])
def test_power_cut_at_any_operation_leaves_a_terminal_that_starts(story: Story) -> None:
    steps = operations(story)
    random = Random(story.name)
    for at in range(random.randint(1, EVERY), len(steps) + 1, EVERY):
        assert cut(story, at, random.randint(0, 1000)) == (), (at, steps[at - 1])


def test_what_was_not_synced_may_be_lost_or_garbled() -> None:
    from pathlib import Path

    left = set()
    for seed in range(40):
        disk = PowerDisk()
        disk.write(Path("/kept"), b"kept")
        disk.sync(Path("/kept"))
        disk.sync(Path("/"))
        disk.write(Path("/kept"), b"new")
        disk.write(Path("/other"), b"other")
        after = disk.survives(Random(seed))
        left.add((after.read(Path("/kept")), after.exists(Path("/other"))))
    assert {data for data, _ in left} > {b"kept", b"new"} and {there for _, there in left} == {True, False}
