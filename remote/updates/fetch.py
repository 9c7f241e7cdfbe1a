"""One signed target from the centre in portions; what came before a cut is not asked for again."""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Awaitable, Callable
from pathlib import Path

from tuf.api._payload import TargetFile

from remote.messages.releases import MOST_TARGET, PORTION, FetchTarget, Portion
from remote.updates.launcher.disk import Disk, clear, make_folders, put
from remote.updates.trust import NotTrusted

Ask = Callable[[FetchTarget], Awaitable[Portion]]


async def fetch_target(disk: Disk, incoming: Path, target: TargetFile, ask: Ask, told: Callable[[int], None]) -> bytes:
    """Its content, of the signed length and hash. `told`: bytes that are here. Raises NotTrusted, and what `ask` raises."""
    digest = target.hashes.get("sha256", "")
    if len(digest) != 64 or not 0 < target.length <= MOST_TARGET:
        raise NotTrusted("malformed", target.path)
    folder = incoming / digest
    if disk.exists(incoming):
        for name in disk.names(incoming):
            if name != digest:
                clear(disk, incoming / name)   # of a release that is not wanted any more
    make_folders(disk, folder)
    there = set(disk.names(folder))
    for number in range(-(-target.length // PORTION)):
        if str(number) not in there:
            put(disk, folder / str(number), await _portion(target, number, ask))
        told(min((number + 1) * PORTION, target.length))
    data = b"".join(disk.read(folder / str(number)) for number in range(-(-target.length // PORTION)))
    if len(data) != target.length or hashlib.sha256(data).hexdigest() != digest:
        clear(disk, folder)                    # no part of it is believed: next time from the beginning
        raise NotTrusted("malformed", target.path)
    return data


async def _portion(target: TargetFile, number: int, ask: Ask) -> bytes:
    answer = await ask(FetchTarget(path=target.path, number=number))
    if not answer.found:
        raise NotTrusted("missing", target.path)
    try:
        data = base64.b64decode(answer.data, validate=True)
    except binascii.Error as error:
        raise NotTrusted("malformed", target.path) from error
    if len(data) != min(PORTION, target.length - number * PORTION):
        raise NotTrusted("malformed", target.path)
    return data
