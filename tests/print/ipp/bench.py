"""IPP overhead per job: our client (encode, HTTP, decode, types) against the bare HTTP posting of the same bytes."""
from __future__ import annotations

import statistics
import time
from collections.abc import Awaitable, Callable
from functools import partial

import requests
import trio

from print.ipp.client import IppClient, Submission
from print.ipp.codec import encode
from print.ipp.http_post import HttpPost
from print.ipp.simulator.machine import PagePrinter
from print.ipp.simulator.model import PagePrinterModel
from print.ipp.simulator.server import serve
from print.ipp.terms import A4, PDF, Operation
from print.ipp.values import Attribute, Group, GroupTag, Message, Tag
from tests.print.ipp.papers import pdf

ROUNDS = 30


async def _measure(rounds: int) -> dict[str, float]:
    async with trio.open_nursery() as nursery:
        # Powered, but with the cover open: jobs are taken and none moves, so that only the line is measured.
        model = PagePrinterModel()
        model.cover_open = True
        port = await nursery.start(partial(serve, PagePrinter(model), mode="bench"))
        uri = f"ipp://127.0.0.1:{port}/ipp/print"
        post = HttpPost(uri)
        client = IppClient(post, uri)
        template = (Attribute.of("media", Tag.KEYWORD, A4),)
        job = partial(client.print_job, Submission("bench", PDF, pdf(), template))
        body = _same_bytes(uri, template)
        bare = partial(trio.to_thread.run_sync, _bare, post.url, body)
        ways: dict[str, Callable[[], Awaitable[object]]] = {"job": job, "bare": bare, "printer": client.printer}
        times: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(rounds):
            for name, way in ways.items():
                began = time.perf_counter()
                await way()
                times[name].append((time.perf_counter() - began) * 1000)
        post.close()
        nursery.cancel_scope.cancel()
    return {name: statistics.median(one) for name, one in times.items()}


def _same_bytes(uri: str, template: tuple[Attribute, ...]) -> bytes:
    head = (
        Attribute.of("attributes-charset", Tag.CHARSET, "utf-8"),
        Attribute.of("attributes-natural-language", Tag.LANGUAGE, "en"),
        Attribute.of("printer-uri", Tag.URI, uri),
        Attribute.of("document-format", Tag.MIME_TYPE, PDF),
    )
    return encode(Message(Operation.PRINT_JOB, 1, (Group(GroupTag.OPERATION, head), Group(GroupTag.JOB, template)), pdf()))


def _bare(url: str, body: bytes) -> None:
    with requests.Session() as session:
        session.trust_env = False
        session.post(url, data=body, headers={"Content-Type": "application/ipp", "Connection": "close"}, timeout=10)


def ipp_figures(rounds: int = ROUNDS) -> dict[str, float]:
    """Medians in milliseconds of interleaved rounds: `job_ms` with our client, `bare_ms` by HTTP alone, `ratio` of the two,
    `overhead_ms` between them, and `status_ms` for the printer's attributes."""
    found = trio.run(_measure, rounds)
    return {
        "job_ms": found["job"],
        "bare_ms": found["bare"],
        "ratio": found["job"] / found["bare"],
        "overhead_ms": found["job"] - found["bare"],
        "status_ms": found["printer"],
    }
