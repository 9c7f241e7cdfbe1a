"""A disk in memory that loses power: what was not made durable is kept, lost or garbled as a seed says.

Harder than most file systems: the content of a file is durable after its own sync only, a name after its folder's sync only, and
folders forget independently of each other. Within one folder what was done earlier is not lost before what was done later.
"""
from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from random import Random


class Cut(BaseException):
    """The power is gone. Nothing catches it."""


@dataclass
class File:
    now: bytes
    durable: bytes | None = None
    mode: int = 0o644


@dataclass
class Link:
    target: str


@dataclass
class Folder:
    names: dict[str, Node] = field(default_factory=dict)
    pending: list[dict[str, Node | None]] = field(default_factory=list)   # what undoes each change, oldest first


Node = File | Link | Folder


class PowerDisk:
    """`cut_at`: the operation, counted from 1, at which the power goes; 0: never. `late`: after its effect, not before."""

    def __init__(self, root: Folder | None = None, cut_at: int = 0, late: bool = True) -> None:
        self.root = root or Folder()
        self.cut_at, self.late = cut_at, late
        self.done: list[str] = []

    # -- reading

    def _find(self, path: Path) -> Node:
        node: Node = self.root
        for part in path.parts[1:]:
            if not isinstance(node, Folder) or part not in node.names:
                raise FileNotFoundError(str(path))
            node = node.names[part]
        return node

    def _folder(self, path: Path) -> Folder:
        node = self._find(path)
        if not isinstance(node, Folder):
            raise NotADirectoryError(str(path))
        return node

    def read(self, path: Path) -> bytes:
        node = self._find(path)
        if not isinstance(node, File):
            raise IsADirectoryError(str(path))
        return node.now

    def size(self, path: Path) -> int:
        return len(self.read(path))

    def names(self, folder: Path) -> list[str]:
        return sorted(self._folder(folder).names)

    def is_folder(self, path: Path) -> bool:
        return self.exists(path) and isinstance(self._find(path), Folder)

    def is_link(self, path: Path) -> bool:
        return self.exists(path) and isinstance(self._find(path), Link)

    def exists(self, path: Path) -> bool:
        try:
            self._find(path)
        except (FileNotFoundError, NotADirectoryError):
            return False
        return True

    def read_link(self, path: Path) -> str:
        node = self._find(path)
        if not isinstance(node, Link):
            raise OSError(22, "not a link")
        return node.target

    # -- changing; each is one operation

    def _operation(self, what: str, path: Path) -> bool:
        """True: the power goes once its effect is there."""
        self.done.append(f"{what} {path}")
        if len(self.done) == self.cut_at and not self.late:
            raise Cut(self.done[-1])
        return len(self.done) == self.cut_at

    def _change(self, folder: Folder, **names: Node | None) -> None:
        folder.pending.append({name: folder.names.get(name) for name in names})
        for name, node in names.items():
            if node is None:
                folder.names.pop(name, None)
            else:
                folder.names[name] = node

    def write(self, path: Path, data: bytes, mode: int = 0o644) -> None:
        cut = self._operation("write", path)
        folder = self._folder(path.parent)
        there = folder.names.get(path.name)
        if isinstance(there, File):
            there.now, there.mode = data, mode
        elif there is None:
            self._change(folder, **{path.name: File(data, None, mode)})
        else:
            raise IsADirectoryError(str(path))
        self._over(cut)

    def append(self, path: Path, data: bytes) -> None:
        self.write(path, (self.read(path) if self.exists(path) else b"") + data)

    def sync(self, path: Path) -> None:
        cut = self._operation("sync", path)
        node = self._find(path)
        if isinstance(node, File):
            node.durable = node.now
        elif isinstance(node, Folder):
            node.pending.clear()
        self._over(cut)

    def rename(self, before: Path, after: Path) -> None:
        cut = self._operation("rename", after)
        assert before.parent == after.parent, "not one step on every file system"
        self._change(self._folder(before.parent), **{before.name: None, after.name: self._find(before)})
        self._over(cut)

    def remove(self, path: Path) -> None:
        cut = self._operation("remove", path)
        if isinstance(self._find(path), Folder):
            raise IsADirectoryError(str(path))
        self._change(self._folder(path.parent), **{path.name: None})
        self._over(cut)

    def make_folder(self, path: Path) -> None:
        cut = self._operation("make_folder", path)
        if self.exists(path):
            raise FileExistsError(str(path))
        self._change(self._folder(path.parent), **{path.name: Folder()})
        self._over(cut)

    def remove_folder(self, path: Path) -> None:
        cut = self._operation("remove_folder", path)
        if self._folder(path).names:
            raise OSError(39, "not empty")
        self._change(self._folder(path.parent), **{path.name: None})
        self._over(cut)

    def link(self, path: Path, target: str) -> None:
        cut = self._operation("link", path)
        if self.exists(path):
            raise FileExistsError(str(path))
        self._change(self._folder(path.parent), **{path.name: Link(target)})
        self._over(cut)

    def sync_all(self) -> None:
        cut = self._operation("sync_all", Path("/"))
        _settle(self.root)
        self._over(cut)

    def _over(self, cut: bool) -> None:
        if cut:
            raise Cut(self.done[-1])

    # -- the power comes back

    def survives(self, random: Random, cut_at: int = 0, late: bool = True) -> PowerDisk:
        return PowerDisk(_left(self.root, random), cut_at, late)


def _settle(folder: Folder) -> None:
    folder.pending.clear()
    for node in folder.names.values():
        if isinstance(node, Folder):
            _settle(node)
        elif isinstance(node, File):
            node.durable = node.now


def _left(folder: Folder, random: Random) -> Folder:
    names = dict(folder.names)
    for undo in reversed(folder.pending[random.randint(0, len(folder.pending)) :]):
        for name, node in undo.items():
            if node is None:
                names.pop(name, None)
            else:
                names[name] = node
    kept: dict[str, Node] = {}
    for name, node in names.items():
        if isinstance(node, Folder):
            kept[name] = _left(node, random)
        elif isinstance(node, File):
            data = node.now if node.durable == node.now else _torn(node, random)
            kept[name] = File(data, data, node.mode)
        else:
            kept[name] = node
    return Folder(kept)


def _torn(file: File, random: Random) -> bytes:
    """What a file may hold whose newest content was not synced."""
    new, old = file.now, file.durable or b""
    cut = random.randint(0, len(new))
    return random.choice((new, old, new[:cut], new[:cut] + bytes(len(new) - cut), new[:cut] + old[cut:], b""))
