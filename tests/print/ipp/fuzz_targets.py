"""For the coverage-guided fuzzer: whatever a printer answers is read, or refused with MalformedIpp; raster likewise."""
from __future__ import annotations

import itertools

from print.ipp import readings
from print.ipp.codec import MalformedIpp, decode, encode
from print.ipp.job import Look, judge, progress
from print.ipp.pwg import NotPwg
from print.ipp.pwg import decode as decode_raster
from print.ipp.simulator.model import PagePrinterModel, SimJob
from print.ipp.simulator.service import IppService
from print.ipp.status import status_of
from print.ipp.terms import A4, Operation
from print.ipp.values import Attribute, Group, GroupTag, Message, Tag
from tests.print.ipp.rig import URI
from tests.print.ipp.tickets import ticket

LIMIT_RASTER = 1 << 22
"""Bytes of pixels taken from one input; rows repeat, so that a few bytes are many."""


def question(operation: int, *more: Attribute) -> bytes:
    head = (
        Attribute.of("attributes-charset", Tag.CHARSET, "utf-8"),
        Attribute.of("attributes-natural-language", Tag.LANGUAGE, "en"),
        Attribute.of("printer-uri", Tag.URI, URI),
    )
    return encode(Message(operation, 1, (Group(GroupTag.OPERATION, head + more),)))


def answers() -> list[bytes]:
    model = PagePrinterModel(clock=itertools.count().__next__)
    model.accept(SimJob(0, "plan:page:1", "bozhou-terminal", 2))
    service = IppService(model)
    return [
        service.answer(question(Operation.GET_PRINTER_ATTRIBUTES)),
        service.answer(question(Operation.GET_JOBS)),
        service.answer(question(Operation.GET_JOB_ATTRIBUTES, Attribute.of("job-id", Tag.INTEGER, 1))),
    ]


SEEDS = {"fuzz_one": [*answers(), question(Operation.GET_JOBS)], "fuzz_raster": [b"RaS2" + bytes(1796)]}


def fuzz_one(data: bytes) -> None:
    try:
        message = decode(data)
    except MalformedIpp:
        return
    assert decode(encode(message)) == message
    printer = readings.printer(message)
    readings.capabilities(message)
    status_of(printer, A4, held=False)
    for job in readings.jobs(message):
        look = Look(job, printer.counters, printer.up_time, printer.hindering)
        progress(look)
        judge(ticket(), look)


def fuzz_raster(data: bytes) -> None:
    taken = 0
    try:
        for page in decode_raster(data):
            assert len(page.pixels) == page.width * page.height * page.bytes_per_pixel
            taken += len(page.pixels)
            if taken > LIMIT_RASTER:
                return
    except NotPwg:
        return
