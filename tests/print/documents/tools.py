"""The public tools that look at our PDFs: poppler, qpdf, zbar. A test that needs one is skipped where it is missing."""
from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest


def run(tool: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed")
    return subprocess.run([tool, *map(str, arguments)], capture_output=True, text=True, timeout=60, check=False)


def written(folder: Path, pdf: bytes, name: str = "document.pdf") -> Path:
    path = folder / name
    path.write_bytes(pdf)
    return path


def text_of(folder: Path, pdf: bytes) -> str:
    """What a reader copies out of the pages, in the order it is drawn."""
    return run("pdftotext", "-raw", written(folder, pdf), "-").stdout


def fonts_of(folder: Path, pdf: bytes) -> list[list[str]]:
    """name, ..., emb, sub, uni, object: one row a font."""
    return [line.split() for line in run("pdffonts", written(folder, pdf)).stdout.splitlines()[2:]]


def codes_on(folder: Path, pdf: bytes, dpi: int, first: int = 1) -> list[str]:
    path = written(folder, pdf)
    run("pdftoppm", "-r", str(dpi), "-f", str(first), "-gray", "-png", path, folder / "page")
    found: list[str] = []
    for page in sorted(folder.glob("page*.png")):
        found += run("zbarimg", "--quiet", "--raw", page).stdout.splitlines()
        page.unlink()
    return found
