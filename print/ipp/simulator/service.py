"""The printer behind IPP: requests of RFC 8011 answered from the machine's state, with its faults in the answers."""
from __future__ import annotations

from collections.abc import Callable

import pypdfium2

from print.ipp import pwg
from print.ipp.codec import MalformedIpp, decode, encode
from print.ipp.document import NotPrintable, page_count
from print.ipp.simulator.model import TRAY_SHEETS, PagePrinterModel, SimJob
from print.ipp.terms import PDF, PWG_RASTER, Operation, PrinterState, Sides, Status
from print.ipp.values import Attribute, Group, GroupTag, Message, Range, Resolution, Tag

STRANGE_STATE = 42
MEDIA = ("iso_a4_210x297mm", "na_letter_8.5x11in")
OPERATIONS = (
    Operation.PRINT_JOB, Operation.VALIDATE_JOB, Operation.CANCEL_JOB, Operation.GET_JOB_ATTRIBUTES, Operation.GET_JOBS,
    Operation.GET_PRINTER_ATTRIBUTES,
)


class IppService:
    """`formats`: what the machine reads."""

    def __init__(self, model: PagePrinterModel, formats: tuple[str, ...] = (PDF, PWG_RASTER)) -> None:
        self._model, self.formats = model, formats
        self._faults = model.faults

    def answer(self, content: bytes) -> bytes:
        """One message to one message. Bytes that are no IPP are answered with client-error-bad-request."""
        try:
            request = decode(content)
        except MalformedIpp:
            return encode(Message(Status.BAD_REQUEST, 0, (_HEAD,)))
        answer = self._answered(request)
        if self._faults.take("garbled"):
            return b"<html>404</html>"
        number = request.request_id + (1 if self._faults.take("wrong_answer") else 0)
        return encode(Message(answer.code, number, answer.groups, version=request.version))

    def _answered(self, request: Message) -> Message:
        acts: dict[int, Callable[[Message], Message]] = {
            Operation.PRINT_JOB: self._print_job,
            Operation.VALIDATE_JOB: self._validate,
            Operation.CANCEL_JOB: self._cancel,
            Operation.GET_JOB_ATTRIBUTES: self._job,
            Operation.GET_JOBS: self._jobs,
            Operation.GET_PRINTER_ATTRIBUTES: self._printer,
        }
        if request.code not in acts:
            return _said(Status.OPERATION_NOT_SUPPORTED)
        return acts[request.code](request)

    # Jobs

    def _validate(self, request: Message) -> Message:
        head, wanted = request.group(GroupTag.OPERATION), request.group(GroupTag.JOB)
        if (head.word("document-format") or PDF) not in self.formats:
            return _said(Status.FORMAT_NOT_SUPPORTED)
        if (wanted.word("media") or MEDIA[0]) not in MEDIA:
            return _said(Status.ATTRIBUTES_NOT_SUPPORTED, "media")
        return _said(Status.OK)

    def _print_job(self, request: Message) -> Message:
        if self._faults.take("busy"):
            return _said(Status.BUSY, "busy")
        refused = self._validate(request)
        if refused.code:
            return refused
        try:
            job = self._read(request)
        except (NotPrintable, pwg.NotPwg, pypdfium2.PdfiumError) as error:
            return _said(Status.BAD_REQUEST, str(error))
        if self._faults.take("accepted_twice"):
            self._model.accept(self._read(request))
        if self._faults.take("substitutes"):
            job.media = MEDIA[1]
            answer = self._of_job(self._model.accept(job), Status.OK_IGNORED_OR_SUBSTITUTED)
            unsupported = Group(GroupTag.UNSUPPORTED, (Attribute.of("media", Tag.KEYWORD, MEDIA[0]),))
            return Message(answer.code, 0, (answer.groups[0], unsupported, *answer.groups[1:]))
        self._model.accept(job)
        if self._faults.take("internal_error"):
            return _said(Status.INTERNAL_ERROR)
        return self._of_job(job)

    def _read(self, request: Message) -> SimJob:
        head, wanted = request.group(GroupTag.OPERATION), request.group(GroupTag.JOB)
        kind = head.word("document-format") or PDF
        pages = page_count(request.data) if kind == PDF else sum(1 for _ in pwg.decode(request.data))
        return SimJob(
            id=0,
            name=head.word("job-name") or "Untitled",
            user=head.word("requesting-user-name") or "anonymous",
            pages=max(1, pages),
            copies=wanted.number("copies") or 1,
            two_sided=(wanted.word("sides") or Sides.ONE) != Sides.ONE,
            media=wanted.word("media") or MEDIA[0],
            format=kind,
            document=request.data,
        )

    def _cancel(self, request: Message) -> Message:
        job = self._asked(request)
        if job is None:
            return _said(Status.NOT_FOUND)
        if job.state.final or self._faults.take("cancel_refused"):
            return _said(Status.NOT_POSSIBLE)
        if not self._faults.take("cancel_ignored"):
            self._model.cancel(job)
        return _said(Status.OK)

    def _job(self, request: Message) -> Message:
        job = self._asked(request)
        return _said(Status.NOT_FOUND) if job is None else self._of_job(job)

    def _jobs(self, request: Message) -> Message:
        head = request.group(GroupTag.OPERATION)
        finished = head.word("which-jobs") == "completed"
        found = [one for one in self._model.jobs if one.state.final == finished]
        if finished:
            found = found[::-1][: head.number("limit") or len(found)]
        return Message(Status.OK, 0, (_HEAD, *(self._job_group(one) for one in found)))

    def _asked(self, request: Message) -> SimJob | None:
        number = request.group(GroupTag.OPERATION).number("job-id")
        return next((one for one in self._model.jobs if one.id == number), None)

    def _of_job(self, job: SimJob, status: int = Status.OK) -> Message:
        return Message(status, 0, (_HEAD, self._job_group(job)))

    def _job_group(self, job: SimJob) -> Group:
        state: int = STRANGE_STATE if self._faults.is_set("state_garbage") else job.state
        begun = job.started_at
        found = [
            Attribute.of("job-id", Tag.INTEGER, job.id),
            Attribute.of("job-name", Tag.NAME, job.name),
            Attribute.of("job-originating-user-name", Tag.NAME, job.user),
            Attribute.of("job-state-reasons", Tag.KEYWORD, *(sorted(job.reasons) or ["none"])),
            Attribute.of("time-at-processing", *((Tag.NO_VALUE, None) if begun is None else (Tag.INTEGER, begun))),
        ]
        if not self._faults.is_set("state_missing"):
            found.append(Attribute.of("job-state", Tag.ENUM, state))
        if not self._faults.is_set("no_job_counts") and not self._faults.is_set("no_counts"):
            found.append(Attribute.of("job-impressions-completed", Tag.INTEGER, job.impressions))
            found.append(Attribute.of("job-media-sheets-completed", Tag.INTEGER, job.sheets))
        return Group(GroupTag.JOB, tuple(found))

    # The printer

    def _printer(self, request: Message) -> Message:
        wanted = set(request.group(GroupTag.OPERATION).words("requested-attributes"))
        every = (*self._state(), *_capabilities(self.formats))
        found = every if not wanted or "all" in wanted else tuple(one for one in every if one.name in wanted)
        return Message(Status.OK, 0, (_HEAD, Group(GroupTag.PRINTER, found)))

    def _state(self) -> tuple[Attribute, ...]:
        model = self._model
        working = model.active is not None
        state = PrinterState.STOPPED if working and model.obstacles else PrinterState.PROCESSING if working else PrinterState.IDLE
        sides, sheets = model.counters()
        level = max(0, model.sheets_in_tray)
        tray = f"type=sheetFeedAutoRemovableTray;maxcapacity={TRAY_SHEETS};level={level};status=0;name=Tray 1;"
        counts = () if self._faults.is_set("no_counts") else (
            Attribute.of("printer-impressions-completed", Tag.INTEGER, sides),
            Attribute.of("printer-media-sheets-completed", Tag.INTEGER, sheets),
        )
        return (
            Attribute.of("printer-state", Tag.ENUM, state),
            Attribute.of("printer-state-reasons", Tag.KEYWORD, *(model.obstacles + model.warnings or ["none"])),
            Attribute.of("printer-is-accepting-jobs", Tag.BOOLEAN, True),
            Attribute.of("printer-up-time", Tag.INTEGER, model.up_time),
            Attribute.of("queued-job-count", Tag.INTEGER, len(model.waiting)),
            Attribute.of("media-ready", Tag.KEYWORD, model.media),
            Attribute.of("printer-input-tray", Tag.OCTETS, tray.encode()),
            Attribute.of("marker-names", Tag.NAME, "Black Toner"),
            Attribute.of("marker-types", Tag.KEYWORD, "toner"),
            Attribute.of("marker-levels", Tag.INTEGER, round(model.toner)),
            Attribute.of("marker-low-levels", Tag.INTEGER, 10),
            *counts,
        )


