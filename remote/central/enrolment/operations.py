"""What a terminal that is known asks about its own identity."""

from __future__ import annotations

from remote.central.context import Context, Refused
from remote.central.enrolment.authority import RequestWrong
from remote.messages.enrolment import Enrolled, RenewCertificate


def renew_certificate(context: Context, ask: RenewCertificate) -> Enrolled:
    """The present certificate goes on until the first request under the new one: an answer may be lost."""
    if context.renew is None:
        raise Refused("busy", "this centre gives out no certificates")
    try:
        given = context.renew(context.connection, context.terminal, ask.request)
    except RequestWrong as error:
        raise Refused("malformed", str(error)) from error
    context.audit("certificate_renewed", context.terminal)
    return given
