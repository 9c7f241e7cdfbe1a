"""The real channels of a centre, made from its settings. Their packages are imported only where they are used."""

from __future__ import annotations

from pathlib import Path

from remote.central.payment.channel import Channel
from remote.central.payment.channels.files import load_channel_files
from remote.central.payment.channels.notice import Opener

NOTIFY = "/pay/notify"


def real_channels(payments: Path | None, public_url: str) -> tuple[dict[str, Channel], dict[str, Opener]]:
    """Channels, and how the calls of each are opened; both by name. Raises ChannelFilesError."""
    channels: dict[str, Channel] = {}
    openers: dict[str, Opener] = {}
    if payments is None:
        return channels, openers
    files = load_channel_files(payments)
    base = public_url.rstrip("/") + NOTIFY
    if files.wechat is not None:
        from remote.central.payment.channels.wechat import WeChatChannel
        from remote.central.payment.channels.wechat_notice import WeChatOpener

        wechat = WeChatChannel(files.wechat, f"{base}/wechat")
        channels["wechat"], openers["wechat"] = wechat, WeChatOpener(wechat)
    if files.alipay is not None:
        from remote.central.payment.channels.alipay import AlipayChannel
        from remote.central.payment.channels.alipay_notice import AlipayOpener

        alipay = AlipayChannel(files.alipay, f"{base}/alipay")
        channels["alipay"], openers["alipay"] = alipay, AlipayOpener(alipay)
    return channels, openers
