"""The command says in plain words what a file is worth; its exit code says it to scripts."""
from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from PIL import Image

from print.ofd.seals.trust import Trust, TrustUnreadable
from print.ofd.show import main
from tests.print.ofd import maker


def written(folder: Path, entries: maker.Entries) -> str:
    path = folder / "x.ofd"
    path.write_bytes(maker.pack(entries))
    return str(path)


@pytest.fixture
def trust(tmp_path: Path) -> str:
    known = maker.world().trust()
    for part in ("roots", "intermediates", "revocation"):
        (tmp_path / "trust" / part).mkdir(parents=True)
    (tmp_path / "trust/roots/root.pem").write_bytes(known.roots[0].public_bytes(Encoding.PEM))
    (tmp_path / "trust/intermediates/ca.cer").write_bytes(known.intermediates[0].public_bytes(Encoding.DER))
    for at, revoked in enumerate(known.revocation_lists):
        (tmp_path / f"trust/revocation/{at}.crl").write_bytes(revoked.public_bytes(Encoding.DER))
    return str(tmp_path / "trust")


def test_trust_is_read_from_its_folders(tmp_path: Path, trust: str) -> None:
    loaded = Trust.load(Path(trust))
    assert loaded == maker.world().trust()
    (tmp_path / "trust/roots/broken.pem").write_bytes(b"-----BEGIN")
    with pytest.raises(TrustUnreadable, match="broken"):
        Trust.load(Path(trust))
    assert Trust.load(tmp_path / "nowhere") == Trust()


def test_sealed_document(tmp_path: Path, trust: str, capsys: pytest.CaptureFixture[str]) -> None:
    file, pdf = written(tmp_path, maker.sealed()), tmp_path / "x.pdf"
    options = ["--trust", trust, "--png", str(tmp_path / "png"), "--dpi", "50", "--pdf", str(pdf)]
    assert main([file, *options], maker.NOW) == 0
    out = capsys.readouterr().out
    assert out.startswith("OFD document, 1 page(s), 210 x 297 mm")
    assert "drawn differently: font 宋体 is not embedded" in out
    assert "seal 0 亳州市政务服务专用章, signed by 亳州市政务服务中心 on 2026-10-21 06:00 UTC, on page 1" in out
    assert out.endswith(": VALID (not revoked)\n")
    assert Image.open(tmp_path / "png/page-1.png").size == (414, 585)
    assert "老年人" in pypdfium2.PdfDocument(pdf)[0].get_textpage().get_text_range()
    assert main([file], maker.NOW) == 1
    assert "UNKNOWN ISSUER: nobody trusted stands behind the signer's certificate" in capsys.readouterr().out


def test_altered_unsigned_and_unreadable(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    entries = maker.sealed()
    entries["Doc_0/PublicRes.xml"] += b" "
    assert main([written(tmp_path, entries)]) == 1
    assert "ALTERED after signing: Doc_0/PublicRes.xml" in capsys.readouterr().out
    assert main([written(tmp_path, maker.certificate())]) == 1
    assert "no seal and no signature" in capsys.readouterr().out
    (tmp_path / "x.ofd").write_bytes(b"nothing")
    assert main([str(tmp_path / "x.ofd")]) == 2
    assert "no ZIP package" in capsys.readouterr().err
