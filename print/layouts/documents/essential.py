"""The content of a document as canonical bytes: what the digest in the code on the paper is made over, and what lies
embedded in the PDF for whoever compares. Equal content gives equal bytes on any machine."""
from __future__ import annotations

import hashlib
import json
from dataclasses import is_dataclass
from datetime import date
from typing import Any

from print.layouts.documents.content import Content, kind_of

FILE_NAME = "document.json"
"""Name of the embedded file."""


def essential(content: Content) -> bytes:
    """UTF-8 JSON, keys sorted, no blanks, times with their offset."""
    data = {"kind": kind_of(content), **vars(content)}
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_plain).encode()


def digest(embedded: bytes) -> bytes:
    """SHA-256, 32 bytes."""
    return hashlib.sha256(embedded).digest()


def _plain(value: Any) -> Any:
    if isinstance(value, date):  # datetime too
        return value.isoformat()
    if is_dataclass(value):
        return vars(value)
    raise TypeError(type(value).__name__)
