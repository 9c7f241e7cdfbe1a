"""The whole life of a command, seen by two technicians in a browser, with a terminal that asks over HTTP; and who may not."""
from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from remote.central.access.sessions import COOKIE
from remote.enrolment.identity import serial_bytes
from remote.messages import BY_NAME, Message
from remote.messages.commands import AskCommands, CommandResult, Commands, PutPortion, TellCommand, result_bytes
from tests.console.ask import rows
from tests.console.browser import Person
from tests.console.serving import QIAOCHENG, TECHNICIAN, VIEWER, City
from tests.remote.identities import identity_of, signed

People = Callable[..., Person]


class FarTerminal:
    """A terminal's side of it, over HTTP, signed as terminals sign."""

    def __init__(self, city: City, name: str) -> None:
        self.city, self.name, self.identity = city, name, identity_of(city.centre, name)
        self.signer = self.identity.signer(city.centre.true_clock)

    def says(self, operation: str, body: Message) -> httpx.Response:
        path, data = BY_NAME[operation].path, body.model_dump_json().encode()
        return httpx.post(self.city.url + path, content=data, headers=signed(self.signer, path, data))

    def takes(self, **holds: str) -> Commands:
        return Commands.model_validate_json(self.says("take_commands", AskCommands(holds=holds)).content)

    def tells(self, command_id: str, kind: str, **more: Any) -> None:
        result = CommandResult(command_id=command_id, kind=kind, state="done", at=self.city.clock(), **more)
        signature = self.identity.key.sign(result_bytes(self.name, result), ec.ECDSA(hashes.SHA256()))
        serial = serial_bytes(self.identity.certificate).hex()
        assert self.says("tell_command", TellCommand(result=result, serial=serial, signature=signature.hex())).status_code == 200


@pytest.fixture
def terminal(city: City) -> FarTerminal:
    first = "SELECT max(terminal) AS t FROM telemetry_terminals WHERE region = '341602' AND presence = 'alive'"
    return FarTerminal(city, rows(city, first)[0]["t"])


def test_the_life_of_a_dangerous_command(person: People, city: City, terminal: FarTerminal) -> None:
    wang = person(TECHNICIAN)
    page = wang.open(f"/console/terminals/{terminal.name}")
    page.locator("#commands a.chip", has_text="重启主机").click()
    page.locator("#reason").fill("屏幕卡住了，电话说的")
    page.get_by_role("button", name="发出").click()
    assert "要另一个人同意" in page.locator(".said").inner_text()
    row = page.locator("tr[data-row]", has_text=terminal.name).first
    assert "等第二个人" in row.inner_text() and row.get_by_role("button", name="同意", exact=True).count() == 0
    assert terminal.takes().orders == []

    zhao = person(QIAOCHENG, "zh_CN", "phone")
    page = zhao.open("/console/commands?group=waiting")
    page.locator("tr[data-row]", has_text=terminal.name).first.get_by_role("button", name="同意", exact=True).click()
    assert "已同意" in page.locator(".said").inner_text()
    [order] = terminal.takes().orders
    assert (order.kind, order.requester, order.approver) == ("restart_host", TECHNICIAN, QIAOCHENG)
    terminal.takes(**{order.command_id: "running"})
    page = wang.open(f"/console/commands?search={terminal.name}")
    assert "正在做" in page.locator("tr[data-row]").first.inner_text()
    terminal.tells(order.command_id, "restart_host")
    page = wang.open(f"/console/commands?search={terminal.name}")
    row = page.locator("tr[data-row]").first
    row.locator("summary").click()
    assert "做完了" in row.inner_text() and "核对过" in row.inner_text() and "zhao" in row.inner_text()
    assert not wang.wrong and not zhao.wrong


def test_a_file_is_fetched_by_who_may_and_that_is_noted(city: City, terminal: FarTerminal) -> None:
    with _reader(city, TECHNICIAN) as http:
        answer = _sends(http, terminal.name, kind="fetch_logs", reason="夜里打印失败")
        assert "命令已排队：1台" in answer.text
        [order] = terminal.takes().orders
        data = b"\x1f\x8b masked"
        portion = PutPortion(command_id=order.command_id, number=0, of=1, data=base64.b64encode(data).decode())
        assert terminal.says("put_portion", portion).status_code == 200
        address = f"/console/commands/{order.command_id}/file"
        assert http.get(address).status_code == 404                # not whole before the terminal says so
        terminal.tells(order.command_id, "fetch_logs", facts={"sha256": hashlib.sha256(data).hexdigest()})
        assert http.get(address).content == data
    with _reader(city, VIEWER) as http:
        assert http.get(address).status_code == 404
    assert httpx.get(city.url + address).status_code == 303
    noted = rows(city, "SELECT who FROM audit WHERE what = 'command_file_fetched' AND words = :id", id=order.command_id)
    assert [one["who"] for one in noted] == [TECHNICIAN]


def test_a_form_sent_twice_sends_one_command(city: City, terminal: FarTerminal) -> None:
    with _reader(city, TECHNICIAN) as http:
        _sends(http, terminal.name, kind="volume", level="3", once="same-form-twice")
        assert "没有再发一次" in _sends(http, terminal.name, kind="volume", level="3", once="same-form-twice").text
    assert len(rows(city, "SELECT command_id FROM commands WHERE batch = 'same-form-twice'")) == 1


def test_nobody_commands_where_they_may_not(city: City, terminal: FarTerminal) -> None:
    elsewhere = rows(city, "SELECT min(terminal) AS t FROM telemetry_terminals WHERE region = '341621'")[0]["t"]
    for who, name in ((VIEWER, terminal.name), (QIAOCHENG, elsewhere), (QIAOCHENG, "no-such")):
        with _reader(city, who) as http:
            assert _sends(http, name, kind="self_test", once="not-allowed").status_code == 403
    assert rows(city, "SELECT command_id FROM commands WHERE batch = 'not-allowed'") == []


def test_a_selection_of_the_list(city: City) -> None:
    with _reader(city, TECHNICIAN) as http:
        page = http.get("/console/commands/ask?region=341602&kind=out_of_service").text
        found = re.findall(r'name="t\.([^"]+)"', page)
        expected = {one["t"] for one in rows(city, "SELECT terminal AS t FROM telemetry_terminals WHERE region = '341602'")}
        assert set(found) <= expected and len(found) > 20
        answer = _sends(http, *found[:21], kind="out_of_service", reason="大厅停电检修")
        assert "要另一个人同意才发" in answer.text
    states = rows(city, "SELECT DISTINCT state FROM commands WHERE kind = 'out_of_service'")
    assert [one["state"] for one in states] == ["waiting"]


def _reader(city: City, name: str) -> httpx.Client:
    return httpx.Client(base_url=city.url, cookies={COOKIE: city.cookie(name)}, follow_redirects=False)


def _sends(http: httpx.Client, *terminals: str, **form: str) -> httpx.Response:
    page = http.get("/console/fleet").text
    token = re.search(r'name="csrf" value="([0-9a-f]{64})"', page)
    assert token is not None
    page = http.get(f"/console/commands/ask?terminal={terminals[0]}&kind=volume").text
    once = re.search(r'name="once" value="([0-9a-f]{32})"', page)
    fields = {"csrf": token[1], "reason": "远程看看", "lasts": "1", "once": once[1] if once else "none-given", **form}
    fields |= {f"t.{name}": "1" for name in terminals}
    return http.post("/console/commands/ask", data=fields, follow_redirects=True)
