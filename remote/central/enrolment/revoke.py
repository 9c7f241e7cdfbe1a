"""`main.py revoke`."""

from __future__ import annotations

from remote.central.enrolment.command import revoke_main as main

__all__ = ["main"]
