"""Internal and external authentication of the purse applications (facts/card.md 7.3), and the bringing of keys."""
from __future__ import annotations

from card.apdu import SW, Command
from card.crypto import AUTHENTICATION_SIZE, KeyUse, equal, simple_authentication
from card.virtual.keys import find_key, get_challenge, take_challenges, write_key
from card.virtual.state import Handlers, Inside, Refused, Reply, Right


def internal(inside: Inside, command: Command) -> Reply:
    """00 88 00 id 08 [data] -> 8 bytes: this is the chip it says it is."""
    if command.p1:
        raise Refused(SW.WRONG_P1_P2)
    if len(command.data) != AUTHENTICATION_SIZE:
        raise Refused(SW.WRONG_LENGTH)
    key = find_key(inside, KeyUse.INTERNAL_AUTHENTICATION, command.p2)
    return Reply(simple_authentication(key.profile, key.key, command.data))


def external(inside: Inside, command: Command) -> Reply:
    """00 82 00 id 08 [E(challenge)]. Wrong ones cost tries: 63Cx, then 6983."""
    if command.p1:
        raise Refused(SW.WRONG_P1_P2)
    if len(command.data) != AUTHENTICATION_SIZE:
        raise Refused(SW.WRONG_LENGTH)
    key = find_key(inside, KeyUse.EXTERNAL_AUTHENTICATION, command.p2)
    (challenge,) = take_challenges(inside, 1)
    if not equal(simple_authentication(key.profile, key.key, challenge), command.data):
        inside.volatile.rights.discard(Right.EXTERNAL)
        left = key.tries - 1
        raise Refused(0x63C0 | min(left, 0xF) if left else SW.BLOCKED, key.failed())
    inside.volatile.rights.add(Right.EXTERNAL)
    return Reply(writes=key.succeeded())


AUTHENTICATION_COMMANDS: Handlers = {
    (0x00, 0x84): get_challenge,
    (0x00, 0x88): internal,
    (0x00, 0x82): external,
    (0x80, 0xD4): write_key,
    (0x84, 0xD4): write_key,
}
