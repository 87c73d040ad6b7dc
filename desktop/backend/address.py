"""Which texts are a server's address."""

from __future__ import annotations

from urllib.parse import urlsplit

DEFAULT_SERVER = "http://localhost:4000"


def server_address(text: str) -> str | None:
    """The address without what does not matter, or None when it is none."""
    try:
        parts = urlsplit(text.strip())
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, or broken brackets
        return None
    if not usable or parts.query or parts.fragment or parts.username is not None:
        return None
    return text.strip().rstrip("/")
