"""Tools that know nothing of us talk to the virtual card through the real pcscd: opensc-tool, scriptor, pcsc_scan."""
from __future__ import annotations

import os
import shutil
import subprocess
import warnings
from functools import partial

import pytest
import trio

from card.virtual import vpcd
from card.virtual.card import Manner
from card.virtual.slot import ChipSlot
from tests.card.keyholder import KeyHolder
from tests.card.private_pcscd import READER, PrivatePcscd, private_pcscd, why_not

TOOLS = ("opensc-tool", "scriptor", "pcsc_scan")
SCAN_S = 1.0
SELECT = "00A4040009A00000000386980701"
READ_PUBLIC = "00B095001E"
GET_BALANCE = "805C000204"


async def _asked(daemon: PrivatePcscd, command: list[str], sent: str = "") -> str:
    environment = {**os.environ, "PCSCLITE_CSOCK_NAME": str(daemon.socket_path), "LC_ALL": "C"}
    run = partial(
        trio.run_process,
        command,
        stdin=sent.encode(),
        capture_stdout=True,
        stderr=subprocess.STDOUT,
        env=environment,
        check=False,
    )
    with trio.fail_after(20):
        done = await run()
    return bytes(done.stdout).decode("utf-8", "replace")


async def _until_seen(daemon: PrivatePcscd) -> None:
    with trio.fail_after(10):
        while "Yes" not in await _asked(daemon, ["opensc-tool", "-l"]):
            await trio.sleep(0.1)


def test_public_tools_read_the_card() -> None:
    missing = [tool for tool in TOOLS if shutil.which(tool) is None]
    reason = why_not() or (f"not installed: {', '.join(missing)}" if missing else None)
    if reason is not None:
        warnings.warn(f"no public tool spoke to the virtual card: {reason}", stacklevel=1)
        pytest.skip(reason)

    async def main(daemon: PrivatePcscd) -> None:
        slot = ChipSlot(KeyHolder().card(balance=1_234))
        atr = Manner.T1.value
        async with trio.open_nursery() as nursery:
            nursery.start_soon(vpcd.offer, slot, "127.0.0.1", daemon.port)
            await _until_seen(daemon)
            assert atr.hex(":") in await _asked(daemon, ["opensc-tool", "-r", "0", "-a"])
            apdus = [word for apdu in (SELECT, READ_PUBLIC, GET_BALANCE) for word in ("-s", apdu)]
            said = await _asked(daemon, ["opensc-tool", "-r", "0", *apdus])
            assert said.count("Received (SW1=0x90, SW2=0x00)") == 3
            assert "00 00 04 D2" in said and "12 34 56 78 20 26 11 21" in said
            script = "".join(f"{apdu}\n" for apdu in ("reset", SELECT, GET_BALANCE, "8052000001AA"))
            said = await _asked(daemon, ["scriptor", "-r", READER], script)
            assert "00 00 04 D2 90 00" in said and "< 69 85" in said
            said = await _asked(daemon, ["timeout", str(SCAN_S), "pcsc_scan", "-c"])
            assert READER in said and "Card inserted" in said and atr.hex(" ").upper() in said
            nursery.cancel_scope.cancel()

    with private_pcscd(entries=1, ours=False) as daemon:
        trio.run(main, daemon)
