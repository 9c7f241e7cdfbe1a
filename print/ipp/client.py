"""One printer, or one queue of a print service, asked in IPP. Which bytes go where is `Post`'s business.

Nothing here repeats a request by itself.
"""
from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import trio

from print.ipp import readings
from print.ipp.codec import MalformedIpp, decode, encode
from print.ipp.errors import IppRefused, NoAnswer, Unreadable
from print.ipp.readings import Capabilities, JobReading, PrinterReading
from print.ipp.terms import DONE_BELOW, USER, Operation
from print.ipp.values import Attribute, Group, GroupTag, Message, Tag

Post = Callable[[bytes], Awaitable[bytes]]
"""Carry one IPP message to the printer and bring the answer. Raises NotSent, NoAnswer, HttpRefused."""

ANSWER_S = 5.0
"""For a question. A printer answers in 1-70 ms (facts/print.md 3.6), one that wakes up in seconds [assumed]."""
SEND_S = 30.0
"""For a document [assumed: small printers take it at the speed of their engine]."""
LIMIT_JOBS = 50
"""Finished jobs looked through, newest first."""


@dataclass(frozen=True)
class Submission:
    """A job as it is sent. `template`: job attributes (media, sides, copies...)."""

    name: str
    format: str
    document: bytes
    template: tuple[Attribute, ...] = ()


@dataclass(frozen=True)
class Accepted:
    """`substituted`: attributes the printer did not keep to, in its own words."""

    job: JobReading
    substituted: tuple[str, ...] = ()


class IppClient:
    """`uri`: as the printer is named in its requests (ipp://host/ipp/print, ipp://localhost:631/printers/a4)."""

    def __init__(
        self, post: Post, uri: str, *, user: str = USER, answer_s: float = ANSWER_S, send_s: float = SEND_S
    ) -> None:
        self.uri, self._user = uri, user
        self._post, self._answer_s, self._send_s = post, answer_s, send_s
        self._numbers = itertools.count(1)

    async def printer(self) -> PrinterReading:
        """Raises PrinterError."""
        return readings.printer(await self._ask(Operation.GET_PRINTER_ATTRIBUTES, _wanted(readings.PRINTER_ATTRIBUTES)))

    async def capabilities(self) -> Capabilities:
        """Raises PrinterError."""
        wanted = _wanted(readings.CAPABILITY_ATTRIBUTES)
        return readings.capabilities(await self._ask(Operation.GET_PRINTER_ATTRIBUTES, wanted))

    async def jobs(self, which: Literal["not-completed", "completed"]) -> tuple[JobReading, ...]:
        """Everybody's. Raises PrinterError."""
        more = [Attribute.of("which-jobs", Tag.KEYWORD, which), *_wanted(readings.JOB_ATTRIBUTES)]
        if which == "completed":
            more.insert(0, Attribute.of("limit", Tag.INTEGER, LIMIT_JOBS))
        return readings.jobs(await self._ask(Operation.GET_JOBS, more))

    async def job(self, number: int) -> JobReading:
        """Raises PrinterError; IppRefused with NOT_FOUND or GONE where the printer knows no such job."""
        answer = await self._ask(Operation.GET_JOB_ATTRIBUTES, _wanted(readings.JOB_ATTRIBUTES), job=number)
        return readings.job(answer.group(GroupTag.JOB))

    async def print_job(self, submission: Submission) -> Accepted:
        """Once. Raises NotSent and IppRefused (nothing was done), or another PrinterError: it may have been accepted."""
        attributes = [
            Attribute.of("job-name", Tag.NAME, submission.name),
            Attribute.of("ipp-attribute-fidelity", Tag.BOOLEAN, True),
            Attribute.of("document-format", Tag.MIME_TYPE, submission.format),
        ]
        answer = await self._ask(
            Operation.PRINT_JOB, attributes, template=submission.template, document=submission.document, limit_s=self._send_s
        )
        reading = readings.job(answer.group(GroupTag.JOB))
        if reading.id is None:
            raise Unreadable("accepted, but no job-id")
        return Accepted(reading, tuple(one.name for one in answer.group(GroupTag.UNSUPPORTED).attributes))

    async def cancel_job(self, number: int) -> None:
        """Asks for it; whether it was done the job's state tells. Raises PrinterError."""
        await self._ask(Operation.CANCEL_JOB, (), job=number)

    async def _ask(
        self,
        operation: Operation,
        attributes: Sequence[Attribute],
        *,
        job: int | None = None,
        template: tuple[Attribute, ...] = (),
        document: bytes = b"",
        limit_s: float | None = None,
    ) -> Message:
        request = self._request(operation, attributes, job, template, document)
        seconds = self._answer_s if limit_s is None else limit_s
        with trio.move_on_after(seconds):
            return _answer_to(request.request_id, await self._post(encode(request)))
        raise NoAnswer(f"no answer in {seconds} s")

    def _request(
        self,
        operation: Operation,
        attributes: Sequence[Attribute],
        job: int | None,
        template: tuple[Attribute, ...],
        document: bytes,
    ) -> Message:
        """Charset, language, printer, job and user stand first and in this order (RFC 8011 4.1.4, 4.1.5)."""
        head = [
            Attribute.of("attributes-charset", Tag.CHARSET, "utf-8"),
            Attribute.of("attributes-natural-language", Tag.LANGUAGE, "en"),
            Attribute.of("printer-uri", Tag.URI, self.uri),
        ]
        if job is not None:
            head.append(Attribute.of("job-id", Tag.INTEGER, job))
        head.append(Attribute.of("requesting-user-name", Tag.NAME, self._user))
        groups = [Group(GroupTag.OPERATION, (*head, *attributes))]
        if template:
            groups.append(Group(GroupTag.JOB, template))
        return Message(operation, next(self._numbers), tuple(groups), document)


def _wanted(names: Sequence[str]) -> tuple[Attribute]:
    return (Attribute.of("requested-attributes", Tag.KEYWORD, *names),)


def _answer_to(request_id: int, content: bytes) -> Message:
    try:
        answer = decode(content)
    except MalformedIpp as error:
        raise Unreadable(str(error)) from error
    if answer.request_id != request_id and not (answer.request_id == 0 and answer.code >= DONE_BELOW):
        raise Unreadable(f"the answer to request {answer.request_id}, not {request_id}")
    if answer.code >= DONE_BELOW:
        raise IppRefused(answer.code, answer.group(GroupTag.OPERATION).word("status-message") or "")
    return answer
