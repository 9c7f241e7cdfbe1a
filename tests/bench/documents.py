"""A certificate: drawn, against reportlab as it is installed and against typst on the same page; signed; verified."""
from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from statistics import median

from print.layouts.documents.claims import claims_for
from print.layouts.documents.draw import draw
from print.verify.document import verify_pdf
from print.verify.trust import Trust
from print.verify.verdict import Verdict
from tests.bench.figures import Figure
from tests.bench.pieces import times_ms
from tests.bench.size import Size
from tests.hall.process import ROOT
from tests.print.documents import samples
from tests.print.documents.sealing import DOCUMENT_ID, NOW, office, sealed

ENGINES = ("ours", "plain", "typst")
ROUNDS = 10


@contextmanager
def engine(name: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "tests.bench.document_engines", name]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def certificate(size: Size) -> list[Figure]:
    """Rounds turn and turn about, each engine warm in its own process, so that the machine's moods meet all of them."""
    each = max(size.drawings // 2, 1)
    rounds = ROUNDS if size.drawings > 5 else 1
    taken: dict[str, list[float]] = {name: [] for name in ENGINES}
    with ExitStack() as stack:
        running = {name: stack.enter_context(engine(name)) for name in ENGINES}
        for _ in range(rounds):
            for name, process in running.items():
                assert process.stdin is not None and process.stdout is not None
                process.stdin.write(f"{each}\n")
                process.stdin.flush()
                taken[name] += json.loads(process.stdout.readline())
    ours, plain, other = (median(taken[name]) for name in ENGINES)
    how = f"median of {rounds * each}, rounds turn and turn about; one page, 33 mm code, 40 mm seal"
    return [
        Figure("certificate_ms", ours, "ms", how),
        Figure("certificate_over_plain", ours / plain, "", f"the same page by reportlab's defaults: {plain:.1f} ms", most=1 / 3),
        Figure("certificate_over_typst", ours / other, "", f"the same page by typst: {other:.1f} ms", most=1.5),
    ]


def trust_in_documents(size: Size) -> list[Figure]:
    content, seal = samples.social_insurance(), office()
    drawn = draw(content, seal.code(claims_for(content, DOCUMENT_ID)))
    signed = times_ms(lambda: seal.sealed(drawn, samples.AT, "bench"), size.drawings)
    coded = times_ms(lambda: seal.code(claims_for(content, DOCUMENT_ID)), size.drawings)
    pdf = sealed().pdf
    authority = seal.authority
    trust = Trust((authority.root,), (authority.seal.certificate, authority.code.certificate))
    assert verify_pdf(pdf, trust, NOW).verdict is Verdict.VALID
    verified = times_ms(lambda: verify_pdf(pdf, trust, NOW), size.drawings)
    return [
        Figure("signature_ms", median(signed), "ms", "PAdES-B-B, ECDSA P-256, with the seal's picture", most=60.0),
        Figure("code_signature_ms", median(coded), "ms", "claims, COSE_Sign1, zlib, base45"),
        Figure("verification_ms", median(verified), "ms", "seal, chain, code read from the page's pixels, content compared",
               most=500.0),  # fmt: skip
    ]
