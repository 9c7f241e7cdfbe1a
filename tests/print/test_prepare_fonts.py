"""The set-up makes the faces once, whole or not at all."""
from __future__ import annotations

from pathlib import Path

import pytest
from fontTools import subset
from fontTools.ttLib import TTFont

from print import prepare_fonts
from print.font_files import BOLD_FILE, REGULAR_FILE, FontsMissing


@pytest.fixture(scope="module")
def small_package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real variable font with a handful of glyphs, laid out like the installed package."""
    folder = tmp_path_factory.mktemp("package")
    font = TTFont(prepare_fonts._package_folder() / prepare_fonts.SOURCE_FILE, lazy=True)
    worker = subset.Subsetter(subset.Options(layout_features=[], notdef_outline=True))
    worker.populate(text="国王1")
    worker.subset(font)
    target = folder / prepare_fonts.SOURCE_FILE
    target.parent.mkdir(parents=True)
    font.save(target)
    (folder / prepare_fonts.LICENCE_FILE).write_text("licence")
    return folder


@pytest.fixture
def package(small_package: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(prepare_fonts, "_package_folder", lambda: small_package)
    return small_package


def test_first_run_makes_two_static_faces_and_the_second_touches_nothing(package: Path, tmp_path: Path) -> None:
    regular, bold = prepare_fonts.prepare(tmp_path)
    for path, name, weight in ((regular, "NotoSansSC-Regular", 400), (bold, "NotoSansSC-Bold", 700)):
        font = TTFont(path)
        assert "fvar" not in font and "glyf" in font
        assert font["name"].getDebugName(6) == name and font["OS/2"].usWeightClass == weight
    before = {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert prepare_fonts.prepare(tmp_path) == (regular, bold)
    assert {path.name: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before


def test_face_cut_short_by_a_power_failure_is_made_again(package: Path, tmp_path: Path) -> None:
    regular, bold = prepare_fonts.prepare(tmp_path)
    whole = bold.read_bytes()
    bold.write_bytes(whole[:100])
    prepare_fonts.prepare(tmp_path)
    assert bold.read_bytes() == whole
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        [REGULAR_FILE, BOLD_FILE, "OFL.txt", prepare_fonts.STAMP_FILE]
    )


def test_disk_full_while_saving_leaves_the_old_face_and_no_rubbish(
    small_package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / REGULAR_FILE).write_bytes(b"the old face")

    def disk_full(self: TTFont, path: Path) -> None:
        Path(path).write_bytes(b"half a f")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(TTFont, "save", disk_full)
    with pytest.raises(OSError, match="No space"):
        prepare_fonts.instance(small_package / prepare_fonts.SOURCE_FILE, tmp_path / REGULAR_FILE, "Regular", 400)
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"the old face"]


def test_missing_package_is_said_by_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(prepare_fonts, "SOURCE_PACKAGE", "no_such_package_here")
    with pytest.raises(FontsMissing, match="justmytype-intl-cjk"):
        prepare_fonts.prepare(tmp_path)
