"""Drivers that an installed package brings: the example package is really installed by pip, into a folder on the path."""
from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import trio

from devices.drivers import GROUPS, DriverBroken, DriverClash, DriverSpec, UnknownDriver, driver, every_driver, names
from devices.id_reader.simulator import IdReaderSimulator
from devices.scanner.seam import Scanning
from devices.scanner.spec import DRIVER as SERIAL
from devices.wire import MemoryWire, Wire
from tests.virtual_time import run_in_virtual_time

PACKAGE = """\
from devices.drivers import DriverSpec
from devices.id_reader.driver import IdReader

class AcmeReader(IdReader):
    beeps = False

def bind(options):
    left = dict(options)
    AcmeReader.beeps = bool(left.pop("beep", False))
    for name in left:
        raise ValueError(f"{name}: Acme readers have no such option")
    return AcmeReader

DRIVER = DriverSpec(device_class="id_reader", summary="Acme's reader", bind=bind)
NOT_ONE = object()
"""


def build(folder: Path, name: str, entries: str, code: str = PACKAGE) -> Path:
    """A source package with these lines as its entry points of ID readers."""
    source = folder / f"source-{name}"
    source.mkdir()
    (source / f"{name}.py").write_text(code)
    (source / "pyproject.toml").write_text(
        f'[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'
        f'[project]\nname = "{name}"\nversion = "1.2"\n'
        f'[tool.setuptools]\npy-modules = ["{name}"]\n'
        f'[project.entry-points."{GROUPS["id_reader"]}"]\n{entries}\n'
    )
    return source


def written(folder: Path, name: str, entries: str, code: str = PACKAGE) -> None:
    """The same as pip leaves it behind, without the second it takes."""
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.py").write_text(code)
    info = folder / f"{name}-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2\n")
    (info / "entry_points.txt").write_text(f"[{GROUPS['id_reader']}]\n{entries}\n")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder packages can be installed into; what was imported from it is forgotten afterwards."""
    folder = tmp_path / "site"
    monkeypatch.syspath_prepend(str(folder))
    yield folder
    for name, module in list(sys.modules.items()):
        if str(getattr(module, "__file__", None) or "").startswith(str(folder)):
            del sys.modules[name]


def test_a_package_installed_by_pip_brings_a_driver_that_reads_a_card_number(site: Path, tmp_path: Path) -> None:
    source = build(tmp_path, "acme_reader", 'acme = "acme_reader:DRIVER"')
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-build-isolation"]
    command = [*install, "--target", str(site), str(source)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert names("id_reader") == ("sam_v", "acme")
    spec = driver("id_reader", "acme")
    assert spec.summary == "Acme's reader"

    async def main() -> None:
        async with trio.open_nursery() as nursery:

            async def open_wire() -> Wire:
                await trio.lowlevel.checkpoint()
                near, far = MemoryWire.pair()
                nursery.start_soon(IdReaderSimulator().serve, far)
                return near

            reader = spec.bind({"beep": True})(open_wire)
            assert type(reader).__name__ == "AcmeReader" and reader.beeps
            assert await reader.sam_number() == "05.03-20150101-0001234567-0007654321"
            nursery.cancel_scope.cancel()

    run_in_virtual_time(main)
    with pytest.raises(ValueError, match="bep"):
        spec.bind({"bep": True})


def test_a_driver_that_cannot_be_loaded_is_named_and_harms_no_other(site: Path) -> None:
    written(site, "broken_reader", "broken = broken_reader:DRIVER", "import a_library_nobody_installed\n")
    written(site, "good_reader", "good = good_reader:DRIVER")
    loaded, broken = every_driver("id_reader")
    assert set(loaded) == {"sam_v", "good"}
    (problem,) = broken
    assert "'broken' of broken_reader 1.2" in str(problem) and "a_library_nobody_installed" in str(problem)
    assert isinstance(driver("id_reader", "good"), DriverSpec)
    assert driver("id_reader", "sam_v") is loaded["sam_v"]
    with pytest.raises(DriverBroken, match="broken_reader 1.2"):
        driver("id_reader", "broken")


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        ("odd = odd_reader:NOT_ONE", "no DriverSpec"),
        ("odd = odd_reader:MISSING", "cannot be loaded"),
        ("Odd-One = odd_reader:DRIVER", "small letters"),
        ("odd = devices.scanner.spec:DRIVER", "no DriverSpec of a id_reader"),
    ],
)
def test_what_is_no_driver_of_this_class_is_refused(site: Path, entry: str, why: str) -> None:
    written(site, "odd_reader", entry)
    _, (problem,) = every_driver("id_reader")
    assert why in str(problem)


@pytest.mark.parametrize("name", ["sam_v", "acme"])
def test_two_of_a_name_are_an_error_and_neither_is_guessed(site: Path, name: str) -> None:
    written(site, "one_reader", f"{name} = one_reader:DRIVER")
    written(site, "two_reader", f"{name} = two_reader:DRIVER")
    with pytest.raises(DriverClash, match=r"one_reader 1\.2"):
        names("id_reader")
    with pytest.raises(DriverClash):
        driver("id_reader", name)
    assert names("scanner") == ("serial",)  # the clash is among ID readers only


def test_a_name_nobody_brings() -> None:
    with pytest.raises(UnknownDriver, match="there are: sam_v"):
        driver("id_reader", "acme")


def test_every_driver_that_comes_with_the_terminal_can_be_loaded() -> None:
    for device_class in GROUPS:
        loaded, broken = every_driver(device_class)
        assert broken == ()
        assert all(spec.device_class == device_class and spec.summary and spec.bauds for spec in loaded.values())


def test_the_scanners_options_become_its_driver() -> None:
    async def never() -> Wire:
        raise AssertionError("binding opens nothing")

    command = {"mode": "trigger", "trigger_on": "1b31", "trigger_off": "1b30"}
    make = SERIAL.bind({"framing": "stx_etx", "encoding": "gb18030", **command})
    scanner: Scanning = make(never)
    assert scanner is not make(never)
