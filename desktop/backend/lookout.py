"""Who answers at an address that somebody types, before anything is said to them but that one asks."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass
from enum import Enum
from urllib.parse import urlsplit

import aiohttp
from pydantic import ValidationError

from desktop.backend.address import is_this_machine
from desktop.backend.answers import is_unanswered
from desktop.backend.device import device_name
from desktop.backend.ending import end
from desktop.backend.trust import connector
from server.contract.health import Health

_TIMEOUT = aiohttp.ClientTimeout(total=5)
_MOST = 4096  # bytes of an answer that are looked at
_OK = 200


class Who(Enum):
    """What answers, the best to find first."""

    SERVER = "server"
    #: It is the server, but what is said to it could be read on the way.
    UNSAFE = "unsafe"
    #: Something that cannot prove who it is.
    UNTRUSTED = "untrusted"
    #: A proxy whose server does not answer.
    PROXY = "proxy"
    OTHER = "other"
    NOBODY = "nobody"


@dataclass(frozen=True)
class Found:
    """Who answers where, and in which version if it is the server."""

    address: str
    who: Who
    version: str = ""


async def look_for_server(addresses: tuple[str, ...]) -> Found:
    """The best of what these addresses, the likeliest first, have to offer. All are asked at once."""
    looking = [asyncio.create_task(_look(address), name="look at an address") for address in addresses]
    found: list[Found] = []
    try:
        for each in looking:
            found.append(await each)
            if found[-1].who is Who.SERVER:  # nobody waits for what would be worse
                break
    finally:
        await end(looking)
    return min(found, key=lambda each: list(Who).index(each.who))  # of equals the first


async def _look(address: str) -> Found:
    try:
        async with (
            aiohttp.ClientSession(connector=connector(address), headers={"User-Agent": device_name()}) as http,
            http.get(f"{address}/healthz", timeout=_TIMEOUT, allow_redirects=False) as response,
        ):
            content, status = await response.content.read(_MOST), response.status
    except aiohttp.ClientConnectorCertificateError:
        return Found(address, Who.UNTRUSTED)
    except (aiohttp.ClientSSLError, ssl.SSLError):  # something, but nothing that speaks TLS
        return Found(address, Who.OTHER)
    except (aiohttp.ClientConnectionError, TimeoutError, OSError):
        return Found(address, Who.NOBODY)
    except (aiohttp.ClientError, ValueError):
        return Found(address, Who.OTHER)
    return _judge(address, status, content)


def _judge(address: str, status: int, content: bytes) -> Found:
    try:
        health = Health.model_validate_json(content)
    except ValidationError:
        return Found(address, Who.PROXY if is_unanswered(status) else Who.OTHER)
    if status != _OK:
        return Found(address, Who.OTHER)
    parts = urlsplit(address)
    is_safe = parts.scheme == "https" or is_this_machine(parts.hostname or "")
    return Found(address, Who.SERVER if is_safe else Who.UNSAFE, health.version)
