"""Tars that would leave the slot, or hide in it."""
from __future__ import annotations

import tarfile

import pytest

from remote.updates.unpack import ReleaseWrong, checked, members
from tests.updates.paper_centre import program, raw_tar


def named(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> bytes:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return raw_tar((info, b""))


NAMES = ("/etc/passwd", "../out", "a/../../out", "a/./../b", ".venv/bin/python", "kiosk/__pycache__/x.pyc", "a\\b", "a\nb")


@pytest.mark.parametrize("name", NAMES)
def test_path_that_leaves_or_hides_is_refused(name: str) -> None:
    with pytest.raises(ReleaseWrong) as caught:
        list(members(named(name)))
    assert caught.value.why == "path"


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE])
def test_link_and_device_are_refused(kind: bytes) -> None:
    with pytest.raises(ReleaseWrong) as caught:
        list(members(named("a", kind, "main.py")))
    assert caught.value.why == "link"


def test_same_name_twice_is_refused() -> None:
    with pytest.raises(ReleaseWrong) as caught:
        list(members(raw_tar((tarfile.TarInfo("a"), b"1"), (tarfile.TarInfo("./a"), b"2"))))
    assert caught.value.why == "twice"


@pytest.mark.parametrize("data", [b"", b"no tar", program("1", b"x")[:40], raw_tar((tarfile.TarInfo("a"), b"1"))])
def test_what_is_no_release_is_refused(data: bytes) -> None:
    with pytest.raises(ReleaseWrong):
        checked(data)


def test_same_tree_gives_the_same_bytes() -> None:
    assert program("1", b"x") == program("1", b"x") != program("1", b"y")
