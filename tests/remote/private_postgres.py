"""A PostgreSQL server of our own: cluster, port and user, in a temporary directory. The machine's stay untouched."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

START_LIMIT_S = 20.0


def server_binaries() -> Path | None:
    """The newest installed server's folder, None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@contextlib.contextmanager
def private_postgres() -> Iterator[str]:
    """SQLAlchemy URL of an empty database. The server is gone afterwards."""
    binaries = server_binaries()
    assert binaries is not None
    folder = Path(tempfile.mkdtemp(prefix="centre-pg-"))
    user = _unprivileged(folder)
    port = _free_port()
    run = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if os.geteuid() == 0 else {}
    data = folder / "data"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    initdb = [
        str(binaries / "initdb"),
        "-D",
        str(data),
        "-U",
        "centre",
        "--auth=trust",
        "--no-sync",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
    ]
    subprocess.run(initdb, check=True, cwd=folder, **run, **quiet)  # type: ignore[call-overload]
    options = [
        str(binaries / "postgres"),
        "-D",
        str(data),
        "-p",
        str(port),
        "-k",
        str(folder),
        "-c",
        "listen_addresses=127.0.0.1",
    ]
    server = subprocess.Popen(options, cwd=folder, **run, **quiet)  # type: ignore[call-overload]
    try:
        _wait(server, port)
        yield f"postgresql+psycopg://centre@127.0.0.1:{port}/postgres"
    finally:
        server.terminate()
        server.wait(timeout=20)
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged(folder: Path) -> str:
    """PostgreSQL refuses to run as root (facts/setup.md)."""
    if os.geteuid() != 0:
        return pwd.getpwuid(os.geteuid()).pw_name
    names = {entry.pw_name for entry in pwd.getpwall()}
    user = "postgres" if "postgres" in names else "nobody"
    shutil.chown(folder, user)
    return user


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(server: subprocess.Popen[bytes], port: int) -> None:
    import psycopg

    until = time.monotonic() + START_LIMIT_S
    while True:
        try:
            psycopg.connect(host="127.0.0.1", port=port, user="centre", dbname="postgres", connect_timeout=2).close()
            return
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > until:
                raise
            time.sleep(0.05)
