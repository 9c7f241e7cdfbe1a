"""WeChat Pay and Alipay when the other end, or the way to it, is not as one wishes."""

from __future__ import annotations

import contextlib
import gzip
import hashlib
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from remote.central.payment.channel import ChannelAway, ChannelRefused, Refund, RefundState, TradeState
from remote.central.payment.channels import alipay_gateway, wechat
from remote.central.payment.channels.codes import channel_of_code
from remote.central.payment.channels.files import (
    ChannelFiles,
    ChannelFilesError,
    WeChatSettings,
    check_for_production,
    load_channel_files,
)
from remote.central.payment.channels.wechat import WeChatChannel
from remote.central.payment.channels.wechat_bill import read_bill
from tests.remote.payment import keys, wechat_server
from tests.remote.payment.benches import CODES, ServedBench, alipay_bench, bench, payable, wechat_bench, wechat_settings
from tests.remote.payment.serving import served
from tests.remote.payment.till import Till, Trouble
from tests.remote.payment.wechat_server import WeChatServer

NO = "P270309A1"


@pytest.fixture(params=["wechat", "alipay"])
def name(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


@pytest.fixture
def at(name: str, tmp_path: Path) -> Iterator[ServedBench]:
    with bench(name, tmp_path) as made:
        assert isinstance(made, ServedBench)
        yield made


def paid(at: ServedBench) -> str:
    at.channel.open(payable(at))
    at.pay(NO)
    [transaction] = at.channel.query(NO).transactions
    return transaction.number


def refund(number: str) -> Refund:
    return Refund("R1", NO, number, 1234, 1234, "没有办成")


TROUBLES = [
    *(("open", trouble) for trouble in Trouble if trouble is not Trouble.HANGS_AFTER),
    *(("refund", trouble) for trouble in Trouble if trouble is not Trouble.HANGS_AFTER),
    ("query", Trouble.BAD_SIGNATURE), ("query", Trouble.BUSY_AFTER), ("close", Trouble.LOST_AFTER), ("close", Trouble.BUSY),
    ("query_refund", Trouble.GARBAGE), ("query_refund", Trouble.BUSY), ("bill", Trouble.BAD_SIGNATURE),
]  # fmt: skip


@pytest.mark.parametrize(("operation", "trouble"), TROUBLES)
def test_whatever_happens_to_a_question_nothing_is_known_and_asking_again_is_safe(
    at: ServedBench, operation: str, trouble: Trouble
) -> None:
    order = payable(at)
    number = "" if operation == "open" else paid(at) if operation != "close" else ""
    if operation == "close":
        at.channel.open(order)
        at.till.deals[NO].waits_for_password = True              # scanned: a trade for Alipay too
    ask = {
        "open": lambda: at.channel.open(order), "query": lambda: at.channel.query(NO), "close": lambda: at.channel.close(order),
        "refund": lambda: at.channel.refund(refund(number)), "query_refund": lambda: at.channel.refund(refund(number)),
        "bill": lambda: at.channel.bill(at.now.date()),
    }[operation]  # fmt: skip
    at.till.trouble[operation].append(trouble)
    with pytest.raises(ChannelAway):
        ask()
    first, second = ask(), ask()
    assert first == second
    assert at.refunded() == ([1234] if "refund" in operation else [])
    assert len(at.till.deals) == 1


def test_an_answer_that_takes_too_long_is_given_up(at: ServedBench, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if name == "wechat":
        assert isinstance(at.channel, WeChatChannel)
        assert at.channel.pay._core._timeout == (wechat.CONNECT_S, wechat.READ_S)
        monkeypatch.setattr(at.channel.pay._core, "_timeout", (1.0, 0.2))
    else:
        monkeypatch.setattr(alipay_gateway, "READ_S", 0.2)
    at.till.trouble["open"].append(Trouble.HANGS_AFTER)
    with pytest.raises(ChannelAway):
        at.channel.open(payable(at))
    assert at.channel.open(payable(at))
    assert len(at.till.deals) == 1


def test_the_channel_hears_sum_subject_and_where_to_call(at: ServedBench, name: str) -> None:
    at.channel.open(payable(at, what="水费、污水处理费", fen=7305))
    [(_, heard)] = at.till.calls
    assert heard["notify_url"] == f"https://centre.example/pay/notify/{name}"
    told = (heard["description"], heard["amount"]["total"]) if name == "wechat" else (heard["subject"], heard["total_amount"])
    assert told == ("水费、污水处理费", 7305 if name == "wechat" else "73.05")
    assert ("2027-03-09T09:05:00+08:00" if name == "wechat" else "2027-03-09 09:05:00") == heard["time_expire"]


def test_a_refund_that_is_worked_on_is_asked_about_and_not_made_again(at: ServedBench) -> None:
    number = paid(at)
    at.till.refunds_become = ["processing"]
    assert at.channel.refund(refund(number)) is RefundState.PROCESSING
    assert at.channel.refund(refund(number)) is RefundState.PROCESSING
    at.till.settle_refunds()
    assert at.channel.refund(refund(number)) is RefundState.DONE
    assert at.refunded() == [1234]


def test_a_refund_that_fails_for_good_is_said_to_have_failed(at: ServedBench) -> None:
    number = paid(at)
    at.till.refunds_become = ["failed"]
    for _ in range(2):
        with contextlib.suppress(ChannelRefused):
            assert at.channel.refund(refund(number)) is RefundState.FAILED
    assert at.refunded() == []


def test_her_phone_asks_for_the_password_and_the_order_is_ended_when_she_does_not_give_it(at: ServedBench, name: str) -> None:
    order = payable(at, scanned=True, phone_code=CODES[name][:-1] + "9")
    assert at.channel.open(order) == ""
    assert at.channel.query(NO).state is TradeState.NOT_PAID
    assert at.channel.close(order)
    assert at.channel.query(NO).state is TradeState.CLOSED
    assert at.refunded() == []


def test_an_order_that_is_paid_while_it_is_reversed_has_gone_back_and_is_never_taken_for_paid(at: ServedBench, name: str) -> None:
    order = payable(at, scanned=True, phone_code=CODES[name][:-1] + "9")
    at.channel.open(order)
    ask = at.channel.query

    def query(order_no: str) -> object:
        found = ask(order_no)
        at.pay(order_no)                                          # after the question, before the reversing
        return found

    at.channel.query = query  # type: ignore[method-assign, assignment]
    try:
        at.channel.close(order)
    finally:
        at.channel.query = ask  # type: ignore[method-assign]
    trade = at.channel.query(NO)
    assert trade.state is TradeState.GONE_BACK and len(trade.transactions) == 1
    assert at.refunded() == [1234]


def test_a_code_that_is_too_old_is_refused(at: ServedBench, name: str) -> None:
    with pytest.raises(ChannelRefused):
        at.channel.open(payable(at, scanned=True, phone_code=CODES[name][:-1] + "0"))


def test_a_bill_that_is_cut_or_does_not_add_up_is_no_bill(at: ServedBench) -> None:
    paid(at)
    at.server.spoilt_bill = True
    with pytest.raises(ChannelAway):
        at.channel.bill(at.now.date())


def test_wechat_a_bill_without_one_of_its_lines_is_no_bill(tmp_path: Path) -> None:
    with wechat_bench(tmp_path) as at:
        paid(at)
        assert isinstance(at.server, WeChatServer)
        text = at.server.bill_text(at.now.date())
        assert len(read_bill(gzip.compress(text), hashlib.sha1(text).hexdigest())) == 1
        head, _line, *rest = text.split(b"\r\n")
        short = b"\r\n".join([head, *rest])
        with pytest.raises(ChannelAway, match="add up"):
            read_bill(gzip.compress(short), hashlib.sha1(short).hexdigest())


def test_nothing_of_keys_or_codes_is_logged(at: ServedBench, name: str, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        at.channel.open(payable(at, scanned=True, phone_code=CODES[name]))
        at.channel.query(NO)
    text = caplog.text
    assert CODES[name] not in text and wechat_server.API_V3_KEY not in text and "PRIVATE" not in text


def test_alipay_a_code_that_nobody_scanned_is_cancelled(tmp_path: Path) -> None:
    with alipay_bench(tmp_path) as at:
        order = payable(at)
        at.channel.open(order)
        assert at.channel.query(NO).state is TradeState.UNHEARD_OF
        assert at.channel.close(order)
        assert at.till.deals[NO].closed


def test_wechat_platform_certificates_from_the_folder_and_a_new_one_when_it_changes(tmp_path: Path) -> None:
    folder = tmp_path / "platform"
    folder.mkdir()
    keys.put(folder / "first.pem", keys.certificate_pem("first"))
    server = WeChatServer(Till(), platform="first")
    with served(server) as base:
        settings = wechat_settings(tmp_path, base, certificates=folder)
        channel = WeChatChannel(settings, "https://centre.example/pay/notify/wechat")
        assert channel.query(NO).state is TradeState.UNHEARD_OF
        server.platform = "second"
        at = ServedBench(channel, server.till, server)
        assert channel.open(payable(at))
        assert [operation for operation, _ in server.till.calls].count("certificates") == 1


def test_whose_code_it_is() -> None:
    assert channel_of_code("134567890123456781") == "wechat"
    assert channel_of_code("281234567890123451") == channel_of_code("2512345678901234") == "alipay"
    for code in ("", "13456789012345678", "331234567890123451", "２８１２３４５６７８９０１２３４５１", "28123456789012345a"):
        assert channel_of_code(code) is None


def files(folder: Path, mode: int = 0o600, gateway: str = "https://api.mch.weixin.qq.com") -> Path:
    made = wechat_settings(folder, gateway)
    made.private_key.chmod(mode)
    text = "\n".join(
        f'{name} = "{getattr(made, name)}"'
        for name in WeChatSettings.model_fields
        if name not in ("platform_certificates", "store")
    )
    path = folder / "payments.toml"
    path.write_text(f"[wechat]\n{text}\n")
    load_channel_files.cache_clear()
    return path


def test_production_wants_keys_that_nobody_else_can_read(tmp_path: Path) -> None:
    check_for_production(files(tmp_path))
    for mode in (0o640, 0o604, 0o666):
        with pytest.raises(ChannelFilesError, match="expected mode 0600"):
            check_for_production(files(tmp_path, mode))
    with pytest.raises(ChannelFilesError, match="expected https"):
        check_for_production(files(tmp_path, gateway="http://127.0.0.1:1"))


def test_a_file_of_channels_that_cannot_be_used_says_where(tmp_path: Path) -> None:
    path = tmp_path / "payments.toml"
    for text, said in (
        ("[wechat]\nmerchant = 1", "wechat"), ("[paypal]\nx = 1", "paypal"), ("[wechat", "TOML"),
        ('[alipay]\napp = "1"\nprivate_key = "a"\npublic_key = "b"\nsecret = "c"', "alipay.secret"),
    ):  # fmt: skip
        path.write_text(text)
        load_channel_files.cache_clear()
        with pytest.raises(ChannelFilesError, match=said):
            load_channel_files(path)
    path.write_text('[alipay]\napp = "1"\nprivate_key = "keys/a.pem"\npublic_key = "b.pem"')
    load_channel_files.cache_clear()
    found: ChannelFiles = load_channel_files(path)
    assert found.names == ("alipay",) and found.alipay is not None
    assert found.alipay.private_key == tmp_path / "keys/a.pem"


def test_a_key_that_is_no_key_is_told_without_being_shown(tmp_path: Path) -> None:
    made = wechat_settings(tmp_path, "https://api.mch.weixin.qq.com")
    keys.put(made.private_key, "TOPSECRET")
    with pytest.raises(ChannelFilesError) as told:
        WeChatChannel(made, "")
    assert "TOPSECRET" not in str(told.value)
    short: WeChatSettings = wechat_settings(tmp_path, "https://api.mch.weixin.qq.com")
    keys.put(short.api_v3_key, "short")
    with pytest.raises(ChannelFilesError, match="expected 32 characters"):
        WeChatChannel(short, "")
