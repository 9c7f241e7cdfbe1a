"""`main.py release`: keys, releases and their signatures, offline; and, on the centre's machine, publishing what was signed.

A folder is the desk of the release manager: `metadata/` (roots, targets) and `targets/` travel; keys are files of their own, each
encrypted under a passphrase that is asked for, or read from a file that --passphrase-file names.
"""

from __future__ import annotations

import argparse
import getpass
import sys
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from securesystemslib.signer._crypto_signer import CryptoSigner
from tuf.api.metadata import Metadata

from remote.central.releases import signing
from remote.central.releases.make import TreeWrong, from_folder, from_git, tar_of
from remote.central.releases.signing import SigningWrong
from remote.central.releases.store import ONLINE_KEY, PublishWrong, publish
from remote.central.store.database import open_engine, writing
from remote.central.store.migrate import migrate_engine
from remote.central.times import beijing_now
from remote.messages.releases import Kind

DRAFT = "targets.json"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run release", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path("releases"), help="the release manager's desk (default: releases)")
    parser.add_argument("--passphrase-file", type=Path, default=None, help="first line; without it every passphrase is asked for")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("init", help="three root keys (two of three), the targets key, the centre's online key, the first root")
    add = commands.add_parser("add", help="a release from a git tree, or a bundle from a folder; not signed yet")
    add.add_argument("release", help="its name, e.g. 2027.3.1")
    add.add_argument("--kind", choices=list(Kind), default=Kind.PROGRAM)
    add.add_argument("--tree", default="HEAD", help="commit of the program (default HEAD)")
    add.add_argument("--repository", type=Path, default=Path(), help="the git repository (default: here)")
    add.add_argument("--files", type=Path, default=None, help="folder of a bundle")
    add.add_argument("--number", type=int, required=True, help="higher than every release of this kind before")
    add.add_argument("--effective", type=_instant, default=None, help="a bundle: in force from then on, 2027-04-01T00:00+08:00")
    add.add_argument("--words", default="", help="what is new, for the console")
    sign = commands.add_parser("sign", help="sign what was added")
    sign.add_argument("--key", type=Path, required=True)
    rotate = commands.add_parser("rotate", help="another root: new keys for targets and online, signed by two of the people")
    rotate.add_argument("--key", type=Path, action="append", required=True, help="a root key; give two")
    published = commands.add_parser("publish", help="at the centre: check everything as a terminal would, and serve it")
    published.add_argument("--db", default="sqlite:///centre.db")
    where = f"folder of {ONLINE_KEY} (default: releases beside the database)"
    published.add_argument("--keys", type=Path, default=None, help=where)
    published.add_argument("--by", default=getpass.getuser())
    given = parser.parse_args(arguments)
    try:
        return int(_DO[given.command](given) or 0)
    except (SigningWrong, TreeWrong, PublishWrong, OSError, sa.exc.SQLAlchemyError) as error:
        print(f"release: {error}", file=sys.stderr)
        return 2


def _init(given: argparse.Namespace) -> None:
    folder, now = given.folder, beijing_now()
    if (folder / "metadata").exists():
        raise SigningWrong(f"{folder}: there is a root already")
    (folder / "keys").mkdir(parents=True, mode=0o700)
    people = [_new(given, f"root-{number}") for number in range(1, signing.ROOT_KEYS + 1)]
    targets, online = _new(given, "targets"), _new(given, "online", asked=False)
    (folder / "metadata").mkdir()
    (folder / "targets").mkdir()
    root = signing.new_root(people, targets, online, now)
    (folder / "metadata/1.root.json").write_bytes(root.to_bytes())
    (folder / "metadata" / DRAFT).write_bytes(signing.signed(signing.new_targets(now), [targets]).to_bytes())
    print(f"{folder}/keys: give each root key to one person and remove it here; {ONLINE_KEY} belongs to the centre")
    print(f"{folder}/metadata/1.root.json: /etc/bozhou-terminal/root.json of every terminal")


def _add(given: argparse.Namespace) -> None:
    kind, folder = Kind(given.kind), given.folder
    if kind is Kind.PROGRAM:
        files, journal = from_git(given.repository, given.tree)
        data = tar_of(given.release, journal, files)
    elif given.files is None:
        raise TreeWrong("a bundle needs --files FOLDER")
    else:
        data = tar_of(given.release, 0, from_folder(given.files))
    path = f"{kind}/{given.release}.tar"
    custom: dict[str, object] = {"kind": kind.value, "number": given.number, "release": given.release, "words": given.words}
    if given.effective is not None:
        custom["effective_at"] = given.effective.isoformat()
    after = signing.next_targets(_draft(folder), beijing_now())
    if path in after.signed.targets:
        raise SigningWrong(f"{path}: there is one of this name")
    after.signed.targets[path] = signing.target_of(path, data, **custom)
    (folder / "targets" / kind).mkdir(exist_ok=True)
    (folder / "targets" / path).write_bytes(data)
    (folder / "metadata" / DRAFT).write_bytes(after.to_bytes())
    print(f"{path}: {len(data)} bytes, not signed yet")


