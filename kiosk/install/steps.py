"""What an installation is made of: folders, files, links and commands, each with its reason, in order."""
from __future__ import annotations

import shlex
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


class StepFailed(Exception):
    """A command of the installation did not end well; what it said."""


@dataclass(frozen=True)
class Folder:
    path: Path
    mode: int
    owner: str                      # "root" or the terminal's user

    def told(self) -> str:
        return f"folder   {self.path}  {self.mode:04o} {self.owner}"

    def do(self, root: Path) -> str:
        place = under(root, self.path)
        place.mkdir(parents=True, exist_ok=True)
        place.chmod(self.mode)
        own(root, place, self.owner)
        return "there"


@dataclass(frozen=True)
class Write:
    path: Path
    content: str
    mode: int = 0o644
    owner: str = "root"
    keep: bool = False              # what is there already is somebody's own work
    shown: bool = True              # False: it may hold a secret

    def told(self) -> str:
        how = ", kept where it is there already" if self.keep else ""
        body = "".join(f"    | {line}\n" for line in self.content.splitlines()) if self.shown else ""
        return f"file     {self.path}  {self.mode:04o} {self.owner}{how}\n{body}".rstrip("\n")

    def do(self, root: Path) -> str:
        place = under(root, self.path)
        if place.exists() and (self.keep or place.read_text("utf-8") == self.content):
            return "unchanged" if not self.keep else "kept"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(self.content, "utf-8")
        place.chmod(self.mode)
        own(root, place, self.owner)
        return "written"


@dataclass(frozen=True)
class Link:
    path: Path
    target: Path

    def told(self) -> str:
        return f"link     {self.path} -> {self.target}"

    def do(self, root: Path) -> str:
        place = under(root, self.path)
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.is_symlink():
            return "there"
        place.symlink_to(self.target)
        return "made"


@dataclass(frozen=True)
class Run:
    """`unless`: a command that ends with 0 where there is nothing to do."""

    command: Sequence[str]
    why: str
    unless: Sequence[str] = ()

    def told(self) -> str:
        return f"command  {shlex.join(self.command)}\n    # {self.why}"

    def do(self, root: Path) -> str:
        if root != Path("/"):
            return "left out: not the running system"
        if self.unless and subprocess.run(self.unless, capture_output=True, check=False).returncode == 0:
            return "nothing to do"
        ended = subprocess.run(self.command, capture_output=True, text=True, check=False)
        if ended.returncode != 0:
            raise StepFailed(f"{shlex.join(self.command)} ended with {ended.returncode}: {ended.stderr.strip()}")
        return "done"


Step = Folder | Write | Link | Run


def under(root: Path, path: Path) -> Path:
    return root / path.relative_to("/")


def own(root: Path, place: Path, owner: str) -> None:
    """Only root on the running system can give away."""
    if root == Path("/"):
        shutil.chown(place, owner, owner)
