"""E-mail, a webhook, a gateway for text messages. Each either took the message or says why not; nothing is repeated here."""

from __future__ import annotations

import hashlib
import hmac
import json
import smtplib
from email.message import EmailMessage
from email.utils import make_msgid

import requests

from remote.central.alarms.notices import Batch
from remote.central.alarms.routes import Email, Routes, Sms, Webhook
from remote.central.alarms.words import subject, text

TIMEOUT_S = 15.0
LONGEST_SMS = 300  # characters


class NotTaken(Exception):
    """The other end was not reached, or did not take it. Its text goes into the notice."""


def send(batch: Batch, routes: Routes) -> None:
    """Blocking; in a thread. Raises NotTaken."""
    language = routes.language(batch.channel, batch.addressee)
    if batch.channel == "email" and routes.email is not None:
        _mail(batch, routes.email, language)
    elif batch.channel == "webhook" and batch.addressee in routes.webhooks:
        _hook(batch, routes.webhooks[batch.addressee], language)
    elif batch.channel == "sms" and routes.sms is not None:
        _message(batch, routes.sms, language)
    else:
        raise NotTaken(f"no channel {batch.channel} is configured any more")


def _mail(batch: Batch, to: Email, language: str) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = to.sender, batch.addressee, subject(batch.lines, language)
    mail["Message-ID"] = f"<{batch.key}@{to.sender.partition('@')[2] or 'localhost'}>" if batch.key else make_msgid()
    mail.set_content(text(batch.lines, language))
    try:
        opened = smtplib.SMTP_SSL if to.security == "tls" else smtplib.SMTP
        with opened(to.host, to.port, timeout=TIMEOUT_S) as server:
            if to.security == "starttls":
                server.starttls()
            if to.user:
                server.login(to.user, to.password)
            server.send_message(mail)
    except (smtplib.SMTPException, OSError) as error:
        raise NotTaken(f"{type(error).__name__}: {error}") from error


def _hook(batch: Batch, to: Webhook, language: str) -> None:
    body = json.dumps(
        {
            "id": batch.key,
            "subject": subject(batch.lines, language),
            "alarms": [
                {
                    "alarm": row["alarm"], "what": line.what, "terminal": row["terminal"], "place": row["place"],
                    "region": row["region"], "kind": row["kind"], "subject": row["subject"], "severity": row["severity"],
                    "words": row["words"], "since": row["since"].isoformat(),
                }
                for line in batch.lines
                for row in (line.alarm,)
            ],
        },
        ensure_ascii=False,
    ).encode()  # fmt: skip
    signature = hmac.new(to.secret.encode(), body, hashlib.sha256).hexdigest()
    _post(to.url, body, {"X-Signature": signature, "Idempotency-Key": batch.key})


def _message(batch: Batch, to: Sms, language: str) -> None:
    words = f"{subject(batch.lines, language)}\n{text(batch.lines, language)}"[:LONGEST_SMS]
    body = json.dumps({"to": [batch.addressee], "text": words}, ensure_ascii=False).encode()
    _post(to.url, body, {"Authorization": f"Bearer {to.token}", "Idempotency-Key": batch.key})


def _post(url: str, body: bytes, headers: dict[str, str]) -> None:
    with requests.Session() as session:
        session.trust_env = False
        try:
            answer = session.post(
                url, data=body, headers={"Content-Type": "application/json", **headers}, timeout=TIMEOUT_S, allow_redirects=False
            )
        except requests.RequestException as error:
            raise NotTaken(type(error).__name__) from error
    if not 200 <= answer.status_code < 300:
        raise NotTaken(f"HTTP {answer.status_code}")
