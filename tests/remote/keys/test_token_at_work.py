"""A centre with a real PKCS#11 token: a whole load, by settings as `./run central --hsm` makes them; and who must have one."""

from __future__ import annotations

from pathlib import Path

import pytest

from remote.central.keys.hsm_file import HsmFile, HsmProblem
from remote.central.keys.keeper import key_store
from remote.central.keys.software import SoftwareKeys
from remote.central.settings import Settings, demo_settings
from tests.remote.keys.private_token import must_be_there, private_token, why_not
from tests.remote.loads.town import FEN, SEED, Town, balance_of, card_of, loaded


def test_a_load_under_keys_that_never_leave_the_token(tmp_path: Path) -> None:
    missing = why_not()
    if missing is not None:
        assert not must_be_there(), missing
        pytest.skip(missing)
    with private_token(tmp_path / "token", SEED) as token:
        file = tmp_path / "hsm.toml"
        file.write_text(f'module = "{token.module}"\ntoken = "{token.token}"\npin_file = "{token.pin_file}"\n')
        town, card = Town(), card_of()
        town.centre.service.keys = key_store(demo_settings(0, SEED, hsm=file), None)
        assert town.centre.service.keys is not None and town.centre.service.keys.name == "hsm"
        loaded(town, card, town.paid(card))
        assert balance_of(card) == 1230 + FEN and town.states() == ["credited"]
        file.write_text(f'module = "{token.module}"\ntoken = "another"\npin_file = "{token.pin_file}"\n')
        with pytest.raises(HsmProblem, match="another"):
            key_store(demo_settings(0, SEED, hsm=file), None)


def test_production_without_a_token_has_no_keys_and_a_demonstration_makes_its_own(tmp_path: Path) -> None:
    assert key_store(Settings(staff_pin="1"), tmp_path) is None
    assert isinstance(key_store(demo_settings(0, SEED), tmp_path), SoftwareKeys)
    assert (tmp_path / "keys" / "card_keys.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("text", ["", "module = 1", 'module = "a"\ntoken = "b"\npin_file = "c"\nmore = 1'])
def test_a_file_that_names_no_token_is_told(tmp_path: Path, text: str) -> None:
    file = tmp_path / "hsm.toml"
    file.write_text(text)
    with pytest.raises(HsmProblem, match="expected"):
        HsmFile.load(file)


def test_a_pin_that_others_can_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "pin").write_text("2468")
    (tmp_path / "pin").chmod(0o644)
    with pytest.raises(HsmProblem, match="600") as told:
        HsmFile(tmp_path, "t", tmp_path / "pin").pin()
    assert "2468" not in str(told.value)
