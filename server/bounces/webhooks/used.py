"""Signatures that were used, where one does not cover what it signs: each is good for one content."""

from __future__ import annotations

import hashlib
from collections import OrderedDict

from server.bounces.webhooks.call import NotTheirs

_MOST = 20_000


class Used:
    """Those of one service since its start."""

    def __init__(self) -> None:
        self._contents: OrderedDict[str, bytes] = OrderedDict()

    def must_be_for(self, signature: str, body: bytes) -> None:
        """The same may come again, as providers repeat calls. Raises :class:`NotTheirs` for something else."""
        digest = hashlib.sha256(body).digest()
        if self._contents.setdefault(signature, digest) != digest:
            raise NotTheirs("the signature was used for something else")
        if len(self._contents) > _MOST:
            self._contents.popitem(last=False)
