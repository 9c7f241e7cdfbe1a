"""A machine made into a terminal: everything can be read before, what is written is what was printed, systemd takes the units."""
from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from devices.discovery import UsbId
from kiosk.install import run
from kiosk.install.plan import PLACES, UNITS, WRITTEN, filled
from kiosk.install.steps import Run, StepFailed, Write
from kiosk.install.usb import Machine, udev_rules, usbguard_rules

PROJECT = Path(run.PROJECT)
CONFIG = PROJECT / "kiosk.toml"
READER = Machine("ID reader", UsbId(0x0400, 0xC35A))


def written_below(folder: Path) -> dict[str, str]:
    return {f"/{file.relative_to(folder)}": file.read_text("utf-8") for file in folder.rglob("*") if file.is_file()}


def test_a_dry_run_prints_every_file_and_command_and_touches_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run.main(["--config", str(CONFIG), "--dry-run", "--root", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert not list(tmp_path.iterdir())
    for name, path in WRITTEN:
        assert f"file     {path}" in said
        assert all(f"    | {line}" in said for line in filled(name).splitlines())
    assert "systemctl mask ctrl-alt-del.target" in said
    assert "none of them done" in said


def test_the_token_in_the_configuration_is_not_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run.main(["--config", str(CONFIG), "--dry-run"])
    assert "token" not in capsys.readouterr().out.replace("the terminal's certificate", "")


def test_what_is_written_is_what_was_printed_and_a_second_time_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["--config", str(CONFIG), "--usb", "0eef:0001", "--root", str(tmp_path)]
    assert run.main(asked) == 0
    files = written_below(tmp_path)
    for name, path in WRITTEN:
        assert files[str(path)] == filled(name)
    assert "allow id 0eef:0001" in files["/etc/usbguard/rules.conf"]
    assert (tmp_path / "etc/usbguard/rules.conf").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "etc/bozhou-terminal/kiosk.toml").stat().st_mode & 0o777 == 0o640
    own = tmp_path / "etc/bozhou-terminal/kiosk.toml"
    own.write_text("# somebody's own work\n")
    capsys.readouterr()
    assert run.main(asked) == 0
    assert own.read_text() == "# somebody's own work\n"
    assert "= written" not in capsys.readouterr().out


def test_a_configuration_that_cannot_be_used_installs_nothing(tmp_path: Path) -> None:
    wrong = tmp_path / "kiosk.toml"
    wrong.write_text("[terminal]\nid = 5\n")
    assert run.main(["--config", str(wrong), "--root", str(tmp_path / "root")]) == 2
    assert not (tmp_path / "root").exists()


def test_a_command_that_fails_ends_the_installation_with_what_it_said() -> None:
    with pytest.raises(StepFailed, match="ended with 3: no disk"):
        Run(("sh", "-c", "echo no disk >&2; exit 3"), "a try").do(Path("/"))


def test_what_is_there_already_is_not_done_again(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    assert Run(("touch", str(mark)), "a try", unless=("true",)).do(Path("/")) == "nothing to do"
    assert not mark.exists()
    assert Run(("touch", str(mark)), "a try", unless=("false",)).do(Path("/")) == "done"
    assert mark.exists()


def test_a_file_that_was_changed_by_hand_is_put_right(tmp_path: Path) -> None:
    step = Write(Path("/etc/a.conf"), "right\n")
    step.do(tmp_path)
    (tmp_path / "etc/a.conf").write_text("wrong\n")
    assert step.do(tmp_path) == "written"
    assert (tmp_path / "etc/a.conf").read_text() == "right\n"


def test_only_hubs_and_named_machines_get_a_driver() -> None:
    rules = [line for line in usbguard_rules([READER], [UsbId(0x0EEF, 1)]).splitlines() if not line.startswith("#")]
    assert rules[-1] == "block"
    assert rules[-3:-1] == ["allow id 0400:c35a", "allow id 0eef:0001"]
    assert not any("one-of" in rule or "03:" in rule for rule in rules)      # no rule lets a keyboard in


def test_the_terminal_may_open_its_own_machines() -> None:
    assert 'ATTR{idVendor}=="0400", ATTR{idProduct}=="c35a", GROUP="plugdev", MODE="0660"' in udev_rules([READER])


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not on this machine")
@pytest.mark.parametrize("unit", ["bozhou-terminal", "bozhou-display", "bozhou-splash"])
def test_systemd_takes_the_units(unit: str, tmp_path: Path) -> None:
    """The programs that the units start are put where they will be; nothing else of the units is changed."""
    names = [name for name, path in WRITTEN if path.parent == UNITS]
    stand_in = tmp_path / "stand_in"
    stand_in.write_text("#!/bin/sh\n")
    stand_in.chmod(0o755)
    for name in names:
        text = filled(name)
        for program in (PLACES["python"], "/usr/bin/Xorg", f"{PLACES['program']}/kiosk/install/files/cookie",
                        f"{PLACES['program']}/kiosk/install/files/root-picture"):  # fmt: skip
            text = text.replace(program, str(stand_in))
        (tmp_path / name).write_text(text)
    looked = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", str(tmp_path / f"{unit}.service")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    ours = [line for line in looked.stderr.splitlines() if "bozhou-" in line or str(tmp_path) in line]
    assert not ours and looked.returncode == 0, looked.stderr


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not on this machine")
def test_the_terminals_unit_is_shut_in(tmp_path: Path) -> None:
    """systemd's own measure of exposure, 0 (nothing left open) to 100."""
    (tmp_path / "bozhou-terminal.service").write_text(filled("bozhou-terminal.service"))
    looked = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=25", str(tmp_path / "bozhou-terminal.service")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert looked.returncode == 0, looked.stdout[-400:]
