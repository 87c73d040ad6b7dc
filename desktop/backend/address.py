"""Which texts are a server's address, and which addresses a text may mean."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

DEFAULT_SERVER = "http://localhost:4000"
_DEFAULT_PORT = 4000

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")


def server_address(text: str) -> str | None:
    """The address without what does not matter, or None when it is none."""
    try:
        parts = urlsplit(text.strip())
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, or broken brackets
        return None
    if not usable or parts.query or parts.fragment or parts.username is not None or not text.strip().isprintable():
        return None
    if any(character.isspace() for character in text.strip()):
        return None
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path.rstrip('/')}"


def meant_addresses(text: str) -> tuple[str, ...]:
    """The addresses that somebody may mean who types this, the likeliest first; none when it is none.

    Without a scheme: of another machine the safe one, then the one that is only looked at to say that it is not; on
    this machine the service's own port without encryption, which is how it listens.
    """
    typed = text.strip()
    if _SCHEME.match(typed):
        address = server_address(typed)
        return (address,) if address is not None else ()
    if (safe := server_address(f"https://{typed}")) is None:
        return ()
    plain = safe.replace("https:", "http:", 1)
    parts = urlsplit(safe)
    if not is_this_machine(parts.hostname or ""):
        return (safe, plain)
    if parts.port is None and not parts.path:
        return (f"{plain}:{_DEFAULT_PORT}", plain, safe)
    return (plain, safe)


def is_this_machine(host: str) -> bool:
    """Whether what is said to that host stays on this machine."""
    if host == "localhost" or host.endswith(".localhost"):  # RFC 6761, 6.3
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
