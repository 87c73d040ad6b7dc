"""The name by which this machine greets a mail server (EHLO)."""

from __future__ import annotations

import asyncio
import re
import socket
from typing import Any

from server.smtp_accounts import HELLO


async def greeting_name(own_address: tuple[Any, ...] | None) -> str:
    """What is said where nobody has set a name: the machine's full one, or its address as the server sees it.

    A name without a dot, or that of every machine, is refused by strict servers; those that have no name of their own
    greet by their address (RFC 5321, 4.1.4).
    """
    name = await asyncio.to_thread(socket.getfqdn)
    if "." in name.strip(".") and not name.startswith("localhost") and re.match(HELLO, name):
        return name
    return address_literal(str(own_address[0])) if own_address else "[127.0.0.1]"


def address_literal(address: str) -> str:
    """``[192.0.2.1]``, or ``[IPv6:2001:db8::1]`` without the name of an interface."""
    plain = address.partition("%")[0]
    return f"[IPv6:{plain}]" if ":" in plain else f"[{plain}]"