_HEAD = Group(
    GroupTag.OPERATION,
    (
        Attribute.of("attributes-charset", Tag.CHARSET, "utf-8"),
        Attribute.of("attributes-natural-language", Tag.LANGUAGE, "en"),
    ),
)


def _said(status: int, text: str = "") -> Message:
    more = (Attribute.of("status-message", Tag.TEXT, text[:250]),) if text else ()
    return Message(status, 0, (Group(GroupTag.OPERATION, _HEAD.attributes + more),))


def _capabilities(formats: tuple[str, ...]) -> tuple[Attribute, ...]:
    return (
        Attribute.of("printer-make-and-model", Tag.TEXT, "Bozhou simulated A4 printer"),
        Attribute.of("ipp-versions-supported", Tag.KEYWORD, "1.1", "2.0"),
        Attribute.of("operations-supported", Tag.ENUM, *map(int, OPERATIONS)),
        Attribute.of("document-format-supported", Tag.MIME_TYPE, *formats),
        Attribute.of("media-supported", Tag.KEYWORD, *MEDIA),
        Attribute.of("media-default", Tag.KEYWORD, MEDIA[1]),
        Attribute.of("sides-supported", Tag.KEYWORD, *map(str, Sides)),
        Attribute.of("copies-supported", Tag.RANGE, Range(1, 99)),
        Attribute.of("print-color-mode-supported", Tag.KEYWORD, "auto", "color", "monochrome"),
        Attribute.of("print-scaling-supported", Tag.KEYWORD, "auto", "none", "fit"),
        Attribute.of("job-creation-attributes-supported", Tag.KEYWORD, "media", "sides", "copies", "print-color-mode"),
        Attribute.of("pwg-raster-document-resolution-supported", Tag.RESOLUTION, Resolution(300, 300)),
        Attribute.of("pwg-raster-document-type-supported", Tag.KEYWORD, "sgray_8", "srgb_8"),
        Attribute.of("pwg-raster-document-sheet-back", Tag.KEYWORD, "normal"),
    )

