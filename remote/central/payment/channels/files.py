"""The file that says which channels a centre has, and where their keys lie.

    [wechat]
    merchant = "1900000109"
    app = "wx0000000000000000"
    certificate_serial = "5157F09EFDC096DE15EBE81A47057A7232F1B8E1"   # of our own certificate
    private_key = "wechat/merchant_key.pem"
    api_v3_key = "wechat/api_v3.key"                                  # 32 characters
    public_key = "wechat/wechat_public_key.pem"                       # WeChat Pay's, with its ID ...
    public_key_id = "PUB_KEY_ID_0000000000000024101100397200000006"
    # platform_certificates = "wechat/platform"                       # ... or the folder of its certificates

    [alipay]
    app = "2021000000000000"
    private_key = "alipay/app_key.pem"
    public_key = "alipay/alipay_public_key.pem"                       # Alipay's, not ours

Names of files are relative to this one. What is read from them is never written anywhere.
"""

from __future__ import annotations

import os
import tomllib
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

WECHAT_GATEWAY = "https://api.mch.weixin.qq.com"
ALIPAY_GATEWAY = "https://openapi.alipay.com/gateway.do"
API_V3_KEY_LENGTH = 32      # characters: the key of AES-256
LABELS = {"wechat": "微信支付", "alipay": "支付宝", "simulated": "演示付款"}


class ChannelFilesError(Exception):
    """The text names the file and the key, and says what is expected; never what is in a key file."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class WeChatSettings(_Part):
    merchant: str = Field(min_length=1)
    app: str = Field(min_length=1)
    certificate_serial: str = Field(pattern=r"^[0-9A-Fa-f]+$")
    private_key: Path
    api_v3_key: Path
    public_key: Path | None = None
    public_key_id: str | None = None
    platform_certificates: Path | None = None
    store: str = ""                                        # of the hall, told to the payer's phone where we scan its code
    gateway: str = WECHAT_GATEWAY

    @model_validator(mode="after")
    def _one_way_to_know_them(self) -> WeChatSettings:
        if (self.public_key is None) != (self.public_key_id is None):
            raise ValueError("public_key and public_key_id: expected both or neither")
        if self.public_key is None and self.platform_certificates is None:
            raise ValueError("expected public_key with public_key_id, or platform_certificates")
        return self

    @property
    def secrets(self) -> tuple[Path, ...]:
        return self.private_key, self.api_v3_key


class AlipaySettings(_Part):
    app: str = Field(min_length=1)
    private_key: Path
    public_key: Path
    store: str = ""
    gateway: str = ALIPAY_GATEWAY

    @property
    def secrets(self) -> tuple[Path, ...]:
        return (self.private_key,)


class ChannelFiles(_Part):
    """In the order in which they are offered."""

    wechat: WeChatSettings | None = None
    alipay: AlipaySettings | None = None

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for name in ("wechat", "alipay") if getattr(self, name) is not None)


@cache
def load_channel_files(path: Path) -> ChannelFiles:
    """Raises ChannelFilesError."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ChannelFilesError(f"{path}: expected a readable TOML file, but {error}") from error
    try:
        return ChannelFiles.model_validate({name: _beside(path, part) for name, part in data.items()})
    except ValidationError as error:
        first = error.errors()[0]
        raise ChannelFilesError(f"{path}: {'.'.join(map(str, first['loc']))}: {first['msg']}") from error


def check_for_production(path: Path) -> None:
    """Keys that others may read, or answers that travel in the clear, are no start of a working day. Raises ChannelFilesError."""
    files = load_channel_files(path)
    for name in files.names:
        channel: WeChatSettings | AlipaySettings = getattr(files, name)
        if not channel.gateway.startswith("https://"):
            raise ChannelFilesError(f"{path}: {name}.gateway: expected https in production mode")
        for secret in channel.secrets:
            _only_ours(secret)
    if files.alipay is not None and datetime.now().astimezone().utcoffset() != timedelta(hours=8):
        raise ChannelFilesError(f"{path}: alipay: expected this machine to run on Beijing time, its SDK signs the local time")


def read_secret(path: Path) -> str:
    """Raises ChannelFilesError."""
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ChannelFilesError(f"{path}: expected a readable key file") from error


def _only_ours(path: Path) -> None:
    try:
        found = path.stat()
    except OSError as error:
        raise ChannelFilesError(f"{path}: expected a readable key file") from error
    if found.st_mode & 0o077 or found.st_uid not in (os.geteuid(), 0):
        raise ChannelFilesError(f"{path}: expected mode 0600 and our own, it is {found.st_mode & 0o777:04o}")


FILES = ("private_key", "api_v3_key", "public_key", "platform_certificates")


def _beside(path: Path, part: Any) -> Any:
    if not isinstance(part, dict):
        return part
    return {key: path.parent / value if key in FILES and isinstance(value, str) else value for key, value in part.items()}
