"""Certificates by which Amazon signs: fetched once, kept, and never many."""

from __future__ import annotations

import asyncio
import ssl
import time
import urllib.request
from collections import OrderedDict, deque
from collections.abc import Awaitable, Callable
from http.client import HTTPException
from typing import Any

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
    return await asyncio.to_thread(_fetch, address)


def _fetch(address: str) -> bytes:
    handlers = (urllib.request.HTTPSHandler(context=ssl.create_default_context()), _Nowhere())
    try:
        with urllib.request.build_opener(*handlers).open(address, timeout=_SECONDS) as answer:
            content: bytes = answer.read(_LONGEST)
            return content
    except HTTPException as error:
        raise OSError(str(error)) from error


class _Nowhere(urllib.request.HTTPRedirectHandler):
    """No answer leads to another address."""

    def redirect_request(self, *_args: Any, **_kwargs: Any) -> None:
        """Never."""
        return
