"""Certificates by which Amazon signs: fetched once, kept, and never many."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable

import httpx
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509 import load_pem_x509_certificate

from server.bounces.webhooks.call import NotTheirs

_KEPT = 8
#: So many are fetched within an hour: there is one at a time, and a new one each year.
_FETCHED, _WITHIN = 10, 3600.0
_SECONDS = 10.0
_LONGEST = 64 * 1024


class Certificates:
    """The keys by their addresses, which whoever asks has looked at."""

    def __init__(self, fetch: Callable[[str], Awaitable[bytes]]) -> None:
        self._fetch = fetch
        self._keys: OrderedDict[str, RSAPublicKey] = OrderedDict()
        self._fetched_at: deque[float] = deque(maxlen=_FETCHED)
        self._one_at_a_time = asyncio.Lock()

    async def key_at(self, address: str) -> RSAPublicKey:
        """Raises OSError when it cannot be fetched now, and :class:`NotTheirs` when there is none."""
        async with self._one_at_a_time:
            if address not in self._keys:
                if len(self._fetched_at) == _FETCHED and self._fetched_at[0] > time.monotonic() - _WITHIN:
                    raise OSError("too many certificates were asked for")
                self._fetched_at.append(time.monotonic())
                self._keys[address] = _key_of(await self._fetch(address))
                if len(self._keys) > _KEPT:
                    self._keys.popitem(last=False)
            return self._keys[address]


def _key_of(pem: bytes) -> RSAPublicKey:
    try:
        key = load_pem_x509_certificate(pem).public_key()
    except ValueError as error:
        raise NotTheirs("what it names is no certificate") from error
    if not isinstance(key, RSAPublicKey):
        raise NotTheirs("its certificate has a key of another kind")
    return key


async def fetch(address: str) -> bytes:
    """What is at an ``https`` address, whose host was looked at: no other is gone to. Raises OSError."""
    try:
        async with asyncio.timeout(_SECONDS):
            return await _fetched(address, await asyncio.to_thread(ssl.create_default_context))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise OSError(str(error) or type(error).__name__) from error


async def _fetched(address: str, context: ssl.SSLContext) -> bytes:
    async with (
        httpx.AsyncClient(verify=context, timeout=_SECONDS, follow_redirects=False) as client,
        client.stream("GET", address) as response,
    ):
        response.raise_for_status()
        content = b""
        async for part in response.aiter_bytes():
            content += part
            if len(content) > _LONGEST:
                raise httpx.DecodingError("the answer has no end")
        return content