def _sign(given: argparse.Namespace) -> None:
    draft = _draft(given.folder)
    draft.sign(signing.load_key(given.key, _passphrase(given, given.key.name)), append=False)
    signing.check_signed(_roots(given.folder)[-1], "targets", draft.to_bytes())
    (given.folder / "metadata" / DRAFT).write_bytes(draft.to_bytes())
    print(f"targets: version {draft.signed.version} is signed")


def _rotate(given: argparse.Namespace) -> None:
    before = _roots(given.folder)[-1]
    old = [signing.load_key(path, _passphrase(given, path.name)) for path in given.key]
    if len(old) < signing.ROOT_THRESHOLD:
        raise SigningWrong(f"root: expected {signing.ROOT_THRESHOLD} keys")
    people = [_new(given, f"root-{before.signed.version + 1}-{number}") for number in range(1, signing.ROOT_KEYS + 1)]
    targets = _new(given, f"targets-{before.signed.version + 1}")
    online = _new(given, "online", asked=False)
    root = signing.next_root(before, old, people, targets, online, beijing_now())
    signing.check_signed(before, "root", root.to_bytes())
    (given.folder / f"metadata/{root.signed.version}.root.json").write_bytes(root.to_bytes())
    draft = signing.next_targets(_draft(given.folder), beijing_now())
    (given.folder / "metadata" / DRAFT).write_bytes(signing.signed(draft, [targets]).to_bytes())
    print(f"root: version {root.signed.version}; targets are signed anew; the old keys are dead once this is published")


def _publish(given: argparse.Namespace) -> None:
    folder = given.folder
    keys = given.keys or _beside(given.db)
    targets = (folder / "metadata" / DRAFT).read_bytes()
    files = {
        path.relative_to(folder / "targets").as_posix(): path.read_bytes() for path in (folder / "targets").rglob("*.tar")
    }
    online = signing.load_key(keys / ONLINE_KEY, None)
    engine = open_engine(given.db)
    migrate_engine(engine)
    roots = [path.read_bytes() for path in _root_files(folder)]
    with writing(engine) as connection:
        done = publish(connection, roots, targets, files, online, given.by, beijing_now())
    print(f"published: {', '.join(done.releases) or 'keys only'}; roll it out on the page 版本 / releases of the console")


def _new(given: argparse.Namespace, name: str, *, asked: bool = True) -> CryptoSigner:
    signer = signing.new_key()
    path = given.folder / "keys" / f"{name}.pem"
    path.touch(mode=0o600)
    path.write_bytes(signing.key_bytes(signer, _passphrase(given, path.name, twice=True) if asked else None))
    return signer


def _passphrase(given: argparse.Namespace, name: str, *, twice: bool = False) -> str:
    """Raises SigningWrong."""
    if given.passphrase_file is not None:
        lines = given.passphrase_file.read_text("utf-8").splitlines()
        said = lines[0].strip() if lines else ""
    else:
        said = getpass.getpass(f"passphrase of {name}: ")
        if twice and getpass.getpass("again: ") != said:
            raise SigningWrong(f"{name}: two different passphrases")
    if len(said) < 12:
        raise SigningWrong(f"{name}: expected a passphrase of at least 12 characters")
    return said


def _root_files(folder: Path) -> list[Path]:
    return sorted((folder / "metadata").glob("*.root.json"), key=lambda path: int(path.name.partition(".")[0]))


def _roots(folder: Path) -> list[Metadata]:  # type: ignore[type-arg]
    found = [Metadata.from_bytes(path.read_bytes()) for path in _root_files(folder)]
    if not found:
        raise SigningWrong(f"{folder}: no root; begin with ./run release init")
    return found


def _draft(folder: Path) -> Metadata:  # type: ignore[type-arg]
    _roots(folder)
    return Metadata.from_bytes((folder / "metadata" / DRAFT).read_bytes())


def _beside(db: str) -> Path:
    if not db.startswith("sqlite:///"):
        raise SigningWrong("--keys: expected where the database is no file")
    return Path(db.removeprefix("sqlite:///")).with_name("releases")


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise argparse.ArgumentTypeError("expected with its zone, e.g. 2027-04-01T00:00+08:00")
    return found


_DO = {"init": _init, "add": _add, "sign": _sign, "rotate": _rotate, "publish": _publish}
