"""Renewal before the end: a new key, certified over the present identity, in the background of a terminal that serves."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

import trio
from cryptography import x509

from remote.enrolment.identity import Identity, IdentityError, IdentityFolder, NotEnrolled, due, request_for
from remote.messages.enrolment import Enrolled, RenewCertificate
from remote.platform import PlatformError

LOOK_EVERY_S = 3_600.0  # ten days are left when it begins: 240 looks


class Renews(Protocol):
    """remote.platform.Platform."""

    async def renew_certificate(self, ask: RenewCertificate, *, key: str) -> Enrolled: ...


async def renew_if_due(folder: IdentityFolder, platform: Renews, now: datetime, force: bool = False) -> bool:
    """True: there is a new identity, and it is on disk. Asked again after a lost answer it is the same key and the same answer.
    Raises PlatformError, NotEnrolled, IdentityError, OSError."""
    identity = folder.load()
    if not force and not due(identity, now):
        return False
    key = folder.next_key()
    asked = RenewCertificate(request=request_for(identity.terminal, key))
    given = await platform.renew_certificate(asked, key=f"renew:{secrets.token_hex(16)}")  # the same key, the same certificate
    fresh = Identity(key, x509.load_pem_x509_certificate(given.certificate.encode()), identity.authority)
    fresh.check(identity.terminal)
    folder.keep(fresh)
    return True


async def keep_renewed(
    folder: IdentityFolder, platform: Renews, now: Callable[[], datetime], say: Callable[[str], object]
) -> None:
    """For the terminal's nursery: looks once an hour, for as long as it runs."""
    while True:
        try:
            if await renew_if_due(folder, platform, now()):
                say("identity renewed")
        except (NotEnrolled, IdentityError, PlatformError, OSError, ValueError) as error:
            say(f"identity not renewed: {type(error).__name__}: {error}")
        await trio.sleep(LOOK_EVERY_S)
