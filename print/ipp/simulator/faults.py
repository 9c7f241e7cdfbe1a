"""Faults of the simulated A4 printer, turned on and off while it runs."""
from __future__ import annotations

FAULTS = {
    "runs_out_in_mid_job": "after the next side the tray is empty",
    "jam_in_mid_job": "after the next side of a running job the paper jams; that sheet stays inside",
    "dies_in_mid_job": "power fails while a page is on its way, after the next side",
    "keeps_jobs_over_power_cuts": "jobs in the queue are still there, and printed, when power is back",
    "answer_lost": "the next job is taken, the answer to it never arrives",
    "request_lost": "the next job never arrives, and no answer either",
    "accepted_twice": "the next job is taken twice",
    "job_dropped": "the next job is accepted and then forgotten, nothing printed",
    "completed_without_paper": "the next job is called completed though no paper moved",
    "completed_short": "the next job loses its last sheet and is called completed",
    "completed_with_errors": "the next job is completed with errors",
    "aborts": "the next job is aborted by the machine itself before its first page",
    "stuck": "a job goes on processing for ever, nothing comes out",
    "cancel_ignored": "a cancellation is acknowledged and nothing is done about it",
    "cancel_refused": "a cancellation is refused",
    "state_garbage": "job-state is a number nobody knows",
    "state_missing": "job-state is left out of answers",
    "forgets_jobs": "a finished job is listed nowhere any more",
    "no_job_counts": "jobs carry no counts",
    "no_counts": "neither jobs nor the machine carry counts",
    "counts_late": "the machine's own counter follows the paper a second later",
    "substitutes": "the next job is taken with another paper size than asked for",
    "http_500": "HTTP 500 is answered and nothing done",
    "http_503": "HTTP 503 is answered and nothing done",
    "busy": "a job is refused with server-error-busy",
    "internal_error": "the next job is taken and answered with server-error-internal-error",
    "garbled": "answers are bytes that are no IPP",
    "wrong_answer": "answers carry the number of another request",
    "slow": "an answer takes three seconds",
    "silent": "nothing is answered and nothing is done",
}


class UnknownFault(ValueError):
    """A fault this machine does not have; nothing was set."""


class Faults:
    """Each on for ever or for a number of times. A name the machine does not know is refused: a misspelt fault would make
    a test pass."""

    def __init__(self) -> None:
        self.known = dict(FAULTS)
        self._left: dict[str, int | None] = {}

    def set(self, name: str, count: int | None = None) -> None:
        """Raises UnknownFault, ValueError."""
        self._check(name)
        if count is not None and count < 1:
            raise ValueError(f"count must be 1 or more, not {count}")
        self._left[name] = count

    def clear(self, name: str | None = None) -> None:
        """One, or all of them (None)."""
        if name is None:
            self._left.clear()
            return
        self._check(name)
        self._left.pop(name, None)

    def is_set(self, name: str) -> bool:
        self._check(name)
        return name in self._left

    def take(self, name: str) -> bool:
        """Is it on? If so, one of its times is used up."""
        self._check(name)
        if name not in self._left:
            return False
        left = self._left[name]
        if left is not None:
            self._left[name] = left - 1
            if left == 1:
                del self._left[name]
        return True

    def active(self) -> dict[str, int | None]:
        return dict(self._left)

    def _check(self, name: str) -> None:
        if name not in self.known:
            raise UnknownFault(f"no fault {name!r}; this machine has: {', '.join(sorted(self.known))}")
