"""Reaching a mail server: a connection to the first of its addresses that takes one."""

from __future__ import annotations

import asyncio
import socket
from typing import Any


async def dial(host: str, port: int, *, seconds: float) -> socket.socket:
    """A connected socket, made within so many seconds all in all.

    Raises OSError with the reason of the last address tried; TimeoutError is one.
    """
    loop = asyncio.get_running_loop()
    problem = OSError(f"{host} has no address")
    try:
        async with asyncio.timeout(seconds):
            for family, kind, protocol, _, address in await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM):
                try:
                    return await _connected(socket.socket(family, kind, protocol), address)
                except OSError as error:
                    problem = error
    except TimeoutError as error:
        raise TimeoutError(f"{host}:{port} does not answer") from error
    raise problem


async def _connected(made: socket.socket, address: Any) -> socket.socket:
    made.setblocking(False)  # noqa: FBT003 - its own signature
    try:
        await asyncio.get_running_loop().sock_connect(made, address)
    except BaseException:
        made.close()
        raise
    return made
