"""One key a plan."""
from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.transaction.vault import InvalidTag, KeyDestroyed, Vault


def test_sealed_for_one_plan_and_one_row(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "keys")
    vault.make("a")
    vault.make("b")
    sealed = vault.seal("a", "王秀英".encode(), b"row 1")
    assert vault.open("a", sealed, b"row 1").decode() == "王秀英"
    assert vault.seal("a", b"same", b"row 1") != vault.seal("a", b"same", b"row 1")
    for name, data, bound in (("b", sealed, b"row 1"), ("a", sealed, b"row 2"), ("a", sealed[:-1] + b"\0", b"row 1")):
        with pytest.raises(InvalidTag):
            vault.open(name, data, bound)


def test_a_key_survives_forgetting_and_restarting_and_is_made_once(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "keys")
    vault.make("a")
    sealed = vault.seal("a", b"clear", b"")
    vault.make("a")
    vault.forget()
    assert vault.open("a", sealed, b"") == b"clear"
    assert Vault(tmp_path / "keys").open("a", sealed, b"") == b"clear"


def test_a_destroyed_key_is_gone_from_memory_and_disk(tmp_path: Path) -> None:
    vault = Vault(tmp_path / "keys")
    vault.make("a")
    sealed = vault.seal("a", b"clear", b"")
    key = (tmp_path / "keys" / "a").read_bytes()
    vault.destroy("a")
    vault.destroy("a")
    assert not (tmp_path / "keys" / "a").exists() and not vault.has("a")
    for one in (vault, Vault(tmp_path / "keys")):
        with pytest.raises(KeyDestroyed):
            one.open("a", sealed, b"")
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and key in path.read_bytes()]


@pytest.mark.parametrize("left", [b"", b"half a key", bytes(32)])
def test_what_a_power_cut_leaves_of_a_key_is_no_key(tmp_path: Path, left: bytes) -> None:
    vault = Vault(tmp_path / "keys")
    (tmp_path / "keys" / "a").write_bytes(left)
    assert not vault.has("a")
    with pytest.raises(KeyDestroyed):
        vault.seal("a", b"clear", b"")


def test_only_the_terminals_user_reads_keys(tmp_path: Path) -> None:
    Vault(tmp_path / "keys").make("a")
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "keys" / "a").stat().st_mode & 0o777 == 0o600
