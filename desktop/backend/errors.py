"""What can go wrong between the desktop and its server, as sentences for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class DeskError(Exception):
    """What happened (``title``), what to do (``message``), a stable ``code``, and ``details`` to copy.

    ``facts`` are the server's details as they came.
    """

    def __init__(
        self,
        title: str,
        message: str,
        *,
        code: str = "",
        details: str = "",
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(f"{title} {message}".strip())
        self.title = title
        self.message = message
        self.code = code
        self.details = details
        self.facts = facts or {}


class Unreachable(DeskError):
    """The server does not answer; the same can be asked again later."""


class LoggedOut(DeskError):
    """The login is not good any more."""


class Refused(DeskError):
    """The server understood and said no."""
