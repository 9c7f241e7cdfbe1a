"""A command that was found begun after a restart: answered by what is known, never done again. Unknown is called unknown."""
from __future__ import annotations

from pathlib import Path

from kiosk.commands.book import Begun
from kiosk.commands.standing import StandingOrders
from kiosk.commands.words import Ended, done, failed, unknown
from kiosk.transaction.journal import Journal
from remote.enrolment.identity import IdentityError, IdentityFolder, NotEnrolled, serial_bytes
from remote.messages.commands import CommandKind

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
LEFT_BEHIND = frozenset({CommandKind.OUT_OF_SERVICE, CommandKind.BACK_IN_SERVICE, CommandKind.NOTICE, CommandKind.VOLUME})
NOTHING_LEFT = frozenset({CommandKind.SELF_TEST, CommandKind.FETCH_LOGS, CommandKind.SCREENSHOT})
"""They change nothing, and what they had found is gone: ask again."""


def host_boot() -> str:
    """The host's own, new at each start of the machine; "" where the host does not say."""
    try:
        return BOOT_ID.read_text("ascii").strip()
    except OSError:
        return ""


def serial_of(identity: IdentityFolder | None) -> str:
    try:
        return serial_bytes(identity.load().certificate).hex() if identity is not None else ""
    except (NotEnrolled, IdentityError):
        return ""


def known(begun: Begun, standing: StandingOrders, journal: Journal, host: str, serial: str) -> Ended:
    """`host`, `serial`: as they are now; before it began they stand in the row."""
    before = begun.before
    try:
        kind = CommandKind(begun.order.kind)
    except ValueError:
        return unknown()
    if kind in LEFT_BEHIND:
        return done() if standing.was_set_by(begun.order.command_id) else failed("cut_off")
    if kind in NOTHING_LEFT:
        return failed("cut_off")
    match kind:
        case CommandKind.RESTART_APP:
            return done()                                       # this is the program that was started again
        case CommandKind.RESTART_HOST if host and before.get("host"):
            return done() if host != before["host"] else failed("only_program")
        case CommandKind.ROTATE_CERTIFICATE if serial and before.get("serial"):
            return done() if serial != before["serial"] else failed("cut_off")
        case CommandKind.SETTLE_OBLIGATION:
            owed = begun.order.arguments.get("plan", "") in journal.open_plans()
            return failed("still_owed") if owed else done()
    return unknown("may_be_on_paper") if kind in (CommandKind.TEST_SLIP, CommandKind.TEST_PAGE) else unknown()
