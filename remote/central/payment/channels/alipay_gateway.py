"""Asking Alipay's gateway: the official SDK makes and signs the request, we carry it and check the signature of the answer.

The SDK's own transport is not used. It ignores the port of its server_url, fails with TypeError on any status but 200, and
accepts answers of any size; and it accepts SHA-1 under an answer where RSA2 was agreed.
"""

from __future__ import annotations

import base64
import json
import re
from importlib import import_module
from typing import Any

import requests
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from remote.central.payment.channel import ChannelAway
from remote.central.payment.channels.files import AlipaySettings, ChannelFilesError, read_secret

CONNECT_S, READ_S = 3.0, 10.0
LARGEST_ANSWER = 1_000_000       # bytes
LARGEST_BILL = 200_000_000       # bytes
ENVELOPE = re.compile(r'\s*\{\s*"(\w+_response)"\s*:\s*')
Answer = dict[str, Any]


def _sdk(room: str, name: str) -> Any:
    """A class of the SDK: each has a module of its own name, and there are ten thousand."""
    return getattr(import_module(f"alipay.aop.api.{room}{name}"), name)


class Gateway:
    def __init__(self, settings: AlipaySettings) -> None:
        """Raises ChannelFilesError."""
        try:
            key = load_pem_private_key(read_secret(settings.private_key).encode(), None)
            public = load_pem_public_key(read_secret(settings.public_key).encode())
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise ChannelFilesError(f"{settings.private_key}, {settings.public_key}: expected PEM without password") from error
        if not isinstance(key, rsa.RSAPrivateKey) or not isinstance(public, rsa.RSAPublicKey):
            raise ChannelFilesError(f"{settings.private_key}, {settings.public_key}: expected RSA keys")
        config = _sdk("", "AlipayClientConfig")()
        config.app_id = settings.app
        config.app_private_key = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()
        self._sdk = _sdk("", "DefaultAlipayClient")(config)  # without a logger: it would write codes of phones
        self._public = public
        self._url = settings.gateway

    def ask(self, what: str, content: dict[str, str], notify_url: str) -> Answer:
        """The signed answer to `what`, as the SDK names it ("AlipayTradeQuery"). Raises ChannelAway where there is none, or its
        signature is not Alipay's."""
        request = _sdk("request.", f"{what}Request")(biz_model=_sdk("domain.", f"{what}Model").from_alipay_dict(content))
        request.notify_url = notify_url
        body: str = self._sdk.sdk_execute(request)
        headers = {"Content-Type": "application/x-www-form-urlencoded;charset=utf-8"}
        try:
            with requests.post(
                self._url, data=body.encode(), headers=headers, timeout=(CONNECT_S, READ_S), allow_redirects=False, stream=True
            ) as answer:
                if answer.status_code != 200:
                    raise ChannelAway(f"HTTP {answer.status_code}")
                raw = read_at_most(answer, LARGEST_ANSWER)
        except requests.RequestException as error:
            raise ChannelAway(type(error).__name__) from error
        return self._opened(raw)

    def is_alipays(self, content: bytes, signature: str) -> bool:
        """RSA2: RSASSA-PKCS1-v1_5 with SHA-256."""
        try:
            self._public.verify(base64.b64decode(signature, validate=True), content, padding.PKCS1v15(), hashes.SHA256())
        except (InvalidSignature, ValueError):
            return False
        return True

    def _opened(self, raw: bytes) -> Answer:
        try:
            text = raw.decode("utf-8")
            begins = ENVELOPE.match(text)
            signature = json.loads(text).get("sign", "") if begins else ""
            if begins is None or not isinstance(signature, str):
                raise ChannelAway("an answer of another shape")
            answer, end = json.JSONDecoder().raw_decode(text, begins.end())
        except ValueError as error:
            raise ChannelAway("an answer that is no JSON") from error
        if not isinstance(answer, dict) or not self.is_alipays(text[begins.end() : end].encode(), signature):
            raise ChannelAway("the signature is not Alipay's")
        return answer


def read_at_most(answer: requests.Response, limit: int) -> bytes:
    """Raises ChannelAway."""
    parts, size = [], 0
    for part in answer.iter_content(65_536):
        size += len(part)
        if size > limit:
            raise ChannelAway("the answer is too large")
        parts.append(part)
    return b"".join(parts)


def fetch_bill(url: str) -> bytes:
    """From the address that Alipay has signed; the address itself is the ticket. Raises ChannelAway."""
    try:
        with requests.get(url, timeout=(CONNECT_S, READ_S), allow_redirects=False, stream=True) as answer:
            if answer.status_code != 200:
                raise ChannelAway(f"HTTP {answer.status_code}")
            return read_at_most(answer, LARGEST_BILL)
    except requests.RequestException as error:
        raise ChannelAway(type(error).__name__) from error
