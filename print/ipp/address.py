"""Where an IPP printer is. Apart from the HTTP that goes there, because a configuration is read before anything is loaded."""
from __future__ import annotations

from urllib.parse import urlsplit

IPP_PORT = 631
_SCHEMES = {"ipp": "http", "ipps": "https", "http": "http", "https": "https"}


def http_url(uri: str) -> str:
    """ipp://host/ipp/print to http://host:631/ipp/print. Raises ValueError for another kind of address."""
    parts = urlsplit(uri)
    if parts.scheme not in _SCHEMES or not parts.hostname or parts.username is not None:
        raise ValueError(f"not the address of an IPP printer: {uri!r}")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    port = parts.port or (IPP_PORT if parts.scheme.startswith("ipp") else None)
    return f"{_SCHEMES[parts.scheme]}://{host}{f':{port}' if port else ''}{parts.path or '/'}"
