"""What can go wrong between the desktop and its server; people are told it in the language of the program."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from desktop.wording.sentences import worded
from desktop.wording.troubles import Trouble
from server.contract import Problem


class DeskError(Exception):
    """What happened (``title``), what to do (``message``), a stable ``code``, and ``details`` to copy.

    ``facts`` are the server's details as they came.
    """

    def __init__(self, trouble: Trouble, *, problem: Problem | None = None, details: str = "", **params: str) -> None:
        """``params``: what the advice names. ``problem``: what the server says to it."""
        super().__init__(trouble.english(**params) if problem is None else f"{problem.code}: {problem.message}")
        self.trouble = trouble
        self._problem = problem
        self._params = params
        self._details = details

    @property
    def title(self) -> str:
        """What happened."""
        return self.trouble.title

    @property
    def message(self) -> str:
        """Why, as far as the server says it, and what to do."""
        said = None if self._problem is None else worded(self._problem.sentence)
        return said or self.trouble.advice(**self._params)

    @property
    def code(self) -> str:
        """The server's, or else our own."""
        return self.trouble.code if self._problem is None else self._problem.code

    @property
    def details(self) -> str:
        """For those who are asked for help."""
        return (
            self._details if self._problem is None else "\n".join(filter(None, (self._problem.message, self._details)))
        )

    @property
    def facts(self) -> Mapping[str, Any]:
        """What programs go by."""
        return {} if self._problem is None else self._problem.details


class Unreachable(DeskError):
    """The server does not answer; the same can be asked again later."""


class LoggedOut(DeskError):
    """The login is not good any more."""


class Refused(DeskError):
    """The server understood and said no."""
